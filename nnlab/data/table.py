"""A table of one's own, from a CSV file to a data set.

It shows what it took the file for (encoding, delimiter, decimal comma, header, kinds of
column), since a wrong guess about data is a wrong result later. Missing cells are
refused, or their rows dropped. Filling them in with a mean is not on offer: before the
split, that mean would carry validation and test rows into training.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from html import escape
from itertools import chain, repeat
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from nnlab.data.column import INDEX, KINDS, Column
from nnlab.data.column_selection import (
    REFUSE,
    answers,
    column_named,
    complete,
    inputs,
    task_of,
)
from nnlab.data.csv_reader import SPACE, Sheet, sheet
from nnlab.data.dataframes import columns_from
from nnlab.data.dataset import Dataset
from nnlab.data.file_decoding import decoded, fault, unpacked
from nnlab.data.number_parsing import has_decimal_commas
from nnlab.errors import InputError, at_least_one, shown, unknown

MOST_BYTES, MOST_ROWS = 20_000_000, 200_000
SHOWN = 30  # columns in the picture of a table


@dataclass(frozen=True, eq=False, init=False)
class Table:
    """The columns of a DataFrame, or by `read` and `parse` of a CSV file, and how they
    were read.

    Of a DataFrame or a Series of pandas' the index is left out. Numbers stay numbers,
    truth values and pandas' categories are categories, and text is taken for what it
    looks like, as in `parse`. Raises `InputError` for what is no DataFrame.
    """

    name: str
    columns: tuple[Column, ...]
    encoding: str
    delimiter: str
    decimal: str
    header: bool
    notes: tuple[str, ...]

    def __init__(
        self,
        frame: Any,
        name: str = "table",
        kinds: Mapping[str, str] | None = None,
        missing: Sequence[str] | None = None,
    ):
        _check_how(None, None, missing)
        if not hasattr(frame, "iloc"):
            raise InputError(
                "frame",
                f"frame={shown(frame, 30)} is not allowed: it is a DataFrame of "
                "pandas'; try Table.read(path) for a file.",
            )
        columns = columns_from(frame, kinds or {}, missing)
        _check_kinds(kinds, [column.name for column in columns])
        self._hold(name, columns, "DataFrame", ",", ".", True, ())

    def _hold(self, *values: Any) -> "Table":
        """This table, with a value for each of its fields."""
        vars(self).update(zip((field.name for field in fields(self)), values))
        return self

    @classmethod
    def read(
        cls,
        path: str | Path,
        delimiter: str | None = None,
        header: bool | None = None,
        **how: Any,
    ) -> "Table":
        """The table in a CSV file, named as the file is; all else is as in `parse`.

        A file that is compressed by gzip, bzip2 or xz is unpacked. Raises `InputError`
        if there is no such file, too.
        """
        path = _file(path)
        name = (
            re.sub(r"(\.(csv|tsv|txt|tab|dat|data|gz|bz2|xz))+$", "", path.name)
            or path.stem
        )
        _check_size(name, path.stat().st_size, how.get("most_bytes", MOST_BYTES))
        return cls.parse(path.read_bytes(), name, delimiter, header, **how)

    @classmethod
    def parse(
        cls,
        content: str | bytes,
        name: str = "table",
        delimiter: str | None = None,
        header: bool | None = None,
        most_bytes: int = MOST_BYTES,
        most_rows: int = MOST_ROWS,
        kinds: Mapping[str, str] | None = None,
        missing: Sequence[str] | None = None,
        decimal: str | None = None,
        encoding: str | None = None,
    ) -> "Table":
        r"""The table in the text or the bytes of a CSV file.

        What is not given is found, and told where it is not plain: `delimiter` (one of
        , ; | a tab, or a space for any white space), `header` (whether the first row
        names the columns), `decimal` (what stands before decimals, . or ,), `encoding`,
        and what each column is. `kinds` says otherwise, as {"zip": "category"}, of
        "number", "category" and "text"; `missing` lists the marks that stand for
        nothing, in place of those in `forms.MISSING`. Raises `InputError`, with the
        line where there is one, if this is no table, or larger than what is allowed.

        >>> Table.parse("size;colour\n1,5;red\n-;blue\n2;red", "fish")
        Table(fish: 3 rows, 2 columns; text, delimiter ';', decimal comma, header)
          column  kind      values     missing
          size    number    1.5 … 2    1 '-'
          colour  category  blue, red  0
        >>> Table.parse("price\n$1,200\n$900\n", "cars", missing=["?", "-999"])
        Table(cars: 2 rows, 1 columns; text, no delimiter, decimal point, header)
          column  kind    values      missing
          price   number  900 … 1200  0
          price was read as a number without $ and with , between thousands; otherwise
          say kinds={'price': 'category'}
        """
        if not isinstance(content, str | bytes):
            raise InputError(
                "content",
                f"content={shown(content, 30)} is not allowed: it is the text or the "
                "bytes of a CSV file; try Table.read(path), or Table(frame).",
            )
        _check_how(header, decimal, missing)
        _check_size(name, len(content), most_bytes)
        at_least_one("most_rows", most_rows)
        if isinstance(content, bytes):
            content = unpacked(content, name, most_bytes)
            _check_size(name, len(content), most_bytes)
        text, found = decoded(content, name, encoding)
        read = sheet(text, name, delimiter, header, most_rows)
        if decimal is None and read.delimiter != ",":
            decimal = "," if any(map(has_decimal_commas, read.columns)) else None
        _check_kinds(kinds, read.names)
        columns = tuple(_columns(read, decimal, kinds or {}, missing))
        notes = (*_told(found, encoding), *read.notes)
        how = found, read.delimiter, decimal or ".", read.header, notes
        return cls.__new__(cls)._hold(name, columns, *how)

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
        size = f"{len(self)} rows, {len(self.columns)} columns"
        if self.encoding == "DataFrame":
            return f"Table({self.name}: {size}; a DataFrame)"
        several = len(self.columns) > 1
        mark = "white space" if self.delimiter == SPACE else repr(self.delimiter)
        how = (
            self.encoding,
            f"delimiter {mark}" if several else "no delimiter",
            "decimal comma" if self.decimal == "," else "decimal point",
            "header" if self.header else "no header",
        )
        return f"Table({self.name}: {size}; {', '.join(how)})"

    def _rows(self) -> Iterator[tuple[str, str, str, str]]:
        yield "column", "kind", "values", "missing"
        for column in self.columns[:SHOWN]:
            yield column.short(), column.kind, column.summary(), column.gaps()

    def _notes(self) -> Iterator[str]:
        if len(self.columns) > SHOWN:
            yield f"… and {len(self.columns) - SHOWN} more columns"
        yield from self.notes
        for column in self.columns[:SHOWN]:
            yield from filter(None, (column.notes(), column.suspicion()))


def _file(path: Any) -> Path:
    """The path of a file that is there."""
    if not isinstance(path, str | PathLike):
        frame = "Table(frame)" if hasattr(path, "iloc") else "Table.parse(content)"
        raise InputError(
            "path",
            f"path={shown(path, 30)} is not allowed: it is the path of a file; try "
            f"{frame} for what is no file.",
        )
    if re.match(r"[a-z][a-z0-9+]+://", str(path), re.IGNORECASE):
        raise InputError(
            "path",
            f"path={str(path)!r} is an address, and nothing is fetched from one; "
            "download the file, and give its path.",
        )
    path = Path(path).expanduser()
    if _is(Path.is_dir, path):
        raise InputError(
            "path", f"path={str(path)!r} is a folder; give the path of a file in it."
        )
    if not _is(Path.is_file, path):
        raise InputError(
            "path",
            f"path={shown(str(path), 200)} is not a file in {str(Path.cwd())!r}; give "
            "the whole path.",
        )
    return path


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    """Whether there is such a thing; none has a name that is too long, or a NUL."""
    try:
        return kind(path)
    except (OSError, ValueError):
        return False


def _columns(
    read: Sheet,
    decimal: str | None,
    kinds: Mapping[str, str],
    missing: Sequence[str] | None,
) -> Iterator[Column]:
    """The columns, and what each of them is. The first one is the row index if it has
    no name, and another value in each row."""
    for i, (name, cells) in enumerate(zip(read.names, read.columns)):
        said = kinds.get(name)
        column = Column.of(name, cells, read.lines, decimal, said, missing)
        other = len({*cells}) == len(cells) and not column.missing.any()
        if (
            i == 0
            and i in read.nameless
            and said is None
            and other
            and len(read.names) > 1
        ):
            column = replace(
                column,
                kind=INDEX,
                why="has no name and another value in each row, so it was left out as "
                "the row index",
            )
        yield column


def _told(found: str, encoding: str | None) -> Iterator[str]:
    """What to say of an encoding that is a guess."""
    if found == "cp1252" and encoding is None:
        yield (
            "the file is not UTF-8 and was read as cp1252 (Western European); if "
            "letters look wrong, say which it is, as encoding='cp1250'"
        )


def _check_how(header: Any, decimal: Any, missing: Any) -> None:
    """Raises an `InputError` for a way of reading that there is not."""
    if header not in (None, True, False) or isinstance(header, int) != isinstance(
        header, bool
    ):
        raise InputError(
            "header",
            f"header={shown(header)} is not allowed: it says whether the first row "
            "names the columns; try header=True.",
        )
    if decimal not in (None, ".", ","):
        raise unknown("decimal", decimal, (".", ","))
    if missing is not None and not isinstance(missing, list | tuple | set | frozenset):
        raise InputError(
            "missing",
            f"missing={shown(missing)} is not allowed: it is a list of marks; try "
            f"missing={[missing if isinstance(missing, str | int) else '?']}.",
        )


def _check_kinds(kinds: Any, names: Sequence[str]) -> None:
    """Raises an `InputError` for a column or a kind that there is not."""
    if kinds is None:
        return
    if not isinstance(kinds, Mapping):
        raise InputError(
            "kinds",
            f"kinds={shown(kinds)} is not allowed: it says of columns what they are; "
            f"try kinds={{{names[0]!r}: 'category'}}.",
        )
    for name, kind in kinds.items():
        if name not in names:
            raise unknown("kinds", name, names)
        if kind not in KINDS:
            raise unknown("kinds", kind, KINDS)


def _check_size(name: str, size: int, most_bytes: int) -> None:
    """Raises an `InputError` if it is more, before anything is read."""
    at_least_one("most_bytes", most_bytes)
    if size > most_bytes:
        raise fault(
            name,
            f"has {size:,} bytes, and at most {most_bytes:,} are read; keep a part of "
            f"its rows, or try most_bytes={size}.",
        )
