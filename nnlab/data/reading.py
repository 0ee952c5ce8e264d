"""From the bytes of a CSV file to its cells.

A file says neither its encoding nor its delimiter nor whether it has a header, so all
three are found here, and told. Python's `csv` takes the cells apart, strictly: a quote
that does not close, or a row with a cell too few, is an error with its line rather than
a guess. Blank lines are passed over. Cells stay text: nothing is ever evaluated.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from nnlab.data.column import is_missing, looks_like_number
from nnlab.errors import InputError, unknown

DELIMITERS = ("\t", ";", "|", ",")  # where two fit, the rarer one in text is meant
SAMPLE = 200  # rows that are read to find the delimiter
MOST_COLUMNS = 10_000


@dataclass(frozen=True, eq=False)
class Sheet:
    """The cells of a file, row by row, the line each row starts in, and how they were
    read. The names of the columns are those of the header, if there is one."""

    names: list[str]
    rows: list[list[str]]
    lines: list[int]
    encoding: str
    delimiter: str
    header: bool


def sheet(
    content: str | bytes,
    name: str,
    delimiter: str | None,
    header: bool | None,
    most_rows: int,
) -> Sheet:
    """The cells of a CSV file. Raises `InputError` if it is none, or has more rows."""
    text, encoding = _decoded(content, name)
    _check_lines(text, name, most_rows)
    if delimiter is None:
        delimiter = max(DELIMITERS, key=lambda mark: _fit(text, name, mark))
    elif delimiter not in DELIMITERS:
        raise unknown("delimiter", delimiter, DELIMITERS)
    found = list(_records(text, name, delimiter))
    if not found:
        raise fault(name, "is empty; give a file with a row for each sample.")
    _check_widths(found, name, delimiter)
    lines, rows = ([*part] for part in zip(*found))
    header = _has_header(rows) if header is None else header
    if len(rows) == header:
        raise fault(
            name,
            "has a header and no rows; give a row for each sample, or use "
            "Table.read(path) if what you gave is the name of a file.",
        )
    names = _named(rows[0] if header else [""] * len(rows[0]))
    return Sheet(names, rows[header:], lines[header:], encoding, delimiter, header)


def fault(name: str, message: str) -> InputError:
    """The error for the table of this name."""
    return InputError("table", f"table={name!r} {message}")


def _decoded(content: str | bytes, name: str) -> tuple[str, str]:
    """The text of a file, without its byte-order mark, and its encoding."""
    if isinstance(content, str):
        text, encoding = content, "text"
    else:
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        encoding = "UTF-16" if wide else "UTF-8"
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            if b"\0" in content and not wide:
                raise _binary(name) from None
            line = content.count(b"\n", 0, error.start) + 1
            raise fault(
                name,
                f"is not {encoding}: byte 0x{content[error.start]:02x} in line {line}; "
                "save it as CSV UTF-8, or decode it and parse the text, as in "
                "Table.parse(content.decode('latin-1')).",
            ) from None
    if "\0" in text or text.startswith("PK\3\4"):  # which a spreadsheet starts with
        raise _binary(name)
    return text.removeprefix("\ufeff"), encoding


def _binary(name: str) -> InputError:
    return fault(name, "holds no text; save it as CSV UTF-8, and give that file.")


def _records(text: str, name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The line it starts in and the cells of each row, blank lines passed over."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise fault(
            name,
            f"cannot be read from line {line} on: {error}; end a cell in quotes with "
            "a quote, and double a quote within it.",
        ) from None


def _fit(text: str, name: str, delimiter: str) -> tuple[bool, bool, float]:
    """How well a delimiter fits: whether it makes columns, whether without an error,
    and how many of the rows agree on their number."""
    widths: list[int] = []
    try:
        for _, cells in islice(_records(text, name, delimiter), SAMPLE):
            widths.append(len(cells))
        clean = True
    except InputError:
        clean = False
    if not widths:
        return False, clean, 0.0
    width, count = Counter(widths).most_common(1)[0]
    return width > 1, clean, count / len(widths)


def _check_lines(text: str, name: str, most_rows: int) -> None:
    """Raises an `InputError` if there are more, before anything is taken apart."""
    lines = max(text.count("\n"), text.count("\r"))
    if lines > most_rows + 1:
        raise fault(
            name,
            f"has {lines:,} lines, and at most {most_rows:,} rows are read; keep a "
            f"part of them, or try most_rows={lines}.",
        )


def _check_widths(found: list[tuple[int, list[str]]], name: str, mark: str) -> None:
    """Raises an `InputError` unless all rows have as many cells as the first."""
    first, width = found[0][0], len(found[0][1])
    if width > MOST_COLUMNS:
        raise fault(
            name,
            f"has {width:,} columns, and at most {MOST_COLUMNS:,} are read; leave "
            "some out.",
        )
    for line, cells in found:
        if len(cells) != width:
            raise fault(
                name,
                f"has rows of {width} and of {len(cells)} cells, in line {first} and "
                f"in line {line}, by delimiter {mark!r}; put quotes around a cell that "
                "holds one, and delete lines that are no rows, such as a title.",
            )


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row is of another kind than what stands below it: no number
    above numbers, or else no number at all."""
    first, rest = rows[0], rows[1:]
    for name, below in zip(first, zip(*rest)):
        there = [cell for cell in below if not is_missing(cell)]
        word = not (is_missing(name) or looks_like_number(name))
        if word and there and all(map(looks_like_number, there)):
            return True
    return not any(map(looks_like_number, first))


def _named(header: list[str]) -> list[str]:
    """A name for each column: one without is called by its place, and one that comes
    again is numbered."""
    names: list[str] = []
    taken, times = set(), Counter()
    for i, cell in enumerate(header, start=1):
        base = " ".join(cell.split()) or f"column {i}"
        name = base
        while name in taken:
            times[base] += 1
            name = f"{base} ({times[base] + 1})"
        taken.add(name)
        names.append(name)
    return names
