"""Clipping shortens a gradient that is too long, so that one step can't ruin a run.

Where the loss has a cliff, the gradient at its edge is huge and says little about how
far to go. Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent
neural networks".
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from nnlab.backend import Array, Space
from nnlab.engine.replicas import column
from nnlab.errors import number


@dataclass(frozen=True)
class Clip(ABC):
    """The protocol: a gradient (…, P) in, one that is short enough out."""

    limit: float

    def __post_init__(self) -> None:
        limit = number("limit", self.limit, fix=1.0, least=0)
        object.__setattr__(self, "limit", limit)

    @abstractmethod
    def clip(self, xp: Space, g: Array) -> Array:
        """The gradient, each replica's by itself."""


@dataclass(frozen=True)
class ClipValue(Clip):
    """Every number of the gradient is kept within ±limit; that may turn it."""

    def clip(self, xp: Space, g: Array) -> Array:
        limit = column(xp, self.limit, g)
        return xp.clip(g, -limit, limit)


@dataclass(frozen=True)
class ClipNorm(Clip):
    """g ← g · min(1, limit / (‖g‖ + 10⁻⁶)): shorter, and in the same direction."""

    def clip(self, xp: Space, g: Array) -> Array:
        norm = xp.sqrt(xp.sum(g * g, axis=-1, keepdims=True))
        share = column(xp, self.limit, g) / (norm + 1e-6)
        return g * xp.minimum(share, xp.ones_like(norm))


CLIPS = {"value": ClipValue, "norm": ClipNorm}
