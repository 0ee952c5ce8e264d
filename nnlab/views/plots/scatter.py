"""What the network predicts against what was measured: right is on the line.

A point above the line was predicted too high, one below it too low. Points of the
training part are pale, those of validation, which the network never trained on, dark.
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from nnlab.views.drawing.colours import GREY, INK, PURPLE
from nnlab.views.drawing.number_format import plain
from nnlab.views.plots.confusion import PARTS
from nnlab.views.view import View, add_axes

POINTS_DRAWN = 400  # points of a part that are drawn
LOOKS = {  # marker, colour, size and opacity of each part's points
    "train": ("o", INK, 2.6, 0.3),
    "validation": ("s", PURPLE, 3.2, 0.9),
}


class Scatter(View):
    """Predicted against measured, in the data's units, by the seed shown."""

    needs = ("measurements",)

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = figure.dpi / 100
        side = min(width - 60 * scale, height - 62 * scale)
        left += 46 * scale + (width - 60 * scale - side) / 2
        self.parts = {part: _some(getattr(session.parts, part)) for part in LOOKS}
        name = session.data.targets[0]
        title = "predicted against measured"
        axes = add_axes(figure, (left, bottom + 38 * scale, side, side), title)
        axes.set_xlabel(f"{name}, measured", fontsize=8, color=GREY, labelpad=2)
        self.low, self.high = _limits(session.decoder.span)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(4))
            axis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.set(xlim=(self.low, self.high), ylim=(self.low, self.high))
        ends = [self.low, self.high]
        axes.add_line(Line2D(ends, ends, color=GREY, linewidth=0.8))
        self.points = {}
        for part, (marker, colour, size, alpha) in LOOKS.items():
            points = Line2D([], [], linestyle="", marker=marker, markersize=size)
            points.set(color=colour, markeredgewidth=0, alpha=alpha)
            self.points[part] = axes.add_line(points)
        self._legend(axes)
        return [*self.points.values()]

    def _legend(self, axes) -> None:
        axes.legend(
            self.points.values(),
            LOOKS,
            loc="lower right",
            frameon=False,
            fontsize=8,
            labelcolor=GREY,
            handletextpad=0.1,
            borderpad=0.1,
        )

    def update(self, session, selection):
        for part, points in self.points.items():
            x, y = self.parts[part]
            if not len(x):
                continue
            said = self._predicted(session, selection, x)
            points.set_data(y, np.clip(said, self.low, self.high))
        return False

    def describe(self, session, selection):
        x, y = self.parts[session.watched]
        said = self._predicted(session, selection, x)
        error = np.median(np.abs(said - y))
        return (
            f"Predicted against measured {session.data.targets[0]} of {len(y)} "
            f"{PARTS[session.watched]} samples: measured {plain(y.min())} to "
            f"{plain(y.max())}, predicted {plain(said.min())} to {plain(said.max())}; "
            f"half are wrong by {plain(error)} or less."
        )

    def _predicted(self, session, selection, x):
        """What the seed shown predicts of the first measurement (samples,)."""
        return session.decoder.predictions(session.trace(x, selection.replica)[-1])[
            :, 0
        ]


def _some(data) -> tuple[np.ndarray, np.ndarray]:
    """The first samples of a part, and what was measured first of each."""
    y = data.y if data.y.ndim == 1 else data.y[:, 0]
    return data.x[:POINTS_DRAWN], y[:POINTS_DRAWN]


def _limits(span) -> tuple[float, float]:
    """From the least to the greatest measurement, and a little more."""
    low, high = (float(end[0]) for end in span)
    room = 0.08 * (high - low)
    return low - room, high + room
