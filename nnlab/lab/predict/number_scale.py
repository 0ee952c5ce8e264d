"""A scale to place a guess on: whole numbers, or else some hundred marks.

A scale that goes up a thousandfold has its marks at equal ratios.
"""

from collections.abc import Sequence
from math import floor, inf, log10
from numbers import Integral, Real

import ipywidgets as widgets
import numpy as np

from nnlab.errors import InputError, shown

MARKS = 100  # steps from one end to the other
DECADE = 20  # marks in each, on a scale of ratios
RATIOS = 1000  # from how many times the least on the marks have equal ratios


class Scale:
    """From `low` to `high`, both included; `whole` if only whole numbers are on it.

    Attributes:
        marks: the numbers on it, in order; those from low to high if it is whole.
    """

    def __init__(self, low: float, high: float, whole: bool):
        self.low, self.high, self.whole = low, high, whole
        self.marks = range(low, high + 1) if whole else _marks(low, high)

    def slider(self) -> widgets.Widget:
        """A slider with these marks, in the middle."""
        if self.whole:
            middle = (self.low + self.high) // 2
            return widgets.IntSlider(min=self.low, max=self.high, value=middle)
        options = [(_written(mark, self.marks), mark) for mark in self.marks]
        return widgets.SelectionSlider(
            options=options, value=self.marks[len(self.marks) // 2]
        )

    def has(self, value: float) -> bool:
        """Whether a number lies between its ends."""
        return self.low <= value <= self.high

    def grain(self, mark: float) -> float:
        """How far a number may be from a mark and still have none that is nearer."""
        if self.whole:
            return 0
        i = int(np.argmin(np.abs(np.subtract(self.marks, mark))))
        near = self.marks[max(i - 1, 0) : i + 2]
        return float(np.diff(near).max()) / 2 * (1 + 1e-9)


def scale(place: object, answer: object) -> Scale:
    """The scale that a learner is to place an answer on.

    Raises `InputError` unless `place` is the least and the most of one.
    """
    ends = [*place] if isinstance(place, Sequence | np.ndarray) else []
    if len(ends) != 2 or not all(map(number, ends)) or not ends[0] < ends[1]:
        turned = len(ends) == 2 and all(map(number, ends)) and ends[0] > ends[1]
        near = f"({shown(ends[1])}, {shown(ends[0])})" if turned else "(0, 100)"
        raise InputError(
            "place",
            f"place={shown(place)} is not allowed: give the least and the most of "
            f"the scale; try place={near}.",
        )
    low, high = ends
    whole = isinstance(low, Integral) and isinstance(high, Integral) and high - low > 1
    if number(answer) and answer != int(answer):
        whole = False
    kind = int if whole else float
    return Scale(kind(low), kind(high), whole)


def number(value: object) -> bool:
    """Whether it is a finite number."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    return real and bool(-inf < value < inf)


def _marks(low: float, high: float) -> list[float]:
    """Numbers from low to high, with as few digits as tell them apart."""
    if low > 0 and high / low >= RATIOS:
        count = round(DECADE * log10(high / low)) + 1
        inner = [float(f"{mark:.3g}") for mark in np.geomspace(low, high, count)]
    else:
        digits = 2 - floor(log10(high - low))
        inner = [
            round(mark, digits) for mark in np.linspace(low, high, MARKS + 1).tolist()
        ]
    return [low, *inner[1:-1], high]


def _written(mark: float, marks: Sequence[float]) -> str:
    """A mark as it is written: in as few digits as tell it from the others."""
    for digits in range(3, 18):
        if len({f"{one:.{digits}g}" for one in marks}) == len(marks):
            break
    return f"{mark:.{digits}g}"
