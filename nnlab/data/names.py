"""Ordered names of features, classes or targets.

Their order assigns names to columns or indices, so unordered collections are refused:
the order of a set differs between processes.
"""

from collections import Counter
from collections.abc import Mapping, Set
from typing import Any

import numpy as np

from nnlab.errors import InputError, shown


def names_of(argument: str, value: Any, distinct: bool = False) -> tuple[str, ...]:
    """Return the names from a list, tuple, array or pandas Index, in order.

    Args:
        argument: the name of the argument, for error messages.
        value: the names.
        distinct: require all names to be different.

    Raises:
        InputError: for an unordered collection, a string instead of a list, an empty
            name, or with `distinct` a repeated one.

    >>> names_of("classes", np.array(["no", "yes"]))
    ('no', 'yes')
    """
    listed = isinstance(value, list | tuple) or (
        hasattr(value, "tolist") and np.ndim(value) == 1
    )
    if not listed:
        unordered = isinstance(value, Set | Mapping)
        why = ", which has no order of its own" if unordered else ""
        some = sorted(map(str, value)) if unordered else ["a", "b"]
        fix = [value] if isinstance(value, str) else some
        raise InputError(
            argument,
            f"{argument} is a {type(value).__name__}{why}; give a list of names, as "
            f"{argument}={shown(fix)}.",
        )
    names = tuple(
        map(_name, value if isinstance(value, list | tuple) else value.tolist())
    )
    if "" in names:
        raise InputError(
            argument,
            f"{argument}={shown(value)} has no name at place {names.index('')}; give "
            "each one of its own.",
        )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if distinct and twice:
        raise InputError(
            argument,
            f"{argument}={shown(value)} has {twice[0]!r} twice; give each a name of "
            "its own.",
        )
    return names


def columns_of(frame: Any) -> tuple[str, ...] | None:
    """Return the column names of a DataFrame, or the name of a Series.

    None if they are only numbered, or for other types.
    """
    columns = getattr(frame, "columns", None)
    if columns is not None and hasattr(columns, "tolist"):
        names = columns.tolist()
    elif hasattr(frame, "iloc"):
        names = [frame.name]
    else:
        return None
    named = any(isinstance(name, str | tuple) for name in names)
    return tuple(map(_name, names)) if named else None


def _name(value: Any) -> str:
    """Return one name, or "" if the value is not one."""
    if isinstance(value, tuple):  # a column of a MultiIndex
        return " ".join(map(str, value))
    whole = isinstance(value, int | np.integer)
    number = whole or (isinstance(value, float) and value == value)
    return str(value) if isinstance(value, str) or number else ""
