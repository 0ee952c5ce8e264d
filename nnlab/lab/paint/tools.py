"""The row of tools with which one paints: the brush, what a click does, what is there.

The brush has a class and a part. Whatever is pressed is only posted. All of it are
plain buttons, whose clicks come in turn with those on the map; the value of a toggle
may come late.
"""

from collections.abc import Callable, Sequence
from html import escape

import ipywidgets as widgets
import numpy as np

from nnlab.errors import Plain
from nnlab.lab.page_layout import replace, row
from nnlab.session.editable_dataset import SEEN, Painting
from nnlab.views.drawing.colours import classes

PRESSED = "mod-active"  # as ipywidgets calls a button that is
MARKS = {"training": "●", "validation": "■"}
TOOLS = {
    "paint": ("Paint", "paint-brush", "A click paints a point, a drag sprays  [Enter]"),
    "move": ("Move", "arrows", "Drag a point to another place  [M]"),
    "erase": ("Erase", "eraser", "A click on a point takes it away  [E]"),
    "flip": ("Flip", "exchange", "A click makes a point one of the next class  [F]"),
}
DONE = {
    "undo": ("Undo", "undo", "Takes the last change of the points back  [Z]"),
    "redo": ("Redo", "repeat", "Makes it again  [Y]"),
    "clear": ("Clear", "trash", "Takes all points away; Undo brings them back"),
}


class Tools(Plain):
    """The widgets, and what is chosen on them.

    `chosen(what, value)` hears that the brush's "label", its "part" or the "tool" shall
    be this; `pressed(name)` hears of a button of `DONE`.

    Attributes:
        label: the class of the brush.
        part: its part.
        tool: what a click does.
    """

    def __init__(
        self, chosen: Callable[[str, object], None], pressed: Callable[[str], None]
    ):
        self.label, self.part, self.tool = 0, SEEN[0], "paint"
        self._chosen = chosen
        self.brushes = row([])
        self.parts = {name: self._choice("part", name) for name in SEEN}
        self.tools = {name: self._choice("tool", name) for name in TOOLS}
        self.buttons = {name: _button(name, pressed) for name in DONE}
        self.counts = widgets.HTML()
        for name, button in self.parts.items():
            button.description = f"{MARKS[name]} {name}"
            button.tooltip = f"Paint {name} points  [V: the other part]"
        for name, button in self.tools.items():
            button.description, button.icon, button.tooltip = TOOLS[name]
        brush = row([self.brushes, *self.parts.values()])
        done = row([*self.buttons.values(), self.counts])
        self.row = row([brush, row([*self.tools.values()]), done])

    def show(self, painting: Painting) -> None:
        """What is chosen, and what is painted."""
        names = painting.data.classes
        self.label = min(self.label, len(names) - 1)
        self._offer(names)
        for button, name in zip(self.brushes.children, names):
            button.description = f"{MARKS[self.part]} {name}"
        _press(dict(enumerate(self.brushes.children)), self.label)
        _press(self.parts, self.part)
        _press(self.tools, self.tool)
        for name, able in painting.can.items():
            self.buttons[name].disabled = not able
        self.counts.value = counted(painting)

    def _offer(self, names: Sequence[str]) -> None:
        """A button for each class, in its colour."""
        tips = [f"Paint points of class {name!r}  [C: the next]" for name in names]
        if [button.tooltip for button in self.brushes.children] == tips:
            return  # to send them anew takes time on the page
        made = [self._choice("label", label) for label in range(len(names))]
        for button, tip, colour in zip(made, tips, classes(len(names))):
            button.tooltip, button.style.text_color = tip, colour
            button.style.font_weight = "bold"
        replace(self.brushes, made)

    def _choice(self, what: str, value: object) -> widgets.Button:
        """A button that stays pressed while `what` is this."""
        button = widgets.Button()
        button.layout.width = "auto"
        button.on_click(lambda _: self._chosen(what, value))
        return button


def _press(buttons: dict, chosen: object) -> None:
    """One of some buttons looks pressed, and the others do not."""
    for value, button in buttons.items():
        (button.add_class if value == chosen else button.remove_class)(PRESSED)


def _button(name: str, pressed: Callable[[str], None]) -> widgets.Button:
    label, icon, tip = DONE[name]
    button = widgets.Button(description=label, icon=icon, tooltip=tip)
    button.layout.width = "auto"
    button.on_click(lambda _: pressed(name))
    return button


def counted(painting: Painting) -> str:
    """How many points of each class there are in each part, for the page."""
    names, parts = painting.data.classes, []
    for part, data in zip(SEEN, painting.shown):
        numbers = [
            f'<b style="color:{colour}" title="{escape(name)}">{MARKS[part]}'
            f"&thinsp;{np.sum(data.y == label)}</b>"
            for label, (name, colour) in enumerate(zip(names, classes(len(names))))
        ]
        parts.append(f"{part} {' '.join(numbers)}")
    return f'<span class="nnlab-counts">{" · ".join(parts)}</span>'
