"""The ways to go wrong: each is a wrong function, and what to say of it.

A wrong answer that gives what a wrong function gives, case by case, is that mistake.
Most are one edit of the reference solution; two edits together are two mistakes at
once. What every exercise has in common (a sign, a transposed array) is `COMMON`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from nnlab.grading.source import made_from, source_of


@dataclass(frozen=True)
class Edit:
    """The reference solution with `new` where `old` stands, everywhere.

    `words` follow upon "It looks as if ".
    """

    words: str
    old: str
    new: str

    def after(self, text: str) -> str:
        """The text after the edit; the same text if there is nothing to edit."""
        return text.replace(self.old, self.new)

    def of(self, reference: Callable) -> Callable:
        """The wrong function."""
        return made_from(self.after(source_of(reference)), reference)


@dataclass(frozen=True)
class Both:
    """Two edits at once."""

    one: Edit
    other: Edit

    @property
    def words(self) -> str:
        return f"two things happened at once: {self.one.words}; and {self.other.words}"

    def of(self, reference: Callable) -> Callable:
        """The wrong function."""
        text = self.other.after(self.one.after(source_of(reference)))
        return made_from(text, reference)


@dataclass(frozen=True)
class Instead:
    """Another function, which is wrong."""

    words: str
    function: Callable

    def of(self, reference: Callable) -> Callable:
        """The wrong function."""
        return self.function


@dataclass(frozen=True)
class Turned:
    """What is right, but every array of it `turned`."""

    words: str
    turned: Callable[[np.ndarray], np.ndarray]

    def of(self, reference: Callable) -> Callable:
        """The wrong function."""

        def wrong(*args: Any) -> Any:
            right = reference(*args)
            several = isinstance(right, tuple)
            return (*map(self.turned, right),) if several else self.turned(right)

        return wrong


Fault = Edit | Both | Instead | Turned

COMMON: list[Fault] = [
    Turned("it is 0 everywhere", np.zeros_like),
    Turned("the sign is wrong: it is minus what it should be", np.negative),
    Turned("it is transposed: turn it round with `.T`", np.transpose),
    Turned("it is upside down: the rows come in reverse", lambda a: a[::-1]),
    Turned("it is squared", np.square),
    Turned("a square root is missing, or was taken twice", lambda a: np.sqrt(abs(a))),
    Turned("it is rounded to whole numbers", np.round),
    Turned("whole numbers are left of it: look for `//` or `int`", np.trunc),
    Turned("only its size is left: look for `abs`", np.abs),
    Turned("it is one over what it should be", lambda a: 1 / a),
    Turned("it is scaled to add up to 1", lambda a: a / a.sum()),
    Turned(
        "its first column is all there is, in every column", lambda a: a[:, :1] + 0 * a
    ),
]


def pairs(faults: Sequence[Fault]) -> list[Fault]:
    """Every two edits that do not touch the same words."""
    edits = [fault for fault in faults if isinstance(fault, Edit)]
    return [Both(*two) for two in combinations(edits, 2) if _apart(*two)]


def _apart(one: Edit, other: Edit) -> bool:
    return one.old not in other.old and other.old not in one.old
