"""Value f(z) and slope f′(z) of an activation.

The slope is computed by the layer's own `backward`, from an output gradient of 1. An
activation is flat where f′(z) is nearly 0, as in the tails of tanh and sigmoid and for
z < 0 in ReLU: a sample there contributes almost nothing to the unit's gradient.
"""

from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space, quiet, to_numpy
from nnlab.engine.layers import Context, Layer
from nnlab.engine.network import Network

FLAT = 0.05  # fraction of the steepest slope below which a slope is flat
REACH = np.linspace(-8, 8, 321)  # inputs searched for the steepest slope


def bends(layer: Layer) -> bool:
    """Return True if a layer acts elementwise, as an activation.

    It has as many outputs as inputs, and no parameters, state or noise.
    """
    own = (layer.parameters(2), layer.state(2), layer.noise(2))
    return layer.outputs(2) == 2 and not any(own)


def slope(xp: Space, layer: Layer, p: Named, cache: Any, like: Array) -> Array:
    """Return f′(z) of an elementwise layer, in the shape of `like`.

    Args:
        xp: the array namespace.
        layer: the layer.
        p: its parameters by name, if it has any.
        cache: the cache that its `forward` returned for z.
        like: an array of the shape and dtype of z.
    """
    nowhere = {name: xp.zeros_like(value) for name, value in p.items()}
    return layer.backward(xp, p, nowhere, cache, xp.ones_like(like))


def value_and_slope(
    network: Network, layer: Layer, z: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return f(z) and f′(z) of an elementwise layer.

    Args:
        network: provides the array namespace and the dtype.
        layer: the layer.
        z: the inputs (N,).

    Returns:
        Two arrays (N,) in the dtype of the network.
    """
    xp = network.xp
    x = xp.asarray(z.astype(network.dtype)[:, None])
    with quiet():
        a, cache = layer.forward(xp, {}, x, Context())
        steep = slope(xp, layer, {}, cache, x)
    return to_numpy(a)[:, 0], to_numpy(steep)[:, 0]


def flat(network: Network, layer: Layer, slopes: np.ndarray) -> np.ndarray:
    """Return a boolean mask, True where a layer is flat.

    Flat means less than `FLAT` times the steepest slope on [−8, 8]; NaN counts as flat.

    Args:
        network: provides the array namespace and the dtype.
        layer: the elementwise layer.
        slopes: its slopes f′(z), of any shape.
    """
    _, everywhere = value_and_slope(network, layer, REACH)
    return ~(np.abs(slopes) >= FLAT * np.abs(everywhere).max())
