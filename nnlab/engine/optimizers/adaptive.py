"""Adaptive optimizers give each parameter a step of its own length.

A slope is divided by the usual size of that parameter's slopes, which a moment
remembers: a steep direction takes no longer steps than a flat one. Definitions and
defaults are PyTorch's, but AdamW spares biases.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnlab.backend import Array, Named, Space
from nnlab.engine.optimizers.optimizer import (
    Optimizer,
)
from nnlab.engine.regularizers import WeightDecay
from nnlab.engine.replicas import power, root
from nnlab.errors import InputError, shown


@dataclass(frozen=True)
class AdaGrad(Optimizer):
    """s ← s + g²;  Δ = −η g / (√s + ε)

    All past gradients count alike, so every step is shorter than one before it with
    the same slope. Duchi, Hazan & Singer 2011, "Adaptive subgradient methods for
    online learning and stochastic optimization".
    """

    epsilon: float = 1e-10
    moments: ClassVar[tuple[str, ...]] = ("sum_of_squares",)

    def coefficients(self, step: int, rate: float) -> dict[str, float]:
        return {"rate": rate, "epsilon": self.epsilon}

    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        s = m["sum_of_squares"]
        s += g * g
        return -c["rate"] * g / (xp.sqrt(s) + c["epsilon"])


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """s ← α s + (1 − α) g²;  Δ = −η g / (√s + ε)

    AdaGrad that forgets: past gradients fade by the decay α a step. Tieleman & Hinton
    2012, "Lecture 6.5: RMSprop", in the course "Neural networks for machine learning".
    """

    decay: float = 0.99
    epsilon: float = 1e-8
    moments: ClassVar[tuple[str, ...]] = ("mean_square",)

    def __post_init__(self) -> None:
        super().__post_init__()
        _forgets(self, "decay")

    def coefficients(self, step: int, rate: float) -> dict[str, float]:
        rest = 1 - self.decay
        return {
            "rate": rate,
            "decay": self.decay,
            "rest": rest,
            "epsilon": self.epsilon,
        }

    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        s = m["mean_square"]
        s *= c["decay"]
        s += c["rest"] * (g * g)
        return -c["rate"] * g / (xp.sqrt(s) + c["epsilon"])


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

    def __post_init__(self) -> None:
        super().__post_init__()
        _forgets(self, "beta1", "beta2")

    def coefficients(self, step: int, rate: float) -> dict[str, float]:
        bias1, bias2 = 1 - power(self.beta1, step), 1 - power(self.beta2, step)
        return {
            "rate": rate / bias1,  # so that rate · m is η m̂
            "root": 1 / root(bias2),  # so that √s · root is √ŝ
            "epsilon": self.epsilon,
            "beta1": self.beta1,
            "rest1": 1 - self.beta1,
            "beta2": self.beta2,
            "rest2": 1 - self.beta2,
        }

    def update(self, xp: Space, m: Named, g: Array, p: Array, c: Named) -> Array:
        mean, square = m["mean"], self.square(xp, m, g, c)
        mean *= c["beta1"]
        mean += c["rest1"] * g
        return -c["rate"] * mean / (xp.sqrt(square) * c["root"] + c["epsilon"])

    def square(self, xp: Space, m: Named, g: Array, c: Named) -> Array:
        """s, with this gradient in it; overwrites its moment."""
        square = m["square"]
        square *= c["beta2"]
        square += c["rest2"] * (g * g)
        return square


@dataclass(frozen=True)
class AMSGrad(Adam):
    """Adam with the largest s so far in place of s.

    An average that forgets a rare, large gradient lets small ones lead astray. Here
    the usual size never shrinks. Reddi, Kale & Kumar 2018, "On the convergence of
    Adam and beyond".
    """

    moments: ClassVar[tuple[str, ...]] = ("mean", "square", "largest")

    def square(self, xp: Space, m: Named, g: Array, c: Named) -> Array:
        """The largest s so far; overwrites its moments."""
        largest = xp.maximum(m["largest"], super().square(xp, m, g, c))
        m["largest"][...] = largest
        return largest


@dataclass(frozen=True)
class AdamW(Adam):
    """Δ = Adam's Δ − η λ p

    Weights shrink by the share η λ a step. The shrinking is decoupled: it is no part
    of the gradient, so Adam's averages do not see it: `Update.apply` adds it to the
    change. Biases keep their size, unless `biases` says otherwise. Loshchilov & Hutter
    2019, "Decoupled weight decay regularization".
    """

    weight_decay: float = 0.01
    biases: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.biases, bool):
            raise InputError(
                "biases",
                f"biases={shown(self.biases)} is not allowed: it is True or False; try "
                "biases=False.",
            )

    @property
    def decays(self) -> tuple[WeightDecay, ...]:
        return (WeightDecay(self.weight_decay, self.biases),)


def _forgets(optimizer: Optimizer, *names: str) -> None:
    """Raises an `InputError` unless these fields are what averages may keep a step."""
    for name in names:
        if np.any((kept := getattr(optimizer, name)) >= 1):
            raise InputError(
                name,
                f"{name}={shown(kept)} is not allowed: an average that forgets needs "
                f"less than 1; try {name}=0.9.",
            )
