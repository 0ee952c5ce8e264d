"""Hyperparameters that differ between replicas, and their broadcasting.

A hyperparameter is a float, or an array (R,) with one value per replica. Values derived
from it are computed on the host in float64 and rounded once, so that a replica gets the
same bits in a group as it gets alone.
"""

from collections.abc import Mapping
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
