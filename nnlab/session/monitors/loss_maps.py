"""Maps of the loss around the path of training, recomputed while the last one is shown.

A map covers a square of one plane. A new one is begun when the path has become much
longer, leaves the map, or belongs to another replica.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.backend import to_numpy
from nnlab.diagnostics.directions import Weight, at_random, of_path, of_weights
from nnlab.diagnostics.loss_surface import Relief
from nnlab.diagnostics.perturbed_replicas import copies_at
from nnlab.diagnostics.plane import Plane
from nnlab.diagnostics.sample_losses import some
from nnlab.engine.network import Network
from nnlab.session.monitors.backfill import moments
from nnlab.session.monitors.time_budget import Credit
from nnlab.session.session import Session

MOMENTS = 64  # maximum number of points of a path
OLD, SLACK = 1.5, 16  # a map is old after OLD times its step, plus SLACK
ROOM = 1.5  # half side of a map / half extent of the path
MAP_REACH = {"path": 0.2, "random": 1.0}  # minimum half side / norm of parameters
WEIGHTS = 2.0  # minimum half side along two weights


@dataclass(frozen=True)
class Map:
    """A map of the loss.

    Attributes:
        relief: the losses on the plane.
        seed: the index of the replica it was begun for.
        step: the step at which it was begun.
    """

    relief: Relief
    seed: int
    step: int


class Maps:
    """The maps of one run, on planes of one kind.

    Args:
        kind: "path", "random", or two weights.

    Attributes:
        ready: the latest complete map, or None.
    """

    def __init__(self, kind: str | Sequence[Weight]):
        self.kind = kind
        self.ready: Map | None = None
        self._coming: Map | None = None
        self._credit = Credit()

    def go_on(
        self, session: Session, replica: int, path: np.ndarray, seconds: float = 0.0
    ) -> None:
        """Continue a map that is due.

        Spends a small share of the time since the last call, or up to `seconds` if
        given.

        Args:
            session: the run.
            replica: the index of the replica.
            path: its path (moments, P).
            seconds: the time to spend, in seconds; 0 for the share.
        """
        self._credit.earn(seconds)
        if self._coming and self._coming.seed != replica:
            self._coming = None
        while self._credit.left > 0 and (
            self._coming or self._due(session, replica, path)
        ):
            self._coming = self._coming or self._begin(session, replica, path)
            samples = some(session.trainer, self._coming.seed)
            self._coming.relief.go_on(*samples, session.trainer.loss)
            if self._coming.relief.ready:
                self.ready, self._coming = self._coming, None
            self._credit.spend()

    def _due(self, session: Session, replica: int, path: np.ndarray) -> bool:
        ready, now = self.ready, session.trainer.steps_done
        if not len(path):
            return False
        if ready is None or ready.seed != replica:
            return True
        off = not ready.relief.holds(ready.relief.plane.of(path))
        slack = SLACK if ready.step else 0  # at the start there is no path
        return now > OLD * ready.step + slack or (off and now != ready.step)

    def _begin(self, session: Session, replica: int, path: np.ndarray) -> Map:
        network = session.trainer.network.replica(replica)
        network = copies_at(network, path[-1:]).replica(0)
        plane = self._plane(network, path)
        if self.ready:
            plane = plane.towards(self.ready.relief.plane)
        shadow = plane.of(path)
        low, high = shadow.min(axis=0), shadow.max(axis=0)
        half = max(ROOM * (high - low).max() / 2, self._least(path[-1]))
        relief = Relief(network, plane, (low + high) / 2, float(half))
        return Map(relief, replica, session.trainer.steps_done)

    def _plane(self, network: Network, path: np.ndarray) -> Plane:
        if not isinstance(self.kind, str):
            return of_weights(network, self.kind)
        moves = self.kind == "path" and len(path) > 1
        return of_path(path) if moves else at_random(network)

    def _least(self, point: np.ndarray) -> float:
        """Return the minimum distance from the centre to the sides of a map."""
        if not isinstance(self.kind, str):
            return WEIGHTS
        return MAP_REACH[self.kind] * float(np.linalg.norm(point)) or 1.0


def path_of(session: Session, replica: int) -> np.ndarray:
    """Return the path (moments, P) of a replica up to now.

    Points that are not finite are left out.
    """
    found = [one.vectors["parameters"] for one in moments(session, MOMENTS)]
    found.append(session.trainer.network.parameters)
    path = np.stack([to_numpy(one)[replica] for one in found]).astype(np.float64)
    return path[np.isfinite(path).all(axis=1)]
