"""The loss on a plane in parameter space.

A network of P parameters is one point, and two directions from it span a plane. Each
point of a grid on the plane is a network, and the losses of all are computed at once,
as replicas.
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
    """Return the mean loss (K, L) at p + a · first + b · second on a grid of a and b.

    Entry (i, j) has a = steps[i] and b = others[j]. Networks are used in evaluation
    mode: Dropout is off. Li et al. 2018, "Visualizing the loss landscape of neural
    nets".

    Args:
        network: one network, without replicas, with parameters p (P,).
        x: the samples, as in `Network.loss`.
        y: the targets, as in `Network.loss`.
        loss: the loss.
        first: the first direction (P,).
        second: the second direction (P,).
        steps: the values of a (K,).
        others: the values of b (L,); `steps` if None.
    """
    a, b = np.meshgrid(steps, steps if others is None else others, indexing="ij")
    plane = a.reshape(-1, 1) * to_numpy(first) + b.reshape(-1, 1) * to_numpy(second)
    with quiet():
        points = to_numpy(network.parameters) + plane
        found = copies_at(network, points).loss(x, y, loss)
    return to_numpy(found).reshape(a.shape)
