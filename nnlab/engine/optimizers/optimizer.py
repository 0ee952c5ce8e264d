"""An optimizer computes the change of the parameters from the gradient.

It is a rule over flat vectors and holds no memory: its moments, which persist between
steps, are arguments, and so are its coefficients for the current step. Definitions are
PyTorch's, and so are the defaults, except for the learning rate and for a momentum that
is not 0.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from nnlab.backend import Array, Named, Space
from nnlab.engine.regularizers import WeightDecay
from nnlab.errors import number


@dataclass(frozen=True)
class Optimizer(ABC):
    """Base class of optimizers. Every optimizer has a learning rate η.

    Attributes:
        learning_rate: η, before any schedule.
        moments: names of the moments, flat vectors (…, P) that start at 0.

    Raises:
        InputError: for a negative number.
    """

    learning_rate: float = 0.01
    moments: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        annotated = (float, "float")  # a string if annotations are not evaluated
        for given in (f for f in fields(self) if f.type in annotated):
            fix: Any = given.default
            number(given.name, getattr(self, given.name), fix, least=0)

    @property
    def decays(self) -> tuple[WeightDecay, ...]:
        """Weight decays in addition to the change by `update`; by default none.

        They are added by `Update.apply`.
        """
        return ()

    @abstractmethod
    def coefficients(self, step: int, rate: float) -> dict[str, float]:
        """Return the coefficients of this rule by name.

        Args:
            step: step count of this optimizer; the first step is 1.
            rate: learning rate of the current step.
        """

    @abstractmethod
    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        """Return the change of p for the gradient g; overwrites the moments m.

        Args:
            xp: array namespace.
            m: moments by name, each (…, P).
            g: gradient (…, P).
            p: parameters (…, P).
            c: coefficients by name, () or (R, 1).

        All vectors may be the same chunk of the full ones.
        """
