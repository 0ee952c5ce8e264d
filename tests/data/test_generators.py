"""Made data follow their formula; the noise and the seed are all that vary."""

import json
from statistics import NormalDist

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.data.catalogue import GENERATED, PLANE, own
from nnlab.errors import InputError

ALL = GENERATED
ON_THE_PLANE = {name: made for name, made in PLANE.items() if made().labelled}
CURVED = ["island", "xor", "spiral"]
all_generators = pytest.mark.parametrize("name", ON_THE_PLANE)


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


def moons(x, y):
    x = np.where(y == 1, -1, 1)[:, None] * x  # the other moon is half a turn ahead
    radius = np.hypot(x[:, 0] + 5 / 3, x[:, 1] + 5 / 6)
    assert_allclose(radius, 10 / 3)
    assert (x[:, 1] >= -5 / 6).all() and np.abs(x).max() <= 5
    turned = np.mean(x[:, 0] < -5 / 3)  # uniform along the half circle
    assert turned == pytest.approx(0.5, abs=0.06)


def gaussians(x, y):
    z = x - np.where(y == 1, 1.5, -1.5)[:, None]
    assert np.abs(z.mean(axis=0)).max() < 5 / np.sqrt(len(z))
    assert_allclose(np.cov(z.T), np.eye(2), atol=5 * np.sqrt(2 / len(z)))


LAWS = {
    "island": island,
    "xor": xor,
    "spiral": spiral,
    "moons": moons,
    "gaussians": gaussians,
}


def test_every_generator_has_a_law():
    assert ON_THE_PLANE.keys() == LAWS.keys()


@all_generators
@pytest.mark.parametrize("seed", [0, 1])
def test_without_noise_the_formula_is_exact(name, seed):
    data = ON_THE_PLANE[name](2000, noise=0, seed=seed)
    LAWS[name](data.x, data.y)


@all_generators
@pytest.mark.parametrize("samples", [10, 11, 500])
def test_classes_are_equal_in_number(name, samples):
    data = ON_THE_PLANE[name](samples)
    assert len(data) == samples
    assert abs(np.sum(data.y == 0) - np.sum(data.y == 1)) == samples % 2
    assert set(data.y) == {0, 1} and len(data.classes) == 2
    assert data.x.shape == (samples, len(data.features))


@pytest.mark.parametrize("name", ALL)
def test_the_seed_is_the_only_luck(name):
    np.random.seed(1)
    first = ALL[name](seed=7)
    np.random.seed(2)
    state = np.random.get_state()[1].copy()
    again, other = ALL[name](seed=7), ALL[name](seed=8)
    assert_array_equal(np.random.get_state()[1], state)
    assert_array_equal(first.x, again.x)
    assert_array_equal(first.y, again.y)
    assert not np.any(first.x == other.x)


@all_generators
@pytest.mark.parametrize("noise", [0.01, 0.5])
def test_noise_is_the_size_of_a_normal_step(name, noise):
    clean, noisy = (ON_THE_PLANE[name](2000, n, seed=3).x for n in (0, noise))
    step = (noisy - clean) / noise
    assert abs(step.mean()) < 5 / np.sqrt(step.size)
    assert abs(step.var() - 1) < 5 * np.sqrt(2 / step.size)


def best_line(data) -> float:
    """The share of samples that the best of many straight lines tells right."""
    best = 0.0
    for angle in np.linspace(0, 2 * np.pi, 90):
        along = data.x @ [np.cos(angle), np.sin(angle)]
        y = data.y[np.argsort(along)]
        best = max(best, np.max(np.cumsum(y == 0) + np.sum(y) - np.cumsum(y)) / len(y))
    return best


def by_neighbours(train, fresh) -> float:
    """The share of fresh samples whose five nearest neighbours tell them right."""
    apart = np.linalg.norm(fresh.x[:, None] - train.x, axis=-1)
    votes = train.y[np.argsort(apart, axis=1)[:, :5]].mean(axis=1)
    return np.mean((votes > 0.5) == fresh.y)


@pytest.mark.parametrize("name", CURVED)
def test_no_line_tells_the_classes_apart(name):
    assert best_line(PLANE[name](500, noise=0)) < 0.8


@pytest.mark.parametrize("name", [*CURVED, "moons"])
def test_neighbours_tell_the_classes_apart(name):
    make = ON_THE_PLANE[name]
    assert by_neighbours(make(1000, seed=1), make(500, seed=2)) > 0.95


@pytest.mark.parametrize("seed", range(3))
def test_moons_need_a_curve(seed):
    data = PLANE["moons"](seed=seed)
    assert 0.8 < best_line(data) < 0.95
    assert by_neighbours(PLANE["moons"](seed=seed + 10), data) > 0.98


@pytest.mark.parametrize("noise", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_line_errs_on_the_gaussians_as_often_as_the_best_rule_must(noise, seed):
    """Φ(−d/2σ), and hardly less even for the line that suits these samples best."""
    data = PLANE["gaussians"](20_000, noise, seed)
    bayes = NormalDist().cdf(-1.5 * np.sqrt(2) / np.sqrt(1 + noise**2))
    error = np.mean((data.x.sum(axis=1) > 0) != data.y)
    assert abs(error - bayes) < 4.5 * np.sqrt(bayes * (1 - bayes) / len(data))
    assert bayes - 0.01 < 1 - best_line(data) < bayes + 0.01


@pytest.mark.parametrize("name", GENERATED)
def test_what_is_its_own_is_what_it_takes_unasked(name):
    said = {what: own(name, what) for what in ("samples", "noise", "seed")}
    assert_array_equal(GENERATED[name](**said).x, GENERATED[name]().x)
    assert own(name, "pixels") is own("digits", "noise") is None


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "argument, value",
    [
        ("samples", 1),
        ("samples", 20.0),
        ("noise", -1),
        ("noise", np.nan),
        ("noise", "much"),
        ("seed", -1),
        ("seed", None),
    ],
)
def test_what_makes_no_data_is_refused_with_what_would(name, argument, value):
    with pytest.raises(InputError, match=f"^{argument}=") as caught:
        ALL[name](**{argument: value})
    assert caught.value.argument == argument
    tried = str(caught.value).removesuffix(".").split(f"; try {argument}=")[1]
    assert len(ALL[name](**{argument: json.loads(tried)}))
