"""Surfaces are their formula; the noise of a measurement is on y alone."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.data.regression_generators import hills, plane

SURFACES = {"plane": plane, "hills": hills}
all_surfaces = pytest.mark.parametrize("name", SURFACES)


def least_squares(data):
    """The best plane through the samples: its coefficients, and what it leaves."""
    ones = np.column_stack([data.x, np.ones(len(data))])
    found = np.linalg.lstsq(ones, data.y)[0]
    return found, data.y - ones @ found


@all_surfaces
@pytest.mark.parametrize("seed", [0, 1])
def test_points_are_uniform_and_heights_about_one(name, seed):
    data = SURFACES[name](4000, noise=0, seed=seed)
    assert data.x.shape == (4000, 2) and data.y.shape == (4000,)
    assert not data.labelled and data.targets == ("y",)
    assert np.abs(data.x).max() <= 5
    counts, *_ = np.histogram2d(*data.x.T, bins=4, range=[[-5, 5]] * 2)
    assert np.sum((counts - 250) ** 2 / 250) < 45  # χ² with 15 degrees: 1 in 10 000
    assert 0.8 < data.y.max() <= 1.05 and -1.05 <= data.y.min() < -0.8


@all_surfaces
@pytest.mark.parametrize("noise", [0.05, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_noise_is_on_y_and_has_its_deviation(name, noise, seed):
    clean, noisy = (SURFACES[name](2000, n, seed) for n in (0, noise))
    assert_array_equal(noisy.x, clean.x)
    error = (noisy.y - clean.y) / noise
    assert abs(error.mean()) < 5 / np.sqrt(error.size)
    assert abs(error.var() - 1) < 5 * np.sqrt(2 / error.size)


@pytest.mark.parametrize("noise", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_least_squares_finds_the_plane_again(noise, seed):
    """Slopes within 5 standard errors, noise/√(N var x), and var x = 25/3."""
    data = plane(3000, noise, seed)
    found, left = least_squares(data)
    bound = 5 * noise / np.sqrt(3000) + 1e-12
    assert_allclose(found[:2], [0.12, -0.08], rtol=0, atol=bound / np.sqrt(25 / 3))
    assert abs(found[2]) < bound
    assert left.std() == pytest.approx(noise, abs=5 * noise / np.sqrt(6000) + 1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_no_plane_comes_near_the_hills(seed):
    data = hills(2000, noise=0, seed=seed)
    _, left = least_squares(data)
    assert 1 - left.var() / data.y.var() < 0.05


def test_hills_are_their_formula():
    """Gaussian bumps by their definition, one after the other."""
    data, y = hills(300, noise=0), np.zeros(300)
    for centre, height in (
        ((-3, 3), 1),
        ((3, 3), -1),
        ((0, 0), 1),
        ((-3, -3), -1),
        ((3, -3), 1),
    ):
        y += height * np.exp(-0.5 * (np.hypot(*(data.x - centre).T) / 1.5) ** 2)
    assert_allclose(data.y, y, atol=1e-12)
