"""What of a table a network learns from: which columns, which rows, and what for.

Nothing is left out in silence. A column that no network can be given, a row with a gap,
a target that could be read in two ways: each is refused, with the way out.
"""

from collections.abc import Sequence

import numpy as np

from nnlab.data.column import INDEX, Column
from nnlab.data.labels import may_be_labels
from nnlab.errors import InputError, shown, unknown

LABELS, MEASUREMENT = "labels", "measurement"  # tasks
REFUSE, DROP = "refuse", "drop"  # what to do with rows where something is missing


def column_named(columns: Sequence[Column], argument: str, name: str) -> Column:
    """The column of this name. Raises `InputError` if there is none."""
    for column in columns:
        if column.name == name:
            return column
    raise unknown(argument, name, (column.name for column in columns))


def inputs(
    columns: Sequence[Column], features: Sequence[str] | None, taken: set[str]
) -> list[Column]:
    """The columns of these names, each once; all that are not `taken` if none are
    named. Raises an `InputError` unless a network can be given them."""
    free = [column for column in columns if column.name not in taken]
    if features is None:
        found = [column for column in free if column.kind != INDEX]
    elif isinstance(features, list | tuple):
        named = (column_named(columns, "features", name) for name in features)
        found = [*dict.fromkeys(named)]
    else:
        fix = features if isinstance(features, str) else columns[0].name
        raise InputError(
            "features",
            f"features={shown(features)} is not allowed: it is a list of columns; try "
            f"features={[fix]}.",
        )
    bad = [column for column in found if column not in free or not column.usable]
    if bad or not found:
        good = [c.name for c in found or free if c in free and c.usable]
        fix = f"try features={good}" if good else "add a column of numbers"
        raise InputError("features", f"{_trouble(bad, taken)}; {fix}.")
    return found


def _trouble(bad: list[Column], taken: set[str]) -> str:
    """What keeps these columns from being features."""
    if not bad:
        return "features has no column"
    name = bad[0].name
    why = "is the target or the group" if name in taken else bad[0].trouble()
    return f"features has column {name!r}, which {why}"


def complete(columns: Sequence[Column], missing: str) -> np.ndarray:
    """The rows where nothing is missing. Raises an `InputError` if others may not be
    dropped, or there are none."""
    if missing not in (REFUSE, DROP):
        raise unknown("missing", missing, (REFUSE, DROP))
    gaps = np.any([column.missing for column in columns], axis=0)
    worst = max(columns, key=lambda column: column.missing.sum())
    if gaps.any() and (missing == REFUSE or gaps.all()):
        left = len(gaps) - gaps.sum()
        drop = f"try missing='drop', which leaves {left} rows"
        fix = drop if left else "leave that column out"
        raise InputError(
            "missing",
            f"missing={missing!r} does not go with column {worst.name!r}, where "
            f"{worst.missing.sum()} of {len(gaps)} cells are missing, the first "
            f"{worst.first(worst.missing)}; {fix}.",
        )
    return np.flatnonzero(~gaps)


def task_of(goal: Column, task: str | None) -> str:
    """What the target is for. Raises an `InputError` if its column cannot be that, or
    could be both."""
    if task not in (None, LABELS, MEASUREMENT):
        raise unknown("task", task, (LABELS, MEASUREMENT))
    if goal.kind == "empty":
        raise InputError(
            "target", f"target={goal.name!r} is empty; try another column."
        )
    if goal.kind == "number":
        amounts = goal.why  # with a currency or a unit
        if task is None and not amounts and may_be_labels(goal.numbers[~goal.missing]):
            raise InputError(
                "task",
                f"task=None leaves it open whether the few whole numbers of column "
                f"{goal.name!r} are classes or amounts; try task='labels' or "
                "task='measurement'.",
            )
        return task or MEASUREMENT
    if task == MEASUREMENT or (task is None and goal.kind == "text"):
        raise InputError(
            "target",
            f"target={goal.name!r} {goal.trouble()}; try task='labels', or a column "
            "of numbers.",
        )
    return LABELS


def answers(goal: Column, task: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """y (N,), and the names of the classes if they are labels. Raises an `InputError`
    if there is one class only."""
    if task == MEASUREMENT:
        if (goal.numbers == goal.numbers[0]).all():
            raise _constant(goal, f"{goal.numbers[0]:g}", "nothing to learn")
        return goal.numbers, ()
    y, classes = goal.labels()
    if len(classes) == 1:
        raise _constant(goal, repr(classes[0]), "nothing to tell apart")
    return y, classes


def _constant(goal: Column, value: str, nothing: str) -> InputError:
    """The error for a target that is the same in every row."""
    return InputError(
        "target",
        f"target={goal.name!r} is {value} in every row, so there is {nothing}; try "
        "another column.",
    )
