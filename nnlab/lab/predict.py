"""A guess before the answer is seen, and how sure one is of it.

To commit to a guess first is what makes the answer stick. A guess is locked once it is
made: it is compared with the answer at the end of the notebook, by `score`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from numbers import Real

import ipywidgets as widgets

from nnlab.errors import InputError, shown
from nnlab.lab.page import bundle, row
from nnlab.study.run import Run

SURE = {"only guessing": None, "50 %": 0.5, "70 %": 0.7, "90 %": 0.9, "99 %": 0.99}


@dataclass(frozen=True)
class Guess:
    """What a learner said, how sure (0 to 1; None for no idea), and what is true."""

    question: str
    said: object
    sure: float | None
    answer: Callable[[], object]
    within: float

    def right(self) -> bool:
        """Whether it is the answer, or near enough to it."""
        answer = self.answer()
        if isinstance(answer, str) or isinstance(self.said, str):
            return self.said == answer
        return abs(self.said - answer) <= self.within


_guesses: dict[str, Guess] = {}  # by question: a cell that runs again asks no twice


class Predict:
    """A question with a guess to make, once.

    Args:
        question: one sentence.
        answer: what is true, or a function that finds it out.
        pick: the answers to choose from; or else
        place: the least and the most of a scale to place the answer on.
        within: how far from the answer a guess on the scale may be and be right.
        changes: fields of a Lab's experiment that a guess sets, as a function of it.
        known: whether a Lab's run has shown the answer, so that it can be told.

    Raises:
        InputError: unless there is either something to pick or a scale, and the answer
            is one that can be given.

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
        within: float = 0,
        changes: Callable[[object], dict] = lambda guess: {},
        known: Callable[[Run], bool] = lambda run: run.trainer.steps_done > 0,
    ):
        if bool(pick) == (place is not None):
            raise InputError(
                "pick",
                f"pick={shown(pick)} and place={shown(place)} are not allowed: give "
                "one of the two; try pick=[1, 2, 3].",
            )
        if place is not None and not place[0] < place[1]:
            raise InputError(
                "place",
                f"place={shown(place)} is not allowed: give the least and the most of "
                "the scale; try place=(0, 100).",
            )
        if not callable(answer):
            _check(answer, pick, place)
        self.question, self.within = question, within
        self._answer = answer if callable(answer) else lambda: answer
        self._changes, self._told = changes, lambda: None
        self._known, self._is_known = known, False
        self.skipped = False
        self._draft: object = None
        self._question = widgets.HTML(f"<b>{escape(question)}</b>")
        choice = self._picks(pick) if pick else self._scale(*place)
        self._sure = _options("How sure are you?", SURE, self._lock)
        skip = widgets.Button(description="Skip", tooltip="Go on without a guess")
        skip.add_class("nnlab-quiet")
        skip.on_click(lambda _: self._end(skipped=True))
        self._words = widgets.HTML()
        self._parts = [row([*choice, skip]), row(self._sure), self._words]
        self.widget = widgets.VBox([self._question, *self._parts])
        self.widget.add_class("nnlab-ask")
        self._show()

    @property
    def guess(self):
        """What was guessed; None before."""
        made = _guesses.get(self.question)
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

    def tell(self, run: Run) -> None:
        """Tells the answer once the run has shown it."""
        if not self._is_known and not self.waiting and self._known(run):
            self._is_known = True
            self._show()

    def make(self, guess: object, sure: float | None) -> None:
        """Locks a guess, as the buttons do. A second one changes nothing."""
        if self.guess is None:
            _guesses[self.question] = Guess(
                self.question, guess, sure, self._answer, self.within
            )
            self._end()

    def _picks(self, pick):
        return _options("Your guess:", {str(one): one for one in pick}, self._take)

    def _scale(self, low, high):
        slider = widgets.IntSlider(min=low, max=high, value=(low + high) // 2)
        slider.layout.width = "340px"
        button = widgets.Button(description="That is my guess", button_style="primary")
        button.layout.width = "auto"
        button.on_click(lambda _: self._take(slider.value))
        return [slider, button]

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

    def _said(self) -> str:
        made = _guesses.get(self.question)
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
        return bundle(repr(self), self.widget)


class Score:
    """Every guess of this notebook beside its answer."""

    def __init__(self, guesses: Sequence[Guess]):
        self.guesses = list(guesses)

    def _repr_html_(self):
        if not self.guesses:
            return None
        heads = "".join(f"<th>{h}</th>" for h in ("", "", "you said", "sure", "it is"))
        rows = "".join(_row(guess) for guess in self.guesses)
        return f"<table><tr>{heads}</tr>{rows}</table><p>{self._sure()}</p>"

    def __repr__(self):
        if not self.guesses:
            return "No guesses yet."
        right = sum(guess.right() for guess in self.guesses)
        lines = [
            f"{'right' if g.right() else 'not quite':<10}{g.question} "
            f"You said {g.said}; it is {g.answer()}."
            for g in self.guesses
        ]
        return "\n".join(
            [f"{right} of {len(self.guesses)} right", *lines, self._sure()]
        )

    def _sure(self) -> str:
        sure = [g for g in self.guesses if g.sure is not None]
        if not sure:
            return "You were sure of none."
        mean = sum(g.sure for g in sure) / len(sure)
        right = sum(g.right() for g in sure) / len(sure)
        return (
            f"You were {mean:.0%} sure on average, and right {right:.0%} of the time."
        )


def _row(guess: Guess) -> str:
    """A guess as a row of a table."""
    sure = "only guessing" if guess.sure is None else f"{guess.sure:.0%}"
    mark = "✓" if guess.right() else "✗"
    cells = [mark, guess.question, guess.said, sure, guess.answer()]
    style = "text-align: left; white-space: normal"
    return "".join(
        [
            "<tr>",
            *(f'<td style="{style}">{escape(str(c))}</td>' for c in cells),
            "</tr>",
        ]
    )


def score() -> Score:
    """Every guess made in this notebook so far, compared with its answer."""
    return Score(list(_guesses.values()))


def _check(answer, pick, place) -> None:
    """The answer must be one that can be given."""
    if pick and answer not in pick:
        raise InputError(
            "answer",
            f"answer={shown(answer)} is not one of pick={shown(pick)}; try "
            f"answer={shown(pick[0])}.",
        )
    if place and not (isinstance(answer, Real) and place[0] <= answer <= place[1]):
        raise InputError(
            "answer",
            f"answer={shown(answer)} is not on the scale place={shown(place)}; try "
            f"answer={shown(place[0])}.",
        )


def _options(label: str, options: dict, chosen: Callable) -> list[widgets.Widget]:
    """A label and a button for each option; `chosen(value)` hears which is pressed."""
    buttons = [widgets.Label(label)]
    for name, value in options.items():
        button = widgets.Button(description=name)
        button.layout.width = "auto"
        button.on_click(lambda _, value=value: chosen(value))
        buttons.append(button)
    return buttons
