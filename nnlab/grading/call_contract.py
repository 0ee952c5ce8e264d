"""How a part of a learner's own behaves when it is called, apart from its numbers.

It returns what it is asked for, of the right shape and kind; it leaves alone what it is
lent; the same question gets the same answer; and if it fails, it is said where. Each
rule that is broken is one sentence.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import Parameter, isabstract, signature
from numbers import Real
from typing import Any

import numpy as np

from nnlab.backend import quiet
from nnlab.errors import InputError, place_of, shown

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Part:
    """The part under test: the argument it was given as, and its name."""

    argument: str
    name: str

    @classmethod
    def of(cls, argument: str, value: object) -> "Part":
        """The part that was given as this argument."""
        return cls(argument, name_of(value))

    def wrong(self, sentence: str) -> InputError:
        """The error that says what is wrong with it."""
        return InputError(self.argument, sentence)

    def call(self, method: str, function: Callable, *args: Any, hint: str = "") -> Any:
        """What one of its methods returns; an exception of its own is one sentence."""
        try:
            with quiet():
                return function(*args)
        except InputError:
            raise
        except Exception as error:
            kind, said = type(error).__name__, _said(error)
            raise self.wrong(
                f"{method} of {self} raised {kind}: {said}{place_of(error)}"
                f"{hint}{_hint(error, method)}."
            ) from error

    def named(self, method: str, kind: type, function: Callable, *args: Any) -> dict:
        """What one of its methods returns, which is a dictionary of such things."""
        found = self.call(method, function, *args)
        right = isinstance(found, dict)
        if not right or not all(isinstance(value, kind) for value in found.values()):
            raise self.wrong(
                f"{method} of {self} returns {shown(found)}; it returns a dictionary, "
                f"with {ONE[kind]} by name."
            )
        return found

    def instance(self, kind: type) -> Any:
        """An object of a class, which is made without arguments."""
        if isabstract(kind):
            missing = ", ".join(sorted(kind.__abstractmethods__))  # type: ignore
            raise self.wrong(
                f"{self} has no method {missing}; write it into the class."
            )
        if missed := needed(kind):
            raise self.wrong(
                f"{self} can't be made without {', '.join(missed)}; give an object, "
                f"{kind.__name__}(…)."
            )
        return self.call("__init__", kind)

    @contextmanager
    def untouched(self, method: str, lent: Arrays) -> Iterator[None]:
        """Raises an `InputError` if what happens within changes an array `lent`."""
        before = {name: array.copy() for name, array in lent.items()}
        yield
        for name, array in lent.items():
            if not np.array_equal(before[name], array, equal_nan=True):
                raise self.wrong(
                    f"{method} of {self} changes {name} in place, which others still "
                    f"need; work on a copy: {name}.copy()."
                )

    def array(self, what: str, value: Any, like: np.ndarray) -> None:
        """Raises an `InputError` unless `value` is of the shape and dtype of `like`."""
        if not isinstance(value, np.ndarray):
            lost = "; is there a return?" if value is None else "."
            raise self.wrong(
                f"{what} of {self} is {shown(value)}, not an array of shape "
                f"{like.shape}{lost}"
            )
        if value.shape != like.shape:
            raise self.wrong(
                f"{what} of {self} has shape {value.shape}, and {like.shape} is "
                f"expected{_axes(value, like)}."
            )
        if value.dtype != like.dtype:
            raise self.wrong(
                f"{what} of {self} is {value.dtype} for numbers that are {like.dtype}: "
                "the dtype is not kept; write constants as plain numbers, "
                "float(np.sqrt(2)), or end with .astype(x.dtype)."
            )

    def finite(self, what: str, value: np.ndarray, at: str, hint: str) -> None:
        """Raises an `InputError` if some of `value` is NaN or infinite."""
        if not np.isfinite(value).all():
            bad = value[~np.isfinite(value)].flat[0]
            raise self.wrong(f"{what} of {self} is {bad} {at}; {hint}.")

    def repeats(self, method: str, one: np.ndarray, other: np.ndarray) -> None:
        """Raises an `InputError` unless two answers to one question are the same."""
        if not same(one, other):
            raise self.wrong(
                f"{method} of {self} answers two equal calls differently: it keeps "
                "something between calls, or draws random numbers of its own; a layer "
                "gets its random numbers as c.noise, and keeps nothing."
            )

    def __str__(self) -> str:
        return self.name if self.argument == "part" else f"{self.argument}={self.name}"


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays are the same but for the order of their sums."""
    return bool(np.allclose(one, other, rtol=1e-12, atol=1e-12, equal_nan=True))


def parameters(function: Callable) -> list[Parameter]:
    """What a function takes; nothing if it does not say."""
    try:
        return [*signature(function).parameters.values()]
    except (ValueError, TypeError):
        return []


def needed(function: Callable) -> list[str]:
    """The arguments that a function can't be called without."""
    plain = Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD
    found = parameters(function)
    return [p.name for p in found if p.default is p.empty and p.kind in plain]


def name_of(value: object) -> str:
    """A part's name, as a sentence calls it."""
    if isinstance(value, tuple):
        return f"({', '.join(map(name_of, value))})"
    own = type(value).__str__ is not object.__str__
    fallback = str(value)[:60] if own else type(value).__name__
    return str(getattr(value, "__name__", fallback))


def _axes(value: np.ndarray, like: np.ndarray) -> str:
    """What a shape usually means that is not the one expected."""
    if value.shape == like.shape[::-1]:
        return "; it is transposed"
    if value.ndim < like.ndim:
        return ": an axis is lost; keepdims=True keeps it"
    return ""


def _said(error: Exception) -> str:
    """An exception's own words, on one line."""
    words = " ".join(str(error).split())
    return words if len(words) <= 160 else f"{words[:159]}…"


def _hint(error: Exception, method: str) -> str:
    """What usually helps against this exception, to end its sentence with."""
    if isinstance(error, TypeError) and error.__traceback__.tb_next is None:
        return f"; it is called as {SIGNATURES[method]}" if method in SIGNATURES else ""
    if method == "backward" and "could not broadcast input" in str(error):
        return (
            "; a gradient has its parameter's shape: x.mT @ dy for W, and for a bias "
            "(1, units) the sum over the batch, np.sum(dy, axis=-2, keepdims=True)"
        )
    return ""


ONE = {
    np.ndarray: "an array",
    tuple: "the shape of an array, a tuple,",
    int: "a whole number",
    Real: "a number",
}
SIGNATURES = {
    "forward": "forward(xp, p, x, c) by a layer, forward(xp, z, y) by a loss",
    "backward": "backward(xp, p, g, cache, dy) by a layer, backward(xp, cache) by a "
    "loss",
    "update": "update(xp, m, g, p, c)",
    "coefficients": "coefficients(step, rate)",
}
