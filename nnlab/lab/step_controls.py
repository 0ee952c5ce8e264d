"""A Lab in slow motion: back, on, by itself; whose numbers are shown, and which weight.

Its fields follow what is clicked in the picture, when the Lab rests.
"""

from collections.abc import Callable

import ipywidgets as widgets
import numpy as np

from nnlab.diagnostics.gradient_terms import entry
from nnlab.errors import Plain
from nnlab.lab.host import Host
from nnlab.lab.page_layout import row
from nnlab.views.panels.step_text import looked_at

BUTTONS = {
    "previous": ("Previous", "chevron-left", "One moment back in the mini-batch  [,]"),
    "next moment": ("Next", "chevron-right", "One moment on in the mini-batch  [.]"),
    "auto": ("Auto", "film", "By itself, a moment a second; again: stop  [A]"),
}
SLOWLY = {*BUTTONS, "sample", "weight"}  # what buttons and keys ask for
WALK = 1.0  # moments a second, by itself


class SlowMotion(Plain):
    """Moves `lab` moment by moment, if one of its views shows that.

    `pressed(name)` hears which button was pressed.
    """

    def __init__(self, lab: Host, pressed: Callable[[str], None]):
        self._lab, self._silent = lab, False
        self.buttons = {}
        for name, (label, icon, says) in BUTTONS.items():
            button = widgets.Button(description=label, icon=icon, tooltip=says)
            button.layout.width = "90px"
            button.on_click(lambda _, name=name: pressed(name))
            self.buttons[name] = button
        self.sample = _count("sample", "Whose numbers: 0 is the mean of all  [S]")
        self.array = widgets.Dropdown(description="weight", options=[""])
        self.array.layout.width = "146px"
        self.array.style.description_width = "48px"
        self.array.tooltip = "The weight whose gradient is shown; the next one  [W]"
        self.line = _count("row", "The row of the array in which the weight is")
        self.column = _count("column", "The column in which it is")
        fields = [self.sample, self.array, self.line, self.column]
        for field in fields:
            field.observe(self._heard, "value")
        self.row = row([*self.buttons.values(), *fields])

    @property
    def at_work(self) -> bool:
        """Whether a mini-batch can go in slow motion here."""
        return any(view.slow for view in self._lab.picture.views)

    def press(self, name: str) -> None:
        """Does what a button or a key asks for: one of `SLOWLY`."""
        lab, player, selection = self._lab, self._lab.player, self._lab.selection
        session = lab.session
        going = player.playing and player.pace == WALK
        if name in BUTTONS:
            player.pause()
        match name:
            case "previous":
                lab.attempt(self._back)
            case "next moment":
                session.stepper.next_moment()
            case "auto" if not going:
                session.stepper.next_moment()
                player.play(None, WALK)
            case "sample":
                after = 0 if selection.sample is None else selection.sample + 1
                self.look(after if after < session.trainer.batch_size else None)
            case "weight":
                size = session.trainer.network.layout.size
                self.look(selection.sample, (looked_at(session, selection) + 1) % size)

    def look(self, sample: int | None, weight: int | None = None) -> None:
        """At this sample, or at all together; and at this weight, if one is given, by
        its place in the vector of all parameters."""
        selection = self._lab.selection
        selection.sample = sample
        if weight is not None:
            selection.weight, selection.pinned = weight, None
        self._lab.player.refresh()

    def show(self) -> None:
        """At rest: the fields say what is shown."""
        if not self.at_work:
            return
        session, selection = self._lab.session, self._lab.selection
        self._silent = True
        try:
            places = session.trainer.network.layout.places
            array, at = entry(
                session.trainer.network.layout, looked_at(session, selection)
            )
            if self.array.options != (*places,):
                self.array.options = [*places]
            self.array.value = array
            lines, columns = _grid(places[array].shape)
            number = int(np.ravel_multi_index(at, places[array].shape))
            line, column = divmod(number, columns)
            _set(self.line, line, lines - 1)
            _set(self.column, column, columns - 1)
            sample = 0 if selection.sample is None else selection.sample + 1
            _set(self.sample, sample, session.trainer.batch_size)
        finally:
            self._silent = False

    def _back(self) -> None:
        """One moment back, with the settings of then."""
        self._lab.session.stepper.previous_moment()
        self._lab.adopt(self._lab.session.experiment)
        self._lab.player.refresh()

    def _heard(self, change) -> None:
        if not self._silent:
            self._post(self._turn, change.owner)

    def _turn(self, field: widgets.Widget) -> None:
        """A field was set."""
        if field is self.sample:
            self.look(self.sample.value - 1 if self.sample.value else None)
            return
        place = self._lab.trainer.network.layout.places[self.array.value]
        lines, columns = _grid(place.shape)
        anew = field is self.array
        line, column = (0, 0) if anew else (self.line.value, self.column.value)
        number = min(line, lines - 1) * columns + min(column, columns - 1)
        self.look(self._lab.selection.sample, place.start + number)

    def _post(self, function: Callable, *arguments) -> None:
        self._lab.player.post(function, *arguments)


def _set(field: widgets.BoundedIntText, value: int, most: int) -> None:
    """A field's value and its end, in an order in which it stays in its bounds."""
    with field.hold_sync():
        field.max = max(most, value)
        field.value, field.max = value, most


def _grid(shape: tuple[int, ...]) -> tuple[int, int]:
    """An array as rows and columns: how many there are."""
    columns = shape[-1] if shape else 1
    return int(np.prod(shape)) // columns, columns


def _count(name: str, tooltip: str) -> widgets.BoundedIntText:
    field = widgets.BoundedIntText(description=name, min=0, max=0)
    field.layout.width = "102px"
    field.style.description_width = "48px"
    field.tooltip = tooltip
    return field
