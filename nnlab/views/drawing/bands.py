"""Lines over the steps of a run: each the median over seeds, in a band from the lowest
to the highest. A seed whose number is not finite is left out.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from nnlab.views.drawing.colours import BLUE, GREY, ORANGE, PALETTE
from nnlab.views.drawing.number_format import short
from nnlab.views.drawing.text_layer import BOLD, lettering

FIRST = 100.0  # steps that the axes reach at the start
LINES_DRAWN = 6  # lines in one panel
COLOURS = (BLUE, ORANGE, *PALETTE[2:])
PALE_SHARE = 0.35  # of the ink, of what comes after now
TALL = 12  # pixels of the page that a number beside a line takes


class Band:
    """One line and its band, in `axes`."""

    def __init__(self, axes: Axes, colour: str, dashes="-"):
        self.colour = colour
        self.area = Polygon(np.zeros((1, 2)), color=colour, alpha=0.16, linewidth=0)
        self.line = Line2D([], [], color=colour, linewidth=1.5, linestyle=dashes)
        self.after = Line2D([], [], color=colour, linewidth=1.5, linestyle=dashes)
        self.after.set_alpha(PALE_SHARE)
        axes.add_patch(self.area)
        axes.add_line(self.line)
        axes.add_line(self.after)

    @property
    def artists(self) -> list:
        """What changes."""
        return [self.area, self.line, self.after]

    def show(
        self, steps: Sequence[int], values: np.ndarray, later: Sequence[int] = ()
    ) -> float:
        """Draws values (moments, seeds), of which those at the `later` steps come after
        now, pale; the height at which the line ends, or NaN."""
        past = len(values) - len(later)
        after = over_seeds(values[max(past - 1, 0) :])[1] if len(later) else []
        self.after.set_data([*steps[-1:], *later] if len(later) else [], after)
        values = values[:past]
        low, middle, high = over_seeds(values)
        known = np.isfinite(middle)
        x = np.asarray(steps, float)
        self.line.set_data(x[known], middle[known])
        self.line.set_marker("o" if known.sum() == 1 else "")
        self.line.set_markersize(4)
        x = np.concatenate([x[known], x[known][::-1]])
        around = np.concatenate([low[known], high[known][::-1]])
        self.area.set_xy(np.stack([x, around], 1) if len(x) else np.zeros((1, 2)))
        return middle[known][-1] if known.any() else np.nan


class Reach:
    """How far some axes reach, which share their steps: they widen when they must."""

    def __init__(self, axes: Sequence[Axes]):
        self.axes, self.step = axes, -1.0
        self.heights: dict[Axes, tuple[float, float]] = {}
        for one in axes:
            one.set_autoscale_on(False)
            one.xaxis.set_major_locator(MaxNLocator(4, integer=True))
            one.grid(color=GREY, alpha=0.15, linewidth=0.6)
        self.now = [one.axvline(0, color=GREY, linewidth=0.8) for one in axes]

    def show_now(self, step: float, later: Sequence[int]) -> bool:
        """Draws a line at this step if there are `later` ones, and widens the axes to
        all of them; whether it had to."""
        for line in self.now:
            line.set_xdata([step, step])
            line.set_visible(len(later) > 0)
        return self.widen(max(step, *later, 0))

    def widen(self, step: float) -> bool:
        """To this step; whether it had to."""
        if step <= self.step:
            return False
        self.step = max(FIRST, 2 * self.step, float(step))
        for one in self.axes:
            one.set_xlim(0, self.step)
        return True

    def heighten(self, axes: Axes, values: np.ndarray) -> bool:
        """To hold all values above 0 on a logarithmic scale, in steps of a quarter of a
        decade; whether it had to."""
        fine = values[np.isfinite(values) & (values > 0)]
        low, high = (fine.min(), fine.max()) if fine.size else (1.0, 1.0)
        known = self.heights.get(axes, (np.inf, 0.0))
        if low >= known[0] and high <= known[1]:
            return False
        low = 10 ** (np.floor(4 * np.log10(low / 1.2)) / 4)
        high = 10 ** (np.ceil(4 * np.log10(high * 1.2)) / 4)
        low, high = min(low, known[0]), max(high, known[1])
        self.heights[axes] = low, high
        axes.set_ylim(low, high)
        decades = np.log10(high / low)
        subs = (1, 2, 5) if decades < 1.5 else (1, 3) if decades < 3 else (1,)
        axes.yaxis.set_major_locator(LogLocator(subs=subs, numticks=6))
        return True


def logarithmic(axes: Axes) -> None:
    """A logarithmic scale with plain numbers."""
    axes.set_yscale("log")
    axes.set_autoscale_on(False)
    axes.yaxis.set_major_formatter(lambda value, _: short(value))
    axes.yaxis.set_minor_locator(NullLocator())


def over_seeds(values: np.ndarray) -> np.ndarray:
    """The least, the median and the most (3, …) of (…, seeds); NaN where none is
    finite."""
    values = np.where(np.isfinite(values), values, np.nan)
    values = np.sort(values, axis=-1)  # NaN comes last
    count = np.isfinite(values).sum(axis=-1, keepdims=True)

    def pick(index):
        return np.take_along_axis(values, np.maximum(index, 0), axis=-1)[..., 0]

    middle = (pick((count - 1) // 2) + pick(count // 2)) / 2
    return np.stack([pick(0 * count), middle, pick(count - 1)])


def names_at(
    axes: Axes, step: float, heights: Sequence[float], bands: Sequence[Band], names
) -> list:
    """Tiles of `Pixels`: the name of each line beside its end, none on another."""
    scale = axes.figure.dpi / 100
    known = [i for i in range(len(names)) if np.isfinite(heights[i])]
    places = {i: axes.transData.transform((step, heights[i])) for i in known}
    tiles, free = [], -np.inf
    for i in sorted(known, key=lambda i: places[i][1]):
        x, y = places[i]
        free = max(y - 0.6 * TALL * scale, free)
        word = lettering(names[i], 9 * scale, bands[i].colour, BOLD)
        tiles.append(((x + 3 * scale, free), word))
        free += TALL * scale
    return tiles


def few(count: int) -> list[int]:
    """Which of so many lines are drawn: the first, the last, and some between."""
    return [
        *np.unique(
            np.linspace(0, count - 1, min(count, LINES_DRAWN)).round().astype(int)
        )
    ]
