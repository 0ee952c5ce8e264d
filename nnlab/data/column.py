"""A column of a table: its cells, and what they are taken for.

It is a number if every cell that is there is one, a category if a few words come again
and again, or else text. One slip of the pen keeps a column of numbers from being one:
it is text then, and no category, and the cell is found with its line. Dates, and codes
with zeros in front (00501), are no numbers. `why` says what of this was decided.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnlab.data.labels import one_hot
from nnlab.data.number_parsing import (
    CODE,
    DATE,
    MISSING,
    NUMBER,
    form_of,
    looks_like_number,
)
from nnlab.errors import InputError, shown

MOST_VALUES = 30  # of a category
NUMBERS, CATEGORY, TEXT, DATES = "number", "category", "text", "date"
INDEX, EMPTY = "row index", "empty"
ROWS = 10  # or more, which count up by one, are a count of the rows
NOTHING = {-9, -99, -999, -9999, -99999, 999, 9999, 99999, 999999}  # so some write it
DIGITS = "0123456789+-eE"  # all that plain numbers are of, but for the mark
KINDS = (NUMBERS, CATEGORY, TEXT)  # what one may say that a column is


@dataclass(frozen=True, eq=False)
class Column:
    """Cells (N,) of text without the spaces around, and the line of each.

    `kind` is "number", "category", "text", "date", "row index" or "empty", and `why`
    says how that was decided, if it is not plain. `numbers` (N,) has NaN where a cell
    is none, and `missing` (N,) says where there is nothing. `place` is what a line is
    called: "line" of a file, or "row" of a DataFrame.
    """

    name: str
    cells: np.ndarray
    lines: np.ndarray
    kind: str
    numbers: np.ndarray
    missing: np.ndarray
    why: str = ""
    place: str = "line"

    @classmethod
    def of(
        cls,
        name: str,
        cells: Sequence[str],
        lines: Sequence[int] | np.ndarray,
        decimal: str | None = None,
        said: str | None = None,
        marks: Sequence[str] | None = None,
        place: str = "line",
    ) -> "Column":
        """The column of these cells, once it is found what they are: what one has
        `said`, or what they look like. `marks` stand for what is missing.

        Raises `InputError` if one said that it is numbers, and a cell is none.
        """
        held = np.array(cells, dtype=object)
        missing = _missing(held, marks)
        there = held[~missing].tolist()
        kind, why, read = _verdict(there, decimal, said)
        numbers = np.full(len(held), np.nan)
        numbers[~missing] = read
        column = cls(name, held, np.array(lines), kind, numbers, missing, why, place)
        bad = ~missing & np.isnan(numbers)
        if said == NUMBERS and bad.any():
            odd = held[np.argmax(bad)]
            raise InputError(
                "kinds",
                f"kinds={{{name!r}: 'number'}} does not go with "
                f"{column.first(bad)}; if that stands for "
                f"nothing, say missing={[*column.marks(), odd]!r}.",
            )
        return column

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
        which = self._odd()
        return self.first(which) if which.any() else ""

    def _odd(self) -> np.ndarray:
        """Which cells keep this column from being a number (N,), if most look like
        one: what is none, or else what is written otherwise."""
        there = ~self.missing
        if self.kind != TEXT or self.why or not _mixed(self.cells[there].tolist()):
            return np.zeros(len(self.cells), bool)
        likely = np.array([looks_like_number(cell) for cell in self.cells])
        none = there & ~likely
        return none if none.any() else there & np.isnan(self.numbers)

    def first(self, which: np.ndarray) -> str:
        """The first of these cells, and its line, as they are shown."""
        row = np.argmax(which)
        return f"{shown(self.cells[row], 30)} in {self.place} {self.lines[row]}"

    def features(self) -> tuple[list[str], np.ndarray]:
        """Names and columns (N, k) for a network: the number, or for a category a
        column of 0 and 1 for each value, named colour=red."""
        if self.kind == NUMBERS:
            return [self.name], self.numbers[:, None]
        y, classes = self.labels()
        return [f"{self.name}={value}" for value in classes], one_hot(y, classes)

    def labels(self) -> tuple[np.ndarray, tuple[str, ...]]:
        """Class numbers (N,), and the name of each class: values in their order."""
        if self.kind == NUMBERS:
            values, y = np.unique(self.numbers, return_inverse=True)
            return y, tuple(np.format_float_positional(v, trim="-") for v in values)
        values = self.values()
        number = {value: i for i, value in enumerate(values)}
        return np.array([number[cell] for cell in self.cells]), tuple(values)

    @property
    def usable(self) -> bool:
        """Whether a network can be given it."""
        return self.kind in (NUMBERS, CATEGORY)

    def trouble(self) -> str:
        """Why it is no number, as the end of a sentence."""
        if self.kind == EMPTY:
            return "is empty"
        if odd := self.odd():
            return f"is no number, because of {odd}"
        what = {CATEGORY: "a category", DATES: "a date", INDEX: "the row index"}
        first, count = self.first(~self.missing), len(self.values())
        kind = what.get(self.kind, self.kind)
        return f"is {kind} of {count} different values, such as {first}"

    def marks(self) -> list[str]:
        """What stands in the place of what is missing."""
        return sorted({*self.cells[self.missing]} - {""})

    def notes(self) -> str:
        """What a reader should know of how it was read, and how to say otherwise; or
        nothing."""
        odd = self._odd()
        if odd.any():
            return f"{self.short()} would be a number, but {self._but(odd)}"
        other = CATEGORY if self.kind in (NUMBERS, TEXT, DATES) else NUMBERS
        if (self.kind == TEXT and self.why) or self.kind == INDEX:
            other = NUMBERS
        say = f"{self.short()} {self.why}; otherwise say kinds={{{self.name!r}: "
        return f"{say}{other!r}}}" if self.why else ""

    def _but(self, odd: np.ndarray) -> str:
        """Why it is no number, because of these cells, and what to do."""
        cell = self.cells[np.argmax(odd)]
        if looks_like_number(cell):
            return (
                f"{self.first(odd)} is written otherwise than others, or can be read "
                "in two ways; write all alike, or say decimal='.' or decimal=','"
            )
        marks = [*self.marks(), cell]
        return (
            f"for {self.first(odd)}; if that stands for nothing, say missing={marks!r}"
        )

    def suspicion(self) -> str:
        """What of these numbers may be none: a count of the rows, or a number that
        stands for what is missing; or nothing."""
        if self.kind != NUMBERS or self.missing.all():
            return ""
        there = self.numbers[~self.missing]
        named = re.fullmatch(
            r"(?i)(.*[_ ])?(id|index|row|nr|no)|.*[a-z]I[dD]", self.name
        )
        counted = (
            len(there) >= ROWS and np.all(np.diff(there) == 1) and there[0] in (0, 1)
        )
        if counted or (named and len(np.unique(there)) == len(there) > 1):
            return (
                f"{self.short()} has another number in each row, as if it counted "
                "them; leave it out of features=[…] unless it tells of the sample"
            )
        for value in (there.min(), there.max()):
            others = there[there != value]
            if value in NOTHING and len(there) - len(others) > 1 and len(others):
                away = np.abs(others - value).min()
                if away > np.ptp(others):
                    count = len(there) - len(others)
                    return (
                        f"{self.short()} is {value:g} in {count} rows, far from all "
                        "others; if that stands for nothing, say "
                        f"missing={[*self.marks(), f'{value:g}']!r}"
                    )
        return ""

    def short(self) -> str:
        """Its name, shortened."""
        return _short(self.name, 32)

    def summary(self) -> str:
        """What it holds, in a few words."""
        if self.kind == NUMBERS:
            there = self.numbers[~self.missing]
            return f"{there.min():g} … {there.max():g}"
        values = self.values()
        some = ", ".join(_short(value, 20) for value in values[:4])
        return f"{some}, …" if len(values) > 4 else some

    def gaps(self) -> str:
        """How many cells are missing, and what stands in their place."""
        return " ".join([str(self.missing.sum()), *map(repr, self.marks())])


def _short(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _missing(cells: np.ndarray, marks: Sequence[str] | None) -> np.ndarray:
    """Where there is nothing (N,): an empty cell, or one of these marks, which are
    compared as numbers too."""
    known = MISSING if marks is None else {"", *(str(m).strip().lower() for m in marks)}
    values = {float(mark) for mark in known if NUMBER["."].fullmatch(mark)}
    longest = max(map(len, known))
    gone = {cell for cell in {*cells} if len(cell) <= longest and cell.lower() in known}
    if values:
        number = NUMBER["."].fullmatch
        gone |= {c for c in {*cells} if number(c) and float(c) in values}
    if not gone:
        return np.zeros(len(cells), bool)
    return np.array([cell in gone for cell in cells], dtype=bool)


def _verdict(
    there: list[str], decimal: str | None, said: str | None
) -> tuple[str, str, Any]:
    """What cells that are there are, why, and the numbers that they hold."""
    numbers = _plain(there, decimal or ".")
    if there and said in (CATEGORY, TEXT, DATES):
        return said, "", numbers
    if not there:
        return EMPTY, "", numbers
    few = len({*there}) < min(len(there), MOST_VALUES + 1)
    if not np.isnan(numbers).any():
        code = any(map(CODE.fullmatch, there)) and all(c.isdigit() for c in there)
        if not code or said == NUMBERS:
            return NUMBERS, "", numbers
        zeros = "has zeros in front, and was read as codes"
        return (CATEGORY if few else TEXT), zeros, numbers
    if form := form_of(there, decimal):
        told = form.told(there)
        read = np.array([form.number(cell) for cell in there])
        return NUMBERS, f"was read as a number {told}" * bool(told), read
    if all(map(DATE.fullmatch, there)):
        return DATES, "was read as dates, which no network can be given", numbers
    return (CATEGORY if few and not _mixed(there) else TEXT), "", numbers


def _plain(there: list[str], decimal: str) -> np.ndarray:
    """The numbers (N,) that cells hold in plain digits; NaN for those that hold none,
    or too large a one."""
    try:
        if not {*"".join(there)} <= {*DIGITS, decimal}:
            raise ValueError
        dotted = there
        if decimal != ".":
            dotted = [cell.replace(decimal, ".") for cell in there]
        read = [*map(float, dotted)]
    except ValueError:  # at least one is no number
        known = NUMBER[decimal].fullmatch
        read = [float(c.replace(decimal, ".")) if known(c) else np.nan for c in there]
    found = np.array(read, dtype=float)
    return np.where(np.isfinite(found), found, np.nan)


def _mixed(there: list[str]) -> bool:
    """Whether half of these cells or more look like numbers."""
    return 2 * sum(map(looks_like_number, there)) >= len(there)
