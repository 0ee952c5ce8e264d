"""Losses for regression depend on the error of each output alone: e = z − y.

Each is defined by a function ρ(e) and its derivative ρ′(e). They differ in the weight
of a large error relative to many small ones.
"""

from abc import abstractmethod
from dataclasses import dataclass
from math import prod

import numpy as np

from nnlab.backend import Array, Space, ValuesAndCache
from nnlab.engine.losses.loss import Loss, class_numbers, some
from nnlab.engine.replicas import column
from nnlab.errors import InputError, number


class Measured(Loss):
    """Base class of losses that compare each output with its own target.

    Targets (N, k) are real numbers. Class labels are accepted too, as integers or
    booleans: 0 and 1 for one output, or for k outputs the class number, which is
    one-hot encoded. A prediction is correct if it selects the class (for one output: if
    it is on the same side of ½). Other integers are treated as real numbers.
    """

    def targets(self, y: Array, outputs: int) -> Array:
        name = type(self).__name__
        if y.ndim == 1 and outputs > 1 and np.issubdtype(y.dtype, np.integer):
            instead = f"or give {outputs} targets a sample"
            labels = class_numbers(
                f"{name} with {outputs} outputs", y, outputs, instead
            )
            return np.eye(outputs)[labels]
        if not np.isdtype(y.dtype, ("real floating", "integral", "bool")):
            raise InputError(
                "loss",
                f"{name} compares numbers, and these targets are {some(y)}; number the "
                "classes from 0 and use CrossEntropy.",
            )
        y = y.reshape(len(y), prod(y.shape[1:])).astype(float)
        if y.shape[1] != outputs:
            raise InputError(
                "loss",
                f"{name} compares {outputs} outputs with {y.shape[1]} targets a "
                f"sample; give the last layer {y.shape[1]} units.",
            )
        return y

    def is_classification(self, y: np.ndarray, outputs: int) -> bool:
        if not np.isdtype(y.dtype, ("integral", "bool")):
            return False
        if outputs > 1 and y.ndim == 1:
            return True
        hot = y.reshape(len(y), -1)
        one = outputs == 1 or bool((hot.sum(axis=1) == 1).all())
        return one and bool(np.isin(hot, (0, 1)).all())

    def predict(self, xp: Space, z: Array) -> Array:
        return z

    def correct(self, xp: Space, z: Array, y: Array) -> Array:
        if z.shape[-1] == 1:
            same = (z > 0.5) == (y > 0.5)
            return xp.astype(same[..., 0], z.dtype)
        return xp.astype(xp.argmax(z, axis=-1) == xp.argmax(y, axis=-1), z.dtype)


class Regression(Measured):
    """ℓ = mean over outputs of ρ(e);  ∂mean/∂z = ρ′(e) / (batch · outputs)"""

    @abstractmethod
    def value(self, xp: Space, e: Array) -> Array:
        """Return ρ(e), elementwise."""

    @abstractmethod
    def slope(self, xp: Space, e: Array) -> Array:
        """Return ρ′(e), elementwise."""

    def forward(self, xp: Space, z: Array, y: Array) -> ValuesAndCache:
        e = z - y
        return xp.mean(self.value(xp, e), axis=-1), e

    def backward(self, xp: Space, e: Array) -> Array:
        return self.slope(xp, e) * (1 / (e.shape[-1] * e.shape[-2]))


@dataclass(frozen=True)
class MSE(Regression):
    """Mean squared error: ρ(e) = e²;  ρ′(e) = 2 e

    An error twice as large counts four times. The constant that minimizes it is the
    mean of the targets. Legendre 1805, "Nouvelles méthodes pour la détermination des
    orbites des comètes".
    """

    def value(self, xp: Space, e: Array) -> Array:
        return e * e

    def slope(self, xp: Space, e: Array) -> Array:
        return 2 * e


@dataclass(frozen=True)
class MAE(Regression):
    """Mean absolute error: ρ(e) = |e|;  ρ′(e) = 1 where e > 0, −1 where e < 0, 0 at 0

    All errors have gradients of the same size, so the loss is robust to outliers: the
    constant that minimizes it is the median. Boscovich 1757, long before least squares.
    """

    def value(self, xp: Space, e: Array) -> Array:
        return xp.abs(e)

    def slope(self, xp: Space, e: Array) -> Array:
        return xp.sign(e)


@dataclass(frozen=True)
class Huber(Regression):
    """ρ(e) = ½ e² where |e| ≤ δ, else δ (|e| − ½ δ);  ρ′(e) = e, clipped to ±δ

    Quadratic for small errors and linear for large ones: smooth, and robust to
    outliers. δ is above 0. Both cases in one: with c = min(|e|, δ), ρ = c (|e| − ½ c),
    which squares no large number. Huber 1964, "Robust estimation of a location
    parameter".

    Raises:
        InputError: if δ is not above 0.
    """

    delta: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "delta", number("delta", self.delta, 1.0, above=0))

    def value(self, xp: Space, e: Array) -> Array:
        c = xp.minimum(xp.abs(e), column(xp, self.delta, e))
        return c * (xp.abs(e) - 0.5 * c)

    def slope(self, xp: Space, e: Array) -> Array:
        delta = column(xp, self.delta, e)
        return xp.clip(e, -delta, delta)
