"""The slope in each layer, and how far its weights move, equal the norms by hand."""

import numpy as np
from numpy.testing import assert_allclose

from nnlab import Experiment
from nnlab.diagnostics.gradient_norms import learning, lengths, strength, update_ratio
from nnlab.engine import (
    MSE,
    BatchNorm,
    CrossEntropy,
    Dropout,
    Linear,
    Network,
    ReLU,
    Residual,
    Tanh,
)

rng = np.random.default_rng(8)
x, labels = rng.normal(size=(12, 3)), rng.integers(0, 3, 12)
BLOCK = Residual((Linear(4), ReLU(), Linear(4)))
DEEP = [Linear(4), BatchNorm(), Tanh(), BLOCK, Dropout(0.5), Linear(3)]


def test_of_one_linear_layer_by_hand():
    net = Network(1, [Linear(1)], dtype="float64")
    net["0.W"][...] = 0.5
    found = strength(net, np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), MSE())
    e = np.array([-2.5, -4.0])  # δ of a sample is 2 e; ∂loss/∂W the mean of 2 e x
    assert_allclose(found.delta, [np.sqrt(np.mean((2 * e) ** 2))])
    assert_allclose(found.weights, [10.5])


def test_the_length_of_delta_does_not_depend_on_how_many_samples_there_are():
    net = Network(3, DEEP, replicas=2, dtype="float64")
    once = strength(net, x, labels, CrossEntropy())
    twice = strength(net, np.tile(x, (2, 1)), np.tile(labels, 2), CrossEntropy())
    assert_allclose(once.delta, twice.delta)
    assert_allclose(once.weights, twice.weights)


def test_layers_that_learn_are_those_with_weights():
    net = Network(3, DEEP, replicas=2, dtype="float64")
    found = {n: [p.name for p in places] for n, places in learning(net).items()}
    assert found == {0: ["W"], 3: ["0.W", "2.W"], 5: ["W"]}
    block = np.sqrt((net["3.0.W"] ** 2).sum((1, 2)) + (net["3.2.W"] ** 2).sum((1, 2)))
    of = [np.linalg.norm(net[name], axis=(1, 2)) for name in ("0.W", "5.W")]
    assert_allclose(lengths(net, net.parameters), np.stack([of[0], block, of[1]], -1))


def test_the_slope_fades_through_saturated_layers_and_not_through_straight_ones():
    def ends(activation, initializer):
        fields = {"hidden": (16,) * 8, "initializer": initializer, "seeds": 5}
        trainer = Experiment(activation=activation, **fields).trainer()
        found = strength(trainer.network, *trainer.parts["train"], trainer.loss).delta
        return found[:, 0] / found[:, -1]

    assert (ends("sigmoid", "xavier") < 1e-3).all()
    assert (ends("tanh", "xavier") > 1e-2).all()


def test_the_update_ratio_of_gradient_descent_is_that_of_the_gradient():
    trainer = Experiment(hidden=(8, 8), learning_rate=0.3, seeds=3).trainer()
    net, before = trainer.network, trainer.network.parameters.copy()
    trainer.step()
    found = update_ratio(net, before, net.parameters)
    W = lengths(net, before)
    assert found.shape == (3, 3)
    assert_allclose(found, 0.3 * lengths(net, trainer.gradient) / W, rtol=1e-4)
    assert_allclose(update_ratio(net, before, 1.01 * before), 0.01, rtol=1e-3)
