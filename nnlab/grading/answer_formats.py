"""The three forms of an answer: order the lines, fill the blank, or write a function.

Each becomes a function, so that one check applies to all three; another order of lines
that does the same is right, too.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlab.errors import shown
from nnlab.grading.feedback import Card, code
from nnlab.grading.learner_seed import learner_rng
from nnlab.grading.mistake import Mistake
from nnlab.grading.sandbox import unfinished
from nnlab.grading.source import has_blank, made_from, raised_at, source_of

FORMS = ("lines", "blank", "function")  # from easy to hard


@dataclass(frozen=True)
class AnswerFormats:
    """The forms in which an exercise may be answered.

    Attributes:
        reference: the reference solution.
        blank: the piece of it that is left out.
        name: the name by which a notebook calls the exercise.
    """

    reference: Callable
    blank: str
    name: str

    @property
    def head(self) -> str:
        """The line that begins with def."""
        return source_of(self.reference).splitlines()[0]

    @property
    def shuffled(self) -> list[str]:
        """The lines below it in another order, the same for a learner every time."""
        return [self._body()[i] for i in self._shuffle()]

    @property
    def order(self) -> list[int]:
        """The numbers of the shuffled lines, in the order of the reference."""
        return [int(place) + 1 for place in np.argsort(self._shuffle())]

    @property
    def around(self) -> tuple[str, str]:
        """The solution before its blank, and after it."""
        before, _, after = source_of(self.reference).partition(self.blank)
        return before, after

    def lines(self) -> Card:
        """Return the shuffled lines, as a learner sees them."""
        numbered = [f"{n:>2} {line}" for n, line in enumerate(self.shuffled, 1)]
        start = ", ".join(map(str, range(1, len(numbered) + 1)))
        shown_lines = code("\n".join([f"   {self.head}", *numbered]))
        return Card(
            f"Put these lines in order, below the first one:\n\n{shown_lines}\n\n"
            f"Give their numbers in that order, as in `{self.name}.check({start})`."
        )

    def fill(self) -> Card:
        """Return the solution with its blank, as a learner sees it."""
        text = "...".join(self.around)
        return Card(
            f"What belongs in place of `...`?\n\n{code(text)}\n\n"
            f"Give it in quotes, as in `{self.name}.check('x + 1')`."
        )

    def made(self, answer: Any) -> Callable:
        """Return the function that an answer stands for.

        Raises:
            Mistake: if it is none, or not finished.
        """
        if answer is None or answer is ...:
            raise unfinished()
        if isinstance(answer, str):
            return self._filled(answer.strip())
        if isinstance(answer, list | tuple) and all(isinstance(i, int) for i in answer):
            return self._ordered([*answer])
        if not callable(answer):
            raise self._no_function(answer)
        if has_blank(answer):
            raise unfinished()
        return answer

    def form_of(self, answer: Any) -> str:
        """Return in which of `FORMS` an answer is given."""
        if isinstance(answer, str):
            return "blank"
        return "lines" if isinstance(answer, list | tuple) else "function"

    def line_of(self, answer: Any, mistake: Mistake) -> int | None:
        """Return which line of an answer's text a mistake is about, from 0.

        That is the line in which an error arose; or else the one with the blank, or the
        first one that is not where the reference has it. None for a function.
        """
        form = self.form_of(answer)
        if form == "function" or mistake.blank:
            return None
        if form == "blank":
            return self.around[0].count("\n")
        at = raised_at(mistake)
        if at is not None or len(answer) != len(self.order):
            return at
        places = zip(answer, self.order)
        return next((i for i, (a, b) in enumerate(places, 1) if a != b), None)

    def too_early(self, answer: Any, mistake: Mistake) -> str:
        """Return in words that a line uses what a later one makes; "" if none does."""
        error = mistake.__cause__
        while error is not None and error.__cause__ is not None:
            error = error.__cause__
        if self.form_of(answer) != "lines" or not isinstance(error, NameError):
            return ""
        [name] = re.findall("'(.+?)'", str(error))[:1] or ["a name"]
        return f"`{name}` is used here before any line has made it."

    def _body(self) -> list[str]:
        return source_of(self.reference).splitlines()[1:]

    def _shuffle(self) -> list[int]:
        """Return for each place which line of the body is there; never all in order."""
        count = len(self._body())
        rng, order = learner_rng(f"{self.name} lines"), np.arange(count)
        while count > 1 and (order == np.arange(count)).all():
            order = rng.permutation(count)
        return order.tolist()

    def _ordered(self, order: list[int]) -> Callable:
        """Return the function of the shuffled lines in this order."""
        lines = self.shuffled
        if not order:
            raise Mistake("no line has its place yet", blank=True)
        if sorted(order) != [*range(1, len(lines) + 1)]:
            raise Mistake(
                f"You gave {order}; give each number from 1 to {len(lines)} exactly "
                "once.",
                clear=True,
            )
        text = "\n".join([self.head, *(lines[number - 1] for number in order)])
        return self._compiled(text, "In this order")

    def _filled(self, piece: str) -> Callable:
        """Return the reference with this piece in its blank."""
        if piece in ("", "..."):
            raise Mistake("the blank is still blank", blank=True)
        return self._compiled(piece.join(self.around), "With this in the blank")

    def _compiled(self, text: str, said: str) -> Callable:
        try:
            return made_from(text, self.reference)
        except SyntaxError as error:
            line = text.splitlines()[(error.lineno or 1) - 1].strip()
            raise Mistake(
                f"{said} it is no Python: {error.msg}, at `{line}`.", clear=True
            ) from error

    def _no_function(self, answer: Any) -> Mistake:
        array = isinstance(answer, np.ndarray)
        came = f"an array of shape {answer.shape}" if array else shown(answer)
        return Mistake(
            f"You gave {came}, not a function: pass it by its name, without "
            f"calling it, as in `{self.name}.check({self.reference.__name__})`.",
            clear=True,
        )
