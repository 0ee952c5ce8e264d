"""A loss says how wrong each prediction is, in one number per sample.

`forward` gives the loss of every sample, `backward` the gradient of their mean, which
is what training follows. The losses for classification take logits z, the network's
raw outputs: written from logits they can neither overflow nor lose precision.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from nnlab.errors import InputError


class Loss(ABC):
    """The protocol. z is (…, batch, outputs), a loss per sample (…, batch)."""

    @abstractmethod
    def targets(self, y: np.ndarray, outputs: int) -> np.ndarray:
        """Host array of targets in the form this loss takes, or an `InputError`."""

    @abstractmethod
    def forward(self, xp, z, y):
        """Loss of each sample (…, batch), and the cache."""

    @abstractmethod
    def backward(self, xp, cache):
        """∂(mean over the batch)/∂z, of the shape of z."""

    @abstractmethod
    def answer(self, xp, z):
        """What the network says, read from z: probabilities, or z itself."""

    @abstractmethod
    def right(self, xp, z, y):
        """For each sample whether the answer is right (…, batch): 1.0 or 0.0."""


@dataclass(frozen=True)
class MSE(Loss):
    """Mean squared error: ℓ = mean over outputs of (z − y)²;
    ∂mean/∂z = 2 (z − y) / (batch · outputs)

    Targets (N, k) are floats. Labels serve too: 0 and 1 for one output, or the class
    number, written as one-hot, for k outputs. An answer is right when it names the
    class (one output: on the right side of ½).
    """

    def targets(self, y, outputs):
        if y.ndim == 1 and outputs > 1 and np.issubdtype(y.dtype, np.integer):
            _need_labels("MSE", y, outputs)
            return np.eye(outputs)[y]
        y = y.reshape(len(y), -1).astype(float)
        if y.shape[1] != outputs:
            raise InputError(
                "loss",
                f"MSE compares {outputs} outputs with {y.shape[1]} targets a sample; "
                f"give the last layer {y.shape[1]} units.",
            )
        return y

    def forward(self, xp, z, y):
        error = z - y
        return xp.mean(error * error, axis=-1), error

    def backward(self, xp, error):
        return error * (2 / (error.shape[-1] * error.shape[-2]))

    def answer(self, xp, z):
        return z

    def right(self, xp, z, y):
        if z.shape[-1] == 1:
            same = (z > 0.5) == (y > 0.5)
            return xp.astype(same[..., 0], z.dtype)
        return xp.astype(xp.argmax(z, axis=-1) == xp.argmax(y, axis=-1), z.dtype)


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """Binary cross-entropy from one logit: p = 1 / (1 + e^−z),
    ℓ = −y ln p − (1 − y) ln(1 − p) = max(z, 0) − z y + ln(1 + e^−|z|);
    ∂mean/∂z = (p − y) / batch

    No exponential is above 1: p is e^−|z| / (1 + e^−|z|) where z < 0.

    Targets (N,) are 0 and 1.
    """

    def targets(self, y, outputs):
        if outputs != 1:
            raise InputError(
                "loss",
                f"BinaryCrossEntropy reads one output, not {outputs}; give the last "
                "layer 1 unit, or use CrossEntropy.",
            )
        if y.ndim != 1 or not np.isin(y, (0, 1)).all():
            raise InputError(
                "loss",
                f"BinaryCrossEntropy needs targets of 0 and 1, not {_some(y)}; "
                "CrossEntropy takes more classes, MSE takes measurements.",
            )
        return y.astype(float)

    def forward(self, xp, z, y):
        z = z[..., 0]
        e = xp.exp(-xp.abs(z))
        return xp.maximum(z, 0.0) - z * y + xp.log1p(e), (z, e, y)

    def backward(self, xp, cache):
        z, e, y = cache
        p = xp.where(z >= 0, 1.0, e) / (1.0 + e)
        return ((p - y) * (1 / z.shape[-1]))[..., None]

    def answer(self, xp, z):
        e = xp.exp(-xp.abs(z))
        return xp.where(z >= 0, 1.0, e) / (1.0 + e)

    def right(self, xp, z, y):
        return xp.astype((z[..., 0] > 0) == (y > 0.5), z.dtype)


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """Softmax cross-entropy from k logits: p = eᶻ / Σ eᶻ,  ℓ = −ln p[y];
    ∂mean/∂z = (p − one-hot(y)) / batch

    Targets (N,) are class numbers 0 … k − 1. The largest logit is subtracted first,
    which changes no probability and keeps every exponential at most 1.
    """

    def targets(self, y, outputs):
        _need_labels("CrossEntropy", y, outputs)
        return y.astype(np.int64)

    def forward(self, xp, z, y):
        z = z - xp.max(z, axis=-1, keepdims=True)
        hot = y[..., None] == xp.arange(z.shape[-1])
        e = xp.exp(z)
        total = xp.sum(e, axis=-1, keepdims=True)
        chosen = xp.sum(xp.where(hot, z, 0.0), axis=-1)
        return xp.log(total[..., 0]) - chosen, (e / total, hot)

    def backward(self, xp, cache):
        p, hot = cache
        return (p - xp.astype(hot, p.dtype)) * (1 / p.shape[-2])

    def answer(self, xp, z):
        e = xp.exp(z - xp.max(z, axis=-1, keepdims=True))
        return e / xp.sum(e, axis=-1, keepdims=True)

    def right(self, xp, z, y):
        return xp.astype(xp.argmax(z, axis=-1) == y, z.dtype)


LOSSES = {
    "mse": MSE,
    "binary cross-entropy": BinaryCrossEntropy,
    "cross-entropy": CrossEntropy,
}


def _need_labels(loss: str, y: np.ndarray, classes: int) -> None:
    whole = y.ndim == 1 and np.issubdtype(y.dtype, np.integer)
    if not whole or y.min() < 0 or y.max() >= classes:
        raise InputError(
            "loss",
            f"{loss} with {classes} outputs needs class numbers 0 to {classes - 1} as "
            f"targets, not {_some(y)}; check the labels, or use MSE for measurements.",
        )


def _some(y: np.ndarray) -> str:
    """A few of the targets, to be named in a message."""
    values = np.unique(y)
    shown = ", ".join(f"{v}" for v in values[:4])
    return shown + (", …" if len(values) > 4 else "")
