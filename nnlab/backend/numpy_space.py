"""NumPy's namespace, with faster versions of the functions that every step calls.

On small arrays most of the time of a call is overhead before the inner loop. The
functions here skip that overhead, and return the same numbers, bit for bit.
"""

from typing import Any

import numpy as np

FLOATS = np.dtype(np.float32), np.dtype(np.float64)
ADD: Any = np.add.reduce
MAXIMUM: Any = np.maximum.reduce


class NumPySpace:
    """All functions of NumPy, under the same names."""

    def __getattr__(self, name: str) -> Any:
        value = getattr(np, name)
        setattr(self, name, value)  # cached for the next access
        return value

    @staticmethod
    def sum(
        x: Any,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        **how: Any,
    ) -> Any:
        """Return the sum over an axis (…,), as `numpy.sum`."""
        return ADD(x, axis, dtype, out, keepdims, **how)

    @staticmethod
    def max(
        x: Any, axis: Any = None, out: Any = None, keepdims: bool = False, **how: Any
    ) -> Any:
        """Return the maximum over an axis (…,), as `numpy.max`."""
        return MAXIMUM(x, axis, None, out, keepdims, **how)

    @staticmethod
    def mean(x: Any, axis: Any = None, **how: Any) -> Any:
        """Return the mean over an axis (…,), as `numpy.mean`."""
        plain = type(axis) is int and type(x) is np.ndarray and not how
        if plain and x.dtype in FLOATS:
            return ADD(x, axis) / x.shape[axis]
        return np.mean(x, axis, **how)

    @staticmethod
    def take(
        x: Any, indices: Any, axis: Any = None, out: Any = None, mode: Any = "raise"
    ) -> Any:
        """Return the entries at these indices along an axis, as `numpy.take`."""
        return np.asarray(x).take(indices, axis, out, mode)

    def __repr__(self) -> str:
        return "NumPy"
