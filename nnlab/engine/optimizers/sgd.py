"""Optimizers with the same learning rate for every parameter."""

from dataclasses import dataclass
from typing import ClassVar

from nnlab.backend import Array, Named, Space
from nnlab.engine.optimizers.optimizer import Optimizer


@dataclass(frozen=True)
class SGD(Optimizer):
    """Δ = −η g

    Gradient descent on mini-batches: a step in the direction of steepest descent.
    Robbins & Monro 1951, "A stochastic approximation method".
    """

    def coefficients(self, step: int, rate: float) -> dict[str, float]:
        return {"rate": rate}

    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        return -c["rate"] * g


@dataclass(frozen=True)
class Momentum(Optimizer):
    """v ← β v + g;  Δ = −η v

    Past gradients accumulate, and decay by the factor β at each step. Polyak 1964,
    "Some methods of speeding up the convergence of iteration methods".
    """

    momentum: float = 0.9
    moments: ClassVar[tuple[str, ...]] = ("velocity",)

    def coefficients(self, step: int, rate: float) -> dict[str, float]:
        return {"rate": rate, "beta": self.momentum}

    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        v = self.velocity(m, g, c)
        return -c["rate"] * v

    def velocity(self, m: Named, g: Array, c: Named) -> Array:
        """Return v, updated in place with the gradient g."""
        v = m["velocity"]
        v *= c["beta"]
        v += g
        return v


@dataclass(frozen=True)
class Nesterov(Momentum):
    """v ← β v + g;  Δ = −η (g + β v)

    The step that momentum would take next: the velocity is applied once more, and the
    current gradient is counted twice. Nesterov 1983, "A method of solving a convex
    programming problem with convergence rate O(1/k²)", as Sutskever et al. 2013 write
    it, "On the importance of initialization and momentum in deep learning".
    """

    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        v = self.velocity(m, g, c)
        return -c["rate"] * (g + c["beta"] * v)
