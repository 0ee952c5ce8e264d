"""What every unit says on the way forward, and is told on the way back.

Forward, unit j of a layer makes its weighted sum z and from it its output a. Backward
comes δ, the slope of the loss by that number: how much the loss would grow if the
number grew by one. Rumelhart, Hinton & Williams 1986, "Learning representations by
back-propagating errors".
"""

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.engine.loss import Loss
from nnlab.engine.network import Network


def passes(
    network: Network, loss: Loss, x: Array, y: Array
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """For each layer its output (…, N, units), and the slope by that output of the mean
    loss over these samples, of the same shape, as the network is used.

    x (N, inputs) and y are samples and targets as the trainer has them in `parts`. A
    sample's own δ is N times what stands here, since the mean is over N samples.
    """
    xp, layers = network.xp, network.layers
    contexts = network.contexts(x.shape[-2], training=False)
    g = network.layout.views(xp, xp.zeros_like(network.parameters))
    with quiet():
        through = [*network.stack.forward(xp, network.views, x, contexts)]
        _, cache = loss.forward(xp, through[-1][0], y)
        slopes = [loss.backward(xp, cache)]
        for i in range(len(layers) - 1, 0, -1):
            own = network.views[i], g[i], through[i][1]
            slopes.insert(0, layers[i].backward(xp, *own, slopes[0]))
    return [to_numpy(a) for a, _ in through], [*map(to_numpy, slopes)]


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
