"""A table of one of a run's vectors, layer by layer: parameters, gradient, or what the
optimizer remembers.

Above, for each array of weights or biases, its mean, standard deviation, least and
greatest number in the seed shown; below that its norm, and the norms over all seeds.
"""

from collections.abc import Sequence

import numpy as np

from nnlab.diagnostics.named_vectors import Summary, array
from nnlab.views.drawing.colours import GREY, INK
from nnlab.views.drawing.number_format import brief
from nnlab.views.drawing.text_layer import BOLD, PLAIN, lettering
from nnlab.views.drawing.vector_choice import (
    arrays_of,
    check_kinds,
    chosen,
    forgets,
    left_out,
)
from nnlab.views.view import Pixels, View

HEADS = ("mean", "deviation", "least", "greatest")
LEFT, RIGHT, HIGH = 40, 8, 15  # pixels of the page
ROW = 2 * HIGH + 5  # that an array takes
HEAD = 2 * HIGH + 8  # that the name of a vector and its columns take


class Numbers(View):
    """The numbers of each layer, summed up in the seed shown, and over seeds.

    `of` is "parameters", "gradient" (the latest) or "moments", those that the
    optimizer keeps, one under the other. Raises `InputError` for another name.
    """

    def __init__(self, of: str = "parameters"):
        self.of = check_kinds(of)

    def lacks(self, session):
        return super().lacks(session) or forgets(session, self.of)

    def build(self, figure, box, session, selection):
        self.scale = figure.dpi / 100
        self.box = tuple(side / self.scale for side in box)
        self.pixels = Pixels()
        return [self.pixels]

    def renew(self, session, selection):
        return True

    def update(self, session, selection):
        left, bottom, _, height = self.box
        vectors, self.pixels.tiles = chosen(session, self.of), []
        y = bottom + height
        for name, vector in vectors.items():
            y -= HEAD
            self._word(name.replace("_", " "), left + 4, y + HIGH + 4, INK, BOLD)
            self._row(y, HEADS, GREY)
            for key in self._fitting(session, len(vectors)):
                y -= ROW
                values = array(session.trainer, vector, key)
                self._word(key, left + 4, y + HIGH, INK)
                self._row(y + HIGH, _cells(values[selection.replica]), INK)
                self._word(_norms(values, selection.replica), left + LEFT, y, GREY)
        return False

    def describe(self, session, selection):
        vectors, words = chosen(session, self.of), []
        names = self._fitting(session, len(vectors))
        for name, vector in vectors.items():
            each = (_said(key, array(session.trainer, vector, key)) for key in names)
            words.append(f"{name.replace('_', ' ')} {', '.join(each)}")
        said = "; ".join(words) or "the optimizer remembers nothing"
        return f"Numbers, and their norms over seeds: {said}{left_out(session, names)}."

    def _fitting(self, session, vectors: int) -> list[str]:
        """The names of as many arrays as there is room for."""
        free = self.box[3] / max(1, vectors) - HEAD
        return arrays_of(session, max(1, int(free // ROW)))

    def _row(self, y: float, words: Sequence[str], colour: str) -> None:
        """Words in columns, each to the right of its column."""
        left, _, width, _ = self.box
        apart = (width - LEFT - RIGHT) / len(words)
        for i, word in enumerate(words):
            tile = lettering(word, 11 * self.scale, colour)
            x = (left + LEFT + (i + 1) * apart) * self.scale - tile.shape[1]
            self.pixels.tiles.append(((x, y * self.scale), tile))

    def _word(self, text: str, x: float, y: float, colour: str, face=PLAIN) -> None:
        tile = lettering(text, 11 * self.scale, colour, face)
        self.pixels.tiles.append(((x * self.scale, y * self.scale), tile))


def _cells(values: np.ndarray) -> list[str]:
    """What stands in the columns of an array."""
    found = Summary.of(values)
    some = (found.mean, found.std, found.least, found.greatest)
    return [*map(brief, some)]


def _norms(values: np.ndarray, shown: int) -> str:
    """The norm of an array (R, …) in the seed shown, and from least to most."""
    norms = [Summary.of(own).norm for own in values]
    own, low, high = map(brief, (norms[shown], np.min(norms), np.max(norms)))
    seeds = f", seeds {low} to {high}" if len(norms) > 1 else ""
    return f"norm {own}{seeds}"


def _said(key: str, values: np.ndarray) -> str:
    norms = [Summary.of(own).norm for own in values]
    return f"{key} {brief(np.min(norms))} to {brief(np.max(norms))}"
