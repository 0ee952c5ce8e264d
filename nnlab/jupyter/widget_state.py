"""The widgets' states that a notebook is saved with.

A page saves the state of each widget that its kernel has. That is too much, since no
output may show the widget any more, and too little, since an output may show one whose
kernel has ended. `keep_shown` makes the states agree with the outputs.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_server.utils import to_os_path

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
REFERENCE = "IPY_MODEL_"
LINKS = ("LinkModel", "DirectionalLinkModel")  # nothing refers to one

States = dict[str, dict[str, Any]]  # by the id of a widget


def keep_shown(
    model: dict[str, Any], path: str, contents_manager: Any, **_: object
) -> None:
    """Give a notebook that is being saved the states of the widgets that it shows.

    A state that the page does not know is taken from the file as it was; what no output
    shows is left out. An output whose widget has no state at all loses it, and shows
    the picture or the text beside it.
    """
    notebook = model.get("content")
    if model["type"] != "notebook" or "widgets" not in notebook["metadata"]:
        return
    saved = notebook["metadata"]["widgets"][STATE]
    file = Path(to_os_path(path, contents_manager.root_dir))
    known = {**_states_in(file), **saved["state"]}
    for shown in [*views(notebook)]:
        if shown[VIEW]["model_id"] not in known:
            del shown[VIEW]
    roots = {shown[VIEW]["model_id"] for shown in views(notebook)}
    saved["state"] = reachable(known, roots)


def views(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each output that shows a widget: its data by MIME type."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if VIEW in output.get("data", ()):
                yield output["data"]


def reachable(states: States, roots: set[str]) -> States:
    """The states of these widgets, of all within them, and of the links among those."""
    found, queue = set[str](), [*roots]
    while queue:
        widget = queue.pop()
        if widget in states and widget not in found:
            found.add(widget)
            queue += _references(states[widget]["state"])
    for widget, state in states.items():
        if state.get("model_name") in LINKS:
            if found.issuperset(_references(state["state"])):
                found.add(widget)
    return {widget: states[widget] for widget in states if widget in found}


def _references(value: object) -> Iterator[str]:
    """The ids of the widgets that a state refers to."""
    if isinstance(value, str) and value.startswith(REFERENCE):
        yield value.removeprefix(REFERENCE)
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _references(part)


def _states_in(file: Path) -> States:
    """The states that a notebook was saved with before; none if there are none."""
    try:
        metadata = json.loads(file.read_bytes())["metadata"]
        states: States = metadata["widgets"][STATE]["state"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return {}
    return states if isinstance(states, dict) else {}
