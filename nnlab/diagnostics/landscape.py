"""The loss around a point in the space of parameters, on a plane through it.

A network of P parameters is one point; two directions from it span a plane, and every
point of a grid on it is a network, whose loss is measured: all of them at once, as
replicas.
"""

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.diagnostics.perturbed_replicas import copies_at
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
    others: np.ndarray | None = None,
) -> np.ndarray:
    """Mean loss (K, L) at p + a · first + b · second, for all a in `steps` (K,) and b
    in `others` (L,), or in `steps` too.

    `network` is one network, with p (P,) its parameters; `first` and `second` (P,) are
    directions. Row i has a = steps[i]. Networks are used, not trained: Dropout is off.
    Li et al. 2018, "Visualizing the loss landscape of neural nets".
    """
    a, b = np.meshgrid(steps, steps if others is None else others, indexing="ij")
    plane = a.reshape(-1, 1) * to_numpy(first) + b.reshape(-1, 1) * to_numpy(second)
    with quiet():
        points = to_numpy(network.parameters) + plane
        found = copies_at(network, points).loss(x, y, loss)
    return to_numpy(found).reshape(a.shape)
