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

    def is_classification(self, y: np.ndarray, outputs: int) -> bool:
        """Whether targets y, as they are given, are labels, so that an answer is right
        or wrong."""
        return True

    @abstractmethod
    def forward(self, xp: Space, z: Array, y: Array) -> ValuesAndCache:
        """Loss of each sample (…, batch), and the cache."""

    @abstractmethod
    def backward(self, xp: Space, cache: Any) -> Array:
        """∂(mean over the batch)/∂z, of the shape of z: 1 / batch is already in it."""

    @abstractmethod
    def predict(self, xp: Space, z: Array) -> Array:
        """What the network says, of the shape of z: for labels how sure it is of each
        class, from 0 to 1 (of one output the second class, with ½ undecided); for
        measurements z itself."""

    @abstractmethod
    def correct(self, xp: Space, z: Array, y: Array) -> Array:
        """For each sample whether the answer is right (…, batch): 1.0 or 0.0."""


def class_numbers(loss: str, y: np.ndarray, classes: int, instead: str) -> np.ndarray:
    """Labels y (N,) or (N, 1) as class numbers (N,), 0 … classes − 1: whole numbers,
    of whatever type. Raises an `InputError` that says what else they are."""
    flat = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    number = np.isdtype(y.dtype, ("real floating", "integral", "bool"))
    if flat.ndim != 1:
        fix = "y.argmax(axis=1)" if y.shape[1:] == (classes,) else "shape (samples,)"
        wrong, fix = f"targets of shape {y.shape}", f"give one number a sample, {fix}"
    elif not number:
        wrong, fix = some(y), "number the classes from 0"
    elif not np.isin(flat, np.arange(classes)).all():
        wrong, fix = some(y), instead
    else:
        return flat.astype(np.int64)
    named = "0 and 1" if classes == 2 else f"0 to {classes - 1}"
    raise InputError(
        "loss", f"{loss} needs class numbers {named} as targets, not {wrong}; {fix}."
    )


def some(y: np.ndarray) -> str:
    """A few of the targets, to be named in a message."""
    values = np.unique(y)
    shown = ", ".join(f"{v}" for v in values[:4])
    return shown + (", …" if len(values) > 4 else "")
