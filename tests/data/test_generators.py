"""Made data follow their formula; the noise and the seed are all that vary."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.data.generators import GENERATORS, own

all_generators = pytest.mark.parametrize("name", GENERATORS)


def island(x, y):
    radius = np.hypot(*x.T)
    assert (radius[y == 1] <= 2.4).all()
    assert ((4.1 <= radius[y == 0]) & (radius[y == 0] <= 5.3)).all()
    for label, low, high in ((1, 0.0, 2.4), (0, 4.1, 5.3)):  # uniform in area
        inside = np.mean(radius[y == label] ** 2 < (low**2 + high**2) / 2)
        assert inside == pytest.approx(0.5, abs=0.05)


def xor(x, y):
    assert_array_equal(y == 1, x[:, 0] * x[:, 1] > 0)
    assert ((np.abs(x) >= 0.3) & (np.abs(x) <= 5)).all()
    quarters = np.bincount(2 * (x[:, 0] > 0) + (x[:, 1] > 0))
    assert_allclose(quarters / len(y), 0.25, atol=0.04)


def spiral(x, y):
    along = np.hypot(*x.T) / 5
    angle = np.arctan2(x[:, 1], x[:, 0])
    arm = np.where(y == 1, -1, 1) * np.exp(1j * (angle - 2 * np.pi * 1.75 * along))
    assert_allclose(arm, 1.0, atol=1e-9)  # the other arm is half a turn ahead
    assert along.max() <= 1 and along.min() >= np.sqrt(0.02)


LAWS = {"island": island, "xor": xor, "spiral": spiral}


def test_every_generator_has_a_law():
    assert GENERATORS.keys() == LAWS.keys()


@all_generators
@pytest.mark.parametrize("seed", [0, 1])
def test_without_noise_the_formula_is_exact(name, seed):
    data = GENERATORS[name](2000, noise=0, seed=seed)
    LAWS[name](data.x, data.y)


@all_generators
@pytest.mark.parametrize("samples", [10, 11, 500])
def test_classes_are_equal_in_number(name, samples):
    data = GENERATORS[name](samples)
    assert len(data) == samples
    assert abs(np.sum(data.y == 0) - np.sum(data.y == 1)) == samples % 2
    assert set(data.y) == {0, 1} and len(data.classes) == 2
    assert data.x.shape == (samples, len(data.features))


@all_generators
def test_the_seed_is_the_only_luck(name):
    np.random.seed(1)
    first = GENERATORS[name](seed=7)
    np.random.seed(2)
    state = np.random.get_state()[1].copy()
    again, other = GENERATORS[name](seed=7), GENERATORS[name](seed=8)
    assert_array_equal(np.random.get_state()[1], state)
    assert_array_equal(first.x, again.x)
    assert not np.any(first.x == other.x)


@all_generators
@pytest.mark.parametrize("noise", [0.01, 0.5])
def test_noise_is_the_size_of_a_normal_step(name, noise):
    clean, noisy = (GENERATORS[name](2000, n, seed=3).x for n in (0, noise))
    step = (noisy - clean) / noise
    assert abs(step.mean()) < 5 / np.sqrt(step.size)
    assert abs(step.var() - 1) < 5 * np.sqrt(2 / step.size)


@all_generators
def test_no_line_tells_the_classes_apart(name):
    data = GENERATORS[name](500, noise=0)
    best = 0.0
    for angle in np.linspace(0, 2 * np.pi, 90):
        along = data.x @ [np.cos(angle), np.sin(angle)]
        y = data.y[np.argsort(along)]
        best = max(best, np.max(np.cumsum(y == 0) + np.sum(y) - np.cumsum(y)) / len(y))
    assert best < 0.8


@all_generators
def test_what_is_its_own_is_what_it_takes_unasked(name):
    said = {what: own(name, what) for what in ("samples", "noise", "seed")}
    assert_array_equal(GENERATORS[name](**said).x, GENERATORS[name]().x)
    assert own(name, "pixels") is own("digits", "noise") is None
