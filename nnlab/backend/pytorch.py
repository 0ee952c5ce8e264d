"""The PyTorch backend, on a CPU or a GPU; on a GPU a step is a CUDA graph.

This is the only module at the level of the engine that imports torch, and it is
imported only when a PyTorch backend is selected.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import array_api_compat.torch as standard
import numpy as np
import torch

from nnlab.backend.arrays import Array
from nnlab.backend.backends import Backend
from nnlab.backend.cuda_graph import Play, Recorded, Work
from nnlab.errors import InputError


class Namespace:
    """The functions of the array API standard on one device.

    They are those of array_api_compat, except for functions that create arrays on the
    device, and for faster versions of functions that every step calls.
    """

    def __init__(self, device: str):
        self.device = device
        for name in ("arange", "empty", "eye", "full", "linspace", "ones", "zeros"):
            setattr(self, name, self._here(getattr(standard, name)))

    mean, reshape, sum, where = torch.mean, torch.reshape, torch.sum, torch.where

    def __getattr__(self, name: str) -> Any:
        value = getattr(standard, name)
        setattr(self, name, value)  # cached for the next access
        return value

    def asarray(
        self, values: Any, dtype: Any = None, copy: bool | None = None
    ) -> Array:
        """Return values as an array on this device."""
        if torch.is_tensor(values) and not copy:
            return values.to(self.device, dtype)  # keeps the autograd graph
        if isinstance(values, np.ndarray) and not values.flags.writeable:
            copy = True  # PyTorch has no read-only tensors
        return torch.asarray(values, dtype=dtype, copy=copy, device=self.device)

    def astype(self, x: Array, dtype: Any) -> Array:
        """Return x in another dtype."""
        return x.to(dtype)

    def maximum(self, x: Array, y: Array | float) -> Array:
        """Return the elementwise maximum of x and y."""
        return torch.maximum(x, y) if torch.is_tensor(y) else torch.clamp(x, min=y)

    def minimum(self, x: Array, y: Array | float) -> Array:
        """Return the elementwise minimum of x and y."""
        return torch.minimum(x, y) if torch.is_tensor(y) else torch.clamp(x, max=y)

    def clip(self, x: Array, low: Array | float, high: Array | float) -> Array:
        """Return x, clipped to the interval from `low` to `high`."""
        return torch.clamp(x, low, high)

    def sign(self, x: Array) -> Array:
        """Return −1, 0 or 1, and NaN for NaN.

        Mask indexing is avoided, since it can't be recorded.
        """
        return torch.where(torch.isnan(x), x, torch.sign(x))

    def take(self, x: Array, index: Array, axis: int) -> Array:
        """Return the entries at these indices along an axis."""
        return torch.index_select(x, axis, index)

    def _here(self, make: Callable[..., Array]) -> Callable[..., Array]:
        """Return a function like `make` that creates its arrays on this device."""
        return lambda *shape, **how: make(*shape, **{"device": self.device, **how})


class Torch(Backend):
    """PyTorch on the CPU."""

    xp = Namespace("cpu")
    chunk = 262_144  # an operation has more overhead than in NumPy

    def quiet(self) -> AbstractContextManager[object]:
        """Return a context without recording for PyTorch's autograd."""
        return torch.inference_mode()

    def repeated(self, work: Work) -> Work:
        return torch.inference_mode()(work)


class Cuda(Backend):
    """PyTorch on an NVIDIA GPU, on which a step is a CUDA graph."""

    xp = Namespace("cuda")
    chunk = 2**62  # no chunks: launching an operation takes longer than running it

    @property
    def device(self) -> str:
        return str(torch.cuda.get_device_name())

    def repeated(self, work: Work) -> Work:
        return Recorded(work, graph_of, aside)


def graph_of(work: Play) -> Play:
    """Return a CUDA graph of work: its kernels and their memory addresses."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph.replay


def aside(work: Play) -> None:
    """Run work on a side stream, where libraries may initialize outside of a graph."""
    stream: Any = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        work()
    torch.cuda.current_stream().wait_stream(stream)


def gpu_is_here() -> bool:
    """Return True if PyTorch finds a usable NVIDIA GPU."""
    return bool(torch.cuda.is_available())


def on_torch(name: str, why: str = "") -> Backend:
    """Return the PyTorch backend of this name.

    Raises:
        InputError: for "torch:cuda" without a usable GPU.
    """
    if name == "torch":
        return Torch(name, why)
    if not gpu_is_here():
        raise InputError(
            "backend",
            f"backend={name!r} needs an NVIDIA GPU, and PyTorch {torch.__version__} "
            "finds none here; try backend='torch'.",
        )
    return Cuda(name, why)


def derivative(function: Callable[[Array], Array], at: np.ndarray) -> np.ndarray:
    """Return ∂function/∂x at x (…,) in float64, by PyTorch's autograd.

    Args:
        function: maps a float64 tensor of the shape of `at` to a scalar.
        at: the point x.
    """
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    torch.autograd.backward(function(x))
    slope = torch.zeros_like(x) if x.grad is None else x.grad
    found: np.ndarray = slope.numpy()
    return found
