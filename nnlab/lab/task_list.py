"""What there is to do in a Lab: a list in which each task is ticked once it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import ipywidgets as widgets

from nnlab.errors import Plain
from nnlab.grading.progress import keep, kept
from nnlab.session.selection import Selection
from nnlab.session.session import Session


@dataclass(frozen=True)
class Task:
    """Something to do in a Lab.

    Attributes:
        text: what to do, in a few words.
        done: a function of the Lab's session and selection, called whenever the run
            rests, that returns what shows that it is done, such as "loss 0.048"; "" if
            nothing does.
    """

    text: str
    done: Callable[[Session, Selection], str]


class Tasks(Plain):
    """The list. A tick stays, and outlives the kernel."""

    def __init__(self, tasks: Sequence[Task]):
        self._tasks = [*tasks]
        self.widget = widgets.HTML()
        self.widget.add_class("nnlab-tasks")
        self._show()

    def look(self, session: Session, selection: Selection) -> None:
        """Tick what is done in this run."""
        found = {t.text: t.done(session, selection) for t in self._open()}
        for text, evidence in found.items():
            if evidence:
                keep("tasks", text, evidence)
        if any(found.values()):
            self._show()

    def _open(self) -> list[Task]:
        return [task for task in self._tasks if kept("tasks", task.text) is None]

    def _show(self) -> None:
        rows = "".join(map(_row, self._tasks))
        self.widget.value = f'<ul role="status">{rows}</ul>' if rows else ""
        self.widget.layout.display = None if rows else "none"


def _row(task: Task) -> str:
    """Return a task as an item of a list."""
    evidence = kept("tasks", task.text)
    text = escape(task.text)
    if evidence is None:
        return f'<li><span aria-label="to do">☐</span> {text}</li>'
    tick = '<span aria-label="done">✓</span>'
    return f'<li class="done">{tick} {text}: <b>{escape(str(evidence))}</b></li>'
