"""NumPy's functions, and a shorter way to those that every step calls.

On small arrays most of a call is spent on the way to the loop that computes. What is
here goes there at once, and returns the same numbers, bit for bit.
"""

from typing import Any

import numpy as np

FLOATS = np.dtype(np.float32), np.dtype(np.float64)


class NumPySpace:
    """All that NumPy has, by its names."""

    def __getattr__(self, name: str) -> Any:
        value = getattr(np, name)
        setattr(self, name, value)  # the next time it is found at once
        return value

    @staticmethod
    def sum(x: np.ndarray, /, axis: Any = None, **how: Any) -> Any:
        """The sum over an axis (…,), as `numpy.sum`."""
        return np.add.reduce(x, axis, **how)

    @staticmethod
    def max(x: np.ndarray, /, axis: Any = None, **how: Any) -> Any:
        """The largest number along an axis (…,), as `numpy.max`."""
        return np.maximum.reduce(x, axis, **how)

    @staticmethod
    def mean(x: np.ndarray, /, axis: Any = None, **how: Any) -> Any:
        """The mean over an axis (…,), as `numpy.mean`."""
        if isinstance(axis, int) and isinstance(x, np.ndarray) and x.dtype in FLOATS:
            return np.add.reduce(x, axis, **how) / x.shape[axis]
        return np.mean(x, axis, **how)

    @staticmethod
    def take(x: np.ndarray, index: np.ndarray, /, axis: Any = None, **how: Any) -> Any:
        """What lies at these places of an axis, as `numpy.take`."""
        return x.take(index, axis, **how)

    def __repr__(self) -> str:
        return "NumPy"
