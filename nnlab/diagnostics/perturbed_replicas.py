"""One network at many points in parameter space, as replicas."""

from copy import copy

import numpy as np

from nnlab.backend import to_numpy
from nnlab.engine.network import Network


def copies_at(network: Network, points: np.ndarray) -> Network:
    """Return K replicas of one network, with these parameters (K, P).

    All have the network's state.
    """
    there, xp, count = copy(network), network.xp, len(points)
    there.seeds, there.replicas = network.seeds * count, count
    state = np.broadcast_to(to_numpy(network.state), (count, network.state.shape[-1]))
    parameters = np.array(points, network.dtype)
    there.place(parameters=xp.asarray(parameters), state=xp.asarray(state))
    return there
