"""An activation as a curve: what it makes of a number z, and how steep it is there."""

import numpy as np

from nnlab.backend import quiet, to_numpy
from nnlab.engine.layers import Context, Layer
from nnlab.engine.network import Network


def value_and_slope(
    network: Network, layer: Layer, z: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """f(z) and f′(z) of a layer that bends each number by itself, for numbers (N,), in
    the dtype of the network.

    The slope is what the layer's own way back makes of a gradient of 1.
    """
    xp = network.xp
    x = xp.asarray(z.astype(network.dtype)[:, None])
    with quiet():
        a, cache = layer.forward(xp, {}, x, Context())
        slope = layer.backward(xp, {}, {}, cache, xp.ones_like(x))
    return to_numpy(a)[:, 0], to_numpy(slope)[:, 0]
