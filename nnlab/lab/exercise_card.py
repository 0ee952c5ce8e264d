"""The card of an exercise, on which it is worked in place.

There are three rungs, from easy to hard: order the lines, by drag or by keys; type into
the blank where it stands; write the function whole, in the cell below. Each has a dot
that says how far one is. Hints come one by one, and then the solution. A verdict stands
beside the line that it is about.
"""

from collections.abc import Callable

import anywidget
import traitlets

from nnlab.grading import exercise as graded
from nnlab.grading.answer_formats import FORMS
from nnlab.grading.exercise import Exercise
from nnlab.grading.feedback import Card, html
from nnlab.lab.cell_loop import poster
from nnlab.lab.page_layout import bundle, page_files
from nnlab.lab.registry import Standing, register, show

STYLES = ("palette.css", "exercise_card.css", "disconnected.css")


class Worksheet(anywidget.AnyWidget):
    """What the page shows of an exercise, and what the learner does there.

    `lines` are the shuffled ones; `order` are their numbers, from 1, as they lie now.
    """

    _esm = page_files("exercise_card.js")
    _css = page_files(*STYLES)
    name = traitlets.Unicode(help="as a notebook calls it").tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    asked = traitlets.Unicode(help="HTML").tag(sync=True)
    head = traitlets.Unicode(help="the line that begins with def").tag(sync=True)
    lines = traitlets.List(traitlets.Unicode()).tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(sync=True)
    around = traitlets.List(traitlets.Unicode(), help="the blank").tag(sync=True)
    blank = traitlets.Unicode(help="what stands in the blank").tag(sync=True)
    rung = traitlets.Int(0, help="which of the three is in sight").tag(sync=True)
    dots = traitlets.List(traitlets.Unicode()).tag(sync=True)
    verdicts = traitlets.List(traitlets.Dict()).tag(sync=True)
    hints = traitlets.List(traitlets.Unicode(), help="HTML, told").tag(sync=True)
    untold = traitlets.Int(help="how many hints are left").tag(sync=True)
    solution = traitlets.Unicode(help="HTML, once asked for").tag(sync=True)

    def __repr__(self):
        return f"Worksheet({self.name!r})"


class ExerciseCard(Standing):
    """The card of an exercise in a notebook."""

    def __init__(self, asked: Exercise):
        self.exercise, self._open = asked, False
        formats = asked.formats
        self.widget = Worksheet(
            name=asked.name,
            title=asked.title,
            asked=html(asked.asked),
            around=[*formats.around],
            rung=next((i for i, f in enumerate(FORMS) if not self._solved(f)), 0),
        )
        post = poster()
        self.widget.on_msg(lambda _, message, __: post(self.act, message))
        asked.listeners.add(self)
        register(self)
        self.refresh()

    @property
    def roots(self):
        """Its widgets, without those that lie within them."""
        return [self.widget]

    def refresh(self) -> None:
        """Show what has become of the exercise."""
        asked, formats = self.exercise, self.exercise.formats
        with self.widget.hold_sync():
            if self.widget.lines != formats.shuffled:  # they are another learner's
                if self.widget.lines:
                    asked.verdicts.pop("lines", None)
                self.widget.head, self.widget.lines = formats.head, formats.shuffled
                self.widget.order = [*range(1, len(formats.shuffled) + 1)]
            said = [asked.verdicts.get(form) for form in FORMS]
            self.widget.verdicts = [{} if one is None else _sent(one) for one in said]
            self.widget.dots = [self._dot(form) for form in FORMS]
            self.widget.hints = [html(hint) for hint in asked.hints[: asked.told]]
            self.widget.untold = len(asked.hints) - asked.told
            self.widget.solution = html(asked.solution().text) if self._open else ""

    def act(self, message: dict) -> None:
        """Do what was asked for on the page."""
        match message:
            case {"do": "check", "answer": answer}:
                self.exercise.check(answer)
            case {"do": "hint"}:
                self.exercise.hint()
            case {"do": "solution"}:
                self._open = True
                self.refresh()

    def _solved(self, form: str) -> bool:
        return form in self.exercise.solved_forms

    def _dot(self, form: str) -> str:
        """Return how far one is with this form: "right", "wrong", or "open"."""
        if self._solved(form):
            return "right"
        said = self.exercise.verdicts.get(form)
        return "wrong" if said is not None and said.kind == "wrong" else "open"

    def __repr__(self):
        return repr(self.exercise)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        show(self)
        page = self.exercise.statement()._repr_html_()
        return {**bundle(repr(self), self.widget), "text/html": page}


def exercise(**fields) -> Callable[[Callable], Exercise]:
    """Make the decorated function an exercise that is shown on a card.

    Args:
        fields: see `nnlab.grading.exercise.exercise`.
    """
    return graded.exercise(card=ExerciseCard, **fields)


def _sent(said: Card) -> dict:
    """Return a verdict as it is sent to the page."""
    return {"kind": said.kind, "html": html(said.text), "line": said.line}
