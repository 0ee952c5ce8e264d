"""A residual block adds its input to the output of its layers: y = x + f(x).

The identity term passes signals, and gradients in the backward pass, unchanged:
networks of a hundred layers can be trained where twenty layers could not. The layers
learn only the difference f. He et al. 2016, "Deep residual learning for image
recognition".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space, ValuesAndCache
from nnlab.engine.layers import Context, Layer, as_layers, widths
from nnlab.engine.layout import Shapes, Views
from nnlab.errors import InputError


@dataclass(frozen=True)
class Residual(Layer):
    """y = x + f(x), f being `layers` one after the other;  ∂loss/∂x = dy + dy f′

    The arrays of its layers are named with the layer's number: "0.W", "2.b". The last
    layer must have as many outputs as the block has inputs. Forward and backward follow
    `Sequential`, on arrays that are already named.

    Raises:
        InputError: for something that is not a layer, or if the number of outputs
            differs from the number of inputs.
    """

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", as_layers(self.layers))

    @property
    def least_batch(self) -> int:  # type: ignore[override]
        return max((layer.least_batch for layer in self.layers), default=1)

    def outputs(self, inputs: int) -> int:
        *_, last = widths(self.layers, inputs)
        if last != inputs:
            raise InputError(
                "layers",
                f"layers of a Residual turn {inputs} numbers into {last}, which can't "
                f"be added to what came in; try Linear({inputs}) as the last of them.",
            )
        return inputs

    def parameters(self, inputs: int) -> Shapes:
        return self._gather(lambda layer, n: layer.parameters(n), inputs)

    def biases(self, inputs: int) -> tuple[str, ...]:
        named = self._gather(lambda layer, n: dict.fromkeys(layer.biases(n)), inputs)
        return tuple(named)

    def init(self, rng: np.random.Generator, inputs: int) -> dict[str, np.ndarray]:
        return self._gather(lambda layer, n: layer.init(rng, n), inputs)

    def state(self, inputs: int) -> dict[str, np.ndarray]:
        return self._gather(lambda layer, n: layer.state(n), inputs)

    def noise(self, inputs: int) -> dict[str, int]:
        return self._gather(lambda layer, n: layer.noise(n), inputs)

    def forward(self, xp: Space, p: Named, x: Array, c: Context) -> ValuesAndCache:
        y, caches = x, []
        for i, layer in enumerate(self.layers):
            y, cache = layer.forward(xp, arrays_of(p, i), y, context_of(c, i))
            caches.append(cache)
        return x + y, caches

    def backward(self, xp: Space, p: Named, g: Named, caches: Any, dy: Array) -> Array:
        dx = dy
        for i in reversed(range(len(self.layers))):
            dx = self.layers[i].backward(
                xp, arrays_of(p, i), arrays_of(g, i), caches[i], dx
            )
        return dy + dx

    def _gather(
        self, ask: Callable[[Layer, int], dict[str, Any]], inputs: int
    ) -> dict[str, Any]:
        """Return the results of `ask` for each layer, named with the layer's number."""
        numbered = enumerate(zip(self.layers, widths(self.layers, inputs)))
        return {
            f"{i}.{name}": value
            for i, (layer, n) in numbered
            for name, value in ask(layer, n).items()
        }

    def __str__(self) -> str:
        return f"Residual({' → '.join(map(str, self.layers))})"


def arrays_of(named: Named, i: int) -> Named:
    """Return the arrays of layer `i` by their own names, from "0.W", "0.b", "2.W" …."""
    start = f"{i}."
    own = ((n.removeprefix(start), v) for n, v in named.items() if n.startswith(start))
    return Views(own)


def context_of(c: Context, i: int) -> Context:
    """Return the context of layer `i` within the block."""
    return Context(
        c.training, arrays_of(c.state, i), arrays_of(c.noise, i), arrays_of(c.new, i)
    )
