"""A curve that is drawn by hand, before the true one is seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real

import anywidget
import numpy as np
import traitlets

from nnlab.errors import InputError, shown
from nnlab.lab.page_layout import page_files
from nnlab.views.drawing.number_format import plain

POINTS = 41  # heights of a drawn curve, evenly spaced from left to right


@dataclass(frozen=True)
class Sketch:
    """A curve: its heights, evenly spaced from left to right."""

    heights: tuple[float, ...]

    @classmethod
    def of(cls, heights: Sequence[float]) -> "Sketch":
        """The curve through any number of heights, evenly spaced."""
        places = np.linspace(0, len(heights) - 1, POINTS)
        found = np.interp(places, np.arange(len(heights)), heights)
        return cls(tuple(float(height) for height in found))

    def distance(self, other: "Sketch") -> float:
        """How far apart two curves are, on average."""
        return float(np.abs(np.subtract(self.heights, other.heights)).mean())

    def __str__(self):
        ends = self.heights[0], self.heights[-1]
        least, most = min(self.heights), max(self.heights)
        between = f", between {plain(least)} and {plain(most)}"
        start, end = map(plain, ends)
        beyond = least < min(ends) or most > max(ends)
        return f"a curve from {start} to {end}{between if beyond else ''}"


@dataclass(frozen=True)
class Axes:
    """What there is to draw on: the range of x and of y, and what they are.

    Raises `InputError` unless each range has a least and a most.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    x_label: str = ""
    y_label: str = ""

    def __post_init__(self):
        for name, ends in (("x", self.x), ("y", self.y)):
            if not _two(ends):
                raise InputError(
                    name,
                    f"{name}={shown(ends)} is not allowed: give the least and the "
                    f"most; try {name}=(0, 1).",
                )


def _two(ends: object) -> bool:
    """Whether these are a least and a most."""
    if not isinstance(ends, Sequence | np.ndarray) or len(ends) != 2:
        return False
    real = all(isinstance(end, Real) and np.isfinite(end) for end in ends)
    return real and bool(ends[0] < ends[1])


class Pad(anywidget.AnyWidget):
    """Where a curve is drawn: with the pointer, or with the arrow keys.

    It starts as a flat line. Once `locked` it is as it is, and once the true curve is
    known that is drawn beside it.
    """

    _esm = page_files("sketch.js")
    x = traitlets.List().tag(sync=True)
    y = traitlets.List().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    heights = traitlets.List(help="what is drawn").tag(sync=True)
    truth = traitlets.List(help="the true curve, once it is known").tag(sync=True)
    locked = traitlets.Bool(False).tag(sync=True)

    def __init__(self, axes: Axes):
        super().__init__(
            x=[*map(float, axes.x)],
            y=[*map(float, axes.y)],
            labels=[axes.x_label, axes.y_label],
            heights=[float(sum(axes.y)) / 2] * POINTS,
        )

    def __repr__(self):
        return f"Pad(x={self.x}, y={self.y})"

    @property
    def sketch(self) -> Sketch:
        """What is drawn now."""
        return Sketch.of(self.heights)
