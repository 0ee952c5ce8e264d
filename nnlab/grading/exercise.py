"""An exercise: a statement, a check that teaches, hints one by one, and a solution.

A lesson writes the reference solution as a function and lists what belongs to it. There
are three ways to answer, and `check` accepts them all: the numbers of shuffled lines in
their right order, the piece that fills a blank, or a whole function. Each becomes a
function, to which the same laws apply.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from inspect import getdoc
from typing import Any, Protocol, TypeVar
from weakref import WeakSet

import numpy as np

from nnlab.errors import InputError, shown
from nnlab.grading.answer_formats import FORMS, AnswerFormats
from nnlab.grading.compare import like, outcome, same
from nnlab.grading.diagnose import Evidence
from nnlab.grading.feedback import Card, code
from nnlab.grading.known_mistakes import KnownMistake
from nnlab.grading.learner_seed import learner_rng
from nnlab.grading.mistake import Mistake
from nnlab.grading.progress import keep, kept
from nnlab.grading.sandbox import call, names_of, result
from nnlab.grading.source import source_of

CASES = 6  # random cases in which an answer is compared with the reference

Law = Callable[[Callable, np.random.Generator], str]  # what is wrong; "" if it holds


class Explorer(Protocol):
    """What an answer can run in: a Lab."""

    experiment: Any

    def change(self, **fields: Any) -> None:
        """Change fields of the experiment."""

    def show_author(
        self, exercise: str, fields: dict | None = None, again: bool = False
    ) -> None:
        """Show whose code does what an exercise asks for: the learner's, while the
        experiment has these `fields`, or else ours; `again` if it was solved before."""


class Listener(Protocol):
    """Whoever shows an exercise."""

    def refresh(self) -> None:
        """Show what has become of the exercise."""


LabLike = TypeVar("LabLike", bound=Explorer)


@dataclass(eq=False)
class Exercise:
    """An exercise. Made by `exercise`, which describes its fields."""

    reference: Callable
    title: str
    case: Callable[[np.random.Generator], tuple]
    blank: str
    hints: Sequence[str]
    mistakes: Sequence[KnownMistake] = ()
    laws: Sequence[Law] = ()
    unique: bool = True
    runs: Callable[[Callable, Any], dict] | None = None
    card: Callable[["Exercise"], Any] | None = None
    answer: Callable | None = field(default=None, init=False)
    verdicts: dict[str, Card] = field(default_factory=dict, init=False)
    told: int = field(default=0, init=False)
    listeners: WeakSet[Listener] = field(default_factory=WeakSet, init=False)
    _labs: list[Explorer] = field(default_factory=list, init=False)

    @property
    def name(self) -> str:
        """The name by which a notebook calls it, as in "forward.layer"."""
        lesson = self.reference.__module__.removeprefix("nnlab.lessons.").split(".")[0]
        return f"{lesson}.{self.reference.__name__}"

    @property
    def formats(self) -> AnswerFormats:
        """The three forms of an answer."""
        return AnswerFormats(self.reference, self.blank, self.name)

    # What a learner calls

    def check(self, *answer: Any) -> Card:
        """Return a card: whether an answer is right, and if not, which mistake it is.

        Args:
            answer: a function; or the piece that fills the blank, as a string; or the
                numbers of the shuffled lines in order, one by one or as a list.
        """
        given = answer[0] if len(answer) == 1 else [*answer] if answer else ...
        said = self._verdict(given)
        self.verdicts[self.formats.form_of(given)] = said
        if said.right:
            keep("exercises", self.name, {"solved": self.solved_forms})
        self._tell()
        return said

    def _verdict(self, answer: Any) -> Card:
        """Return what there is to say about an answer; a right one is kept, and run."""
        try:
            function = self.formats.made(answer)
            self._examine(function)
        except Mistake as mistake:
            words = self.formats.too_early(answer, mistake) or mistake.words
            line = self.formats.line_of(answer, mistake)
            return self._not_right(Mistake(words, blank=mistake.blank), line)
        self.answer = function
        runs = "".join(map(self._run_in, self._labs))
        return Card(f"✓ Right: {self._held()}.{runs}", "right")

    def hint(self) -> Card:
        """Return the next hint; after the last one, the last one again."""
        self.told = min(self.told + 1, len(self.hints))
        self._tell()
        told = self.hints[self.told - 1]
        return Card(f"Hint {self.told} of {len(self.hints)}. {told}")

    def solution(self) -> Card:
        """Return one right answer; there are others."""
        return Card(f"One right answer:\n\n{code(self.solved())}")

    def lines(self) -> Card:
        """Return the first form: the lines of a right answer, in another order."""
        return self.formats.lines()

    def fill(self) -> Card:
        """Return the second form: a right answer with a blank in it."""
        return self.formats.fill()

    def into(self, lab: LabLike) -> LabLike:
        """Run a right answer in this Lab, now and whenever one is checked.

        Returns:
            The Lab.

        Raises:
            InputError: if no field of an experiment takes such an answer, or if this is
                not a Lab.
        """
        if self.runs is None:
            raise InputError(
                "lab",
                f"{self.name} has no place in a Lab: no field of an Experiment takes "
                f"it; try {self.name}.check(your_function).",
            )
        if not callable(getattr(lab, "change", None)):
            raise InputError(
                "lab",
                f"lab={shown(lab)} is not a Lab; try {self.name}.into(lab), with the "
                "Lab that you have made.",
            )
        self._labs = [lab]
        lab.show_author(self.reference.__name__, again=bool(self.solved_forms))
        if self.answer is not None:
            self._run_in(lab)
        return lab

    # What belongs to it

    def solved(self) -> str:
        """Return the code of one right answer."""
        return source_of(self.reference)

    def cases(self) -> list[tuple]:
        """Return this learner's random arguments, with which an answer is called."""
        return [self.case(rng) for rng in learner_rng(self.name).spawn(CASES)]

    def statement(self) -> Card:
        """Return what is asked, and the three forms of an answer."""
        formats = (
            f"Three ways in, from easy to hard: order its lines (`{self.name}.lines()`)"
            f", fill a blank (`{self.name}.fill()`), or write it whole. Stuck? "
            f"`{self.name}.hint()`"
        )
        return Card(f"{self.asked}\n\n{formats}", title=self.title)

    @property
    def asked(self) -> str:
        """What is asked."""
        return getdoc(self.reference) or ""

    @property
    def solved_forms(self) -> list[str]:
        """In which of `FORMS` it was answered right, now or in an earlier session."""
        before, said = kept("exercises", self.name), self.verdicts.items()
        solved = before.get("solved") if isinstance(before, dict) else None
        known = solved if isinstance(solved, list) else []
        now = [form for form, card in said if card.right]
        return [form for form in FORMS if form in known or form in now]

    def __repr__(self):
        return repr(self.statement())

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        if self.card is not None:
            return self.card(self)._repr_mimebundle_()
        said = self.statement()
        return {"text/plain": repr(said), "text/html": said._repr_html_()}

    def _tell(self) -> None:
        for listener in [*self.listeners]:
            listener.refresh()

    # How an answer is examined

    def _examine(self, function: Callable) -> None:
        """Raise `Mistake` unless a function is right."""
        names, cases = names_of(self.reference), self.cases()
        try:
            found = [call(function, case, names) for case in cases]
            if self.unique:
                self._compare(function, found, cases)
        except Mistake as mistake:
            if mistake.clear or not self.unique:
                raise
            named = self._evidence(function, cases).name(self.mistakes)
            words = " ".join(filter(None, [named, mistake.words]))
            raise Mistake(words) from mistake
        self._keeps_laws(function)

    def _compare(self, function: Callable, found: list, cases: list[tuple]) -> None:
        """Raise `Mistake` unless it returned what the reference returns."""
        right = [self.reference(*case) for case in cases]
        arrays = [like(f, r) for f, r in zip(found, right)]
        if all(map(same, arrays, map(outcome, right))):
            return
        evidence = self._evidence(function, cases)
        named = evidence.name(self.mistakes)
        words = named or f"{evidence.where()} {self._broken(function)}".strip()
        raise Mistake(words, clear=True)

    def _evidence(self, function: Callable, cases: list[tuple]) -> Evidence:
        found = [result(function, case) for case in cases]
        right = [outcome(self.reference(*case)) for case in cases]
        return Evidence(self.reference, cases, names_of(self.reference), found, right)

    def _keeps_laws(self, function: Callable) -> None:
        if broken := self._broken(function):
            raise Mistake(broken)

    def _broken(self, function: Callable) -> str:
        """Return the sentence of the first law that is broken; "" if all hold."""
        names = names_of(self.reference)

        def answer(*args):
            return call(function, args, names)

        draws = learner_rng(f"{self.name} laws").spawn(len(self.laws))
        told = (law(answer, rng) for law, rng in zip(self.laws, draws))
        return next(filter(None, told), "")

    def _held(self) -> str:
        """Return what was examined, in words."""
        count = len(self.laws)
        rules = f"{count} rules" if count > 1 else "the rule"
        laws = f"it keeps {rules} that every right answer keeps" if count else ""
        cases = f"the same as the reference in {CASES} random cases"
        return ", and ".join(filter(None, [cases if self.unique else "", laws]))

    def _not_right(self, mistake: Mistake, line: int | None) -> Card:
        if mistake.blank:
            return Card(f"… Not attempted yet: {mistake.words}.", "blank")
        kept = self.answer is not None and bool(self._labs)
        still = " The explorer still runs your last right answer." * kept
        stuck = "" if self.listeners else f" (`{self.name}.hint()`)"
        return Card(f"✗ Not yet. {mistake.words}{still}{stuck}", "wrong", line=line)

    def _run_in(self, lab: Explorer) -> str:
        """Run the answer in a Lab, and return a sentence about it."""
        try:
            fields = self.runs(self.answer, lab.experiment)
            lab.change(**fields)
        except InputError as error:
            return f" The explorer does not take it: {error}"
        lab.show_author(self.reference.__name__, fields)
        return " It runs in the explorer now."


def exercise(**fields: Any) -> Callable[[Callable], Exercise]:
    """Make the decorated function an exercise: its reference solution.

    The function's docstring is the statement.

    Args:
        title: a few words.
        case: random arguments for the function, as a function of a generator.
        blank: the piece of the solution that the second form leaves out.
        hints: from the gentlest to the plainest.
        mistakes: catalogue of mistakes: see `nnlab.grading.known_mistakes`.
        laws: properties of every right answer; each a function of the answer and a
            generator that returns a sentence about what is wrong, or "".
        unique: True if the reference gives the only right outcome. Otherwise the laws
            alone decide.
        runs: a function of the answer and a Lab's experiment that returns the fields
            of the experiment that make the answer run there.
        card: what shows it on a page, as a function of the exercise; its statement
            alone if it is left out.
    """
    return lambda reference: Exercise(reference, **fields)
