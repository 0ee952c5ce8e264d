"""A layer turns a batch of rows into a batch of rows, and a gradient back again.

A layer is its shape, never its numbers: parameters come in as `p`, gradients go out
into `g`, and what `backward` will need is returned by `forward` as a cache. So one
layer serves one network or many at once: every array may carry a leading axis of
replicas, and the code below does not change.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from nnlab.backend import Array, Named, Space, ValuesAndCache
from nnlab.engine.initializers import He, Initializer
from nnlab.engine.layout import Shapes
from nnlab.errors import InputError, at_least_one, shown


@dataclass(frozen=True)
class Context:
    """What a layer may know beside its parameters and its input.

    Attributes:
        training: whether this is training, or the network in use.
        state: the statistics that the layer keeps, by name.
        noise: this step's random numbers, uniform in [0, 1): (…, batch, width) each.
        new: where the layer writes its state after this step, by name.
    """

    training: bool = False
    state: Named = field(default_factory=dict)
    noise: Named = field(default_factory=dict)
    new: Named = field(default_factory=dict)


class Layer(ABC):
    """The protocol. `xp` is the array namespace, `c` the context."""

    least_batch: ClassVar[int] = 1  # samples that it needs at once to train

    def outputs(self, inputs: int) -> int:
        """The number of outputs for this number of inputs; the same by default."""
        return inputs

    def parameters(self, inputs: int) -> Shapes:
        """Name and shape of each array this layer learns; none by default."""
        return {}

    def biases(self, inputs: int) -> tuple[str, ...]:
        """The names of the parameters that regularizers leave alone.

        Raises `InputError` for a layer that learns and does not say: neither a name
        nor a shape tells a bias from a weight.
        """
        if names := [*self.parameters(inputs)]:
            raise InputError(
                "layers",
                f"{self} does not say which of its parameters {', '.join(names)} are "
                "biases, which regularizers leave alone; add the method "
                f"def biases(self, inputs): return ({names[-1]!r},), or return () if "
                "there are none.",
            )
        return ()

    def init(self, rng: np.random.Generator, inputs: int) -> dict[str, np.ndarray]:
        """The first value of each parameter, in the same order."""
        return {}

    def state(self, inputs: int) -> dict[str, np.ndarray]:
        """The statistics that this layer keeps and does not learn, as they are at the
        start: an array by name; none by default."""
        return {}

    def noise(self, inputs: int) -> dict[str, int]:
        """How many random numbers a sample needs here, by name; none by default."""
        return {}

    @abstractmethod
    def forward(self, xp: Space, p: Named, x: Array, c: Context) -> ValuesAndCache:
        """x (…, batch, inputs) → y (…, batch, outputs), and the cache."""

    @abstractmethod
    def backward(self, xp: Space, p: Named, g: Named, cache: Any, dy: Array) -> Array:
        """∂loss/∂y → ∂loss/∂x; overwrites g with ∂loss/∂p.

        The chain rule: a layer multiplies what comes back by its own slope. Below,
        each layer calls its cache by what is in it.
        """

    def backward_params(
        self, xp: Space, p: Named, g: Named, cache: Any, dy: Array
    ) -> None:
        """Overwrites g with ∂loss/∂p: all of `backward` that the first layer needs."""
        self.backward(xp, p, g, cache, dy)

    def __str__(self) -> str:
        return type(self).__name__


def as_layers(given: Any) -> tuple[Layer, ...]:
    """Some layers, once they are known to be layers; one alone is a list of one.

    Raises `InputError` for the first that is none.
    """
    several = isinstance(given, Sequence) and not isinstance(given, str)
    layers: tuple[Layer, ...] = tuple(given) if several else (given,)
    for layer in layers:
        if not isinstance(layer, Layer):
            kind = isinstance(layer, type) and issubclass(layer, Layer)
            raise InputError(
                "layers",
                f"layers has {shown(layer)}, and it is a list of layers; try layers="
                f"[{layer.__name__ + '(…)' if kind else 'Linear(1)'}].",
            )
    return layers


def widths(layers: Sequence[Layer], inputs: int) -> list[int]:
    """The number of features before each layer, and after the last."""
    found = [inputs]
    for layer in layers:
        found.append(layer.outputs(found[-1]))
    return found


@dataclass(frozen=True)
class Linear(Layer):
    """y = x W + b

    W is (inputs, units) in C order, b is (1, units). With dy = ∂loss/∂y:
    ∂loss/∂W = xᵀ dy, ∂loss/∂b = Σ dy over the batch, ∂loss/∂x = dy Wᵀ.
    """

    units: int
    initializer: Initializer = He()

    def __post_init__(self) -> None:
        at_least_one("units", self.units)
        if not isinstance(self.initializer, Initializer):
            raise InputError(
                "initializer",
                f"initializer={shown(self.initializer)} is not allowed: it draws the "
                "weights, such as He(), and how many inputs there are is known from "
                "the layer before; try Linear(units).",
            )

    def outputs(self, inputs: int) -> int:
        return self.units

    def parameters(self, inputs: int) -> Shapes:
        return {"W": (inputs, self.units), "b": (1, self.units)}

    def biases(self, inputs: int) -> tuple[str, ...]:
        return ("b",)

    def init(self, rng: np.random.Generator, inputs: int) -> dict[str, np.ndarray]:
        W = self.initializer.draw(rng, (inputs, self.units))
        return {"W": W, "b": np.zeros((1, self.units))}

    def forward(self, xp: Space, p: Named, x: Array, c: Context) -> ValuesAndCache:
        y = x @ p["W"]
        y += p["b"]  # in place: of many samples, y is large
        return y, x

    def backward_params(
        self, xp: Space, p: Named, g: Named, x: Array, dy: Array
    ) -> None:
        g["W"][...] = x.mT @ dy
        g["b"][...] = xp.sum(dy, axis=-2, keepdims=True)

    def backward(self, xp: Space, p: Named, g: Named, x: Array, dy: Array) -> Array:
        self.backward_params(xp, p, g, x, dy)
        return dy @ p["W"].mT

    def __str__(self) -> str:
        return f"Linear({self.units})"
