"""What a neuron's small picture is a picture of.

On the plane it is the neuron's output over the whole plane. Where there is no plane it
is the neuron's output for some of the training samples, one above the other, in the
order of what is to be learned: class by class, or from the least to the greatest. So
what tells classes apart has steps, and what follows a measurement fades.
"""

import numpy as np

from nnlab.session.session import Session
from nnlab.views.view import extent, grid, on_plane


def ground(session: Session, side: int) -> np.ndarray:
    """The samples for a picture of `side` × `side`, in the data's units: one for each
    of its pixels on the plane, else one for each row, from the bottom."""
    if on_plane(session):
        return grid(*extent(session), side)
    data = session.data
    order = np.argsort(data.y.reshape(len(data), -1)[:, 0], kind="stable")
    return data.x[order[np.linspace(0, len(data) - 1, side).round().astype(int)]]


def pictures(values: np.ndarray, side: int) -> np.ndarray:
    """A neuron's values on the ground (samples, units), as squares (units, side,
    side)."""
    if len(values) == side:
        return np.repeat(values.T[:, :, None], side, axis=2)
    return values.T.reshape(-1, side, side)
