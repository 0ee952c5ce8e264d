"""What an experiment measured, over seeds: a picture that stays.

Every seed is a dot, each line is the median and its band goes from the lowest seed to
the highest. A value that is infinite, as the time of what never arrived, lies on a line
of its own at the top, with how many there are. Below the axis stand the medians in
numbers: a picture may have those that a printed line can't promise on every processor.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnlab.errors import InputError, shown
from nnlab.stills import image_metadata
from nnlab.views.drawing.bands import COLOURS, logarithmic, over_seeds
from nnlab.views.drawing.colours import GREY, INK
from nnlab.views.drawing.fonts import legible, make_legible
from nnlab.views.drawing.number_format import format_number
from nnlab.views.figure import DPI, pixels, small
from nnlab.views.view import add_axes

WIDTH, HEIGHT = 720, 256  # pixels of the page, without the medians
ROW = 15  # pixels of the page from one row of medians to the next
BELOW, NAMED = 46, 60  # pixels from the axis to the first of them; below its name
MARKS = "os^Dv"
APART = 0.09  # between the dots of two lines, where two places are 1 apart
OFFSET = "offset points"
TIED = 0.016  # between equal dots, where two places are 1 apart
WIDEST = 0.5  # that a row of equal dots may be
ABOVE, NOTED = 16, 34  # pixels of the page above the axes, without a note and with one
ROOM = 1.12  # from the highest value to the line for infinite ones


class Chart:
    """Values over seeds at some places along an axis, each set of them by a name.

    Args:
        values: for each name an array (places, seeds).
        places: what stands below each place.
        along: what the places are.
        measured: what the values are.
        never: what an infinite value is called.
        log: whether the values have a logarithmic scale.
        joined: whether a line and a band join the places; False where they have no
            order. Then a thin line joins the values of one seed, if there are two.
        note: a sentence above, for numbers that hold on this computer.

    Raises:
        InputError: if an array has not as many rows as there are places.
    """

    def __init__(
        self,
        values: Mapping[str, np.ndarray],
        places: Sequence,
        along: str,
        measured: str,
        never: str = "never",
        log: bool = False,
        joined: bool = True,
        note: str = "",
    ):
        self.values = {name: np.asarray(v, float) for name, v in values.items()}
        self.places, self.along, self.measured = [*places], along, measured
        self.never, self.log, self.joined, self.note = never, log, joined, note
        for name, array in self.values.items():
            if array.ndim != 2 or len(array) != len(self.places):
                raise InputError(
                    "values",
                    f"values[{name!r}] is {shown(array)} of shape {array.shape}, and "
                    f"there are {len(self.places)} places; give an array (places, "
                    f"seeds), here ({len(self.places)}, …).",
                )

    def figure(self) -> Figure:
        """The picture, drawn."""
        below = self._first_row() + ROW * len(self.values)
        high = HEIGHT - BELOW + below
        figure = Figure((WIDTH / DPI, high / DPI), DPI, facecolor="white")
        above = NOTED if self.note else ABOVE
        axes = add_axes(figure, (58, below, WIDTH - 58 - 150, high - below - above))
        if self.note:
            axes.set_title(legible(self.note), loc="left", fontsize=9, color=INK)
        names = [legible(f"{place}") for place in self.places]
        axes.set_xticks(range(len(self.places)), names)
        axes.set_xlabel(self.along, fontsize=8.5, color=GREY)
        axes.set_ylabel(self.measured, fontsize=8.5, color=GREY)
        if self.log:
            logarithmic(axes)
            axes.set_autoscaley_on(True)
        top = self._top(axes)
        for number, name in enumerate(self.values):
            self._line(axes, number, name, top)
            self._row(axes, number, name)
        axes.set_xlim(-0.4, len(self.places) - 0.6)
        legend = axes.legend(
            loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=8.5
        )
        for word in legend.get_texts():
            word.set_color(INK)
        make_legible(figure)
        return figure

    def _top(self, axes: Axes) -> float:
        """How high infinite values lie; their line, if there are some."""
        every = np.concatenate([array.ravel() for array in self.values.values()])
        high = np.max(every, where=np.isfinite(every), initial=0.0)
        top = (ROOM**3 if self.log else ROOM) * high
        if np.isinf(every).any():
            axes.axhline(top, color=GREY, linewidth=0.8, linestyle=":")
            words = {"fontsize": 8, "color": GREY, "va": "bottom", "ha": "left"}
            left = axes.get_yaxis_transform()
            axes.text(0.01, top, self.never, transform=left, **words)
        return float(top)

    def _line(self, axes: Axes, number: int, name: str, top: float) -> None:
        """One set of values: its dots, its median, its band."""
        colour = COLOURS[number % len(COLOURS)]
        mark = MARKS[number % len(MARKS)]
        values = np.where(np.isinf(self.values[name]), top, self.values[name])
        low, middle, high = over_seeds(values)
        lost = np.isinf(self.values[name]).sum(axis=1)
        x = np.arange(len(values)) + APART * (number - (len(self.values) - 1) / 2)
        if self.joined:
            axes.fill_between(x, low, high, color=colour, alpha=0.14, linewidth=0)
        elif len(values) == 2:
            axes.plot(x, values, color=colour, alpha=0.18, linewidth=0.7)
        dots = {"linestyle": "", "marker": mark, "markersize": 3.2, "alpha": 0.45}
        alone = len(self.values) == 1
        dots["label"] = name if alone else None
        beside = x[:, None] + side_by_side(values)
        axes.plot(beside.ravel(), values.ravel(), color=colour, **dots)
        line = "-" if self.joined else ""
        look = {"color": colour, "linestyle": line, "marker": mark, "markersize": 5}
        axes.plot(x, middle, label="median" if alone else name, **look)
        for place, count in zip(x[lost > 0], lost[lost > 0]):
            words = {"fontsize": 8, "color": colour, "ha": "center", "va": "bottom"}
            axes.annotate(f"{count}", (place, top), (0, 3), textcoords=OFFSET, **words)

    def _row(self, axes: Axes, number: int, name: str) -> None:
        """One set's medians in numbers, below the places that they are of."""
        down = -72 / DPI * (self._first_row() + ROW * (number - 0.5))
        words = {"fontsize": 8, "va": "center", "textcoords": OFFSET}
        words["color"] = COLOURS[number % len(COLOURS)]
        below = axes.get_xaxis_transform()
        for place, said in enumerate(self._medians(name)):
            axes.annotate(said, (place, 0), (0, down), below, ha="center", **words)
        label = "median" if len(self.values) == 1 else legible(name)
        right = axes.transAxes
        axes.annotate(label, (1, 0), (8, down), right, ha="left", **words)

    def _first_row(self) -> int:
        """How far below the axis the medians begin, in pixels of the page."""
        return NAMED if self.along else BELOW

    def _medians(self, name: str) -> list[str]:
        """The median at each place, as it is written; "—" if that is infinite."""
        middle = np.median(self.values[name], axis=1)
        return [format_number(m) if np.isfinite(m) else "—" for m in middle]

    def describe(self) -> str:
        """What it shows, in words."""
        said = [
            f"{name}: {', '.join(map(' at '.join, zip(self._medians(name), places)))}"
            for name, places in ((n, map(str, self.places)) for n in self.values)
        ]
        seeds = next(iter(self.values.values())).shape[1]
        by = f" by {self.along}" if self.along else ""
        note = f"{self.note} " if self.note else ""
        return f"{note}{self.measured}{by}, medians of {seeds}. {'; '.join(said)}."

    def __repr__(self):
        return f"Chart({self.measured} by {self.along}: {', '.join(self.values)})"

    def png(self) -> bytes:
        """The picture, as a small PNG."""
        canvas = FigureCanvasAgg(self.figure())
        canvas.draw()
        return small(pixels(canvas))

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        picture = b64encode(self.png()).decode()
        shown = {"text/plain": repr(self), "image/png": picture}
        return shown, image_metadata(self.describe())


def side_by_side(values: np.ndarray) -> np.ndarray:
    """How far to the right each dot goes (places, seeds), so that equal ones of a place
    lie side by side."""
    found = np.zeros(values.shape)
    for place, row in enumerate(values):
        for value in np.unique(row):
            tied = np.flatnonzero(row == value)
            step = min(TIED, WIDEST / len(tied))
            found[place, tied] = step * (np.arange(len(tied)) - (len(tied) - 1) / 2)
    return found
