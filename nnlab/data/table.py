"""A table of one's own, from a CSV file to a data set.

It shows what it took the file for (encoding, delimiter, decimal comma, header, kinds of
column), since a wrong guess about data is a wrong result later. Missing cells are
refused, or their rows dropped. Filling them in with a mean is not on offer: before the
split, that mean would carry validation and test rows into training.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain, repeat
from pathlib import Path

import numpy as np

from nnlab.data.column import Column, has_decimal_commas
from nnlab.data.dataset import Dataset
from nnlab.data.reading import fault, sheet
from nnlab.data.selection import (
    REFUSE,
    answers,
    column_named,
    complete,
    inputs,
    task_of,
)
from nnlab.errors import InputError, at_least_one, shown

MOST_BYTES, MOST_ROWS = 20_000_000, 200_000
SHOWN = 30  # columns in the picture of a table


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of a CSV file, and how it was read: see `read` and `parse`."""

    name: str
    columns: tuple[Column, ...]
    encoding: str
    delimiter: str
    decimal: str
    header: bool

    @classmethod
    def read(
        cls,
        path: str | Path,
        delimiter: str | None = None,
        header: bool | None = None,
        most_bytes: int = MOST_BYTES,
        most_rows: int = MOST_ROWS,
    ) -> "Table":
        """The table in a CSV file, named as the file is; all else is as in `parse`.

        Raises `InputError` if there is no such file, too.
        """
        path = Path(path)
        if not path.is_file():
            raise InputError(
                "path",
                f"path={str(path)!r} is not a file in {str(Path.cwd())!r}; give the "
                "whole path.",
            )
        _check_size(path.stem, path.stat().st_size, most_bytes)
        content = path.read_bytes()
        return cls.parse(content, path.stem, delimiter, header, most_bytes, most_rows)

    @classmethod
    def parse(
        cls,
        content: str | bytes,
        name: str = "table",
        delimiter: str | None = None,
        header: bool | None = None,
        most_bytes: int = MOST_BYTES,
        most_rows: int = MOST_ROWS,
    ) -> "Table":
        r"""The table in the text or the bytes of a CSV file.

        `delimiter` (one of , ; | or a tab) and `header` (whether the first row names
        the columns) are found if they are not given. Raises `InputError`, with the line
        where there is one, if this is no table, or larger than what is allowed.

        >>> Table.parse("size;colour\n1,5;red\n-;blue\n2;red", "fish")
        Table(fish: 3 rows, 2 columns; text, delimiter ';', decimal comma, header)
          column  kind      values     missing
          size    number    1.5 … 2    1 '-'
          colour  category  blue, red  0
        """
        if not isinstance(content, str | bytes):
            raise InputError(
                "content",
                f"content={shown(content)} is not allowed: it is the text or the bytes "
                "of a CSV file; try Table.read(path).",
            )
        _check_size(name, len(content), most_bytes)
        at_least_one("most_rows", most_rows)
        found = sheet(content, name, delimiter, header, most_rows)
        cells = [[cell.strip() for cell in column] for column in zip(*found.rows)]
        commas = found.delimiter != "," and any(map(has_decimal_commas, cells))
        decimal = "," if commas else "."
        columns = tuple(
            Column.of(*named, found.lines, decimal) for named in zip(found.names, cells)
        )
        return cls(
            name, columns, found.encoding, found.delimiter, decimal, found.header
        )

    def __len__(self):
        return len(self.columns[0].cells)

    def dataset(
        self,
        target: str,
        features: Sequence[str] | None = None,
        task: str | None = None,
        missing: str = REFUSE,
        group: str | None = None,
    ) -> Dataset:
        """The data set that learns `target` from `features`, which are all others if
        nothing is said: a number as it is, a category as a column for each value.

        `task` is "labels" or "measurement"; if nothing is said, a category is a label
        and a number a measurement, but where a few whole numbers come again and again
        it must be said. `missing` is "refuse", or "drop" for the rows where something
        is. `group` names the column that says what belongs together. Raises
        `InputError`, which names the column, and the cell and its line if it is one.
        """
        goal = column_named(self.columns, "target", target)
        taken, grouping = {target}, None
        if group is not None:
            grouping = column_named(self.columns, "group", group)
            taken.add(group)
        task = task_of(goal, task)
        used = inputs(self.columns, features, taken)
        rows = complete([goal, *used, *([grouping] if grouping else [])], missing)
        names, blocks = zip(*(column.take(rows).features() for column in used))
        y, classes = answers(goal.take(rows), task)
        return Dataset(
            name=self.name,
            x=np.concatenate(blocks, axis=1),
            y=y,
            features=(*chain(*names),),
            classes=classes,
            source=f"table {self.name}",
            targets=(target,),
            groups=grouping.cells[rows].astype(str) if grouping else None,
        )

    def __repr__(self):
        body = [*self._rows()]
        wide = [max(map(len, column)) for column in zip(*body)]
        lines = ("  ".join(map(str.ljust, row, wide)).rstrip() for row in body)
        return "\n  ".join([self._title(), *lines, *self._notes()])

    def _repr_html_(self) -> str:
        head, *body = (
            "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row)
            for tag, row in zip(chain(["th"], repeat("td")), self._rows())
        )
        rows = "".join(f"<tr>{cells}</tr>" for cells in (head, *body))
        notes = "".join(f"<p>{escape(note)}</p>" for note in self._notes())
        return f"<p>{escape(self._title())}</p><table>{rows}</table>{notes}"

    def _title(self) -> str:
        several = len(self.columns) > 1
        how = (
            self.encoding,
            f"delimiter {self.delimiter!r}" if several else "no delimiter",
            "decimal comma" if self.decimal == "," else "decimal point",
            "header" if self.header else "no header",
        )
        size = f"{len(self)} rows, {len(self.columns)} columns"
        return f"Table({self.name}: {size}; {', '.join(how)})"

    def _rows(self) -> Iterator[tuple[str, str, str, str]]:
        yield "column", "kind", "values", "missing"
        for column in self.columns[:SHOWN]:
            yield column.short(), column.kind, column.summary(), column.gaps()

    def _notes(self) -> Iterator[str]:
        if len(self.columns) > SHOWN:
            yield f"… and {len(self.columns) - SHOWN} more columns"
        for column in self.columns[:SHOWN]:
            if odd := column.odd():
                yield f"{column.short()} would be a number, but for {odd}"


def _check_size(name: str, size: int, most_bytes: int) -> None:
    """Raises an `InputError` if it is more, before anything is read."""
    at_least_one("most_bytes", most_bytes)
    if size > most_bytes:
        raise fault(
            name,
            f"has {size:,} bytes, and at most {most_bytes:,} are read; keep a part of "
            f"its rows, or try most_bytes={size}.",
        )
