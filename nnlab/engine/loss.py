"""A loss says how wrong each prediction is, in one number per sample.

`forward` gives the loss of every sample, `backward` the gradient of their mean, which
is what training follows.
"""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from nnlab.backend import Array, Space, ValuesAndCache
from nnlab.errors import InputError


class Loss(ABC):
    """The protocol. z is (…, batch, outputs), a loss per sample (…, batch)."""

    @abstractmethod
    def targets(self, y: np.ndarray, outputs: int) -> Array:
        """Host array of targets in the form this loss takes, or an `InputError`."""

    def labelled(self, y: np.ndarray) -> bool:
        """Whether targets y are labels, so that an answer is right or wrong."""
        return True

    @abstractmethod
    def forward(self, xp: Space, z: Array, y: Array) -> ValuesAndCache:
        """Loss of each sample (…, batch), and the cache."""

    @abstractmethod
    def backward(self, xp: Space, cache: Any) -> Array:
        """∂(mean over the batch)/∂z, of the shape of z: 1 / batch is already in it."""

    @abstractmethod
    def answer(self, xp: Space, z: Array) -> Array:
        """What the network says, of the shape of z: for labels how sure it is of each
        class, from 0 to 1 (of one output the second class, with ½ undecided); for
        measurements z itself."""

    @abstractmethod
    def right(self, xp: Space, z: Array, y: Array) -> Array:
        """For each sample whether the answer is right (…, batch): 1.0 or 0.0."""


def need_labels(loss: str, y: np.ndarray, classes: int) -> None:
    """Raises an `InputError` unless y (N,) is of class numbers 0 … classes − 1."""
    whole = y.ndim == 1 and np.issubdtype(y.dtype, np.integer)
    if not whole or y.min() < 0 or y.max() >= classes:
        raise InputError(
            "loss",
            f"{loss} with {classes} outputs needs class numbers 0 to {classes - 1} as "
            f"targets, not {some(y)}; check the labels, or use MSE for measurements.",
        )


def some(y: np.ndarray) -> str:
    """A few of the targets, to be named in a message."""
    values = np.unique(y)
    shown = ", ".join(f"{v}" for v in values[:4])
    return shown + (", …" if len(values) > 4 else "")
