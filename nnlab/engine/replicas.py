"""A number that differs from replica to replica, and how it meets their arrays.

A hyperparameter is a float, or an array (R,) with one for each replica. What is worked
out from it is worked out on the host, in float64, and rounded once, so that a replica
gets the same bits among others as it gets alone.
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
    """`value` as it meets `like` (R, …): an array (R,) becomes (R, 1, …) of its dtype.
    The one place that says so; a float stays one."""
    if not isinstance(value, np.ndarray):
        return value
    check_for_each(value, like)
    shape = (len(value), *[1] * (like.ndim - 1))
    return constant(xp, value.reshape(shape), like.dtype)


def check_for_each(value: np.ndarray, like: Array) -> None:
    """Raises an `InputError` unless `value` has a number for each replica of `like`."""
    if like.ndim == 0 or len(value) != like.shape[0]:
        raise InputError(
            "replicas",
            f"{shown(value)} has a number for each of {len(value)} replicas, and the "
            f"network has {like.shape[0] if like.ndim else 1}; try "
            f"replicas={len(value)}.",
        )


class Numbers:
    """Numbers that differ from step to step, by name, in one array that does not.

    `views` has each as it meets vectors like `like` (…, P): () for one that all
    replicas share, or (R, 1) for an array (R,) with one for each.
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
        """Puts new numbers in place of the old ones, worked out in float64 and rounded
        once."""
        values: Any = [*named.values()]
        if not self.shared:
            values = np.hstack(values).astype(dtype)
        self.vector[...] = self.xp.asarray(values, dtype=self.vector.dtype)


def power(value: Any, exponent: int) -> Any:
    """value^exponent, in Python's arithmetic for one as for many."""
    if isinstance(value, np.ndarray):
        return np.array([float(one) ** exponent for one in value])
    return value**exponent


def root(value: Any) -> Any:
    """√value, for one as for many."""
    return np.sqrt(value) if isinstance(value, np.ndarray) else sqrt(value)


def kind_of(part: Any) -> Any:
    """What parts must have in common for replicas to share the calls: everything but
    floats, and how weights start."""
    if isinstance(part, tuple):
        return tuple(map(kind_of, part))
    if not is_dataclass(part):
        return type(part) if isinstance(part, float) else part
    named = ((f.name, getattr(part, f.name)) for f in fields(part))
    return type(part), *((k, kind_of(v)) for k, v in named if k != "initializer")


def merged(parts: Sequence[Any]) -> Any:
    """One part for all replicas: floats that differ become arrays (R,). How weights
    start is that of the first.

    Raises `InputError` if the parts differ in more than floats.
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
