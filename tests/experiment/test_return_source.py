"""The line that says what a function returns is shown whole, however it is written."""

import functools

import numpy as np
import pytest

from nnlab import Experiment
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.experiment.return_source import returned


def one_line(gradient, rate):
    return -rate * gradient  # downhill


def several(gradient, rate):
    # return nothing of this
    return (
        -rate  # downhill
        * gradient
    )


def several_arguments(gradient, rate):
    return np.where(
        np.abs(gradient) > 1,
        -rate * np.sign(gradient),
        -rate * gradient,
    )


def backslash(gradient, rate):
    return -rate * gradient


def text(gradient, rate):
    """It does not return 7."""
    note = "return 3"
    return -rate * gradient if note else 0


def nested(gradient, rate):
    def inner(x):
        return x + 1

    change = -rate * gradient
    return change

    def after(x):
        return x


def early(gradient, rate):
    if rate > 1:
        return -gradient
    return -rate * gradient


def branches(gradient, rate):
    if rate > 1:
        return -gradient
    else:
        return -rate * gradient


def none(gradient, rate):
    gradient *= -rate


def decorator(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


@decorator
def decorated(gradient, rate):
    return -rate * gradient


class Rule:
    def __call__(self, gradient, rate):
        return -rate * gradient

    def method(self, gradient, rate):
        return -rate * gradient


# fmt: off
short = lambda gradient, rate: -rate * gradient  # noqa: E731
given = Experiment(optimizer=lambda gradient, rate: -rate * gradient).optimizer
broken = Experiment(
    optimizer=lambda gradient, rate: -rate * gradient,
    seeds=2,
).optimizer
two = (lambda g, rate: -g, lambda g, rate: (-rate
                                            * g))
# fmt: on


@pytest.mark.parametrize(
    "function, said",
    [
        (one_line, "return -rate * gradient"),
        (several, "return -rate * gradient"),
        (
            several_arguments,
            "return np.where(np.abs(gradient) > 1, -rate * np.sign(gradient), "
            "-rate * gradient)",
        ),
        (backslash, "return -rate * gradient"),
        (text, "return -rate * gradient if note else 0"),
        (nested, "return change"),
        (early, "return -rate * gradient"),
        (branches, "return -rate * gradient"),
        (none, "gradient *= -rate"),
        (decorated, "return -rate * gradient"),
        (Rule(), "return -rate * gradient"),
        (Rule().method, "return -rate * gradient"),
        (functools.partial(several, rate=1), "return -rate * gradient"),
        (short, "lambda gradient, rate: -rate * gradient"),
        (given, "lambda gradient, rate: -rate * gradient"),
        (broken, "lambda gradient, rate: -rate * gradient"),
        (two[0], "lambda g, rate: -g"),
        (two[1], "lambda g, rate: -rate * g"),
        (len, "len"),
        (np.sin, "np.sin"),
        (functools.partial(np.add, 1), "partial"),
        (eval("lambda g, rate: g"), "<lambda>"),
    ],
    ids=lambda given: given if isinstance(given, str) else type(given).__name__,
)
def test_the_line_is_whole_and_one(function, said):
    assert returned(getattr(function, "function", function)) == said


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_our_rules_say_what_they_return(name):
    said = returned(type(Experiment(optimizer=name).trainer().optimizer).update)
    assert said.startswith("return ") and said.count("(") == said.count(")")
