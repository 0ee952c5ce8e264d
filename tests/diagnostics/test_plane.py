"""A plane through many features is the one that statistics know, and keeps what lies on
it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.decomposition import PCA

from nnlab.diagnostics.plane import of_features, principal, turned


@pytest.fixture
def x() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.normal(size=(60, 5)) @ rng.normal(size=(5, 5)) + 7


@pytest.mark.parametrize("scaled", [False, True])
def test_principal_components_are_eigenvectors_of_the_covariance(x, scaled):
    deviation = x.std(axis=0) if scaled else np.ones(5)
    plane = principal(x, deviation)
    values, vectors = np.linalg.eigh(np.cov((x / deviation).T))
    assert_allclose(plane.shares, values[:-3:-1] / values.sum())
    for axis, vector in zip(plane.axes / deviation, vectors.T[:-3:-1]):
        assert_allclose(np.abs(axis @ vector), 1)
        assert axis[np.abs(axis).argmax()] > 0
    assert_allclose(plane.of(x).var(axis=0, ddof=1), values[:-3:-1])


def test_components_are_scikit_learns(x):
    theirs = PCA(2).fit(x)
    ours = principal(x)
    assert_allclose(ours.shares, theirs.explained_variance_ratio_)
    assert_allclose(np.abs(ours.of(x)), np.abs(theirs.transform(x)), atol=1e-9)


PLANES = {
    "features": lambda x: of_features(3, 1, x[7]),
    "components": principal,
    "scaled": lambda x: principal(x, x.std(axis=0)),
    "turned": lambda x: turned(principal(x), x, x[:, :2]),
}


@pytest.mark.parametrize("make", PLANES.values(), ids=PLANES)
def test_a_place_on_the_plane_is_seen_where_it_is(x, make):
    plane, uv = make(x), np.random.default_rng(1).normal(size=(30, 2))
    assert_allclose(plane.of(plane.at(uv)), uv, atol=1e-9)
    assert_allclose(plane.at(np.zeros((1, 2)))[0], plane.origin)


def test_features_that_are_not_on_the_plane_are_held(x):
    plane = of_features(3, 1, x[7])
    there = plane.at(np.array([[10.0, 20.0]]))[0]
    assert_allclose(there, [x[7, 0], 20, x[7, 2], 10, x[7, 4]])
    assert_allclose(plane.of(x), x[:, [3, 1]])


@pytest.mark.parametrize("seed", range(5))  # some turn, some mirror
def test_no_other_turn_brings_samples_nearer(x, seed):
    plane, towards = principal(x), np.random.default_rng(seed).normal(size=(60, 2))
    best = turned(plane, x, towards)
    aim = towards - towards.mean(axis=0)
    off = np.sum((best.of(x) - aim) ** 2)
    for angle in np.linspace(0, 2 * np.pi, 90):
        c, s = np.cos(angle), np.sin(angle)
        for turn in ([[c, s], [-s, c]], [[c, s], [s, -c]]):
            assert off <= np.sum((plane.of(x) @ np.array(turn) - aim) ** 2) + 1e-9
    assert_allclose(sum(best.shares), sum(plane.shares))
    assert_allclose(best.of(x).var(axis=0) / x.var(axis=0).sum(), best.shares)


@pytest.mark.parametrize(
    "x", [np.ones((5, 3)), np.ones((1, 2)), np.arange(4.0)[:, None]]
)
def test_samples_that_hardly_vary_have_a_plane_too(x):
    plane = principal(x)
    assert plane.axes.shape == (2, x.shape[1])
    assert np.isfinite(plane.of(x)).all() and np.isfinite(plane.shares).all()
    moved = turned(plane, x, np.zeros((len(x), 2)))
    assert np.isfinite(moved.of(x)).all()
