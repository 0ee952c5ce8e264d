"""What the network says about every point of the plane, and where it changes its mind.

The seed shown is in colour: for classes with its boundary as the white line, for
measurements with the height that it predicts, white in the middle of the scale beside
it. The other seeds' boundaries, or middle heights, are thin lines, so that luck can be
seen beside learning. A neuron that is looked at takes the map: its picture, and as a
thick line the fence that it draws.
"""

import numpy as np
from contourpy import LineType, contour_generator
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from nnlab.views.colours import GOLD, INK, blended, diverging
from nnlab.views.key import WIDE, add_key, add_legend
from nnlab.views.points import add_points, groups
from nnlab.views.view import Pixels, View, add_axes, extent, graded, grid, within_one
from nnlab.views.wiring import column_of, columns

FINE = 3  # pixels of the page for one point of the coloured plane
COARSE = 40  # points along a side for the thin lines


class Boundary(View):
    """What the network says of the plane, and the points: training round, validation
    square."""

    share = 1.1
    needs = ("points on a plane",)

    def build(self, figure, box, run):
        left, bottom, width, height = box
        scale = figure.dpi / 100
        self.shape = _shape(run)
        key = 0 if _two(run) else WIDE * scale
        side = int(min(width - 34 * scale - key, height - 46 * scale))
        left += (width - side - key + 18 * scale) / 2
        bottom += 24 * scale
        self.low, self.high = extent(run)
        axes = self.axes = add_axes(figure, (left, bottom, side, side))
        axes.set(xlim=(self.low[0], self.high[0]), ylim=(self.low[1], self.high[1]))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
            axis.set_major_formatter(lambda value, _: f"{value:g}")
        add_legend(axes)
        self.corner, self.side = (left, bottom), side
        if not _two(run):
            add_key(figure, (left + side + 8 * scale, bottom), side, run)
        self.fine = grid(self.low, self.high, side // max(1, round(FINE * scale)))
        self.coarse = grid(self.low, self.high, COARSE)
        self.plane, self.ghosts = Pixels(), LineCollection([], linewidths=0.7)
        self.ghosts.set(color=INK, alpha=0.5)
        self.fence = LineCollection([], linewidths=2.6, color=INK)
        axes.add_collection(self.ghosts, autolim=False)
        axes.add_collection(self.fence, autolim=False)
        self.points = add_points(axes, run)
        self.batch = axes.add_line(Line2D([], [], linestyle="", marker="o"))
        self.batch.set(markersize=8, markerfacecolor=GOLD)
        self.batch.set(markeredgecolor=INK, markeredgewidth=1.2)
        return [self.plane, self.ghosts, self.batch, *self.points, self.fence]

    def renew(self, run):
        if _shape(run) != self.shape:
            return False
        for points, x in zip(self.points, groups(run)):
            points.set_data(*x.T)
        return True

    def update(self, run):
        outputs = run.trace(self.fine)
        self.plane.tiles = [(self.corner, self._map(run, outputs))]
        self.fence.set_segments(self._fence(run, outputs))
        self.ghosts.set_segments(self._lines(run))
        self._light(run)
        return False

    def describe(self, run):
        z = run.trace(self.coarse)[-1]
        if not run.data.labelled:
            heights = run.answer(z)[:, 0]
            return (
                f"Map of the plane: the seed shown predicts {run.data.targets[0]} from "
                f"{heights.min():.3g} (orange) to {heights.max():.3g} (blue)."
            )
        right = run.measure()[f"train_{run.judged_by}"][run.shown]
        return (
            f"Decision boundary: the seed shown calls {_calls(run, z)}; "
            f"{graded(run, right)} of training points lie on their own side."
        )

    def _map(self, run, outputs):
        """The colours of the plane: what the network says of each point, or the
        neuron that is looked at."""
        side = int(len(outputs[-1]) ** 0.5)
        if self._hidden(run, outputs) is not None:
            layer, unit = run.neuron
            values = 0.5 + 0.5 * within_one(outputs[layer][:, unit])
        elif _two(run) or not run.data.labelled:
            values = run.confidence(outputs[-1])
        else:
            colours = blended(run.shade(outputs[-1])).reshape(side, side, 4)
            return _smooth(colours.astype(float), self.side).astype(np.uint8)
        return diverging(_smooth(values.reshape(side, side), self.side))

    def _hidden(self, run, outputs):
        """The neuron that is looked at, if it is a hidden one."""
        return run.neuron if run.neuron and run.neuron[0] < len(outputs) - 1 else None

    def _fence(self, run, outputs):
        """Where the weighted sum of the neuron that is looked at changes sign."""
        if (neuron := self._hidden(run, outputs)) is None:
            return []
        network = run.trainer.network
        sums = columns(network)[column_of(network, neuron[0])].sums
        return [] if sums is None else self._lines_of(outputs[sums][:, neuron[1]])

    def _lines(self, run):
        """The boundaries of the seeds that are not shown; beside a fence, that of the
        seed that is."""
        outputs = run.outputs(self.coarse)
        own = run.neuron is not None
        chosen = [i for i in range(len(outputs)) if (i == run.shown) == own]
        margins = [margin for i in chosen for margin in _margins(run, outputs[i])]
        return [line for margin in margins for line in self._lines_of(margin)]

    def _lines_of(self, values):
        """Where values on a square grid pass 0, as lines in the data's units."""
        side = int(len(values) ** 0.5)
        plane = np.nan_to_num(values.reshape(side, side), nan=-1.0)
        axes = [np.linspace(*ends, side) for ends in zip(self.low, self.high)]
        return contour_generator(*axes, plane, line_type=LineType.Separate).lines(0.0)

    def _light(self, run):
        """Lights the mini-batch under way, and dims all other points."""
        rows = [] if run.stage is None else run.trainer.rows[run.shown]
        self.batch.set_data(*run.data.x[rows].T)
        for points in self.points:
            points.set_alpha(1.0 if run.stage is None else 0.35)


def _two(run) -> bool:
    """Whether there are two classes, of which one colour is the one or the other."""
    return len(run.data.classes) == 2


def _shape(run) -> tuple:
    """What the map was laid out for."""
    reach = [side.tolist() for side in extent(run)]
    span = [] if run.data.labelled else [side.tolist() for side in run.span]
    return reach, span, run.data.classes, run.data.targets


def _calls(run, z: np.ndarray) -> str:
    """How much of the plane the network gives to which class, in words."""
    names = run.data.classes
    if _two(run):
        share = np.mean(run.confidence(z) > 0.5)
        return f"{share:.0%} of the plane {names[1]} and the rest {names[0]}"
    called = run.shade(z).argmax(axis=-1)
    first, *rest = (f"{np.mean(called == i):.0%}" for i in range(len(names)))
    others = [f", {share} {name}" for share, name in zip(rest, names[1:])]
    return f"{first} of the plane {names[0]}{''.join(others)}"


def _margins(run, z: np.ndarray) -> list[np.ndarray]:
    """Numbers that are above 0 on one side of a boundary, for each boundary: of two
    classes, of each of several, or of the middle of the scale."""
    if _two(run) or not run.data.labelled:
        return [run.confidence(z) - 0.5]
    said = run.shade(z)
    others = [np.delete(said, i, axis=-1) for i in range(said.shape[-1])]
    return [
        said[:, i] - other.max(axis=-1) for i, other in enumerate(others) if other.size
    ]


def _smooth(value: np.ndarray, side: int) -> np.ndarray:
    """A square (n, n, …) of numbers enlarged to `side` points, straight lines
    between."""
    at = np.linspace(0, len(value) - 1, side)
    first = np.minimum(at.astype(int), len(value) - 2)
    part = (at - first).astype(value.dtype)
    down = part.reshape(-1, *[1] * (value.ndim - 1))
    rows = value[first] * (1 - down) + value[first + 1] * down
    across = part.reshape(-1, *[1] * (value.ndim - 2))
    return rows[:, first] * (1 - across) + rows[:, first + 1] * across
