"""MNIST-1D is made as its recipe says, and is as hard as its authors found it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab.data.mnist1d import HEIGHTS, mnist1d
from nnlab.errors import InputError


def one_by_one(samples: int, noise: float, seed: int, correlated: float) -> np.ndarray:
    """The recipe step by step, each by a library's function, from the same luck."""
    from scipy.ndimage import gaussian_filter1d

    rng = np.random.default_rng(seed)
    shape = (samples, 72)
    padding = rng.integers(36, 61, samples)
    scale, move = rng.random(samples), rng.integers(0, 48, samples)
    smooth, white = rng.normal(0, correlated, shape), rng.normal(0, noise, shape)
    shear, made = rng.random(samples), []
    for i in range(samples):
        y = HEIGHTS[i % 10] - np.mean(HEIGHTS[i % 10])
        y = y / np.std(y)
        x = np.pad((y - y[0]) / 6, (0, padding[i]))
        at = np.linspace(0, len(x) - 1, 72)
        x = np.interp(at, np.arange(len(x)), x) * (1 + 0.4 * (scale[i] - 0.5))
        x = np.where(at < 12, x, np.inf)  # inf marks the padding
        x = np.roll(x, move[i])
        x = np.where(np.isinf(x), gaussian_filter1d(smooth[i], 2), x) + white[i]
        x = x - 0.75 * (shear[i] - 0.5) * np.linspace(-0.5, 0.5, 72)
        made.append(np.interp(np.linspace(0, 71, 40), np.arange(72), x))
    return (made - np.mean(made)) / np.std(made)


@pytest.mark.parametrize("noise, correlated", [(0, 0), (0.02, 0.25), (0.3, 0.0)])
@pytest.mark.parametrize("seed", [0, 5])
def test_all_at_once_is_the_recipe_one_by_one(noise, correlated, seed):
    data = mnist1d(300, noise, seed, correlated)
    expected = one_by_one(300, noise, seed, correlated)
    assert_allclose(data.x, expected, atol=1e-12)


@pytest.mark.parametrize("samples", [10, 1000, 1003])
def test_classes_are_equal_in_number(samples):
    data = mnist1d(samples)
    assert data.x.shape == (samples, 40) and len(data.features) == 40
    counts = np.bincount(data.y, minlength=10)
    assert counts.max() - counts.min() == (samples % 10 > 0)


@pytest.mark.parametrize("seed", range(3))
def test_the_whole_has_mean_0_and_deviation_1(seed):
    x = mnist1d(500, seed=seed).x
    assert x.mean() == pytest.approx(0, abs=1e-12) and x.std() == pytest.approx(1)


def test_without_noise_the_padding_is_a_straight_line():
    """36 of 48 points at least are padding, and shearing leaves a line a line."""
    bends = np.abs(np.diff(mnist1d(200, noise=0, correlated=0).x, 2, axis=1)) > 1e-9
    assert bends.sum(axis=1).max() <= 40 * 12 / 48 + 4


@pytest.mark.parametrize("seed", [0, 1])
def test_a_line_reads_a_third_and_a_hidden_layer_much_more(seed):
    """Of a test set; Greydanus & Kobak 2024 found 32 and 68 %, after long training."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier

    data = mnist1d(5000, seed=seed)
    train, test = (data.take(np.arange(*rows)) for rows in ((4000,), (4000, 5000)))
    line = LogisticRegression(max_iter=1000).fit(train.x, train.y)
    deep = MLPClassifier((100,), learning_rate_init=0.005, random_state=0)
    for _ in range(20):
        deep.partial_fit(train.x, train.y, classes=range(10))
    linear, bent = (model.score(test.x, test.y) for model in (line, deep))
    assert 0.25 < linear < 0.38 and bent > linear + 0.15


def test_correlated_noise_is_a_deviation():
    with pytest.raises(InputError, match=r"^correlated=-1 .*; try correlated=0\.25"):
        mnist1d(correlated=-1)
