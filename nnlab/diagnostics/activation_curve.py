"""An activation as a curve: what it makes of a number z, and how steep it is there.

The slope f′(z) is what the layer's own way back makes of a gradient of 1. Where it is
nearly 0, far out on a tanh or a sigmoid and on the low side of a ReLU, the activation
is flat: a sample that lies there teaches the unit nothing.
"""

from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space, quiet, to_numpy
from nnlab.engine.layers import Context, Layer
from nnlab.engine.network import Network

FLAT = 0.05  # of an activation's steepest slope: what is less is flat
REACH = np.linspace(-8, 8, 321)  # where the steepest slope is sought


def bends(layer: Layer) -> bool:
    """Whether a layer bends each number by itself, as an activation does: it has as
    many outputs as inputs, and nothing of its own."""
    own = (layer.parameters(2), layer.state(2), layer.noise(2))
    return layer.outputs(2) == 2 and not any(own)


def slope(xp: Space, layer: Layer, p: Named, cache: Any, like: Array) -> Array:
    """f′(z), shaped `like` z, of a layer that bends each number by itself: at those of
    which its `forward` made this cache. `p` are its parameters, if it has any."""
    nowhere = {name: xp.zeros_like(value) for name, value in p.items()}
    return layer.backward(xp, p, nowhere, cache, xp.ones_like(like))


def value_and_slope(
    network: Network, layer: Layer, z: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """f(z) and f′(z) of a layer that bends each number by itself, for numbers (N,), in
    the dtype of the network."""
    xp = network.xp
    x = xp.asarray(z.astype(network.dtype)[:, None])
    with quiet():
        a, cache = layer.forward(xp, {}, x, Context())
        steep = slope(xp, layer, {}, cache, x)
    return to_numpy(a)[:, 0], to_numpy(steep)[:, 0]


def flat(network: Network, layer: Layer, slopes: np.ndarray) -> np.ndarray:
    """Where among these slopes (…) a layer is flat; one that is no number is flat
    too."""
    _, everywhere = value_and_slope(network, layer, REACH)
    return ~(np.abs(slopes) >= FLAT * np.abs(everywhere).max())
