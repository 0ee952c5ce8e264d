"""A layer turns a batch of rows into a batch of rows, and a gradient back again.

A layer is its shape, never its numbers: parameters come in as `p`, gradients go out
into `g`, and what `backward` will need is returned by `forward` as a cache. So one
layer serves one network or many at once: every array may carry a leading axis of
replicas, and the code below does not change.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from nnlab.engine.initializers import He, Initializer
from nnlab.engine.layout import Shapes
from nnlab.errors import at_least_one


@dataclass(frozen=True)
class Context:
    """What a layer may know beside its input: is this training or measuring?"""

    training: bool = False


class Layer(ABC):
    """The protocol. `xp` is the array namespace, `c` the context."""

    def outputs(self, inputs: int) -> int:
        """The number of outputs for this number of inputs; the same by default."""
        return inputs

    def parameters(self, inputs: int) -> Shapes:
        """Name and shape of each array this layer learns; none by default."""
        return {}

    def start(self, rng: np.random.Generator, inputs: int) -> dict[str, np.ndarray]:
        """The first value of each parameter, in the same order."""
        return {}

    @abstractmethod
    def forward(self, xp, p, x, c: Context):
        """x (…, batch, inputs) → y (…, batch, outputs), and the cache."""

    @abstractmethod
    def backward(self, xp, p, g, cache, dy):
        """∂loss/∂y → ∂loss/∂x; overwrites g with ∂loss/∂p."""

    def __str__(self):
        return type(self).__name__


@dataclass(frozen=True)
class Linear(Layer):
    """y = x W + b

    W is (inputs, units) in C order, b is (1, units). With dy = ∂loss/∂y:
    ∂loss/∂W = xᵀ dy, ∂loss/∂b = Σ dy over the batch, ∂loss/∂x = dy Wᵀ.
    """

    units: int
    initializer: Initializer = He()

    def __post_init__(self):
        at_least_one("units", self.units)

    def outputs(self, inputs):
        return self.units

    def parameters(self, inputs):
        return {"W": (inputs, self.units), "b": (1, self.units)}

    def start(self, rng, inputs):
        W = self.initializer.draw(rng, (inputs, self.units))
        return {"W": W, "b": np.zeros((1, self.units))}

    def forward(self, xp, p, x, c):
        return x @ p["W"] + p["b"], x

    def backward(self, xp, p, g, x, dy):
        g["W"][...] = x.mT @ dy
        g["b"][...] = xp.sum(dy, axis=-2, keepdims=True)
        return dy @ p["W"].mT

    def __str__(self):
        return f"Linear({self.units})"
