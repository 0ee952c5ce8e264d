"""The gradient of one weight in slow motion, with every factor of it.

A table of what samples say, ∂ℓ/∂a · f′(z) = δ and δ · a; below it a bar for every
sample; then the gradient three ways: by the engine, by wiggling the weight, and by
PyTorch where that is installed. At last what the update did to the weight, and to the
loss, beside what slope and bend of the loss had promised. A number appears at the
moment at which the step has come to it, and its place does not move.
"""

from collections.abc import Iterator

import numpy as np

from nnlab.backend import to_numpy
from nnlab.study import autograd
from nnlab.study.account import Account
from nnlab.study.factors import Factors as Product
from nnlab.study.factors import entry
from nnlab.study.run import Run
from nnlab.views import moment
from nnlab.views.colours import BLUE, GREY, INK, LIT, ORANGE, PALE
from nnlab.views.lettering import BOLD, CODE, PLAIN, lettering
from nnlab.views.moment import looked_at, short
from nnlab.views.view import Pixels, View
from nnlab.views.wiring import columns

ROWS = 4  # samples in the table
HEADS = ("sample", "∂ℓ/∂a", "f′(z)", "δ", "a", "δ · a")
PLACES = (0.0, 0.17, 0.35, 0.53, 0.69, 0.84)  # of the columns, as shares of the width
WAYS = ("backpropagation", "wiggled", "PyTorch")
THIRDS = (0.0, 0.37, 0.69)
LINE = 17.5  # pixels of the page from one line to the next, where there is room
BARS = 26  # pixels of the page for the bars


class Factors(View):
    """What the gradient of the weight looked at is made of, and what it led to."""

    slow = True

    def build(self, figure, box, run):
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

    def renew(self, run):
        return True

    def update(self, run):
        self.words.tiles, index = [], looked_at(run)
        self._say(0, named(run, index), BOLD, INK, 12)
        self._say(1, *_value(run, index))
        account = run.slow.account(run.shown) if run.slow else None
        product = account.factors(index) if account else None
        self._table(run, product)
        self._ways(run, account, product)
        self._update(run, account, index)
        return False

    def describe(self, run):
        index = looked_at(run)
        said = f"Gradient of the {named(run, index)}: "
        if run.slow is None:
            return f"{said}no mini-batch is in slow motion."
        account = run.slow.account(run.shown)
        product = account.factors(index)
        if not known(run, product)["product"]:
            return f"{said}the way back has not come to it."
        whole = f"{said}mean of δ · a over {len(product.products)} samples is "
        parts = [f"{whole}{product.gradient:.4g}"]
        parts.append(f"a central difference is {account.difference(index):.4g}")
        if account.autograd is not None:
            parts.append(f"PyTorch's autograd is {account.autograd[index]:.4g}")
        if run.slow.over:
            outcome = account.outcome
            parts.append(
                f"the update changed the weight by {outcome.change[index]:.4g}"
            )
            parts.append(
                f"and the loss by {outcome.actual:.4g}, predicted "
                f"{outcome.predicted:.4g}"
            )
        return f"{', '.join(parts)}."

    def _table(self, run: Run, product: Product | None) -> None:
        """Samples with their factors, the mean of all, and a bar for each."""
        chosen = moment.sample_of(run)
        some = samples(product, chosen) if product else []
        seen = known(run, product) if product else {}
        for row, sample in enumerate(some):
            paper = LIT if sample == chosen else "white"
            for cell, place in zip(cells(product, sample, seen), PLACES):
                self._say(3 + row, cell, CODE, INK, 10.5, place, paper)
        row = 3 + ROWS
        many = f"mean of {len(product.products)}" if product else "mean"
        self._say(row, many, PLAIN, GREY, 11)
        if seen.get("product"):
            mean = short(product.products.mean())
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

    def _ways(self, run: Run, account: Account | None, product: Product | None) -> None:
        """The gradient three ways, and what penalties and clipping make of it."""
        ready = product is not None and known(run, product)["product"]
        if not ready:
            return
        torch = account.autograd
        ways = [product.gradient, account.difference(product.index)]
        told = [_long(one) for one in ways]
        told.append("none" if torch is None else _long(torch[product.index]))
        for said, place in zip(told, THIRDS):
            self._at(self._below(1), said, CODE, INK, 11, place)
        self._at(self._below(2), *_kept(run, account, product.index))

    def _update(self, run: Run, account: Account | None, index: int) -> None:
        """What the update did to the weight, and to the loss."""
        if account is None or not run.slow.over:
            return
        outcome = account.outcome
        change = outcome.change[index]
        after = account.passes.network.parameters[index] + change
        parts = f"slope {short(outcome.slope)}, bend {short(outcome.bend)}"
        lines = (
            f"w by {short(change)}, to {_long(after)}",
            f"{_long(outcome.predicted)} predicted: {parts}",
            f"{_long(outcome.actual)} in fact",
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


def named(run: Run, index: int) -> str:
    """A weight in words."""
    network = run.trainer.network
    array, at = entry(network.layout, index)
    layer = network.layout.places[array].layer
    drawn = columns(network)
    number = max(0, sum(one.first <= layer for one in drawn) - 1)
    units = drawn[number].units
    into = f"neuron {at[-1] + 1} of layer {number + 1}"
    if number == len(drawn) - 1:
        into = "the output" if units == 1 else f"output {at[-1] + 1}"
    if array == drawn[number].weights:
        before = run.scale.names if number == 0 else ()
        plain = f"neuron {at[0] + 1}"
        return f"weight from {before[at[0]] if before else plain} to {into}"
    letter = array.rpartition(".")[2]
    what = {"b": "bias", "W": "weight"}.get(letter, letter)
    return f"{what} of {into}"


def known(run: Run, product: Product) -> dict[str, bool]:
    """Which factors the step has come to."""
    slow, layer = run.slow, product.array.rpartition(".")[0]
    bends = product.slope is not None
    block, _, number = layer.rpartition(".")
    after = f"{block}.{int(number) + 1}" if block else f"{int(number) + 1}"
    return {
        "a": slow.shows("forward", layer),
        "slope": bends and slow.shows("forward", after),
        "back": bends and slow.shows("backward", after),
        "product": slow.shows("backward", layer),
    }


def cells(product: Product, sample: int, seen: dict[str, bool]) -> Iterator[str]:
    """A line of the table, as far as the step has come."""
    yield f"{sample + 1}"
    factors = (product.back, product.slope, product.delta, product.a, product.products)
    for values, name in zip(factors, ("back", "slope", "product", "a", "product")):
        if values is None:
            yield "—"  # there is no such factor
        else:
            yield short(values[sample]) if seen[name] else "·"


def samples(product: Product, chosen: int | None) -> list[int]:
    """Those in the table: the chosen one, and the ones that say most."""
    order = np.argsort(-np.abs(product.products), kind="stable").tolist()
    first = [] if chosen is None else [chosen]
    return [*first, *(one for one in order if one != chosen)][:ROWS]


def _value(run: Run, index: int) -> tuple:
    """Where the weight is, and what it is before the step."""
    network = run.trainer.network.solo(run.shown)
    if run.slow:
        network = run.slow.account(run.shown).passes.network
    array, at = entry(network.layout, index)
    place = ", ".join(map(str, at))
    value = float(to_numpy(network.parameters)[index])
    return f"{array}[{place}] = {short(value)}", CODE, INK, 11


def _kept(run: Run, account: Account, index: int) -> tuple:
    """What penalties and clipping make of the gradient, if they do anything."""
    loss, added = account.passes.gradient[index], account.penalty[index]
    said = f"with penalties {short(loss + added)}" if added else ""
    if run.trainer.update.clip and run.slow.shows("backward", "0"):
        given = to_numpy(run.trainer.gradient)[run.shown, index]
        said = f"{said}{', ' if said else ''}clipped to {short(given)}"
    return said, PLAIN, GREY, 11


def _long(value: float) -> str:
    """A number with enough digits to compare it."""
    plain = value == 0 or abs(value) >= 1e-4
    said = f"{value + 0.0:+.6f}" if plain else f"{value:+.4e}"
    return said.replace("-", "−")


def _rgba(colour: str) -> np.ndarray:
    return np.array([*(int(colour[i : i + 2], 16) for i in (1, 3, 5)), 255], np.uint8)
