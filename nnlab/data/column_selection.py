"""Select the columns and rows of a table for a data set, and its task.

Nothing is dropped silently. A column that can't be a feature, a row with a missing
value, and an ambiguous target each raise an error that suggests a fix.
"""

from collections.abc import Sequence

import numpy as np

from nnlab.data.column import INDEX, Column
from nnlab.data.labels import may_be_labels
from nnlab.errors import InputError, shown, unknown

LABELS, MEASUREMENT = "labels", "measurement"  # tasks
REFUSE, DROP = "refuse", "drop"  # options for rows with missing values


def column_named(columns: Sequence[Column], argument: str, name: str) -> Column:
    """Return the column of this name.

    Raises:
        InputError: about `argument`, if there is none.
    """
    for column in columns:
        if column.name == name:
            return column
    raise unknown(argument, name, (column.name for column in columns))


def inputs(
    columns: Sequence[Column], features: Sequence[str] | None, taken: set[str]
) -> list[Column]:
    """Return the feature columns, without duplicates.

    Args:
        columns: all columns.
        features: the names of the columns, or None for all that are not `taken`.
        taken: the names of the target and the group.

    Raises:
        InputError: if a column is not usable, is taken, or does not exist.
    """
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
    """Return why these columns can't be features."""
    if not bad:
        return "features has no column"
    name = bad[0].name
    why = "is the target or the group" if name in taken else bad[0].trouble()
    return f"features has column {name!r}, which {why}"


def complete(columns: Sequence[Column], missing: str) -> np.ndarray:
    """Return the indices of the rows without missing values.

    Args:
        columns: the columns to consider.
        missing: "refuse", or "drop" to leave out other rows.

    Raises:
        InputError: if values are missing and may not be dropped, or no row would be
            left.
    """
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
    """Return the task of a target column: "labels" or "measurement".

    Raises:
        InputError: if the column does not allow the task, or `task` is None and the
            column is ambiguous.
    """
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
    """Return the targets y (N,), and the names of the classes.

    There are no classes for measurements.

    Raises:
        InputError: if all targets are equal.
    """
    if task == MEASUREMENT:
        if (goal.numbers == goal.numbers[0]).all():
            raise _constant(goal, f"{goal.numbers[0]:g}", "nothing to learn")
        return goal.numbers, ()
    y, classes = goal.labels()
    if len(classes) == 1:
        raise _constant(goal, repr(classes[0]), "nothing to tell apart")
    return y, classes


def _constant(goal: Column, value: str, nothing: str) -> InputError:
    """Return the error for a target that is equal in every row."""
    return InputError(
        "target",
        f"target={goal.name!r} is {value} in every row, so there is {nothing}; try "
        "another column.",
    )
