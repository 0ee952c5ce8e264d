"""Which Labs this kernel has: to stop them all, and to close those of an older run.

JupyterLab leaves a task alive when its cell runs again. So a Lab notes which cell made
it, in which run of that cell.
"""

from weakref import WeakSet

from IPython import get_ipython

_labs: WeakSet = WeakSet()


def register(lab) -> None:
    """Remembers a Lab, and closes those that its cell made when it ran before."""
    lab.cell, lab.turn = _cell_and_turn()
    for old in list(_labs):
        if lab.cell and old.cell == lab.cell and old.turn != lab.turn:
            old.player.post(old.player.close)
            _labs.discard(old)
    _labs.add(lab)


def stop_all() -> None:
    """Stops every Lab of this kernel; pressing Play in one starts it again."""
    for lab in list(_labs):
        lab.stop()


def _cell_and_turn() -> tuple[str, str]:
    """The id of the cell that runs, and of its present run; empty in a script."""
    try:
        parent = get_ipython().get_parent()
    except AttributeError:  # not in a notebook
        return "", ""
    cell = parent.get("metadata", {}).get("cellId", "")
    return cell, parent.get("header", {}).get("msg_id", "")
