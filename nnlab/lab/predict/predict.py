"""A guess before the answer is seen, and how sure one is of it.

To commit to a guess first is what makes the answer stick. A guess can be taken back
until one has said how sure one is; then it is locked. It is compared with the answer as
soon as that is measured, and by `score` at the end of the notebook.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from html import escape, unescape

import ipywidgets as widgets

from nnlab.grading.feedback import COLOURS, INK
from nnlab.lab.page_layout import bundle, page_box, row
from nnlab.lab.predict import guesses
from nnlab.lab.predict.answers import check, check_arguments
from nnlab.lab.predict.choices import Choices
from nnlab.lab.predict.curve_input import Axes, Pad, Sketch
from nnlab.lab.predict.number_scale import scale
from nnlab.lab.registry import Standing, cell_and_turn, register, show
from nnlab.session.session import Session

SURE = {"only guessing": None, "50 %": 0.5, "70 %": 0.7, "90 %": 0.9, "99 %": 0.99}
LATE = "The answer is already on this page: a guess made now does not count."
TAG = re.compile("<[^>]*>")
EDGE, GROUND = COLOURS["blank"]
STILL = (  # of a page without a kernel
    f"border-left: 3px solid {EDGE}; background: {GROUND}; color: {INK}; "
    "padding: 6px 10px; font-size: 14px; line-height: 2"
)


class Predict(Standing):
    """A question with a guess to make, once.

    Args:
        question: one sentence.
        answer: what is true, or a function that finds it out.
        pick: the answers to choose from; or else
        place: the least and the most of a scale to place the answer on: of whole
            numbers if both are, and the answer is not known to be none; or else
        draw: axes on which to draw a curve. Then the answer is its true heights, evenly
            spaced from left to right.
        within: how far from the answer a guess on the scale may be and be right, if
            that is more than the nearest mark is; a curve, on average.
        changes: fields of a Lab's experiment that a guess sets, as a function of it.
        known: whether a Lab's run has shown the answer, so that it can be told.

    Raises:
        InputError: unless there is one of these, something to pick, a scale or axes,
            and the answer is one that can be given.

    >>> Predict("How many sides has a triangle?", answer=3, pick=[2, 3, 4])
    Predict('How many sides has a triangle?')
    """

    def __init__(
        self,
        question: str,
        *,
        answer: object,
        pick: Sequence | None = None,
        place: tuple[float, float] | None = None,
        draw: Axes | None = None,
        within: float = 0,
        changes: Callable[[object], dict] = lambda guess: {},
        known: Callable[[Session], bool] = lambda session: (
            session.trainer.steps_done > 0
        ),
    ):
        check_arguments(question, pick, place, draw, within, changes, known)
        given = None if callable(answer) else answer
        placed = None if place is None else scale(place, given)
        self.choices = Choices(None if pick is None else [*pick], placed, draw)
        if not callable(answer):
            check(answer, self.choices.pick, placed, draw)
        self.question, self.within = question, float(within)
        self._changes, self._known, self._is_known = changes, known, False
        self._told: Callable[[], None] | None = None
        self.skipped = False
        self._draft: object = None
        find = cache(_finder(answer, self.choices))
        self._asked = guesses.Question(
            cell_and_turn()[0], question, self.choices, find, self.within
        )
        guesses.ask(self._asked)
        self._make_widgets()
        self._show()
        register(self)

    def _make_widgets(self) -> None:
        """The card: the question, and a row for each stage of the answer."""
        draw = self.choices.draw
        self.pad = None if draw is None else Pad(draw)
        choice = self._choice()
        self._first = choice[1] if self.choices.pick else choice[-1]  # to focus
        skip = _quiet("Skip", "Go on without a guess", lambda: self._end(skipped=True))
        self._sure = _options("How sure are you?", SURE, self._lock)
        back = _quiet("Change my guess", "Back to the choice", self._take_back)
        self._note, self._words = widgets.HTML(LATE), widgets.HTML()
        self._parts = [row([*choice, skip]), row([*self._sure, back]), self._words]
        title = widgets.HTML(f"<b>{escape(self.question)}</b>")
        drawn = [] if self.pad is None else [self.pad]
        self.widget = page_box("nnlab-ask", [title, self._note, *drawn, *self._parts])

    def _choice(self) -> list[widgets.Widget]:
        """What a guess is made with."""
        if self.pad is not None:
            pad = self.pad
            pad.observe(lambda _: self._late(pad.sketch), "heights")
            return [self._commit(lambda: pad.sketch)]
        return self._picks() if self.choices.pick else self._slider()

    @property
    def roots(self):
        """Its widgets, without those that lie within them."""
        return [self.widget]

    @property
    def guess(self):
        """What was guessed; None before."""
        made = self._asked.guess()
        return None if made is None else made.said

    @property
    def waiting(self) -> bool:
        """Whether neither a guess was made nor the question skipped."""
        return self.guess is None and not self.skipped

    def changes(self) -> dict:
        """The fields of an experiment that the guess sets."""
        return {} if self.guess is None else self._changes(self.guess)

    def when_answered(self, function: Callable[[], None]) -> None:
        """Has `function` called once the guess is made, or skipped: it starts a Lab."""
        self._told = function

    def tell(self, session: Session) -> None:
        """Tells the answer once the run has shown it."""
        if not self._is_known and not self.waiting and self._known(session):
            self._tell()

    def reveal(self) -> None:
        """Tells the answer now; to who has not guessed yet, as soon as they have. In a
        cell a guess is answered there, too: the card may be out of sight."""
        self._tell()
        if self.guess is not None:
            print(unescape(TAG.sub("", self._said())))

    def _tell(self) -> None:
        self._is_known = True
        self._asked.reveal()
        self._show()

    def make(self, guess: object, sure: float | None) -> None:
        """Locks a guess, as the buttons do. A second one changes nothing."""
        if self.guess is None:
            self._asked.lock(guess, sure)
            self._end()

    def _picks(self):
        options = {str(one): one for one in self.choices.pick}
        return _options("Your guess:", options, self._take)

    def _slider(self):
        slider = self.choices.scale.slider()
        slider.layout.width = "340px"
        slider.observe(lambda change: self._late(change.new), "value")
        return [slider, self._commit(lambda: slider.value)]

    def _late(self, guess: object) -> None:
        """A guess that was still on its way when the button was pressed: a page leaves
        out what lies between, and may send the last of it after the press."""
        if self._draft is not None and self.waiting:
            self._draft = guess
            self._show()

    def _commit(self, guess: Callable[[], object]) -> widgets.Button:
        """The button that takes what is placed, or drawn, as the guess."""
        button = widgets.Button(description="That is my guess", button_style="primary")
        button.layout.width = "auto"
        button.on_click(lambda _: self._take(guess()))
        return button

    def _take(self, guess) -> None:
        self._draft = guess
        self._show()
        self._sure[1].focus()  # the button pressed is gone

    def _take_back(self) -> None:
        self._draft = None
        self._show()
        self._first.focus()

    def _lock(self, sure) -> None:
        self.make(self._draft, sure)

    def _end(self, skipped: bool = False) -> None:
        self.skipped = skipped
        self._show()
        if self._told is not None:
            self._told()

    def _show(self) -> None:
        """The question; then how sure; then what was said."""
        now = 2 if not self.waiting else 0 if self._draft is None else 1
        near = f", give or take {self.within:g}" if self.within else ""
        self._sure[0].value = f"You say {self._draft}{near}. How sure are you?"
        self._words.value = "" if self.waiting else self._said()
        late = self.waiting and self._asked.revealed()
        self._note.layout.display = None if late else "none"
        for number, part in enumerate(self._parts):
            part.layout.display = None if number == now else "none"
        if self.pad is not None:
            self._show_curves(now > 0)

    def _show_curves(self, locked: bool) -> None:
        """The curve that was drawn, and the true one once it is known."""
        self.pad.locked = locked
        if self.guess is not None:
            self.pad.heights = [*self.guess.heights]
        if self._is_known and not self.waiting:
            self.pad.truth = [*self._asked.answer().heights]

    def _said(self) -> str:
        made = self._asked.guess()
        if made is None:
            play = "" if self._told is None else " Press Play when you like."
            return f"Skipped: no guess.{play}"
        sure = "only guessing" if made.sure is None else f"{made.sure:.0%} sure"
        near = f", give or take {self.within:g}" if self.within else ""
        late = " It does not count: the answer was already on this page." * made.late
        said = f"You said <b>{escape(str(made.said))}</b>{near}, {sure}."
        if not self._is_known:
            return f"{said} Your guess is locked: now watch.{late}"
        right = "✓ Right" if made.right() else "✗ Not quite"
        return f"{said} {right}: it is <b>{escape(str(made.answer()))}</b>.{late}"

    def __repr__(self):
        return f"Predict({self.question!r})"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        show(self)
        text = f"{self.question}\n{self.choices}"
        return bundle(text, self.widget, html=self._still())

    def _still(self) -> str:
        """The card as a page without a kernel shows it."""
        title = f"<b>{escape(self.question)}</b>"
        return f'<div style="{STILL}">{title}<br>{self.choices.html()}</div>'


def _finder(answer: object, choices: Choices) -> Callable[[], object]:
    """A function that finds the answer out; it raises `InputError` if it is none."""

    def find():
        found = answer() if callable(answer) else answer
        if callable(answer):
            check(found, None, choices.scale, choices.draw, measured=True)
        return found if choices.draw is None else Sketch.of(found)

    return find


def _quiet(name: str, tooltip: str, pressed: Callable[[], None]) -> widgets.Button:
    """A button at the end of a row, for who wants something else."""
    button = widgets.Button(description=name, tooltip=tooltip)
    button.add_class("nnlab-quiet")
    button.on_click(lambda _: pressed())
    return button


def _options(label: str, options: dict, chosen: Callable) -> list[widgets.Widget]:
    """A label and a button for each option; `chosen(value)` hears which is pressed."""
    buttons = [widgets.Label(label)]
    for name, value in options.items():
        button = widgets.Button(description=name)
        button.layout.width = "auto"
        button.on_click(lambda _, value=value: chosen(value))
        buttons.append(button)
    return buttons
