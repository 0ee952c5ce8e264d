"""Choose two directions in parameter space: of two weights, at random, or of a path.

The choice of directions determines the shape of the loss that a plot shows. A network
of P parameters is one point of the space.
"""

from collections.abc import Sequence

import numpy as np

from nnlab.backend import Array, Purpose, generator, to_numpy
from nnlab.diagnostics.pca import main_axes
from nnlab.diagnostics.plane import Plane, spanned
from nnlab.engine.network import Network
from nnlab.errors import InputError, shown

Weight = tuple[str, int, int]  # array, row and column: ("0.W", 1, 2)


def of_weights(network: Network, weights: Sequence[Weight]) -> Plane:
    """Return the plane of two single weights through one network; all others are fixed.

    Args:
        network: one network, without replicas.
        weights: two weights, such as ("0.W", 1, 2): name of the array, row, column.

    Raises:
        InputError: if these are not two different weights of the network.
    """
    axes = [_along(network, weight) for weight in weights]
    if len(axes) != 2 or (axes[0] == axes[1]).all():
        raise InputError(
            "weights",
            f"weights={shown(weights)} is not allowed: a plane has two weights; try "
            'weights=(("0.W", 0, 0), ("0.W", 1, 0)).',
        )
    return spanned(_point(network), axes)


def at_random(network: Network, seed: int = 0) -> Plane:
    """Return a plane along two random, filter-normalized directions.

    It passes through the parameters of one network.

    In each direction the incoming weights of a unit have the same norm as the unit's
    own, so that rescaling weights without changing the loss does not change how steep
    the plot looks; biases are fixed. Then the directions are orthonormalized. Li et al.
    2018, "Visualizing the loss landscape of neural nets".
    """
    rng = generator(seed, Purpose.MEASURE)
    return spanned(_point(network), [filtered(network, rng) for _ in range(2)])


def filtered(network: Network, rng: np.random.Generator) -> np.ndarray:
    """Return a random, filter-normalized direction (P,).

    The incoming weights of each unit have the norm of the unit's own; all other entries
    are 0.
    """
    direction, p = np.zeros(network.layout.size), _point(network)
    for place in network.stack.weights():
        drawn = rng.normal(size=place.shape)
        own = np.linalg.norm(place.view(np, p), axis=0)
        drawn *= own / np.linalg.norm(drawn, axis=0)
        direction[place.start : place.stop] = drawn.reshape(-1)
    return direction


def of_path(path: Array) -> Plane:
    """Return the plane in which a path (T, P) varies most, through its last point.

    These are its first two principal components. Li et al. 2018.
    """
    path = to_numpy(path).astype(np.float64)
    return spanned(path[-1], main_axes(path - path.mean(axis=0)))


def _along(network: Network, weight: Weight) -> np.ndarray:
    """Return the unit vector (P,) of one weight."""
    known = {
        (name, *index)
        for name, place in network.layout.places.items()
        for index in np.ndindex(place.shape)
    }
    if weight not in known:
        raise InputError(
            "weights",
            f"weights: {shown(weight)} is not there; a weight is a table's name, a row "
            f"and a column, such as {min(known)!r}.",
        )
    name, *index = weight
    direction = np.zeros(network.layout.size)
    network.layout.places[name].view(np, direction)[*index] = 1.0
    return direction


def _point(network: Network) -> np.ndarray:
    return to_numpy(network.parameters).astype(np.float64)
