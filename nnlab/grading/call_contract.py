"""The contract of a call to a user-defined part, apart from its numbers.

A part returns what it is asked for, in the right shape and dtype; it does not change
the arrays that it receives; equal calls return equal results; it ends in time; and if
it fails, the sentence says where. A broken rule is one sentence.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import Parameter, isabstract, signature
from numbers import Real
from traceback import walk_tb
from typing import Any

import numpy as np

from nnlab.backend import quiet
from nnlab.errors import InputError, place_of, shown
from nnlab.grading import timeout
from nnlab.grading.compare import REPEATED, SCALE_FLOOR, close, shape_hint

Arrays = dict[str, np.ndarray]

FAR = 1000.0  # a large input, at which exponentials overflow


@dataclass(frozen=True)
class Part:
    """A part under test: the argument that it was given as, and its name."""

    argument: str
    name: str

    @classmethod
    def of(cls, argument: str, value: object) -> "Part":
        """Return the part that was given as this argument."""
        return cls(argument, name_of(value))

    def wrong(self, sentence: str) -> InputError:
        """Return the error that says what is wrong with the part."""
        return InputError(self.argument, sentence)

    def call(self, method: str, function: Callable, *args: Any, hint: str = "") -> Any:
        """Call one of the part's methods, and return what it returns.

        Args:
            method: its name, for the sentence.
            function: the method, called with `args`.
            hint: the shapes of the arguments, for the sentence.

        Raises:
            InputError: for every exception of the part, and if it does not end.
        """
        with self.explained(method, hint), timeout.time_limit():
            return function(*args)

    @contextmanager
    def explained(self, method: str, hint: str = "") -> Iterator[None]:
        """Turn every exception of the part into an `InputError` of one sentence."""
        try:
            with quiet():
                yield
        except InputError:
            raise
        except timeout.TooSlow:
            raise self.wrong(
                f"{method} of {self}{hint and f'{hint},'} was stopped after "
                f"{timeout.SECONDS:g} seconds. Does a loop never end, or go over more "
                "than it needs to?"
            ) from None
        except Exception as error:
            kind, said = type(error).__name__, _said(error)
            raise self.wrong(
                f"{method} of {self} raised {kind}: {said}{place_of(error)}"
                f"{hint}{_hint(error, method)}."
            ) from error

    def named(self, method: str, kind: type, function: Callable, *args: Any) -> dict:
        """Call a method that returns a dictionary of things of this kind, by name."""
        found = self.call(method, function, *args)
        right = isinstance(found, dict)
        if not right or not all(isinstance(value, kind) for value in found.values()):
            raise self.wrong(
                f"{method} of {self} returns {shown(found)}; it returns a dictionary, "
                f"with {ONE[kind]} by name."
            )
        return found

    def two(self, answer: Any, names: str) -> Any:
        """Return what `forward` returned, which is a tuple of two things."""
        if isinstance(answer, tuple) and len(answer) == 2:
            return answer
        raise self.wrong(
            f"forward of {self} returns {type(answer).__name__}, and not two things; "
            f"return {names}."
        )

    def instance(self, kind: type) -> Any:
        """Return an object of a class, made without arguments."""
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
        """Raise an `InputError` if the block changes an array of `lent` in place."""
        before = {name: array.copy() for name, array in lent.items()}
        yield
        for name, array in lent.items():
            if not np.array_equal(before[name], array, equal_nan=True):
                raise self.wrong(
                    f"{method} of {self} changes {name} in place, which others still "
                    f"need; work on a copy: {name}.copy()."
                )

    def array(self, what: str, value: Any, like: np.ndarray) -> None:
        """Raise an `InputError` unless `value` has the shape and dtype of `like`."""
        if not isinstance(value, np.ndarray):
            lost = "; is there a return?" if value is None else "."
            raise self.wrong(
                f"{what} of {self} is {shown(value)}, not an array of shape "
                f"{like.shape}{lost}"
            )
        if value.shape != like.shape:
            usual = shape_hint(value.shape, like.shape, ".mT").replace("`", "")
            raise self.wrong(
                f"{what} of {self} has shape {value.shape}, and {like.shape} is "
                f"expected{usual}."
            )
        if value.dtype != like.dtype:
            raise self.wrong(
                f"{what} of {self} is {value.dtype} for numbers that are {like.dtype}: "
                "the dtype is not kept; write constants as plain numbers, "
                "float(np.sqrt(2)), or end with .astype(x.dtype)."
            )

    def finite(self, what: str, value: np.ndarray, at: str, hint: str) -> None:
        """Raise an `InputError` if a number of `value` is NaN or infinite."""
        if not np.isfinite(value).all():
            bad = value[~np.isfinite(value)].flat[0]
            raise self.wrong(f"{what} of {self} is {bad} {at}; {hint}.")

    def finite_in_float32(self, arrays: Arrays) -> None:
        """Raise an `InputError` if a number is not finite in single precision."""
        hint = "it is finite in float64; look for a number too large or too small"
        for what, array in arrays.items():
            self.finite(f"{what} in float32", array, "at ordinary numbers", hint)

    def finite_far_out(self, arrays: Arrays, hint: str) -> None:
        """Raise an `InputError` if a number is not finite for inputs of ±`FAR`."""
        for what, array in arrays.items():
            self.finite(what, array, f"at ±{FAR:g}", hint)

    def repeats(self, method: str, one: np.ndarray, other: np.ndarray) -> None:
        """Raise an `InputError` unless two equal calls returned equal results."""
        if not repeated(one, other):
            raise self.wrong(
                f"{method} of {self} answers two equal calls differently: it keeps "
                "something between calls, or draws random numbers of its own; a layer "
                "gets its random numbers as c.noise, and keeps nothing."
            )

    def unmixed(self, i: int, together: Arrays, alone: Arrays, given: str) -> None:
        """Raise an `InputError` unless replica i returns what it returns alone.

        Args:
            i: number of the replica.
            together: arrays of all replicas, by name.
            alone: arrays of this replica, computed alone.
            given: the input and its shape, for the sentence.
        """
        for what, array in alone.items():
            if not close(together[what][i], array, least=SCALE_FLOOR):
                raise self.wrong(
                    f"{what} of {self} mixes the replicas: with {given}, replica {i} "
                    "is not what it is alone; the batch is axis -2, and never axis 0."
                )

    def __str__(self) -> str:
        return self.name if self.argument == "part" else f"{self.argument}={self.name}"


def repeated(one: np.ndarray, other: np.ndarray) -> bool:
    """Return True if two arrays are equal up to the order of their sums."""
    return close(one, other, REPEATED, least=1.0)


def parameters(function: Callable) -> list[Parameter]:
    """Return the parameters of a function; none if it does not tell."""
    try:
        return [*signature(function).parameters.values()]
    except (ValueError, TypeError):
        return []


def needed(function: Callable) -> list[str]:
    """Return the names of the positional parameters without a default."""
    plain = Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD
    found = parameters(function)
    return [p.name for p in found if p.default is p.empty and p.kind in plain]


def name_of(value: object) -> str:
    """Return the name of a part for a sentence."""
    if isinstance(value, tuple):
        return f"({', '.join(map(name_of, value))})"
    own = type(value).__str__ is not object.__str__
    fallback = str(value)[:60] if own else type(value).__name__
    return str(getattr(value, "__name__", fallback))


def _said(error: Exception) -> str:
    """Return the message of an exception on one line."""
    words = " ".join(str(error).split())
    return words if len(words) <= 160 else f"{words[:159]}…"


def _hint(error: Exception, method: str) -> str:
    """Return what usually helps against an exception, as the end of a sentence."""
    if isinstance(error, TypeError) and _before_the_call(error):
        return f"; it is called as {SIGNATURES[method]}" if method in SIGNATURES else ""
    if method == "backward" and "could not broadcast input" in str(error):
        return (
            "; a gradient has its parameter's shape: x.mT @ dy for W, and for a bias "
            "(1, units) the sum over the batch, np.sum(dy, axis=-2, keepdims=True)"
        )
    return ""


def _before_the_call(error: Exception) -> bool:
    """Return True if a function did not begin, since its arguments do not fit."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    return frame.f_code is Part.call.__code__


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
