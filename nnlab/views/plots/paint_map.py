"""A map to paint on: what the network says of the plane, and points to set by hand.

It shows the points as they are painted, also while they are too few to train on, and
the crosshair with which one paints by keys.
"""

import numpy as np
from matplotlib.lines import Line2D

from nnlab.data.dataset import PARTS
from nnlab.session.editable_dataset import Painting
from nnlab.views.drawing.colours import GOLD, INK
from nnlab.views.drawing.number_format import plain
from nnlab.views.plots.boundary import Boundary

REACH = 9  # pixels of the page, within which a point is meant


class Paint(Boundary):
    """A `Boundary` to paint on: training points round, validation points square."""

    needs = ("points on a plane", "labels")
    paints = True

    def __init__(self):
        super().__init__()

    def build(self, figure, box, session, selection):
        artists = super().build(figure, box, session, selection)
        self.reach = REACH * figure.dpi / 100 / self.side
        dashes = (0, (4, 3))
        lines = [Line2D([], [], color=INK, lw=1.1, ls=dashes) for _ in "xy"]
        halo, ring = (Line2D([], [], linestyle="", marker="o") for _ in "12")
        halo.set(markersize=13, markerfacecolor="none", markeredgecolor="white")
        halo.set(markeredgewidth=3.6)
        ring.set(markersize=13, markeredgecolor=INK, markeredgewidth=1.6)
        self.cross = [self.axes.add_line(line) for line in (*lines, halo, ring)]
        return [*artists, *self.cross]

    def update(self, session, selection):
        anew = super().update(session, selection)
        across, up, *around, ring = self.cross
        cross = session.painting.cross if session.painting else None
        if cross is None:
            for line in self.cross:
                line.set_data([], [])
            return anew
        x, y = cross
        across.set_data([self.low[0], self.high[0]], [y, y])
        up.set_data([x, x], [self.low[1], self.high[1]])
        for mark in (*around, ring):
            mark.set_data([x], [y])
        ring.set_markerfacecolor("none" if session.painting.held is None else GOLD)
        return anew

    def under(self, x, y):
        share = (np.array([x, y]) - self.corner) / self.side
        return self.low + share * (self.high - self.low)

    def describe(self, session, selection):
        said = super().describe(session, selection)
        if session.painting and session.painting.cross is not None:
            said += f" {crosshair(session.painting, self.reach)}"
        return said

    def _parts(self, session):
        return session.painting.shown if session.painting else super()._parts(session)


def crosshair(painting: Painting, reach: float) -> str:
    """Where the crosshair is, and what lies there, in words."""
    x, y = (plain(round(side, 2)) for side in painting.cross)
    row = painting.near(painting.cross, reach)
    if row is None:
        return f"Crosshair at {x}, {y}: no point lies there."
    name = painting.data.classes[painting.data.y[row]]
    part = painting.data.parts[row]
    mark = "dot" if part == PARTS[0] else "square"
    held = ", which moves with it" if painting.held is not None else ""
    return f"Crosshair at {x}, {y}: on a {part} point ({mark}) of class {name!r}{held}."
