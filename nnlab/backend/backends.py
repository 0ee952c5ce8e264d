"""A backend determines the array library and the device."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ClassVar

from nnlab.backend.arrays import Space, quiet
from nnlab.backend.cuda_graph import Work
from nnlab.backend.numpy_space import NumPySpace


@dataclass(frozen=True)
class Backend:
    """The NumPy backend, and the base class of the others.

    Attributes:
        name: "numpy", "torch" or "torch:cuda".
        why: reason for the choice, if "auto" chose it.
        xp: namespace of array functions.
        chunk: number of parameters updated at a time, such that the vectors involved
            fit into the processor's cache.
    """

    name: str = "numpy"
    why: str = ""
    chunk: ClassVar[int] = 8192
    xp: ClassVar[Space] = NumPySpace()

    @property
    def device(self) -> str:
        """Name of the GPU; "" for the CPU."""
        return ""

    def quiet(self) -> AbstractContextManager[object]:
        """Return a context for computing without warnings for overflow and NaN."""
        return quiet()

    def repeated(self, work: Work) -> Work:
        """Return `work` in the form in which repeated calls are fastest.

        `work` must read and write the same arrays at every call, with the same
        arguments, and must not transfer data to the host.
        """
        return work

    def __str__(self) -> str:
        return f"{self.name} ({self.why})" if self.why else self.name
