"""Flat and dead units are those that are counted by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab.diagnostics.activation_curve import FLAT
from nnlab.diagnostics.saturation import bent, flatness
from nnlab.engine import Dropout, Linear, Network, ReLU, Residual, Sigmoid, Tanh
from nnlab.engine.activations import ACTIVATIONS

rng = np.random.default_rng(2)


def unit_of(activation, weights, biases):
    """A layer of units that see the one input."""
    net = Network(1, [Linear(len(weights)), activation], dtype="float64")
    net["0.W"][...], net["0.b"][...] = weights, biases
    return net


def test_dead_units_are_counted_by_hand():
    x = np.array([[-2.0], [-1.0], [1.0], [3.0]])
    net = unit_of(ReLU(), [1, 1, -1, 0, 0], [0, -9, -9, 1, 0])
    found = flatness(net, x)  # flat at 2, 4, 4, 0 and 4 of 4 samples
    assert_allclose(found.saturated, [14 / 20])
    assert_allclose(found.dead, [3 / 5])


def test_saturated_is_where_the_slope_is_under_a_twentieth_of_the_steepest():
    edge = np.arctanh(np.sqrt(1 - FLAT))
    x = edge * np.array([[0.0], [0.99], [-0.99], [1.01], [-1.01]])
    for activation, times in ((Tanh(), 1), (Sigmoid(), 2)):
        found = flatness(unit_of(activation, [times], [0]), x)
        assert_allclose(found.saturated, [2 / 5])
        assert_allclose(found.dead, [0])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_is_that_of_the_activation(name, h=1e-6):
    layer, z = ACTIVATIONS[name](), rng.normal(size=(30, 1))
    net = unit_of(layer, [1], [0])
    [(found, slope)] = bent(net, z)
    assert found is layer
    expected = (net.forward(z + h) - net.forward(z - h)) / (2 * h)
    assert_allclose(slope, expected, atol=1e-8)


def test_every_activation_is_found_within_blocks_too_and_for_every_replica():
    block = Residual((Linear(4), ReLU(), Linear(3)))
    layers = [Linear(3), Tanh(), block, Dropout(0.5), Linear(1)]
    x = rng.normal(size=(20, 3))
    net = Network(3, layers, replicas=5, dtype="float64")
    found = flatness(net, x)
    assert found.saturated.shape == found.dead.shape == (5, 2)
    for i in range(5):
        alone = flatness(net.replica(i), x)
        assert_allclose(alone.saturated, found.saturated[i])
        inside = net.replica(i).trace(x)[1] @ net["2.0.W"][i] + net["2.0.b"][i] <= 0
        assert_allclose(alone.saturated[1], inside.mean())
        assert_allclose(alone.dead[1], inside.all(axis=0).mean())


def test_a_network_without_activations_has_none_and_a_diverged_one_is_flat():
    net = Network(3, [Linear(2)], replicas=2)
    assert flatness(net, np.ones((4, 3))).dead.shape == (2, 0)
    net = Network(3, [Linear(2), Tanh(), Linear(1)], replicas=2)
    net.parameters[1] = np.nan
    assert_allclose(flatness(net, np.ones((4, 3))).dead[1], 1)
