"""An optimizer turns the gradient into a change of the parameters.

It is a rule over flat vectors, and has no memory of its own: what it must remember
between steps, its moments, is handed to it, as are its coefficients for this step.
Definitions are PyTorch's, and so are defaults, but for the learning rate, and for a
momentum that is not 0.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from nnlab.backend import Array, Named, Space
from nnlab.engine.regularizers import WeightDecay
from nnlab.errors import number


@dataclass(frozen=True)
class Optimizer(ABC):
    """The protocol. Every optimizer has a learning rate η."""

    learning_rate: float = 0.01
    moments: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        annotated = (float, "float")  # a word, if annotations are not evaluated
        for given in (f for f in fields(self) if f.type in annotated):
            fix: Any = given.default
            number(given.name, getattr(self, given.name), fix, least=0)

    @property
    def decays(self) -> tuple[WeightDecay, ...]:
        """What shrinks weights beside this optimizer's change; nothing by default.
        `Update.apply` adds it."""
        return ()

    @abstractmethod
    def coefficients(self, step: int, rate: float) -> dict[str, float]:
        """The numbers the rule needs at this step, whose learning rate is `rate`; the
        first step is 1."""

    @abstractmethod
    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        """The change of p for the gradient g; overwrites the moments m.

        p, g and each moment are (…, P), or the same part of each at a time; c has the
        coefficients by name.
        """
