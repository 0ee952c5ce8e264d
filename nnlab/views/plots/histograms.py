"""Histograms of a run's vectors, layer by layer: parameters, gradient, and what the
optimizer remembers.

There is a row for each array of weights or biases and a column for each vector. Each
histogram reaches as far to the left of 0 as to the right, to the number that is written
above it. Dark is the seed shown, and pale, bin by bin, the seed with the most.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from nnlab.diagnostics.histogram import shares
from nnlab.diagnostics.named_vectors import array
from nnlab.views.drawing.colours import GREY, INK
from nnlab.views.drawing.histogram_image import bars
from nnlab.views.drawing.number_format import short
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.drawing.vector_choice import (
    arrays_of,
    check_kinds,
    chosen,
    forgets,
    left_out,
)
from nnlab.views.view import Pixels, View

BINS = 31
TOP, LEFT, RIGHT, GAP, LETTERS = 22, 40, 8, 12, 14  # pixels of the page
ROW_LOW, ROW_HIGH = 44, 84  # that a row is high


class Histograms(View):
    """How the numbers of each layer are spread, over seeds.

    `of` names vectors: "parameters", "gradient" (the latest), and "moments", each of
    those that the optimizer keeps. Raises `InputError` for another name.
    """

    def __init__(self, of: Sequence[str] = ("parameters", "gradient")):
        self.of = check_kinds(of)

    def lacks(self, session):
        return super().lacks(session) or forgets(session, self.of)

    def build(self, figure, box, session, selection):
        self.scale = figure.dpi / 100
        self.box = tuple(side / self.scale for side in box)
        self.names = self._fitting(session)
        self.pixels = Pixels()
        return [self.pixels]

    def renew(self, session, selection):
        self.names = self._fitting(session)
        return True

    def update(self, session, selection):
        columns = chosen(session, self.of)
        left, bottom, width, height = self.box
        tiles = self.pixels.tiles = []
        top = bottom + height - TOP
        high = min((top - bottom) / len(self.names), ROW_HIGH)
        wide = (width - LEFT - RIGHT + GAP) / max(1, len(columns)) - GAP
        for row, key in enumerate(self.names):
            y = top - (row + 1) * high
            tiles.append(self._word(key, left + 4, y + (high - LETTERS) / 2 - 6))
            for i, vector in enumerate(columns.values()):
                x = left + LEFT + i * (wide + GAP)
                size = (wide, high - LETTERS - 4)
                tiles += self._cell(
                    selection, array(session.trainer, vector, key), (x, y), size
                )
        for i, name in enumerate(columns):
            x = left + LEFT + i * (wide + GAP)
            tiles.append(self._word(name.replace("_", " "), x, top + 4, INK, 11.5))
        return False

    def describe(self, session, selection):
        words = []
        for name, vector in chosen(session, self.of).items():
            each = (
                _said(key, array(session.trainer, vector, key)) for key in self.names
            )
            words.append(f"{name.replace('_', ' ')}: {', '.join(each)}")
        said = "; ".join(words) or "the optimizer remembers nothing"
        return f"Histograms over all seeds of {said}{left_out(session, self.names)}."

    def _fitting(self, session) -> list[str]:
        return arrays_of(session, int((self.box[3] - TOP) // ROW_LOW))

    def _cell(self, selection, values: np.ndarray, corner, size) -> Iterator:
        """A histogram of an array (R, …) with its reach above it."""
        reach, found = spread(values)
        wide, high = (round(side * self.scale) for side in size)
        place = tuple(side * self.scale for side in corner)
        yield place, bars(found, selection.replica, wide, high)
        yield self._word(f"±{reach:g}", corner[0], corner[1] + size[1] + 1)

    def _word(self, text, left, bottom, colour=GREY, size=10.0) -> tuple:
        place = (left * self.scale, bottom * self.scale)
        return place, lettering(text, size * self.scale, colour)


def spread(values: np.ndarray) -> tuple[float, np.ndarray]:
    """How far an array (R, …) reaches, as a number of one digit, and the share of its
    numbers in each bin up to there (R, BINS)."""
    numbers = values.reshape(len(values), -1)
    finite = np.abs(numbers[np.isfinite(numbers)])
    reach = _rounded(float(finite.max(initial=0.0)))
    edges = np.linspace(-(reach or 1.0), reach or 1.0, BINS + 1)
    return reach, shares(numbers, edges)


def _rounded(value: float) -> float:
    """The next number up of 1, 2 and 5, times a power of ten; 0 stays."""
    if not value:
        return 0.0
    power = 10.0 ** np.floor(np.log10(value))
    return next(step * power for step in (1, 2, 5, 10, 20) if step * power >= value)


def _said(key: str, values: np.ndarray) -> str:
    """Of an array (R, …) within what its numbers lie."""
    size = np.abs(values[np.isfinite(values)])
    if not size.size:
        return f"{key} not finite"
    return f"{key} to ±{short(size.max())}, half within ±{short(np.median(size))}"
