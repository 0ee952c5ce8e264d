"""A backend is where arrays lie, and who computes with them."""

from dataclasses import dataclass

import numpy as np

from nnlab.backend.arrays import Space
from nnlab.backend.recorded import Work


@dataclass(frozen=True)
class Backend:
    """NumPy, and the protocol of the others.

    Attributes:
        name: "numpy", "torch" or "torch:cuda".
        why: of one that "auto" chose, why.
    """

    name: str = "numpy"
    why: str = ""

    @property
    def xp(self) -> Space:
        """The namespace of array functions."""
        return np

    def repeated(self, work: Work) -> Work:
        """`work` in the form in which it is done over and over. It is called with the
        same every time, reads and writes the same arrays, and asks for no number on
        its way."""
        return work

    def __str__(self) -> str:
        return f"{self.name} ({self.why})" if self.why else self.name
