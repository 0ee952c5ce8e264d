"""Shares in bins, against NumPy's histogram and by counting."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.diagnostics.histogram import shares

EDGES = np.array([-2.0, -1.0, 0.0, 0.5, 3.0])
NUMBERS = arrays(float, (3, 7), elements=st.floats(-5, 5))


@given(NUMBERS)
def test_each_number_counts_once_in_its_bin(values):
    found = shares(values, EDGES)
    assert_allclose(found.sum(axis=1), 1)
    for own, row in zip(found, values):
        for i, (low, high) in enumerate(zip(EDGES, EDGES[1:])):
            low = -np.inf if i == 0 else low
            high = np.inf if i == len(EDGES) - 2 else high
            assert_allclose(own[i], np.mean((row >= low) & (row < high)))


def test_within_the_ends_it_is_numpys_histogram():
    values = np.random.default_rng(0).uniform(-1.99, 2.99, (2, 500))
    for own, row in zip(shares(values, EDGES), values):
        assert_allclose(own * 500, np.histogram(row, EDGES)[0])


def test_what_is_no_number_counts_as_the_largest():
    found = shares(np.array([np.nan, np.inf, -np.inf, 0.0]), EDGES)
    assert_array_equal(found, [0.25, 0, 0.25, 0.5])
