"""Gradient clipping limits the size of the gradient, so that no step is too large.

Near a cliff of the loss, the gradient is huge and is no measure of a good step size.
Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural
networks".
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from nnlab.backend import Array, Space
from nnlab.engine.replicas import column
from nnlab.errors import number


@dataclass(frozen=True)
class Clip(ABC):
    """Base class of rules that limit the size of a gradient.

    Raises:
        InputError: if the limit is negative.
    """

    limit: float

    def __post_init__(self) -> None:
        limit = number("limit", self.limit, fix=1.0, least=0)
        object.__setattr__(self, "limit", limit)

    @abstractmethod
    def clip(self, xp: Space, g: Array) -> Array:
        """Return the clipped gradient (…, P), computed per replica."""


@dataclass(frozen=True)
class ClipValue(Clip):
    """Clip each number of the gradient to ±limit; this may change its direction."""

    def clip(self, xp: Space, g: Array) -> Array:
        limit = column(xp, self.limit, g)
        return xp.clip(g, -limit, limit)


@dataclass(frozen=True)
class ClipNorm(Clip):
    """g ← g · min(1, limit / (‖g‖ + 10⁻⁶)): rescales the norm, keeps the direction."""

    def clip(self, xp: Space, g: Array) -> Array:
        norm = xp.sqrt(xp.sum(g * g, axis=-1, keepdims=True))
        share = column(xp, self.limit, g) / (norm + 1e-6)
        return g * xp.minimum(share, xp.ones_like(norm))


CLIPS = {"value": ClipValue, "norm": ClipNorm}
