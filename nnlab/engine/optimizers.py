"""An optimizer turns the gradient into a change of the parameters.

It is a rule over flat vectors, and has no memory of its own: what it must remember
between steps, its moments, is handed to it, as are its coefficients, worked out on
the host for this step. Definitions and defaults are PyTorch's.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from math import isfinite
from numbers import Real
from typing import ClassVar

from nnlab.errors import InputError, shown


@dataclass(frozen=True)
class Optimizer(ABC):
    """The protocol. Every optimizer has a learning rate η."""

    learning_rate: float = 0.01
    moments: ClassVar[tuple[str, ...]] = ()
    biases: ClassVar[bool] = False  # whether all parameters decay, if any do

    def __post_init__(self):
        for given in (f for f in fields(self) if f.type is float):
            name, value = given.name, getattr(self, given.name)
            number = isinstance(value, Real) and isfinite(value)
            if not number or value < 0:
                raise InputError(
                    name,
                    f"{name}={value!r} is not allowed: it is a number, at least 0; try "
                    f"{name}={given.default!r}.",
                )

    @abstractmethod
    def coefficients(self, step: int, rate: float) -> dict[str, float]:
        """The numbers the rule needs at this step; the first step is 1."""

    @abstractmethod
    def update(self, xp, m, g, p, c):
        """The change of p for the gradient g; overwrites the moments m.

        p, g and each moment are (…, P); c has the coefficients by name.
        """


@dataclass(frozen=True)
class SGD(Optimizer):
    """Δ = −η g

    Gradient descent on mini-batches: a step straight down the slope. Robbins & Monro
    1951, "A stochastic approximation method".
    """

    def coefficients(self, step, rate):
        return {"rate": rate}

    def update(self, xp, m, g, p, c):
        return -c["rate"] * g


@dataclass(frozen=True)
class Momentum(Optimizer):
    """v ← β v + g;  Δ = −η v

    Past gradients add up, as in a rolling ball, and fade by β a step. Polyak 1964,
    "Some methods of speeding up the convergence of iteration methods".
    """

    momentum: float = 0.9
    moments: ClassVar[tuple[str, ...]] = ("velocity",)

    def coefficients(self, step, rate):
        return {"rate": rate, "beta": self.momentum}

    def update(self, xp, m, g, p, c):
        v = c["beta"] * m["velocity"] + g
        m["velocity"][...] = v
        return -c["rate"] * v


@dataclass(frozen=True)
class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g;  s ← β₂ s + (1 − β₂) g²
    Δ = −η m̂ / (√ŝ + ε), with m̂ = m / (1 − β₁ᵗ) and ŝ = s / (1 − β₂ᵗ)

    Each parameter's step is its mean gradient over its usual size, so all move at a
    similar pace. Both averages start at 0; the divisions take that bias out. Kingma &
    Ba 2015, "Adam: a method for stochastic optimization".
    """

    learning_rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    moments: ClassVar[tuple[str, ...]] = ("mean", "square")

    def __post_init__(self):
        super().__post_init__()
        for name in ("beta1", "beta2"):
            if (beta := getattr(self, name)) >= 1:
                raise InputError(
                    name,
                    f"{name}={beta!r} is not allowed: an average that forgets needs "
                    f"less than 1; try {name}=0.9.",
                )

    def coefficients(self, step, rate):
        bias1, bias2 = 1 - self.beta1**step, 1 - self.beta2**step
        return {
            "rate": rate / bias1,
            "root": bias2**-0.5,
            "epsilon": self.epsilon,
            "beta1": self.beta1,
            "rest1": 1 - self.beta1,
            "beta2": self.beta2,
            "rest2": 1 - self.beta2,
        }

    def update(self, xp, m, g, p, c):
        mean = c["beta1"] * m["mean"] + c["rest1"] * g
        square = c["beta2"] * m["square"] + c["rest2"] * (g * g)
        m["mean"][...], m["square"][...] = mean, square
        return -c["rate"] * mean / (xp.sqrt(square) * c["root"] + c["epsilon"])


@dataclass(frozen=True)
class Rule(Optimizer):
    """Δ = f(g, η): a rule of one's own, as a plain function that remembers nothing.

    `function(gradient, rate)` returns the change of every parameter. It is called
    with a part of the gradient at a time when that is large.

    >>> import numpy as np
    >>> signs = Rule(0.1, function=lambda gradient, rate: -rate * np.sign(gradient))
    >>> signs.update(np, {}, np.array([3.0, -2.0]), None, {"rate": 0.1})
    array([-0.1,  0.1])
    """

    function: Callable = field(kw_only=True)

    def coefficients(self, step, rate):
        return {"rate": rate}

    def update(self, xp, m, g, p, c):
        change = self.function(g, c["rate"])
        shape = getattr(change, "shape", None)
        if shape != g.shape:
            what = shown(change) if shape is None else f"an array of shape {shape}"
            raise InputError(
                "optimizer",
                f"{self.function.__name__} returned {what}, not the change of every "
                f"parameter, of the gradient's shape {g.shape}; try: "
                "return -rate * gradient",
            )
        return change


OPTIMIZERS = {"sgd": SGD, "momentum": Momentum, "adam": Adam}
