"""An optimizer turns the gradient into a change of the parameters.

It is a rule over flat vectors, and has no memory of its own: what it must remember
between steps, its moments, is handed to it, as are its coefficients for this step.
Definitions are PyTorch's, and so are defaults, but for the learning rate, and for a
momentum that is not 0. Here are the rules by which every parameter
moves at the same rate; those that adapt it are in `adaptive`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from nnlab.backend import Array, Named, Space, to_numpy
from nnlab.engine.regularizers import WeightDecay
from nnlab.errors import InputError, by_fields, need, number, shown


@dataclass(frozen=True)
class Optimizer(ABC):
    """The protocol. Every optimizer has a learning rate η."""

    learning_rate: float = 0.01
    moments: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        annotated = (
            float,
            "float",
        )  # the word, under `from __future__ import annotations`
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


@dataclass(frozen=True)
class SGD(Optimizer):
    """Δ = −η g

    Gradient descent on mini-batches: a step straight down the slope. Robbins & Monro
    1951, "A stochastic approximation method".
    """

    def coefficients(self, step: int, rate: float) -> dict[str, float]:
        return {"rate": rate}

    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        return -c["rate"] * g


@dataclass(frozen=True)
class Momentum(Optimizer):
    """v ← β v + g;  Δ = −η v

    Past gradients add up, as in a rolling ball, and fade by β a step. Polyak 1964,
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
        """v, with this gradient in it; overwrites its moment."""
        v = m["velocity"]
        v *= c["beta"]
        v += g
        return v


@dataclass(frozen=True)
class Nesterov(Momentum):
    """v ← β v + g;  Δ = −η (g + β v)

    The step that momentum would take next, with the newest gradient in it twice: the
    ball looks ahead. Nesterov 1983, "A method of solving a convex programming problem
    with convergence rate O(1/k²)", as Sutskever et al. 2013 write it, "On the
    importance of initialization and momentum in deep learning".
    """

    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        v = self.velocity(m, g, c)
        return -c["rate"] * (g + c["beta"] * v)


@dataclass(frozen=True)
class FunctionOptimizer(Optimizer):
    """Δ = f(g, η): a rule of one's own, as a plain function that remembers nothing.

    `function(gradient, rate)` returns the change of every parameter. It is called
    with NumPy arrays, whoever computes, and with a part of the gradient at a time when
    that is large.

    >>> import numpy as np
    >>> rule = lambda gradient, rate: -rate * np.sign(gradient)
    >>> signs = FunctionOptimizer(0.1, function=rule)
    >>> signs.update(np, {}, np.array([3.0, -2.0]), None, {"rate": 0.1})
    array([-0.1,  0.1])
    """

    function: Callable[[Array, float], Array] = field(kw_only=True)

    __repr__ = by_fields

    def __post_init__(self) -> None:
        super().__post_init__()
        what, fix = "a function of gradient and rate", "lambda g, rate: -rate * g"
        need("function", self.function, Callable, what, fix)  # type: ignore[arg-type]

    def coefficients(self, step: int, rate: float) -> dict[str, float]:
        return {"rate": rate}

    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        rate: Any = to_numpy(c["rate"])
        change = self.function(to_numpy(g), rate if rate.ndim else rate.item())
        name = getattr(self.function, "__name__", "the rule")
        shape = getattr(change, "shape", None)
        if shape != g.shape:
            what = shown(change) if shape is None else f"an array of shape {shape}"
            raise InputError(
                "optimizer",
                f"{name} returned {what}, not the change of every "
                f"parameter, of the gradient's shape {tuple(g.shape)}; try: "
                "return -rate * gradient",
            )
        return xp.asarray(change, dtype=g.dtype)
