"""A loss surface is the loss of the network at every point of the grid."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import Experiment
from nnlab.diagnostics.loss_on_plane import surface
from nnlab.engine import MSE, BatchNorm, CrossEntropy, Dropout, Linear, Network, Tanh

rng = np.random.default_rng(3)
x, y = rng.normal(size=(20, 3)), rng.integers(0, 3, 20)
STEPS = np.linspace(-1, 1, 5)


@pytest.mark.parametrize("replicas", [None, 2])
def test_every_point_is_the_network_there(replicas):
    layers = [Linear(4), BatchNorm(), Tanh(), Dropout(0.5), Linear(3)]
    net = Network(3, layers, replicas=replicas, dtype="float64")
    solo = net.replica(replicas - 1 if replicas else 0)
    before = solo.parameters.copy()
    first, second = rng.normal(size=(2, before.size))
    found = surface(solo, x, y, CrossEntropy(), first, second, STEPS)
    assert_allclose(solo.parameters, before, rtol=0)
    for i, a in enumerate(STEPS):
        for j, b in enumerate(STEPS):
            solo.parameters[...] = before + a * first + b * second
            assert_allclose(found[i, j], solo.loss(x, y, CrossEntropy()), rtol=1e-12)


def test_of_a_linear_network_it_is_a_bowl():
    net = Network(3, [Linear(1)], dtype="float64")
    first, second = rng.normal(size=(2, 4))
    found = surface(net, x, x[:, :1], MSE(), first, second, STEPS)
    bends = np.diff(found, n=2, axis=0)
    assert (bends > 0).all() and np.ptp(bends) < 1e-9 * bends.max()


def test_it_is_that_of_the_run_in_float32():
    trainer = Experiment(hidden=(8, 8), seeds=2).trainer()
    data = trainer.parts["train"]
    p = trainer.network.parameters
    found = surface(trainer.network.replica(1), *data, trainer.loss, p[0], p[1], STEPS)
    assert_allclose(found[2, 2], trainer.measure()["train_loss"][1], rtol=1e-6)
