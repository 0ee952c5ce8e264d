"""A layer maps a batch of rows to a batch of rows, and backpropagates gradients.

A layer holds its shape, never its numbers: parameters come in as `p`, gradients are
written to `g`, and `forward` returns what `backward` needs as a cache. So the same
layer serves one network or many at once: every array may have a leading replica axis,
and the code below does not change.
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
    """Inputs of a layer other than its parameters and its samples.

    Attributes:
        training: True for training, False for inference.
        state: statistics that the layer keeps, by name.
        noise: random numbers of the current step, uniform in [0, 1), by name: each
            (…, batch, width).
        new: buffers that receive the layer's statistics after this step, by name.
    """

    training: bool = False
    state: Named = field(default_factory=dict)
    noise: Named = field(default_factory=dict)
    new: Named = field(default_factory=dict)


class Layer(ABC):
    """Base class of layers. `xp` is the array namespace, `c` the context.

    Attributes:
        least_batch: smallest number of samples in a mini-batch with which the layer can
            train.
    """

    least_batch: ClassVar[int] = 1  # samples per mini-batch

    def outputs(self, inputs: int) -> int:
        """Return the number of outputs for `inputs` inputs; by default the same."""
        return inputs

    def parameters(self, inputs: int) -> Shapes:
        """Return the shape of each learned array by name; by default none."""
        return {}

    def biases(self, inputs: int) -> tuple[str, ...]:
        """Return the names of the parameters that regularizers exclude.

        Raises:
            InputError: for a layer with parameters that does not override this method:
                neither the name nor the shape distinguishes a bias from a weight.
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
        """Return initial values of all parameters by name."""
        return {}

    def state(self, inputs: int) -> dict[str, np.ndarray]:
        """Return initial statistics that the layer keeps, by name; by default none.

        Statistics are arrays that are not learned, such as running averages.
        """
        return {}

    def noise(self, inputs: int) -> dict[str, int]:
        """Return the number of random numbers per sample, by name; by default none."""
        return {}

    @abstractmethod
    def forward(self, xp: Space, p: Named, x: Array, c: Context) -> ValuesAndCache:
        """Return y (…, batch, outputs) for x (…, batch, inputs), and a cache."""

    @abstractmethod
    def backward(self, xp: Space, p: Named, g: Named, cache: Any, dy: Array) -> Array:
        """Return ∂loss/∂x for ∂loss/∂y `dy`; overwrites `g` with ∂loss/∂p.

        By the chain rule, a layer multiplies the incoming gradient by its own
        derivative. Subclasses name the argument `cache` after its content.

        Args:
            xp: array namespace.
            p: parameters by name.
            g: buffers for the gradients of the parameters, by name.
            cache: cache returned by `forward`.
            dy: ∂loss/∂y (…, batch, outputs).

        Returns:
            ∂loss/∂x (…, batch, inputs).
        """

    def backward_params(
        self, xp: Space, p: Named, g: Named, cache: Any, dy: Array
    ) -> None:
        """Overwrite `g` with ∂loss/∂p, without the need to compute ∂loss/∂x.

        Called in place of `backward` for the first layer of a network.
        """
        self.backward(xp, p, g, cache, dy)

    def __str__(self) -> str:
        return type(self).__name__


def as_layers(given: Any) -> tuple[Layer, ...]:
    """Return the layers as a tuple; a single layer becomes a tuple of one.

    Raises:
        InputError: for an element that is not a layer.
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
    """Return the number of features before each layer, and after the last."""
    found = [inputs]
    for layer in layers:
        found.append(layer.outputs(found[-1]))
    return found


@dataclass(frozen=True)
class Linear(Layer):
    """y = x W + b

    W is (inputs, units) in C order, b is (1, units). With dy = ∂loss/∂y:
    ∂loss/∂W = xᵀ dy, ∂loss/∂b = Σ dy over the batch, ∂loss/∂x = dy Wᵀ.

    Raises:
        InputError: if `units` is not a positive integer, or `initializer` is not one.
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
        y += p["b"]  # in place, since y is large for large batches
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
