"""Outputs are those of the trace, and slopes the differences that a nudge makes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab import Experiment
from nnlab.diagnostics.activations_and_gradients import onwards, signals
from nnlab.engine import (
    BatchNorm,
    CrossEntropy,
    Dropout,
    Linear,
    Network,
    ReLU,
    Residual,
    Tanh,
)
from nnlab.session.session import Session

rng = np.random.default_rng(8)
x, labels = rng.normal(size=(12, 3)), rng.integers(0, 3, 12)
BLOCK = Residual((Linear(4), ReLU(), Linear(4)))
DEEP = [Linear(4), BatchNorm(), Tanh(), BLOCK, Dropout(0.5), Linear(3)]
NETWORKS = {
    "plain": {"data": "xor", "hidden": (4, 3)},
    "classes": {"data": "wine", "hidden": (5,), "activation": "sigmoid"},
    "measured": {"data": "diabetes", "hidden": (4,)},
    "batch norm": {"data": "xor", "hidden": (4,), "batch_norm": True},
    "a block": {"data": "xor", "hidden": (4, 4), "residual": True},
}
networks = pytest.mark.parametrize("fields", NETWORKS.values(), ids=NETWORKS)


def run_of(**fields) -> Session:
    run = Session(Experiment(**{"dtype": "float64", "seeds": 3, **fields}))
    run.train(20)
    return run


@networks
def test_outputs_are_those_of_the_trace(fields):
    run = run_of(**fields)
    network, (x, y) = run.trainer.network.replica(1), run.trainer.parts["train"]
    (outputs, _, slopes), _ = signals(network, x, y, run.trainer.loss)
    for ours, theirs, slope in zip(outputs, network.trace(x), slopes, strict=True):
        assert_array_equal(ours, theirs)
        assert slope.shape == ours.shape


@networks
def test_a_slope_is_the_difference_that_a_nudge_makes(fields):
    run = run_of(**fields)
    network, (x, y) = run.trainer.network.replica(1), run.trainer.parts["train"]
    x, y = x[:6], y[:6]
    (outputs, _, slopes), _ = signals(network, x, y, run.trainer.loss)

    def loss(layer, nudged):
        z = onwards(network, layer, nudged)
        return run.trainer.loss.forward(np, z, y)[0].mean()

    for layer, (a, slope) in enumerate(zip(outputs, slopes)):
        for place in [(0, 0), (5, a.shape[1] - 1)]:
            nudge = np.zeros_like(a)
            nudge[place] = 1e-6
            rise = loss(layer, a + nudge) - loss(layer, a - nudge)
            assert_allclose(slope[place], rise / 2e-6, rtol=1e-4, atol=1e-9)


@networks
def test_going_on_from_a_layer_ends_at_the_networks_output(fields):
    run = run_of(**fields)
    network, x = run.trainer.network.replica(1), run.trainer.parts["train"][0]
    traced = network.trace(x)
    for layer, outputs in enumerate(traced):
        assert_allclose(onwards(network, layer, outputs), traced[-1], rtol=1e-12)


@pytest.mark.parametrize("replicas", [None, 1, 5])
def test_slopes_of_outputs_are_differences_of_the_loss(replicas):
    net = Network(3, DEEP, replicas=replicas, dtype="float64")
    data = x, labels, CrossEntropy()
    (_, _, found), gradient = signals(net, *data)
    assert_allclose(gradient, net.gradient(*data), rtol=1e-12)
    assert [one.shape[-1] for one in found] == net.widths[1:]
    for layer in (0, 5):  # a bias moves its layer's output of every sample
        place = net.layout.places[f"{layer}.b"]
        expected = gradient[..., place.start : place.stop]
        assert_allclose(found[layer].sum(axis=-2), expected, atol=1e-14)
    solo, h = net.replica(0) if replicas else net, 1e-6
    own = found[3][0] if replicas else found[3]
    rest = Network(4, DEEP[4:], dtype="float64")
    rest.parameters[...] = solo.parameters[-15:]
    z = solo.trace(x)[3]
    for i in ((0, 0), (7, 2), (11, 3)):
        there = [z.copy(), z.copy()]
        there[0][i] += h
        there[1][i] -= h
        up, down = (rest.loss(one, labels, CrossEntropy()) for one in there)
        assert_allclose(own[i], (up - down) / (2 * h), atol=1e-8)
