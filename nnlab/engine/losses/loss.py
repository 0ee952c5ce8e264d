"""A loss measures the error of each prediction, in one number per sample.

`forward` computes the loss of every sample, `backward` the gradient of their mean,
which training minimizes.
"""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from nnlab.backend import Array, Space, ValuesAndCache
from nnlab.errors import InputError


class Loss(ABC):
    """Base class of losses. z is (…, batch, outputs), a loss per sample (…, batch)."""

    @abstractmethod
    def targets(self, y: np.ndarray, outputs: int) -> Array:
        """Return targets y in the form that this loss takes, on the host.

        Args:
            y: targets of N samples, as given.
            outputs: number of outputs of the network.

        Raises:
            InputError: for targets or outputs that do not fit this loss.
        """

    def is_classification(self, y: np.ndarray, outputs: int) -> bool:
        """Return True if targets y, as given, are class labels."""
        return True

    @abstractmethod
    def forward(self, xp: Space, z: Array, y: Array) -> ValuesAndCache:
        """Return the loss of each sample (…, batch), and a cache for `backward`."""

    @abstractmethod
    def backward(self, xp: Space, cache: Any) -> Array:
        """Return ∂(mean over the batch)/∂z (…, batch, outputs), including 1 / batch."""

    @abstractmethod
    def predict(self, xp: Space, z: Array) -> Array:
        """Return predictions of the shape of z.

        For classification the confidence in each class, from 0 to 1 (for one output in
        the second class, with ½ undecided); for regression z itself.
        """

    @abstractmethod
    def correct(self, xp: Space, z: Array, y: Array) -> Array:
        """Return 1.0 for each correct prediction and 0.0 for the others (…, batch)."""


def class_numbers(loss: str, y: np.ndarray, classes: int, instead: str) -> np.ndarray:
    """Return labels y (N,) or (N, 1) as class numbers (N,), from 0 to classes − 1.

    Args:
        loss: name of the loss, for the error message.
        y: labels; integers of any dtype.
        classes: number of classes.
        instead: suggestion for labels out of range, for the error message.

    Raises:
        InputError: for labels that are not class numbers.
    """
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
    """Return the first few distinct targets as text, for an error message."""
    values = np.unique(y)
    shown = ", ".join(f"{v}" for v in values[:4])
    return shown + (", …" if len(values) > 4 else "")
