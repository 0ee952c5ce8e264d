"""An exercise: a statement, a check that teaches, hints one by one, and a solution.

A lesson lists what belongs to one and writes the reference solution as a function; all
that happens is here. There are three rungs, and `check` takes them all: the numbers of
shuffled lines in their right order, the piece that fills a blank, or a function written
whole. Each becomes a function, and the same laws hold for every function.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from inspect import getdoc
from typing import Any

import numpy as np

from nnlab.errors import InputError, shown
from nnlab.grading.answer_formats import Rungs
from nnlab.grading.compare import like, outcome, same
from nnlab.grading.diagnose import Evidence, Result, result
from nnlab.grading.feedback import Card, code
from nnlab.grading.known_mistakes import Fault
from nnlab.grading.learner_seed import luck
from nnlab.grading.mistake import Mistake
from nnlab.grading.sandbox import call, names_of
from nnlab.grading.source import source_of

CASES = 6  # random ones, in which an answer is compared with what is right

Law = Callable[[Callable, np.random.Generator], str]  # what is wrong; "" if it holds


@dataclass(eq=False)
class Exercise:
    """One exercise. Made by `exercise`, which says what each field is."""

    reference: Callable
    title: str
    case: Callable[[np.random.Generator], tuple]
    blank: str
    hints: Sequence[str]
    faults: Sequence[Fault] = ()
    laws: Sequence[Law] = ()
    unique: bool = True
    runs: Callable[[Callable, Any], dict] | None = None
    answer: Callable | None = field(default=None, init=False)
    _told: int = field(default=0, init=False)
    _labs: list = field(default_factory=list, init=False)

    @property
    def name(self) -> str:
        """How a notebook calls it."""
        lesson = self.reference.__module__.removeprefix("nnlab.lessons.").split(".")[0]
        return f"{lesson}.{self.reference.__name__}"

    @property
    def rungs(self) -> Rungs:
        """The three ways in."""
        return Rungs(self.reference, self.blank, self.name)

    # What a learner asks for

    def check(self, answer: Any = ...) -> Card:
        """Whether an answer is right, and if not, what it looks like.

        The answer is a function; or the piece that fills the blank, as a string; or the
        numbers of the shuffled lines in order, as a list. Nothing is raised.
        """
        try:
            function = self.rungs.made(answer)
            self._examine(function)
        except Mistake as mistake:
            return self._not_right(mistake)
        self.answer = function
        runs = "".join(map(self._run_in, self._labs))
        return Card(f"✓ Right: {self._held()}.{runs}", "right")

    def hint(self) -> Card:
        """The next hint; after the last one, the last one again."""
        self._told = min(self._told + 1, len(self.hints))
        told = self.hints[self._told - 1]
        return Card(f"Hint {self._told} of {len(self.hints)}. {told}")

    def solution(self) -> Card:
        """One right answer. There are others."""
        return Card(f"One right answer:\n\n{code(self.solved())}")

    def lines(self) -> Card:
        """The first rung: the lines of a right answer, in another order."""
        return self.rungs.lines()

    def fill(self) -> Card:
        """The second rung: a right answer with a blank in it."""
        return self.rungs.fill()

    def into(self, lab: Any) -> Any:
        """Has a right answer run in this Lab, now and whenever one is checked. Returns
        the Lab.

        Raises `InputError` if no field of an experiment takes such an answer.
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
        if self.answer is not None:
            self._run_in(lab)
        return lab

    # What belongs to it

    def solved(self) -> str:
        """The code of one right answer."""
        return source_of(self.reference)

    def cases(self) -> list[tuple]:
        """The random arguments with which an answer is called: this learner's."""
        return [self.case(rng) for rng in luck(self.name).spawn(CASES)]

    def statement(self) -> Card:
        """What is asked, and the ways in."""
        rungs = (
            f"Three ways in, from easy to hard: order its lines (`{self.name}.lines()`)"
            f", fill a blank (`{self.name}.fill()`), or write it whole. Stuck? "
            f"`{self.name}.hint()`"
        )
        return Card(f"{getdoc(self.reference)}\n\n{rungs}", title=self.title)

    def __repr__(self):
        return repr(self.statement())

    def _repr_html_(self) -> str:
        return self.statement()._repr_html_()

    # How an answer is looked at

    def _examine(self, function: Callable) -> None:
        """Raises `Mistake` unless it is right."""
        names, cases = names_of(self.reference), self.cases()
        try:
            found = [call(function, case, names) for case in cases]
            if self.unique:
                self._compare(function, found, cases)
        except Mistake as mistake:
            if mistake.clear or not self.unique:
                raise
            named = self._evidence(function, cases).name(self.faults)
            raise Mistake(" ".join(filter(None, [named, mistake.words]))) from None
        self._keeps_laws(function)

    def _compare(self, function: Callable, found: list, cases: list[tuple]) -> None:
        """Raises `Mistake` unless it returns what the reference does."""
        right = [self.reference(*case) for case in cases]
        arrays = [like(f, r) for f, r in zip(found, right)]
        if all(map(same, arrays, map(outcome, right))):
            return
        evidence = self._evidence(function, cases)
        named = evidence.name(self.faults) or self._broken(function)
        raise Mistake(named or evidence.where(), clear=True)

    def _evidence(self, function: Callable, cases: list[tuple]) -> Evidence:
        found: list[Result] = [result(function, case) for case in cases]
        right = [outcome(self.reference(*case)) for case in cases]
        return Evidence(self.reference, cases, names_of(self.reference), found, right)

    def _keeps_laws(self, function: Callable) -> None:
        if broken := self._broken(function):
            raise Mistake(broken)

    def _broken(self, function: Callable) -> str:
        """What the first law says that does not hold; nothing if all do."""
        names = names_of(self.reference)

        def answer(*args):
            return call(function, args, names)

        draws = luck(f"{self.name} laws").spawn(len(self.laws))
        told = (law(answer, rng) for law, rng in zip(self.laws, draws))
        return next(filter(None, told), "")

    def _held(self) -> str:
        """What was looked at, in words."""
        count = len(self.laws)
        rules = f"{count} rules" if count > 1 else "the rule"
        laws = f"it keeps {rules} that every right answer keeps" if count else ""
        cases = f"the same as the reference in {CASES} random cases"
        return ", and ".join(filter(None, [cases if self.unique else "", laws]))

    def _not_right(self, mistake: Mistake) -> Card:
        if mistake.blank:
            return Card(f"… Not attempted yet: {mistake.words}.", "blank")
        kept = self.answer is not None and bool(self._labs)
        still = " The explorer still runs your last right answer." * kept
        told = f"✗ Not yet. {mistake.words}{still} (`{self.name}.hint()`)"
        return Card(told, "wrong")

    def _run_in(self, lab: Any) -> str:
        """Runs the answer in a Lab; says so."""
        try:
            lab.change(**self.runs(self.answer, lab.experiment))
        except InputError as error:
            return f" The explorer does not take it: {error}"
        return " It runs in the explorer now."


def exercise(**fields: Any) -> Callable[[Callable], Exercise]:
    """Makes the function below it an exercise, with the function as its reference
    solution and the function's docstring as its statement.

    Args:
        title: a few words.
        case: random arguments for the function, as a function of a generator.
        blank: the piece of the solution that the second rung leaves out.
        hints: from the gentlest to the plainest.
        faults: the mistakes to know by name: see `nnlab.grading.known_mistakes`.
        laws: what must hold of an answer, whatever it is; each a function of the answer
            and a generator, which returns what is wrong, or nothing.
        unique: whether there is one right outcome, which the reference gives. If chance
            is allowed a part in it, the laws alone decide.
        runs: the fields of a Lab's experiment that make the answer run there, as a
            function of the answer and the experiment.
    """
    return lambda reference: Exercise(reference, **fields)
