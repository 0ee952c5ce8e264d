"""Which training point moves the boundary most, if it is left out.

A network is trained without it, for each point one, and all of them at once. How much
of the map changes sides is that point's influence. Whether that is much, luck says: it
is as much as two networks differ that have seen the same points and started elsewhere.
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from nnlab.data.dataset import PARTS, Dataset
from nnlab.experiment import build
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.sweep import sweep
from nnlab.views.plots.bubbles import bubbles
from nnlab.views.view import around, grid

SIDE = 40  # places along a side of the map that is compared


@dataclass(frozen=True, eq=False)
class Influence:
    """What leaving out a point does.

    Attributes:
        points: the training points.
        moved: for each (points,) the share of the map that changes sides without it,
            the mean over seeds.
        luck: the share of the map on which two seeds differ, the mean over pairs.
    """

    points: Dataset
    moved: np.ndarray
    luck: float

    @property
    def most(self) -> int:
        """The point that moves the boundary most, by its number."""
        return int(np.argmax(self.moved))

    def __repr__(self):
        return f"Influence({len(self.points)} points)"

    def _repr_png_(self) -> bytes:
        return bubbles(self.points, self.moved, self.luck, "moves, left out")


def influence(experiment: Experiment, epochs: int = 200) -> Influence:
    """Leaves out each training point of a plane in turn, and trains without it.

    Every step is of all points: so the luck of the order has no part in what differs.
    """
    whole = experiment.split().together()
    rows = np.flatnonzero(whole.parts == PARTS[0])
    data = [whole, *(_without(whole, row) for row in rows)]
    same = {"samples": None, "noise": None, "batch_size": None}
    some = [experiment.replace(data=d, **same) for d in data]
    places = grid(*around(whole.x), SIDE)
    curves = sweep(some, epochs=epochs)
    all_, *others = (_calls(e, c.network, places) for e, c in zip(some, curves))
    moved = [np.mean(all_ != other) for other in others]
    pairs = [np.mean(one != other) for one, other in combinations(all_, 2)]
    return Influence(whole.take(rows), np.array(moved), float(np.mean(pairs)))


def _without(whole: Dataset, row: int) -> Dataset:
    """The data with a point sealed away, so that no training sees it."""
    parts = whole.parts.copy()
    parts[row] = PARTS[2]
    return replace(whole, parts=parts)


def _calls(e: Experiment, network, places: np.ndarray) -> np.ndarray:
    """The class that each network names at each place (seeds, places)."""
    z = network.forward(e.inputs(e.split())(places))
    said = build.loss(e).predict(np, z)
    two = len(e.dataset().classes) == 2
    return said[..., -1] > 0.5 if two else said.argmax(axis=-1)
