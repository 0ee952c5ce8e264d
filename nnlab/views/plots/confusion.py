"""Which class is taken for which: the confusion matrix.

A row for each class that it is, a column for each that it is called, as scikit-learn
has it. What is right lies on the diagonal, in blue; what is wrong beside it, in orange,
the darker the larger its share of the row. The large number is that of the seed shown;
where there is room, the small one says from where to where the seeds go.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from nnlab.diagnostics.sample_losses import called, confusion
from nnlab.errors import unknown
from nnlab.session.session import Session
from nnlab.views.drawing.colours import BLUE, GREY, INK, ORANGE, rgba, tinted
from nnlab.views.drawing.legend import distinct
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.view import Pixels, View, cut

STYLE = {"fontsize": 8, "color": GREY, "ha": "center", "va": "center"}
PARTS = {"validation": "validation", "train": "training"}  # as they are called
CLASSES_SHOWN = 12  # classes that are shown
SHADES = 12  # of a colour
NAMES = 68  # pixels of the page at the left for the longest names
LETTER = 6.0  # pixels of the page that a letter takes
TOP = 46  # pixels of the page above the matrix
ROOMY = 44  # pixels of a cell, from which two lines fit


def with_samples(session: Session, part: str) -> str:
    """The part, or "train" in place of one that has no samples."""
    return part if len(getattr(session.parts, part)) else "train"


class Confusion(View):
    """How often each class is called what, on the "validation" part or "train"; on
    "train" too if the other has no samples.

    Raises `InputError` for another part.
    """

    needs = ("labels",)

    def __init__(self, part: str = "validation"):
        if part not in PARTS:
            raise unknown("part", part, PARTS)
        self.part = part

    def build(self, figure, box, session, selection):
        self.scale, self.shown = figure.dpi / 100, with_samples(session, self.part)
        left, bottom, width, height = (side / self.scale for side in box)
        self.names = distinct(session.data.classes[:CLASSES_SHOWN])
        beside = min(10 + LETTER * max(map(len, self.names)), NAMES) + 18
        side = min(width - beside - 8, height - TOP - 4)
        self.cell = side / len(self.names)
        x = left + beside + (width - beside - 8 - side) / 2
        self.corner = (x, bottom + height - TOP)
        for (x, y), word, style in self._words(beside):
            place = (x * self.scale, y * self.scale)
            figure.text(*place, word, **{**STYLE, **style}, transform=None)
        self.pixels = Pixels()
        return [self.pixels]

    def renew(self, session, selection):
        same = self.shown == with_samples(session, self.part)
        return same and distinct(session.data.classes[:CLASSES_SHOWN]) == self.names

    def update(self, session, selection):
        counts = self._counts(session)[:, :CLASSES_SHOWN, :CLASSES_SHOWN]
        own, classes = counts[selection.replica], len(self.names)
        share = own / np.maximum(own.sum(axis=1, keepdims=True), 1)
        shades = np.ceil(np.sqrt(share) * SHADES).astype(int)
        size = round(self.cell * classes * self.scale)
        left, top = (side * self.scale for side in self.corner)
        self.pixels.tiles = [((left, top - size), _painted(shades, size))]
        for row, column in np.argwhere(counts.max(axis=0) > 0):
            colour = _colour(row == column, shades[row, column])
            self._number(row, column, counts[:, row, column], selection.replica, colour)
        return False

    def describe(self, session, selection):
        counts = self._counts(session)
        own, names = counts[selection.replica], session.data.classes
        wrong = own - np.diag(np.diag(own))
        words = (
            f"{wrong.sum()} of {own.sum()} {PARTS[self.shown]} samples are called wrong"
        )
        if wrong.any():
            order = np.argsort(-wrong, axis=None, kind="stable")[:3]
            pairs = (np.unravel_index(i, wrong.shape) for i in order if wrong.flat[i])
            worst = (
                f"{names[i]} taken for {names[j]} {wrong[i, j]}×" for i, j in pairs
            )
            words += f": {', '.join(worst)}"
        return f"Confusion matrix of the seed shown: {words}."

    def _counts(self, session) -> np.ndarray:
        """How often each class is called what (R, classes, classes)."""
        data = getattr(session.parts, self.shown)
        calls = called(session.decoder.predictions(session.outputs(data.x)))
        return confusion(data.y, calls, len(data.classes))

    def _words(self, beside: float) -> Iterator[tuple]:
        """What stands around the matrix, and where: a title, the names of classes."""
        (left, top), cell = self.corner, self.cell
        side, first = cell * len(self.names), {"color": INK, "fontsize": 8.5}
        title = f"{PARTS[self.shown]} samples: called …"
        yield (left, top + 28), title, {**first, "ha": "left", "va": "baseline"}
        is_so = {**first, "rotation": 90, "ha": "center"}
        yield (left - beside + 10, top - side / 2), "it is …", is_so
        for i, name in enumerate(self.names):
            along = (i + 0.5) * cell
            yield (left + along, top + 9), cut(name, max(2, cell / LETTER)), {}
            end = (left - 5, top - along)
            yield end, cut(name, (NAMES - 10) / LETTER), {"ha": "right"}

    def _number(self, row, column, counts, shown: int, paper: str) -> None:
        """The count in a cell, and below it from where to where the seeds go."""
        low, high = counts.min(), counts.max()
        size = min(13, self.cell * 0.5)
        lines = [(f"{counts[shown]}" if counts[shown] else "", size, INK, 0)]
        if self.cell >= ROOMY and low < high:
            lines = [(*lines[0][:3], 7), (f"{low}–{high}", 9.5, INK, -8)]
        x = self.corner[0] + (column + 0.5) * self.cell
        y = self.corner[1] - (row + 0.5) * self.cell
        for word, size, colour, up in lines:
            tile = lettering(word, size * self.scale, colour, paper=paper)
            high, wide = tile.shape[:2]
            place = x * self.scale - wide / 2, (y + up) * self.scale - high / 2
            self.pixels.tiles.append((place, tile))


def _painted(shades: np.ndarray, size: int) -> np.ndarray:
    """The cells as a picture (size, size, 4), bottom row first, with thin white lines
    between them."""
    right = np.eye(len(shades), dtype=bool)
    every = range(SHADES + 1)
    table = np.array([[rgba(_colour(kind, i)) for i in every] for kind in (0, 1)])
    cells = table[right.astype(int), shades][::-1]
    at = np.arange(size) * len(shades) // size
    picture = cells[at][:, at]
    edges = np.flatnonzero(np.diff(at))
    picture[edges], picture[:, edges] = 255, 255
    return picture


@lru_cache(maxsize=64)
def _colour(right: bool, shade: int) -> str:
    """The paper of a cell: white, up to a light blue or orange."""
    return tinted(BLUE if right else ORANGE, 0.6 * shade / SHADES)
