"""Distributions from which the initial weights are drawn.

Each output of a layer is a sum of n products, one per input, so its variance is n times
the variance of one product. Weights of variance 1 / n preserve the scale of the signal
from layer to layer; a gain compensates for the activation. A normal or a uniform
distribution makes little difference: the uniform distribution on [−l, l] has the
variance l² / 3.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import sqrt

import numpy as np

from nnlab.errors import number


class Initializer(ABC):
    """Base class of rules that draw a weight matrix of shape (inputs, units)."""

    @abstractmethod
    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """Return a new float64 array of `shape`, drawn with the generator `rng`."""


@dataclass(frozen=True)
class Zeros(Initializer):
    """All numbers 0. For biases; as weights, they leave all units identical."""

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return np.zeros(shape)


@dataclass(frozen=True)
class Constant(Initializer):
    """All numbers equal. As weights, they leave all units identical, as zeros do.

    Raises:
        InputError: if `value` is not a finite number.
    """

    value: float = 0.1

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", number("value", self.value, 0.1))

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return np.full(shape, self.value)


@dataclass(frozen=True)
class Normal(Initializer):
    """Normal with a fixed standard deviation, whatever the shape.

    The default, 0.01, is that of Krizhevsky et al. 2012, "ImageNet classification with
    deep convolutional neural networks". In a deep network the signal vanishes with it.

    Raises:
        InputError: if `std` is negative.
    """

    std: float = 0.01

    def __post_init__(self) -> None:
        std = number("std", self.std, 0.01, least=0)
        object.__setattr__(self, "std", std)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return rng.normal(0.0, self.std, shape)


@dataclass(frozen=True)
class Uniform(Initializer):
    """Uniform from −limit to limit, whatever the shape. The default is Keras's 0.05.

    Raises:
        InputError: if `limit` is negative.
    """

    limit: float = 0.05

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", number("limit", self.limit, 0.05, least=0))

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return self.limit * rng.uniform(-1.0, 1.0, shape)


@dataclass(frozen=True)
class LeCun(Initializer):
    """Normal with variance 1 / inputs, which preserves the scale of the signal.

    LeCun et al. 1998, "Efficient BackProp".
    """

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        inputs, _ = shape
        return rng.normal(0.0, sqrt(1 / inputs), shape)


@dataclass(frozen=True)
class Xavier(Initializer):
    """Normal with variance 2 / (inputs + units).

    A compromise between 1 / inputs, which preserves the scale of signals, and 1 /
    units, which preserves the scale of gradients: for tanh and sigmoid. Glorot & Bengio
    2010, "Understanding the difficulty of training deep feedforward neural networks".
    """

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        inputs, units = shape
        return rng.normal(0.0, sqrt(2 / (inputs + units)), shape)


@dataclass(frozen=True)
class XavierUniform(Initializer):
    """Uniform with variance 2 / (inputs + units): up to √(6 / (inputs + units)).

    The form given by Glorot & Bengio 2010.
    """

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        inputs, units = shape
        return sqrt(6 / (inputs + units)) * rng.uniform(-1.0, 1.0, shape)


@dataclass(frozen=True)
class He(Initializer):
    """Normal with variance 2 / inputs.

    ReLU halves the mean square of its input, and the factor 2 compensates for that. He
    et al. 2015, "Delving deep into rectifiers".
    """

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        inputs, _ = shape
        return rng.normal(0.0, sqrt(2 / inputs), shape)


@dataclass(frozen=True)
class HeUniform(Initializer):
    """Uniform with variance 2 / inputs: up to √(6 / inputs).

    He et al. 2015 for the variance; PyTorch calls this form `kaiming_uniform_`.
    """

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        inputs, _ = shape
        return sqrt(6 / inputs) * rng.uniform(-1.0, 1.0, shape)


@dataclass(frozen=True)
class Orthogonal(Initializer):
    """Random orthogonal matrix times the gain.

    Wᵀ W = gain² I, or W Wᵀ = gain² I if there are fewer inputs than units. Preserves
    both norms and angles through any number of linear layers. A normal matrix is
    factored into Q R; Q is uniformly distributed over the orthogonal group once R's
    diagonal is positive. Saxe et al. 2014, "Exact solutions to the nonlinear dynamics
    of learning in deep linear neural networks"; for the signs Mezzadri 2007, "How to
    generate random matrices from the classical compact groups".

    Raises:
        InputError: if the gain is negative.
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "gain", number("gain", self.gain, 1.0, least=0))

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        inputs, units = shape
        tall = rng.normal(size=(max(shape), min(shape)))
        q, r = np.linalg.qr(tall)
        q *= np.sign(np.diag(r))
        return self.gain * (q if inputs >= units else q.T)


INITIALIZERS = {
    "zeros": Zeros,
    "constant": Constant,
    "normal": Normal,
    "uniform": Uniform,
    "lecun": LeCun,
    "xavier": Xavier,
    "xavier uniform": XavierUniform,
    "he": He,
    "he uniform": HeUniform,
    "orthogonal": Orthogonal,
}
