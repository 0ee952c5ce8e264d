"""A map of the loss on a plane, made a row at a time while the run goes on."""

import numpy as np

from nnlab.backend import Array
from nnlab.diagnostics.landscape import surface
from nnlab.diagnostics.perturbed_replicas import copies_at
from nnlab.diagnostics.plane import Plane
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network

POINTS = 31  # along a side


class Relief:
    """The mean loss on a square of a plane, of `network`, which is one, set into it.

    Attributes:
        plane: which one.
        centre: the middle of the square, in the plane (2,).
        half: from there to its sides.
        heights: the loss (POINTS, POINTS) so far; NaN in rows that are still to come.
            Row i is at the i-th place along the second direction.
    """

    def __init__(self, network: Network, plane: Plane, centre: np.ndarray, half: float):
        self.plane, self.centre, self.half = plane, centre, half
        middle = plane.at(centre)
        self._network = copies_at(network, middle[None]).replica(0)
        self.heights = np.full((POINTS, POINTS), np.nan)
        self._rows = 0

    @property
    def ready(self) -> bool:
        """Whether all rows are there."""
        return self._rows == POINTS

    def go_on(self, x: Array, y: Array, loss: Loss) -> None:
        """One more row, on these samples."""
        steps, axes = np.linspace(-1, 1, POINTS), self.half * self.plane.axes[::-1]
        row = steps[[self._rows]]
        found = surface(self._network, x, y, loss, *axes, row, steps)
        self.heights[self._rows] = found[0]
        self._rows += 1

    def holds(self, points: np.ndarray) -> bool:
        """Whether all of some points of the plane (…, 2) are on the map."""
        return bool((np.abs(points - self.centre) <= self.half).all())
