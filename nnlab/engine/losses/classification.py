"""Losses for classification take logits z, the raw outputs of the network.

For the cross-entropies a logit becomes a probability p, and the loss is the negative
log-likelihood −ln p of the correct class. Written in terms of logits they can neither
overflow nor lose precision. The hinge loss defines no probability: it only requires the
correct sign with a margin.
"""

from dataclasses import dataclass
from typing import Any

from nnlab.backend import Array, Space, ValuesAndCache
from nnlab.engine.losses.loss import Loss, class_numbers
from nnlab.errors import InputError


class Binary(Loss):
    """Two classes from one logit: the second class where z > 0.

    Targets (N,) or (N, 1) are 0 and 1, of any dtype.
    """

    def targets(self, y: Array, outputs: int) -> Array:
        name = type(self).__name__
        if outputs != 1:
            raise InputError(
                "loss",
                f"{name} reads one output, not {outputs}; give the last layer 1 unit, "
                "or use CrossEntropy.",
            )
        instead = "CrossEntropy takes more classes, MSE takes measurements"
        return class_numbers(name, y, 2, instead).astype(float)

    def correct(self, xp: Space, z: Array, y: Array) -> Array:
        return xp.astype((z[..., 0] > 0) == (y > 0.5), z.dtype)


@dataclass(frozen=True)
class BinaryCrossEntropy(Binary):
    """Binary cross-entropy from one logit: p = 1 / (1 + e^−z),
    ℓ = −y ln p − (1 − y) ln(1 − p) = max(z, 0) − z y + ln(1 + e^−|z|);
    ∂mean/∂z = (p − y) / batch

    No exponential is above 1: p = e^min(z, 0) / (1 + e^−|z|). Cox 1958, "The regression
    analysis of binary sequences".
    """

    def forward(self, xp: Space, z: Array, y: Array) -> ValuesAndCache:
        z = z[..., 0]
        e = xp.exp(-xp.abs(z))
        return xp.maximum(z, 0.0) - z * y + xp.log1p(e), (z, e, y)

    def backward(self, xp: Space, cache: Any) -> Array:
        z, e, y = cache
        p = xp.exp(xp.minimum(z, 0.0)) / (1.0 + e)
        return ((p - y) * (1 / z.shape[-1]))[..., None]

    def predict(self, xp: Space, z: Array) -> Array:
        return xp.exp(xp.minimum(z, 0.0)) / (1.0 + xp.exp(-xp.abs(z)))


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """Softmax cross-entropy from k logits: p = eᶻ / Σ eᶻ,  ℓ = −ln p[y];
    ∂mean/∂z = (p − one-hot(y)) / batch

    Targets (N,) are class numbers 0 … k − 1. The largest logit is subtracted first,
    which changes no probability and keeps every exponential at most 1. Bridle 1990,
    "Probabilistic interpretation of feedforward classification network outputs".
    """

    def targets(self, y: Array, outputs: int) -> Array:
        name = f"CrossEntropy with {outputs} outputs"
        instead = "check the labels, or use MSE for measurements"
        return class_numbers(name, y, outputs, instead)

    def forward(self, xp: Space, z: Array, y: Array) -> ValuesAndCache:
        z = z - xp.max(z, axis=-1, keepdims=True)
        hot = y[..., None] == xp.arange(z.shape[-1])
        e = xp.exp(z)
        total = xp.sum(e, axis=-1, keepdims=True)
        chosen = xp.sum(xp.where(hot, z, 0.0), axis=-1)
        return xp.log(total[..., 0]) - chosen, (e / total, hot)

    def backward(self, xp: Space, cache: Any) -> Array:
        p, hot = cache
        return (p - xp.astype(hot, p.dtype)) * (1 / p.shape[-2])

    def predict(self, xp: Space, z: Array) -> Array:
        e = xp.exp(z - xp.max(z, axis=-1, keepdims=True))
        return e / xp.sum(e, axis=-1, keepdims=True)

    def correct(self, xp: Space, z: Array, y: Array) -> Array:
        return xp.astype(xp.argmax(z, axis=-1) == y, z.dtype)


@dataclass(frozen=True)
class Hinge(Binary):
    """With t = 2y − 1, which is −1 or +1:  ℓ = max(0, 1 − t z);
    ∂mean/∂z = −t / batch where t z < 1, else 0 (at 1 too)

    A sample that is correct with a margin, t z ≥ 1, has loss 0 and gradient 0. The
    hinge loss defines no probability. The prediction is ½ + z/2, clipped to 0 … 1: ½ on
    the boundary z = 0, and 0 or 1 from the margin on. Cortes & Vapnik 1995,
    "Support-vector networks".
    """

    def forward(self, xp: Space, z: Array, y: Array) -> ValuesAndCache:
        t = 2 * y - 1
        losses = xp.maximum(1 - t * z[..., 0], 0.0)
        return losses, (losses, t)

    def backward(self, xp: Space, cache: Any) -> Array:
        losses, t = cache
        return (xp.where(losses > 0, -t, 0.0) * (1 / losses.shape[-1]))[..., None]

    def predict(self, xp: Space, z: Array) -> Array:
        return xp.clip(0.5 + 0.5 * z, 0.0, 1.0)
