"""A backend is where arrays lie, and who computes with them."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ClassVar

from nnlab.backend.arrays import Space, quiet
from nnlab.backend.cuda_graph import Work
from nnlab.backend.numpy_space import NumPySpace


@dataclass(frozen=True)
class Backend:
    """NumPy, and the protocol of the others.

    Attributes:
        name: "numpy", "torch" or "torch:cuda".
        why: of one that "auto" chose, why.
        xp: the namespace of array functions.
        chunk: how many parameters are updated at a time: so many that all that this
            needs stays in the processor's cache.
    """

    name: str = "numpy"
    why: str = ""
    chunk: ClassVar[int] = 8192
    xp: ClassVar[Space] = NumPySpace()

    @property
    def device(self) -> str:
        """The name of the device that computes; nothing for the processor."""
        return ""

    def quiet(self) -> AbstractContextManager[object]:
        """A context for computing, in which nothing is said of overflow and NaN."""
        return quiet()

    def repeated(self, work: Work) -> Work:
        """`work` in the form in which it is done over and over. It is called with the
        same every time, reads and writes the same arrays, and asks for no number on
        its way."""
        return work

    def __str__(self) -> str:
        return f"{self.name} ({self.why})" if self.why else self.name
