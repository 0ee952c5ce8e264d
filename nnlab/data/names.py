"""Names in an order: of features, of classes, of what is measured.

Their order says which column or number is meant, so what has none of its own (a set has
another one in every process) is refused.
"""

from collections import Counter
from collections.abc import Mapping, Set
from typing import Any

import numpy as np

from nnlab.errors import InputError, shown


def names_of(argument: str, value: Any, distinct: bool = False) -> tuple[str, ...]:
    """The names, in their order: from a list, a tuple, an array or an Index.

    Raises `InputError` for what has no order, a text in place of a list, or a name that
    is none; with `distinct` for one that comes twice, too.

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
    """The names that a DataFrame's columns or a Series bring; None if they are counted,
    or there are none."""
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
    """One name; nothing for what is none."""
    if isinstance(value, tuple):  # of a table with several rows of names
        return " ".join(map(str, value))
    whole = isinstance(value, int | np.integer)
    number = whole or (isinstance(value, float) and value == value)
    return str(value) if isinstance(value, str) or number else ""
