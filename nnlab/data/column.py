"""A column of a table: its cells, and its inferred kind.

A column is a number if every cell that is not missing is one, a category if it has few
distinct values, and otherwise text. A column of numbers with a few other cells is text,
not a category, and the first such cell is reported with its line. Dates, and codes with
leading zeros (00501), are not numbers. `why` explains the decision.
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

MOST_VALUES = 30  # distinct values of a category, at most
NUMBERS, CATEGORY, TEXT, DATES = "number", "category", "text", "date"
INDEX, EMPTY = "row index", "empty"
ROWS = 10  # fewest consecutive integers that count as a row index
NOTHING = {-9, -99, -999, -9999, -99999, 999, 9999, 99999, 999999}  # codes for missing
DIGITS = "0123456789+-eE"  # characters of plain numbers, without the decimal separator
KINDS = (NUMBERS, CATEGORY, TEXT)  # kinds that the user can choose


@dataclass(frozen=True, eq=False)
class Column:
    """Cells (N,) of text without surrounding spaces, and the line of each.

    Attributes:
        name: the name of the column.
        cells: the cells (N,).
        lines: the line number of each cell (N,).
        kind: "number", "category", "text", "date", "row index" or "empty".
        numbers: the cells as numbers (N,); NaN if a cell is not one.
        missing: a boolean mask (N,), True for missing values.
        why: the reason for the kind, if it is not obvious.
        place: the word for a line: "line" of a file, or "row" of a DataFrame.
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
        """Return a column with its kind, given or inferred.

        Args:
            name: the name of the column.
            cells: the cells (N,).
            lines: the line number of each cell (N,).
            decimal: the decimal separator, if known.
            said: the kind, if the user gave one.
            marks: the cells that stand for missing values, or None for the default
                ones.
            place: the word for a line.

        Raises:
            InputError: if `said` is "number" and a cell is not one.
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
        """Return the column of these rows; its kind is kept."""
        some = {k: getattr(self, k)[rows] for k in ("cells", "lines", "numbers")}
        return replace(self, **some, missing=self.missing[rows])

    def values(self) -> list[str]:
        """Return the distinct values that are not missing, sorted."""
        return sorted({*self.cells[~self.missing]})

    def odd(self) -> str:
        """Return the first cell that makes a numeric column text, with its line.

        "" if most cells do not look like numbers, or there is no such cell.
        """
        which = self._odd()
        return self.first(which) if which.any() else ""

    def _odd(self) -> np.ndarray:
        """Return a mask (N,) of the cells that keep a mostly numeric column from being
        one: cells that are not numbers, or else those in another format."""
        there = ~self.missing
        if self.kind != TEXT or self.why or not _mixed(self.cells[there].tolist()):
            return np.zeros(len(self.cells), bool)
        likely = np.array([looks_like_number(cell) for cell in self.cells])
        none = there & ~likely
        return none if none.any() else there & np.isnan(self.numbers)

    def first(self, which: np.ndarray) -> str:
        """Return the first of these cells and its line, as text."""
        row = np.argmax(which)
        return f"{shown(self.cells[row], 30)} in {self.place} {self.lines[row]}"

    def features(self) -> tuple[list[str], np.ndarray]:
        """Return the names and the values (N, k) of the features made from this column.

        A number is one feature; a category is one-hot encoded, with names like
        colour=red.
        """
        if self.kind == NUMBERS:
            return [self.name], self.numbers[:, None]
        y, classes = self.labels()
        return [f"{self.name}={value}" for value in classes], one_hot(y, classes)

    def labels(self) -> tuple[np.ndarray, tuple[str, ...]]:
        """Return class indices (N,) and the name of each class, in sorted order."""
        if self.kind == NUMBERS:
            values, y = np.unique(self.numbers, return_inverse=True)
            return y, tuple(np.format_float_positional(v, trim="-") for v in values)
        values = self.values()
        number = {value: i for i, value in enumerate(values)}
        return np.array([number[cell] for cell in self.cells]), tuple(values)

    @property
    def usable(self) -> bool:
        """True if the column can be a feature."""
        return self.kind in (NUMBERS, CATEGORY)

    def trouble(self) -> str:
        """Return the reason why it is not a number, as the end of a sentence."""
        if self.kind == EMPTY:
            return "is empty"
        if odd := self.odd():
            return f"is no number, because of {odd}"
        what = {CATEGORY: "a category", DATES: "a date", INDEX: "the row index"}
        first, count = self.first(~self.missing), len(self.values())
        kind = what.get(self.kind, self.kind)
        return f"is {kind} of {count} different values, such as {first}"

    def marks(self) -> list[str]:
        """Return the cells that stand for missing values, sorted."""
        return sorted({*self.cells[self.missing]} - {""})

    def notes(self) -> str:
        """Return a note on how the column was read and how to change that, or ""."""
        odd = self._odd()
        if odd.any():
            return f"{self.short()} would be a number, but {self._but(odd)}"
        other = CATEGORY if self.kind in (NUMBERS, TEXT, DATES) else NUMBERS
        if (self.kind == TEXT and self.why) or self.kind == INDEX:
            other = NUMBERS
        say = f"{self.short()} {self.why}; otherwise say kinds={{{self.name!r}: "
        return f"{say}{other!r}}}" if self.why else ""

    def _but(self, odd: np.ndarray) -> str:
        """Return why these cells are not numbers, and the fix."""
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
        """Return a warning about suspicious numbers, or "".

        They look like a row count, or like a code for missing values.
        """
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
        """Return the name, shortened to 32 characters."""
        return _short(self.name, 32)

    def summary(self) -> str:
        """Return a short description of the values."""
        if self.kind == NUMBERS:
            there = self.numbers[~self.missing]
            return f"{there.min():g} … {there.max():g}"
        values = self.values()
        some = ", ".join(_short(value, 20) for value in values[:4])
        return f"{some}, …" if len(values) > 4 else some

    def gaps(self) -> str:
        """Return the number of missing values, and the cells that stand for them."""
        return " ".join([str(self.missing.sum()), *map(repr, self.marks())])


def _short(text: str, length: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _missing(cells: np.ndarray, marks: Sequence[str] | None) -> np.ndarray:
    """Return a mask (N,) of missing values: empty cells, and those equal to a mark, as
    text or as a number."""
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
    """Return the kind of these cells, the reason, and the numbers they hold."""
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
    """Return the numbers (N,) of cells in plain digits; NaN for all others and for
    overflow."""
    try:
        if not {*"".join(there)} <= {*DIGITS, decimal}:
            raise ValueError
        dotted = there
        if decimal != ".":
            dotted = [cell.replace(decimal, ".") for cell in there]
        read = [*map(float, dotted)]
    except ValueError:  # at least one is not a number
        known = NUMBER[decimal].fullmatch
        read = [float(c.replace(decimal, ".")) if known(c) else np.nan for c in there]
    found = np.array(read, dtype=float)
    return np.where(np.isfinite(found), found, np.nan)


def _mixed(there: list[str]) -> bool:
    """Return True if at least half of these cells look like numbers."""
    return 2 * sum(map(looks_like_number, there)) >= len(there)
