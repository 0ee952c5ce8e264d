"""What the learner turns and presses, built from the experiment's own fields.

A control knows its field's kind, and nothing else: limits, choices and explanations
stand with the experiment. Controls report what was done and do nothing themselves.
"""

from collections.abc import Callable, Sequence
from html import escape
from math import inf, log10

import ipywidgets as widgets
import traitlets

from nnlab.data.features import FEATURES
from nnlab.errors import InputError, shown
from nnlab.lab.page import row
from nnlab.study.experiment import Experiment
from nnlab.study.fields import (
    Choice,
    Count,
    Flag,
    Kind,
    Number,
    Optional,
    Part,
    Some,
    Widths,
)

YOURS = "your code"  # what a control shows for a function of the learner's own

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
HINT = (
    "Keys on the picture: space plays, → one step, Enter an epoch, R resets, N new "
    "seed, + − a neuron, P looks at the next, Esc at none."
)


class Controls:
    """One control for each field in `names`; `edited(name, value)` hears of changes.

    With `more`, every other field has its control too, in groups that unfold.
    """

    def __init__(
        self,
        experiment: Experiment,
        names: Sequence[str],
        edited: Callable[[str, object], None],
        more: bool = False,
    ):
        kinds, says = Experiment.kinds(), Experiment.says()
        self._edited, self._silent, self._kinds = edited, False, kinds
        self.widgets = {
            name: _control(kinds[name], name) for name in (kinds if more else names)
        }
        for name, widget in self.widgets.items():
            widget.tooltip = f"{name}: {says[name]}"
            widget.observe(self._observer(name), "value")
        self.row = row([self.widgets[name] for name in names])
        self.more = widgets.ToggleButton(description="All settings", icon="sliders")
        self.more.tooltip = "Every field of the experiment, in groups"
        self.more.layout.width = "auto"
        self.groups = widgets.VBox(self._groups(names) if more else [])
        self.groups.layout.display = "none"
        if more:
            self.row.children += (self.more,)
            self.more.observe(self._unfold, "value")
        self.show(experiment)

    def _groups(self, sight: Sequence[str]) -> list[widgets.Widget]:
        """A row for each group, of the fields that are not in sight already."""
        rows = []
        for group, names in Experiment.groups().items():
            title = widgets.HTML(f"<b>{group}</b>")
            title.layout.width = "64px"
            hidden = [self.widgets[name] for name in names if name not in sight]
            rows.append(row([title, *hidden]))
        return rows

    def _unfold(self, change) -> None:
        self.groups.layout.display = "flex" if change.new else "none"

    def show(self, experiment: Experiment, but: str = "") -> None:
        """Sets every control to what the experiment says, without reporting it; but
        not the one that the learner is just using."""
        self._silent = True
        try:
            for name, widget in self.widgets.items():
                if name == but:
                    continue
                value = experiment.meant(name)
                widget.disabled = value is None
                if value is None:
                    continue
                if isinstance(widget, widgets.SelectionSlider):
                    _offer(widget, value)
                if isinstance(self._kinds[name], Part):
                    widget.options = [*self._kinds[name].options(), YOURS][
                        : None if callable(value) else -1
                    ]
                    value = YOURS if callable(value) else value
                widget.value = _shown(_inner(self._kinds[name]), value)
        finally:
            self._silent = False

    def _observer(self, name: str) -> Callable:
        def observe(change):
            if not self._silent:
                self._edited(name, change.new)

        return observe


class Bar:
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
            speeds = {f"{speed:.3g} steps/s": speed, **SPEEDS}
        self.speed = widgets.Dropdown(options=speeds, value=speed)
        self.speed.layout.width = "112px"
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
        play.icon = "pause" if playing else "play"
        play.description = "Pause" if playing else "Play"

    def show_code(self, function: Callable | None) -> None:
        """A badge while a function of the learner's own is at work."""
        title = f"{function.__name__}() is at work here" if function else ""
        badge = f'<span class="nnlab-badge" title="{escape(title)}">{YOURS}</span>'
        self.badge.value = badge if function else ""

    def show_seeds(self, seeds: Sequence[int], shown: int) -> None:
        """Offers these seeds, with the replica `shown` chosen."""
        options = [(str(seed), replica) for replica, seed in enumerate(seeds)]
        self.seed.options = options
        self.seed.value = shown

    def _choose(self, chosen, replica) -> None:
        if replica is not None:
            chosen(replica)


class Message:
    """A line where the learner is looking: what is wrong, or else a remark, or else a
    hint."""

    def __init__(self):
        self.widget = widgets.HTML()
        self.widget.add_class("nnlab-message")
        self.text = ""
        self.remark("")

    def show(self, text: str) -> None:
        """Says what is wrong; an empty text says that nothing is any longer."""
        self.text = text
        self._write(text, "wrong") if text else self.remark("")

    def remark(self, text: str) -> None:
        """Says something about the run, unless there is something wrong to be said."""
        if not self.text:
            self._write(text or HINT, "remark" if text else "")

    def _write(self, text: str, kind: str) -> None:
        self.widget.value = f'<p class="{kind}" role="status">{escape(text)}</p>'


class Toggles(widgets.Box):
    """A button for each of some names; `value` has those that are pressed."""

    value = traitlets.Tuple()
    tooltip = traitlets.Unicode("", help="kept here: a box on the page has none")
    disabled = traitlets.Bool(False)

    def __init__(self, labels: dict[str, str]):
        self.buttons = {
            name: widgets.ToggleButton(description=label, tooltip=name)
            for name, label in labels.items()
        }
        self.label = widgets.Label()
        super().__init__([self.label, *self.buttons.values()])
        self.add_class("nnlab-row")
        for button in self.buttons.values():
            button.layout.width = "auto"
            button.observe(self._press, "value")
        self.observe(self._show, ["value", "disabled"])

    def _press(self, _) -> None:
        self.value = tuple(name for name, b in self.buttons.items() if b.value)

    def _show(self, _) -> None:
        for name, button in self.buttons.items():
            button.disabled = self.disabled
            if button.value != (name in self.value):
                button.unobserve(self._press, "value")
                button.value = name in self.value
                button.observe(self._press, "value")


def parse(name: str, value: object) -> object:
    """A control's value as its field takes it: "8, 8" is (8, 8), and "32" is 32."""
    kind = _inner(Experiment.kinds()[name])
    if not isinstance(kind, Count | Widths) or not isinstance(value, str):
        return value
    words = value.replace(",", " ").split()
    try:
        numbers = tuple(int(word) for word in words)
    except ValueError:
        numbers = None
    if isinstance(kind, Widths) and numbers is not None:
        return numbers
    if isinstance(kind, Count) and numbers and len(numbers) == 1:
        return numbers[0]
    plain = "a whole number, like 32"
    if isinstance(kind, Widths):
        plain = "the neurons of each hidden layer, like 8, 8"
    raise InputError(name, f"{name}={shown(value)} is not allowed: write {plain}.")


def _marks(kind: Number) -> list[float]:
    """The round numbers a slider offers: ten in every decade, or every hundredth.

    A slider of numbers would round what lies between its marks, and send that back.
    """
    if not kind.log:
        first, last = round(kind.low * 100), round(kind.high * 100)
        return [hundredths / 100 for hundredths in range(first, last + 1)]
    low, high = round(log10(kind.low)), round(log10(kind.high))
    steps = (1, 1.3, 1.6, 2, 2.5, 3, 4, 5, 6, 8)
    words = [f"{step}e{decade}" for decade in range(low, high) for step in steps]
    return [float(word) for word in [*words, f"1e{high}"]]


def _offer(slider: widgets.SelectionSlider, value: float) -> None:
    """Adds a number to a slider's options, where it belongs."""
    known = {number for _, number in slider.options}
    if value not in known:
        slider.options = [(f"{n:g}", n) for n in sorted({*known, value})]


def _shown(kind: Kind, value: object) -> object:
    """A field's value as its control shows it; `parse` reads it back."""
    if isinstance(kind, Widths):
        return ", ".join(map(str, value))
    return str(value) if isinstance(kind, Count) else value


def _control(kind: Kind, name: str) -> widgets.Widget:
    """The widget that fits a kind of value."""
    made = _bare(_inner(kind))
    if isinstance(made, Toggles):
        made.label.value = name.replace("_", " ")
        return made
    made.description = name.replace("_", " ")
    made.style.description_width = "auto"
    return made


def _inner(kind: Kind) -> Kind:
    """The kind of a value that is given."""
    return kind.kind if isinstance(kind, Optional) else kind


def _bare(kind: Kind) -> widgets.Widget:
    match kind:
        case Choice():
            widget = widgets.Dropdown(options=list(kind.options()))
            widget.layout.width = "auto"
        case Some():
            widget = Toggles({name: FEATURES[name][0] for name in kind.options()})
        case Number():
            options = [(f"{number:g}", number) for number in _marks(kind)]
            widget = widgets.SelectionSlider(options=options)
            widget.layout.flex = "1 1 380px" if kind.log else "1 1 240px"
            widget.layout.max_width = "460px"
        case Count():
            widget = widgets.Text(continuous_update=False)
            widget.layout.width = "140px"
        case Widths():
            widget = widgets.Text(continuous_update=False)
            widget.layout.width = "150px"
        case Flag():
            widget = widgets.Checkbox(indent=False)
            widget.layout.width = "auto"
    return widget
