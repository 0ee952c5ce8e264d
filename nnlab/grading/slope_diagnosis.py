"""Name the mistake in a gradient from how it differs from the measured one.

A forgotten mean makes a gradient too large by the number of samples, a forgotten sign
negates it, a slope that was left out leaves the incoming gradient. A mistake that fits
every measured shape is named.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from nnlab.grading.call_contract import Part
from nnlab.grading.common_mistakes import (
    DISTORTIONS,
    SIGN,
    SQUARES,
    Factor,
    named_factor,
)
from nnlab.grading.compare import SCALE_FLOOR, worst
from nnlab.grading.finite_differences import Slopes

FIT = 5e-4  # relative tolerance of a factor between given and measured slopes


class Measured(Protocol):
    """A trial in which slopes were measured: its sizes, and the mistakes it knows."""

    batch: int
    outputs: int

    def mistakes(self, found: Slopes) -> Iterable[tuple[np.ndarray, str]]:
        """Return gradients that mistakes would give, with words after "it"."""
        ...


@dataclass
class Sizes:
    """The sizes of a trial that knows no mistakes of its own."""

    batch: int = 1
    outputs: int = 1

    def mistakes(self, found: Slopes) -> Iterable[tuple[np.ndarray, str]]:
        """Return nothing."""
        return ()


class Case(NamedTuple):
    """The slopes of one array in one trial."""

    trial: Measured
    slopes: Slopes


FACTORS: list[tuple[Callable[[Measured], float], str, str]] = [
    (
        lambda t: t.batch,
        "the batch size",
        "the mean over the batch was forgotten, or a sum over it taken twice",
    ),
    (
        lambda t: 1 / t.batch,
        "1 / the batch size",
        "a mean over the batch stands where a sum belongs, or was taken twice",
    ),
    (
        lambda t: t.outputs,
        "the number of outputs",
        "the mean over the outputs was forgotten",
    ),
    (
        lambda t: 1 / t.outputs,
        "1 / the number of outputs",
        "it was divided by the outputs once too often",
    ),
    (
        lambda t: t.batch * t.outputs,
        "the batch size times the number of outputs",
        "both means were forgotten",
    ),
    (
        lambda t: 1 / (t.batch * t.outputs),
        "1 / (the batch size times the number of outputs)",
        "both means were taken twice",
    ),
]


def judge(part: Part, name: str, cases: Sequence[Case]) -> None:
    """Require that the gradient called `name` is right in all cases.

    Raises:
        InputError: in one sentence that names the mistake.
    """
    wrong = [case for case in cases if case.slopes.wrong.any()]
    if wrong:
        raise part.wrong(f"{name} of {part} {diagnosis(cases) or _worst(wrong[0])}.")
    if not any(case.slopes.sure.any() for case in cases):
        raise part.wrong(
            f"{name} of {part} can't be measured: forward jumps from number to number; "
            "compute in float64, without rounding."
        )


def diagnosis(cases: Sequence[Case]) -> str:
    """Return what is wrong with a gradient, as it follows its name.

    Args:
        cases: the slopes in every trial, wrong in at least one of them.

    Returns:
        The end of a sentence; "" if no simple mistake fits.
    """
    first = next(case for case in cases if case.slopes.wrong.any())
    return _factor(cases) or _mark(first) or _some(first) or _where(cases)


def _factor(cases: Sequence[Case]) -> str:
    """Return by which factor it is off in all cases."""
    pairs = [case.slopes.pair for case in cases]
    trials = [case.trial for case in cases]
    sizes = [Factor([*map(size, trials)], *words) for size, *words in FACTORS]
    return named_factor(pairs, [SIGN, *sizes, *SQUARES], FIT, SCALE_FLOOR)


def _mark(case: Case) -> str:
    """Return the first mistake that would give exactly this gradient."""
    for mistake, words in case.trial.mistakes(case.slopes):
        if mistake.shape == case.slopes.given.shape and case.slopes.same(mistake):
            return words
    for distortion in DISTORTIONS:
        if case.slopes.same(distortion.of(case.slopes.measured)):
            return distortion.words
    given, measured = case.slopes.pair
    off = given - measured
    if len(off) > 1 and np.ptp(off) <= 1e-3 * np.abs(off).max():
        return f"is off by the same number everywhere: {off[0]:.4g} too much"
    return ""


def _some(case: Case) -> str:
    """Return which samples it is right for, if it is right for whole samples."""
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


def _where(cases: Sequence[Case]) -> str:
    """Return in which trials it is wrong, if that follows a rule."""
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
    """Return True if most of the numbers are wrong."""
    return bool(2 * slopes.wrong.sum() > slopes.sure.sum())


def _worst(case: Case) -> str:
    """Return where it is most wrong."""
    slopes = case.slopes
    at, given, measured = worst(slopes.given, slopes.measured, slopes.sure)
    return (
        f"is right at {slopes.right} of {slopes.sure.sum()} numbers; at {at} it is "
        f"{given:.4g}, and differences measure {measured:.4g}"
    )
