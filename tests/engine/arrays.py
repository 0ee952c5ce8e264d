"""Arrays of the backend that a test is run for: to it, from it, and compared.

A law is stated once for all backends. They differ in exactness alone, and that is
`same`.
"""

from typing import Any

import array_api_strict
import numpy as np
from numpy import testing

from nnlab.backend import Array, Backend, Space, to_numpy
from nnlab.engine import network

GRADIENT = {"float64": 1e-12, "float32": 1e-5}  # how exact PyTorch's are, relative
RUN = {"float64": 1e-8}  # the losses of a whole run, of 200 steps at most
END = {"float64": 1e-5}  # its numbers: what has no slope goes where rounding pushes it


class Strict(Backend):
    """An array library that can do what the standard asks for, and nothing else."""

    xp = array_api_strict


def backend_here() -> Backend:
    """What "numpy" means in this test: see `conftest`."""
    return network.select_backend("numpy", 1)


def space() -> Space:
    """The namespace that the test is run for."""
    return backend_here().xp


def here(values: Any) -> Array:
    """Numbers, wherever they are, as a new array of this backend."""
    return space().asarray(host(values), copy=True)


def all_here(named: dict[str, Any]) -> dict[str, Array]:
    """The same of arrays by name."""
    return {name: here(values) for name, values in named.items()}


def host(values: Any) -> np.ndarray:
    """Arrays of any backend, or lists of them, on the host."""
    if isinstance(values, (list, tuple)):
        return np.asarray([host(one) for one in values])
    return to_numpy(values)


def copied(values: Any) -> np.ndarray:
    """The same, as they are now."""
    return np.array(host(values))


def exact(dtype: str) -> str:
    """The dtype in which whole runs are compared. Rounding grows on the way, so with
    PyTorch it is float64."""
    return dtype if _is_exact() else "float64"


def assert_array_equal(one: Any, other: Any, **how: Any) -> None:
    """Bit for bit, on every backend."""
    testing.assert_array_equal(host(one), host(other), **how)


def assert_allclose(one: Any, other: Any, **how: Any) -> None:
    """Within a tolerance, wherever the arrays lie."""
    testing.assert_allclose(host(one), host(other), **how)


def same(one: Any, other: Any, near: dict[str, float] = GRADIENT, **how: Any) -> None:
    """Bit for bit with NumPy's arithmetic. PyTorch adds up in another order when
    shapes are others, so there it is within `near`, by dtype, of the largest number."""
    one, other = host(one), host(other)
    if _is_exact() or not one.size:
        return testing.assert_array_equal(one, other, **how)
    assert one.dtype == other.dtype
    most = np.abs(other[np.isfinite(other)]).max(initial=0)
    share = near.get(one.dtype.name, 0)
    testing.assert_allclose(one, other, rtol=share, atol=share * most, **how)


def _is_exact() -> bool:
    """Whether this backend computes as NumPy does, bit for bit."""
    return backend_here().name in ("numpy", "strict")
