"""What one neuron does with one sample: products, their sum, and what bends it.

Every input has a row: what comes in, by what it is multiplied, and the product, as a
number and as a bar, to the right if it adds and to the left if it takes away. The bias
has a row of its own, and so has the sum z. Below, the point on the curve is (z, a), and
a is what the neuron hands on.
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from nnlab.backend import quiet
from nnlab.engine.layers import Linear
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.drawing.colours import GOLD, GREY, INK
from nnlab.views.drawing.number_format import figures
from nnlab.views.drawing.selected_neuron import (
    called,
    rescaled,
    unit_of,
    units_of,
    where,
)
from nnlab.views.drawing.text_layer import BOLD, PLAIN
from nnlab.views.drawing.wiring import columns
from nnlab.views.panels.formula import APART, fitted, parts, tone
from nnlab.views.panels.text_box import Writing, rounded_up
from nnlab.views.panels.weighted_terms import Terms, curve, terms
from nnlab.views.view import View, add_axes, cut

ROWS_SHOWN = 8  # inputs that have a row of their own
HEAD = 38  # pixels of the page for what is taken apart
LINE = 21.0  # from one row to the next, where there is room
TIGHT_LINE = 14.0  # and at least
SUM = 17  # from one line of the sum to the next
CURVE = 150, 58  # pixels that the curve is high, at most and at least
AXIS = 20  # pixels below it
SIDE = 9.0  # letters of room beside it, on either side
WHOLE, PART = 3, 6  # characters of a number before and after its point
REACHES = (4.0, 8.0, 16.0, 32.0, 64.0, 1e3, 1e6)  # of the curve, to either side
FINE = 161  # points of the curve


class WeightedSum(View):
    """The weighted sum of the neuron that the learner looks at, for one sample or
    place, and what becomes of it."""

    share = 1.4
    by_hand = probes = True

    def build(self, figure, box, session, selection):
        self.inputs, self.every = _inputs(session), units_of(session)
        self.writing = Writing(box, figure.dpi / 100)
        page = self.writing
        self.size = 10.5 if page.width < 340 else 11.5
        self._lay_out()
        self.side = SIDE * self.size
        wide = page.width - 2 * self.side - 30
        left, bottom, scale = page.left + self.side + 26, page.bottom + AXIS, page.scale
        place = (left, bottom, wide, self.high)
        self.axes = add_axes(figure, tuple(side * scale for side in place))
        self.axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        self.axes.yaxis.set_major_locator(MaxNLocator(3))
        lines = Line2D([], [], color=INK, linewidth=1.4), _guide(), _dot()
        self.line, self.guide, self.dot = map(self.axes.add_line, lines)
        self.limits = None
        return [self.line, self.guide, self.dot, page]

    def renew(self, session, selection):
        self.every = units_of(session)
        return _inputs(session) == self.inputs

    def update(self, session, selection):
        self.writing.tiles = []
        shown = terms(session, selection)
        self._head(session, selection)
        if shown is None:
            for line in (self.line, self.guide, self.dot):
                line.set_data([], [])
            self._say_none()
            return False
        self._formula(shown)
        self._table(shown)
        return self._draw(session, shown)

    def neurons(self):
        return self.every

    def describe(self, session, selection):
        shown = terms(session, selection)
        if shown is None:
            return (
                f"Weighted sum: {_called(session, selection)} is not one weighted sum."
            )
        name, place = _called(session, selection), where(session, selection)
        whole = " ".join(text for text, _ in parts(shown))
        return f"Weighted sum of {name} at {place}: {whole}."

    def _lay_out(self) -> None:
        """How many rows there are, how high each is, and how high the curve."""
        self.lines = 2 if self.inputs <= 2 else 3  # of the sum
        room = self.writing.height - HEAD - SUM * self.lines - AXIS - 26
        self.many = min(self.inputs, ROWS_SHOWN)
        while self.many > 1 and room - self._rows() * TIGHT_LINE < CURVE[1]:
            self.many -= 1
        self.row = min(LINE, (room - CURVE[1]) / self._rows())
        self.high = min(CURVE[0], room - self._rows() * self.row)

    def _rows(self) -> int:
        """Rows of the table: its head, inputs, all others, the bias, and the sum."""
        return self.many + (self.inputs > self.many) + 3

    def _head(self, session: Session, selection: Selection) -> None:
        page = self.writing
        page.say((8, page.height - 17), _called(session, selection), 12, INK, BOLD)
        said = f"at {where(session, selection)}"
        if rescaled(session) and unit_of(session, selection.focus)[0] == 0:
            said += "; inputs standardized"
        page.say((8, page.height - 34), said, 10.5, GREY)

    def _say_none(self) -> None:
        y = self.writing.height - HEAD - SUM
        self.writing.say((8, y), "This is not one weighted sum of its", 11, GREY)
        self.writing.say((8, y - SUM), "inputs. Look at another neuron.", 11, GREY)

    def _formula(self, shown: Terms) -> None:
        """The whole sum in a few lines; products that have no room are left out."""
        y = self.writing.height - HEAD - SUM
        size, wide = self.size, self.writing.width - 14
        for line in fitted(shown, self.lines, wide, size):
            x = 8.0
            for text, colour in line:
                x = self.writing.say((x, y), text, size, colour) + APART
            y -= SUM

    def _table(self, shown: Terms) -> None:
        """A row for each of the largest products, and so on."""
        products = shown.products
        order = np.argsort(-np.abs(np.nan_to_num(products)), kind="stable")
        own = np.sort(order[: self.many])
        with quiet():
            rest = float(products[np.sort(order[self.many :])].sum())
        most = np.nan_to_num([*products[own], rest, shown.bias, shown.z])
        self.reach = rounded_up(np.abs(most).max())
        self._places(shown)
        self._heads()
        for i in own:
            self._row(cut(shown.names[i], self.letters), products[i])
            self._factors(shown.values[i], shown.weights[i])
        if others := len(products) - len(own):
            said = f"and {others} other" + "s" * (others > 1)
            self._row(said, rest)
        self._row("bias b", shown.bias)
        self.writing.rule((8, self.y - 3), self.writing.width - 16, 1)
        self.y -= 5
        self._row("sum z", shown.z, BOLD)
        top = self.y + (self._rows() - 1) * self.row + 2
        self.writing.rule((self.middle, self.y), 1, top - self.y)

    def _places(self, shown: Terms) -> None:
        """Where the columns of the table stand."""
        letter, page = 0.602 * self.size, self.writing
        wide = (WHOLE + PART) * letter
        longest = max(6, *map(len, shown.names))
        named = min(longest, 12) * 0.6 * self.size + 4
        free = page.width - 8 - 3 * wide - 24 - 8
        named = min(named, free - 44)
        bars = min(220.0, free - named)
        self.letters = max(3, named / (0.58 * self.size))
        self.points = [8 + named + i * (wide + 12) + WHOLE * letter for i in range(3)]
        self.after = PART * letter + 1  # from a point to the sign behind the number
        self.middle, self.half = page.width - 8 - bars / 2, bars / 2
        self.y = page.height - HEAD - SUM * self.lines - 10

    def _heads(self) -> None:
        self.y -= self.row
        for x, text in zip(self.points, ("value", "weight", "product")):
            self.writing.say((x - 12, self.y + 2), text, 9.5, GREY)

    def _row(self, name: str, product: float, face: str = PLAIN) -> None:
        """The next row: what it is of, a number, and its bar."""
        self.y -= self.row
        self.writing.say((8, self.y), name, self.size, INK, face)
        place = (self.points[2], self.y)
        self.writing.number(place, figures(product), self.size, tone(product))
        high = min(11.0, self.row - 4)
        centre = (self.middle, self.y + 2)
        self.writing.bar(centre, product / self.reach, self.half, high)

    def _factors(self, value: float, weight: float) -> None:
        for x, number, sign in zip(self.points, (value, weight), "×="):
            self.writing.number((x, self.y), figures(number), self.size)
            self.writing.say((x + self.after, self.y), sign, self.size, GREY)

    def _draw(self, session: Session, shown: Terms) -> bool:
        """The curve with its point, z on the left of it and a on the right."""
        z, a = shown.dot
        y = AXIS + self.high / 2 - 6
        end = self.writing.say((8, y), f"z = {figures(shown.z)}", self.size, INK, BOLD)
        self.writing.say((end + 3, y), "→", self.size, GREY)
        right = self.writing.width - self.side + 2
        end = self.writing.say((right, y), "→", self.size, GREY)
        self.writing.say((end + 3, y), f"a = {figures(shown.a)}", self.size, INK, BOLD)
        name = "no curve: a = z" if shown.bend is None else shown.after[shown.bend][0]
        above = (self.side + 26, AXIS + self.high + 1)
        self.writing.say(above, name, 10.5, GREY)
        anew = self._fit(session, shown, z)
        (left, _), (low, _) = self.axes.get_xlim(), self.axes.get_ylim()
        self.dot.set_data([z], [a])
        self.guide.set_data([z, z, left], [low, a, a])
        return anew

    def _fit(self, session: Session, shown: Terms, z: float) -> bool:
        """Draws the curve as far as the point; whether the axes are others now."""
        fits = (one for one in REACHES if np.abs(np.nan_to_num(z)) <= 0.95 * one)
        reach = next(fits, REACHES[-1])
        line = np.linspace(-reach, reach, FINE)
        values = curve(session, shown, line)
        self.line.set_data(line, values)
        known = np.nan_to_num(values.astype(float))
        low, high = known.min(), known.max()
        room = 0.1 * (high - low or 1.0)
        limits = reach, low - room, high + room
        if limits == self.limits:
            return False
        self.limits = limits
        self.axes.set(xlim=(-reach, reach), ylim=limits[1:])
        return True


def _inputs(session: Session) -> int:
    """The most inputs that a neuron of this network has."""
    network = session.trainer.network
    heads = [one for one in columns(network) if one.weights]
    sums = [one for one in heads if type(network.layers[one.first]) is Linear]
    return max((one.inputs for one in sums), default=1)


def _called(session: Session, selection: Selection) -> str:
    """The neuron in words."""
    number, _, unit = unit_of(session, selection.focus)
    return called(session, number, unit)


def _dot() -> Line2D:
    dot = Line2D([], [], linestyle="", marker="o", markersize=7.5, color=GOLD)
    dot.set(markeredgecolor=INK, markeredgewidth=1.2)
    return dot


def _guide() -> Line2D:
    return Line2D([], [], color=GREY, linewidth=0.9, linestyle=(0, (3, 2)))
