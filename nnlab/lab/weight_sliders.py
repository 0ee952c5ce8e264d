"""Weights by hand: sliders for what comes into one neuron, and which sample it sees.

The neuron is the one that is pinned, by a click or by P, or else the first. Sliders
follow the network, and are the learner's while they are dragged.
"""

from collections.abc import Callable
from math import isfinite
from time import monotonic

import anywidget
import numpy as np
import traitlets

from nnlab.errors import InputError, Plain, shown
from nnlab.lab.host import Host
from nnlab.lab.page_layout import page_files
from nnlab.views.drawing.number_format import low
from nnlab.views.drawing.selected_neuron import called, inputs_of, unit_of
from nnlab.views.drawing.wiring import Column
from nnlab.views.view import cut

SLIDERS_SHOWN = 8  # weights that have a slider
REACH = 4.0  # of a slider, to either side
DIGITS = 3  # after the point of a number
BETWEEN = 0.12  # seconds from one word to the page to the next, while it trains
WHICH = "Of the neuron that was clicked, or pinned by P, or the first"
LONG = 12  # letters of an input's name
MOVES = {"left": (-1, 0), "right": (1, 0), "down": (0, -1), "up": (0, 1)}
LOOKS = {"sample", *MOVES}  # what keys ask for


class WeightSliders(anywidget.AnyWidget):
    """The sliders on the page; `turned(index, value)` hears which was moved, and where
    to, on whatever thread."""

    _esm = page_files("typed.js", "number_slider.js", "weight_sliders.js")
    title = traitlets.Unicode("").tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    says = traitlets.Unicode(WHICH).tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    values = traitlets.List().tag(sync=True)
    reach = traitlets.List(help="how far each goes to either side").tag(sync=True)

    def __init__(self, turned: Callable[[int, object], None]):
        super().__init__()
        self.on_msg(lambda _, told, __: turned(told["index"], told["value"]))

    def __repr__(self):
        return f"WeightSliders({self.title!r})"


class Hand(Plain):
    """Sets weights of the session in `lab` by hand, if one of its views works so, and
    moves the place that it looks at, by `move_place(way)`."""

    def __init__(self, lab: Host, move_place: Callable[[tuple[int, int]], None]):
        self._lab, self._move_place = lab, move_place
        self._places: list[tuple[str, tuple[int, int]]] = []  # what each one sets
        self._of: tuple | None = None  # the neuron and network that they are laid for
        self._shown = 0.0  # when they were last told
        self.row = WeightSliders(self._heard)

    @property
    def at_work(self) -> bool:
        """Whether weights are set by hand here."""
        return any(view.by_hand for view in self._lab.picture.views)

    @property
    def probes(self) -> bool:
        """Whether one sample or place is looked at here."""
        return any(view.probes for view in self._lab.picture.views)

    def press(self, name: str) -> None:
        """Does what a key asks for: one of `LOOKS`."""
        session, selection = self._lab.session, self._lab.selection
        if not self.probes:
            return
        if name in MOVES:
            self._move_place(MOVES[name])
        else:
            row = selection.row(session)
            selection.sample = (0 if row is None else row + 1) % len(session.data)
            selection.over = selection.place = None
        self._lab.player.refresh()

    def follow(self) -> None:
        """While it trains: as `show`, now and then."""
        if monotonic() > self._shown + BETWEEN:
            self.show()

    def show(self) -> None:
        """The sliders say what the network has."""
        if not self.at_work:
            return
        session, selection = self._lab.session, self._lab.selection
        number, column, unit = unit_of(session, selection.pinned)
        of = session.trainer.network, selection.replica, number, unit
        with self.row.hold_sync():  # one message
            if of != self._of:
                self._lay(number, column, unit)
                self._of = of
            arrays = {n: session.array(n, selection.replica) for n, _ in self._places}
            values = [float(arrays[name][at]) for name, at in self._places]
            self.row.values = [
                round(v, DIGITS) if isfinite(v) else None for v in values
            ]
            known = self.row.reach or [REACH] * len(values)
            self.row.reach = [*map(_reach, known, values)]
        self._shown = monotonic()

    def _lay(self, number: int, column: Column, unit: int) -> None:
        """Sliders for another neuron: for its weights, the largest ones if there are
        many, and its bias."""
        session, replica = self._lab.session, self._lab.selection.replica
        names = inputs_of(session, number, column)
        self._places, labels = [], []
        if column.weights:
            size = np.abs(
                np.nan_to_num(session.array(column.weights, replica)[:, unit])
            )
            for i in sorted(np.argsort(-size, kind="stable")[:SLIDERS_SHOWN].tolist()):
                self._places.append((column.weights, (i, unit)))
                labels.append(f"w{low(i + 1)} of {cut(names[i], LONG)}")
        bias = f"{column.weights.removesuffix('W')}b"
        if bias in session.trainer.network.layout.places:
            self._places.append((bias, (0, unit)))
            labels.append("b")
        others = max(0, len(names) - SLIDERS_SHOWN) if column.weights else 0
        self.row.note = f"{others} smaller weights have no slider" if others else ""
        self.row.title, self.row.reach = called(session, number, unit), []
        self.row.labels = labels

    def _heard(self, index: int, value: object) -> None:
        places = self._places
        self._lab.player.post(self._lab.attempt, self._turn, places, index, value)

    def _turn(self, places: list, index: int, value: object) -> None:
        """A slider was moved: its weight is what it says now, or what was typed."""
        if places is not self._places:
            return  # the neuron has changed since
        if not isinstance(value, int | float):
            label = self.row.labels[index]
            raise InputError(
                "weight",
                f"{label}={shown(value)} is not allowed: it is a number; try 0.5.",
            )
        replica = self._lab.selection.replica
        self._lab.session.set_by_hand(replica, *places[index], float(value))
        self._lab.player.hurry()


def _written(value: float) -> float | None:
    """A weight as a slider shows it; None for one that is not finite."""
    return round(value, DIGITS) if isfinite(value) else None


def _reach(known: float, value: float) -> float:
    """How far a slider goes that holds this number."""
    return max(known, float(np.ceil(abs(value)))) if isfinite(value) else known
