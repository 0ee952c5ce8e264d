"""What is wrong with a slope, read from how it differs from the measured one.

A mistake leaves a mark: a forgotten mean makes a gradient as many times too large as
there are samples, a forgotten sign turns it round, a slope that was left out is the
gradient that came in. Each mark is tried in turn on every shape that was measured; one
that fits them all names the mistake.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from nnlab.grading.call_contract import Part
from nnlab.grading.finite_differences import LARGE_SLOPE, Slopes


class Case(NamedTuple):
    """One array's slopes in one trial: a trial has a `batch` and a number of
    `outputs`, and knows which other arrays a mistake would have given."""

    trial: Any
    slopes: Slopes


@dataclass(frozen=True)
class Factor:
    """A factor that a mistake leaves: its size in a trial, what it is, its meaning."""

    size: Callable[[Any], float]
    name: str
    meaning: str


FACTORS = [
    Factor(lambda t: -1.0, "", "the sign is wrong"),
    Factor(
        lambda t: t.batch,
        "the batch size",
        "the mean over the batch was forgotten, or a sum over it taken twice",
    ),
    Factor(
        lambda t: 1 / t.batch,
        "1 / the batch size",
        "a mean over the batch stands where a sum belongs, or was taken twice",
    ),
    Factor(
        lambda t: t.outputs,
        "the number of outputs",
        "the mean over the outputs was forgotten",
    ),
    Factor(
        lambda t: 1 / t.outputs,
        "1 / the number of outputs",
        "it was divided by the outputs once too often",
    ),
    Factor(
        lambda t: t.batch * t.outputs,
        "the batch size times the number of outputs",
        "both means were forgotten",
    ),
    Factor(
        lambda t: 1 / (t.batch * t.outputs),
        "1 / (the batch size times the number of outputs)",
        "both means were taken twice",
    ),
    Factor(lambda t: 2.0, "", "a 2 too many, as of a square that has its ½"),
    Factor(lambda t: 0.5, "", "the 2 of a square is missing"),
]


def judge(part: Part, name: str, cases: list[Case]) -> None:
    """Raises an `InputError` unless the gradient called `name` is right, in all cases:
    it says what is wrong, in one sentence."""
    wrong = [case for case in cases if case.slopes.wrong.any()]
    if wrong:
        told = _factor(cases) or _mark(wrong[0]) or _some(wrong[0]) or _where(cases)
        raise part.wrong(f"{name} of {part} {told or _worst(wrong[0])}.")
    if not any(case.slopes.sure.any() for case in cases):
        raise part.wrong(
            f"{name} of {part} can't be measured: forward jumps from number to number; "
            "compute in float64, without rounding."
        )


def _factor(cases: list[Case]) -> str:
    """By how much it is too large, if that is all."""
    fits = [(case.trial, _fit(case.slopes)) for case in cases if _telling(case)]
    off = [fit for _, fit in fits if not _near(fit, 1.0, 5e-4)]
    if not off or not all(np.isfinite(off)):
        return ""
    for factor in FACTORS:
        if all(_near(fit, factor.size(trial)) for trial, fit in fits):
            which = f", which is {factor.name}" if factor.name else ""
            return f"is {off[0]:.4g} times what it should be{which}: {factor.meaning}"
    if not any(fit for _, fit in fits):
        return "is 0 everywhere, and differences measure that it is not"
    if all(_near(fit, off[0]) for _, fit in fits):
        return f"is {off[0]:.4g} times what it should be, at every shape"
    return ""


def _telling(case: Case) -> bool:
    """Whether a slope was measured here that is not too small to compare with."""
    return bool(np.abs(case.slopes.measured).max(initial=0.0) > LARGE_SLOPE)


def _fit(slopes: Slopes) -> float:
    """The one factor between what is given and what was measured; NaN if none fits."""
    given, right = slopes.given[slopes.sure], slopes.measured[slopes.sure]
    fit = float(np.sum(given * right) / np.sum(right * right))
    off = np.abs(given - fit * right).max()
    allowed = 5e-4 * max(abs(fit) * np.abs(right).max(), 1e-3 * LARGE_SLOPE)
    return fit if off <= allowed else np.nan


def _near(fit: float, size: float, share: float = 1e-3) -> bool:
    return abs(fit - size) <= share * max(abs(size), share)


def _mark(case: Case) -> str:
    """The first of the trial's mistakes that would give just this."""
    for mistake, meaning in case.trial.mistakes(case.slopes):
        if mistake.shape == case.slopes.given.shape and case.slopes.same(mistake):
            return meaning
    off = (case.slopes.given - case.slopes.measured)[case.slopes.sure]
    if len(off) > 1 and np.ptp(off) <= 1e-3 * np.abs(off).max():
        return f"is off by the same number everywhere: {off[0]:.4g} too much"
    return ""


def _some(case: Case) -> str:
    """Which samples it is right for, if it goes by samples."""
    wrong, sure = case.slopes.wrong, case.slopes.sure
    if wrong.ndim != 2 or len(wrong) != case.trial.batch or len(wrong) < 2:
        return ""
    rows = np.flatnonzero(~wrong.any(axis=1))
    clear = [(wrong[i] == sure[i]).all() for i in range(len(wrong)) if i not in rows]
    if not len(rows) or not all(clear):
        return ""
    which = ", ".join(map(str, rows))
    return (
        f"is right for {len(rows)} of {len(wrong)} samples only (row {which}); every "
        "row of the batch counts"
    )


def _where(cases: list[Case]) -> str:
    """In which trials it is wrong, if that follows a rule."""
    alone = [case for case in cases if case.trial.batch == 1]
    more = [case for case in cases if case.trial.batch > 1]
    right = not any(case.slopes.wrong.any() for case in alone)
    if alone and right and all(_mostly(case.slopes) for case in more):
        return (
            "is right for one sample alone and wrong for more: something is summed "
            "over the wrong axis, or not at all; the batch is axis -2"
        )
    return ""


def _mostly(slopes: Slopes) -> bool:
    """Whether most of the numbers are wrong."""
    return bool(2 * slopes.wrong.sum() > slopes.sure.sum())


def _worst(case: Case) -> str:
    """Where it is most wrong, if there is nothing simpler to say."""
    slopes = case.slopes
    off = np.where(slopes.sure, np.abs(slopes.given - slopes.measured), -1.0)
    at = np.unravel_index(np.argmax(off), off.shape)
    right = int(slopes.sure.sum() - slopes.wrong.sum())
    return (
        f"is right at {right} of {slopes.sure.sum()} numbers; at {[*map(int, at)]} it "
        f"is {slopes.given[at]:.4g}, and differences measure {slopes.measured[at]:.4g}"
    )
