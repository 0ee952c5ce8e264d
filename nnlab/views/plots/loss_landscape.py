"""The loss around the path that training took, on a plane through its space.

Pale is low, dark is high, and a line is a level. The plane is that in which the path of
the seed shown varies most, one of two random directions, or that of two weights. A path
in many dimensions leads out of any plane: what is drawn is its shadow, and the words
say how much of the path lies in the plane, and how far beside it the network is. Li et
al. 2018, "Visualizing the loss landscape of neural nets".
"""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np
from contourpy import LineType, contour_generator
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from nnlab.diagnostics.directions import Weight, of_weights
from nnlab.diagnostics.loss_surface import POINTS
from nnlab.errors import InputError, shown
from nnlab.session.monitors.loss_maps import Map, Maps, path_of
from nnlab.training.tape import Tape
from nnlab.views.drawing.colours import GOLD, GREY, INK, ORANGE, inked
from nnlab.views.drawing.decision_map import smooth
from nnlab.views.drawing.number_format import plain, short
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.view import Pixels, View, add_axes

LEVELS = 12
DARKEST = 0.7
STEEP = 0.95  # of the heights are told apart; the highest are all dark
ROUNDED = 9  # digits of a way in the space of parameters
WORDS_WAIT = 2.0  # seconds that words may wait for a map
LINE = 13  # pixels of the page from a line of words to the next
NAMES = {
    "path": ("1st component of the path", "2nd component"),
    "random": ("random direction", "another one"),
}


class Landscape(View):
    """The loss on a plane, and the path of the seed shown.

    `plane` is "path", "random" (filter-normalized), or two weights, each a table's
    name, a row and a column: `Landscape((("0.W", 0, 0), ("0.W", 1, 0)))`. Raises
    `InputError` for anything else.
    """

    def __init__(self, plane: str | Sequence[Weight] = "path"):
        if not isinstance(plane, tuple | list) and plane not in NAMES:
            raise InputError(
                "plane",
                f'plane={shown(plane)} is not known; choose "path", "random", or two '
                'weights, as in (("0.W", 0, 0), ("0.W", 1, 0)).',
            )
        self.plane = plane
        self._maps: WeakKeyDictionary[Tape, Maps] = WeakKeyDictionary()

    def check(self, session, selection):
        super().check(session, selection)
        if not isinstance(self.plane, str):
            of_weights(session.trainer.network.replica(selection.replica), self.plane)

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = self.scale = figure.dpi / 100
        axis, under, top = (n * scale for n in (54, 38 + 3 * LINE, 24))
        side = int(min(width - axis - 10 * scale, height - under - top))
        left += axis + (width - axis - 10 * scale - side) / 2
        self.corner, self.side = (left, bottom + under), max(side, 8)
        self.margin = max(box[0] + 4 * scale, left - 46 * scale)
        self.axes = self._axes(figure)
        self.drawn: Map | None = None
        self.ground, self.words = Pixels(), Pixels()
        self.levels = LineCollection([], linewidths=0.6, color="white", alpha=0.8)
        self.axes.add_collection(self.levels, autolim=False)
        return [self.ground, self.levels, *self._lines(), self.words]

    def _axes(self, figure):
        place = (*self.corner, self.side, self.side)
        axes = add_axes(figure, place, "loss landscape")
        across, up = _names(self.plane)
        axes.set_xlabel(across, fontsize=8, color=GREY, labelpad=2)
        axes.set_ylabel(up, fontsize=8, color=GREY, labelpad=1)
        for one in (axes.xaxis, axes.yaxis):
            one.set_major_locator(MaxNLocator(4))
            one.set_major_formatter(lambda value, _: plain(value))
        return axes

    def _lines(self) -> list[Line2D]:
        """The path, where it began, and where it has come to."""
        self.path = Line2D([], [], color=ORANGE, linewidth=1.8)
        self.path.set(marker="o", markersize=2.2, markeredgewidth=0)
        self.begin = Line2D([], [], linestyle="", marker="s", color=INK)
        self.begin.set(markersize=5, markerfacecolor="white")
        self.now = Line2D([], [], linestyle="", marker="o", color=INK)
        self.now.set(markersize=8, markerfacecolor=GOLD, markeredgewidth=1.2)
        return [*map(self.axes.add_line, (self.path, self.begin, self.now))]

    def update(self, session, selection):
        ready, path = self._look(session, selection)
        anew = ready is not None and ready is not self.drawn
        if anew:
            self._draw(ready)
        if self.drawn:
            self._trace(selection, path)
        return anew

    def describe(self, session, selection):
        ready, path = self._look(session, selection, WORDS_WAIT)
        if not len(path):
            return "Loss landscape: nothing to show, the seed shown has diverged."
        lost = (
            " (it has diverged)" if session.trainer.diverged[selection.replica] else ""
        )
        words = "; ".join(_words(ready, path))
        return f"Loss landscape of the seed shown{lost}: {words}."

    def _look(
        self, session, selection, seconds: float = 0.0
    ) -> tuple[Map | None, np.ndarray]:
        """The latest map, and the path."""
        maps, path = (
            self._maps.setdefault(session.tape, Maps(self.plane)),
            path_of(session, selection.replica),
        )
        maps.go_on(session, selection.replica, path, seconds)
        return maps.ready, path

    def _draw(self, ready: Map) -> None:
        """The ground, its levels, and the axes for it."""
        self.drawn, relief = ready, ready.relief
        share = _shares(relief.heights)
        self.ground.tiles = [(self.corner, inked(DARKEST * smooth(share, self.side)))]
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

    def _trace(self, selection, path: np.ndarray) -> None:
        """The path's shadow, and the words."""
        own = self.drawn.seed == selection.replica and len(path) > 0
        shadow = self.drawn.relief.plane.of(path) + self._offset()
        shadow = shadow if own else shadow[:0]
        for line, points in (
            (self.path, shadow),
            (self.begin, shadow[:1]),
            (self.now, shadow[-1:]),
        ):
            line.set_data(*points.T)
        x, y = self.margin, self.corner[1] - 50 * self.scale
        self.words.tiles = [
            ((x, y - i * LINE * self.scale), lettering(line, 11 * self.scale, GREY))
            for i, line in enumerate(_words(self.drawn, path) if own else [])
        ]


def _names(plane: str | Sequence[Weight]) -> Sequence[str]:
    """What the two directions are."""
    if isinstance(plane, str):
        return NAMES[plane]
    return [f"{name}[{row}, {column}]" for name, row, column in plane]


def _words(ready: Map, path: np.ndarray) -> list[str]:
    """How much of the path the plane shows, how far beside it the path runs, and what
    the map is of."""
    relief = ready.relief
    share, gaps = relief.plane.share(path), relief.plane.gap(path).round(ROUNDED)
    far, now, gone = gaps.max(), gaps[-1], np.linalg.norm(path[-1] - path[0])
    fine = relief.heights[np.isfinite(relief.heights)]
    low, high = (fine.min(), fine.max()) if fine.size else (np.nan, np.nan)
    return [
        f"{share:.0%} of the path's variance lies in this plane"
        if np.isfinite(share)
        else "no path yet",
        f"up to {short(far)} beside it, now {short(now)}; {short(gone)} from start",
        f"loss {short(low)} to {short(high)} here, map of step {ready.step}",
    ]


def _shares(heights: np.ndarray) -> np.ndarray:
    """From 0, the lowest, to 1: by the root of the height, which in a bowl grows evenly
    with the way from its bottom. What is not finite is high."""
    fine = heights[np.isfinite(heights)]
    low, high = (fine.min(), np.quantile(fine, STEEP)) if fine.size else (0.0, 0.0)
    above = np.nan_to_num(heights - low, nan=np.inf, posinf=np.inf)
    return np.sqrt(np.clip(above / (high - low if high > low else 1.0), 0, 1))
