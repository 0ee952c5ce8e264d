"""A regularizer favors small weights.

With large weights the network's function varies rapidly, and fits noise in the data. A
penalty on the size of the weights is added to the loss that training minimizes, and is
reported separately from the loss of the data. Weight decay instead shrinks the weights
at every step, in addition to the change by the optimizer. Biases shift the function
without making it steeper, so they are excluded by default. A layer declares which of
its parameters are biases: see `Layer.biases`.
"""

from abc import abstractmethod
from dataclasses import dataclass

from nnlab.backend import Array, Space
from nnlab.engine.replicas import column
from nnlab.errors import number


@dataclass(frozen=True)
class Regularizer:
    """Base class: a strength λ, and whether biases are included.

    In the methods w is (…, P): the parameters, with 0 for those that are excluded.

    Raises:
        InputError: if the strength is negative.
    """

    strength: float
    biases: bool = False

    def __post_init__(self) -> None:
        strength = number("strength", self.strength, fix=0.001, least=0)
        object.__setattr__(self, "strength", strength)


@dataclass(frozen=True)
class Penalty(Regularizer):
    """Base class of regularizers that are added to the loss."""

    @abstractmethod
    def penalty(self, xp: Space, w: Array) -> Array:
        """Return the penalty, one number per replica (…,)."""

    @abstractmethod
    def slope(self, xp: Space, w: Array) -> Array:
        """Return ∂penalty/∂w (…, P), which is added to the gradient."""


@dataclass(frozen=True)
class L1(Penalty):
    """λ Σ |w|;  slope λ sign w, which is 0 at 0

    The gradient is the same for small weights as for large ones, so many weights become
    0: the network uses few of its inputs. Tibshirani 1996, "Regression shrinkage and
    selection via the lasso".
    """

    def penalty(self, xp: Space, w: Array) -> Array:
        size = xp.sum(xp.abs(w), axis=-1)
        return column(xp, self.strength, size) * size

    def slope(self, xp: Space, w: Array) -> Array:
        return column(xp, self.strength, w) * xp.sign(w)


@dataclass(frozen=True)
class L2(Penalty):
    """λ/2 Σ w²;  slope λ w

    The gradient is proportional to the weight. Krogh & Hertz 1991, "A simple weight
    decay can improve generalization".
    """

    def penalty(self, xp: Space, w: Array) -> Array:
        size = xp.sum(w * w, axis=-1)
        return column(xp, 0.5 * self.strength, size) * size

    def slope(self, xp: Space, w: Array) -> Array:
        return column(xp, self.strength, w) * w


@dataclass(frozen=True)
class WeightDecay(Regularizer):
    """Δ = −η λ w in addition to the optimizer's change; not part of the loss

    For plain gradient descent without clipping this is equivalent to L2. An optimizer
    that scales the gradient of each parameter would scale the gradient of L2 too, but
    does not scale this decay. Loshchilov & Hutter 2019, "Decoupled weight decay
    regularization".
    """

    def share(self, rate: float) -> float:
        """Return η λ, the share by which w shrinks per step at this learning rate."""
        return rate * self.strength


REGULARIZERS = {"l1": L1, "l2": L2, "decay": WeightDecay}
