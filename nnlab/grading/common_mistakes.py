"""Mistakes that show in the numbers alone: a factor, a sign, a transpose, a rounding.

They are recognized in gradients, by comparison with differences, and in answers to
exercises, by comparison with the reference solution.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from nnlab.grading.compare import within

Pair = tuple[np.ndarray, np.ndarray]  # found and right, of one shape


class Factor(NamedTuple):
    """A factor that a mistake leaves.

    Attributes:
        sizes: the factor in each case; or one number, if it is always the same.
        name: the quantity that it equals, or "".
        meaning: the mistake that leaves it.
    """

    sizes: Any
    name: str
    meaning: str


class Distortion(NamedTuple):
    """A transformation of the right array, and the sentence about it after "it"."""

    words: str
    of: Callable[[np.ndarray], np.ndarray]


SIGN = Factor(-1.0, "", "the sign is wrong")
SQUARES = (
    Factor(2.0, "", "a 2 too many, as of a square that has its ½"),
    Factor(0.5, "", "the 2 of a square is missing"),
)
DISTORTIONS = (
    Distortion(
        "is transposed: `.T` turns one table round, and `.mT` each of several",
        lambda a: a.mT if a.ndim > 1 and a.shape[-1] == a.shape[-2] else a,
    ),
    Distortion("is squared", np.square),
    Distortion(
        "lacks a square root, or has one too many", lambda a: np.sqrt(np.abs(a))
    ),
    Distortion("is rounded to whole numbers", np.round),
    Distortion("has lost what is behind the point: look for `//` or `int`", np.trunc),
    Distortion("has lost its sign, only its size is left: look for `abs`", np.abs),
)


def factor_between(
    found: np.ndarray, right: np.ndarray, tolerance: float, least: float = 1e-12
) -> float:
    """Return the factor c for which found = c · right; NaN if there is none.

    Args:
        found, right: numeric arrays of one shape.
        tolerance, least: see `nnlab.grading.compare.within`.
    """
    f, r = found.ravel().astype(float), right.ravel().astype(float)
    factor = float(f @ r / max(r @ r, 1e-300))
    return factor if within(f, factor * r, tolerance, least).all() else np.nan


def named_factor(
    pairs: Sequence[Pair],
    known: Sequence[Factor],
    tolerance: float,
    least: float = 1e-12,
) -> str:
    """Return by what factor an array is off in every case, and what that means.

    Args:
        pairs: found and right array of each case.
        known: factors to recognize, in order.
        tolerance: relative tolerance of each number.
        least: a case whose right numbers are all smaller is left out.

    Returns:
        The end of a sentence that starts with the name of the array; "" if it is not
        off by one factor.
    """
    telling = [np.abs(right).max(initial=0.0) > least for _, right in pairs]
    fits = np.array(
        [
            factor_between(*pair, tolerance, least * 1e-3)
            for pair, clear in zip(pairs, telling)
            if clear
        ]
    )
    off = fits[~_near(fits, 1.0, tolerance)]
    if not len(off) or not np.isfinite(fits).all():
        return ""
    if not fits.any():
        return "is 0 everywhere, and it should not be"
    for factor in known:
        sizes = np.broadcast_to(factor.sizes, len(pairs))[telling]
        if _near(fits, sizes, 2 * tolerance).all():
            which = f", which is {factor.name}" if factor.name else ""
            return f"is {off[0]:.4g} times what it should be{which}: {factor.meaning}"
    if _near(fits, off[0], 2 * tolerance).all():
        return f"is {off[0]:.4g} times what it should be, in every case"
    return ""


def _near(fits: np.ndarray, sizes: Any, share: float) -> np.ndarray:
    """Return for each factor whether it is the expected one, up to a relative share."""
    return np.abs(fits - sizes) <= share * np.maximum(np.abs(sizes), share)
