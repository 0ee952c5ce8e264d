"""A guess before the answer is seen, and how sure one is of it.

To commit to a guess first is what makes the answer stick. A guess is locked once it is
made: it is compared with the answer as soon as that is measured, and by `score` at the
end of the notebook.
"""

from collections.abc import Callable, Sequence
from functools import cache
from html import escape

import ipywidgets as widgets

from nnlab.lab.page_layout import bundle, page_box, row
from nnlab.lab.predict.answers import check, check_arguments
from nnlab.lab.predict.calibration import Guess, Score
from nnlab.lab.predict.curve_input import Axes, Pad, Sketch
from nnlab.lab.predict.number_scale import scale
from nnlab.lab.registry import Standing, cell_and_turn, register, show
from nnlab.session.session import Session

SURE = {"only guessing": None, "50 %": 0.5, "70 %": 0.7, "90 %": 0.9, "99 %": 0.99}


Key = tuple[str, str, str]  # a cell, the question, and what there is to choose from
_guesses: dict[Key, Guess] = {}  # a cell that runs again asks no twice


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
        given = None if callable(answer) else answer
        check_arguments(question, pick, place, draw, within, changes, known)
        pick = None if pick is None else [*pick]
        self._scale = None if place is None else scale(place, given)
        if not callable(answer):
            check(answer, pick, self._scale, draw)
        self.question, self.within = question, float(within)
        self._answer = cache(self._found(answer, pick, draw))
        self._remember(repr((pick, place, draw)))
        self._changes, self._told = changes, lambda: None
        self._known, self._is_known = known, False
        self.skipped = False
        self._draft: object = None
        self._question = widgets.HTML(f"<b>{escape(question)}</b>")
        self.pad = None if draw is None else Pad(draw)
        if self.pad is not None:
            self.pad.observe(lambda _: self._late(self.pad.sketch), "heights")
            choice = [self._commit(lambda: self.pad.sketch)]
        else:
            choice = self._picks(pick) if pick else self._slider()
        self._sure = _options("How sure are you?", SURE, self._lock)
        skip = widgets.Button(description="Skip", tooltip="Go on without a guess")
        skip.add_class("nnlab-quiet")
        skip.on_click(lambda _: self._end(skipped=True))
        self._words = widgets.HTML()
        self._parts = [row([*choice, skip]), row(self._sure), self._words]
        drawn = [] if self.pad is None else [self.pad]
        self.widget = page_box("nnlab-ask", [self._question, *drawn, *self._parts])
        self._show()
        register(self)

    @property
    def roots(self):
        """Its widgets, without those that lie within them."""
        return [self.widget]

    def _found(self, answer: object, pick: list | None, draw: Axes | None) -> Callable:
        """A function that finds the answer out, and says so if it is none."""

        def find():
            found = answer() if callable(answer) else answer
            if callable(answer):
                check(found, None, self._scale, draw, measured=True)
            return found if draw is None else Sketch.of(found)

        return find

    def _remember(self, choices: str) -> None:
        """A guess made in an earlier run of the cell is that of this question, if it
        is the same, and is compared with what is true now."""
        cell, _ = cell_and_turn()
        self._key = cell, self.question, choices
        for key in [*_guesses]:
            if cell and key[:2] == self._key[:2] and key != self._key:
                del _guesses[key]  # there was something else to choose from
        if made := _guesses.get(self._key):
            _guesses[self._key] = self._judged(made.said, made.sure)

    def _judged(self, said: object, sure: float | None) -> Guess:
        """A guess, with all by which it is judged."""
        grain = 0 if self._scale is None else self._scale.grain(said)
        within = max(self.within, grain)
        return Guess(self.question, said, sure, self._answer, within)

    @property
    def guess(self):
        """What was guessed; None before."""
        made = _guesses.get(self._key)
        return None if made is None else made.said

    @property
    def waiting(self) -> bool:
        """Whether neither a guess was made nor the question skipped."""
        return self.guess is None and not self.skipped

    def changes(self) -> dict:
        """The fields of an experiment that the guess sets."""
        return {} if self.guess is None else self._changes(self.guess)

    def when_answered(self, function: Callable[[], None]) -> None:
        """Has `function` called once the guess is made, or skipped."""
        self._told = function

    def tell(self, session: Session) -> None:
        """Tells the answer once the run has shown it."""
        if not self._is_known and not self.waiting and self._known(session):
            self.reveal()

    def reveal(self) -> None:
        """Tells the answer now; to who has not guessed yet, as soon as they have."""
        self._is_known = True
        self._show()

    def make(self, guess: object, sure: float | None) -> None:
        """Locks a guess, as the buttons do. A second one changes nothing."""
        if self.guess is None:
            _guesses[self._key] = self._judged(guess, sure)
            self._end()

    def _picks(self, pick):
        return _options("Your guess:", {str(one): one for one in pick}, self._take)

    def _slider(self):
        slider = self._scale.slider()
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

    def _lock(self, sure) -> None:
        self.make(self._draft, sure)

    def _end(self, skipped: bool = False) -> None:
        self.skipped = skipped
        self._show()
        self._told()

    def _show(self) -> None:
        """The question; then how sure; then what was said."""
        now = 2 if not self.waiting else 0 if self._draft is None else 1
        near = f", give or take {self.within:g}" if self.within else ""
        self._sure[0].value = f"You say {self._draft}{near}. How sure are you?"
        self._words.value = "" if self.waiting else self._said()
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
            self.pad.truth = [*self._answer().heights]

    def _said(self) -> str:
        made = _guesses.get(self._key)
        if made is None:
            return "Skipped: no guess. Press Play when you like."
        sure = "only guessing" if made.sure is None else f"{made.sure:.0%} sure"
        near = f", give or take {self.within:g}" if self.within else ""
        said = f"You said <b>{escape(str(made.said))}</b>{near}, {sure}."
        if not self._is_known:
            return f"{said} Your guess is locked: now watch."
        right = "✓ Right" if made.right() else "✗ Not quite"
        return f"{said} {right}: it is <b>{escape(str(made.answer()))}</b>."

    def __repr__(self):
        return f"Predict({self.question!r})"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        show(self)
        return bundle(repr(self), self.widget)


def score() -> Score:
    """Every guess made in this notebook so far, compared with its answer."""
    return Score(list(_guesses.values()))


def _options(label: str, options: dict, chosen: Callable) -> list[widgets.Widget]:
    """A label and a button for each option; `chosen(value)` hears which is pressed."""
    buttons = [widgets.Label(label)]
    for name, value in options.items():
        button = widgets.Button(description=name)
        button.layout.width = "auto"
        button.on_click(lambda _, value=value: chosen(value))
        buttons.append(button)
    return buttons
