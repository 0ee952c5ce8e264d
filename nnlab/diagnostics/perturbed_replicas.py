"""One network at many points in the space of its parameters, as replicas."""

from copy import copy

import numpy as np

from nnlab.backend import to_numpy
from nnlab.engine.network import Network


def copies_at(network: Network, points: np.ndarray) -> Network:
    """The network, which is one, at each of these points (K, P), as K replicas."""
    there, xp, count = copy(network), network.xp, len(points)
    there.seeds, there.replicas = network.seeds * count, count
    state = np.broadcast_to(to_numpy(network.state), (count, network.state.shape[-1]))
    parameters = np.array(points, network.dtype)
    there.place(parameters=xp.asarray(parameters), state=xp.asarray(state))
    return there
