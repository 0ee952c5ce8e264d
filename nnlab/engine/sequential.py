"""A stack of layers, one after the other: the shape of a network.

Forward, each layer hands its output to the next. Backward, the gradient walks the same
way home, and each layer writes its own part of the gradient vector. A stack keeps no
numbers: all vectors are handed in, by the network that owns them.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space, ValuesAndCache, host
from nnlab.engine.layers import Context, Layer, as_layers, widths
from nnlab.engine.layout import Layout, Place, flat, shapes_of
from nnlab.errors import InputError, shown


class Sequential:
    """`layers` on `inputs` features, and where everything lies that they need.

    Attributes:
        widths: the number of features before each layer, and after the last.
        layout: where each parameter lies in a vector (P,).
        state_layout: where each statistic that layers keep lies in a vector (S,).
        stateful: whether a layer keeps statistics or needs random numbers, as those do
            that compute something else in training than in use.
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
        """For every parameter (P,) whether it is a bias, which regularizers leave
        alone. Raises `InputError` if a layer that learns does not say."""
        return self.layout.mask(
            {f"{i}.{name}" for i in range(len(self.layers)) for name in self._biases(i)}
        )

    def weights(self) -> list[Place]:
        """Where the weights lie: all that layers learn, but what they call a bias."""
        found = []
        for place in self.layout.places.values():
            try:
                bias = place.name in self._biases(place.layer)
            except InputError:  # it does not say
                bias = False
            if not bias:
                found.append(place)
        return found

    def first_parameters(self, rng: np.random.Generator) -> np.ndarray:
        """The parameters before the first step (P,)."""
        return flat([layer.init(rng, n) for layer, n in self._pairs])

    def first_state(self) -> np.ndarray:
        """The statistics before the first step (S,)."""
        return flat(self._states())

    def noise_layout(self, batch: int) -> Layout:
        """Where each layer's random numbers lie, for so many samples."""
        named = [layer.noise(n) for layer, n in self._pairs]
        return Layout([{name: (batch, n) for name, n in of.items()} for of in named])

    def samples(self, x: Any) -> np.ndarray:
        """Samples (…, inputs) as an array, or an `InputError`."""
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
        """What each layer may know when the network is used; `state` is (…, S)."""
        return [Context(state=own) for own in self.state_layout.views(xp, state)]

    def contexts_in_training(
        self, xp: Space, batch: int, state: Array, noise: Array, new: Array
    ) -> list[Context]:
        """What each layer may know in training: see `Context`. `state` and `new` are
        (…, S), and `noise` (…, N) has numbers for so many samples or more."""
        if not self.stateful:
            return [Context(True)] * len(self.layers)
        states, news = (self.state_layout.views(xp, v) for v in (state, new))
        noises = self.noise_layout(batch).views(xp, noise)
        return [Context(True, *own) for own in zip(states, noises, news)]

    def forward(
        self, xp: Space, p: list[Named], x: Array, contexts: list[Context]
    ) -> Iterator[ValuesAndCache]:
        """Each layer's output and cache, first to last: computed as they are asked
        for. `p` has each layer's parameters."""
        for layer, own, c in zip(self.layers, p, contexts):
            x, cache = layer.forward(xp, own, x, c)
            yield x, cache

    def backward(
        self, xp: Space, p: list[Named], g: list[Named], caches: list[Any], dy: Array
    ) -> Iterator[Array]:
        """∂loss/∂x of each layer but the first, last to second, given ∂loss/∂output:
        computed as they are asked for. Overwrites `g`, each layer's part of the
        gradient; the first layer's is complete when there is nothing more to ask for.
        """
        for i in range(len(self.layers) - 1, 0, -1):
            dy = self.layers[i].backward(xp, p[i], g[i], caches[i], dy)
            yield dy
        self.layers[0].backward_params(xp, p[0], g[0], caches[0], dy)

    def _biases(self, i: int) -> Collection[str]:
        """What layer i calls a bias, once that is known to be among what it learns."""
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
        return [layer.state(n) for layer, n in self._pairs]
