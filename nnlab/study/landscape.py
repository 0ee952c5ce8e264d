"""The loss around a point in the space of parameters, on a plane through it.

A network of P parameters is one point; two directions from it span a plane, and every
point of a grid on it is a network, whose loss is measured: all of them at once, as
replicas.
"""

from copy import copy

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network


def surface(
    network: Network,
    x: Array,
    y: Array,
    loss: Loss,
    first: Array,
    second: Array,
    steps: np.ndarray,
) -> np.ndarray:
    """Mean loss (K, K) at p + a · first + b · second, for all a and b in `steps` (K,).

    `network` is one network, with p (P,) its parameters; `first` and `second` (P,) are
    directions. Row i has a = steps[i]. Networks are used, not trained: Dropout is off.
    Li et al. 2018, "Visualizing the loss landscape of neural nets".
    """
    a, b = np.meshgrid(steps, steps, indexing="ij")
    plane = a.reshape(-1, 1) * to_numpy(first) + b.reshape(-1, 1) * to_numpy(second)
    points = (to_numpy(network.parameters) + plane).astype(network.dtype)
    with quiet():
        found = _at(network, network.xp.asarray(points)).loss(x, y, loss)
    return to_numpy(found).reshape(a.shape)


def _at(network: Network, points: Array) -> Network:
    """The network at each of these points (K, P), as K replicas."""
    there, count = copy(network), len(points)
    there.seeds, there.replicas = network.seeds * count, count
    there.parameters = points
    shape = (count, network.state.shape[-1])
    there.state = network.xp.broadcast_to(network.state, shape)
    return there
