"""A relief is the loss at its points."""

import numpy as np
from numpy.testing import assert_allclose

from nnlab.diagnostics.directions import at_random
from nnlab.diagnostics.loss_on_plane import surface
from nnlab.diagnostics.loss_surface import POINTS, Relief
from nnlab.engine import MSE, BatchNorm, Linear, Network, Tanh

rng = np.random.default_rng(9)
x, y = rng.normal(size=(20, 3)), rng.normal(size=20)


def test_row_by_row_it_comes_to_the_whole_surface():
    layers = [Linear(4), BatchNorm(), Tanh(), Linear(1)]
    net = Network(3, layers, replicas=2, dtype="float64").replica(1)
    net.state[...] = 0.5
    plane, before = at_random(net), net.parameters.copy()
    relief = Relief(net, plane, np.array([0.3, -0.2]), 2.0)
    for row in range(POINTS):
        assert not relief.ready and np.isnan(relief.heights[row:]).all()
        relief.go_on(x, y, MSE())
    assert relief.ready
    net.parameters[...] += 0.3 * plane.axes[0] - 0.2 * plane.axes[1]
    steps = np.linspace(-2, 2, POINTS)
    expected = surface(net, x, y, MSE(), plane.axes[1], plane.axes[0], steps)
    assert_allclose(relief.heights, expected, rtol=1e-12)
    assert_allclose(relief._network.parameters, net.parameters)
    assert (before != net.parameters).any()
