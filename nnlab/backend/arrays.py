"""Arrays by the names of the array API standard, independent of the library.

A namespace `xp` provides the functions; the same source runs on NumPy's and PyTorch's.
Arrays are copied to the host for display by `to_numpy` only.
"""

from functools import cache
from typing import Any

import numpy as np

from nnlab.backend.numpy_space import NumPySpace

Array = Any  # an array of any namespace: the standard has no class for it
Space = Any  # an array namespace: NumPy, or another library with the same names
Named = dict[str, Any]  # arrays by name
ValuesAndCache = tuple[Array, Any]  # result of a forward pass
DTYPES: dict[str, Any] = {"float32": np.float32, "float64": np.float64}


def to_numpy(array: Array) -> np.ndarray:
    """Return an array of any library as a NumPy array; no copy if it is on the host."""
    return np.asarray(array.cpu() if hasattr(array, "cpu") else array)


def quiet() -> np.errstate:
    """Return a context without warnings for overflow, division by 0 and NaN.

    Too large a learning rate produces them, which is a valid result.
    """
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")


def constant(xp: Space, values: np.ndarray, dtype: Any) -> Array:
    """Return host numbers (float64) as an array of `dtype`, to be used read-only.

    On a device, each distinct array is created only once and then kept, since a
    recorded step (see `Recorded`) reads it at a fixed address.
    """
    if xp is np or isinstance(xp, NumPySpace):
        return values.astype(dtype)
    return _placed(xp, values.tobytes(), values.shape, dtype)


@cache
def _placed(xp: Space, numbers: bytes, shape: tuple[int, ...], dtype: Any) -> Array:
    """Return the cached device array for these bytes."""
    values = np.frombuffer(numbers).reshape(shape)
    return xp.astype(xp.asarray(values, copy=True), dtype)
