"""The gradient of one weight in slow motion, with every factor of it.

A table of what samples say, ∂ℓ/∂a · f′(z) = δ and δ · a; below it a bar for every
sample; then the gradient three ways: by the engine, by wiggling the weight, and by
PyTorch where that is installed. At last what the update did to the weight, and to the
loss, beside what slope and bend of the loss had promised. A number appears at the
moment at which the step has come to it, and its place does not move.
"""

import numpy as np

from nnlab.diagnostics import autograd
from nnlab.diagnostics.gradient_terms import Factors as Product
from nnlab.diagnostics.step_report import Account
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.drawing.colours import BLUE, GREY, INK, LIT, ORANGE, PALE
from nnlab.views.drawing.number_format import exact, plain, signed
from nnlab.views.drawing.text_layer import BOLD, CODE, PLAIN, lettering
from nnlab.views.panels import step_text
from nnlab.views.panels.gradient_text import (
    ROWS,
    cells,
    kept,
    known,
    named,
    place_and_value,
    samples,
)
from nnlab.views.panels.step_text import looked_at
from nnlab.views.view import Pixels, View

HEADS = ("sample", "∂ℓ/∂a", "f′(z)", "δ", "a", "δ · a")
PLACES = (0.0, 0.17, 0.35, 0.53, 0.69, 0.84)  # of the columns, as shares of the width
WAYS = ("backpropagation", "wiggled", "PyTorch")
THIRDS = (0.0, 0.37, 0.69)
LINE = 17.5  # pixels of the page from one line to the next, where there is room
BARS = 26  # pixels of the page for the bars


class Factors(View):
    """What the gradient of the weight looked at is made of, and what it led to."""

    slow = True

    def build(self, figure, box, session, selection):
        self.scale = figure.dpi / 100
        self.box = tuple(side / self.scale for side in box)
        self.line = min(LINE, (self.box[3] - BARS - 15) / 15)
        autograd.installed()  # so that it is not loaded in the middle of a step
        self._heads(figure)
        self.words = Pixels()
        return [self.words]

    def _heads(self, figure) -> None:
        """What stays: the heads of columns and lines."""
        heads = [(self._row(2), head, x) for head, x in zip(HEADS, PLACES)]
        heads += [(self._below(0), head, x) for head, x in zip(WAYS, THIRDS)]
        heads += [(self._below(3), "update", 0.0), (self._below(4), "loss", 0.0)]
        style = {"fontsize": 8, "color": GREY, "va": "bottom", "transform": None}
        for y, head, place in heads:
            x = 9 + place * (self.box[2] - 16)
            figure.text(*self._pixel(x, y + 1), head, **style)

    def renew(self, session, selection):
        return True

    def update(self, session, selection):
        self.words.tiles, index = [], looked_at(session, selection)
        self._say(0, named(session, index), BOLD, INK, 12)
        self._say(1, place_and_value(session, selection, index), CODE, INK, 11)
        account = (
            session.stepper.slow.account(selection.replica)
            if session.stepper.slow
            else None
        )
        product = account.factors(index) if account else None
        self._table(session, selection, product)
        self._ways(session, selection, account, product)
        self._update(session, account, index)
        return False

    def describe(self, session, selection):
        index = looked_at(session, selection)
        said = f"Gradient of the {named(session, index)}: "
        if session.stepper.slow is None:
            return f"{said}no mini-batch is in slow motion."
        account = session.stepper.slow.account(selection.replica)
        product = account.factors(index)
        if not known(session, product)["product"]:
            return f"{said}the way back has not come to it."
        whole = f"{said}mean of δ · a over {len(product.products)} samples is "
        parts = [f"{whole}{plain(product.gradient, 4)}"]
        parts.append(f"a central difference is {plain(account.difference(index), 4)}")
        if account.autograd is not None:
            parts.append(f"PyTorch's autograd is {plain(account.autograd[index], 4)}")
        if session.stepper.slow.over:
            outcome = account.outcome
            parts.append(
                f"the update changed the weight by {plain(outcome.change[index], 4)}"
            )
            parts.append(
                f"and the loss by {plain(outcome.actual, 4)}, predicted "
                f"{plain(outcome.predicted, 4)}"
            )
        return f"{', '.join(parts)}."

    def _table(
        self, session: Session, selection: Selection, product: Product | None
    ) -> None:
        """Samples with their factors, the mean of all, and a bar for each."""
        chosen = step_text.sample_of(session, selection)
        some = samples(product, chosen) if product else []
        seen = known(session, product) if product else {}
        for row, sample in enumerate(some):
            paper = LIT if sample == chosen else "white"
            for cell, place in zip(cells(product, sample, seen), PLACES):
                self._say(3 + row, cell, CODE, INK, 10.5, place, paper)
        row = 3 + ROWS
        many = f"mean of {len(product.products)}" if product else "mean"
        self._say(row, many, PLAIN, GREY, 11)
        if seen.get("product"):
            mean = signed(product.products.mean())
            self._say(row, mean, CODE, INK, 10.5, PLACES[-1])
            self._bars(product.products, chosen)

    def _bars(self, products: np.ndarray, chosen: int | None) -> None:
        """A bar for what each sample says, up or down from a line."""
        wide, high = round((self.box[2] - 20) * self.scale), round(BARS * self.scale)
        picture = np.full((high, wide, 4), 255, np.uint8)
        picture[high // 2] = _rgba(PALE)
        products = np.where(np.isfinite(products), products, 0.0)
        reach = max(np.abs(products).max(initial=0.0), 1e-12)
        edges = np.linspace(0, wide, len(products) + 1).astype(int)
        for sample, value in enumerate(products):
            left, right = edges[sample : sample + 2]
            if sample == chosen:
                picture[:, left:right] = _rgba(LIT)
            ends = sorted((high // 2, round(high / 2 * (1 + 0.98 * value / reach))))
            colour = _rgba(BLUE if value >= 0 else ORANGE)
            stop = max(left + 1, right - 1)
            picture[ends[0] : ends[1] + 1, left:stop] = colour
        y = self._row(4 + ROWS) + self.line - 4 - BARS
        self.words.tiles.append((self._pixel(8, y), picture))

    def _ways(
        self,
        session: Session,
        selection: Selection,
        account: Account | None,
        product: Product | None,
    ) -> None:
        """The gradient three ways, and what penalties and clipping make of it."""
        ready = product is not None and known(session, product)["product"]
        if not ready:
            return
        torch = account.autograd
        ways = [product.gradient, account.difference(product.index)]
        told = [exact(one) for one in ways]
        told.append("none" if torch is None else exact(torch[product.index]))
        for said, place in zip(told, THIRDS):
            self._at(self._below(1), said, CODE, INK, 11, place)
        self._at(
            self._below(2),
            kept(session, selection, account, product.index),
            PLAIN,
            GREY,
            11,
        )

    def _update(self, session: Session, account: Account | None, index: int) -> None:
        """What the update did to the weight, and to the loss."""
        if account is None or not session.stepper.slow.over:
            return
        outcome = account.outcome
        change = outcome.change[index]
        after = account.passes.network.parameters[index] + change
        parts = f"slope {signed(outcome.slope)}, bend {signed(outcome.bend)}"
        lines = (
            f"w by {signed(change)}, to {exact(after)}",
            f"{exact(outcome.predicted)} predicted: {parts}",
            f"{exact(outcome.actual)} in fact",
        )
        for row, said in enumerate(lines, 3):
            self._at(self._below(row), said, CODE, INK, 10.5, 0.17)

    def _row(self, row: float) -> float:
        """How high a line of the table stands."""
        _, bottom, _, high = self.box
        return bottom + high - 19 - row * self.line

    def _below(self, row: int) -> float:
        """How high a line under the bars stands."""
        return self._row(4 + ROWS + row) - BARS - 4

    def _say(self, row, text, face, colour, size, place=0.0, paper="white") -> None:
        self._at(self._row(row), text, face, colour, size, place, paper)

    def _at(self, y, text, face, colour, size, place=0.0, paper="white") -> None:
        """Words that begin at this share of the width; cut where the box ends."""
        if not text:
            return
        x = 8 + place * (self.box[2] - 16)
        word = lettering(text, size * self.scale, colour, face, paper)
        room = int((self.box[2] - x - 4) * self.scale)
        self.words.tiles.append((self._pixel(x, y), word[:, :room]))

    def _pixel(self, x: float, y: float) -> tuple[float, float]:
        return (self.box[0] + x) * self.scale, y * self.scale


def _rgba(colour: str) -> np.ndarray:
    return np.array([*(int(colour[i : i + 2], 16) for i in (1, 3, 5)), 255], np.uint8)
