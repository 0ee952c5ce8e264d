"""What a network's picture adds where the learner looks: the neuron larger, the weights
that come in, each on its line, and a card with all its numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.drawing.colours import BLUE, WRONG
from nnlab.views.drawing.neuron_positions import BEND
from nnlab.views.drawing.number_format import format_number
from nnlab.views.drawing.text_layer import BOLD, lettering
from nnlab.views.drawing.wiring import Column
from nnlab.views.panels.readings_card import card, readings
from nnlab.views.view import Box

BUTTONS = 44  # pixels of the page at the top
Tile = tuple[tuple[float, float], np.ndarray]


@dataclass
class CloseUp:
    """Knows where everything is: columns of neurons, their centres in pixels, lines
    between them, and how large a neuron is.

    `by` is what a line shows, `sample` whose numbers a card has, and `gradients`
    whether they are among them: see `Neurons`.
    """

    columns: Sequence[Column]
    centres: Sequence
    paths: Sequence[np.ndarray]
    tile: int
    box: Box
    scale: float
    by: str
    sample: int | None
    gradients: bool

    def tiles(self, selection: Selection, drawn, tables) -> Iterator[Tile]:
        """The neuron larger, and numbers on lines. `drawn` has the picture of each
        neuron, column by column, and `tables` what lines show, by name."""
        if place := self._neuron(selection):
            column, unit = place
            picture = drawn[column + 1][unit]
            pixels = np.arange(0, len(picture), 2 / 3).astype(int)
            large = picture[np.ix_(pixels, pixels)]
            large = np.pad(large, ((2, 2), (2, 2), (0, 0)), constant_values=60)
            yield _around(self.centres[column + 1][unit], large), large
        for column, row, unit in self._asked(selection):
            value = tables[self.columns[column].weights][row, unit]
            decimals = 2 if self.by == "weight" else None
            said = format_number(value, 2, decimals=decimals, signed=True)
            colour = BLUE if value >= 0 else WRONG
            word = lettering(said, 11 * self.scale, colour, BOLD)
            yield _around(self._middle(column, row, unit), word), word

    def card(self, session: Session, selection: Selection) -> Iterator[Tile]:
        """The numbers of what is looked at, at the bottom; or at the top, if that is
        at the bottom itself."""
        found = readings(session, selection, self.sample, self.gradients)
        place = self._place(selection)
        if found is None or place is None:
            return
        left, bottom, width, height = self.box
        picture = card(found, width, self.scale)
        low = place[1] < bottom + len(picture) + self.tile
        top = bottom + height - BUTTONS * self.scale - len(picture)
        yield (left + (width - picture.shape[1]) / 2, top if low else bottom), picture

    def _neuron(self, selection: Selection) -> tuple[int, int] | None:
        """The column and the number there of the neuron that is looked at, if it is
        drawn."""
        for column, places in enumerate(self.centres[1:]):
            layer = self.columns[column].last
            if (
                selection.neuron
                and selection.neuron[0] == layer
                and selection.neuron[1] < len(places)
            ):
                return column, selection.neuron[1]
        return None

    def _link(self, selection: Selection) -> tuple[int, int, int] | None:
        """The column, row and unit of the link that is looked at, if it is drawn."""
        for column, places in enumerate(self.centres[1:]):
            if selection.link and selection.link[0] == self.columns[column].first:
                _, row, unit = selection.link
                drawn = row < len(self.centres[column]) and unit < len(places)
                return (column, row, unit) if drawn else None
        return None

    def _asked(self, selection: Selection) -> Iterator[tuple[int, int, int]]:
        """Column, row and unit of every link whose number is to be shown."""
        if link := self._link(selection):
            yield link
        if place := self._neuron(selection):
            column, unit = place
            rows = len(self.centres[column]) if self.columns[column].weights else 0
            yield from ((column, row, unit) for row in range(rows))

    def _place(self, selection: Selection):
        """Where that is drawn which is looked at, if it is."""
        if place := self._neuron(selection):
            return self.centres[place[0] + 1][place[1]]
        link = self._link(selection)
        return tuple(self._middle(*link)) if link else None

    def _middle(self, column: int, row: int, unit: int) -> np.ndarray:
        """Where a link has its number."""
        number = row * len(self.centres[column + 1]) + unit
        return self.paths[column][number][BEND // 4]


def _around(place, picture: np.ndarray) -> tuple[float, float]:
    """The corner of a picture with its middle here."""
    return place[0] - picture.shape[1] / 2, place[1] - picture.shape[0] / 2
