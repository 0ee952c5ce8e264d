"""Main axes are eigenvectors of the table of products."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab.diagnostics.pca import main_axes

rng = np.random.default_rng(9)


@pytest.mark.parametrize("shape", [(5, 30), (30, 5), (2, 3), (1, 4)])
def test_main_axes_are_eigenvectors_of_the_sums_of_products(shape):
    rows = rng.normal(size=shape)
    found = main_axes(rows)
    values, vectors = np.linalg.eigh(rows.T @ rows)
    count = min(2, *shape)
    for axis, vector in zip(found[:count], vectors.T[::-1]):
        assert_allclose(np.abs(axis @ vector), 1)
        assert axis[np.abs(axis).argmax()] > 0
    assert_allclose(found[count:], 0)
    assert_allclose(np.linalg.norm(rows @ found[0]) ** 2, values[-1])


def test_points_that_do_not_scatter_have_no_axes():
    assert (main_axes(np.zeros((3, 4))) == 0).all()
    line = main_axes(np.outer([1, 2, 3], [-3, -4]))
    assert_allclose(line, [[0.6, 0.8], [0, 0]])
