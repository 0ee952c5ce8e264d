"""What different output heads make of the same outputs z.

Identity leaves z as it is. Sigmoid puts each by itself between 0 and 1. Softmax lets
them share 1 between them, so that only differences count. Argmax names the class with
the largest, and how sure it was is lost. One of them is how this network's loss reads
z. Two classes by one number need no second one: sigmoid gives the second class its
share and the first the rest, and that is softmax of 0 and z. Measurements are read as
they are, put back into their own units.
"""

import numpy as np

from nnlab.session.selection import Neuron, Selection
from nnlab.session.session import Session
from nnlab.views.drawing.colours import GREY, INK, LIT, classes
from nnlab.views.drawing.number_format import figures, plain
from nnlab.views.drawing.output_functions import Reading, reading, used
from nnlab.views.drawing.selected_neuron import subject, units_of, where
from nnlab.views.drawing.text_layer import BOLD, PLAIN, length
from nnlab.views.drawing.wiring import columns
from nnlab.views.panels.formula import tone
from nnlab.views.panels.text_box import Writing, rounded_up
from nnlab.views.view import View, cut

CLASSES_SHOWN = 10  # classes that have a row
HEAD, FOOT = 40, 17  # pixels of the page for the title; for a line of words below
ROW = 38.0  # from one class to the next, where there is room
HEADS = 40  # for the names of the heads
SAYS = {
    "identity": "identity: z as it is",
    "sigmoid": "sigmoid: each by itself, from 0 to 1",
    "softmax": "softmax: all together, the sum is 1",
    "argmax": "argmax: the index of the largest; the confidence is lost",
}
ONE = {  # of two classes by one number
    "sigmoid": "sigmoid of z, and what is left of 1",
    "softmax": "softmax of 0 and z",
}
UNITS = {"identity": "identity: z as it is", "in its units": "in its units: rescaled"}


class Heads(View):
    """The outputs for one sample or place, and what each head makes of them."""

    share = 1.25
    by_hand = probes = True

    def build(self, figure, box, session, selection):
        self.writing = Writing(box, figure.dpi / 100)
        self.size = 10.5 if self.writing.width < 400 else 11.5
        self.every = units_of(session)
        return [self.writing]

    def renew(self, session, selection):
        self.every = units_of(session)
        return True

    def update(self, session, selection):
        self.writing.tiles = []
        found, names = self._read(session, selection), _names(session)
        self._lay_out(session, found, names)
        self._titles(session, selection, found)
        for row, i in enumerate(self.own):
            self._row(session, selection, found, names, row, i)
        self._sums(found, len(names) - len(self.own))
        self._words(session, selection, found)
        return False

    def at(self, x, y):
        page = self.writing
        x, y = x / page.scale - page.left, y / page.scale - page.bottom
        row = int((self.top - y) // self.high)
        within = 0 <= x <= page.width and 0 <= row < len(self.own)
        return self._output(self.own[row]) if within else None

    def neurons(self):
        return self.every

    def describe(self, session, selection):
        found, head = self._read(session, selection), used(session.trainer.loss)
        said = f"Output heads at {where(session, selection)}: "
        shown = {"identity": "z", head: f"{head}, used here,"}
        parts = [
            f"{word} is {_listed(_names(session), found.heads[name])}"
            for name, word in shown.items()
            if name in found.heads
        ]
        if found.named is not None:
            parts.append(f"argmax names {_names(session)[found.named]}")
        return f"{said}{'; '.join(parts)}."

    def _output(self, i: int) -> Neuron:
        """The output to which the row of a class belongs."""
        return self.last, min(int(i), self.outputs - 1)

    def _read(self, session: Session, selection: Selection) -> Reading:
        return reading(
            session,
            session.trace(subject(session, selection)[None], selection.replica)[-1][0],
        )

    def _lay_out(self, session: Session, found: Reading, names: list[str]) -> None:
        """Which classes have a row, where the rows stand, and where the columns."""
        network = session.trainer.network
        self.last, self.outputs = columns(network)[-1].last, network.widths[-1]
        page, z = self.writing, np.nan_to_num(found.heads["identity"])
        self.own = np.sort(np.argsort(-z, kind="stable")[:CLASSES_SHOWN])
        words = len(self._said(session, found))
        self.top = page.height - HEAD - HEADS
        room = self.top - FOOT * words - 30
        self.high = min(ROW, room / len(self.own))
        longest = max(length(name, self.size) for name in names)
        self.named = min(longest + 32, 0.26 * page.width)
        self.letters = max(map(len, names)) * (self.named - 32) / longest
        argmax = 56 if session.data.labelled else 0
        self.wide = (page.width - 8 - self.named - argmax) / len(found.heads)
        self.reach = rounded_up(np.abs(z[self.own]).max(initial=0.0))

    def _titles(self, session: Session, selection: Selection, found: Reading) -> None:
        """What is read, and a name above each column; golden for the one in use."""
        page, head = self.writing, used(session.trainer.loss)
        page.say((8, page.height - 17), "output heads", 12, INK, BOLD)
        page.say((8, page.height - 34), f"at {where(session, selection)}", 10.5, GREY)
        columns = [*found.heads] + ["argmax"] * session.data.labelled
        for i, name in enumerate(columns):
            x = self.named + i * self.wide + 4
            shown = {"face": BOLD, "paper": LIT} if name == head else {}
            page.say((x, self.top + 20), name, self.size, INK, **shown)
            if name == head:
                page.say((x, self.top + 7), "used here", 9.5, GREY)

    def _row(
        self,
        session: Session,
        selection: Selection,
        found: Reading,
        names,
        row: int,
        i: int,
    ) -> None:
        """A class or a target: its name, and what each head makes of it."""
        page, y = self.writing, self.top - (row + 1) * self.high + 4
        middle = y + self.size * 0.62
        if session.data.labelled:
            colour = classes(len(names))[i]
            page.rule((8, middle - 5), 10, 10, colour)
        looked = selection.neuron is not None and selection.neuron == self._output(i)
        name, face = cut(names[i], max(3, self.letters)), BOLD if looked else PLAIN
        page.say((24, y), name, self.size, INK, face)
        for column, (name, values) in enumerate(found.heads.items()):
            x = self.named + column * self.wide
            self._cell((x, y), values[i], name)
        if found.named == i:
            x = self.named + len(found.heads) * self.wide + 4
            page.say((x, y), "← this", self.size, INK, BOLD, LIT)

    def _cell(self, place: tuple[float, float], value: float, name: str) -> None:
        """A number and its bar: z to either side, a share to the right."""
        (x, y), page, letter = place, self.writing, 0.602 * self.size
        if np.isnan(value) and name == "identity":
            return
        signed = name not in ("sigmoid", "softmax")
        colour = tone(value) if name == "identity" else INK
        point = x + (3 if signed else 1.7) * letter
        page.number((point, y), figures(value), self.size, colour)
        start = point + 6.3 * letter
        room = x + self.wide - start - 6
        high = min(12.0, self.high - 5)
        middle = y + self.size * 0.62 - high / 2
        if name == "identity" and room > 8:
            at = start + room / 2
            page.bar((at, middle), float(value) / self.reach, room / 2, high)
            page.rule((at, middle - 2), 1, high + 4)
        elif not signed and room > 8:
            page.rule((start, middle), room, high)
            page.bar((start, middle), value, room, high)

    def _sums(self, found: Reading, others: int) -> None:
        """Below a line: what shares add up to."""
        page, y = self.writing, self.top - len(self.own) * self.high - 20
        if "softmax" not in found.heads:
            return
        page.rule((8, y + 19), page.width - 16, 1)
        name = f"sum, with {others} more" if others else "sum"
        page.say((24, y), name, self.size, GREY)
        for column, (head, values) in enumerate(found.heads.items()):
            if head != "identity":
                x = self.named + column * self.wide + 1.7 * 0.602 * self.size
                page.number((x, y), figures(float(values.sum())), self.size, GREY)

    def _said(self, session: Session, found: Reading) -> list[str]:
        """A line for each head."""
        if not session.data.labelled:
            return [*UNITS.values()]
        one = session.trainer.network.widths[-1] == 1
        return [*({**SAYS, **ONE} if one else SAYS).values()]

    def _words(self, session: Session, selection: Selection, found: Reading) -> None:
        for i, said in enumerate(reversed(self._said(session, found))):
            self.writing.say((8, 4 + i * FOOT), said, 11, GREY)


def _names(session: Session) -> list[str]:
    """What the rows are of."""
    return list(session.data.classes if session.data.labelled else session.data.targets)


def _listed(names: list[str], values: np.ndarray) -> str:
    pairs = [p for p in zip(names, values) if not np.isnan(p[1])][:CLASSES_SHOWN]
    return ", ".join(f"{name} {plain(value)}" for name, value in pairs) or "lost"
