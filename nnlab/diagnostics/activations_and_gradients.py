"""Outputs of every layer in the forward pass, and their gradients in the backward pass.

The gradient of an output is ∂(mean loss)/∂output: how much the loss would grow per unit
of that output. Rumelhart, Hinton & Williams 1986, "Learning representations by
back-propagating errors".
"""

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network, Signals


def signals(network: Network, x: Array, y: Array, loss: Loss) -> tuple[Signals, Array]:
    """Return outputs and gradients of all layers in evaluation mode: Dropout is off.

    The gradient δ of a single sample's loss is the number of samples times its slope.

    Args:
        network: the network.
        x: the samples (batch, inputs).
        y: the targets.
        loss: the loss, as in `Network.loss`.

    Returns:
        The signals, and ∂(mean loss)/∂parameters (…, P).
    """
    y = network.targets(y, loss, np.shape(x)[:-1])
    x = _for_all(network, x)
    contexts = network.contexts(x.shape[-2], training=False)
    gradient = network.xp.zeros_like(network.parameters)
    with quiet():
        views = network.layout.views(network.xp, gradient)
        return network.backpropagate(x, y, loss, contexts, views), gradient


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
