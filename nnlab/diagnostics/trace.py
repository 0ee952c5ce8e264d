"""All intermediate values of one mini-batch, forward and backward.

A trainer keeps only what the next step needs. Here the passes are repeated with the
same code of the layers, and so bit for bit, and the inputs, outputs and gradients of
every layer are kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space, quiet
from nnlab.diagnostics.hessian import precise
from nnlab.engine.layers import Context, Layer
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network
from nnlab.engine.residual import Residual, arrays_of, context_of
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
        inner: the visits of a block's layers.
        dy: ∂(mean loss)/∂y.
        dx: ∂(mean loss)/∂x.
    """

    name: str
    layer: Layer
    p: Named
    x: Array
    y: Array
    cache: Any
    inner: list["Visit"] = field(default_factory=list)
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
            StopIteration: if there is no such layer.
        """
        return next(one for one in self.visits if one.name == name)

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
    xp, network = network.xp, _copy(network)
    gradient = xp.zeros_like(network.parameters)
    g = network.layout.views(xp, gradient)
    contexts = network.contexts(x.shape[-2], True, noise)
    with quiet():
        tops, y0 = [], x
        for number, layer in enumerate(network.layers):
            p, c = network.views[number], contexts[number]
            tops.append(_forward(xp, str(number), layer, p, y0, c))
            y0 = tops[-1].y
        losses, cache = loss.forward(xp, y0, y)
        dy = loss.backward(xp, cache)
        for number in reversed(range(len(tops))):
            dy = _backward(xp, tops[number], g[number], dy)
    visits = [*_in_turn(tops)]
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


def _forward(
    xp: Space, name: str, layer: Layer, p: Named, x: Array, c: Context
) -> Visit:
    """Return the visit of a layer's forward pass, recursively for a block."""
    if not isinstance(layer, Residual):
        y, cache = layer.forward(xp, p, x, c)
        return Visit(name, layer, p, x, y, cache)
    inner: list[Visit] = []
    fx = x
    for i, one in enumerate(layer.layers):
        known = arrays_of(p, i), fx, context_of(c, i)
        inner.append(_forward(xp, f"{name}.{i}", one, *known))
        fx = inner[-1].y
    return Visit(name, layer, p, x, x + fx, None, inner)


def _backward(xp: Space, visit: Visit, g: Named, dy: Array) -> Array:
    """Run a layer's backward pass, overwrite g, and return ∂loss/∂x."""
    visit.dy = dx = dy
    if isinstance(visit.layer, Residual):
        for i in reversed(range(len(visit.inner))):
            dx = _backward(xp, visit.inner[i], arrays_of(g, i), dx)
        visit.dx = dy + dx
    else:
        visit.dx = visit.layer.backward(xp, visit.p, g, visit.cache, dy)
    return visit.dx


def _in_turn(visits: Sequence[Visit]) -> Iterator[Visit]:
    """Yield visits in forward order, the layers of a block before the block."""
    for visit in visits:
        yield from _in_turn(visit.inner)
        yield visit
