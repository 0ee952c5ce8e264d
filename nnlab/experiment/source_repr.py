"""Write the value of a field as Python source that makes the same value again.

A part of nnlab is written as its class and its arguments, recursively. A custom part is
written as its name.
"""

from collections.abc import Iterator
from dataclasses import Field, fields, is_dataclass

import numpy as np

import nnlab.engine
from nnlab.data.dataset import Dataset

PLAIN = (str, int, float, type(None), np.ufunc)  # values written as they are


def ours(value: object) -> bool:
    """Return True if the value is a dataclass of nnlab's engine."""
    kind = type(value)
    return getattr(nnlab.engine, kind.__name__, None) is kind and is_dataclass(kind)


def word(value: object) -> str:
    """Return the source of a value.

    >>> from nnlab import LeakyReLU, Linear, Residual
    >>> word((8, Residual((Linear(8), LeakyReLU(0.2)))))
    '(8, Residual((Linear(8), LeakyReLU(0.2))))'
    """
    if isinstance(value, tuple):
        return f"({', '.join(map(word, value))}{',' * (len(value) == 1)})"
    if ours(value):
        given = [f for f in fields(value) if getattr(value, f.name) != f.default]
        return f"{type(value).__name__}({', '.join(_given(value, f) for f in given)})"
    if isinstance(value, Dataset):
        return value.name
    if isinstance(value, np.ufunc):
        return f"np.{value.__name__}"
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    silent = type(value).__repr__ is object.__repr__
    return f"{type(value).__name__}()" if silent else repr(value)


def _given(value: object, field: Field) -> str:
    """Return the source of one argument; the first is positional."""
    said = word(getattr(value, field.name))
    plain = field is fields(value)[0] and not field.kw_only
    return said if plain else f"{field.name}={said}"


def own_parts(value: object) -> Iterator[object]:
    """Yield all custom parts in a value: functions, objects, data."""
    if isinstance(value, tuple):
        for one in value:
            yield from own_parts(one)
    elif ours(value):
        for field in fields(value):
            yield from own_parts(getattr(value, field.name))
    elif isinstance(value, Dataset) or not isinstance(value, PLAIN):
        yield value
