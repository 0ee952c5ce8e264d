"""How this package's widgets stand on a page: in rows, and with a text for a page that
has no kernel."""

from base64 import b64encode
from collections.abc import Sequence

import ipywidgets as widgets


def row(members: Sequence[widgets.Widget]) -> widgets.Box:
    """Widgets side by side, in as many lines as they need."""
    box = widgets.Box(list(members))
    box.add_class("nnlab-row")
    return box


def bundle(text: str, widget: widgets.Widget, picture: bytes | None = None) -> dict:
    """What a notebook shows: the widget, or else a PNG if there is one, or the text."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    shown = {"text/plain": text, "application/vnd.jupyter.widget-view+json": view}
    if picture is not None:
        shown["image/png"] = b64encode(picture).decode()
    return shown
