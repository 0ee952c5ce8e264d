"""Which two directions to look along in the space of parameters.

Those of two weights, two at random, or the two in which a path of training went most:
which of them decides what one sees. A network of P parameters is one point.
"""

from collections.abc import Sequence

import numpy as np

from nnlab.backend import Array, Purpose, generator, to_numpy
from nnlab.diagnostics.pca import main_axes
from nnlab.diagnostics.plane import Plane, spanned
from nnlab.engine.network import Network
from nnlab.errors import InputError, shown

Weight = tuple[str, int, int]  # a table's name, a row, a column: ("0.W", 1, 2)


def of_weights(network: Network, weights: Sequence[Weight]) -> Plane:
    """The plane of two single weights, through one network: all others stay as they
    are. Raises `InputError` for weights that are not there."""
    axes = [_along(network, weight) for weight in weights]
    if len(axes) != 2 or (axes[0] == axes[1]).all():
        raise InputError(
            "weights",
            f"weights={shown(weights)} is not allowed: a plane has two weights; try "
            'weights=(("0.W", 0, 0), ("0.W", 1, 0)).',
        )
    return spanned(_point(network), axes)


def at_random(network: Network, seed: int = 0) -> Plane:
    """A plane through one network along two random directions, filter-normalized.

    In each direction the weights into a unit are as long together as the unit's own
    are, so that a scale on which the loss does not depend does not decide how steep the
    picture looks; biases stay. Then the second direction is set at right angles to the
    first, and each to length 1. Li et al. 2018, "Visualizing the loss landscape of
    neural nets".
    """
    rng = generator(seed, Purpose.MEASURE)
    return spanned(_point(network), [filtered(network, rng) for _ in range(2)])


def filtered(network: Network, rng: np.random.Generator) -> np.ndarray:
    """A random direction (P,) whose weights into each unit are as long as the unit's
    own; 0 for all else."""
    direction, p = np.zeros(network.layout.size), _point(network)
    for place in network.stack.weights():
        drawn = rng.normal(size=place.shape)
        own = np.linalg.norm(place.view(np, p), axis=0)
        drawn *= own / np.linalg.norm(drawn, axis=0)
        direction[place.start : place.stop] = drawn.reshape(-1)
    return direction


def of_path(path: Array) -> Plane:
    """The plane in which a path (T, P) varies most, through its last point: its first
    two principal components. Li et al. 2018."""
    path = to_numpy(path).astype(np.float64)
    return spanned(path[-1], main_axes(path - path.mean(axis=0)))


def _along(network: Network, weight: Weight) -> np.ndarray:
    """The direction (P,) of one weight."""
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
