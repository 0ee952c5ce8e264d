"""Labels: the class of each sample, as an index.

They are given as numbers, words, booleans or a pandas categorical column. Integers
without a list of classes can be either classes or amounts, so this raises an error
instead of guessing.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnlab.backend import host
from nnlab.errors import InputError, shown, unknown

Refuse = Callable[[str], InputError]
CLASS_NUMBERS = 10  # most distinct integers that may be classes


def may_be_labels(numbers: np.ndarray) -> bool:
    """Return True if numbers (N,) are integers with few, repeated values."""
    different = np.unique(numbers)
    few = 0 < 2 * len(different) <= len(numbers) and len(different) <= CLASS_NUMBERS
    return few and not np.any(different % 1)


def given_targets(
    y: Any, classes: tuple[str, ...] | None, refuse: Refuse
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return y as an array, and its classes, which are empty for measurements.

    Args:
        y: labels or measurements, (N,) or (N, k).
        classes: the names of the classes, () for measurements, or None to infer them.
        refuse: makes the `InputError` from a message.

    Raises:
        InputError: for a label without a class, and for numbers that may be either.
    """
    if (known := _categories(y)) and classes is None:
        return known
    held = host("y", y, refuse)
    if not held.ndim:
        raise refuse(f"{shown(y)} for y; give an array, such as y=np.array([…]).")
    kind = held.dtype.kind
    if classes is None and kind in "bU":
        values = np.unique(held)
        classes = ("False", "True") if kind == "b" else tuple(map(str, values))
    elif classes is None:
        _check_clear(held, refuse)
        classes = ()
    return (_numbered(held, classes, refuse) if classes else held), classes


def _categories(y: Any) -> tuple[np.ndarray, tuple[str, ...]] | None:
    """Return the indices and names of the values that occur in a pandas categorical
    column."""
    categories = getattr(getattr(y, "dtype", None), "categories", None)
    if categories is None or bool(np.any(y.isna())):
        return None
    codes = np.asarray(getattr(y, "cat", y).codes)
    found, numbers = np.unique(codes, return_inverse=True)
    return numbers.astype(np.int64), tuple(str(categories[i]) for i in found)


def _check_clear(y: np.ndarray, refuse: Refuse) -> None:
    """Raise an `InputError` for numbers that may be classes or amounts."""
    flat = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    number = flat.ndim == 1 and flat.dtype.kind in "iuf"
    if number and np.isfinite(flat).all() and may_be_labels(flat):
        values = [np.format_float_positional(v, trim="-") for v in np.unique(flat)]
        raise refuse(
            f"the few whole numbers {', '.join(values[:4])} for y, which may be "
            f"classes or amounts; give classes={values!r}, or classes=() for amounts."
        )


def _numbered(y: np.ndarray, classes: tuple[str, ...], refuse: Refuse) -> np.ndarray:
    """Return class indices (N,) of labels given by name or index."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.dtype.kind == "U" and y.ndim == 1:
        number = {name: i for i, name in enumerate(classes)}
        for label in np.unique(y).tolist():
            if label not in number:
                raise unknown("y", label, classes)
        return np.array([number[label] for label in y.tolist()], np.int64)
    if y.ndim == 2 and y.shape[1] == len(classes):
        raise refuse(
            f"labels of shape {y.shape}, a column for each class; give each sample "
            "the number of its class, as y.argmax(axis=1)."
        )
    whole = y.dtype.kind in "bui" or (
        y.dtype.kind == "f" and np.isfinite(y).all() and not np.any(y % 1)
    )
    if whole and y.ndim == 1 and (y.dtype.kind != "b" or len(classes) == 2):
        y = y.astype(np.int64)
    check_labels(y, classes, refuse)
    return y


def one_hot(y: np.ndarray, classes: Sequence) -> np.ndarray:
    """Return labels y (N,) one-hot encoded (N, k).

    Raises:
        InputError: for a label that is not the index of one of the `classes`.

    >>> one_hot(np.array([2, 0]), ("red", "green", "blue"))
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    check_labels(y, classes, lambda said: InputError("y", f"y={shown(y)} has {said}"))
    return np.eye(len(classes))[y]


def check_labels(y: np.ndarray, classes: Sequence, refuse: Refuse) -> None:
    """Check that y (N,) holds indices of `classes`.

    Raises:
        InputError: made by `refuse`, if it does not.
    """
    highest = len(classes) - 1
    if y.ndim != 1 or y.dtype.kind not in "ui":
        raise refuse(
            f"labels of type {y.dtype} and shape {y.shape}; give each sample one whole "
            f"number from 0 to {highest}."
        )
    bad = np.flatnonzero((y < 0) | (y > highest))
    if len(bad):
        raise refuse(
            f"label {y[bad[0]]} in row {bad[0]} and {len(classes)} classes; number "
            f"them from 0 to {highest}."
        )
