"""Every guess beside its answer, and whether one was as sure as one was right.

Who says "90 %" ten times should be right nine times of them. That is called being
calibrated, and it can be learned. With few guesses chance alone makes a difference: if
each guess is right with the probability p that was said, the number of right ones
strays from Σ p by about √Σ p (1 − p), and no less than twice that counts here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt
from numbers import Real

from nnlab.errors import by_fields
from nnlab.lab.predict.curve_input import Sketch

LATE = "Guessed when the answer was on the page, and not counted:"
LEFT = "text-align: left; white-space: normal"


@dataclass(frozen=True)
class Guess:
    """What a learner said, how sure (0 to 1; None for no idea), and what is true; late
    if that was on the page already."""

    question: str
    said: object
    sure: float | None
    answer: Callable[[], object]
    within: float
    late: bool = False

    __repr__ = by_fields

    def right(self) -> bool:
        """Whether it is the answer, or near enough to it."""
        answer = self.answer()
        if isinstance(self.said, Sketch):
            return self.said.distance(answer) <= self.within
        if isinstance(answer, Real) and isinstance(self.said, Real):
            return abs(self.said - answer) <= self.within
        return bool(self.said == answer)


class Score:
    """Every guess of this notebook beside its answer.

    Args:
        guesses: those that can be compared with their answer. One that was made after
            that was revealed is shown apart, and does not count.
        waiting: how many of an earlier kernel wait for their cell to run.
    """

    def __init__(self, guesses: Sequence[Guess], waiting: int = 0):
        self.guesses = [guess for guess in guesses if not guess.late]
        self.late = [guess for guess in guesses if guess.late]
        self.waiting = waiting

    def _repr_html_(self):
        if not self.guesses and not self.late:
            return None
        names = ("", "", "you said", "sure", "it is")
        heads = "".join(f'<th style="{LEFT}">{name}</th>' for name in names)
        rows = "".join(map(_row, self.guesses))
        if self.late:
            rows += f'<tr><th colspan="5" style="{LEFT}">{LATE}</th></tr>'
        rows += "".join(map(_row, self.late))
        words = "".join(f"<p>{line}</p>" for line in self._remarks())
        return f"<table><tr>{heads}</tr>{rows}</table>{words}"

    def __repr__(self):
        right = sum(guess.right() for guess in self.guesses)
        late = [LATE, *map(_line, self.late)] if self.late else []
        lines = [*map(_line, self.guesses), *self._remarks(), *late]
        if self.guesses:
            return "\n".join([f"{right} of {len(self.guesses)} right", *lines])
        return "\n".join(lines or ["No guesses yet."])

    def _remarks(self) -> list[str]:
        """How sure one was and how often right; how many guesses are not here yet."""
        told = calibration(self.guesses) if self.guesses else []
        if self.waiting:
            more = "1 guess" if self.waiting == 1 else f"{self.waiting} guesses"
            told.append(
                f"From before: {more}, to compare once the cells have run again."
            )
        return told


def calibration(guesses: Sequence[Guess]) -> list[str]:
    """How sure one was and how often right, in a few sentences."""
    sure = [g for g in guesses if g.sure is not None]
    if not sure:
        return ["You were sure of none."]
    said, right = sum(g.sure for g in sure), sum(g.right() for g in sure)
    average = (
        f"You were {said / len(sure):.0%} sure on average, and right "
        f"{right / len(sure):.0%} of the time."
    )
    if len(sure) < 2:
        return [average]
    return [average, _levels(sure), _verdict(sure, right - said)]


def _levels(sure: Sequence[Guess]) -> str:
    """For each degree of sureness, how many of its guesses were right."""
    levels = sorted({g.sure for g in sure})
    told = []
    for level in levels:
        hits = [g.right() for g in sure if g.sure == level]
        told.append(f"of {level:.0%}, {sum(hits)} of {len(hits)} right")
    return f"One by one: {'; '.join(told)}."


def _verdict(sure: Sequence[Guess], over: float) -> str:
    """Whether `over` as many right as was said is more than chance makes."""
    stray = sqrt(sum(g.sure * (1 - g.sure) for g in sure))
    if abs(over) <= 2 * stray:
        return (
            f"So far apart they may be by chance: {len(sure)} guesses can't tell yet "
            "whether you are too sure, or not sure enough."
        )
    if over < 0:
        return "You are surer than you are right: say less next time, or look twice."
    return "You are right more often than you are sure: trust yourself more."


def _line(guess: Guess) -> str:
    """A guess as a line of text."""
    right = "right" if guess.right() else "not quite"
    said = f"You said {guess.said}; it is {guess.answer()}."
    return f"{right:<10}{guess.question} {said}"


def _row(guess: Guess) -> str:
    """A guess as a row of a table."""
    sure = "only guessing" if guess.sure is None else f"{guess.sure:.0%}"
    mark = "✓" if guess.right() else "✗"
    cells = [mark, guess.question, guess.said, sure, guess.answer()]
    return "".join(
        [
            "<tr>",
            *(f'<td style="{LEFT}">{escape(str(c))}</td>' for c in cells),
            "</tr>",
        ]
    )
