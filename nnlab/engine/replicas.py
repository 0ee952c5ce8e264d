"""Hyperparameters that differ between replicas, and their broadcasting.

A hyperparameter is a float, or an array (R,) with one value per replica. Values derived
from it are computed on the host in float64 and rounded once, so that a replica gets the
same bits in a group as it gets alone.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import fields, is_dataclass
from math import sqrt
from typing import Any

import numpy as np

from nnlab.backend import Array, Space, constant
from nnlab.errors import InputError, shown


def column(xp: Space, value: Any, like: Array) -> Any:
    """Return `value` in a form that broadcasts with `like` (R, …).

    An array (R,) becomes an array (R, 1, …) of the dtype of `like`; a float is returned
    unchanged.

    Raises:
        InputError: if R is not the number of replicas of `like`.
    """
    if not isinstance(value, np.ndarray):
        return value
    check_for_each(value, like)
    shape = (len(value), *[1] * (like.ndim - 1))
    return constant(xp, value.reshape(shape), like.dtype)


def check_for_each(value: np.ndarray, like: Array) -> None:
    """Raise an `InputError` unless `value` (R,) has one number per replica."""
    if like.ndim == 0 or len(value) != like.shape[0]:
        raise InputError(
            "replicas",
            f"{shown(value)} has a number for each of {len(value)} replicas, and the "
            f"network has {like.shape[0] if like.ndim else 1}; try "
            f"replicas={len(value)}.",
        )


class Numbers:
    """Device buffer for named numbers that change from step to step.

    The buffer itself stays in place.

    Args:
        xp: array namespace.
        named: numbers by name: floats shared by all replicas, or arrays (R,).
        like: vector (…, P) with which the numbers must broadcast.

    Attributes:
        views: views of the buffer by name: () for a float, (R, 1) for an array (R,).

    Raises:
        InputError: if R is not the number of replicas of `like`.
    """

    def __init__(self, xp: Space, named: Mapping[Any, Any], like: Array):
        self.xp, self.views = xp, dict[Any, Array]()
        self.shared = not any(isinstance(v, np.ndarray) for v in named.values())
        self.vector = xp.zeros(sum(map(np.size, named.values())), dtype=like.dtype)
        start = 0
        for name, value in named.items():
            shape: tuple[int, ...] = ()
            if isinstance(value, np.ndarray):
                check_for_each(value, like)
                shape = len(value), 1
            stop = start + np.size(value)
            self.views[name] = xp.reshape(self.vector[start:stop], shape)
            start = stop

    def set(self, named: Mapping[Any, Any], dtype: type) -> None:
        """Overwrite the numbers, given in float64; they are rounded once to `dtype`."""
        values: Any = [*named.values()]
        if not self.shared:
            values = np.hstack(values).astype(dtype)
        self.vector[...] = self.xp.asarray(values, dtype=self.vector.dtype)


def power(value: Any, exponent: int) -> Any:
    """Return value^exponent for a float or an array (R,), in Python's arithmetic."""
    if isinstance(value, np.ndarray):
        return np.array([float(one) ** exponent for one in value])
    return value**exponent


def root(value: Any) -> Any:
    """Return √value for a float or an array (R,)."""
    return np.sqrt(value) if isinstance(value, np.ndarray) else sqrt(value)


def kind_of(part: Any) -> Any:
    """Return a key that is equal for parts that replicas can share in one array call.

    The key omits floats and initializers.
    """
    if isinstance(part, tuple):
        return tuple(map(kind_of, part))
    if not is_dataclass(part):
        return type(part) if isinstance(part, float) else part
    named = ((f.name, getattr(part, f.name)) for f in fields(part))
    return type(part), *((k, kind_of(v)) for k, v in named if k != "initializer")


def merged(parts: Sequence[Any]) -> Any:
    """Merge one part per replica into one for all; differing floats become arrays (R,).

    The initializer is that of the first part.

    Raises:
        InputError: if the parts differ in more than floats and initializers.
    """
    first = parts[0]
    if all(part is first for part in parts):
        return first
    if isinstance(first, tuple):
        return tuple(merged(some) for some in zip(*parts, strict=True))
    if isinstance(first, float):
        same = all(part == first for part in parts)
        return first if same else np.array(parts, np.float64)
    if len({kind_of(part) for part in parts}) > 1:
        raise InputError(
            "parts",
            f"{shown(parts)} can't be one: they differ in more than numbers; train "
            "them one by one.",
        )
    if not is_dataclass(first):
        return first
    made: Any = copy(first)
    for name in (f.name for f in fields(first) if f.name != "initializer"):
        value = merged([getattr(part, name) for part in parts])
        object.__setattr__(made, name, value)
    return made
