"""What of this package stands on the page, and in which cells: to stop every Lab, and
to let go of what an older run of a cell has left.

A kernel keeps every widget, and whatever hears of it, until it is told not to; and
JupyterLab leaves a task alive when its cell runs again. So what has widgets notes which
cell made it, in which run of that cell, and which cells show it. Once the cell that
made it has run again, and no other cell shows it, its widgets are closed. It stays what
it was: kept in a variable it goes on, and where it is shown again its widgets open.
"""

import asyncio
import gc
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import ipywidgets as widgets
from IPython import get_ipython

from nnlab.lab import page_layout

SOON = 0.05  # seconds
HIDDEN = ("_", "__", "___")  # names under which IPython keeps the latest outputs


class Standing(ABC):
    """What has widgets on the page."""

    @property
    @abstractmethod
    def roots(self) -> Sequence[widgets.Widget]:
        """Its widgets, without those that lie within them."""

    @property
    def holds(self) -> Sequence["Standing"]:
        """What else stands in it, with widgets of its own."""
        return ()

    def stop(self) -> None:  # noqa: B027 - most have no task
        """Ends its task, if it has one; it may be started again. May be called from any
        thread."""

    def rest(self) -> None:  # noqa: B027
        """The same at once, on the thread of cells."""


@dataclass
class Stand:
    """Where something stands.

    Attributes:
        cell: the cell that made it; empty in a script.
        turn: the run of that cell in which it did.
        shown: for each cell that shows it, in which run of that cell.
        open: whether its widgets are.
    """

    cell: str
    turn: str
    shown: dict[str, str] = field(default_factory=dict)
    open: bool = True


_stands: WeakKeyDictionary[Standing, Stand] = WeakKeyDictionary()
_turns: dict[str, str] = {}  # for each cell its latest run that is over


def register(made: Standing) -> None:
    """Remembers it, and stops what its cell made when it ran before."""
    cell, turn = cell_and_turn()
    for old, stand in [*_stands.items()]:
        if cell and stand.cell == cell and stand.turn != turn:
            old.rest()
    _stands[made] = Stand(cell, turn)
    if events := getattr(get_ipython(), "events", None):
        events.register("post_run_cell", tidy)  # once: it knows which it has


def show(made: Standing) -> None:
    """Notes that the cell that runs shows it, and opens its widgets if need be."""
    for one in (*made.holds, made):
        stand, (cell, turn) = _stands[one], cell_and_turn()
        stand.shown[cell] = turn
        if not stand.open:
            stand.open = True
            page_layout.open_all(one.roots, but=_roots(one.holds))


def tidy(_: object = None) -> None:
    """After a cell has run: lets go of what that has replaced."""
    cell, turn = cell_and_turn()
    if cell and _replace(cell, turn):
        _soon(gc.collect)  # some megabytes in circles, which Python lets pile up


def _replace(cell: str, turn: str) -> int:
    """Lets go of what this run of a cell has replaced; returns how many that are."""
    _turns[cell], gone = turn, 0
    for made, stand in [*_stands.items()]:
        if stand.shown.get(cell, turn) != turn:
            del stand.shown[cell]
        again = _turns.get(stand.cell, stand.turn) != stand.turn
        if stand.open and again and not stand.shown:
            stand.open, gone = False, gone + 1
            _let_go(made)
    return gone


def stop_all() -> None:
    """Stops every Lab of this kernel; pressing Play in one starts it again."""
    for made in [*_stands]:
        made.stop()


def cell_and_turn() -> tuple[str, str]:
    """The id of the cell that runs, and of its present run; empty in a script."""
    try:
        parent = get_ipython().get_parent()
    except AttributeError:  # not in a notebook
        return "", ""
    cell = parent.get("metadata", {}).get("cellId", "")
    return cell, parent.get("header", {}).get("msg_id", "")


def _let_go(made: Standing) -> None:
    """Closes its widgets, and takes it out of what IPython keeps unasked."""
    made.rest()
    page_layout.close_all(made.roots, but=_roots(made.holds))
    shell = get_ipython()
    outputs: dict[int, object] = shell.user_ns["_oh"]
    numbers = [number for number, value in outputs.items() if value is made]
    for number in numbers:
        del outputs[number]
    hidden = [*HIDDEN, *(f"_{number}" for number in numbers)]
    for names in (shell.user_ns, shell.user_ns_hidden, vars(shell.displayhook)):
        for name in hidden:
            if names.get(name) is made:
                names[name] = None


def _soon(function: Callable) -> None:
    """Has it called once the task of what was let go of has ended."""
    try:
        asyncio.get_running_loop().call_later(SOON, function)
    except RuntimeError:  # there is no loop
        function()


def _roots(parts: Iterable[Standing]) -> list[widgets.Widget]:
    return [root for part in parts for root in part.roots]
