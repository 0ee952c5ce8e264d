"""All intermediate values of one mini-batch, forward and backward.

A trainer keeps only what the next step needs. Here the passes are repeated with the
same code of the layers, and so bit for bit, and the inputs, outputs and gradients of
every layer are kept.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space, ValuesAndCache, quiet
from nnlab.diagnostics.hessian import precise
from nnlab.engine.layers import Context, Layer
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network
from nnlab.engine.residual import Residual
from nnlab.errors import unknown
from nnlab.training.trainer import Trainer


@dataclass
class Visit:
    """Values of one layer in a step.

    Attributes:
        name: the index of the layer, after that of its block: "2", or "2.0".
        layer: the layer.
        p: its parameters by name.
        x: its input (batch, inputs).
        y: its output (batch, outputs).
        cache: the values that `forward` keeps for `backward`.
        dy: ∂(mean loss)/∂y.
        dx: ∂(mean loss)/∂x.
    """

    name: str
    layer: Layer
    p: Named
    x: Array
    y: Array
    cache: Any
    dy: Array = None
    dx: Array = None


@dataclass(frozen=True)
class Passes:
    """A mini-batch of one network, forward and backward.

    Attributes:
        network: a copy of the network before the step.
        loss: the loss.
        x: the samples (batch, inputs).
        y: the targets, as the loss expects them.
        noise: the random numbers of this step (N,).
        visits: every layer in forward order; the layers of a block before the block.
        losses: the loss of each sample (batch,).
        gradient: ∂(mean loss)/∂parameters (P,), without penalties, before clipping.
    """

    network: Network
    loss: Loss
    x: Array
    y: Array
    noise: Array
    visits: list[Visit]
    losses: Array
    gradient: Array

    @property
    def batch(self) -> int:
        """Number of samples."""
        return int(self.x.shape[-2])

    def visit(self, name: str) -> Visit:
        """Return the visit of the layer with this name.

        Raises:
            InputError: if there is no such layer.
        """
        named = {one.name: one for one in self.visits}
        if name not in named:
            raise unknown("name", name, named)
        return named[name]

    def mean_loss(self, parameters: np.ndarray) -> float:
        """Return the loss of this mini-batch with other parameters (P,).

        It is computed in float64, with the same random numbers.
        """
        there = precise(self.network)
        there.parameters[...] = there.xp.asarray(parameters)
        with quiet():
            return float(there.loss(self.x, self.y, self.loss, True, self.noise))


def passes(network: Network, loss: Loss, x: Array, y: Array, noise: Array) -> Passes:
    """Return the forward and backward pass of a mini-batch, in training mode.

    Args:
        network: one network, without a replica axis.
        loss: the loss.
        x: the samples (batch, inputs).
        y: the targets, as the loss expects them.
        noise: the random numbers (N,), enough for at least this number of samples.
    """
    network = _copy(network)
    gradient = network.xp.zeros_like(network.parameters)
    views = network.layout.views(network.xp, gradient)
    contexts, visits = network.contexts(x.shape[-2], True, noise), list[Visit]()
    recorded = copy(network)
    recorded.stack = copy(network.stack)
    recorded.stack.layers = _recorded(network.layers, visits)
    with quiet():
        losses = recorded.backpropagate(x, y, loss, contexts, views).losses
    return Passes(network, loss, x, y, noise, visits, losses, gradient)


def names(layers: Sequence[Layer], inside: str = "") -> list[str]:
    """Return the names of all visits to these layers, in forward order."""
    found = []
    for number, layer in enumerate(layers):
        name = f"{inside}{number}"
        inner = layer.layers if isinstance(layer, Residual) else ()
        found += [*names(inner, f"{name}."), name]
    return found


@dataclass(frozen=True)
class Start:
    """State at the start of a step, before the passes of every replica.

    Attributes:
        network: a copy of the networks.
        loss: the loss.
        x: the samples (…, batch, inputs).
        y: the targets.
        noise: the random numbers (…, N).
    """

    network: Network
    loss: Loss
    x: Array
    y: Array
    noise: Array

    @classmethod
    def of(cls, trainer: Trainer) -> "Start":
        """Return the start of the current step of a trainer.

        Only its forward pass may have been made.
        """
        network = trainer.network
        noise = network.xp.asarray(trainer.update.noise, copy=True)
        return cls(_copy(network), trainer.loss, *trainer.mini_batch(), noise)

    def passes(self, replica: int) -> Passes:
        """Return the forward and backward pass of one replica."""
        alone, vectors = self.network.replica(replica), (self.x, self.y, self.noise)
        if self.network.replicas is not None:
            vectors = tuple(vector[replica] for vector in vectors)
        return passes(alone, self.loss, *vectors)


def _copy(network: Network) -> Network:
    """Return a copy of the network with its own arrays."""
    there, xp = network.replicas_of(slice(None)), network.xp
    vectors = {"parameters": network.parameters, "state": network.state}
    there.place(**{k: xp.asarray(v, copy=True) for k, v in vectors.items()})
    return there


class _Recorder(Layer):
    """Runs a layer, and adds its values to `visits`: of a block, its layers' too."""

    def __init__(self, name: str, layer: Layer, visits: list[Visit]):
        self.name, self.layer, self.visits = name, layer, visits
        self.runs = layer
        if isinstance(layer, Residual):
            inner = _recorded(layer.layers, visits, f"{name}.")
            self.runs = replace(layer, layers=inner)

    def forward(self, xp: Space, p: Named, x: Array, c: Context) -> ValuesAndCache:
        y, cache = self.runs.forward(xp, p, x, c)
        self.visit = Visit(self.name, self.layer, p, x, y, cache)
        self.visits.append(self.visit)
        return y, cache

    def backward(self, xp: Space, p: Named, g: Named, cache: Any, dy: Array) -> Array:
        dx = self.runs.backward(xp, p, g, cache, dy)
        self.visit.dy, self.visit.dx = dy, dx
        return dx


def _recorded(
    layers: Sequence[Layer], visits: list[Visit], inside: str = ""
) -> tuple[Layer, ...]:
    """Return layers that do the same, and add their values to `visits`."""
    numbered = enumerate(layers)
    return tuple(_Recorder(f"{inside}{i}", layer, visits) for i, layer in numbered)
