"""PyTorch as a backend, on a processor or a GPU; on a GPU a step is a CUDA graph.

The only file of the engine's side that imports torch, and it does so when a backend of
it is asked for.
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
    """The standard's functions on one device.

    They are those of array_api_compat, but for what has to be made on the device, and
    for what steps call so often that the way there counts.
    """

    def __init__(self, device: str):
        self.device = device
        for name in ("arange", "empty", "eye", "full", "linspace", "ones", "zeros"):
            setattr(self, name, self._here(getattr(standard, name)))

    mean, reshape, sum, where = torch.mean, torch.reshape, torch.sum, torch.where

    def __getattr__(self, name: str) -> Any:
        value = getattr(standard, name)
        setattr(self, name, value)  # the next time it is found at once
        return value

    def asarray(
        self, values: Any, dtype: Any = None, copy: bool | None = None
    ) -> Array:
        """Numbers as an array on this device."""
        if torch.is_tensor(values) and not copy:
            return values.to(self.device, dtype)  # it keeps its past, for autograd
        if isinstance(values, np.ndarray) and not values.flags.writeable:
            copy = True  # PyTorch knows no arrays that can't be written to
        return torch.asarray(values, dtype=dtype, copy=copy, device=self.device)

    def astype(self, x: Array, dtype: Any) -> Array:
        """The same numbers in another dtype."""
        return x.to(dtype)

    def maximum(self, x: Array, y: Array | float) -> Array:
        """The larger of two, number by number."""
        return torch.maximum(x, y) if torch.is_tensor(y) else torch.clamp(x, min=y)

    def minimum(self, x: Array, y: Array | float) -> Array:
        """The smaller of two, number by number."""
        return torch.minimum(x, y) if torch.is_tensor(y) else torch.clamp(x, max=y)

    def clip(self, x: Array, low: Array | float, high: Array | float) -> Array:
        """x, but no less than `low` and no more than `high`."""
        return torch.clamp(x, low, high)

    def sign(self, x: Array) -> Array:
        """−1, 0 or 1; NaN of NaN, and without a mask, which can't be recorded."""
        return torch.where(torch.isnan(x), x, torch.sign(x))

    def take(self, x: Array, index: Array, axis: int) -> Array:
        """What lies at these places of an axis."""
        return torch.index_select(x, axis, index)

    def _here(self, make: Callable[..., Array]) -> Callable[..., Array]:
        return lambda *shape, **how: make(*shape, **{"device": self.device, **how})


class Torch(Backend):
    """PyTorch on the processor."""

    xp = Namespace("cpu")
    chunk = 262_144  # an operation takes longer to ask for than one of NumPy

    def quiet(self) -> AbstractContextManager[object]:
        """Nor is anything noted for derivatives of PyTorch's own."""
        return torch.inference_mode()

    def repeated(self, work: Work) -> Work:
        return torch.inference_mode()(work)


class Cuda(Backend):
    """PyTorch on an NVIDIA GPU, on which a step is a CUDA graph."""

    xp = Namespace("cuda")
    chunk = 2**62  # all: to ask for an operation takes longer than to do it

    @property
    def device(self) -> str:
        return str(torch.cuda.get_device_name())

    def repeated(self, work: Work) -> Work:
        return Recorded(work, graph_of, aside)


def graph_of(work: Play) -> Play:
    """A CUDA graph of work: its kernels, and the addresses that they read and write."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph.replay


def aside(work: Play) -> None:
    """Does work on another stream, where libraries prepare what a graph may not."""
    stream: Any = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        work()
    torch.cuda.current_stream().wait_stream(stream)


def gpu_is_here() -> bool:
    """Whether PyTorch finds an NVIDIA GPU that it can use."""
    return bool(torch.cuda.is_available())


def on_torch(name: str, why: str = "") -> Backend:
    """The backend of this name, once its device is known to be there."""
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
    """∂function/∂x at x (…,), in float64, by PyTorch's own autograd: `function` makes
    one number of x."""
    x = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    torch.autograd.backward(function(x))
    slope = torch.zeros_like(x) if x.grad is None else x.grad
    found: np.ndarray = slope.numpy()
    return found
