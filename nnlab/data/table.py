"""A table from a CSV file or a DataFrame, as the source of a data set.

The table shows how it was read (encoding, delimiter, decimal separator, header, kinds
of column), since a wrong guess about data gives wrong results later. Missing values are
refused, or their rows dropped. They are not imputed: a mean computed before the split
would leak validation and test rows into training.
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
SHOWN = 30  # maximum number of columns displayed


@dataclass(frozen=True, eq=False, init=False)
class Table:
    """The columns of a pandas DataFrame, or of a CSV file by `read` and `parse`.

    The index of a DataFrame or Series is ignored. Numbers stay numbers, booleans and
    pandas categories become categories, and the kind of a text column is inferred, as
    in `parse`.

    Args:
        frame: the DataFrame or Series.
        name: the name of the table.
        kinds: the kind of a column by name, as in `parse`.
        missing: the marks of missing values, as in `parse`.

    Raises:
        InputError: if `frame` is not a DataFrame or Series.
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
        """Set all fields of this table, and return it."""
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
        """Return the table in a CSV file, named after the file.

        A file compressed by gzip, bzip2 or xz is decompressed. All other arguments are
        those of `parse`.

        Raises:
            InputError: if there is no such file, or as in `parse`.
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
        r"""Return the table in the text or the bytes of a CSV file.

        Options that are None are inferred, and shown where they are not obvious.

        Args:
            content: the text or the bytes.
            name: the name of the table.
            delimiter: one of , ; | a tab, or a space for any whitespace.
            header: True if the first row names the columns.
            most_bytes: the maximum size in bytes.
            most_rows: the maximum number of rows.
            kinds: the kinds of some columns, as {"zip": "category"}: "number",
                "category" or "text".
            missing: the marks of missing values, instead of those in
                `number_parsing.MISSING`.
            decimal: the decimal separator, "." or ",".
            encoding: the encoding of the bytes.

        Raises:
            InputError: if this is not a table, or it is too large; the error gives the
                line where there is one.

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
        """Return the data set that predicts `target` from `features`.

        A number is one feature, and a category is one-hot encoded.

        Args:
            target: the column to predict.
            features: the columns to use; all others if None.
            task: "labels" or "measurement". By default a category is a label and a
                number a measurement; for a few repeated integers it must be given.
            missing: "refuse", or "drop" to leave out rows with missing values.
            group: the column with the group of each sample, which a split keeps
                together.

        Raises:
            InputError: with the name of the column, and the cell and its line if a
                single cell is the cause.
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
    """Return the path of an existing file."""
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
    """Return True if there is such a file or folder; False also for an invalid name."""
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
    """Yield the columns. The first one is the row index if it has no name and all its
    values differ."""
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
    """Yield a note if the encoding is a guess."""
    if found == "cp1252" and encoding is None:
        yield (
            "the file is not UTF-8 and was read as cp1252 (Western European); if "
            "letters look wrong, say which it is, as encoding='cp1250'"
        )


def _check_how(header: Any, decimal: Any, missing: Any) -> None:
    """Raise an `InputError` for an invalid option."""
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
    """Raise an `InputError` for an unknown column or kind."""
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
    """Raise an `InputError` if the content is too large, before it is parsed."""
    at_least_one("most_bytes", most_bytes)
    if size > most_bytes:
        raise fault(
            name,
            f"has {size:,} bytes, and at most {most_bytes:,} are read; keep a part of "
            f"its rows, or try most_bytes={size}.",
        )
