"""Outputs of every layer in the forward pass, and their gradients in the backward pass.

The gradient of an output is ∂(mean loss)/∂output: how much the loss would grow per unit
of that output. Rumelhart, Hinton & Williams 1986, "Learning representations by
back-propagating errors".
"""

from typing import NamedTuple

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network


class Signals(NamedTuple):
    """Outputs and gradients of all layers, first to last.

    The gradient δ of a single sample's loss is the number of samples times its slope.

    Attributes:
        outputs: the output (…, batch, units) of each layer.
        slopes: ∂(mean loss)/∂output of each layer, of the same shapes.
        gradient: ∂(mean loss)/∂parameters (…, P).
    """

    outputs: list[Array]
    slopes: list[Array]
    gradient: Array


def signals(network: Network, x: Array, y: Array, loss: Loss) -> Signals:
    """Return outputs and gradients of all layers in evaluation mode: Dropout is off.

    Args:
        network: the network.
        x: the samples (batch, inputs).
        y: the targets.
        loss: the loss, as in `Network.loss`.
    """
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
    """Return the network's outputs from the outputs of one layer, in evaluation mode.

    Args:
        network: the network.
        layer: the index of the layer.
        outputs: the outputs of that layer (…, N, units).
    """
    x = network.xp.asarray(outputs.astype(network.dtype))
    contexts = network.contexts(x.shape[-2], training=False)
    with quiet():
        for i in range(layer + 1, len(network.layers)):
            x, _ = network.layers[i].forward(
                network.xp, network.views[i], x, contexts[i]
            )
    return to_numpy(x)


def _for_all(network: Network, x: Array) -> Array:
    """Return samples (batch, inputs) broadcast over the replicas."""
    x = network.features(x)
    return network.xp.broadcast_to(x, (*network.lead, *x.shape[-2:]))
