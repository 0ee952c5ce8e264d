"""Conversion of user input to NumPy arrays: lists, DataFrames, tensors, masked arrays.

Each becomes a NumPy array on the host, or raises an error of one sentence. Missing
values never become numbers: a masked entry, a `pd.NA` or a `None` is reported with its
row and column.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np

from nnlab.errors import InputError, shown

Refuse = Callable[[str], InputError]  # from a description to the error
NOTHING = {"NoneType", "NAType", "NaTType"}  # types of missing values
FILL = "fill it in, or leave that row out."


def host(argument: str, value: Any, refuse: Refuse | None = None) -> np.ndarray:
    """Return `value` as a NumPy array of numbers, booleans or strings.

    Numeric NumPy arrays are not copied.

    Args:
        argument: name of the argument, for the error message.
        value: the input, such as a list, a DataFrame, a tensor or a masked array.
        refuse: makes the error from a description such as "a masked entry in row 3 of
            x; …"; by default an `InputError` about `argument`.

    Raises:
        InputError: for input that has no order (a set), has missing values (a mask,
            `pd.NA`), or is not an array.

    >>> host("x", [[1, 2], [3, 4]])
    array([[1, 2],
           [3, 4]])
    """
    if type(value) is np.ndarray and value.dtype != object:
        return value
    refuse = refuse or (lambda said: InputError(argument, f"{argument} has {said}"))
    if reason := _no_array(argument, value):
        raise refuse(reason)
    if isinstance(value, np.ma.MaskedArray):
        _check_there(np.ma.getmaskarray(value), "a masked entry", argument, refuse)
        return host(argument, np.asarray(value.data), refuse)
    if hasattr(value, "iloc") and hasattr(value, "columns"):
        return _frame(argument, value, refuse)
    if hasattr(value, "isna") and hasattr(value, "to_numpy"):
        return _series(argument, value, refuse)
    return _array(argument, value, refuse)


def labels_of(value: Any) -> list[Any] | None:
    """Return the index of a DataFrame or Series as a list, or None for other types."""
    index = getattr(value, "index", None)
    if index is None or callable(index) or not hasattr(value, "iloc"):
        return None
    found: list[Any] = index.tolist()
    return found


def check_aligned(x: Any, y: Any, refuse: Refuse) -> None:
    """Raise an `InputError` if x and y have different pandas indices of equal length.

    Otherwise rows with different labels would be paired silently.
    """
    rows, other = labels_of(x), labels_of(y)
    if rows is None or other is None or rows == other or len(rows) != len(other):
        return
    row = next(i for i, (a, b) in enumerate(zip(rows, other)) if a != b)
    raise refuse(
        f"x with index {shown(rows[row])} and y with index {shown(other[row])} in row "
        f"{row}; bring them in one order, as by y.loc[x.index], or give y.to_numpy()."
    )


def _no_array(argument: str, value: Any) -> str:
    """Return why `value` cannot be converted to an array, or ""."""
    kind = type(value).__name__
    if isinstance(value, Set | Mapping | Iterator | str | bytes) or value is None:
        why = ", which has no order" if isinstance(value, Set) else ""
        return (
            f"a {kind} for {argument}{why}; give a list or an array, such as "
            f"{argument}=np.array([…])."
        )
    if hasattr(value, "toarray"):
        return (
            f"a sparse {kind} for {argument}; give {argument}.toarray(), with its "
            "zeros."
        )
    return ""


def _array(argument: str, value: Any, refuse: Refuse) -> np.ndarray:
    """Return an array-like `value` as a numeric, boolean or string array."""
    if hasattr(value, "detach"):  # a PyTorch tensor
        value = value.detach().cpu()
    nested = isinstance(value, list | tuple)
    masked = nested and any(isinstance(one, np.ma.MaskedArray) for one in value)
    try:
        if masked:
            return host(argument, np.ma.stack(value), refuse)
        made = np.asarray(value)
        if nested and made.dtype.kind in "US":  # NumPy converts mixed lists to text
            made = np.asarray(value, dtype=object)
    except InputError:
        raise
    except (ValueError, TypeError):
        raise refuse(
            f"rows of different lengths in {argument}; give each as many entries."
        ) from None
    return _unboxed(argument, made, refuse) if made.dtype == object else made


def _series(argument: str, value: Any, refuse: Refuse) -> np.ndarray:
    """Return a pandas Series of any dtype as an array (rows,)."""
    held = np.asarray(value)
    if value.dtype != held.dtype or held.dtype.kind != "f":  # NaN is a valid float
        name = getattr(value, "name", None)
        named, gone = [name] * (name is not None), np.asarray(value.isna())
        _check_there(gone, "nothing (NA)", argument, refuse, named)
    return _unboxed(argument, held, refuse) if held.dtype == object else held


def _frame(argument: str, value: Any, refuse: Refuse) -> np.ndarray:
    """Return a pandas DataFrame as an array (rows, columns), converted by column."""
    columns = []
    for i, name in enumerate(value.columns):
        column = _series(argument, value.iloc[:, i], refuse)
        if column.dtype.kind not in "buif" and value.shape[1] > 1:
            raise refuse(
                f"{shown(str(column[0]))} in row 0, column {name!r} of {argument}, "
                "which is no number; make a column of words one column of 0 and 1 for "
                "each word, as Table(frame).dataset(target) does."
            )
        columns.append(column)
    if not columns:
        return np.zeros(value.shape)
    made = np.stack(columns, axis=1)
    return made.astype(float) if made.dtype == object else made


def _unboxed(argument: str, made: np.ndarray, refuse: Refuse) -> np.ndarray:
    """Return an array of Python objects as a numeric, boolean or string array."""
    each = made.ravel().tolist()
    gone = [type(one).__name__ in NOTHING for one in each]
    _check_there(np.reshape(gone, made.shape), "nothing", argument, refuse)
    for kinds, dtype in (
        (bool | np.bool_, bool),
        (Integral, np.int64),
        (Real | Decimal, np.float64),
        (str, np.str_),
    ):
        if all(isinstance(one, kinds) for one in each):
            try:
                return np.array(each, dtype).reshape(made.shape)
            except OverflowError:  # an integer of more than 63 bits
                continue
    numbers = sum(isinstance(one, Real | Decimal) for one in each)
    kind = Real | Decimal if 2 * numbers >= len(each) else str
    odd = next((i for i, v in enumerate(each) if not isinstance(v, kind)), 0)
    where = _place(np.unravel_index(odd, made.shape) if made.ndim else ())
    what = "number" if kind is not str else "text"
    raise refuse(
        f"{shown(each[odd], 30)}{where} of {argument}, which is no {what}; give "
        f"numbers alone, such as {argument}.astype(float)."
    )


def _check_there(
    gone: np.ndarray,
    what: str,
    argument: str,
    refuse: Refuse,
    names: Sequence[Any] = (),
) -> None:
    """Raise an `InputError` for the first entry at which the mask `gone` is True."""
    if gone.any():
        place = np.argwhere(gone)[0] if gone.ndim else ()
        raise refuse(f"{what}{_place(place, names)} of {argument}; {FILL}")


def _place(at: Iterable[Any], names: Sequence[Any] = ()) -> str:
    """Return the position of an entry as text."""
    row, *column = [*at] or [None]
    if row is None:
        return ""
    column = [repr(names[0])] if names else [str(i) for i in column[:1]]
    return f" in row {row}" + "".join(f", column {one}" for one in column)
