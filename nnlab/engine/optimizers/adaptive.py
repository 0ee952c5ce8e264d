"""Adaptive optimizers scale the step of each parameter separately.

Each gradient is divided by the root mean square of that parameter's past gradients,
which a moment holds, so that parameters with large gradients take no larger steps than
others. Definitions and defaults are PyTorch's, except that AdamW excludes biases.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnlab.backend import Array, Named, Space
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.engine.regularizers import WeightDecay
from nnlab.engine.replicas import power, root
from nnlab.errors import InputError, shown


@dataclass(frozen=True)
class AdaGrad(Optimizer):
    """s ← s + g²;  Δ = −η g / (√s + ε)

    All past gradients are weighted equally, so steps shrink over time for the same
    gradient. Duchi, Hazan & Singer 2011, "Adaptive subgradient methods for online
    learning and stochastic optimization".
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

    AdaGrad with a moving average: past gradients decay by the factor α at each step.
    Tieleman & Hinton 2012, "Lecture 6.5: RMSprop", in the course "Neural networks for
    machine learning".

    Raises:
        InputError: if a field is negative, or `decay` is not below 1.
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

    The step of each parameter is its mean gradient divided by its root mean square
    gradient, so all steps have a similar size. Both averages start at 0; the divisions
    correct that bias. Kingma & Ba 2015, "Adam: a method for stochastic optimization".

    Raises:
        InputError: if a field is negative, or a β is not below 1.
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
        """Return s, updated in place with the gradient g."""
        square = m["square"]
        square *= c["beta2"]
        square += c["rest2"] * (g * g)
        return square


@dataclass(frozen=True)
class AMSGrad(Adam):
    """Adam with the maximum of s over all steps in place of s.

    In Adam a rare large gradient is soon forgotten, and steps become too large again.
    Here the denominator never decreases. Reddi, Kale & Kumar 2018, "On the convergence
    of Adam and beyond".
    """

    moments: ClassVar[tuple[str, ...]] = ("mean", "square", "largest")

    def square(self, xp: Space, m: Named, g: Array, c: Named) -> Array:
        """Return the maximum of s over all steps; overwrites its moments."""
        largest = xp.maximum(m["largest"], super().square(xp, m, g, c))
        m["largest"][...] = largest
        return largest


@dataclass(frozen=True)
class AdamW(Adam):
    """Δ = Adam's Δ − η λ p

    Weights shrink by the share η λ at each step. The decay is decoupled: it is not part
    of the gradient and does not enter Adam's averages; `Update.apply` adds it to the
    change. Biases are excluded unless `biases` is True. Loshchilov & Hutter 2019,
    "Decoupled weight decay regularization".

    Raises:
        InputError: as Adam, and if `biases` is not True or False.
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
    """Raise an `InputError` unless these factors of moving averages are below 1."""
    for name in names:
        if np.any((kept := getattr(optimizer, name)) >= 1):
            raise InputError(
                name,
                f"{name}={shown(kept)} is not allowed: an average that forgets needs "
                f"less than 1; try {name}=0.9.",
            )
