"""Planes in the space of parameters, and paths beside them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import InputError
from nnlab.diagnostics.directions import at_random, filtered, of_path, of_weights
from nnlab.diagnostics.loss_on_plane import surface
from nnlab.engine import MSE, BatchNorm, Linear, Network, ReLU

rng = np.random.default_rng(6)
x, y = rng.normal(size=(20, 3)), rng.normal(size=20)
LAYERS = [Linear(5), BatchNorm(), ReLU(), Linear(1)]


def test_two_weights_are_two_axes_through_the_network():
    net = Network(3, LAYERS)
    plane = of_weights(net, [("0.W", 2, 3), ("3.b", 0, 0)])
    assert (plane.origin == net.parameters).all()
    moved = net.parameters.astype(float)
    net["0.W"][2, 3] += 2
    net["3.b"][0, 0] -= 1
    net["0.W"][0, 0] += 5
    assert_allclose(plane.of(net.parameters), [2, -1], atol=1e-6)
    assert_allclose(plane.gap(net.parameters), 5, atol=1e-6)
    assert_allclose(plane.gap(moved), 0)


@pytest.mark.parametrize(
    "weights",
    [[("0.W", 2, 9), ("3.b", 0, 0)], [("9.W", 0, 0), ("3.b", 0, 0)], ["0.W", "3.b"]],
)
def test_weights_that_are_not_there_are_said(weights):
    with pytest.raises(InputError, match=r"weights: .* is not there; .* \('0.W', 0, 0"):
        of_weights(Network(3, LAYERS), weights)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_plane_has_two_weights(count):
    with pytest.raises(InputError, match="a plane has two weights"):
        of_weights(Network(3, LAYERS), [("0.W", 0, 0)] * count)


def test_a_filtered_direction_is_as_long_as_the_weights_into_each_unit():
    net = Network(3, LAYERS)
    direction = filtered(net, np.random.default_rng(0))
    for name, place in net.layout.places.items():
        part = place.view(np, direction)
        if place.name == "W":
            lengths = np.linalg.norm(net[name], axis=0)
            assert_allclose(np.linalg.norm(part, axis=0), lengths, rtol=1e-6)
        else:
            assert (part == 0).all()


def test_scales_that_do_not_matter_to_a_relu_network_do_not_matter_to_its_picture():
    """Weights into a unit twice as large, those out of it half: the same function, and
    along a filtered direction the same loss (Li et al. 2018)."""
    seen, steps = [], np.linspace(-1, 1, 5)
    for scale in (1.0, 7.0):
        net = Network(3, [Linear(6), ReLU(), Linear(1)], seed=3, dtype="float64")
        net["0.W"][...] *= scale
        net["2.W"][...] /= scale
        axes = [filtered(net, np.random.default_rng(i)) for i in (0, 1)]
        seen.append(surface(net, x, y, MSE(), *axes, steps))
    assert np.ptp(seen[0]) > 0.1
    assert_allclose(*seen, rtol=1e-10)


def test_random_planes_are_the_same_for_a_seed_and_stand_at_right_angles():
    net = Network(3, LAYERS)
    plane = at_random(net, seed=1)
    assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)
    assert (plane.axes == at_random(net, seed=1).axes).all()
    assert (plane.axes != at_random(net, seed=2).axes).any()


@pytest.mark.parametrize("points", [3, 10, 60])
def test_the_plane_of_a_path_is_that_of_its_largest_singular_values(points):
    path = rng.normal(size=(points, 40)) * np.linspace(0.1, 3, 40)
    plane = of_path(path)
    away = path - path.mean(axis=0)
    _, s, v = np.linalg.svd(away)
    assert_allclose(plane.share(path), (s[:2] ** 2).sum() / (s**2).sum())
    assert_allclose(abs(plane.axes @ v[:2].T), np.eye(2), atol=1e-8)
    assert_allclose(plane.gap(path[-1]), 0, atol=1e-12)
    beside = (path - path[-1]) @ v[2:].T
    assert_allclose(plane.gap(path), np.linalg.norm(beside, axis=1), atol=1e-10)


def test_a_path_in_a_plane_lies_in_it_and_pythagoras_holds_beside_it():
    axes = rng.normal(size=(2, 9))
    path = 5 + rng.normal(size=(30, 2)) @ axes
    plane = of_path(path)
    assert_allclose(plane.share(path), 1)
    assert_allclose(plane.gap(path), 0, atol=1e-10)
    other = rng.normal(size=(7, 9))
    whole = np.linalg.norm(other - plane.origin, axis=1)
    shadow = np.linalg.norm(plane.of(other), axis=1)
    assert_allclose(np.hypot(shadow, plane.gap(other)), whole)


@pytest.mark.parametrize(
    "path", [np.ones((1, 4)), np.ones((3, 4)), np.outer([0, 1], [1, 2, 3])]
)
def test_a_path_that_spans_no_plane_still_gets_one(path):
    plane = of_path(path)
    assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)
    assert_allclose(plane.gap(path), 0, atol=1e-12)


def test_a_single_parameter_has_a_line():
    plane = of_path(np.array([[1.0], [2.0]]))
    assert abs(plane.axes[0]) == 1 and plane.axes[1] == 0
