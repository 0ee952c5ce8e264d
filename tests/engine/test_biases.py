"""A layer says which of its parameters are biases: regularizers leave those alone, and
nothing is read from a name or a shape."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab import Experiment
from nnlab.diagnostics.directions import filtered
from nnlab.diagnostics.gradient_norms import learning
from nnlab.engine import (
    L1,
    L2,
    MSE,
    SGD,
    AdamW,
    BatchNorm,
    Dropout,
    Layer,
    Linear,
    Network,
    Residual,
    Tanh,
    WeightDecay,
)
from nnlab.errors import InputError
from nnlab.training import Trainer

pytestmark = pytest.mark.once

x = np.random.default_rng(0).normal(size=(9, 1))
y = x[:, 0]


@dataclass(frozen=True)
class Silent(Layer):
    """x · weight + bias, with names of its own."""

    units: int = 2

    def outputs(self, inputs):
        return self.units

    def parameters(self, inputs):
        return {"weight": (inputs, self.units), "bias": (1, self.units)}

    def init(self, rng, inputs):
        shapes = self.parameters(inputs).items()
        return {name: rng.normal(size=shape) for name, shape in shapes}

    def forward(self, xp, p, x, c):
        return x @ p["weight"] + p["bias"], x

    def backward(self, xp, p, g, x, dy):
        g["weight"][...] = x.mT @ dy
        g["bias"][...] = xp.sum(dy, axis=-2, keepdims=True)
        return dy @ p["weight"].mT


class Said(Silent):
    def biases(self, inputs):
        return ("bias",)


class Nothing(Silent):
    def biases(self, inputs):
        return ()


class Odd(Silent):
    """Neither its name nor its shape says which is the bias."""

    def biases(self, inputs):
        return ("weight",)


def trainer(layer, replicas=3, rules=(L2(0.3),), optimizer=SGD(0.1)):
    net = Network(1, [layer, Tanh(), Linear(1)], replicas=replicas, dtype="float64")
    return Trainer(net, MSE(), optimizer, (x, y), batch_size=4, regularizers=rules)


@pytest.mark.parametrize("replicas", [None, 1, 3])
@pytest.mark.parametrize(
    "layer, weighed",
    [
        (Said(), ["0.weight"]),
        (Nothing(), ["0.weight", "0.bias"]),
        (Odd(), ["0.bias"]),
        (Linear(2), ["0.W"]),
    ],
)
def test_the_penalty_is_that_of_the_weights_alone(layer, weighed, replicas):
    run = trainer(layer, replicas)
    net = run.network
    size = sum((net[name] ** 2).sum(axis=(-2, -1)) for name in [*weighed, "2.W"])
    assert_allclose(run.update.penalty(), 0.3 / 2 * size)


@pytest.mark.parametrize(
    "rules, optimizer",
    [((L1(0.3),), SGD(0.1)), ((WeightDecay(0.3),), SGD(0.1)), ((), AdamW(0.1))],
)
def test_a_bias_moves_as_without_the_rule_and_a_weight_does_not(rules, optimizer):
    plain = AdamW(0.1, weight_decay=0.0) if isinstance(optimizer, AdamW) else optimizer
    run, free = trainer(Said(), 1, rules, optimizer), trainer(Said(), 1, (), plain)
    run.step()
    free.step()
    assert_allclose(run.network["0.bias"], free.network["0.bias"], rtol=1e-12)
    assert not np.allclose(run.network["0.weight"], free.network["0.weight"])


def test_within_a_block_it_is_said_by_its_layers():
    block = Residual([Said(1), Dropout(0.1), Linear(1), BatchNorm()])
    net = Network(1, [block, Linear(1)])
    of_block = ["0.0.bias", "0.2.b", "0.3.gamma", "0.3.beta"]
    assert_array_equal(net.stack.biases(), net.layout.mask([*of_block, "1.b"]))
    block = Residual([Silent(1)])
    with pytest.raises(InputError, match=r"Silent does not say .* return \('bias',\)"):
        trainer(block)


@pytest.mark.parametrize("rules", [(L1(0.0),), (L2(0.1), L2(0.1, biases=True))])
def test_a_layer_that_does_not_say_cannot_be_regularized(rules):
    with pytest.raises(InputError, match="Silent does not say which of its parameters"):
        trainer(Silent(), rules=rules)
    with pytest.raises(InputError, match="Silent does not say"):
        trainer(Silent(), rules=(), optimizer=AdamW(0.1))
    trainer(Silent(), rules=()).step()
    trainer(Silent(), rules=(L2(0.1, biases=True),)).step()
    with pytest.raises(InputError, match="Silent does not say"):
        Experiment(hidden=(Silent(), Tanh()), l2=0.1)


@pytest.mark.parametrize("said", ["bias", ("bia",), ("W", "bias"), None, ["b"]])
def test_only_what_it_learns_can_be_a_bias(said):
    class Wrong(Silent):
        def biases(self, inputs):
            return said

    with pytest.raises(InputError, match="it learns weight, bias; return a tuple"):
        trainer(Wrong())


def test_what_is_measured_of_weights_leaves_biases_out():
    net = Network(1, [Said(2), BatchNorm(), Residual([Linear(2)]), Linear(1)])
    names = {n: [p.name for p in places] for n, places in learning(net).items()}
    assert names == {0: ["weight"], 2: ["0.W"], 3: ["W"]}
    moved = filtered(net, np.random.default_rng(0)) != 0
    assert_array_equal(moved, ~net.stack.biases())
