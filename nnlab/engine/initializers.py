"""How weights are drawn before the first step.

A layer with n inputs adds n products, so its output's variance is n times that of one
product. Weights of variance 1 / n keep the signal's size from layer to layer; what
the activation takes away is given back by a gain.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import sqrt

import numpy as np


class Initializer(ABC):
    """A rule that draws a weight matrix of shape (inputs, units)."""

    @abstractmethod
    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """A new float64 array of `shape` from the generator `rng`."""


@dataclass(frozen=True)
class Zeros(Initializer):
    """Every number 0. Right for biases; for weights, all units stay alike."""

    def draw(self, rng, shape):
        return np.zeros(shape)


@dataclass(frozen=True)
class Xavier(Initializer):
    """Normal with variance 2 / (inputs + units).

    A compromise between 1 / inputs, which keeps signals, and 1 / units, which keeps
    gradients: for tanh and sigmoid. Glorot & Bengio 2010, "Understanding the
    difficulty of training deep feedforward neural networks".
    """

    def draw(self, rng, shape):
        inputs, units = shape
        return rng.normal(0.0, sqrt(2 / (inputs + units)), shape)


@dataclass(frozen=True)
class He(Initializer):
    """Normal with variance 2 / inputs.

    ReLU halves the mean square of its input, and the 2 gives it back. He et al. 2015,
    "Delving deep into rectifiers".
    """

    def draw(self, rng, shape):
        inputs, _ = shape
        return rng.normal(0.0, sqrt(2 / inputs), shape)


INITIALIZERS = {"zeros": Zeros, "xavier": Xavier, "he": He}
