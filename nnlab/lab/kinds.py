"""The widget that fits each kind of value, and how a value looks on it."""

from math import log10

import ipywidgets as widgets
import traitlets

from nnlab.data.features import FEATURES
from nnlab.errors import InputError, shown
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


def put(kind: Kind, widget: widgets.Widget, value: object) -> None:
    """Shows a field's value on its control; `parse` reads it back."""
    kind = _inner(kind)
    if isinstance(kind, Number):
        _offer(widget, value)
    if isinstance(kind, Part):
        own = callable(value)
        options = (*kind.options(), *([YOURS] if own else []))
        if widget.options != options:  # to send them anew takes time on the page
            widget.options = options
        value = YOURS if own else value
    if isinstance(kind, Widths):
        value = ", ".join(map(str, value))
    widget.value = str(value) if isinstance(kind, Count) else value


def _offer(slider: widgets.SelectionSlider, value: float) -> None:
    """Adds a number to a slider's options, where it belongs."""
    known = {number for _, number in slider.options}
    if value not in known:
        slider.options = [(f"{n:g}", n) for n in sorted({*known, value})]


def control(kind: Kind, name: str) -> widgets.Widget:
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
