"""NumPy's namespace, with faster versions of the functions that every step calls.

On small arrays most of the time of a call is overhead before the inner loop. The
functions here skip that overhead, and return the same numbers, bit for bit.
"""

from typing import Any

import numpy as np

FLOATS = np.dtype(np.float32), np.dtype(np.float64)


class NumPySpace:
    """All functions of NumPy, under the same names."""

    def __getattr__(self, name: str) -> Any:
        value = getattr(np, name)
        setattr(self, name, value)  # cached for the next access
        return value

    @staticmethod
    def sum(x: np.ndarray, /, axis: Any = None, **how: Any) -> Any:
        """Return the sum over an axis (…,), as `numpy.sum`."""
        return np.add.reduce(x, axis, **how)

    @staticmethod
    def max(x: np.ndarray, /, axis: Any = None, **how: Any) -> Any:
        """Return the maximum over an axis (…,), as `numpy.max`."""
        return np.maximum.reduce(x, axis, **how)

    @staticmethod
    def mean(x: np.ndarray, /, axis: Any = None, **how: Any) -> Any:
        """Return the mean over an axis (…,), as `numpy.mean`."""
        if isinstance(axis, int) and isinstance(x, np.ndarray) and x.dtype in FLOATS:
            return np.add.reduce(x, axis, **how) / x.shape[axis]
        return np.mean(x, axis, **how)

    @staticmethod
    def take(x: np.ndarray, index: np.ndarray, /, axis: Any = None, **how: Any) -> Any:
        """Return the entries at these indices along an axis, as `numpy.take`."""
        return x.take(index, axis, **how)

    def __repr__(self) -> str:
        return "NumPy"
