"""A map of the loss on a plane, computed row by row during the run."""

import numpy as np

from nnlab.backend import Array
from nnlab.diagnostics.loss_on_plane import surface
from nnlab.diagnostics.perturbed_replicas import copies_at
from nnlab.diagnostics.plane import Plane
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network

POINTS = 31  # grid points per side


class Relief:
    """The mean loss of one network on a square of a plane in parameter space.

    Args:
        network: one network, without replicas; it is copied.
        plane: the plane in parameter space.
        centre: the centre of the square (2,), in plane coordinates.
        half: half of the side length.

    Attributes:
        plane: the plane.
        centre: the centre of the square (2,), in plane coordinates.
        half: half of the side length.
        heights: the loss (POINTS, POINTS) so far; NaN in rows not yet computed. Row i
            is at the i-th position along the second direction.
    """

    def __init__(self, network: Network, plane: Plane, centre: np.ndarray, half: float):
        self.plane, self.centre, self.half = plane, centre, half
        middle = plane.at(centre)
        self._network = copies_at(network, middle[None]).replica(0)
        self.heights = np.full((POINTS, POINTS), np.nan)
        self._rows = 0

    @property
    def ready(self) -> bool:
        """True if all rows are computed."""
        return self._rows == POINTS

    def go_on(self, x: Array, y: Array, loss: Loss) -> None:
        """Compute the next row.

        Args:
            x: the samples, as in `Network.loss`.
            y: the targets, as in `Network.loss`.
            loss: the loss.
        """
        steps, axes = np.linspace(-1, 1, POINTS), self.half * self.plane.axes[::-1]
        row = steps[[self._rows]]
        found = surface(self._network, x, y, loss, *axes, row, steps)
        self.heights[self._rows] = found[0]
        self._rows += 1

    def holds(self, points: np.ndarray) -> bool:
        """Return True if all points (…, 2), in plane coordinates, are on the map."""
        return bool((np.abs(points - self.centre) <= self.half).all())
