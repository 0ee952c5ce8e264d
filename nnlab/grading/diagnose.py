"""Name the mistake in a wrong answer to an exercise.

The answer and every wrong function of the catalogue are called with the same random
arguments. Where one raises an error, so must the other. The first that agrees in every
case names the mistake; if none does, the numbers alone may.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlab.grading.common_mistakes import (
    DISTORTIONS,
    SIGN,
    SQUARES,
    Factor,
    named_factor,
)
from nnlab.grading.compare import Outcome, close, precision, same, worst
from nnlab.grading.known_mistakes import KnownMistake, pairs
from nnlab.grading.sandbox import Result, result

ORDINALS = "first second third fourth".split()


@dataclass(frozen=True, eq=False)
class Evidence:
    """A wrong answer: its results in random cases, and the right ones.

    Attributes:
        reference: the reference solution.
        cases: the arguments of each case.
        names: the names of the arguments.
        found: what the answer gave in each case.
        right: what the reference solution gives.
    """

    reference: Callable
    cases: Sequence[Sequence[Any]]
    names: Sequence[str]
    found: Sequence[Result]
    right: Sequence[Outcome]

    def name(self, mistakes: Sequence[KnownMistake]) -> str:
        """Return a sentence that names the mistake; "" if it is not recognized."""
        return (
            self._first_of(mistakes)
            or self._in_the_numbers()
            or self._first_of(pairs(mistakes))
        )

    def where(self) -> str:
        """Return a sentence that says where the answer is most wrong."""
        rights = map(same, self.found, self.right)
        wrong = [case for case, right in enumerate(rights) if not right]
        case = wrong[0]
        part = [*map(close, self.found[case], self.right[case])].index(False)
        at, found, right = worst(self.found[case][part], self.right[case][part])
        which = self._which([part])
        return (
            f"It is wrong in {len(wrong)} of {len(self.cases)} random cases. In one of "
            f"them, with {self._sizes(case)}, {which} is {found:.4g} at {at}, and "
            f"right is {right:.4g}."
        )

    def _first_of(self, mistakes: Sequence[KnownMistake]) -> str:
        fit = next(filter(self._fits, mistakes), None)
        return f"It looks as if {fit.words}." if fit else ""

    def _fits(self, mistake: KnownMistake) -> bool:
        """Return True if the answer gives in every case what the mistake gives."""
        try:
            return any(map(self._is, mistake.wrong(self.reference)))
        except (SyntaxError, NameError):  # two edits that do not go together
            return False

    def _is(self, wrong: Callable) -> bool:
        return all(
            _agree(found, result(wrong, case))
            for found, case in zip(self.found, self.cases)
        )

    def _in_the_numbers(self) -> str:
        """Return what the numbers alone say: a factor, or a distortion."""
        if not all(map(_comparable, self.found, self.right)):
            return ""
        parts = self._wrong_parts()
        words = self._factor(parts) or self._distortion(parts)
        return words and f"{self._which(parts).capitalize()} {words}."

    def _factor(self, parts: Sequence[int]) -> str:
        found, right = (self._joined(all_, parts) for all_ in (self.found, self.right))
        tolerance = max(map(precision, found))
        return named_factor([*zip(found, right)], [*self._factors()], tolerance)

    def _distortion(self, parts: Sequence[int]) -> str:
        def fits(distorted: Callable) -> bool:
            return all(
                _alike(found[i], distorted(right[i]))
                for found, right in zip(self.found, self.right)
                for i in parts
            )

        return next((one.words for one in DISTORTIONS if fits(one.of)), "")

    def _joined(self, results: Sequence[Any], parts: Sequence[int]) -> list[np.ndarray]:
        """Return all numbers of these arrays, in each case."""
        return [np.concatenate([one[i].ravel() for i in parts]) for one in results]

    def _wrong_parts(self) -> list[int]:
        """Return which of the returned arrays are wrong in some case."""
        several = range(len(self.right[0]))
        both = [*zip(self.found, self.right)]
        return [i for i in several if not all(close(f[i], r[i]) for f, r in both)]

    def _which(self, parts: Sequence[int]) -> str:
        """Return these of the returned arrays in words."""
        if len(self.right[0]) == 1:
            return "it"
        named = " and ".join(f"the {ORDINALS[i]}" for i in parts)
        return f"{named} of what it returns"

    def _factors(self) -> Iterator[Factor]:
        """Yield every factor that a mistake leaves."""
        yield SIGN
        for name, *arrays in zip(self.names, *self.cases):
            if all(isinstance(one, np.ndarray) for one in arrays):
                yield from _by_size(name, arrays)
        yield from SQUARES

    def _sizes(self, case: int) -> str:
        arrays = zip(self.names, self.cases[case])
        return ", ".join(
            f"`{name}` of shape {one.shape}"
            for name, one in arrays
            if isinstance(one, np.ndarray)
        )


def _by_size(name: str, arrays: Sequence[np.ndarray]) -> Iterator[Factor]:
    """Yield the factors by which a sum is off from a mean over this argument."""
    for axis, what in enumerate(("rows", "columns")[: arrays[0].ndim]):
        sizes = np.array([one.shape[axis] for one in arrays])
        told = f"the number of {what} of `{name}`"
        yield Factor(sizes, told, "a sum stands where a mean belongs")
        means = "a mean stands where a sum belongs, or was taken twice"
        yield Factor(1 / sizes, f"1 / {told}", means)
    sizes = np.array([one.size for one in arrays])
    yield Factor(sizes, f"how many numbers are in `{name}`", "a mean was forgotten")


def _comparable(found: Result, right: Outcome) -> bool:
    """Return True for numbers of the right shapes."""
    shapes = [one.shape for one in right]
    return not isinstance(found, str) and [one.shape for one in found] == shapes


def _agree(found: Result, wrong: Result) -> bool:
    """Return True for the same error, or the same numbers."""
    if isinstance(found, str) or isinstance(wrong, str):
        return found == wrong
    return len(found) == len(wrong) and all(map(_alike, found, wrong))


def _alike(found: np.ndarray, wrong: np.ndarray) -> bool:
    """Return True if two arrays agree, and are finite in the same places."""
    if found.shape != wrong.shape:
        return False
    finite = np.isfinite(found)
    if not np.array_equal(finite, np.isfinite(wrong)):
        return False
    return close(np.where(finite, found, 0), np.where(finite, wrong, 0))
