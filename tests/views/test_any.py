"""Any experiment that is valid can be looked at: at its start, on its way, and lost."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from nnlab import Experiment, InputError
from nnlab.data.catalogue import GENERATED, REAL
from nnlab.data.dataset import Dataset
from nnlab.engine.activations import ACTIVATIONS, LeakyReLU
from nnlab.engine.initializers import Normal
from nnlab.engine.layers import Layer, Linear
from nnlab.engine.losses import LOSSES, Huber
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.engine.optimizers.sgd import Momentum
from nnlab.engine.residual import Residual
from nnlab.experiment.settings import SCHEDULES
from nnlab.views import (
    Factors,
    Flow,
    GradientFlow,
    GradientNoise,
    Heads,
    Landscape,
    Saturation,
    Stability,
    WeightedSum,
    default_views,
)
from nnlab.views.figure import Picture, status
from tests.support.looked_at import LookedAt


@dataclass(frozen=True)
class Pairs(Layer):
    """Adds up pairs of numbers: it learns nothing, and gives fewer of them."""

    def outputs(self, inputs):
        return (inputs + 1) // 2

    def forward(self, xp, p, x, c):
        even = x if x.shape[-1] % 2 == 0 else xp.concat([x, x[..., :1] * 0], axis=-1)
        return even[..., ::2] + even[..., 1::2], x.shape[-1]

    def backward(self, xp, p, g, inputs, dy):
        return xp.stack([dy, dy], axis=-1).reshape(*dy.shape[:-1], -1)[..., :inputs]


class Scaled(Layer):
    """A scale of its own for each number, and no __repr__."""

    def parameters(self, inputs):
        return {"scale": (1, inputs)}

    def init(self, rng, inputs):
        return {"scale": np.ones((1, inputs))}

    def forward(self, xp, p, x, c):
        return x * p["scale"], x

    def backward(self, xp, p, g, x, dy):
        g["scale"][...] = xp.sum(dy * x, axis=-2, keepdims=True)
        return dy * p["scale"]


def own(name, columns, targets=0, classes=0, image=None, shift=0.0, scale=1.0):
    """A data set of 40 samples that nobody has seen before."""
    rng = np.random.default_rng(columns + targets + classes)
    x = shift + scale * rng.normal(size=(40, columns))
    if classes:
        y = np.arange(40) % classes
    else:
        y = 100 + 30 * rng.normal(size=(40, targets))
    named = tuple(f"a feature with the number {i}" for i in range(columns))
    what = {"targets": tuple(f"target {i}" for i in range(targets))} if targets else {}
    kinds = tuple(f"class {i} of them" for i in range(classes))
    return Dataset(name, x, y, named, kinds, image=image, **what)


def seeded(samples: int = 40, noise: float = 0.3, seed: int = 0) -> Dataset:
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1 + noise, (samples, 2))
    return Dataset("my own", x, x[:, 0], ("a", "b"), ())


OWN = [
    seeded,
    own("one column", 1, targets=1),
    own("three measured on a far plane", 2, targets=3, shift=1e4),
    own("three classes on the plane", 2, classes=3),
    own("ten classes on a tiny plane", 2, classes=10, scale=1e-6),
    own("many columns and two classes", 12, classes=2),
    own("measured pictures", 12, targets=1, image=(3, 4)),
    own("tall pictures of two classes", 12, classes=2, image=(6, 2)),
    own("pictures of three classes", 4, classes=3, image=(2, 2)),
    Dataset("still", np.zeros((40, 2)), np.ones(40), ("a", "b"), ()),
    Dataset("columns of ones", np.ones((40, 3)), np.ones(40), tuple("abc"), ()),
]
DATA = [*GENERATED, *REAL, *OWN]
KINDS = [GradientFlow, GradientNoise, Saturation, Landscape, Stability]
TAKEN_APART = [WeightedSum, Heads]
ENTRIES = [
    *(1, 2, 3, 3, 9),
    *(Linear(3), Pairs(), Scaled(), LeakyReLU(0.3)),
    Residual((Linear(3), LeakyReLU(), Linear(3))),
]
SMALL = {
    "samples": st.sampled_from([60, 90]),
    "features": st.sampled_from([("x1",), ("x1", "x1*x2", "sin(x2)")]),
    "hidden": st.lists(st.sampled_from(ENTRIES), max_size=4).map(tuple),
    "activation": st.sampled_from([*ACTIVATIONS, (np.sin, np.cos), LeakyReLU(0.1)]),
    "initializer": st.sampled_from(["zeros", "he", Normal(0.2)]),
    "standardize": st.booleans(),
    "batch_norm": st.booleans(),
    "dropout": st.sampled_from([0.0, 0.3]),
    "residual": st.booleans(),
    "loss": st.sampled_from(
        [*LOSSES, Huber(2.0), (lambda z, y: (z - y) ** 2, lambda z, y: 2 * (z - y))]
    ),
    "optimizer": st.sampled_from(
        [*OPTIMIZERS, Momentum(0.1), lambda gradient, rate: -rate * gradient]
    ),
    "schedule": st.sampled_from([*SCHEDULES, lambda step: 1 / (1 + step)]),
    "batch_size": st.sampled_from([None, 7]),
    "l1": st.just(0.01),
    "l2": st.just(0.01),
    "weight_decay": st.just(0.1),
    "biases": st.booleans(),
    "clip_norm": st.just(1.0),
    "patience": st.just(1),
    "seeds": st.integers(1, 3),
    "dtype": st.sampled_from(["float32", "float64"]),
}


def fitting(fields) -> Experiment:
    """A valid one; what does not go with the rest is left out."""
    fields = {"batch_size": 7, "seeds": 2, **fields}
    while True:
        try:
            return Experiment(**fields)
        except InputError as error:
            name = error.argument
            fields.pop("hidden" if name == "layers" else name)


def looked_at(picture: Picture, run: LookedAt) -> None:
    """It is drawn, whatever the learner points at, and told in one paragraph."""
    points = np.random.default_rng(0).uniform(0, (980, 380), (20, 2))
    found = [view.at(*point) for view in picture.views for point in points]
    found = [one for one in found if one]
    neurons = [neuron for view in picture.views for neuron in view.neurons()]
    for run.selection.pointed in {None, *found[:2], *neurons[:1], *neurons[-1:]}:
        picture.draw(*run)
        words = picture.describe(*run)
        assert words.startswith(status(*run)) and words.endswith(".")
        assert "\n" not in words and "  " not in words


def lives(data, views, examples: int) -> None:
    """These views show any experiment on the data, at its start, on its way, and
    lost."""

    @seed(DATA.index(data))
    @settings(max_examples=examples, deadline=None, derandomize=True, database=None)
    @given(st.fixed_dictionaries({}, optional=SMALL))
    def law(fields):
        run = LookedAt.of(fitting({"data": data, **fields}))
        picture = Picture(views(run.session), *run, width=980, height=380)
        looked_at(picture, run)
        run.session.train(3)
        looked_at(picture, run)
        run.session.trainer.network.parameters[...] = np.nan
        run.session._measured_at = -1
        looked_at(picture, run)

    law()


@seed(1)
@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(DATA), st.fixed_dictionaries({}, optional=SMALL))
def test_any_experiment_goes_in_slow_motion(data, fields):
    """Forth to any moment and back; each weight's products add up to its gradient."""
    run = LookedAt.of(fitting({"data": data, **fields}))
    picture = Picture([Flow(), Factors()], *run, width=980, height=380)
    run.session.train(2)
    while not (run.session.stepper.slow and run.session.stepper.slow.over):
        run.session.stepper.next_moment()
        if run.session.stepper.slow.at % 4 == 0 or run.session.stepper.slow.over:
            looked_at(picture, run)
    account = run.session.stepper.slow.account(0)
    gradient = account.passes.gradient
    reach = max(np.abs(gradient).max(), 1e-30)
    for index in range(0, len(gradient), 1 + len(gradient) // 20):
        off = account.factors(index).products.mean() - gradient[index]
        assert abs(off) <= 1e-4 * reach
    there = run.session.trainer.network.parameters.copy()
    for way in (run.session.stepper.previous_moment, run.session.stepper.next_moment):
        way(), way()
    np.testing.assert_array_equal(run.session.trainer.network.parameters, there)


def named(data) -> str:
    return getattr(data, "name", data)


@pytest.mark.parametrize("data", DATA, ids=named)
def test_any_experiment_can_be_looked_at(data):
    lives(data, default_views, 4)


@pytest.mark.parametrize("data", DATA[1::4], ids=named)
def test_any_experiment_can_be_diagnosed(data):
    lives(data, lambda session: [kind() for kind in KINDS], 2)


@pytest.mark.parametrize("data", DATA[::3], ids=named)
def test_any_experiment_can_be_taken_apart(data):
    lives(data, lambda session: [kind() for kind in TAKEN_APART], 4)
