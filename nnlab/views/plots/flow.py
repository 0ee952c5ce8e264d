"""A mini-batch on its way through the network, in slow motion: numbers in the neurons.

Forward, each neuron gets its sum z, and then what the activation makes of it, a; the
loss comes last. Backward, each gets below that the gradient of the loss: in a, then in
z, which is called δ. Lines are weights; once the way back has passed they are the
gradients of these weights, and after the update their changes. What is at work now has
a golden frame.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.drawing.colours import GOLD, GREY, INK, diverging
from nnlab.views.drawing.neuron_positions import bent_lines, distance
from nnlab.views.drawing.number_format import signed
from nnlab.views.drawing.text_layer import BOLD, PLAIN, lettering
from nnlab.views.drawing.titles import NEURONS_SHOWN
from nnlab.views.drawing.wiring import Column, columns
from nnlab.views.panels import step_text
from nnlab.views.panels.value_tiles import LOSS, lay_out, light, plate, weigh
from nnlab.views.view import Pixels, View, cut

NEAR = 5  # pixels of the page within which a link is pointed at
LETTER = 6  # pixels of the page that a letter of a name is wide
SHORT_NAME = 4  # letters of a longer name that tell nothing
TALL = 32  # pixels of the page from which a neuron has room for two numbers
WORDS = {  # what lines stand for
    "weights": "lines: weights; blue adds, orange takes away",
    "gradient": "lines: ∂loss/∂w where the way back has passed",
    "change": "lines: what the update adds to each weight",
}


class Flow(View):
    """Inputs, every layer's neurons, and the loss, from left to right."""

    share = 1.25
    slow = True

    def build(self, figure, box, session, selection):
        self.scale = figure.dpi / 100
        self.box, self.shape = tuple(side / self.scale for side in box), _shape(session)
        self.columns = columns(session.trainer.network)
        counts = [
            session.trainer.network.widths[0],
            *(c.units for c in self.columns),
            1,
        ]
        self.centres, self.tile = lay_out(
            self.box, [min(n, NEURONS_SHOWN) for n in counts]
        )
        self._titles(figure, session, selection)
        half = np.array(self.tile) / 2
        self.paths = [
            lines * self.scale for lines in bent_lines(self.centres[:-1], half[0])
        ]
        self.links = [
            LineCollection(lines, transform=None, capstyle="round")
            for lines in self.paths
        ]
        self.looked = LineCollection([], transform=None, color=GOLD, linewidth=6)
        self.frames = []
        for places in self.centres:
            corners = [np.array(place) - half for place in places]
            self.frames.append([self._frame(corner) for corner in corners])
        frames = [frame for column in self.frames for frame in column]
        changing = [self.looked, *self.links, *frames]
        for artist in changing:
            figure.add_artist(artist)
        self.words = Pixels()
        return [*changing, self.words]

    def renew(self, session, selection):
        return _shape(session) == self.shape

    def update(self, session, selection):
        self.words.tiles = []
        self._head(session, selection)
        now, foot = self._now(session), "weights"
        numbers = [
            self._inputs(session, selection),
            *(self._numbers(session, selection, c) for c in self.columns),
        ]
        for number, (column, places) in enumerate(zip(numbers, self.centres)):
            self._fill(column, places, self.frames[number], number == now)
        self._loss(session, selection, now == len(self.columns) + 1)
        for column, links in zip(self.columns, self.links):
            if column.weights:
                what, table = step_text.lines(session, selection, column)
                weigh(links, table[:NEURONS_SHOWN, :NEURONS_SHOWN].ravel(), what)
                foot = what if what != "weights" else foot
        self._look(session, selection)
        self._write(WORDS[foot], (0, 4 - self.box[3]), GREY, 10)
        return False

    def describe(self, session, selection):
        what = step_text.caption(session, selection)
        said = f"Slow motion: {what}: {step_text.formula(session, selection)}."
        if session.stepper.slow is None:
            return said
        parts = [f"{said} Numbers are of the {step_text.whose(session, selection)}."]
        column = self._now(session) - 1
        if 0 <= column < len(self.columns):
            way = (
                step_text.back
                if session.stepper.stage == "backward"
                else step_text.ahead
            )
            if shown := way(session, selection, self.columns[column]):
                some = ", ".join(map(signed, shown[1][:NEURONS_SHOWN]))
                parts.append(f"{shown[0]} = {some}.")
        if session.stepper.slow.shows("loss"):
            loss = " and then ".join(
                f"{one:.4f}" for one in step_text.losses(session, selection)
            )
            parts.append(f"The loss is {loss}.")
        return " ".join(parts)

    def at(self, x, y):
        x, y = x / self.scale, y / self.scale
        wide, high = self.tile
        for column, places in zip(self.columns, self.centres[1:]):
            for unit, (left, bottom) in enumerate(places):
                if abs(x - left) <= wide / 2 and abs(y - bottom) <= high / 2:
                    return column.last, unit
        return self._link_at(np.array([x, y]) * self.scale)

    def neurons(self):
        return [
            (column.last, unit)
            for column, places in zip(self.columns, self.centres[1:])
            for unit in range(len(places))
        ]

    def _link_at(self, point):
        """The link that passes nearest to a point, if one is near enough."""
        found = []
        for column, lines in zip(self.columns, self.paths):
            if column.weights:
                away = distance(lines, point)
                found.append((away.min(), column.first, int(away.argmin()), column))
        if not found:
            return None
        away, first, number, column = min(found, key=lambda one: one[0])
        if away > NEAR * self.scale:
            return None
        return first, *divmod(number, min(column.units, NEURONS_SHOWN))

    def _now(self, session: Session) -> int:
        """The column that is at work, by its number; that of the loss at the loss."""
        if session.stepper.slow is None or session.stepper.stage == "update":
            return -1
        if session.stepper.stage == "loss":
            return len(self.columns) + 1
        layer = int(session.stepper.slow.moment.layer.partition(".")[0])
        return sum(column.first <= layer for column in self.columns) or 1

    def _inputs(self, session: Session, selection: Selection) -> list[step_text.Shown]:
        """What came in."""
        if session.stepper.slow is None:
            return []
        return [
            (
                "",
                step_text.picked(
                    session, selection, step_text.passes_of(session, selection).x
                ),
            )
        ]

    def _numbers(
        self, session: Session, selection: Selection, column: Column
    ) -> list[step_text.Shown]:
        """What stands in the neurons of a column: one line, or two."""
        both = (
            step_text.ahead(session, selection, column),
            step_text.back(session, selection, column),
        )
        shown = [one for one in both if one]
        return shown if self.tile[1] >= TALL else shown[-1:]

    def _fill(self, shown, places, frames, lit: bool) -> None:
        """The numbers of a column into its neurons, on the colours of their size."""
        colours = []
        for _, values in shown:
            values = np.nan_to_num(values[:NEURONS_SHOWN])
            reach = max(np.abs(values).max(initial=0.0), 1e-12)
            table = diverging(0.5 + 0.4 * values / reach)
            colours.append([to_hex(tint / 255) for tint in table])
        for unit, ((x, y), frame) in enumerate(zip(places, frames)):
            light(frame, lit)
            frame.set_facecolor(colours[0][unit] if colours else "white")
            high = self.tile[1] / max(1, len(shown))
            for row, (letter, values) in enumerate(shown):
                middle = y + self.tile[1] / 2 - (row + 0.5) * high
                self._plate(letter, values[unit], (x, middle), high, colours[row][unit])

    def _loss(self, session: Session, selection: Selection, lit: bool) -> None:
        """The loss, and what it becomes."""
        [(x, y)], [frame] = self.centres[-1], self.frames[-1]
        light(frame, lit)
        frame.set_facecolor("white")
        shown = (
            step_text.losses(session, selection)
            if session.stepper.slow and session.stepper.slow.shows("loss")
            else []
        )
        if self.tile[1] < TALL:
            shown = shown[-1:]
        high = self.tile[1] / max(1, len(shown))
        for row, (sign, value) in enumerate(zip(LOSS, shown)):
            middle = y + self.tile[1] / 2 - (row + 0.5) * high
            self._plate(sign, value, (x, middle), high, "#ffffff")

    def _plate(self, letter: str, value: float, middle, high, paper: str) -> None:
        """A line of a neuron: a number on its colour."""
        size = (high - 2) * self.scale, (self.tile[0] - 2) * self.scale
        drawn = plate(letter, value, size, 10.5 * self.scale, paper)
        corner = np.array(middle) * self.scale - np.array(drawn.shape[1::-1]) / 2
        self.words.tiles.append((tuple(corner), drawn))

    def _head(self, session: Session, selection: Selection) -> None:
        """Which moment this is, and what is done."""
        self._write(step_text.caption(session, selection), (0, -19), INK, 12, BOLD)
        said = step_text.formula(session, selection)
        if session.stepper.slow:
            said = f"{said}   ({step_text.whose(session, selection)})"
        self._write(said, (0, -35), GREY, 11)

    def _titles(self, figure, session: Session, selection: Selection) -> None:
        """The name above each column, and beside each input."""
        style = {"fontsize": 7.5, "color": GREY, "transform": None}
        titles = ["inputs", *(str(c.bends or "").lower() for c in self.columns)]
        titles[-1:] = ["outputs" if self.columns[-1].units > 1 else "output", "loss"]
        for title, [(x, y), *_] in zip(titles, self.centres):
            place = x * self.scale, (y + self.tile[1] / 2 + 5) * self.scale
            figure.text(*place, cut(title, 11), ha="center", **style)
        room = self.centres[0][0][0] - self.tile[0] / 2 - 5 - self.box[0]
        letters = min(9, int(room / LETTER))
        for name, (x, y) in zip(session.scale.names, self.centres[0]):
            place = (x - self.tile[0] / 2 - 5) * self.scale, y * self.scale
            name = cut(name, letters) if letters > SHORT_NAME else name
            if len(name) <= letters:
                figure.text(*place, name, ha="right", va="center", **style)

    def _write(self, text: str, place, colour: str, size: float, face=PLAIN) -> None:
        """Words at a place from the upper left corner, cut where the box ends."""
        left, bottom, wide, high = self.box
        word = lettering(text, size * self.scale, colour, face)
        word = word[:, : int((wide - place[0] - 8) * self.scale)]
        corner = left + 8 + place[0], bottom + high + place[1]
        self.words.tiles.append((tuple(side * self.scale for side in corner), word))

    def _look(self, session: Session, selection: Selection) -> None:
        """A golden band under the link of the weight whose factors are shown."""
        index, places = (
            step_text.looked_at(session, selection),
            session.trainer.network.layout.places,
        )
        self.looked.set_segments([])
        for column, lines in zip(self.columns, self.paths):
            if column.weights and (place := places[column.weights]).start <= index:
                row, unit = divmod(index - place.start, place.shape[1])
                if index < place.stop and max(row, unit) < NEURONS_SHOWN:
                    many = min(column.units, NEURONS_SHOWN)
                    self.looked.set_segments([lines[row * many + unit]])

    def _frame(self, corner) -> Rectangle:
        wide, high = (side * self.scale for side in self.tile)
        return Rectangle(corner * self.scale, wide, high, transform=None)


def _shape(session: Session) -> tuple:
    """What the picture was laid out for."""
    network = session.trainer.network
    return network.widths, [*map(str, network.layers)], session.scale.names
