"""What every layer says on the way forward, and is told on the way back.

Forward, each layer puts out numbers; backward comes the slope of the loss by each of
them: how much the loss would grow if that number grew by one. Rumelhart, Hinton &
Williams 1986, "Learning representations by back-propagating errors".
"""

from typing import NamedTuple

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network


class Signals(NamedTuple):
    """Of each layer, first to last, its outputs (…, batch, units), and the slopes of
    the mean loss by these, of the same shape; and the gradient (…, P). A sample's own
    slope δ is as many times larger as there are samples."""

    outputs: list[Array]
    slopes: list[Array]
    gradient: Array


def signals(network: Network, x: Array, y: Array, loss: Loss) -> Signals:
    """What goes forth and back on these samples (batch, inputs) and targets, as the
    network is used: Dropout is off. The other arguments are those of `Network.loss`."""
    xp, gradient = network.xp, network.xp.zeros_like(network.parameters)
    g = network.layout.views(xp, gradient)
    y = network.targets(y, loss, np.shape(x)[:-1])
    x = _for_all(network, x)
    contexts = network.contexts(x.shape[-2], training=False)
    with quiet():
        outputs, caches = zip(*network.stack.forward(xp, network.views, x, contexts))
        _, cache = loss.forward(xp, outputs[-1], y)
        dz = loss.backward(xp, cache)
        slopes = [dz, *network.backward_pass(caches, dz, g)]
    return Signals([*outputs], slopes[::-1], gradient)


def onwards(network: Network, layer: int, outputs: np.ndarray) -> np.ndarray:
    """What the layers after number `layer` make of that layer's outputs (…, N, units):
    the network's own outputs, as it is used."""
    x = network.xp.asarray(outputs.astype(network.dtype))
    contexts = network.contexts(x.shape[-2], training=False)
    with quiet():
        for i in range(layer + 1, len(network.layers)):
            x, _ = network.layers[i].forward(
                network.xp, network.views[i], x, contexts[i]
            )
    return to_numpy(x)


def _for_all(network: Network, x: Array) -> Array:
    """Samples (batch, inputs) as every replica sees them."""
    x = network.features(x)
    return network.xp.broadcast_to(x, (*network.lead, *x.shape[-2:]))
