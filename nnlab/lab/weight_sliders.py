"""Weights by hand: sliders for what comes into one neuron, and which sample it sees.

The neuron is the one that is pinned, by a click or by P, or else the first. Sliders
follow the network when the Lab rests, and are the learner's while they are dragged.
"""

from collections.abc import Callable

import ipywidgets as widgets
import numpy as np

from nnlab.errors import Plain
from nnlab.lab.host import Host
from nnlab.lab.page_layout import close_all, row
from nnlab.views.drawing.number_format import low
from nnlab.views.drawing.selected_neuron import called, inputs_of, unit_of
from nnlab.views.drawing.wiring import Column
from nnlab.views.view import cut

SLIDERS_SHOWN = 8  # weights that have a slider
REACH, STEP = 4.0, 0.01  # of a slider: to either side, and from one mark to the next
DIGITS = 2  # after the point of a mark
LONG = 12  # letters of an input's name
MOVES = {"left": (-1, 0), "right": (1, 0), "down": (0, -1), "up": (0, 1)}
LOOKS = {"sample", *MOVES}  # what keys ask for


class Hand(Plain):
    """Sets weights of the session in `lab` by hand, if one of its views works so, and
    moves the place that it looks at, by `move_place(way)`."""

    def __init__(self, lab: Host, move_place: Callable[[tuple[int, int]], None]):
        self._lab, self._move_place, self._silent = lab, move_place, False
        self.title, self.note = widgets.HTML(), widgets.HTML()
        self.title.layout.min_width = "120px"
        self.sliders: list[widgets.FloatSlider] = []
        self._sent: list[float] = []  # what each said when it was last heard
        self._places: list[tuple[str, tuple[int, int]]] = []  # what each one sets
        self._of: tuple | None = None  # the neuron and network that they are laid for
        self.row = row([self.title, self.note])
        self.row.add_class("nnlab-hand")

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

    def show(self) -> None:
        """At rest: the sliders say what the network has."""
        if not self.at_work:
            return
        session, selection = self._lab.session, self._lab.selection
        number, column, unit = unit_of(session, selection.pinned)
        of = session.trainer.network, number, unit
        self._silent = True
        try:
            if of != self._of:
                self._lay(number, column, unit)
                self._of = of
            for i, (name, at) in enumerate(self._places):
                self._follow(i, float(session.array(name, selection.replica)[at]))
        finally:
            self._silent = False

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
        self.title.value = f"<b>{called(session, number, unit)}</b>"
        self.note.value = f"{others} smaller weights have no slider" if others else ""
        values = [session.array(name, replica)[at] for name, at in self._places]
        self._put([self._slider(*one) for one in zip(labels, values)])
        self._sent = [slider.value for slider in self.sliders]

    def _follow(self, i: int, value: float) -> None:
        """A slider goes where its weight is, unless it has just been moved itself. It
        is told a number that it has a mark for: another one it would send back."""
        slider = self.sliders[i]
        if slider.value != self._sent[i] or not np.isfinite(value):
            return
        if abs(value) > slider.max:
            wider = self._slider(slider.description, value)
            self._put([*self.sliders[:i], wider, *self.sliders[i + 1 :]])
        elif abs(slider.value - value) > STEP / 2:
            slider.value = round(value, DIGITS)
        self._sent[i] = self.sliders[i].value

    def _put(self, sliders: list[widgets.FloatSlider]) -> None:
        """These sliders, in place of those that are there."""
        gone = [slider for slider in self.sliders if slider not in sliders]
        self.sliders = sliders
        self.row.children = [self.title, *sliders, self.note]
        for slider in gone:
            slider.unobserve_all()
        close_all(gone)

    def _slider(self, label: str, value: float) -> widgets.FloatSlider:
        """A slider that holds this number. Its range stays as it is: a page sends back
        what it makes of a number while the range changes, as if it had been dragged."""
        value = float(np.nan_to_num(value))
        reach = max(REACH, float(np.ceil(abs(value))))
        slider = widgets.FloatSlider(
            value=round(value, DIGITS),
            min=-reach,
            max=reach,
            step=STEP,
            description=label,
            readout_format=f".{DIGITS}f",
        )
        slider.style.description_width = "auto"
        slider.tooltip = "Of the neuron that was clicked, or pinned by P, or the first"
        slider.layout.flex, slider.layout.max_width = "1 1 200px", "340px"
        slider.observe(self._heard, "value")
        return slider

    def _heard(self, change) -> None:
        if not self._silent:
            self._lab.player.post(self._lab.attempt, self._turn, change.owner)

    def _turn(self, slider: widgets.FloatSlider) -> None:
        """A slider was moved, by a mark at least: its weight is what it says now."""
        if slider not in self.sliders:
            return  # the neuron has changed since
        i, value = self.sliders.index(slider), slider.value
        moved = abs(value - self._sent[i]) > STEP / 2
        self._sent[i] = value
        if moved:
            replica = self._lab.selection.replica
            self._lab.session.set_by_hand(replica, *self._places[i], value)
            self._lab.player.hurry()
