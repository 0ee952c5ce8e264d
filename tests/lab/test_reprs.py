"""What a learner can print holds no address: it is the same in every run."""

import inspect
from collections.abc import Iterator
from functools import partial
from importlib import import_module

import numpy as np
import pytest

import nnlab
from nnlab import (
    ChainedScheduler,
    Experiment,
    FunctionLayer,
    FunctionLoss,
    FunctionOptimizer,
    Lab,
    SequentialLR,
    Tape,
    sweep,
    views,
)
from nnlab.errors import shown
from nnlab.lab.predict import guesses
from nnlab.lab.predict.curve_input import Axes
from nnlab.lab.predict.guesses import score
from nnlab.lab.predict.predict import Predict
from nnlab.lessons import start_here
from nnlab.views.plots.chart import Chart
from tests.lessons.answers import LESSONS


def update(gradient, rate):
    return -rate * gradient


class Callable:
    def __call__(self, gradient, rate):
        return -rate * gradient

    def method(self, gradient, rate):
        return -rate * gradient


RULES = {
    "a function": update,
    "a lambda": lambda gradient, rate: -rate * gradient,
    "a partial": partial(lambda more, gradient, rate: -rate * gradient, 1),
    "an object": Callable(),
    "a method": Callable().method,
}
FACTORS = {
    "a function": lambda step: 1.0,
    "a partial": partial(lambda more, step: 1.0, 1),
}
ASKED = ["statement", "hint", "solution", "lines", "fill", "check"]  # of an exercise
SMALL = {"hidden": (3,), "seeds": 2}


def parts() -> Iterator[object]:
    """Experiments and their parts, with code of a learner's own in every place."""
    for rule in RULES.values():
        yield Experiment(optimizer=rule, **SMALL)
        yield FunctionOptimizer(0.1, function=rule)
    for factor in FACTORS.values():
        yield Experiment(schedule=factor)
        yield from (ChainedScheduler(factor, factor), SequentialLR(factor, 3, factor))
    curve = (lambda z: z * z, lambda z: 2 * z)
    cost = (lambda z, y: (z - y) ** 2, lambda z, y: 2 * (z - y))
    yield from (
        Experiment(activation=curve),
        FunctionLayer(*curve),
        FunctionLoss(*cost),
    )
    yield Experiment(data="hills", loss=cost)


def runs() -> Iterator[object]:
    """What a run is made of, and what comes of it."""
    experiment = Experiment(**SMALL)
    trainer = experiment.trainer()
    yield from (trainer, trainer.network, trainer.network.layout, Tape(trainer))
    yield from vars(trainer).values()
    curves = experiment.run(epochs=1)
    yield from (curves, *curves.values(), sweep([experiment], epochs=1))
    yield from (experiment.split(), experiment.dataset())


def labs() -> Iterator[object]:
    """A Lab, and all that it has."""
    for rule in RULES.values():
        lab = Lab(optimizer=rule, **SMALL)
        yield lab
    for holder in (lab, lab.session):
        yield from public(holder)
    yield from (getattr(views, name)() for name in views.__all__ if name != "View")


def lessons() -> Iterator[object]:
    """Questions, exercises, explorers, cards."""
    ask = Predict("How many?", pick=[1, 2], answer=1)
    ask.make(1, 0.5)
    yield from (ask, ask.choices, score(), *score().guesses, *guesses._asked.values())
    yield Predict("Which?", draw=Axes((0, 1), (0, 1)), answer=[0, 1]).pad
    yield Chart({"a": np.ones((2, 2))}, [1, 2], "x", "y")
    yield start_here.your_turn(Lab(**SMALL))
    for lesson in LESSONS:
        for one in public(import_module(f"nnlab.lessons.{lesson}")):
            yield one
            asked = [getattr(one, name) for name in ASKED if hasattr(one, name)]
            yield from (ask() for ask in asked)


def public(holder: object) -> list[object]:
    """What has a name without a line before it, and is no code."""
    names = [name for name in dir(holder) if not name.startswith("_")]
    found = [getattr(holder, name) for name in names]
    code = (inspect.isroutine, inspect.isclass, inspect.ismodule)
    return [one for one in found if not any(kind(one) for kind in code)]


@pytest.mark.parametrize("things", [parts, runs, labs, lessons])
def test_a_repr_holds_no_address(things):
    for one in things():
        for said in (repr(one), str(one)):
            assert " at 0x" not in said, type(one).__name__


@pytest.mark.parametrize("name", nnlab.__all__)
def test_what_is_public_can_be_made_or_printed_without_one(name):
    one = getattr(nnlab, name)
    try:
        made = one() if inspect.isclass(one) else ""
    except TypeError:
        return  # it wants arguments; those that take a learner's code are above
    assert " at 0x" not in repr(made)


class Silent:
    """It can't even say what it is."""

    def __repr__(self):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "value, said",
    [
        (update, "<function update>"),
        (object(), "<object object>"),
        ([object()], "[<object object>]"),
        (Silent(), "a Silent"),
        (10**5000, "a int"),
        ("x" * 99, "'" + "x" * 58 + "…"),
    ],
    ids=range(6),
)
def test_a_message_holds_none(value, said):
    assert shown(value) == said
