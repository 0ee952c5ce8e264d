"""Where a learner is: what is done in this notebook and the others, what is next."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from nnlab.errors import InputError, shown
from nnlab.grading.exercise import Exercise
from nnlab.grading.progress import KINDS, Values, elsewhere, everything, served_notebook
from nnlab.lab.predict.calibration import Score
from nnlab.lab.predict.guesses import score

LESSONS = {  # of each notebook, in their order
    "00_start_here": "start_here",
    "01_data": "data",
    "02_forward_pass": "forward",
}
CELL = "text-align: left; padding: 2px 12px 2px 0"


@dataclass(frozen=True)
class Notebook:
    """How far a learner is in a notebook.

    Attributes:
        name: the name of its file, without the suffix.
        guesses: how many questions have a guess.
        questions: how many there are.
        solved: its exercises by their titles, and whether each is solved.
        tasks: how many tasks of its Labs are done.
    """

    name: str
    guesses: int
    questions: int
    solved: dict[str, bool]
    tasks: int

    @property
    def state(self) -> str:
        """Return "done", "begun" or "not begun"; tasks are a learner's choice."""
        counted = sum(self.solved.values()), min(self.guesses, self.questions)
        if counted == (len(self.solved), self.questions):
            return "done"
        return "begun" if any(counted) or self.tasks else "not begun"

    @property
    def details(self) -> list[str]:
        """Return what there is to say of it, in a few words each."""
        told = [f"{min(self.guesses, self.questions)} of {self.questions} guesses"]
        if self.solved:
            told.append(f"{_count(self.solved)} exercises")
        return [*told, *([f"tasks done: {self.tasks}"] if self.tasks else [])]


@dataclass(frozen=True)
class Whereabouts:
    """What is done in this notebook, in all of the folder, and which comes next.

    Attributes:
        score: the guesses of this notebook.
        here: this notebook.
        folder: all notebooks of the folder, if Jupyter serves one; none otherwise.
        next: the name of the next notebook; "" if there is none.
    """

    score: Score
    here: Notebook
    folder: tuple[Notebook, ...]
    next: str

    def __repr__(self):
        begun = any(one.state != "not begun" for one in self.folder)
        rows = map(_line, self.folder if begun else ())
        return "\n".join([repr(self.score), *self._told(), *rows, self._onward()])

    def _repr_html_(self) -> str:
        guesses = self.score._repr_html_() or f"<p>{self.score!r}</p>"
        told = "".join(f"<p>{line}</p>" for line in [*self._told(), *self._each()])
        rows = "".join(_row(one, one.name == self.here.name) for one in self.folder)
        folder = f"<table>{rows}</table>" if rows else ""
        return f"{guesses}{told}{folder}<p>{self._onward(_link)}</p>"

    def _told(self) -> list[str]:
        """Return a sentence each about the exercises and the tasks."""
        told = []
        if self.here.solved:
            told.append(f"Exercises: {_count(self.here.solved)} solved.")
        if self.here.tasks:
            told.append(f"Tasks done in the Labs: {self.here.tasks}.")
        return told

    def _each(self) -> list[str]:
        """Return the exercises as a paragraph of a page."""
        solved = self.here.solved.items()
        lines = [f"{'✓' if done else '☐'} {escape(title)}" for title, done in solved]
        return ["<br>".join(lines)] * bool(lines)

    def _onward(self, written=str) -> str:
        """Return which notebook comes next, its name `written` in some way."""
        return (
            f"Next: {written(self.next)}"
            if self.next
            else "No notebook comes next yet."
        )


def where_you_are(lesson: ModuleType) -> Whereabouts:
    """Return what is done in a lesson's notebook and the others, and what is next.

    Args:
        lesson: the lesson of this notebook, such as `nnlab.lessons.forward`.

    Raises:
        InputError: if it is not a lesson.
    """
    name = str(getattr(lesson, "__name__", "")).removeprefix("nnlab.lessons.")
    numbered = {known: notebook for notebook, known in LESSONS.items()}
    if name not in numbered:
        raise InputError(
            "lesson",
            f"lesson={shown(lesson)} is not a lesson; try where_you_are(forward), "
            "after from nnlab.lessons import forward.",
        )
    found = [one for one in LESSONS if Path(f"{one}.ipynb").is_file()]
    here = _notebook(numbered[name], {kind: everything(kind) for kind in KINDS})
    later = [one for one in found if one > here.name]
    folder = _folder(found, here) if served_notebook() else ()
    return Whereabouts(score(), here, folder, later[0] if later else "")


def _folder(names: Iterable[str], here: Notebook) -> tuple[Notebook, ...]:
    """Return how far a learner is in each of these notebooks."""
    others = {one: elsewhere(one) for one in names if one != here.name}
    every = [here, *(_notebook(one, values) for one, values in others.items())]
    return tuple(sorted(every, key=lambda one: one.name))


def _notebook(name: str, values: Values) -> Notebook:
    """Return how far a learner is in a notebook, from what is kept of it."""
    lesson = import_module(f"nnlab.lessons.{LESSONS[name]}")
    parts = vars(lesson).items()
    exercises = [part for _, part in parts if isinstance(part, Exercise)]
    kept = values["exercises"]
    return Notebook(
        name,
        len(values["guesses"]),
        sum(called.startswith("ask_") for called, _ in parts),
        {one.title: _is_solved(kept.get(one.name)) for one in exercises},
        len(values["tasks"]),
    )


def _is_solved(value: Any) -> bool:
    """Whether this is kept of an exercise that was solved, in whatever form."""
    return isinstance(value, dict) and bool(value.get("solved"))


def _count(solved: dict[str, bool]) -> str:
    return f"{sum(solved.values())} of {len(solved)}"


def _line(one: Notebook) -> str:
    """Return a notebook as a line of text."""
    details = "" if one.state == "not begun" else ", ".join(one.details)
    return f"{one.name:<18}{one.state:<11}{details}".rstrip()


def _row(one: Notebook, here: bool) -> str:
    """Return a notebook as a row of a table."""
    name = f"<b>{one.name}</b>" if here else _link(one.name)
    cells = [
        name,
        one.state,
        "" if one.state == "not begun" else ", ".join(one.details),
    ]
    each = (f'<td style="{CELL}">{cell}</td>' for cell in cells)
    return f"<tr>{''.join(each)}</tr>"


def _link(notebook: str) -> str:
    return f'<a href="{notebook}.ipynb">{notebook}</a>'
