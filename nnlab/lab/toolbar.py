"""The row of buttons that drive the player, and the line of words below it."""

from collections.abc import Callable, Sequence
from html import escape
from math import inf

import ipywidgets as widgets

from nnlab.errors import Plain
from nnlab.lab.custom_part_badge import YOURS
from nnlab.lab.page_layout import row
from nnlab.views.drawing.number_format import plain

SPEEDS = {
    "1 step/s": 1.0,
    "10 steps/s": 10.0,
    "100 steps/s": 100.0,
    "300 steps/s": 300.0,
    "1000 steps/s": 1000.0,
    "full speed": inf,
}
BUTTONS = {
    "play": ("Play", "play", "Play or pause  [space]"),
    "step": ("Mini-batch", "step-forward", "One step on one mini-batch  [→]"),
    "epoch": ("Epoch", "fast-forward", "To the end of this epoch  [enter]"),
    "reset": ("Reset", "undo", "Back to the same start  [R]"),
    "reseed": ("New seed", "random", "The same recipe with new luck  [N]"),
    "stop": (
        "Stop",
        "power-off",
        "Ends the task that runs this Lab; Play starts it again",
    ),
}


class Bar(Plain):
    """The player's buttons, its speed, and which seed is shown.

    `pressed(name)`, `sped(speed)` and `chosen(replica)` hear of what is done.
    """

    def __init__(
        self,
        speed: float,
        pressed: Callable[[str], None],
        sped: Callable[[float], None],
        chosen: Callable[[int], None],
    ):
        self.buttons = {}
        for name, (label, icon, says) in BUTTONS.items():
            button = widgets.Button(description=label, icon=icon, tooltip=says)
            button.layout.width = "auto"
            button.on_click(lambda _, name=name: pressed(name))
            self.buttons[name] = button
        self.buttons["play"].button_style = "primary"
        speeds = SPEEDS
        if speed not in SPEEDS.values():
            speeds = {f"{plain(speed)} steps/s": speed, **SPEEDS}
        self.speed = widgets.Dropdown(options=speeds, value=speed)
        self.speed.layout.width = "124px"
        self.speed.tooltip = "How fast Play goes"
        self.speed.observe(lambda change: sped(change.new), "value")
        self.seed = widgets.Dropdown(description="seed", options=[("0", 0)])
        self.seed.layout.width = "100px"
        self.seed.style.description_width = "34px"
        self.seed.tooltip = "Which of the networks is shown in colour"
        self.seed.observe(lambda change: self._choose(chosen, change.new), "value")
        self.buttons["play"].layout.width = "92px"
        self.badge = widgets.HTML()
        *first, stop = self.buttons.values()
        self.row = row([*first, self.speed, self.seed, stop])

    def show(self, playing: bool) -> None:
        """The first button says what it would do now."""
        play = self.buttons["play"]
        with play.hold_sync():  # one message
            play.icon = "pause" if playing else "play"
            play.description = "Pause" if playing else "Play"

    def show_code(self, names: Sequence[str], ours: str = "") -> None:
        """A badge that says whose code runs: the learner's, which it names; or else
        what there is to say of `ours`, where an exercise waits for its answer."""
        *others, last = names or [""]
        many = f"{', '.join(others)} and {last} are" if others else f"{last} is"
        title = f"{many} at work here" if names else ours
        kind = "nnlab-badge" if names else "nnlab-badge ours"
        badge = f'<span class="{kind}" title="{escape(title)}">'
        badge += f"{escape(YOURS if names else ours)}</span>"
        self.badge.value = badge if names or ours else ""

    def show_seeds(self, seeds: Sequence[int], shown: int) -> None:
        """Offers these seeds, with the replica `shown` chosen."""
        options = [(str(seed), replica) for replica, seed in enumerate(seeds)]
        if [*self.seed.options] != options:  # to send them anew takes time on the page
            self.seed.options = options
        self.seed.value = shown

    def _choose(self, chosen, replica) -> None:
        if replica is not None:
            chosen(replica)


class Message(Plain):
    """A line below the picture: what is wrong, or else a remark, and a button for the
    view that shows what the remark is about; `asked(view)` hears that it is pressed."""

    def __init__(self, asked: Callable[[str], None]):
        self.line = widgets.HTML()
        self.button = widgets.Button(icon="th-large")
        self.button.layout.width = "auto"
        self.button.on_click(lambda _: asked(self.view))
        self.widget = widgets.HBox([self.line, self.button])
        self.widget.add_class("nnlab-message")
        self.text = self.view = ""
        self.remark("")

    def show(self, text: str) -> None:
        """Says what is wrong; an empty text says that nothing is any longer."""
        self.text = text
        self._write(text, "wrong") if text else self.remark("")

    def remark(self, text: str, view: str = "") -> None:
        """Says something about the run, unless there is something wrong to be said; a
        button offers the `view`."""
        if not self.text:
            self._write(text, "remark", view)

    def _write(self, text: str, kind: str, view: str = "") -> None:
        said = f'<p class="{kind}" role="status">{escape(text)}</p>'
        self.line.value = said if text else ""
        self.view = view
        self.button.description = f"Show {view}"
        self.button.layout.display = None if view else "none"
