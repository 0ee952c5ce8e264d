"""The loss around the path that training took, on a plane through its space.

Pale is low, dark is high, and a line is a level. The plane is that in which the path of
the seed shown varies most, one of two random directions, or that of two weights. A path
in many dimensions leads out of any plane: what is drawn is its shadow, and the words
say how much of the path lies in the plane, and how far beside it the network is. Li et
al. 2018, "Visualizing the loss landscape of neural nets".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
from contourpy import LineType, contour_generator
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from nnlab.backend import to_numpy
from nnlab.errors import InputError, shown
from nnlab.study.diagnostics.credit import Credit
from nnlab.study.diagnostics.past import moments, some
from nnlab.study.diagnostics.planes import (
    Plane,
    Weight,
    at_random,
    of_path,
    of_weights,
)
from nnlab.study.diagnostics.relief import POINTS, Relief
from nnlab.study.diagnostics.replicas import at
from nnlab.views.bands import short
from nnlab.views.colours import GOLD, GREY, INK, ORANGE, inked
from nnlab.views.lettering import lettering
from nnlab.views.view import Pixels, View, add_axes

MOMENTS = 64  # of the path that are drawn
OLD, SLACK = 1.5, 64  # times the steps of a map, and steps, after which it is made anew
ROOM = 1.5  # times as far as the path goes, a map reaches
LEAST = {"path": 0.2, "random": 1.0}  # of a network's length, a map reaches
LEVELS = 12
DARKEST = 0.7
ENOUGH = 2.0  # seconds that words may wait for a map
LINE = 13  # pixels of the page from a line of words to the next
NAMES = {
    "path": ("1st component of the path", "2nd component"),
    "random": ("random direction", "another one"),
}


@dataclass
class Map:
    """A relief, with the seed and the step that it was made for."""

    relief: Relief
    seed: int
    step: int


@dataclass
class Maps:
    """Of one tape: the map that is shown, the one that is being made, and how long that
    may take."""

    ready: Map | None = None
    coming: Map | None = None
    credit: Credit = field(default_factory=Credit)


class Landscape(View):
    """The loss on a plane, and the path of the seed shown.

    `plane` is "path", "random" (filter-normalized), or two weights, each a table's
    name, a row and a column: `Landscape((("0.W", 0, 0), ("0.W", 1, 0)))`.
    """

    def __init__(self, plane: str | Sequence[Weight] = "path"):
        if not isinstance(plane, tuple | list) and plane not in NAMES:
            raise InputError(
                "plane",
                f'plane={shown(plane)} is not known; choose "path", "random", or two '
                'weights, as in (("0.W", 0, 0), ("0.W", 1, 0)).',
            )
        self.plane = plane
        self._maps: WeakKeyDictionary = WeakKeyDictionary()

    def check(self, run):
        super().check(run)
        if not isinstance(self.plane, str):
            of_weights(run.trainer.network.solo(run.shown), self.plane)

    def build(self, figure, box, run):
        left, bottom, width, height = box
        scale = self.page = figure.dpi / 100
        axis, under, top = (n * scale for n in (50, 38 + 3 * LINE, 24))
        side = int(min(width - axis - 10 * scale, height - under - top))
        left += axis + (width - axis - 10 * scale - side) / 2
        self.corner, self.side = (left, bottom + under), side
        self.margin = max(box[0] + 4 * scale, left - 46 * scale)
        axes = self.axes = add_axes(
            figure, (left, bottom + under, side, side), "loss landscape"
        )
        names = NAMES.get(self.plane) if isinstance(self.plane, str) else None
        names = names or [
            f"{name}[{row}, {column}]" for name, row, column in self.plane
        ]
        axes.set_xlabel(names[0], fontsize=8, color=GREY, labelpad=2)
        axes.set_ylabel(names[1], fontsize=8, color=GREY, labelpad=1)
        for one in (axes.xaxis, axes.yaxis):
            one.set_major_locator(MaxNLocator(4))
            one.set_major_formatter(lambda value, _: f"{value:.3g}")
        self.drawn, self.ground = None, Pixels()
        self.levels = LineCollection([], linewidths=0.6, color="white", alpha=0.8)
        axes.add_collection(self.levels, autolim=False)
        self.path = axes.add_line(Line2D([], [], color=ORANGE, linewidth=1.8))
        self.path.set(marker="o", markersize=2.2, markeredgewidth=0)
        self.begin, self.now = (
            axes.add_line(Line2D([], [], linestyle="", marker=marker, color=INK))
            for marker in "so"
        )
        self.begin.set(markersize=5, markerfacecolor="white")
        self.now.set(markersize=8, markerfacecolor=GOLD, markeredgewidth=1.2)
        self.words = Pixels()
        lines = [self.path, self.begin, self.now]
        return [self.ground, self.levels, *lines, self.words]

    def update(self, run):
        maps, path = self._maps.setdefault(run.tape, Maps()), _path(run)
        self._make(maps, run, path)
        anew = maps.ready is not None and maps.ready is not self.drawn
        if anew:
            self._draw(maps.ready)
        if self.drawn:
            self._trace(run, path)
        return anew

    def describe(self, run):
        maps, path = self._maps.setdefault(run.tape, Maps()), _path(run)
        self._make(maps, run, path, ENOUGH)
        if not maps.ready:
            return "Loss landscape: nothing to show, the seed shown has diverged."
        lines = _lines(run, maps.ready, path)
        return f"Loss landscape of the seed shown: {'; '.join(lines)}."

    def _make(self, maps: Maps, run, path: np.ndarray, seconds: float = 0.0) -> None:
        """Goes on with a map that is due."""
        maps.credit.earn(seconds)
        if maps.coming and maps.coming.seed != run.shown:
            maps.coming = None
        while maps.credit.left > 0 and len(path):
            if maps.coming is None:
                if not self._due(maps.ready, run, path):
                    break
                maps.coming = self._begin(maps.ready, run, path)
            relief = maps.coming.relief
            relief.go_on(*some(run.trainer), run.trainer.loss)
            if relief.ready:
                maps.ready, maps.coming = maps.coming, None
            maps.credit.spend()

    def _due(self, ready: Map | None, run, path: np.ndarray) -> bool:
        """Whether a new map is: for another seed, a longer path, or one that leads off
        the map."""
        if ready is None or ready.seed != run.shown:
            return True
        relief, now = ready.relief, run.trainer.steps_done
        off = not relief.holds(relief.plane.shadow(path))
        return now > OLD * ready.step + SLACK or (off and now != ready.step)

    def _begin(self, ready: Map | None, run, path: np.ndarray) -> Map:
        network = at(run.trainer.network.solo(run.shown), path[-1:]).solo(0)
        plane = self._plane(network, path)
        if ready:
            plane = plane.towards(ready.relief.plane)
        shadow = plane.shadow(path)
        low, high = shadow.min(axis=0), shadow.max(axis=0)
        least = 2.0
        if isinstance(self.plane, str):
            least = LEAST[self.plane] * np.linalg.norm(path[-1])
        half = max(ROOM * float((high - low).max()) / 2, least) or 1.0
        relief = Relief(network, plane, (low + high) / 2, half)
        return Map(relief, run.shown, run.trainer.steps_done)

    def _plane(self, network, path: np.ndarray) -> Plane:
        if not isinstance(self.plane, str):
            return of_weights(network, self.plane)
        spans = self.plane == "path" and len(path) > 2
        return of_path(path) if spans else at_random(network)

    def _draw(self, ready: Map) -> None:
        """The ground, its levels, and the axes for it."""
        self.drawn, relief = ready, ready.relief
        heights = relief.heights
        fine = np.isfinite(heights)
        low = heights[fine].min() if fine.any() else 0.0
        high = np.quantile(heights[fine], 0.95) if fine.any() else 1.0
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.sqrt(np.clip((heights - low) / (high - low), 0, 1))
        share = np.where(np.isfinite(share), share, np.where(fine, 0.0, 1.0))
        self.ground.tiles = [(self.corner, inked(DARKEST * _smooth(share, self.side)))]
        places = [
            np.linspace(middle - relief.half, middle + relief.half, POINTS)
            for middle in relief.centre + self._offset()
        ]
        rings = contour_generator(*places, share, line_type=LineType.Separate)
        levels = np.arange(1, LEVELS) / LEVELS
        self.levels.set_segments([line for at in levels for line in rings.lines(at)])
        self.axes.set(xlim=places[0][[0, -1]], ylim=places[1][[0, -1]])

    def _offset(self) -> np.ndarray:
        """What is added to the coordinates of the plane (2,): along two weights they
        are the weights themselves."""
        plane = self.drawn.relief.plane
        return np.zeros(2) if isinstance(self.plane, str) else plane.axes @ plane.origin

    def _trace(self, run, path: np.ndarray) -> None:
        """The path's shadow, and the words."""
        own = self.drawn.seed == run.shown and len(path) > 0
        shadow = self.drawn.relief.plane.shadow(path) + self._offset()
        shadow = shadow if own else shadow[:0]
        self.path.set_data(*shadow.T)
        self.begin.set_data(*shadow[:1].T)
        self.now.set_data(*shadow[-1:].T)
        x, y = self.margin, self.corner[1] - 50 * self.page
        lines = _lines(run, self.drawn, path) if own else ["no path: not finite"]
        self.words.tiles = [
            (
                (x, y - i * LINE * self.page),
                lettering(line, 11 * self.page, GREY),
            )
            for i, line in enumerate(lines)
        ]


def _path(run) -> np.ndarray:
    """The path (moments, P) of the seed shown up to now, as far as it is finite."""
    found = [one.vectors["parameters"] for one in moments(run, MOMENTS)]
    found.append(run.trainer.network.parameters)
    path = np.stack([to_numpy(one)[run.shown] for one in found]).astype(np.float64)
    return path[np.isfinite(path).all(axis=1)]


def _lines(run, ready: Map, path: np.ndarray) -> list[str]:
    """How much of the path the plane shows, how far beside it the network is, and what
    the map is of."""
    relief = ready.relief
    share, gap = relief.plane.share(path), relief.plane.gap(path)
    gone = np.linalg.norm(path[-1] - path[0])
    low, high = np.nanmin(relief.heights), np.nanmax(relief.heights)
    seen = f"{share:.0%} of the path's variance lies in this plane"
    if not np.isfinite(share):
        seen = "no path yet"
    return [
        seen,
        f"now {short(gap[-1])} beside it, {short(gone)} from the start",
        f"loss {short(low)} to {short(high)} here, map of step {ready.step}",
    ]


def _smooth(values: np.ndarray, side: int) -> np.ndarray:
    """A square of numbers enlarged to `side` points, straight lines between."""
    known = np.arange(len(values))
    new = np.linspace(0, len(values) - 1, side)
    wide = np.stack([np.interp(new, known, row) for row in values])
    return np.stack([np.interp(new, known, row) for row in wide.T], axis=1)
