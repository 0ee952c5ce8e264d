"""A network is a stack of layers and one flat vector with all their parameters.

The stack says how to go forward and back; the network hands it the vectors, and checks
what comes from outside. With replicas, R networks of one shape, each with a seed of its
own, go forward and back in the same array calls.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from functools import cached_property, reduce
from typing import Any

import numpy as np

from nnlab.backend import (
    DTYPES,
    Array,
    Backend,
    Named,
    Purpose,
    Space,
    ValuesAndCache,
    generator,
    host,
    quiet,
    seeds_of,
    select_backend,
)
from nnlab.engine.layers import Context, Layer
from nnlab.engine.layout import Derived, Listing, Vector
from nnlab.engine.losses import LOSSES, Loss
from nnlab.engine.sequential import Sequential
from nnlab.errors import at_least_one, need, unknown


class Network(Derived):
    """A stack of `layers` on `inputs` features, with its parameters drawn from `seed`.

    Args:
        inputs: number of features of a sample.
        layers: the layers, first to last.
        seed: the first replica's seed; replica i has seed + i. Or a seed for each.
        replicas: how many networks side by side; None for one, with no extra axis.
        dtype: "float32" or "float64".
        backend: who computes: "numpy", "torch", "torch:cuda", or "auto" for the one
            that is fastest for so many parameters; `network.backend` says why.

    Raises:
        InputError: for no inputs, no layers, no replicas, an unknown dtype, or a
            backend that is not here.

    >>> from nnlab.engine import Linear, Network, Tanh
    >>> net = Network(2, [Linear(3), Tanh(), Linear(1)], seed=0)
    >>> net
    Network(2 → Linear(3) → Tanh → Linear(1), 13 parameters)
    >>> net["0.W"].shape, net.parameters.shape
    ((2, 3), (13,))
    """

    parameters: Array = Vector()  # (…, P)
    state: Array = Vector()  # (…, S)

    def __init__(
        self,
        inputs: int,
        layers: Sequence[Layer],
        seed: int | Sequence[int] = 0,
        replicas: int | None = None,
        dtype: str = "float32",
        backend: str | Backend = "numpy",
    ):
        at_least_one("inputs", inputs)
        if replicas is not None:
            at_least_one("replicas", replicas)
        self.seeds = seeds_of(seed, replicas)
        if dtype not in DTYPES:
            raise unknown("dtype", dtype, DTYPES)
        self.stack = Sequential(layers, inputs)
        self.layers, self.widths = self.stack.layers, self.stack.widths
        self.layout = self.stack.layout
        self.replicas = replicas
        self.dtype = DTYPES[dtype]
        self.backend = select_backend(backend, self.layout.size * len(self.seeds))
        rngs = [generator(s, Purpose.INIT) for s in self.seeds]
        self.parameters = self._placed([*map(self.stack.first_parameters, rngs)])
        self.state = self._placed([self.stack.first_state()] * len(self.seeds))

    @property
    def xp(self) -> Space:
        """The array namespace."""
        return self.backend.xp

    @property
    def lead(self) -> tuple[int, ...]:
        """The leading axis of every vector: (R,), or () without replicas."""
        return () if self.replicas is None else (self.replicas,)

    def draw_noise(self, batch: int, purpose: Purpose = Purpose.NOISE) -> Array:
        """Random numbers (…, N) for so many samples: each seed's first ones."""
        size = self.stack.noise_layout(batch).size
        drawn = [generator(s, purpose).random(size, self.dtype) for s in self.seeds]
        return self._placed(drawn)

    @cached_property
    def views(self) -> list[Named]:
        """Each layer's parameters by name, as views."""
        return self.layout.views(self.xp, self.parameters)

    def contexts(
        self,
        batch: int,
        training: bool = True,
        noise: Array = None,
        new: Array = None,
    ) -> list[Context]:
        """What each layer may know of a pass of so many samples.

        Training, `noise` is (…, N), each seed's first numbers if it is left out; the
        next state is written to `new` (…, S), or nowhere if that is left out.
        """
        if not training:
            return self.stack.contexts_in_use(self.xp, self.state)
        noise = self.draw_noise(batch) if noise is None else noise
        new = self.xp.zeros_like(self.state) if new is None else new
        return self.stack.contexts_in_training(self.xp, batch, self.state, noise, new)

    def forward_pass(
        self, x: Array, contexts: list[Context] | None = None
    ) -> tuple[Array, list[Any]]:
        """x (…, batch, inputs) → output (…, batch, outputs), and each layer's cache;
        as the network is used, if there are no other `contexts`."""
        passed = [*self._through(x, contexts)]
        return passed[-1][0], [cache for _, cache in passed]

    def output(self, x: Array, contexts: list[Context] | None = None) -> Array:
        """The output alone: of all that is computed on the way nothing is kept, so it
        takes no more memory than two layers need."""
        return reduce(lambda _, passed: passed[0], self._through(x, contexts), x)

    def backward_pass(
        self, caches: list[Any], dy: Array, gradient: list[Named]
    ) -> list[Array]:
        """Overwrites `gradient`, by layer and name, given ∂loss/∂output. Returns
        ∂loss/∂x (…, batch, inputs) of each layer but the first, last to second."""
        return [*self.stack.backward(self.xp, self.views, gradient, caches, dy)]

    def _through(
        self, x: Array, contexts: list[Context] | None = None
    ) -> Iterator[ValuesAndCache]:
        """Each layer's output and cache, first to last."""
        known = contexts or self.contexts(x.shape[-2], training=False)
        return self.stack.forward(self.xp, self.views, x, known)

    def _placed(self, vectors: Sequence[np.ndarray]) -> Array:
        """Vectors (size,), one for each seed, as a table (…, size) of this dtype."""
        table = np.stack(vectors).astype(self.dtype)
        return self.xp.asarray(table.reshape(*self.lead, table.shape[-1]), copy=True)

    def forward(self, x: Array) -> Array:
        """Outputs (…, batch, outputs) for x (batch, inputs) or (R, batch, inputs)."""
        return self.output(self._for_all(x))

    def trace(self, x: Array) -> list[Array]:
        """Every layer's output for x, first to last."""
        return [y for y, _ in self._through(self._for_all(x))]

    def loss(
        self,
        x: Array,
        y: Array,
        loss: Loss,
        training: bool = False,
        noise: Array = None,
    ) -> Array:
        """Mean loss, one number a replica (…,), on x (batch, inputs) and targets y that
        all share, or on (R, batch, inputs) and (R, batch, …), each replica's own.

        `training` switches Dropout and BatchNorm to what they do in training, with
        `noise` (…, N) for the former, each seed's first numbers if it is left out.
        """
        y, x = self.targets(y, loss, np.shape(x)[:-1]), self._for_all(x)
        z = self.output(x, self.contexts(x.shape[-2], training, noise))
        return self.xp.mean(loss.forward(self.xp, z, y)[0], axis=-1)

    def gradient(
        self,
        x: Array,
        y: Array,
        loss: Loss,
        training: bool = False,
        noise: Array = None,
    ) -> Array:
        """∂(mean loss)/∂parameters (…, P), by backpropagation; as `loss` takes them."""
        y, x = self.targets(y, loss, np.shape(x)[:-1]), self._for_all(x)
        z, caches = self.forward_pass(x, self.contexts(x.shape[-2], training, noise))
        _, cache = loss.forward(self.xp, z, y)
        gradient = self.xp.zeros_like(self.parameters)
        g = self.layout.views(self.xp, gradient)
        self.backward_pass(caches, loss.backward(self.xp, cache), g)
        return gradient

    def features(self, x: Array) -> Array:
        """Samples (…, inputs) as an array of this network's dtype, row after row: how
        they lie in memory decides how products round."""
        x = self.stack.samples(x)
        with quiet():  # what is too large for the dtype becomes infinite
            return self.xp.asarray(x.astype(self.dtype, order="C"))

    def _for_all(self, x: Array) -> Array:
        """Samples that every replica sees: (batch, inputs) → (…, batch, inputs)."""
        x = self.features(x)
        return self.xp.broadcast_to(x, (*self.lead, *x.shape[-2:]))

    def targets(self, y: Array, loss: Loss, rows: tuple[int, ...] = ()) -> Array:
        """Targets in the form that `loss` takes: whole numbers, or this dtype. Those of
        shape (R, batch, …) for samples in `rows` (R, batch) are each replica's own."""
        need("loss", loss, Loss, "a loss", "MSE()", LOSSES)
        y, outputs = host("y", y), self.widths[-1]
        if len(rows) == 2 and y.shape[:2] == rows:
            y = np.stack([loss.targets(own, outputs) for own in y])
        else:
            y = loss.targets(y, outputs)
        labels = np.issubdtype(y.dtype, np.integer)
        return self.xp.asarray(y if labels else y.astype(self.dtype))

    def replica(self, replica: int) -> "Network":
        """One replica as a network of its own, on the same numbers (a view)."""
        alone = self.replicas_of(slice(replica, replica + 1))
        if self.replicas is not None:
            alone.replicas = None
            alone.place(parameters=alone.parameters[0, ...], state=alone.state[0, ...])
        return alone

    def replicas_of(self, rows: slice) -> "Network":
        """Some of the replicas as networks of their own, on the same numbers."""
        some = copy(self)
        some.seeds = self.seeds[rows]
        if self.replicas is not None:
            some.replicas = len(some.seeds)
            some.place(parameters=self.parameters[rows, :], state=self.state[rows, :])
        return some

    def __getitem__(self, name: str) -> Array:
        """A parameter by name, as a view: `net["0.W"]` is the first layer's W. What a
        layer measures has a name too: `net["1.mean"]`."""
        for layout, vector in (
            (self.layout, self.parameters),
            (self.stack.state_layout, self.state),
        ):
            if name in layout.places:
                return layout.places[name].view(self.xp, vector)
        known = [*self.layout.places, *self.stack.state_layout.places]
        raise unknown("name", name, known)

    def __setitem__(self, name: str, value: Any) -> None:
        """Overwrites what has this name: `net["0.b"] = 0.0`."""
        self[name][...] = self.xp.asarray(value)

    def describe(self) -> Listing:
        """Where everything lies: a table of the layout."""
        kinds = [str(layer) for layer in self.layers]
        return Listing(
            kinds, {"parameters": self.layout, "state": self.stack.state_layout}
        )

    def __repr__(self) -> str:
        stack = " → ".join([str(self.widths[0]), *map(str, self.layers)])
        many = "" if self.replicas is None else f", {self.replicas} replicas"
        return f"Network({stack}, {self.layout.size} parameters{many})"
