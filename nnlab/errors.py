"""One kind of error for bad input: it names the argument, what came, what is
allowed, and the nearest fix, in one sentence."""

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(ValueError):
    """Bad input, explained in one sentence.

    `argument` is the name of what was wrong, so that a form can point at it.
    """

    def __init__(self, argument: str, message: str):
        super().__init__(message)
        self.argument = argument

    def _render_traceback_(self) -> list[str]:
        """In a notebook the sentence alone: the fault lies in no line of this code."""
        return [f"{type(self).__name__}: {self}"]


def unknown(argument: str, value: object, allowed: Iterable[str]) -> InputError:
    """The error for a name that is not one of `allowed`.

    >>> raise unknown("activation", "rleu", ["relu", "tanh"])
    Traceback (most recent call last):
    nnlab.errors.InputError: activation='rleu' is not known; did you mean 'relu'?
    """
    names = list(allowed)
    near = get_close_matches(str(value).lower(), names, n=1, cutoff=0.5)
    if near:
        hint = f"; did you mean {near[0]!r}?"
    else:
        hint = f"; choose from {', '.join(map(repr, names))}."
    return InputError(argument, f"{argument}={value!r} is not known{hint}")
