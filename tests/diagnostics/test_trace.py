"""All that a step computes, once more: the engine's bits, and every factor of them."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab import Experiment, Layer, Linear, Residual
from nnlab.diagnostics import autograd
from nnlab.diagnostics.gradient_terms import central_difference, entry, factors
from nnlab.diagnostics.step_report import outcome
from nnlab.diagnostics.trace import Start, names
from nnlab.errors import InputError


class Scaled(Layer):
    """A scale of its own for each number."""

    def parameters(self, inputs):
        return {"scale": (1, inputs)}

    def init(self, rng, inputs):
        return {"scale": np.ones((1, inputs))}

    def forward(self, xp, p, x, c):
        return x * p["scale"], x

    def backward(self, xp, p, g, x, dy):
        g["scale"][...] = xp.sum(dy * x, axis=-2, keepdims=True)
        return dy * p["scale"]


@dataclass(frozen=True)
class Turned(Layer):
    """Gives its numbers in the other order: no number by itself."""

    def forward(self, xp, p, x, c):
        return xp.flip(x, axis=-1), None

    def backward(self, xp, p, g, cache, dy):
        return xp.flip(dy, axis=-1)


def fourth(z, y):
    return (z - y) ** 4


def its_slope(z, y):
    return 4 * (z - y) ** 3


BLOCK = Residual((Linear(3), Scaled(), Turned()))
CASES = {
    "plain": {},
    "softmax": {"data": "wine", "activation": "gelu"},
    "measured": {"data": "hills", "loss": "huber", "activation": "elu"},
    "hinge": {"loss": "hinge", "activation": "leaky relu"},
    "normalized": {"batch_norm": True, "dropout": 0.3, "hidden": (4, 4)},
    "blocks": {"residual": True, "hidden": (4, 4), "batch_norm": True, "l2": 0.1},
    "own": {"hidden": (3, BLOCK, Turned(), 4), "activation": "silu"},
    "own loss": {"loss": (fourth, its_slope), "optimizer": "adam"},
    "short": {"batch_size": 70, "clip_norm": 0.01, "activation": "softplus"},
}
every = pytest.mark.parametrize("case", CASES)


def begun(case: str, seeds: int = 3, steps: int = 5, **more):
    """A trainer in the middle of a step, whose stages are left, and its start."""
    fields = {"dtype": "float64", **CASES[case], **more}
    trainer = Experiment(seeds=seeds, **fields).trainer()
    for _ in trainer.steps(steps):
        pass
    stages = trainer.stages()
    next(stages)
    return trainer, stages, Start.of(trainer)


def some(size: int) -> list[int]:
    """Some places of a vector, its ends among them."""
    return np.unique(np.linspace(0, size - 1, 40).astype(int)).tolist()


@every
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("seeds", [1, 3])
def test_a_pass_once_more_has_the_bits_of_the_engine(case, dtype, seeds):
    trainer, stages, start = begun(case, seeds, dtype=dtype, l2=None, clip_norm=None)
    for replica in range(seeds):
        passes = start.passes(replica)
        if not replica:
            assert [*stages][:2] == ["loss", "backward"]
        assert_array_equal(passes.gradient, trainer.gradient[replica])
        assert np.mean(passes.losses, dtype=dtype) == trainer.last_loss[replica]
        assert [v.name for v in passes.visits] == names(trainer.network.layers)


def test_the_last_mini_batch_of_an_epoch_is_passed_once_more_too():
    trainer, stages, start = begun("short", steps=4, clip_norm=None)
    assert start.passes(0).batch == trainer.rows.shape[-1] == 20
    assert len([*stages]) == 3
    assert_array_equal(start.passes(2).gradient, trainer.gradient[2])


@every
def test_the_mean_of_the_products_is_the_entry_of_the_gradient(case):
    _, _, start = begun(case)
    passes = start.passes(1)
    for index in some(len(passes.gradient)):
        found = factors(passes, index)
        assert found.gradient == passes.gradient[index]
        assert found.value == passes.network.parameters[index]
        assert_allclose(found.products.mean(), found.gradient, rtol=1e-9, atol=1e-13)


@every
def test_each_factor_is_what_it_is_called(case):
    _, _, start = begun(case)
    passes = start.passes(2)
    bent = 0
    for index in some(len(passes.gradient)):
        found = factors(passes, index)
        name, at = entry(passes.network.layout, index)
        assert (found.array, found.at) == (name, at)
        place = passes.network.layout.places[name]
        assert place.view(np, passes.network.parameters)[at] == found.value
        if found.a is None:
            assert "scale" in name
            continue
        assert_allclose(found.a * found.delta, found.products)
        visit = passes.visit(name.rpartition(".")[0])
        if name.endswith("W"):
            b = visit.p["b"][0, at[1]]
            assert_allclose(visit.x @ visit.p["W"][:, at[1]] + b, found.z)
            assert_array_equal(found.a, visit.x[:, at[0]])
        if found.bends:
            bent += 1
            assert_allclose(found.back * found.slope, found.delta, atol=1e-15)
            h = 1e-6
            up, down = (
                found.bends.forward(np, {}, (found.z + end)[:, None], None)[0][:, 0]
                for end in (h, -h)
            )
            assert_allclose((up - down) / (2 * h), found.slope, atol=1e-7)
    assert bent


@every
def test_central_differences_agree(case):
    _, _, start = begun(case)
    passes = start.passes(0)
    reach = np.abs(passes.gradient).max()
    for index in some(len(passes.gradient)):
        measured = central_difference(passes, index)
        assert_allclose(measured, passes.gradient[index], rtol=1e-5, atol=1e-7 * reach)


@pytest.mark.parametrize("case", sorted(CASES.keys() - {"own loss"}))
def test_torch_agrees(case):
    pytest.importorskip("torch")
    _, _, start = begun(case)
    passes = start.passes(1)
    found = autograd.gradient(passes)
    reach = np.abs(passes.gradient).max()
    assert_allclose(found, passes.gradient, rtol=1e-9, atol=1e-12 * reach)


def test_what_is_written_for_numpy_alone_has_no_value_by_torch():
    _, _, start = begun("own loss")
    assert autograd.gradient(start.passes(0)) is None
    _, _, start = begun("plain", activation=(np.sin, np.cos))
    assert autograd.gradient(start.passes(0)) is None


def test_without_torch_there_is_no_value_by_it(monkeypatch):
    _, _, start = begun("plain")
    monkeypatch.setattr(autograd, "installed", lambda: False)
    assert autograd.gradient(start.passes(0)) is None


@every
def test_what_was_kept_of_the_start_does_not_follow_the_step(case):
    _, stages, start = begun(case)
    before, gradient = start.network.parameters.copy(), start.passes(0).gradient.copy()
    assert [*stages][-1] == "update"
    assert_array_equal(start.network.parameters, before)
    assert_array_equal(start.passes(0).gradient, gradient)


@pytest.mark.parametrize("case", ["plain", "measured", "normalized", "blocks", "own"])
def test_the_predicted_change_is_right_to_second_order(case):
    """Half the way, an eighth of the error; without the bend, a quarter."""
    _, _, start = begun(case)
    passes = start.passes(0)
    p, direction = passes.network.parameters, -passes.gradient
    reach = 0.1 / np.linalg.norm(direction)
    off, straight = [], []
    for share in (1, 1 / 2, 1 / 4, 1 / 8):
        found = outcome(passes, p + share * reach * direction)
        off.append(abs(found.predicted - found.actual))
        straight.append(abs(found.slope - found.actual))
        assert off[-1] < straight[-1] / 4
    assert_allclose(np.divide(off[1:], off[:-1]), 1 / 8, rtol=0.6)
    assert_allclose(np.divide(straight[1:], straight[:-1]), 1 / 4, rtol=0.4)


def test_for_plain_gradient_descent_it_is_the_formula():
    trainer, stages, start = begun("plain", optimizer="sgd", learning_rate=0.3)
    passes, g = start.passes(1), start.passes(1).gradient
    assert [*stages][-1] == "update"
    found = outcome(passes, trainer.network.parameters[1])
    h, axes = 1e-5, np.eye(len(g))

    def gradient(p):
        there = passes.network.replicas_of(slice(None))
        there.place(parameters=p)
        return there.gradient(passes.x, passes.y, passes.loss, True, passes.noise)

    p = passes.network.parameters
    columns = [(gradient(p + h * e) - gradient(p - h * e)) / 2 / h for e in axes]
    assert_allclose(found.slope, -0.3 * g @ g)
    assert_allclose(found.bend, 0.5 * 0.3**2 * g @ np.array(columns) @ g, rtol=1e-5)
    assert_allclose(found.predicted, found.actual, rtol=0.05)
    assert_allclose(found.change, -0.3 * g)


def test_a_layer_or_a_parameter_that_is_not_there_is_told():
    passes = begun("plain")[2].passes(0)
    with pytest.raises(InputError, match="'9' is not known"):
        passes.visit("9")
    with pytest.raises(InputError, match="has 17 parameters; try index=16"):
        entry(passes.network.layout, 17)
