"""A stack of layers, one after the other: the shape of a network.

In the forward pass, each layer passes its output to the next. In the backward pass,
gradients pass through the layers in reverse order, and each layer writes its part of
the gradient vector. A stack holds no numbers: all vectors are arguments, and are owned
by the network.
"""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space, host
from nnlab.engine.layers import Context, Layer, as_layers, widths
from nnlab.engine.layout import Layout, Place, flat, shapes_of
from nnlab.errors import InputError, shown


class Sequential:
    """`layers` on `inputs` features, and the layout of all arrays that they need.

    Args:
        layers: the layers, first to last.
        inputs: number of features of a sample.

    Attributes:
        widths: number of features before each layer, and after the last.
        layout: position of each parameter array in a vector (P,).
        state_layout: position of each statistic that layers keep in a vector (S,).
        stateful: True if a layer keeps statistics or needs random numbers, and so
            differs between training and inference.

    Raises:
        InputError: for no layers, or for something that is not a layer.
    """

    def __init__(self, layers: Sequence[Layer], inputs: int):
        self.layers = as_layers(layers)
        if not self.layers:
            raise InputError(
                "layers",
                "layers=[] is not allowed: it is a list of layers, one at least; try "
                "layers=[Linear(1)].",
            )
        self.widths = widths(self.layers, inputs)
        self._pairs = list(zip(self.layers, self.widths))
        self.layout = Layout([layer.parameters(n) for layer, n in self._pairs])
        self.state_layout = Layout([shapes_of(state) for state in self._states()])
        self.stateful = bool(self.state_layout.size or self.noise_layout(1).size)

    def biases(self) -> np.ndarray:
        """Return a boolean mask (P,), True for biases, which regularizers exclude.

        Raises:
            InputError: if a layer with parameters does not declare its biases.
        """
        return self.layout.mask(
            {f"{i}.{name}" for i in range(len(self.layers)) for name in self._biases(i)}
        )

    def weights(self) -> list[Place]:
        """Return the positions of all parameters that are not declared as a bias."""
        found = []
        for place in self.layout.places.values():
            try:
                bias = place.name in self._biases(place.layer)
            except InputError:  # not declared
                bias = False
            if not bias:
                found.append(place)
        return found

    def first_parameters(self, rng: np.random.Generator) -> np.ndarray:
        """Return initial parameters (P,), drawn from `rng`."""
        return flat([layer.init(rng, n) for layer, n in self._pairs])

    def first_state(self) -> np.ndarray:
        """Return the initial statistics (S,)."""
        return flat(self._states())

    def noise_layout(self, batch: int) -> Layout:
        """Return the layout of each layer's random numbers for `batch` samples."""
        named = [layer.noise(n) for layer, n in self._pairs]
        return Layout([{name: (batch, n) for name, n in of.items()} for of in named])

    def samples(self, x: Any) -> np.ndarray:
        """Return samples (…, inputs) as an array on the host.

        Raises:
            InputError: if x does not have this shape or is not numeric.
        """
        rows = host("x", x)
        inputs = self.widths[0]
        if rows.ndim < 2 or rows.shape[-1] != inputs:
            raise InputError(
                "x",
                f"x of shape {rows.shape} is not allowed: a network of {inputs} "
                f"inputs takes samples in rows, as (batch, {inputs}).",
            )
        if not np.isdtype(rows.dtype, ("real floating", "integral", "bool")):
            raise InputError(
                "x",
                f"x of {rows.dtype} is not allowed: features are numbers; make a "
                "column of words one column of 0 and 1 for each word.",
            )
        return rows

    def contexts_in_use(self, xp: Space, state: Array) -> list[Context]:
        """Return the inference context of each layer, for a state (…, S)."""
        return [Context(state=own) for own in self.state_layout.views(xp, state)]

    def contexts_in_training(
        self, xp: Space, batch: int, state: Array, noise: Array, new: Array
    ) -> list[Context]:
        """Return the training context of each layer: see `Context`.

        Args:
            xp: array namespace.
            batch: number of samples.
            state: current statistics (…, S).
            noise: random numbers (…, N) for at least `batch` samples.
            new: buffer that receives the next statistics (…, S).
        """
        if not self.stateful:
            return [Context(True)] * len(self.layers)
        states, news = (self.state_layout.views(xp, v) for v in (state, new))
        noises = self.noise_layout(batch).views(xp, noise)
        return [Context(True, *own) for own in zip(states, noises, news)]

    def forward(
        self, xp: Space, p: list[Named], x: Array, contexts: list[Context]
    ) -> tuple[list[Array], list[Any]]:
        """Return the output and the cache of each layer, first to last.

        Args:
            xp: array namespace.
            p: parameters of each layer by name.
            x: samples (…, batch, inputs).
            contexts: context of each layer.
        """
        outputs, caches = [], []
        for layer, own, c in zip(self.layers, p, contexts):
            x, cache = layer.forward(xp, own, x, c)
            outputs.append(x)
            caches.append(cache)
        return outputs, caches

    def backward(
        self, xp: Space, p: list[Named], g: list[Named], caches: list[Any], dy: Array
    ) -> list[Array]:
        """Return ∂loss/∂output of each layer, first to last; overwrites `g`.

        Args:
            xp: array namespace.
            p: parameters of each layer by name.
            g: gradients of each layer by name.
            caches: cache of each layer from `forward`.
            dy: ∂loss/∂output (…, batch, outputs) of the last layer.
        """
        slopes = [dy]
        for i in range(len(self.layers) - 1, 0, -1):
            dy = self.layers[i].backward(xp, p[i], g[i], caches[i], dy)
            slopes.append(dy)
        self.layers[0].backward_params(xp, p[0], g[0], caches[0], dy)
        return slopes[::-1]

    def _biases(self, i: int) -> Collection[str]:
        """Return the names of layer i's biases, after validation."""
        layer, inputs = self._pairs[i]
        known, said = layer.parameters(inputs), layer.biases(inputs)
        named = isinstance(said, Collection) and not isinstance(said, str)
        if not named or not {*said} <= known.keys():
            raise InputError(
                "layers",
                f"biases of {layer} returns {shown(said)}, and it learns "
                f"{', '.join(known) or 'nothing'}; return a tuple of those names, such "
                f"as {(*known,)[-1:]!r}.",
            )
        return said

    def _states(self) -> list[dict[str, np.ndarray]]:
        """Return the initial statistics of each layer by name."""
        return [layer.state(n) for layer, n in self._pairs]
