"""Compare arrays: the one tolerance, the one hint about shapes, the one worst place.

Two arrays agree if they have the same shape and every difference is small relative to
the largest number, as differences by rounding are.
"""

from typing import Any

import numpy as np

from nnlab.grading.mistake import Mistake

EXACT, SINGLE = 1e-6, 2e-4  # tolerances for results in double and single precision
REPEATED = 1e-12  # tolerance for two equal calls, which may add in another order
SCALE_FLOOR = 1e-3  # the least that counts as the largest number of a part

Outcome = list[np.ndarray]


def within(
    found: np.ndarray, right: np.ndarray, tolerance: Any, least: float = 1e-12
) -> np.ndarray:
    """Return for each number of `found` whether it agrees with `right`.

    Args:
        found, right: numeric arrays of one shape.
        tolerance: allowed difference relative to the largest absolute value of
            `right`, as a number or an array of that shape.
        least: lower limit of that largest absolute value.
    """
    largest = np.max(np.abs(right), initial=least)
    return np.abs(found - right) <= tolerance * largest


def close(
    found: Any, right: Any, tolerance: float | None = None, least: float = 1e-12
) -> bool:
    """Return True if two arrays have one shape and all numbers agree and are finite.

    The default tolerance follows from the precision of `found`; see `within`.
    """
    found, right = np.asarray(found), np.asarray(right)
    if found.shape != right.shape or not np.isfinite(found).all():
        return False
    doubles = found.astype(float), right.astype(float)
    allowed = precision(found) if tolerance is None else tolerance
    return bool(within(*doubles, allowed, least).all())


def precision(found: np.ndarray) -> float:
    """Return the tolerance for results of this dtype."""
    return SINGLE if found.dtype in (np.float32, np.float16) else EXACT


def same(found: Outcome, right: Outcome) -> bool:
    """Return True if two outcomes have as many arrays, and these agree."""
    return len(found) == len(right) and all(map(close, found, right))


def worst(
    found: np.ndarray, right: np.ndarray, sure: Any = True
) -> tuple[list[int], float, float]:
    """Return where two arrays differ most: the index, the found and the right number.

    Args:
        found, right: numeric arrays of one shape.
        sure: where they can be compared.
    """
    off = np.nan_to_num(np.abs(found - right), nan=np.inf)
    off = np.where(sure, off, -1.0)
    at = np.unravel_index(np.argmax(off), off.shape)
    return [*map(int, at)], found[at], right[at]


def shape_hint(
    found: tuple[int, ...], right: tuple[int, ...], transpose: str = ".T"
) -> str:
    """Return what a wrong shape usually means, as the end of a sentence.

    Args:
        found, right: the shapes.
        transpose: the attribute that transposes such an array.
    """
    if len(found) > 1 and found == (*right[:-2], *right[:-3:-1]):
        return f": it is transposed, turn it round with `{transpose}`"
    if len(found) < len(right) and 1 in right:
        return ": an axis is lost, `keepdims=True` keeps it"
    if len(found) == len(right) - 1:
        return ": an axis is lost, it is summed over one axis too many"
    if found == (1, *right) or found == (*right, 1):
        return ": there is an axis of length 1 too many"
    if len(found) > len(right):
        return ": two shapes were broadcast against each other; look at `keepdims`"
    return ""


def outcome(value: Any) -> Outcome:
    """Return the arrays in the return value of a function.

    Raises:
        Mistake: for something that is not numeric.
    """
    return [*map(_array, value if _several(value) else (value,))]


def like(found: Any, right: Any) -> Outcome:
    """Return the arrays of `found`, which must have the form of `right`.

    Raises:
        Mistake: for another number of arrays, or arrays of other shapes.
    """
    many = _several(right)
    if many and not (isinstance(found, tuple | list) and len(found) == len(right)):
        raise Mistake(f"It returns {_count(found)}; return {len(right)}.")
    if not many and isinstance(found, tuple):
        raise Mistake(f"It returns {len(found)} things; return 1.")
    pairs = zip(found, right) if many else [(found, right)]
    return [_shaped(_array(f), np.asarray(r)) for f, r in pairs]


def _several(value: Any) -> bool:
    """Return True for several arrays: a tuple, or a list that contains arrays."""
    arrays = isinstance(value, list) and any(isinstance(v, np.ndarray) for v in value)
    return isinstance(value, tuple) or arrays


def _array(value: Any) -> np.ndarray:
    try:
        array = np.asarray(value)
    except ValueError:
        raise Mistake(
            "It returns rows of different lengths; return a table.", clear=True
        ) from None
    if array.dtype.kind not in "buif":
        raise Mistake(f"It returns something that is no number: {_kind(value)}.")
    return array


def _kind(value: Any) -> str:
    return f"a {type(value).__name__}" if value is not None else "None"


def _count(found: Any) -> str:
    some = isinstance(found, tuple | list)
    return f"{len(found)} things" if some else f"1 thing ({_kind(found)})"


def _shaped(found: np.ndarray, right: np.ndarray) -> np.ndarray:
    if found.shape == right.shape:
        return found
    raise Mistake(
        f"It returns an array of shape {found.shape} where {right.shape} is expected"
        f"{shape_hint(found.shape, right.shape)}."
    )
