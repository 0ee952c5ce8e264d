"""Arrays by the names of the array API standard, whoever computes with them.

A namespace `xp` has the functions; the same source runs with NumPy's and PyTorch's.
What is read by people is fetched to the host by `to_numpy`, and by nothing else.
"""

from functools import cache
from typing import Any

import numpy as np

from nnlab.backend.numpy_space import NumPySpace

Array = Any  # an array of whatever namespace: the standard has no class for it
Space = Any  # such a namespace: NumPy, or another library by NumPy's names
Named = dict[str, Any]  # arrays by name
ValuesAndCache = tuple[Array, Any]  # what a forward pass returns
DTYPES: dict[str, Any] = {"float32": np.float32, "float64": np.float64}


def to_numpy(array: Array) -> np.ndarray:
    """An array of whatever library, on the host. One that is there already is not
    copied."""
    return np.asarray(array.cpu() if hasattr(array, "cpu") else array)


def quiet() -> np.errstate:
    """A context in which overflow and NaN pass without a warning.

    A rate that is too large makes them, and that is an answer, not a fault.
    """
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")


def constant(xp: Space, values: np.ndarray, dtype: Any) -> Array:
    """Host numbers (float64) as an array of `dtype`, which nobody changes.

    A device gets them once: for the same numbers the same array comes, and it stays,
    since a recorded step (see `Recorded`) reads it where it was.
    """
    if xp is np or isinstance(xp, NumPySpace):
        return values.astype(dtype)
    return _placed(xp, values.tobytes(), values.shape, dtype)


@cache
def _placed(xp: Space, numbers: bytes, shape: tuple[int, ...], dtype: Any) -> Array:
    values = np.frombuffer(numbers).reshape(shape)
    return xp.astype(xp.asarray(values, copy=True), dtype)
