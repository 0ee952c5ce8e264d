"""Which mistake it is: a wrong answer beside every wrong function there is.

The answer and a wrong function are called with the same random arguments. Where one
raises an error, so must the other. The first that agrees in every case names the
mistake; if none does, a factor between the answer and what is right may.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np

from nnlab.backend import quiet
from nnlab.grading.compare import Outcome, close, outcome, same
from nnlab.grading.known_mistakes import COMMON, Fault, pairs
from nnlab.grading.timeout import TooSlow, patience

Result = Outcome | str  # what came back; or else the error


def result(function: Callable, args: Sequence[Any]) -> Result:
    """What the function returns for copies of these arguments; the error, if it has
    one."""
    try:
        with quiet(), catch_warnings(), patience():
            simplefilter("ignore")
            return outcome(function(*deepcopy(tuple(args))))
    except (Exception, TooSlow) as error:
        return f"{type(error).__name__}: {error}"


@dataclass(frozen=True, eq=False)
class Evidence:
    """A wrong answer: what it gave in each of the `cases`, beside what is right."""

    reference: Callable
    cases: Sequence[Sequence[Any]]
    names: Sequence[str]
    found: Sequence[Result]
    right: Sequence[Outcome]

    def name(self, faults: Sequence[Fault]) -> str:
        """The mistake, in a sentence; nothing if it is none of these."""
        return (
            self._first_of((*faults, *COMMON))
            or self._factor()
            or self._first_of(pairs(faults))
        )

    def where(self) -> str:
        """Where it is most wrong, if there is nothing simpler to say."""
        rights = map(same, self.found, self.right)
        wrong = [case for case, right in enumerate(rights) if not right]
        case = wrong[0]
        parts = map(close, self.found[case], self.right[case])
        part = [*parts].index(False)
        found, right = self.found[case][part], self.right[case][part]
        off = np.nan_to_num(np.abs(found - right), nan=np.inf)
        at = np.unravel_index(np.argmax(off), off.shape)
        which = self._which([part])
        return (
            f"It is wrong in {len(wrong)} of {len(self.cases)} random cases. In one of "
            f"them, with {self._sizes(case)}, {which} is {found[at]:.4g} at "
            f"{[*map(int, at)]}, and right is {right[at]:.4g}."
        )

    def _first_of(self, faults: Sequence[Fault]) -> str:
        fit = next(filter(self._fits, faults), None)
        return f"It looks as if {fit.words}." if fit else ""

    def _fits(self, fault: Fault) -> bool:
        """Whether it gives what the answer gives, in every case."""
        try:
            wrong = fault.of(self.reference)
        except (SyntaxError, NameError):  # two edits that do not go together
            return False
        return all(
            _agree(found, result(wrong, case))
            for found, case in zip(self.found, self.cases)
        )

    def _wrong_parts(self) -> list[int]:
        """Which of the returned arrays are wrong in some case."""
        several = range(len(self.right[0]))
        pairs = [*zip(self.found, self.right)]
        return [i for i in several if not all(close(f[i], r[i]) for f, r in pairs)]

    def _which(self, parts: list[int]) -> str:
        """These of the returned arrays, in words."""
        if len(self.right[0]) == 1:
            return "it"
        names = ["the first", "the second", "the third", "the fourth"]
        return " and ".join(names[i] for i in parts) + " of what it returns"

    def _factor(self) -> str:
        """By how much it is too large, if that is all."""
        if not all(map(_comparable, self.found, self.right)):
            return ""
        parts = self._wrong_parts()
        fits = [_fit(f, r, parts) for f, r in zip(self.found, self.right)]
        if not np.isfinite(fits).all():
            return ""
        for sizes, meaning in self._factors():
            if np.allclose(fits, sizes, rtol=1e-4):
                which = self._which(parts).capitalize()
                return f"{which} is {fits[0]:.4g} times what it should be{meaning}."
        return ""

    def _factors(self) -> Iterator[tuple[Any, str]]:
        """Every factor that a mistake leaves, and what it means."""
        yield 2, ": a 2 too many, as of a square that has its ½"
        yield 0.5, ": the 2 of a square is missing"
        for name, *arrays in zip(self.names, *self.cases):
            if all(isinstance(one, np.ndarray) for one in arrays):
                yield from _by_size(name, arrays)
        yield (
            _fit(self.found[0], self.right[0], self._wrong_parts()),
            ", in every case",
        )

    def _sizes(self, case: int) -> str:
        arrays = zip(self.names, self.cases[case])
        return ", ".join(
            f"`{name}` of shape {one.shape}"
            for name, one in arrays
            if isinstance(one, np.ndarray)
        )


def _by_size(name: str, arrays: list[np.ndarray]) -> Iterator[tuple[Any, str]]:
    """The factors that a sum in place of a mean leaves, or the other way round: how
    large this argument is in each case."""
    for axis, what in enumerate(("rows", "columns")[: arrays[0].ndim]):
        sizes = np.array([one.shape[axis] for one in arrays])
        told = f"the number of {what} of `{name}`"
        yield sizes, f", and that is {told}: a sum stands where a mean belongs"
        yield (
            1 / sizes,
            f", and that is 1 / {told}: a mean stands where a sum belongs, or was "
            "taken twice",
        )
    sizes = np.array([one.size for one in arrays])
    yield sizes, f", and so many numbers are in `{name}`: a mean was forgotten"


def _comparable(found: Result, right: Outcome) -> bool:
    """Whether numbers of the right shapes came back."""
    shapes = [one.shape for one in right]
    return not isinstance(found, str) and [one.shape for one in found] == shapes


def _agree(found: Result, wrong: Result) -> bool:
    """Whether both are the same error, or the same numbers."""
    if isinstance(found, str) or isinstance(wrong, str):
        return found == wrong
    return len(found) == len(wrong) and all(map(_alike, found, wrong))


def _alike(found: np.ndarray, wrong: np.ndarray) -> bool:
    """Whether two arrays are the same, and finite in the same places."""
    if found.shape != wrong.shape:
        return False
    finite = np.isfinite(found)
    if not np.array_equal(finite, np.isfinite(wrong)):
        return False
    return close(np.where(finite, found, 0), np.where(finite, wrong, 0))


def _fit(found: Outcome, right: Outcome, parts: Sequence[int]) -> float:
    """The one factor between them; NaN if there is none."""
    f = np.concatenate([found[i].ravel().astype(float) for i in parts])
    r = np.concatenate([right[i].ravel().astype(float) for i in parts])
    factor = float(f @ r / max(r @ r, 1e-300))
    return factor if close(f, factor * r) and factor else np.nan
