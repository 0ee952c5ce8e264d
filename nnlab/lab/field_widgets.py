"""The widget that fits each kind of value, and how a value looks on it."""

import anywidget
import ipywidgets as widgets
import traitlets

from nnlab.data.features import FEATURES
from nnlab.experiment.fields import (
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
from nnlab.experiment.source_repr import word
from nnlab.lab.custom_part_badge import label
from nnlab.lab.page_layout import page_files
from nnlab.lab.parsing import inner

LABEL = "98px"  # the width of a label, where labels stand in a column


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


class NumberSlider(anywidget.AnyWidget):
    """A number to drag or to type; `value` is the number, or else what was typed.

    The page offers round marks, and shows the exact number beside them.
    """

    _esm = page_files("typed.js", "number_slider.js", "field_slider.js")
    value = traitlets.Any(0.0).tag(sync=True)
    low = traitlets.Float(0.0).tag(sync=True)
    high = traitlets.Float(1.0).tag(sync=True)
    log = traitlets.Bool(False, help="marks in equal ratios").tag(sync=True)
    grain = traitlets.Float(0.01, help="between two marks, if not").tag(sync=True)
    word = traitlets.Unicode("", help="of no number, the first mark").tag(sync=True)
    description = traitlets.Unicode("").tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)
    refused = traitlets.Bool(False, help="its value is not in use").tag(sync=True)

    def __repr__(self):
        return f"NumberSlider({self.description!r}, value={self.value!r})"


def put(kind: Kind, widget: widgets.Widget, value: object) -> None:
    """Shows a field's value on its control; `parse` reads it
    back."""
    off = getattr(kind, "word", "") if value is None else ""
    match inner(kind):
        case Part():
            if not off:
                value = value if isinstance(value, str) else label(value)
            options = tuple(dict.fromkeys([*_names(kind), off or value]))
            if widget.options != options:  # to send them anew takes time on the page
                widget.options = options
        case Widths():
            value = ", ".join(map(word, value))
        case Count():
            value = off or str(value)
    widget.value = off or value


def _names(kind: Kind) -> list[str]:
    """The names that a control offers, with the word for none of them first."""
    some = [kind.word] if isinstance(kind, Optional) else []
    return [*some, *inner(kind).options()]


def control(kind: Kind, name: str) -> widgets.Widget:
    """The widget that fits a kind of value."""
    made = _bare(kind)
    if isinstance(made, Toggles):
        made.label.value = name.replace("_", " ")
        return made
    made.description = name.replace("_", " ")
    if not isinstance(made, NumberSlider):
        made.style.description_width = "auto"
    return made


def align(widget: widgets.Widget) -> None:
    """Makes a control fill its place in a table, with its label in a column."""
    widget.layout.width, widget.layout.flex = "auto", None
    widget.layout.max_width = None
    if isinstance(widget, Toggles):
        widget.add_class("nnlab-wide")
        widget.label.layout.width = LABEL
    if isinstance(widget, Toggles | NumberSlider):
        return
    widget.style.description_width = LABEL
    if isinstance(widget, widgets.Checkbox):
        widget.indent = True


def _bare(kind: Kind) -> widgets.Widget:
    match inner(kind):
        case Choice():
            widget = widgets.Dropdown(options=_names(kind))
            widget.layout.width, widget.layout.max_width = "auto", "200px"
        case Some() as some:
            widget = Toggles({name: FEATURES[name][0] for name in some.options()})
        case Number() as number:
            ends = {"low": number.low, "high": number.high, "log": number.log}
            widget = NumberSlider(word=getattr(kind, "word", ""), **ends)
            widget.layout.flex = "1 1 250px" if number.log else "1 1 190px"
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
