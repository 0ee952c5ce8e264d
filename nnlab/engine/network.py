"""A network: a stack of layers and one flat vector with all their parameters.

The stack implements the forward and backward pass; the network owns the vectors and
validates inputs. With replicas, R networks of the same shape, each with its own seed,
are computed in the same array calls.
"""

from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from nnlab.backend import (
    DTYPES,
    Array,
    Backend,
    Named,
    Purpose,
    Space,
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


class Signals(NamedTuple):
    """Values of a forward and backward pass, from `Network.backpropagate`.

    Attributes:
        outputs: output (…, batch, units) of each layer, first to last.
        losses: loss of each sample (…, batch).
        slopes: ∂(mean loss)/∂output of each layer, of the shapes of `outputs`.
    """

    outputs: list[Array]
    losses: Array
    slopes: list[Array]


class Network(Derived):
    """A stack of `layers` on `inputs` features, with its parameters drawn from `seed`.

    Args:
        inputs: number of features of a sample.
        layers: the layers, first to last.
        seed: seed of the first replica, replica i has seed + i; or a sequence with one
            seed per replica.
        replicas: number of networks R computed side by side; None for a single one
            without a replica axis.
        dtype: "float32" or "float64".
        backend: "numpy", "torch", "torch:cuda", or "auto" for the fastest one for this
            number of parameters; `network.backend` gives the reason.

    Attributes:
        parameters: flat vector of all parameters (…, P).
        state: flat vector of the statistics that layers keep and do not learn (…, S).
        stack: the layers as a `Sequential`.
        layers: the layers, first to last.
        widths: number of features before each layer, and after the last.
        layout: position of each parameter array in the flat vector.
        seeds: seed of each replica.

    Raises:
        InputError: for no inputs, no layers, no replicas, an unknown dtype, or a
            backend that is not available.

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

    @cached_property
    def xp(self) -> Space:
        """Array namespace."""
        return self.backend.xp

    @property
    def lead(self) -> tuple[int, ...]:
        """Leading axis of every vector: (R,), or () without replicas."""
        return () if self.replicas is None else (self.replicas,)

    def draw_noise(self, batch: int, purpose: Purpose = Purpose.NOISE) -> Array:
        """Return random numbers (…, N) for `batch` samples, uniform in [0, 1).

        Generators are made anew from the seeds, so every call returns the same numbers.
        """
        size = self.stack.noise_layout(batch).size
        drawn = [generator(s, purpose).random(size, self.dtype) for s in self.seeds]
        return self._placed(drawn)

    @cached_property
    def views(self) -> list[Named]:
        """Parameters of each layer by name, as views of `parameters`."""
        return self.layout.views(self.xp, self.parameters)

    def contexts(
        self,
        batch: int,
        training: bool = True,
        noise: Array = None,
        new: Array = None,
    ) -> list[Context]:
        """Return the context of each layer for a pass of `batch` samples.

        Args:
            batch: number of samples.
            training: True for training, False for inference.
            noise: random numbers (…, N) for training; None for those of `draw_noise`.
            new: buffer that receives the next state (…, S) in training; None to discard
                it.
        """
        if not training:
            return self.stack.contexts_in_use(self.xp, self.state)
        noise = self.draw_noise(batch) if noise is None else noise
        new = self.xp.zeros_like(self.state) if new is None else new
        return self.stack.contexts_in_training(self.xp, batch, self.state, noise, new)

    def forward_pass(
        self, x: Array, contexts: list[Context] | None = None
    ) -> tuple[list[Array], list[Any]]:
        """Return the output (…, batch, units) and the cache of each layer.

        Args:
            x: samples (…, batch, inputs), as an array of this network: see `features`.
            contexts: context of each layer; None for inference.
        """
        known = contexts or self.contexts(x.shape[-2], training=False)
        return self.stack.forward(self.xp, self.views, x, known)

    def output(self, x: Array, contexts: list[Context] | None = None) -> Array:
        """Return only the last output (…, batch, outputs) of `forward_pass`.

        Caches are discarded, so no more memory is needed than for two layers.
        """
        known = contexts or self.contexts(x.shape[-2], training=False)
        for layer, p, c in zip(self.layers, self.views, known):
            x, _ = layer.forward(self.xp, p, x, c)
        return x

    def backpropagate(
        self,
        x: Array,
        y: Array,
        loss: Loss,
        contexts: list[Context],
        gradient: list[Named],
    ) -> Signals:
        """Compute ∂(mean loss)/∂parameters: forward, loss, backward.

        Args:
            x: samples (…, batch, inputs), as returned by `features`.
            y: targets of the samples, as returned by `targets`.
            loss: the loss.
            contexts: context of each layer.
            gradient: buffers for the gradients of each layer's parameters, by name;
                overwritten.

        Returns:
            What the three passes computed on the way.

        Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating
        errors".
        """
        xp, stack, p = self.xp, self.stack, self.views
        # Forward: the output of each layer, and what its backward pass needs.
        outputs, caches = stack.forward(xp, p, x, contexts)
        # Loss of each sample, from the output of the last layer.
        losses, cache = loss.forward(xp, outputs[-1], y)
        # Backward: ∂loss/∂output of each layer, last to first, and ∂loss/∂parameters.
        slope = loss.backward(xp, cache)
        slopes = stack.backward(xp, p, gradient, caches, slope)
        return Signals(outputs, losses, slopes)

    def _placed(self, vectors: Sequence[np.ndarray]) -> Array:
        """Return one vector (size,) per seed as an array (…, size) of this dtype."""
        table = np.stack(vectors).astype(self.dtype)
        return self.xp.asarray(table.reshape(*self.lead, table.shape[-1]), copy=True)

    def forward(self, x: Array) -> Array:
        """Return outputs (…, batch, outputs) in inference mode.

        Args:
            x: samples (batch, inputs), shared by all replicas, or (R, batch, inputs).

        Raises:
            InputError: if x does not have this shape or is not numeric.
        """
        return self.output(self._for_all(x))

    def trace(self, x: Array) -> list[Array]:
        """Return the output of every layer for x, first to last.

        Args:
            x: samples (batch, inputs) or (R, batch, inputs).

        Returns:
            An array (…, batch, units) for each layer.

        Raises:
            InputError: if x does not have this shape or is not numeric.
        """
        return self.forward_pass(self._for_all(x))[0]

    def loss(
        self,
        x: Array,
        y: Array,
        loss: Loss,
        training: bool = False,
        noise: Array = None,
    ) -> Array:
        """Return the mean loss, one number per replica (…,).

        Args:
            x: samples (batch, inputs), shared by all replicas, or (R, batch, inputs).
            y: targets of the samples, shared or (R, batch, …) accordingly.
            loss: the loss.
            training: True to run layers such as Dropout and BatchNorm in training mode.
            noise: random numbers (…, N) for training mode; None for those of
                `draw_noise`.

        Raises:
            InputError: for samples that do not fit the network, or targets that do not
                fit the loss.
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
        """Return ∂(mean loss)/∂parameters (…, P), by backpropagation.

        Arguments and errors are those of `Network.loss`.
        """
        y, x = self.targets(y, loss, np.shape(x)[:-1]), self._for_all(x)
        contexts = self.contexts(x.shape[-2], training, noise)
        gradient = self.xp.zeros_like(self.parameters)
        views = self.layout.views(self.xp, gradient)
        self.backpropagate(x, y, loss, contexts, views)
        return gradient

    def features(self, x: Array) -> Array:
        """Return samples (…, inputs) as a C-ordered array of this network's dtype.

        The memory order is fixed because it affects the rounding of matrix products.

        Raises:
            InputError: if x does not have this shape or is not numeric.
        """
        x = self.stack.samples(x)
        with quiet():  # what is too large for the dtype becomes infinite
            return self.xp.asarray(x.astype(self.dtype, order="C"))

    def _for_all(self, x: Array) -> Array:
        """Broadcast samples (batch, inputs) to every replica: (…, batch, inputs)."""
        x = self.features(x)
        return self.xp.broadcast_to(x, (*self.lead, *x.shape[-2:]))

    def targets(self, y: Array, loss: Loss, rows: tuple[int, ...] = ()) -> Array:
        """Return targets in the form that `loss` takes: integers, or this dtype.

        Args:
            y: targets of the samples, or (R, batch, …) with separate ones per replica.
            loss: the loss.
            rows: shape of the samples without features; (R, batch) if each replica has
                its own.

        Raises:
            InputError: for targets that do not fit the loss.
        """
        need("loss", loss, Loss, "a loss", "MSE()", LOSSES)
        y, outputs = host("y", y), self.widths[-1]
        if len(rows) == 2 and y.shape[:2] == rows:
            y = np.stack([loss.targets(own, outputs) for own in y])
        else:
            y = loss.targets(y, outputs)
        labels = np.issubdtype(y.dtype, np.integer)
        return self.xp.asarray(y if labels else y.astype(self.dtype))

    def replica(self, replica: int) -> "Network":
        """Return one replica as a network without replica axis, as a view."""
        alone = self.replicas_of(slice(replica, replica + 1))
        if self.replicas is not None:
            alone.replicas = None
            alone.place(parameters=alone.parameters[0, ...], state=alone.state[0, ...])
        return alone

    def replicas_of(self, rows: slice) -> "Network":
        """Return a slice of the replicas as a network, as a view."""
        some = copy(self)
        some.seeds = self.seeds[rows]
        if self.replicas is not None:
            some.replicas = len(some.seeds)
            some.place(parameters=self.parameters[rows, :], state=self.state[rows, :])
        return some

    def __getitem__(self, name: str) -> Array:
        """Return a parameter or statistic by name, as a view.

        Examples of names are `net["0.W"]`, the first layer's W, and `net["1.mean"]`.

        Raises:
            InputError: for an unknown name.
        """
        for layout, vector in (
            (self.layout, self.parameters),
            (self.stack.state_layout, self.state),
        ):
            if name in layout.places:
                return layout.places[name].view(self.xp, vector)
        known = [*self.layout.places, *self.stack.state_layout.places]
        raise unknown("name", name, known)

    def __setitem__(self, name: str, value: Any) -> None:
        """Overwrite a parameter or statistic by name: `net["0.b"] = 0.0`."""
        self[name][...] = self.xp.asarray(value)

    def describe(self) -> Listing:
        """Return a table of the layout: the position of every array."""
        kinds = [str(layer) for layer in self.layers]
        return Listing(
            kinds, {"parameters": self.layout, "state": self.stack.state_layout}
        )

    def __repr__(self) -> str:
        stack = " → ".join([str(self.widths[0]), *map(str, self.layers)])
        many = "" if self.replicas is None else f", {self.replicas} replicas"
        return f"Network({stack}, {self.layout.size} parameters{many})"
