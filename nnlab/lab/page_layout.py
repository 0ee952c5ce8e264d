"""How this package's widgets stand on a page: in its styles, in rows, and with a text
for a page that has no kernel."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import anywidget
import ipywidgets as widgets


def page_files(*names: str) -> str:
    """The text of files beside this one that a page is sent. A widget that had their
    paths would be kept for ever: anywidget tells it when a file changes."""
    here = Path(__file__)
    return "\n".join(here.with_name(name).read_text("utf-8") for name in names)


class StyleSheet(anywidget.AnyWidget):
    """Brings the styles to the page, and names the controls of the box that it is in;
    nothing of it is seen."""

    _esm = page_files("control_names.js")
    _css = page_files("palette.css", "lab.css", "disconnected.css")

    def __repr__(self):
        return "StyleSheet()"


@cache
def style_sheet() -> StyleSheet:
    """Return the style sheet, one a kernel; it is never closed."""
    return StyleSheet(layout={"display": "none"})


def page_box(name: str, members: Sequence[widgets.Widget]) -> widgets.VBox:
    """Return a box that stands on a page by itself, with its styles.

    Args:
        name: its class in lab.css: "nnlab-lab", or "nnlab-ask" for a question.
        members: what is in it, from the top.
    """
    box = widgets.VBox([*members, style_sheet()])
    box.add_class(name)
    return box


def row(members: Sequence[widgets.Widget]) -> widgets.Box:
    """Widgets side by side, in as many lines as they need."""
    box = widgets.Box(list(members))
    box.add_class("nnlab-row")
    return box


def bundle(
    text: str, widget: widgets.Widget, picture: bytes | None = None, html: str = ""
) -> dict:
    """What a notebook shows: the widget, or else a PNG or HTML if there is one, or the
    text."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    shown = {"text/plain": text, "application/vnd.jupyter.widget-view+json": view}
    if picture is not None:
        shown["image/png"] = b64encode(picture).decode()
    if html:
        shown["text/html"] = html
    return shown


def replace(box: widgets.Box, children: Sequence[widgets.Widget]) -> None:
    """Puts these into a box, and closes those that were in it and are not needed."""
    gone = [child for child in box.children if child not in children]
    box.children = list(children)
    close_all(gone)


def close_all(
    roots: Sequence[widgets.Widget], but: Sequence[widgets.Widget] = ()
) -> None:
    """Closes widgets with all that lie within them, `but` some. What they hold stays,
    and so do those who hear of them: `open_all` undoes it."""
    for widget in _tree(roots, but):
        widget.close()


def open_all(
    roots: Sequence[widgets.Widget], but: Sequence[widgets.Widget] = ()
) -> None:
    """Opens widgets that were closed, by the ids that they had."""
    for widget in reversed([*_tree(roots, but)]):  # what lies within others first
        vars(widget).pop("_repr_mimebundle_", None)  # closing has put one there
        widget.open()


def _tree(
    roots: Sequence[widgets.Widget], but: Sequence[widgets.Widget]
) -> Iterator[widgets.Widget]:
    """Widgets and all within them, each once, without the style sheet: a widget before
    those within it, if they are in no other."""
    seen, queue = {*but, style_sheet(), style_sheet().layout}, [*reversed(roots)]
    while queue:
        widget = queue.pop()
        if widget in seen:
            continue
        seen.add(widget)
        yield widget
        for name in widget.keys:
            value = getattr(widget, name)
            parts = value if isinstance(value, tuple | list) else [value]
            queue += [part for part in parts if isinstance(part, widgets.Widget)]
