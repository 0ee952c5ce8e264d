"""An activation's slope is the difference that a nudge of its number makes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab.diagnostics.activation_curve import FLAT, bends, flat, value_and_slope
from nnlab.engine import Linear, Network
from nnlab.engine.activations import ACTIVATIONS


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_of_an_activation_is_its_difference(name, h=1e-6):
    network, layer = Network(1, [Linear(1)], dtype="float64"), ACTIVATIONS[name]()
    z = np.linspace(-3, 3, 50)
    up, down = (value_and_slope(network, layer, z + e)[0] for e in (h, -h))
    _, slope = value_and_slope(network, layer, z)
    assert bends(layer)
    assert_allclose(slope, (up - down) / (2 * h), atol=1e-6)


def test_it_is_flat_under_a_twentieth_of_its_steepest_slope_or_where_it_has_none():
    network = Network(1, [Linear(1)], dtype="float64")
    steepest = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0}
    for name, most in steepest.items():
        slopes = most * FLAT * np.array([0.0, 0.99, -0.99, 1.01, -1.01, np.nan])
        found = flat(network, ACTIVATIONS[name](), slopes)
        assert found.tolist() == [True, True, True, False, False, True]
