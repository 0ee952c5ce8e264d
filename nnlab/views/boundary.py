"""What the network says about every point of the plane, and where it changes its mind.

The seed shown is in colour, with its boundary as the white line; the other seeds'
boundaries are thin lines, so that luck can be seen beside learning.
"""

import numpy as np
from contourpy import LineType, contour_generator
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from nnlab.views.colours import CLASSES, GREY, INK, diverging
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
        axes.add_collection(self.ghosts, autolim=False)
        return [self.plane, self.ghosts, *_points(axes, run)]

    def update(self, run):
        value = self._value(run)
        points = int(len(value) ** 0.5)
        picture = diverging(_smooth(value.reshape(points, points), self.side))
        self.plane.tiles = [(self.corner, picture)]
        self.ghosts.set_segments([] if run.pointed else self._others(run))
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

    def _value(self, run):
        """What the network says of each point; or the neuron that is pointed at."""
        outputs = run.trace(self.fine)
        if run.pointed is None or run.pointed[0] == len(outputs) - 1:
            return run.confidence(outputs[-1])
        layer, unit = run.pointed
        return 0.5 + 0.5 * within_one(outputs[layer][:, unit])

    def _others(self, run):
        """The boundaries of the seeds that are not shown."""
        outputs = run.outputs(self.coarse)
        others = [i for i in range(len(outputs)) if i != run.shown]
        return [line for i in others for line in self._line(run.confidence(outputs[i]))]

    def _line(self, value):
        """Where this replica is undecided, as lines in the data's units."""
        plane = np.nan_to_num(value.reshape(COARSE, COARSE), nan=0.0)
        axis = np.linspace(self.low[0], self.high[0], COARSE)
        return contour_generator(axis, axis, plane, line_type=LineType.Separate).lines(
            0.5
        )


def _smooth(value: np.ndarray, side: int) -> np.ndarray:
    """A square of numbers enlarged to `side` points, straight lines between."""
    at = np.linspace(0, len(value) - 1, side)
    first = np.minimum(at.astype(int), len(value) - 2)
    part = (at - first).astype(value.dtype)
    rows = value[first] * (1 - part)[:, None] + value[first + 1] * part[:, None]
    return rows[:, first] * (1 - part) + rows[:, first + 1] * part


def _points(axes, run):
    """One artist for each class in each part: quicker than a scatter plot."""
    made = []
    for part, marker, edge, size in (
        (run.parts.train, "o", "white", 4.2),
        (run.parts.validation, "s", INK, 4.0),
    ):
        for label, colour in enumerate(CLASSES):
            x1, x2 = part.x[part.y == label].T
            points = Line2D(x1, x2, linestyle="", marker=marker, markersize=size)
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
