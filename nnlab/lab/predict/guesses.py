"""The guesses made in this notebook, each with the question that judges it.

What was said is kept with the learner's progress, so that it outlives the kernel. Its
answer is that of the question as it was asked last: it is compared with what is true
now, and not before its cell has run.
"""

from collections.abc import Callable
from dataclasses import dataclass

from nnlab.errors import by_fields
from nnlab.grading.progress import everything, keep, kept
from nnlab.lab.predict.calibration import Guess, Score
from nnlab.lab.predict.choices import Choices
from nnlab.lab.predict.number_scale import number


@dataclass(frozen=True)
class Question:
    """A question, and what its guess is judged by.

    Attributes:
        cell: the cell that asks it; two may ask in the same words.
        text: the question.
        choices: what there is to choose from.
        answer: finds the answer out.
        within: how far from the answer a guess may be and be right.
    """

    cell: str
    text: str
    choices: Choices
    answer: Callable[[], object]
    within: float

    __repr__ = by_fields

    @property
    def key(self) -> str:
        """The key under which its guess is kept."""
        return f"{self.cell}: {self.text}"

    def guess(self) -> Guess | None:
        """Return the guess that is kept; None if there is none."""
        value = kept("guesses", self.key)
        said = self._said(value)
        return (
            None if said is None else self._judged(said, value["sure"], value["late"])
        )

    def lock(self, said: object, sure: float | None) -> None:
        """Keep a guess; it does not count if the answer was revealed before."""
        value = {
            "choices": self.choices.name,
            "said": self.choices.to_json(said),
            "sure": sure,
            "late": self.revealed(),
        }
        keep("guesses", self.key, value)

    def reveal(self) -> None:
        """Note that its answer is on the page."""
        _revealed.add((self.key, self.choices.name))

    def revealed(self) -> bool:
        """Whether its answer is on the page, also from an earlier run of its cell."""
        return (self.key, self.choices.name) in _revealed

    def _said(self, value: object) -> object:
        """Return what was said; None if this is no guess, or from other choices."""
        if not isinstance(value, dict) or value.get("choices") != self.choices.name:
            return None
        sure = value.get("sure", "")
        sound = sure is None or (number(sure) and 0 <= sure <= 1)
        sound = sound and type(value.get("late")) is bool
        return self.choices.from_json(value.get("said")) if sound else None

    def _judged(self, said: object, sure: float | None, late: bool) -> Guess:
        grain = self.choices.scale.grain(said) if self.choices.scale else 0
        within = max(self.within, grain)
        return Guess(self.text, said, sure, self.answer, within, late)


_asked: dict[str, Question] = {}  # by their keys
_revealed: set[tuple[str, str]] = set()  # keys, with what there was to choose from


def ask(question: Question) -> None:
    """Judge by this question from now on; a guess from other choices is forgotten."""
    _asked[question.key] = question
    if question.guess() is None and kept("guesses", question.key) is not None:
        keep("guesses", question.key, None)


def score() -> Score:
    """Every guess made in this notebook so far, compared with its answer."""
    keys = everything("guesses")
    guesses = [_asked[key].guess() for key in keys if key in _asked]
    waiting = sum(key not in _asked for key in keys)
    return Score([guess for guess in guesses if guess], waiting)
