"""What the network says about every point of the plane, and where it changes its mind.

The seed shown is in colour, with its boundary as the white line; the other seeds'
boundaries are thin lines, so that luck can be seen beside learning. A neuron that is
looked at takes the map: its picture, and as a thick line the fence that it draws.
"""

import numpy as np
from contourpy import LineType, contour_generator
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from nnlab.views.colours import CLASSES, GOLD, GREY, INK, diverging
from nnlab.views.view import Pixels, View, add_axes, extent, grid, within_one

FINE = 3  # pixels of the page for one point of the coloured plane
COARSE = 40  # points along a side for the thin lines


class Boundary(View):
    """The decision boundary over the points: training round, validation square."""

    share = 1.1
    needs = "plane"

    def build(self, figure, box, run):
        left, bottom, width, height = box
        scale = figure.dpi / 100
        side = int(min(width - 34 * scale, height - 46 * scale))
        left += (width - side + 18 * scale) / 2
        bottom += 24 * scale
        self.low, self.high = extent(run)
        axes = self.axes = add_axes(figure, (left, bottom, side, side))
        axes.set(xlim=(self.low[0], self.high[0]), ylim=(self.low[1], self.high[1]))
        axes.set_xticks([-5, 0, 5])
        axes.set_yticks([-5, 0, 5])
        _legend(axes)
        self.corner, self.side = (left, bottom), side
        self.fine = grid(self.low, self.high, side // max(1, round(FINE * scale)))
        self.coarse = grid(self.low, self.high, COARSE)
        self.plane, self.ghosts = Pixels(), LineCollection([], linewidths=0.7)
        self.ghosts.set(color=INK, alpha=0.5)
        self.fence = LineCollection([], linewidths=2.6, color=INK)
        axes.add_collection(self.ghosts, autolim=False)
        axes.add_collection(self.fence, autolim=False)
        self.points = _points(axes, run)
        self.batch = axes.add_line(Line2D([], [], linestyle="", marker="o"))
        self.batch.set(markersize=8, markerfacecolor=GOLD)
        self.batch.set(markeredgecolor=INK, markeredgewidth=1.2)
        return [self.plane, self.ghosts, self.batch, *self.points, self.fence]

    def renew(self, run):
        if (extent(run)[0] != self.low).any():
            return False
        for points, x in zip(self.points, _groups(run)):
            points.set_data(*x.T)
        return True

    def update(self, run):
        outputs = run.trace(self.fine)
        value = self._value(run, outputs)
        points = int(len(value) ** 0.5)
        picture = diverging(_smooth(value.reshape(points, points), self.side))
        self.plane.tiles = [(self.corner, picture)]
        self.fence.set_segments(self._fence(run, outputs))
        self.ghosts.set_segments(self._lines(run))
        self._light(run)
        return False

    def describe(self, run):
        names = run.data.classes
        right = run.measure()["train_accuracy"][run.shown]
        share = np.mean(run.confidence(run.trace(self.coarse)[-1]) > 0.5)
        return (
            f"Decision boundary: the seed shown calls {share:.0%} of the plane "
            f"{names[1]} and the rest {names[0]}; {right:.0%} of training points lie "
            "on their own side."
        )

    def _value(self, run, outputs):
        """What the network says of each point; or the neuron that is looked at."""
        if self._hidden(run, outputs) is None:
            return run.confidence(outputs[-1])
        layer, unit = run.neuron
        return 0.5 + 0.5 * within_one(outputs[layer][:, unit])

    def _hidden(self, run, outputs):
        """The neuron that is looked at, if it is a hidden one."""
        return run.neuron if run.neuron and run.neuron[0] < len(outputs) - 1 else None

    def _fence(self, run, outputs):
        """Where the weighted sum of the neuron that is looked at changes sign."""
        if (neuron := self._hidden(run, outputs)) is None:
            return []
        layer, unit = neuron
        return self._lines_of(outputs[layer - 1][:, unit], 0.0)

    def _lines(self, run):
        """The boundaries of the seeds that are not shown; beside a fence, that of the
        seed that is."""
        outputs = run.outputs(self.coarse)
        own = run.neuron is not None
        chosen = [i for i in range(len(outputs)) if (i == run.shown) == own]
        values = [run.confidence(outputs[i]) for i in chosen]
        return [line for value in values for line in self._lines_of(value, 0.5)]

    def _lines_of(self, values, level: float):
        """Where values on a square grid pass `level`, as lines in the data's units."""
        side = int(len(values) ** 0.5)
        plane = np.nan_to_num(values.reshape(side, side), nan=level - 0.5)
        axis = np.linspace(self.low[0], self.high[0], side)
        lines = contour_generator(axis, axis, plane, line_type=LineType.Separate)
        return lines.lines(level)

    def _light(self, run):
        """Lights the mini-batch under way, and dims all other points."""
        rows = [] if run.stage is None else run.trainer.rows[run.shown]
        self.batch.set_data(*run.data.x[rows].T)
        for points in self.points:
            points.set_alpha(1.0 if run.stage is None else 0.35)


def _smooth(value: np.ndarray, side: int) -> np.ndarray:
    """A square of numbers enlarged to `side` points, straight lines between."""
    at = np.linspace(0, len(value) - 1, side)
    first = np.minimum(at.astype(int), len(value) - 2)
    part = (at - first).astype(value.dtype)
    rows = value[first] * (1 - part)[:, None] + value[first + 1] * part[:, None]
    return rows[:, first] * (1 - part) + rows[:, first + 1] * part


def _groups(run) -> list[np.ndarray]:
    """The points of each class, of the training part and then of validation."""
    parts = (run.parts.train, run.parts.validation)
    return [part.x[part.y == label] for part in parts for label in range(len(CLASSES))]


def _points(axes, run):
    """One artist for each group of points: quicker than a scatter plot."""
    looks = [("o", "white", 4.2)] * len(CLASSES) + [("s", INK, 4.0)] * len(CLASSES)
    made = []
    for x, look, colour in zip(_groups(run), looks, CLASSES * 2):
        marker, edge, size = look
        points = Line2D(*x.T, linestyle="", marker=marker, markersize=size)
        points.set(color=colour, markeredgecolor=edge, markeredgewidth=0.6)
        made.append(axes.add_line(points))
    return made


def _legend(axes) -> None:
    handles = [
        Line2D([], [], linestyle="", marker=marker, markersize=4.5, color=GREY)
        for marker in "os"
    ]
    handles.append(Line2D([], [], linewidth=0.8, color=INK, alpha=0.6))
    axes.legend(
        handles,
        ["train", "validation", "other seeds"],
        loc="lower left",
        bbox_to_anchor=(-0.02, 0.985),
        ncols=3,
        frameon=False,
        fontsize=8,
        labelcolor=GREY,
        handletextpad=0.4,
        columnspacing=1.0,
        handlelength=1.0,
        borderpad=0.1,
    )
