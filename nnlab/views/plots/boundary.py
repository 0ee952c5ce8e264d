"""What the network says about every point of the plane, and where it changes its mind.

The seed shown is in colour: for classes with its boundary as the white line, for
measurements with the height that it predicts, white in the middle of the scale beside
it. The other seeds' boundaries, or middle heights, are thin lines, so that luck can be
seen beside learning. A ring with a cross marks the sample or place that other views
take apart. A neuron that is looked at takes the map: its picture, and as a thick line
the fence that it draws.

Of samples with more than two features the map shows a plane through their space, and
where each sample is seen on it. Only there is it the network's word: a sample that lies
off the plane may be called otherwise than the map behind it.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from nnlab.views.drawing.colours import GOLD, GREY, INK
from nnlab.views.drawing.decision_map import coloured, lines, margins, toned, two
from nnlab.views.drawing.legend import WIDE, add_key, add_legend
from nnlab.views.drawing.number_format import plain
from nnlab.views.drawing.points import add_mark, add_points, groups, some
from nnlab.views.drawing.projection import Choice, check_sheet, sheet_of, sides, told
from nnlab.views.drawing.wiring import column_of, columns
from nnlab.views.view import (
    Pixels,
    View,
    add_axes,
    around,
    extent,
    graded,
    grid,
    on_plane,
    within_one,
)

FINE = 3  # pixels of the page for one point of the coloured plane
COARSE = 40  # points along a side for the thin lines
NUMBERS = 100_000  # at most, in the table of all points of the plane
BESIDE, BELOW = 18, 13  # pixels of the page for what the sides are called
AWAY = 40  # moves from one side of the map to the other
ON_SIDE = "lie on their own side"


class Boundary(View):
    """What the network says of a plane, and the points: training round, validation
    square.

    Args:
        plane: two features by name, which span it; or "components", the first two
            principal ones. Left out, it is the data's own plane, or these.
        sample: the training sample whose other features hold on the plane of two;
            left out, it is their means.
    """

    share = 1.1
    needs = ("two features",)

    def __init__(self, plane: Choice = None, sample: int | None = None):
        self.chosen, self.sample = plane, sample

    def check(self, session, selection):
        super().check(session, selection)
        check_sheet(session, self.chosen, self.sample)

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = figure.dpi / 100
        self.shape = self._shape(session)
        names = sides(session, self.chosen, self._look(session, selection))
        named = scale if any(names) else 0
        key = 0 if two(session) else WIDE * scale
        wide, high = width - key - BESIDE * named, height - BELOW * named
        side = int(min(wide - 34 * scale, high - 46 * scale))
        left += (width - side - key + 18 * scale + BESIDE * named) / 2
        bottom += 24 * scale + BELOW * named
        axes = self.axes = add_axes(figure, (left, bottom, side, side))
        axes.set(xlim=(self.low[0], self.high[0]), ylim=(self.low[1], self.high[1]))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
            axis.set_major_formatter(lambda value, _: f"{value:g}")
        style = {"fontsize": 8, "color": GREY}
        axes.set_xlabel(names[0], labelpad=1, **style)
        middle = {"rotation": 90, "va": "center", "ha": "center", "transform": None}
        x, y = left - (20 + BESIDE) * scale, bottom + side / 2
        figure.text(x, y, names[1], **style, **middle)
        add_legend(axes, session.experiment.seeds)
        self.corner, self.side = (left, bottom), side
        if not two(session):
            add_key(figure, (left + side + 8 * scale, bottom), side, session)
        self.across = side // max(1, round(FINE * scale))
        self._spread()
        self.plane, self.ghosts = Pixels(), LineCollection([], linewidths=0.7)
        self.ghosts.set(color=INK, alpha=0.5)
        self.fence = LineCollection([], linewidths=2.6, color=INK)
        axes.add_collection(self.ghosts, autolim=False)
        axes.add_collection(self.fence, autolim=False)
        self.points = add_points(axes, session, self.sheet, self._parts(session))
        self.batch = axes.add_line(Line2D([], [], linestyle="", marker="o"))
        self.batch.set(markersize=8, markerfacecolor=GOLD)
        self.batch.set(markeredgecolor=INK, markeredgewidth=1.2)
        self.mark = add_mark(axes)
        over = self.points if self._few(session) else self.points[::-1]
        changing = [self.plane, self.ghosts, self.batch, *over, self.fence]
        return [*changing, *self.mark]

    def renew(self, session, selection):
        if self._shape(session) != self.shape:
            return False
        self._look(session, selection)
        self._spread()
        found = groups(session, self.sheet, self._parts(session))
        for points, x in zip(self.points, found):
            points.set_data(*x.T)
        return True

    def update(self, session, selection):
        outputs = session.trace(self.fine, selection.replica)
        self.plane.tiles = [(self.corner, self._map(session, selection, outputs))]
        self.fence.set_segments(self._fence(session, selection, outputs))
        self.ghosts.set_segments(self._lines(session, selection))
        self._light(session, selection)
        there = (
            []
            if selection.probe(session) is None
            else [self.sheet.of(selection.probe(session))]
        )
        for part in self.mark:
            part.set_data(*np.reshape(there, (-1, 2)).T)
        return False

    def describe(self, session, selection):
        z = session.trace(self.coarse, selection.replica)[-1]
        where = told(session, self.chosen, self.sample, self.sheet)
        where, do = (f" on {where}", "are right") if where else ("", ON_SIDE)
        if not session.data.labelled:
            heights = session.decoder.predictions(z)[:, 0]
            return (
                f"Map {where.strip() or 'of the plane'}: the seed shown predicts "
                f"{session.data.targets[0]} from {plain(heights.min())} (orange) to "
                f"{plain(heights.max())} (blue)."
            )
        right = session.measure()[f"train_{session.judged_by}"][selection.replica]
        return (
            f"Decision boundary{where}: the seed shown calls {_calls(session, z)}; "
            f"{graded(session, right)} of training points {do}."
        )

    def place(self, x, y):
        uv = (np.array([x, y]) - self.corner) / self.side
        inside = (uv >= 0).all() and (uv <= 1).all()
        return self.sheet.at(self.low + uv * (self.high - self.low)) if inside else None

    def beside(self, sample, way):
        uv = self.sheet.of(sample) + np.array(way) * (self.high - self.low) / AWAY
        return self.sheet.at(np.clip(uv, self.low, self.high))

    def _look(self, session, selection):
        """Finds the plane, and the rectangle of it that holds the points."""
        self.sheet = sheet_of(session, self.chosen, self.sample)
        self.low, self.high = self._reach(session, self.sheet)
        return self.sheet

    def _reach(self, session, sheet):
        """The rectangle of a plane that is shown."""
        own = self.chosen is None and on_plane(session)
        return extent(session) if own else around(sheet.of(session.data.x))

    def _parts(self, session):
        """The samples that are shown: two parts."""
        return some(session)

    def _few(self, session) -> bool:
        """Whether validation has the fewer points, and so lies on top."""
        train, validation = self._parts(session)
        return len(validation) <= len(train)

    def _spread(self):
        """The points at which the network is asked."""
        few = int((NUMBERS / len(self.sheet.origin)) ** 0.5)  # the more features
        sizes = min(self.across, few), min(COARSE, few // 2)
        places = (grid(self.low, self.high, size) for size in sizes)
        self.fine, self.coarse = map(self.sheet.at, places)

    def _shape(self, session) -> tuple:
        """What the map was laid out for."""
        sheet = sheet_of(session, self.chosen, self.sample)
        reach = [side.tolist() for side in self._reach(session, sheet)]
        span = (
            []
            if session.data.labelled
            else [side.tolist() for side in session.decoder.span]
        )
        names = sides(session, self.chosen, sheet)
        marks = session.experiment.seeds == 1, self._few(session)
        return reach, span, session.data.classes, session.data.targets, names, marks

    def _map(self, session, selection, outputs):
        """The colours of the plane: what the network says of each point, or the
        neuron that is looked at."""
        if self._hidden(selection, outputs) is None:
            return coloured(session, outputs[-1], self.side)
        layer, unit = selection.neuron
        return toned(0.5 + 0.5 * within_one(outputs[layer][:, unit]), self.side)

    def _hidden(self, selection, outputs):
        """The neuron that is looked at, if it is a hidden one."""
        return (
            selection.neuron
            if selection.neuron and selection.neuron[0] < len(outputs) - 1
            else None
        )

    def _fence(self, session, selection, outputs):
        """Where the weighted sum of the neuron that is looked at changes sign."""
        if (neuron := self._hidden(selection, outputs)) is None:
            return []
        network = session.trainer.network
        sums = columns(network)[column_of(network, neuron[0])].sums
        return (
            []
            if sums is None
            else lines([outputs[sums][:, neuron[1]]], self.low, self.high)
        )

    def _lines(self, session, selection):
        """The boundaries of the seeds that are not shown; beside a fence, that of the
        seed that is."""
        outputs = session.outputs(self.coarse)
        own = selection.neuron is not None
        chosen = [i for i in range(len(outputs)) if (i == selection.replica) == own]
        found = [margin for i in chosen for margin in margins(session, outputs[i])]
        return lines(found, self.low, self.high)

    def _light(self, session, selection):
        """Lights the mini-batch under way, and dims all other points."""
        rows = (
            []
            if session.stepper.stage is None
            else session.trainer.rows[selection.replica]
        )
        self.batch.set_data(*self.sheet.of(session.data.x[rows]).T)
        for points in self.points:
            points.set_alpha(1.0 if session.stepper.stage is None else 0.35)


def _calls(session, z: np.ndarray) -> str:
    """How much of the plane the network gives to which class, in words."""
    names = session.data.classes
    if two(session):
        share = np.mean(session.decoder.confidence(z) > 0.5)
        return f"{share:.0%} of the plane {names[1]} and the rest {names[0]}"
    called = session.decoder.scaled(z).argmax(axis=-1)
    first, *rest = (f"{np.mean(called == i):.0%}" for i in range(len(names)))
    others = [f", {share} {name}" for share, name in zip(rest, names[1:])]
    return f"{first} of the plane {names[0]}{''.join(others)}"
