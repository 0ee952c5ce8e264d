"""Forty parts and more as learners write them: the right ones train, the wrong ones are
told what is wrong."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab.data.dataset import Dataset
from nnlab.engine import MSE, SGD, Adam, Linear, Network, Tanh
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.initializers import INITIALIZERS, Initializer
from nnlab.engine.layers import Layer
from nnlab.engine.losses import LOSSES, Loss
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.engine.schedules import (
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    OneCycleLR,
    StepLR,
)
from nnlab.errors import InputError
from nnlab.experiment.custom_parts import (
    as_activation,
    as_dataset,
    as_initializer,
    as_layer,
    as_loss,
    as_optimizer,
    as_rule,
    as_schedule,
    as_source,
)
from nnlab.training import Trainer

spec = importlib.util.spec_from_file_location(
    "catalogue", Path(__file__).with_name("catalogue.py")
)
catalogue = importlib.util.module_from_spec(spec)
spec.loader.exec_module(catalogue)
RIGHT, WRONG = catalogue.RIGHT, catalogue.WRONG

AS = {
    "activation": as_activation,
    "layer": as_layer,
    "loss": as_loss,
    "optimizer": as_optimizer,
    "schedule": as_schedule,
    "data": as_dataset,
}
ARGUMENTS = {kind: kind for kind in AS} | {"layer": "layers"}


def refusal(fault) -> InputError:
    kind, part, *_ = WRONG[fault]
    with pytest.raises(InputError) as caught:
        AS[kind](part)
    return caught.value


# The catalogue


def test_there_are_enough_of_both():
    assert min(len(RIGHT), len(WRONG)) >= 20


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_part_is_taken_and_trains(name):
    kind, part = RIGHT[name]
    made = AS[kind](part)
    if kind == "data":
        assert isinstance(made, Dataset)
        return
    given = {"activation": Tanh(), "layer": Tanh(), "loss": MSE(), "schedule": None}
    given |= {"optimizer": SGD(0.01), kind: made}
    layers = [Linear(4), given["activation"], given["layer"], Linear(2)]
    x = np.random.default_rng(0).normal(size=(12, 3))
    trainer = Trainer(
        Network(3, layers, replicas=3),
        given["loss"],
        given["optimizer"],
        (x, np.arange(12) % 2),
        batch_size=5,
        schedule=given["schedule"],
    )
    before = trainer.network.parameters.copy()
    trainer.fit(epochs=3)
    assert not trainer.diverged.any()
    assert (trainer.network.parameters != before).any(axis=-1).all()


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_part_is_told_what_is_wrong(fault):
    kind, _, *words = WRONG[fault]
    error = refusal(fault)
    sentence = str(error)
    assert [word for word in words if word not in sentence] == []
    assert error.argument == ARGUMENTS[kind]
    assert sentence.endswith((".", "…", "?")) and "\n" not in sentence
    assert len(sentence) < 440


def test_every_fault_has_words_of_its_own():
    said = {fault: str(refusal(fault)) for fault in WRONG}
    shared = [
        (fault, other)
        for fault, (_, _, *words) in WRONG.items()
        for other, sentence in said.items()
        if other != fault and all(word in sentence for word in words)
    ]
    assert shared == []


# The engine's own


SCHEDULES = [
    ConstantLR(),
    StepLR(3),
    ExponentialLR(0.9),
    CosineAnnealingLR(9),
    LinearLR(),
    OneCycleLR(9),
]
OURS = [
    *(("activation", kind()) for kind in ACTIVATIONS.values()),
    *(("layer", kind()) for kind in ACTIVATIONS.values()),
    *(("loss", kind()) for kind in LOSSES.values()),
    *(("optimizer", kind()) for kind in OPTIMIZERS.values()),
    *(("schedule", schedule) for schedule in SCHEDULES),
    ("data", catalogue.rings()),
]


@pytest.mark.parametrize("kind, part", OURS, ids=lambda value: type(value).__name__)
def test_what_the_engine_has_is_taken_as_it_is(kind, part):
    assert AS[kind](part) is part


@pytest.mark.parametrize("kind", AS)
@pytest.mark.parametrize("value", [None, 3, "tahn", [], object(), (np.sin, 1), int])
def test_what_is_no_part_is_refused(kind, value):
    with pytest.raises(InputError) as caught:
        AS[kind](value)
    assert caught.value.argument == ARGUMENTS[kind]


# What is made of it


@pytest.mark.parametrize("kind", ["activation", "layer", "loss", "optimizer"])
def test_a_class_or_a_function_becomes_an_object(kind):
    base = {"loss": Loss, "optimizer": Optimizer}.get(kind, Layer)
    parts = [part for given, part in RIGHT.values() if given == kind]
    assert len(parts) >= 3
    assert all(isinstance(AS[kind](part), base) for part in parts)


@pytest.mark.parametrize("rule", [SGD, Adam(0.5), lambda g, rate: -rate * g])
def test_the_learning_rate_is_the_one_given(rule):
    assert as_optimizer(rule, 0.3).learning_rate == 0.3
    own = as_optimizer(rule).learning_rate
    assert own == (rule.learning_rate if isinstance(rule, Adam) else 0.01)


class Stubborn(SGD):
    def __init__(self):
        super().__init__(0.1)


def test_an_optimizer_that_takes_no_rate_is_refused():
    with pytest.raises(InputError, match="another learning rate") as caught:
        as_optimizer(Stubborn(), 0.3)
    assert caught.value.argument == "optimizer"


def test_data_are_made_from_what_the_function_asks_for():
    small, other = (as_dataset(catalogue.rings, s, samples=20, x=1) for s in (4, 5))
    assert len(small) == 20 and not np.array_equal(small.x, other.x)
    assert_array_equal(small.x, catalogue.rings(20, seed=4).x)


# Once is enough


class Counted:
    """sin, which counts how often it is asked."""

    def __init__(self):
        self.calls = 0

    def __call__(self, z):
        self.calls += 1
        return np.sin(z)


@dataclass
class CountedAndMutable(Counted):
    calls: int = 0
    __call__ = Counted.__call__


def test_what_has_passed_is_not_checked_again():
    counted = Counted()
    as_activation((counted, np.cos))
    calls = counted.calls
    as_activation((counted, np.cos))
    assert counted.calls == calls > 0


def test_what_may_change_is_checked_each_time():
    counted = CountedAndMutable()
    as_activation((counted, np.cos))
    calls = counted.calls
    as_activation((counted, np.cos))
    assert counted.calls == 2 * calls > 0


def test_what_was_refused_is_refused_again():
    assert str(refusal("sign")) == str(refusal("sign"))


# Whatever its methods return

GARBAGE = [None, "W", 3, -1.5, [], (1,), (None, None), {}, {"W": 3}, {1: "b"}, object()]
GARBAGE += [np.zeros(0), np.zeros((2, 2), complex), np.array(["W"]), np.array(None)]
METHODS = [
    ("layer", catalogue.Mine, "outputs parameters init state noise forward backward"),
    ("layer", catalogue.Jitter, "state noise"),
    ("loss", catalogue.Squares, "targets forward backward predict correct"),
    ("optimizer", catalogue.Downhill, "coefficients update"),
    ("schedule", catalogue.Sawtooth, "__call__"),
]


@pytest.mark.parametrize(
    "kind, base, method",
    [(kind, base, name) for kind, base, names in METHODS for name in names.split()],
)
@pytest.mark.parametrize("value", GARBAGE, ids=lambda value: str(value)[:12])
def test_a_method_that_returns_anything_is_one_sentence(kind, base, method, value):
    made = type("Odd", (base,), {method: lambda *given: value})()
    try:
        AS[kind](made)
    except InputError as error:
        assert error.argument == ARGUMENTS[kind] and "\n" not in str(error)
    else:  # it may say that it has no statistics and no noise, or a steady factor
        assert method in ("state", "noise", "coefficients", "__call__")


# What stays as it is given


def uphill(gradient, rate):
    return rate * gradient


def test_a_rule_that_a_learner_edits_may_go_uphill():
    assert as_rule(uphill) is uphill
    with pytest.raises(InputError, match="goes uphill"):
        as_optimizer(uphill)
    with pytest.raises(InputError, match="alone moves otherwise"):
        as_rule(lambda gradient, rate: -rate * gradient / np.linalg.norm(gradient))
    assert as_rule(Adam) == Adam() and as_rule(SGD(0.5)) == SGD(0.5)


def test_a_function_that_makes_data_stays_itself():
    _, made = RIGHT["rings"]
    assert as_source(made) is made
    data = as_dataset(made)
    assert as_source(data) is data
    with pytest.raises(InputError, match="asked again with the same seed"):
        as_source(WRONG["unseeded"][1])


class Shapeless(Initializer):
    def draw(self, rng, shape):
        return rng.normal(size=3)


class Torn(Initializer):
    def draw(self, rng, shape):
        return np.full(shape, np.inf)


class Half(Initializer):
    def draw(self, rng, shape):
        return 0.5 * rng.normal(size=shape)


def test_an_initializer_draws_what_is_asked_for():
    assert isinstance(as_initializer(Half), Half)
    for name, made in INITIALIZERS.items():
        assert as_initializer(made) == made(), name
    for wrong in (Shapeless, Torn()):
        with pytest.raises(InputError, match=r"draw of .* not finite numbers of the"):
            as_initializer(wrong)
    with pytest.raises(InputError, match=r"try initializer=Normal\(0\.1\)"):
        as_initializer(3)
