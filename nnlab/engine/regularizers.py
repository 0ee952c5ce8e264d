"""A regularizer prefers small weights.

Large weights bend the network's function sharply, as noise in the data does and what is
to be learned rarely does. A penalty is a price on their size: it is added to what
training makes small, and reported apart from the loss of the data. Decay makes them
smaller at every step, beside what the optimizer does. Biases move the function and do
not bend it, so they are free unless one says otherwise. A layer says itself which of
its parameters those are: see `Layer.biases`.
"""

from abc import abstractmethod
from dataclasses import dataclass

from nnlab.backend import Array, Space
from nnlab.engine.replicas import column
from nnlab.errors import number


@dataclass(frozen=True)
class Regularizer:
    """What all have: how strong it is, and whether it is for biases too.

    In the methods w is (…, P): the parameters, with 0 for those that are left alone.
    """

    strength: float
    biases: bool = False

    def __post_init__(self) -> None:
        strength = number("strength", self.strength, fix=0.001, least=0)
        object.__setattr__(self, "strength", strength)


@dataclass(frozen=True)
class Penalty(Regularizer):
    """The protocol of those that are added to the loss."""

    @abstractmethod
    def penalty(self, xp: Space, w: Array) -> Array:
        """What is added to the loss: one number a replica (…,)."""

    @abstractmethod
    def slope(self, xp: Space, w: Array) -> Array:
        """∂penalty/∂w (…, P), which is added to the gradient."""


@dataclass(frozen=True)
class L1(Penalty):
    """λ Σ |w|;  slope λ sign w, which is 0 at 0

    The pull towards 0 is the same for small weights as for large ones, so many end
    there: a network that uses few of its inputs. Tibshirani 1996, "Regression
    shrinkage and selection via the lasso".
    """

    def penalty(self, xp: Space, w: Array) -> Array:
        size = xp.sum(xp.abs(w), axis=-1)
        return column(xp, self.strength, size) * size

    def slope(self, xp: Space, w: Array) -> Array:
        return column(xp, self.strength, w) * xp.sign(w)


@dataclass(frozen=True)
class L2(Penalty):
    """λ/2 Σ w²;  slope λ w

    The larger a weight, the stronger the pull. Krogh & Hertz 1991, "A simple weight
    decay can improve generalization".
    """

    def penalty(self, xp: Space, w: Array) -> Array:
        size = xp.sum(w * w, axis=-1)
        return column(xp, 0.5 * self.strength, size) * size

    def slope(self, xp: Space, w: Array) -> Array:
        return column(xp, self.strength, w) * w


@dataclass(frozen=True)
class WeightDecay(Regularizer):
    """Δ = −η λ w beside the optimizer's change; no part of the loss

    For plain gradient descent without clipping that is L2. An optimizer that scales
    each parameter's gradient would scale L2's pull with it, and does not scale this
    one. Loshchilov & Hutter 2019, "Decoupled weight decay regularization".
    """

    def share(self, rate: float) -> float:
        """η λ: the share of w by which it shrinks, at this learning rate."""
        return rate * self.strength


REGULARIZERS = {"l1": L1, "l2": L2, "decay": WeightDecay}
