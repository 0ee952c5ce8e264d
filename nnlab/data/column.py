"""A column of a table: its cells, and what they are taken for.

It is a number if every cell that is there is one, a category if a few words come again
and again, or else text. One slip of the pen keeps a column of numbers from being one:
it is text then, and no category, and the cell is found with its line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnlab.data.dataset import one_hot
from nnlab.errors import shown

MISSING = {"", "na", "n/a", "nan", "null", "none", "?", "-"}  # in small letters
NUMBER = {
    mark: re.compile(
        rf"[+-]?([0-9]+({re.escape(mark)}[0-9]*)?|{re.escape(mark)}[0-9]+)"
        r"([eE][+-]?[0-9]+)?"
    )
    for mark in ".,"
}
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")  # or a number with a comma
MOST_VALUES = 30  # of a category


@dataclass(frozen=True, eq=False)
class Column:
    """Cells (N,) of text without the spaces around, and the line of each.

    `kind` is "number", "category", "text" or "empty". `numbers` (N,) has NaN where a
    cell is none, and `missing` (N,) says where there is nothing.
    """

    name: str
    cells: np.ndarray
    lines: np.ndarray
    kind: str
    numbers: np.ndarray
    missing: np.ndarray

    @classmethod
    def of(
        cls, name: str, cells: Sequence[str], lines: Sequence[int], decimal: str = "."
    ) -> "Column":
        """The column of these cells, once it is found what they are."""
        numbers = np.array([_number(cell, decimal) for cell in cells])
        missing = np.array([is_missing(cell) for cell in cells])
        held = np.array(cells, dtype=object)
        kind = _kind(held[~missing], numbers[~missing])
        return cls(name, held, np.array(lines), kind, numbers, missing)

    def take(self, rows: np.ndarray) -> "Column":
        """The column of these rows; its kind stays."""
        some = {k: getattr(self, k)[rows] for k in ("cells", "lines", "numbers")}
        return replace(self, **some, missing=self.missing[rows])

    def values(self) -> list[str]:
        """The different cells that are there, in order."""
        return sorted({*self.cells[~self.missing]})

    def odd(self) -> str:
        """The first cell that is no number among cells of which most look like one, and
        its line; or nothing."""
        there = ~self.missing
        if self.kind != "text" or not _mixed(self.cells[there]):
            return ""
        return self.first(there & np.isnan(self.numbers))

    def first(self, which: np.ndarray) -> str:
        """The first of these cells, and its line, as they are shown."""
        row = np.argmax(which)
        return f"{shown(self.cells[row], 30)} in line {self.lines[row]}"

    def features(self) -> tuple[list[str], np.ndarray]:
        """Names and columns (N, k) for a network: the number, or for a category a
        column of 0 and 1 for each value, named colour=red."""
        if self.kind == "number":
            return [self.name], self.numbers[:, None]
        y, classes = self.labels()
        return [f"{self.name}={value}" for value in classes], one_hot(y, classes)

    def labels(self) -> tuple[np.ndarray, tuple[str, ...]]:
        """Class numbers (N,), and the name of each class: values in their order."""
        if self.kind == "number":
            values, y = np.unique(self.numbers, return_inverse=True)
            return y, tuple(np.format_float_positional(v, trim="-") for v in values)
        values = self.values()
        number = {value: i for i, value in enumerate(values)}
        return np.array([number[cell] for cell in self.cells]), tuple(values)

    @property
    def usable(self) -> bool:
        """Whether a network can be given it."""
        return self.kind in ("number", "category")

    def trouble(self) -> str:
        """Why it is no number, as the end of a sentence."""
        if self.kind == "empty":
            return "is empty"
        if odd := self.odd():
            return f"is no number, because of {odd}"
        what = "text" if self.kind == "text" else "a category"
        first, count = self.first(~self.missing), len(self.values())
        return f"is {what} of {count} different values, such as {first}"

    def short(self) -> str:
        """Its name, shortened."""
        return _short(self.name, 32)

    def summary(self) -> str:
        """What it holds, in a few words."""
        if self.kind == "number":
            there = self.numbers[~self.missing]
            return f"{there.min():g} … {there.max():g}"
        values = self.values()
        some = ", ".join(_short(value, 20) for value in values[:4])
        return f"{some}, …" if len(values) > 4 else some

    def gaps(self) -> str:
        """How many cells are missing, and what stands in their place."""
        marks = sorted({*self.cells[self.missing]} - {""})
        return " ".join([str(self.missing.sum()), *map(repr, marks)])


def _short(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _kind(there: np.ndarray, numbers: np.ndarray) -> str:
    """What cells that are not missing are, of which these are the numbers."""
    if not len(there):
        return "empty"
    if not np.isnan(numbers).any():
        return "number"
    few = len({*there}) < min(len(there), MOST_VALUES + 1)
    return "category" if few and not _mixed(there) else "text"


def _mixed(there: np.ndarray) -> bool:
    """Whether half of these cells or more look like numbers."""
    return 2 * sum(map(looks_like_number, there)) >= len(there)


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is nothing."""
    return cell.strip().lower() in MISSING


def looks_like_number(cell: str) -> bool:
    """Whether a cell is a number with a decimal point or with a decimal comma."""
    return any(pattern.fullmatch(cell.strip()) for pattern in NUMBER.values())


def has_decimal_commas(cells: Sequence[str]) -> bool:
    """Whether half of these cells or more are numbers with a comma or without, and one
    of them at least has a comma that does not set thousands off."""
    there = [cell for cell in cells if not is_missing(cell)]
    numbers = [*filter(NUMBER[","].fullmatch, there)]
    clear = any("," in cell and not THOUSANDS.fullmatch(cell) for cell in numbers)
    return clear and 2 * len(numbers) >= len(there)


def _number(cell: str, decimal: str) -> float:
    """The number that a cell holds; NaN if it holds none, or too large a one."""
    if not NUMBER[decimal].fullmatch(cell):
        return np.nan
    value = float(cell.replace(decimal, "."))
    return value if np.isfinite(value) else np.nan
