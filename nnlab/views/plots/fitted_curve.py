"""The curve that a network fits to points of one feature and one measurement.

The thick line is what the seed shown predicts, the thin ones what the other seeds do:
where they part, the points do not decide. Training points are round and pale, those of
validation, which the network never trained on, square and dark. The function without
noise is dashed, if the data know it. The axis goes a little beyond the points, where
nothing tells the network what is right.

A neuron that is looked at adds its output as a blue line, on a scale of its own with 0
in the middle. A ring with a cross marks the sample or place that other views take
apart.
"""

from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from nnlab.data.dataset import Dataset
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.drawing.colours import BLUE, GOLD, GREY, INK, ORANGE, PURPLE
from nnlab.views.drawing.number_format import plain
from nnlab.views.drawing.points import add_mark, some
from nnlab.views.drawing.selected_neuron import called
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.drawing.wiring import column_of
from nnlab.views.plots.confusion import PARTS
from nnlab.views.view import Pixels, View, add_axes, cut, within_one

BEYOND = 0.08  # of the range of the points, to either side
ROOM = 0.12  # of their height, below and above
FINE = 241  # places at which the networks are asked
AWAY = 40  # moves of a place from one side to the other
LONG = 24  # letters of a name beside an axis
LEFT, RIGHT, BELOW, ABOVE = 50, 10, 36, 10  # pixels of the page around the axes
LEGEND_LINE = 13  # pixels of the page that a line of the legend takes
THREE_COLUMNS = 295  # pixels of the page: a narrower legend has two columns
OTHERS, TRUE = "other seeds", "true curve"  # in the legend
DASHED = (0, (4, 1.8))
LOOKS = {  # marker, colour, size and opacity of each part's points
    "train": ("o", INK, 3.6, 0.3),
    "validation": ("s", PURPLE, 3.8, 0.85),
}


class FittedCurve(View):
    """The curve of every seed through the points, in the data's units."""

    share = 1.1
    needs = ("a measurement of one feature",)

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = figure.dpi / 100
        self.shape = self._shape(session)
        names = _names(session)
        columns = 3 if width >= THREE_COLUMNS * scale else 2
        above = ABOVE + LEGEND_LINE * ceil(len(names) / columns)
        self.corner = np.array([left + LEFT * scale, bottom + BELOW * scale])
        around = np.array([LEFT + RIGHT, BELOW + above]) * scale
        self.size = np.array([width, height]) - around
        axes = add_axes(figure, (*self.corner, *self.size))
        self._name_axes(figure, axes, session, left + 8 * scale)
        self._add_lines(axes)
        self.points = {part: axes.add_line(_points(*LOOKS[part])) for part in LOOKS}
        self.batch = axes.add_line(_points("o", GOLD, 7.5, 1.0))
        self.batch.set(markeredgecolor=INK, markeredgewidth=1.2)
        self.mark, self.word = add_mark(axes), Pixels()
        self._legend(axes, names, columns)
        self._spread(session)
        below = [self.others, *self.points.values(), self.true, self.unit]
        return [*below, self.fit, self.batch, *self.mark, self.word]

    def renew(self, session, selection):
        if self._shape(session) != self.shape:
            return False
        self._spread(session)
        return True

    def update(self, session, selection):
        y = self._drawable(self._predicted(session))
        self.fit.set_data(self.x, y[selection.replica])
        others = np.delete(y, selection.replica, axis=0)
        places = np.broadcast_to(self.x, others.shape)
        self.others.set_segments(np.stack([places, others], axis=2))
        self._show_unit(session, selection)
        self._light(session, selection)
        probe = selection.probe(session)
        there = [] if probe is None else [probe[0]]
        for part in self.mark:
            part.set_data(there, np.interp(there, self.x, y[selection.replica]))
        return False

    def describe(self, session, selection):
        y, data = self._predicted(session), getattr(session.parts, session.watched)
        own = y[selection.replica]
        off = np.abs(np.interp(data.x[:, 0], self.x, own) - _measured(data))
        name, (feature,) = session.data.targets[0], session.data.features
        said = [
            f"Fitted curve: for {feature} from {plain(self.x[0])} to "
            f"{plain(self.x[-1])} the seed shown predicts {name} from "
            f"{plain(own.min())} to {plain(own.max())}",
            f"half of {len(data)} {PARTS[session.watched]} points are "
            f"{plain(np.median(off))} or less away from it",
        ]
        if (output := self._output(session, selection)) is not None:
            said.append(
                f"{_named(session, selection)} puts out {plain(output.min())} to "
                f"{plain(output.max())} there"
            )
        return "; ".join([*said, *self._compared(session, y, own)]) + "."

    def place(self, x, y):
        u, v = (np.array([x, y]) - self.corner) / self.size
        inside = 0 <= u <= 1 and 0 <= v <= 1
        return self.x[:1] + u * (self.x[-1] - self.x[0]) if inside else None

    def beside(self, sample, way):
        moved = sample + way[0] * (self.x[-1] - self.x[0]) / AWAY
        return np.clip(moved, self.x[0], self.x[-1])

    def _shape(self, session: Session) -> tuple:
        """What it was laid out for."""
        data = session.data
        return *_limits(session), data.features, data.targets, _names(session)

    def _name_axes(self, figure, axes: Axes, session: Session, left: float) -> None:
        """Their limits, their ticks, and what they are called."""
        across, up = self.shape[:2]
        axes.set(xlim=across, ylim=up)
        axes.grid(color=GREY, alpha=0.15, linewidth=0.6)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
            axis.set_major_formatter(lambda value, _: plain(value, 4))
        style = {"fontsize": 8, "color": GREY}
        axes.set_xlabel(cut(session.data.features[0], LONG), labelpad=2, **style)
        middle = {"rotation": 90, "va": "center", "ha": "center", "transform": None}
        height = self.corner[1] + self.size[1] / 2
        name = cut(session.data.targets[0], LONG)
        figure.text(left, height, name, **style, **middle)

    def _add_lines(self, axes: Axes) -> None:
        """The curves, without anything on them yet."""
        self.others = LineCollection([], linewidths=0.9, color=ORANGE, alpha=0.45)
        axes.add_collection(self.others, autolim=False)
        self.true = axes.add_line(_line(INK, 1.1, DASHED))
        self.unit = axes.add_line(_line(BLUE, 1.4))
        self.fit = axes.add_line(_line(ORANGE, 2.4))

    def _legend(self, axes: Axes, names: list[str], columns: int) -> None:
        """What the points and the lines are, above them."""
        signs = {
            "train": self.points["train"],
            "fit": self.fit,
            "validation": self.points["validation"],
            OTHERS: self.others,
            TRUE: self.true,
        }
        axes.legend(
            [signs[name] for name in names],
            names,
            loc="lower left",
            bbox_to_anchor=(-0.02, 0.985),
            ncols=columns,
            frameon=False,
            fontsize=8,
            labelcolor=GREY,
            labelspacing=0.25,
            handletextpad=0.5,
            columnspacing=1.2,
            handlelength=1.4,
            borderpad=0.1,
        )

    def _spread(self, session: Session) -> None:
        """The places at which the networks are asked, and what does not move."""
        self.x = np.linspace(*self.shape[0], FINE)
        for points, data in zip(self.points.values(), some(session)):
            points.set_data(data.x[:, 0], _measured(data))
        if session.data.curve is not None:
            self.true.set_data(*session.data.curve.T)

    def _predicted(self, session: Session) -> np.ndarray:
        """What every seed predicts at these places (R, places)."""
        outputs = session.outputs(self.x[:, None])
        return session.decoder.predictions(outputs)[..., 0].astype(float)

    def _drawable(self, y: np.ndarray) -> np.ndarray:
        """Predictions, but none much farther away than what is shown."""
        low, high = self.shape[1]
        return np.clip(y, 2 * low - high, 2 * high - low)

    def _output(self, session, selection) -> np.ndarray | None:
        """The output of the hidden neuron that is looked at, at these places."""
        if selection.neuron is None:
            return None
        layer, unit = selection.neuron
        outputs = session.trace(self.x[:, None], selection.replica)
        return outputs[layer][:, unit] if layer < len(outputs) - 1 else None

    def _show_unit(self, session, selection) -> None:
        """That output as a line, with 0 in the middle, and its name."""
        output = self._output(session, selection)
        if output is None:
            self.unit.set_data([], [])
            self.word.tiles = []
            return
        low, high = self.shape[1]
        share = 0.45 * within_one(output)
        self.unit.set_data(self.x, (low + high) / 2 + (high - low) * share)
        scale = self.unit.axes.figure.dpi / 100
        word = lettering(_named(session, selection), 11 * scale, BLUE)
        self.word.tiles = [(tuple(self.corner + 4 * scale), word)]

    def _light(self, session, selection) -> None:
        """Lights the mini-batch under way, and dims all other points."""
        under_way = session.stepper.stage is not None
        rows = session.trainer.rows[selection.replica] if under_way else []
        batch = session.data.x[rows, 0], _measured(session.data)[rows]
        self.batch.set_data(*batch)
        for part, points in self.points.items():
            points.set_alpha(LOOKS[part][-1] * (0.4 if under_way else 1.0))

    def _compared(self, session, y: np.ndarray, own: np.ndarray) -> list[str]:
        """How far seeds are apart, and how far the one shown is from the function."""
        said = []
        if len(y) > 1:
            apart = np.ptp(y, axis=0)
            most = np.argmax(apart)
            said.append(
                f"the {len(y)} seeds are farthest apart at {plain(self.x[most])}, by "
                f"{plain(apart[most])}"
            )
        if session.data.curve is not None:
            x, true = session.data.curve.T
            off = np.abs(np.interp(x, self.x, own) - true)
            said.append(
                f"it is off the function without noise by {plain(off.mean())} on "
                f"average, and by {plain(off.max())} at most"
            )
        return said


def _names(session: Session) -> list[str]:
    """What the legend names."""
    some_seeds = [OTHERS] if session.experiment.seeds > 1 else []
    true = [] if session.data.curve is None else [TRUE]
    return ["train", "fit", "validation", *some_seeds, *true]


def _named(session: Session, selection: Selection) -> str:
    """What the neuron that is looked at is called."""
    layer, unit = selection.neuron
    return called(session, column_of(session.trainer.network, layer), unit)


def _measured(data: Dataset) -> np.ndarray:
    """What was measured of each sample (N,)."""
    return data.y.reshape(-1)


def _line(colour: str, width: float, dashes: object = "-") -> Line2D:
    return Line2D([], [], color=colour, linewidth=width, linestyle=dashes)


def _points(marker: str, colour: str, size: float, alpha: float) -> Line2D:
    points = Line2D([], [], linestyle="", marker=marker, markersize=size, color=colour)
    points.set(markeredgewidth=0, alpha=alpha)
    return points


def _limits(session: Session) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ends of both axes, which hold all points and the function."""
    parts = session.parts.train, session.parts.validation
    points = [np.column_stack([data.x, _measured(data)]) for data in parts]
    known = [] if session.data.curve is None else [session.data.curve]
    x, y = np.concatenate([*points, *known]).astype(float).T
    return _wider(x, BEYOND), _wider(y, ROOM)


def _wider(values: np.ndarray, share: float) -> tuple[float, float]:
    """The least and the greatest of some values, and a share of room beside them."""
    low, high = float(values.min()), float(values.max())
    room = share * (high - low) or 0.5
    return low - room, high + room
