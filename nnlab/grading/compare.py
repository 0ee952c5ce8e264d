"""What a function returned, beside what it should have returned.

An outcome is an array, or several in a tuple. Two are the same if they differ by no
more than rounding does, in the precision in which the answer was computed.
"""

from typing import Any

import numpy as np

from nnlab.grading.mistake import Mistake

EXACT, SINGLE = 1e-6, 2e-4  # of the largest number: as far may an answer be off

Outcome = list[np.ndarray]


def outcome(value: Any) -> Outcome:
    """The arrays in what a function returned; it raises if there is no array in it."""
    several = value if isinstance(value, tuple | list) else (value,)
    return [_array(one) for one in several]


def _array(value: Any) -> np.ndarray:
    try:
        array = np.asarray(value)
    except ValueError:
        raise Mistake(
            "It returns rows of different lengths; return a table.",
            clear=True,
        ) from None
    if array.dtype.kind not in "buif":
        raise Mistake(f"It returns something that is no number: {_kind(value)}.")
    return array


def _kind(value: Any) -> str:
    return f"a {type(value).__name__}" if value is not None else "None"


def like(found: Any, right: Any) -> Outcome:
    """What was found, as arrays, if it has the form of what is right.

    Raises `Mistake` if it returns too many things, or arrays of other shapes.
    """
    many = isinstance(right, tuple)
    if many and not (isinstance(found, tuple | list) and len(found) == len(right)):
        raise Mistake(f"It returns {_count(found)}; return {len(right)}.")
    if not many and isinstance(found, tuple):
        raise Mistake(f"It returns {len(found)} things; return 1.")
    pairs = zip(found, right) if many else [(found, right)]
    return [_shaped(i, _array(f), np.asarray(r)) for i, (f, r) in enumerate(pairs)]


def _count(found: Any) -> str:
    some = isinstance(found, tuple | list)
    return f"{len(found)} things" if some else f"1 thing ({_kind(found)})"


def _shaped(number: int, found: np.ndarray, right: np.ndarray) -> np.ndarray:
    if found.shape == right.shape:
        return found
    raise Mistake(
        f"It returns an array of shape {found.shape} where {right.shape} is expected"
        f"{axes(found.shape, right.shape)}."
    )


def axes(found: tuple[int, ...], right: tuple[int, ...]) -> str:
    """What it usually means that a shape is not the one expected, to end a sentence."""
    if len(found) > 1 and found == right[::-1]:
        return ": it is transposed, turn it round with `.T`"
    if len(found) < len(right) and 1 in right:
        return ": an axis is lost, `keepdims=True` keeps it"
    if len(found) == len(right) - 1:
        return ": it is summed over one axis too many"
    if found == (1, *right) or found == (*right, 1):
        return ": there is an axis of length 1 too many"
    if len(found) > len(right):
        return ": two shapes were stretched into each other; look at `keepdims`"
    return ""


def same(found: Outcome, right: Outcome) -> bool:
    """Whether all of it is the same, but for rounding."""
    return len(found) == len(right) and all(map(close, found, right))


def close(found: np.ndarray, right: np.ndarray) -> bool:
    """Whether two arrays are the same, but for rounding."""
    if found.shape != right.shape or not np.isfinite(found).all():
        return False
    off = np.abs(found.astype(float) - right.astype(float))
    single = found.dtype in (np.float32, np.float16)
    scale = np.max(np.abs(right), initial=1e-12)
    return bool(np.all(off <= (SINGLE if single else EXACT) * scale))
