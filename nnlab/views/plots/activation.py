"""Where a hidden layer's units work on their activation.

The line is the activation f, the dashed one its slope f′, and the points are the
weighted sums z of training samples, each on both. Where f′ is about 0 a unit passes
nothing back, and learns nothing from these samples. Below is how many sums lie where:
dark in the seed shown, and pale, bin by bin, in the seed with the most.
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from nnlab.backend import quiet, to_numpy
from nnlab.diagnostics.activation_curve import flat, value_and_slope
from nnlab.diagnostics.histogram import shares
from nnlab.errors import InputError, shown
from nnlab.views.drawing.colours import BLUE, GREY, INK, ORANGE
from nnlab.views.drawing.histogram_image import bars
from nnlab.views.drawing.number_format import short
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.drawing.wiring import Column, check_layer, columns
from nnlab.views.view import Pixels, View, add_axes

REACHES = (4.0, 8.0, 16.0, 32.0, 64.0)  # of the axis of z: the least that holds most
HOLDS = 0.99  # of the sums that it must hold
FINE = 201  # points of the curves
BINS = 48
SAMPLES = 200  # of the training part, the first
POINTS = 300  # that are drawn
STRIP = 40  # pixels of the page that the histogram is high


class ActivationCurve(View):
    """A hidden layer's activation and its slope, with the sums of real units.

    Args:
        layer: the number of the hidden layer, from 1; left out, it is the first that
            bends its sums.
        unit: the number of a unit there, from 1; left out, it is the neuron that the
            learner looks at, or else all of them.
    """

    share = 0.9

    def __init__(self, layer: int | None = None, unit: int | None = None):
        self.number, self.unit = layer, unit

    def lacks(self, session):
        what = "" if _bent(session) else "a hidden layer that bends its sums"
        return super().lacks(session) or what

    def check(self, session, selection):
        super().check(session, selection)
        check_layer(session.trainer.network, self.number)
        bent = _bent(session)
        if self.number and self.number not in bent:
            raise InputError(
                "layer",
                f"layer={self.number} is not allowed: it bends no sums of its own; try "
                f"layer={bent[0]}.",
            )
        units = self._column(session)[1].units
        if self.unit is not None and not 1 <= self.unit <= units:
            raise InputError(
                "unit",
                f"unit={shown(self.unit)} is not allowed: this layer has the units 1 "
                f"to {units}; try unit={units}.",
            )

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = self.scale = figure.dpi / 100
        left, width = left + 34 * scale, width - 48 * scale
        under, strip = bottom + 38 * scale, STRIP * scale
        low = (left, under, width, strip)
        self.below = add_axes(figure, low)
        self.below.set_yticks([])
        self.below.set_xlabel("weighted sum z", fontsize=8, color=GREY, labelpad=2)
        above = under + strip + 10 * scale
        high = (left, above, width, height - 26 * scale - (above - bottom))
        self.axes = add_axes(figure, high)
        self.axes.tick_params(labelbottom=False)
        self.axes.grid(color=GREY, alpha=0.15, linewidth=0.6)
        for axes in (self.axes, self.below):
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        self.curves = [
            self.axes.add_line(Line2D([], [], color=INK, linewidth=1.2)),
            self.axes.add_line(
                Line2D([], [], color=ORANGE, linewidth=1.2, linestyle=(0, (4, 1.2)))
            ),
        ]
        self.points = [self.axes.add_line(_points(c)) for c in (BLUE, ORANGE)]
        self.column = self._column(session)
        self._legend()
        self.reach, self.low = None, low
        self.pixels = Pixels()
        return [*self.curves, *self.points, self.pixels]

    def renew(self, session, selection):
        return self._column(session) == self.column

    def update(self, session, selection):
        z = self._sums(session)
        anew = self._fit(session, z[selection.replica])
        z = z[..., self._units(selection)].reshape(len(z), -1)
        own = z[selection.replica][:: max(1, z.shape[1] // POINTS)]
        seen = np.clip(np.nan_to_num(own, nan=np.inf), -self.reach, self.reach)
        for points, y in zip(self.points, self._curves(session, seen)):
            points.set_data(seen, y)
        edges = np.linspace(-self.reach, self.reach, BINS + 1)
        left, bottom, wide, high = self.low
        picture = bars(shares(z, edges), selection.replica, round(wide), round(high))
        word = lettering(self._title(selection), 12 * self.scale, INK)
        above = self.axes.bbox.y1 + 6 * self.scale
        self.pixels.tiles = [((left, bottom), picture), ((left, above), word)]
        return anew

    def describe(self, session, selection):
        rows = self._sums(session)[..., self._units(selection)]
        rows = rows.reshape(len(rows), -1)
        slopes = np.stack([self._curves(session, row)[1] for row in rows])
        own, means = rows[selection.replica], slopes.mean(axis=1)
        network, layer = session.trainer.network, self.column[1].bends
        still = np.mean(flat(network, layer, slopes[selection.replica]))
        return (
            f"Activation {self._title(selection)}: on training samples its sums go "
            f"from {short(own.min())} to {short(own.max())} in the seed shown; the "
            f"mean slope is {short(means[selection.replica])} (over seeds "
            f"{short(means.min())} to {short(means.max())}), and {still:.0%} of the "
            "sums lie where it is flat."
        )

    def _column(self, session) -> tuple[int, Column]:
        """The hidden layer by its number, and as a column."""
        number = self.number or _bent(session)[0]
        return number, columns(session.trainer.network)[number - 1]

    def _units(self, selection):
        """The units that are shown."""
        if self.unit:
            return [self.unit - 1]
        looked = selection.neuron and selection.neuron[0] == self.column[1].last
        return [selection.neuron[1]] if looked else slice(None)

    def _title(self, selection) -> str:
        number, column = self.column
        units = self._units(selection)
        which = "all units" if isinstance(units, slice) else f"unit {units[0] + 1}"
        return f"{str(column.bends).lower()} of layer {number}, {which}"

    def _sums(self, session) -> np.ndarray:
        """The weighted sums of the layer on training samples (R, samples, units)."""
        with quiet():
            outputs = session.trainer.network.trace(
                session.scale(session.data.x[:SAMPLES])
            )
        return to_numpy(outputs[self.column[1].sums]).astype(float)

    def _curves(self, session, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return value_and_slope(session.trainer.network, self.column[1].bends, z)

    def _axis(self) -> np.ndarray:
        return np.linspace(-self.reach, self.reach, FINE)

    def _fit(self, session, z: np.ndarray) -> bool:
        """Axes that hold nearly all sums of the seed shown; whether they are others."""
        within = (np.mean(np.abs(z) <= reach) for reach in REACHES)
        fits = (r for r, share in zip(REACHES, within) if share >= HOLDS)
        if (reach := next(fits, REACHES[-1])) == self.reach:
            return False
        self.reach = reach
        both = self._curves(session, self._axis())
        for line, y in zip(self.curves, both):
            line.set_data(self._axis(), y)
        low, high = np.nanmin(both), np.nanmax(both)
        room = 0.08 * (high - low or 1.0)
        self.axes.set(xlim=(-reach, reach), ylim=(low - room, high + room))
        self.below.set_xlim(-reach, reach)
        return True

    def _legend(self) -> None:
        self.axes.legend(
            self.curves,
            ["f(z)", "f′(z)"],
            loc="upper left",
            facecolor="white",
            edgecolor="none",
            framealpha=0.85,
            fontsize=8,
            labelcolor=GREY,
            borderpad=0.1,
            handlelength=1.5,
        )


def _points(colour: str) -> Line2D:
    points = Line2D([], [], linestyle="", marker="o", markersize=4.2, color=colour)
    points.set(markeredgewidth=0, alpha=0.35)
    return points


def _bent(session) -> list[int]:
    """The numbers of the hidden layers that bend weighted sums of their own."""
    hidden = columns(session.trainer.network)[:-1]
    bent = [one.bends is not None and one.sums is not None for one in hidden]
    return [number for number, true in enumerate(bent, start=1) if true]
