"""Read the cells of a CSV file with pandas.

A CSV file states neither its delimiter nor if it has a header, so both are inferred and
reported. pandas parses the cells; input that it would silently accept (a row with too
few cells, an unclosed quote) raises an error with its line. Cells stay text: nothing is
evaluated, and no URL is opened.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice
from typing import Any

import numpy as np

from nnlab.data.file_decoding import fault
from nnlab.data.header_row import has_header
from nnlab.data.number_parsing import looks_like_number
from nnlab.errors import InputError, unknown

SPACE = " "  # any whitespace
DELIMITERS = ("\t", ";", "|", ",")  # on a tie, the one that is rarer in text
SAMPLE = 200  # rows used to infer the delimiter
MOST_COLUMNS = 10_000
EMPTY = "is empty; give a file with a row for each sample."
NOTE = "#"  # start of a comment


@dataclass(frozen=True, eq=False)
class Sheet:
    """The cells of a file, by column, and how they were read.

    Attributes:
        names: the names of the columns, from the header if there is one.
        columns: the cells of each column (N,).
        lines: the line number in which each row starts (N,).
        delimiter: the delimiter.
        header: True if the first row was a header.
        nameless: the indices of columns without a name in the header.
        notes: remarks for the user on how the file was read.
    """

    names: list[str]
    columns: list[np.ndarray]
    lines: np.ndarray
    delimiter: str
    header: bool
    nameless: set[int] = field(default_factory=set)
    notes: tuple[str, ...] = ()


def sheet(
    text: str,
    name: str,
    delimiter: str | None,
    header: bool | None,
    most_rows: int,
) -> Sheet:
    """Return the cells of a CSV file.

    Args:
        text: the content of the file.
        name: the name of the table, for error messages.
        delimiter: the delimiter, or None to infer it.
        header: True if the first row is a header; None to infer it.
        most_rows: the maximum number of rows.

    Raises:
        InputError: if the text is not a table, or has too many rows.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise fault(name, EMPTY)
    _check_lines(len(lines), name, most_rows)
    delimiter = _declared(lines, delimiter)
    if delimiter is not None and delimiter not in (*DELIMITERS, SPACE):
        raise unknown("delimiter", delimiter, (*DELIMITERS, SPACE))
    told = _without_notes(lines, delimiter)
    start = next((i for i, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise fault(name, EMPTY)
    if delimiter is None:
        delimiter = _delimiter(lines[start:])
    frame = _cells(lines, start, name, delimiter)
    starts = start + _starts(frame, len(lines) - start)
    rows = _rows(frame, lines, starts, name, delimiter)
    columns = [frame[i].to_numpy(object)[rows] for i in frame]
    columns = [np.array([c.strip() for c in column], object) for column in columns]
    return _titled(name, columns, starts[rows] + 1, delimiter, header, told)


def _titled(
    name: str,
    columns: list[np.ndarray],
    lines: np.ndarray,
    delimiter: str,
    header: bool | None,
    told: list[str],
) -> Sheet:
    """Return the sheet, once it is known if the first row is a header."""
    sure, first = True, [column[0] for column in columns]
    if header is None:
        header, sure = has_header(columns)
    if len(lines) == header:
        raise fault(
            name,
            "has a header and no rows; give a row for each sample, or use "
            "Table.read(path) if what you gave is the name of a file.",
        )
    if not sure:
        said = "the names of the columns" if header else "a sample"
        some = ", ".join(
            cell if len(cell) < 20 else f"{cell[:19]}…" for cell in first[:3]
        )
        some += ", …" * (len(first) > 3)
        other = "a sample" if header else "names"
        told.append(
            f"the first row ({some}) was taken for {said}; if it is {other}, say "
            f"header={not header}"
        )
    names = first if header else [""] * len(first)
    nameless = {i for i, n in enumerate(names) if not n or re.match("Unnamed: 0", n)}
    columns = [column[int(header) :] for column in columns]
    named = _named(names)
    return Sheet(
        named,
        columns,
        lines[int(header) :],
        delimiter,
        header,
        nameless if header else set(),
        tuple(told),
    )


def _declared(lines: list[str], delimiter: str | None) -> str | None:
    """Return the delimiter of a first line such as sep=;, which spreadsheets write, and
    blank that line."""
    if found := re.fullmatch(r'"?sep=(.)"?', lines[0].strip()):
        lines[0] = ""
        return delimiter or found.group(1)
    return delimiter


def _without_notes(lines: list[str], delimiter: str | None) -> list[str]:
    """Blank all comment lines in place, and return a note about them. A line that
    begins with # but has as many cells as the others is kept: it may be the header."""
    noted = [i for i, line in enumerate(lines) if line.lstrip().startswith(NOTE)]
    rest = [line for line in lines if line.strip() and line.lstrip()[:1] != NOTE]
    if not (noted and rest):
        return []
    mark = delimiter or _delimiter(rest)
    width, first = len(_split(rest[0], mark)), lines.index(rest[0])
    above = [i for i in noted if i < first]
    bare = lines[above[-1]].lstrip()[1:].strip() if above else ""
    if len(cells := _split(bare, mark)) == width and cells[0]:
        lines[above[-1]] = bare
    quoted = any('"' in line for line in rest)  # a line may be inside a cell
    maybe = above if quoted else noted
    found = [i + 1 for i in maybe if len(_split(lines[i], mark)) != width]
    for line in found:
        lines[line - 1] = ""
    if not found:
        return []
    many = f"{len(found)} lines that begin with # were"
    one = f"line {found[0]}, which begins with #, was"
    return [f"{one if len(found) == 1 else many} passed over"]


def _split(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line."""
    if delimiter == SPACE:
        return [a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', line)]
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])


def _delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that fits best."""
    best = max(DELIMITERS, key=lambda mark: _fit(lines, mark)[:3])
    *fits, width, numbers = _fit(lines, best)
    some = [_split(line, SPACE) for line in islice(filter(str.strip, lines), SAMPLE)]
    wide = len(some[0])
    if wide == 1 or {*map(len, some)} != {wide}:
        return best
    body = [cell for row in some[1:] or some for cell in row]
    share = sum(map(looks_like_number, body)) / len(body)
    poor = not fits[0] or fits[2] < 1 or wide >= 2 * width
    better = (share >= 0.5 and poor) or (share == 1 > numbers)
    return SPACE if better else best


def _fit(lines: Sequence[str], mark: str) -> tuple[bool, bool, float, int, float]:
    """Return how well a delimiter fits: more than one column, no parse error, share of
    rows with the most common width, that width, and share of numbers below the first
    row."""
    rows: list[list[str]] = []
    ends = (f"{line}\n" for line in lines)
    reader = csv.reader(ends, delimiter=mark, strict=True, skipinitialspace=True)
    clean = True
    try:
        rows += islice(filter(None, reader), SAMPLE)
    except csv.Error:
        clean = False
    if not rows:
        return False, clean, 0.0, 0, 0.0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    body = [cell for row in rows[1:] for cell in row]
    share = sum(map(looks_like_number, body)) / max(len(body), 1)
    return width > 1, clean, count / len(rows), width, share


def _cells(lines: list[str], start: int, name: str, delimiter: str) -> Any:
    """Return the lines from `start` on as a DataFrame of text."""
    try:
        import pandas as pd
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Tables are read by pandas, which is not installed; "
            'pip install "nnlab-notebooks[lab]".'
        ) from error
    width = len(_first(lines[start:], delimiter))
    if width > MOST_COLUMNS:
        raise fault(
            name,
            f"has {width:,} columns, and at most {MOST_COLUMNS:,} are read; leave "
            "some out.",
        )
    try:
        return pd.read_csv(
            StringIO("\n".join(lines[start:])),
            sep=r"\s+" if delimiter == SPACE else delimiter,
            header=None,
            index_col=False,
            dtype=object,
            na_filter=False,
            skip_blank_lines=False,
            skipinitialspace=True,
            engine="c",
        )
    except pd.errors.ParserError as error:
        raise _unread(str(error), lines, start, name, delimiter) from None


def _first(lines: Sequence[str], delimiter: str) -> list[str]:
    """Return the cells of the first record."""
    if delimiter == SPACE:
        return _split(lines[0], SPACE)
    try:
        return next(_records(lines, delimiter), (0, [""]))[1]
    except csv.Error:
        return _split(lines[0][:100], delimiter)


def _records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line in which each record starts, counted from 0, and its cells."""
    if delimiter == SPACE:
        yield from ((i, _split(line, SPACE)) for i, line in enumerate(lines))
        return
    ends = (f"{line}\n" for line in lines)
    reader = csv.reader(ends, delimiter=delimiter, skipinitialspace=True)
    line = 0
    for cells in reader:
        yield line, cells
        line = reader.line_num


def _unread(
    said: str, lines: list[str], start: int, name: str, delimiter: str
) -> InputError:
    """Return the error for a pandas parser error, with the line in the file."""
    if found := re.search(r"starting at row ([0-9]+)", said):
        row = int(found.group(1))
    elif found := re.search(r"Expected ([0-9]+) fields in line ([0-9]+), saw", said):
        row = int(found.group(2)) - 1
    else:
        return fault(name, f"cannot be read: {' '.join(said.split())}.")
    records = list(islice(_records(lines[start:], delimiter), row + 1))
    line, cells = records[-1]
    if "Expected" in said:
        return _uneven(
            name, delimiter, start, len(records[0][1]), start + line, len(cells)
        )
    return fault(
        name,
        f"cannot be read from line {start + line + 1} on: a quote opens there that "
        "never closes; end a cell in quotes with a quote, and double a quote within "
        "it.",
    )


def _uneven(
    name: str, mark: str, first: int, width: int, line: int, cells: int
) -> InputError:
    """Return the error for rows of different widths, in lines counted from 0."""
    shown = "white space" if mark == SPACE else repr(mark)
    return fault(
        name,
        f"has rows of {width} and of {cells} cells, in line {first + 1} and in line "
        f"{line + 1}, by delimiter {shown}; put quotes around a cell that holds one, "
        "and delete lines that are no rows, such as a title.",
    )


def _starts(frame: Any, lines: int) -> np.ndarray:
    """Return the line in which each row starts, relative to the first: a quoted cell
    may span several lines."""
    spans = np.ones(len(frame), int)
    if len(frame) < lines:
        for i in frame:
            spans += [cell.count("\n") for cell in frame[i]]
    return np.cumsum(spans) - spans


def _rows(
    frame: Any, lines: list[str], starts: np.ndarray, name: str, delimiter: str
) -> np.ndarray:
    """Return the indices of rows that are not blank lines; raise an `InputError` for a
    row with fewer cells than the first, which pandas pads."""
    kept = np.ones(len(frame), bool)
    width, ends = frame.shape[1], [*starts[1:], len(lines)]
    for row in np.flatnonzero(frame[width - 1].to_numpy(object) == ""):
        record = lines[starts[row] : ends[row]]
        if len(record) == 1 and not record[0].strip():
            kept[row] = False
            continue
        cells = _first(record, delimiter)
        if len(cells) < width:
            raise _uneven(name, delimiter, starts[0], width, starts[row], len(cells))
    return np.flatnonzero(kept)


def _check_lines(lines: int, name: str, most_rows: int) -> None:
    """Raise an `InputError` if there are too many lines, before parsing."""
    if lines > most_rows + 1:
        raise fault(
            name,
            f"has {lines:,} lines, and at most {most_rows:,} rows are read; keep a "
            f"part of them, or try most_rows={lines}.",
        )


def _named(header: list[str]) -> list[str]:
    """Return a unique name for each column: its position if it has none, and numbered
    if repeated."""
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
