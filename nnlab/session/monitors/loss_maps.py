"""Maps of the loss around a path of training, each made while the last one serves.

A map is of one plane and one square of it. When the path has become much longer, or
leads off the map, or is that of another seed, a new one is begun.
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
from nnlab.session.run import Run

MOMENTS = 64  # of a path
OLD, SLACK = 1.5, 16  # times the steps of a map, and steps, after which it is old
ROOM = 1.5  # times as far as the path goes, a map reaches
MAP_REACH = {"path": 0.2, "random": 1.0}  # of a network's length, a map reaches
WEIGHTS = 2.0  # so far it does along two weights


@dataclass(frozen=True)
class Map:
    """A relief, and the seed and the step that it was begun for."""

    relief: Relief
    seed: int
    step: int


class Maps:
    """The maps of one run, on planes of one kind: "path", "random", or two weights.

    `ready` is the latest that is complete, if one is.
    """

    def __init__(self, kind: str | Sequence[Weight]):
        self.kind = kind
        self.ready: Map | None = None
        self._coming: Map | None = None
        self._credit = Credit()

    def go_on(self, run: Run, path: np.ndarray, seconds: float = 0.0) -> None:
        """Goes on with a map that is due, for a small share of the time since the last
        call, or else for so many seconds."""
        self._credit.earn(seconds)
        if self._coming and self._coming.seed != run.shown:
            self._coming = None
        while self._credit.left > 0 and (self._coming or self._due(run, path)):
            self._coming = self._coming or self._begin(run, path)
            samples = some(run.trainer, self._coming.seed)
            self._coming.relief.go_on(*samples, run.trainer.loss)
            if self._coming.relief.ready:
                self.ready, self._coming = self._coming, None
            self._credit.spend()

    def _due(self, run: Run, path: np.ndarray) -> bool:
        ready, now = self.ready, run.trainer.steps_done
        if not len(path):
            return False
        if ready is None or ready.seed != run.shown:
            return True
        off = not ready.relief.holds(ready.relief.plane.of(path))
        slack = SLACK if ready.step else 0  # at the start there is no path to go by
        return now > OLD * ready.step + slack or (off and now != ready.step)

    def _begin(self, run: Run, path: np.ndarray) -> Map:
        network = copies_at(run.trainer.network.replica(run.shown), path[-1:]).replica(
            0
        )
        plane = self._plane(network, path)
        if self.ready:
            plane = plane.towards(self.ready.relief.plane)
        shadow = plane.of(path)
        low, high = shadow.min(axis=0), shadow.max(axis=0)
        half = max(ROOM * (high - low).max() / 2, self._least(path[-1]))
        relief = Relief(network, plane, (low + high) / 2, float(half))
        return Map(relief, run.shown, run.trainer.steps_done)

    def _plane(self, network: Network, path: np.ndarray) -> Plane:
        if not isinstance(self.kind, str):
            return of_weights(network, self.kind)
        moves = self.kind == "path" and len(path) > 1
        return of_path(path) if moves else at_random(network)

    def _least(self, point: np.ndarray) -> float:
        """How far from its middle a map reaches at least."""
        if not isinstance(self.kind, str):
            return WEIGHTS
        return MAP_REACH[self.kind] * float(np.linalg.norm(point)) or 1.0


def path_of(run: Run) -> np.ndarray:
    """The path (moments, P) of the seed shown up to now, as far as it is finite."""
    found = [one.vectors["parameters"] for one in moments(run, MOMENTS)]
    found.append(run.trainer.network.parameters)
    path = np.stack([to_numpy(one)[run.shown] for one in found]).astype(np.float64)
    return path[np.isfinite(path).all(axis=1)]
