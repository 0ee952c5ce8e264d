"""One mini-batch on its way through one network, forward and back, with nothing lost.

The trainer keeps of a step only what the next one needs. Here all that it computed on
the way is computed once more, by the same lines of the layers and so with the same
bits: what comes into each layer and what goes out, and what comes back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space, quiet
from nnlab.diagnostics.curvature import precise
from nnlab.engine.layers import Context, Layer
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network
from nnlab.engine.residual import Residual, arrays_of, context_of
from nnlab.training.trainer import Trainer


@dataclass
class Visit:
    """What one layer did.

    Attributes:
        name: its number, behind that of the block it is in: "2", or "2.0".
        layer: the layer.
        p: its parameters by name.
        x: what came in (batch, inputs).
        y: what went out (batch, outputs).
        cache: what its `forward` kept for its `backward`.
        inner: the visits within it, if it is a block.
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
    """A mini-batch of one network, forward and back.

    Attributes:
        network: the network, on numbers of its own: those before the step.
        loss: what is made small.
        x: the samples (batch, inputs).
        y: their targets, as the loss takes them.
        noise: the random numbers of this step (N,).
        visits: every layer in its turn; those within a block before the block.
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
        """How many samples there are."""
        return int(self.x.shape[-2])

    def visit(self, name: str) -> Visit:
        """That of the layer with this name."""
        return next(one for one in self.visits if one.name == name)

    def mean_loss(self, parameters: np.ndarray) -> float:
        """The loss of this very mini-batch, with the same random numbers, of a network
        of float64 with these parameters (P,)."""
        there = precise(self.network)
        there.parameters[...] = there.xp.asarray(parameters)
        with quiet():
            return float(there.loss(self.x, self.y, self.loss, True, self.noise))


def passes(network: Network, loss: Loss, x: Array, y: Array, noise: Array) -> Passes:
    """Forward and back through `network`, which has no axis of replicas, as in
    training: x (batch, inputs), y its targets, and noise (N,) for so many samples or
    more."""
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
    """The names of all visits to these layers, in their turn."""
    found = []
    for number, layer in enumerate(layers):
        name = f"{inside}{number}"
        inner = layer.layers if isinstance(layer, Residual) else ()
        found += [*names(inner, f"{name}."), name]
    return found


@dataclass(frozen=True)
class Start:
    """Where a step begins: what every replica's passes are made from.

    Attributes:
        network: the networks, on numbers of their own.
        loss: what is made small.
        x: the samples (…, batch, inputs).
        y: their targets.
        noise: the random numbers (…, N).
    """

    network: Network
    loss: Loss
    x: Array
    y: Array
    noise: Array

    @classmethod
    def of(cls, trainer: Trainer) -> "Start":
        """That of the step under way, whose forward pass is done and nothing else."""
        network = trainer.network
        noise = network.xp.asarray(trainer.update.noise, copy=True)
        return cls(_copy(network), trainer.loss, *trainer.mini_batch(), noise)

    def passes(self, replica: int) -> Passes:
        """The mini-batch of one replica, forward and back."""
        alone, vectors = self.network.replica(replica), (self.x, self.y, self.noise)
        if self.network.replicas is not None:
            vectors = tuple(vector[replica] for vector in vectors)
        return passes(alone, self.loss, *vectors)


def _copy(network: Network) -> Network:
    """The network on numbers of its own."""
    there, xp = network.replicas_of(slice(None)), network.xp
    vectors = {"parameters": network.parameters, "state": network.state}
    there.place(**{k: xp.asarray(v, copy=True) for k, v in vectors.items()})
    return there


def _forward(
    xp: Space, name: str, layer: Layer, p: Named, x: Array, c: Context
) -> Visit:
    """A layer's way forward; a block goes from layer to layer."""
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
    """Its way back, which overwrites g; returns ∂loss/∂x."""
    visit.dy = dx = dy
    if isinstance(visit.layer, Residual):
        for i in reversed(range(len(visit.inner))):
            dx = _backward(xp, visit.inner[i], arrays_of(g, i), dx)
        visit.dx = dy + dx
    else:
        visit.dx = visit.layer.backward(xp, visit.p, g, visit.cache, dy)
    return visit.dx


def _in_turn(visits: Sequence[Visit]) -> Iterator[Visit]:
    for visit in visits:
        yield from _in_turn(visit.inner)
        yield visit
