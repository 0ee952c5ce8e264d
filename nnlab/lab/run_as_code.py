"""A run in a Lab as code: what makes the Lab again, with the changes on the way."""

from collections.abc import Sequence

from nnlab.data.dataset import Dataset
from nnlab.experiment.source_repr import word
from nnlab.lab.custom_part_badge import names_of_own
from nnlab.session.session import Session
from nnlab.views import View

LONGEST = 79  # letters of a line


def code_of(session: Session, views: Sequence[View]) -> str:
    """Return code of a cell that makes the Lab again, and its run up to this step."""
    names = sorted({type(view).__name__ for view in views})
    lines = [
        "from nnlab import Experiment, Lab",
        *_list("from nnlab.views import ", names, "()"),
        "",
        *_notes(session),
        f"experiment = {session.began_as!r}",
        *_list("views = ", [*map(repr, views)], "[]"),
        "lab = Lab(experiment, views=views)",
        *_run(session),
        "lab",
    ]
    return "\n".join(lines)


def _list(before: str, items: Sequence[str], ends: str) -> list[str]:
    """Return a list in one line, or in a line for each item if that is too long."""
    line = f"{before}{ends[0]}{', '.join(items)}{ends[1]}"
    if len(line) <= LONGEST:
        return [line]
    return [f"{before}{ends[0]}", *(f"    {item}," for item in items), ends[1]]


def _notes(session: Session) -> list[str]:
    """Comments on what the code lacks."""
    notes = []
    if own := names_of_own(session.experiment):
        notes.append(f"# Define your own code first: {', '.join(own)}.")
    if isinstance(data := session.experiment.data, Dataset):
        notes.append(
            f"# {word(data)} is your own data: make it first, as by Table.read(PATH)"
            ".dataset(TARGET) of nnlab.data, and call it so."
        )
    if start := session.tape.start:
        notes.append(
            f"# Before step {start} something was changed by hand: weights, neurons or "
            "points. That is not in this code."
        )
    return notes


def _run(session: Session) -> list[str]:
    """The steps that were made, and the live changes between them."""
    lines: list[str] = []
    made = 0
    for step, fields in session.live_changes:
        lines += _steps(step - made)
        said = ", ".join(f"{name}={word(value)}" for name, value in fields.items())
        lines.append(f"lab.change({said})")
        made = step
    return [*lines, *_steps(session.trainer.steps_done - made)]


def _steps(count: int) -> list[str]:
    return [f"await lab.run(steps={count})"] if count else []
