"""A learner's own CSV file, from the page into the Lab.

The page sends the bytes of a file, never a path. They are read as text and numbers by
`nnlab.data.table`, which evaluates nothing. What was read, what is left out and what is
wrong is said in one sentence. The bytes come as a message, so no notebook stores them,
and a page does not send more than a server takes at once, as a file widget would.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets

from nnlab.data.column import NUMBERS, Column
from nnlab.data.column_selection import DROP, LABELS, MEASUREMENT
from nnlab.data.dataset import Dataset
from nnlab.data.labels import may_be_labels
from nnlab.data.table import Table
from nnlab.errors import InputError, Plain
from nnlab.lab.page_layout import page_files, row

LARGEST = 5_000_000  # bytes of a file that a page may send
LONGEST_NAME = 40  # letters of the name of a file that are kept
COLUMNS_NAMED = 6  # columns that a sentence names
KINDS_OF_FILE = ".csv,.tsv,.txt,.tab,.dat"
TASKS = {"classes": LABELS, "an amount": MEASUREMENT}


class FilePicker(anywidget.AnyWidget):
    """A button that sends a file: its name and size, and its bytes as the one buffer.

    A file of more than `largest` bytes comes without them, and one that can't be read
    without its size.
    """

    _esm = page_files("csv_upload.js")
    label = traitlets.Unicode("Your CSV").tag(sync=True)
    tip = traitlets.Unicode("A table with a row for each sample").tag(sync=True)
    accept = traitlets.Unicode(KINDS_OF_FILE).tag(sync=True)
    largest = traitlets.Int(LARGEST).tag(sync=True)

    def __repr__(self) -> str:
        return "FilePicker()"


class CsvUpload(Plain):
    """Reads a file that the learner chooses, and makes a data set of its columns.

    Args:
        post: as `Player.post`: has a function called on the player's task.
        use: is called there with the data set, when *Train on it* is pressed; an
            `InputError` that it raises is shown.

    Attributes:
        row: the widgets, to stand in a Lab.
        upload: the button that chooses a file.
        target: the menu of columns to predict.
        task: the menu for a few whole numbers, which may be classes or an amount.
        train: the button that starts.
        text: the sentence shown.
    """

    def __init__(
        self, post: Callable[..., None], use: Callable[[Dataset], object]
    ) -> None:
        self._post, self._use = post, use
        self._table: Table | None = None
        self._data: Dataset | None = None
        self._silent, self.text = False, ""
        self.upload = FilePicker()
        self.target = _menu("predict", "The column that the network learns to predict")
        self.task = _menu("as", "Whether its numbers are classes or an amount")
        self.task.options = TASKS
        self.train = widgets.Button(description="Train on it", icon="play")
        self.train.tooltip = "Begins a run with these data"
        self.note = widgets.HTML(layout={"flex": "1 1 100%", "min_height": "0"})
        self.note.add_class("nnlab-message")
        self.train.layout.width = "auto"
        self.row = row([self.upload, self.target, self.task, self.train, self.note])
        self._show()
        self.upload.on_msg(self._on_file)
        self.target.observe(self._on_choice, "value")
        self.task.observe(self._on_choice, "value")
        self.train.on_click(lambda _: self._post(self._start))

    # What widgets report, on whatever thread: it is only posted

    def _on_file(self, _: FilePicker, file: Any, buffers: Sequence[Any]) -> None:
        self._post(self._read, file, buffers)

    def _on_choice(self, change: Any) -> None:
        if not self._silent:
            self._post(self._choose, change.owner is self.target)

    # What the player's task does about it

    def _read(self, file: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        """Read a file that was sent, and offer its columns."""
        self._table = self._data = None
        name, content = str(file.get("name", "")), bytes(buffers[0]) if buffers else b""
        try:
            if not buffers:
                raise _unsent(_stem(name), file.get("size"))
            self._table = read_table(name, content)
        except InputError as error:
            self._say(str(error), "wrong")
            self._show()
        else:
            self._offer(self._table)
            self._choose(new=True)

    def _offer(self, table: Table) -> None:
        """The columns that can be predicted, with the last one chosen."""
        options = [(column.short(), column.name) for column in _usable(table)]
        self._set(self.target, options=options, value=options[-1][1])

    def _set(self, menu: widgets.Dropdown, **values: object) -> None:
        """Set traits of a menu in this order, without hearing of it."""
        self._silent = True
        try:
            for name, value in values.items():
                setattr(menu, name, value)
        finally:
            self._silent = False

    def _choose(self, new: bool) -> None:
        """Make the data set that the menus ask for; a `new` target with a few whole
        numbers is taken for classes."""
        if self._table is None:
            return
        if new:
            self._set(self.task, value=LABELS)
        try:
            self._data = self._dataset(self._table)
        except InputError as error:
            self._data = None
            self._say(str(error), "wrong")
        else:
            self._say(told(self._table, self._data, self._goal(self._table)))
        self._show()

    def _start(self) -> None:
        """Have the data set used, if there is one."""
        if self._data is None:
            return
        try:
            self._use(self._data)
        except InputError as error:
            self._say(str(error), "wrong")

    def _dataset(self, table: Table) -> Dataset:
        """Return the data set of the chosen column and all others that are usable."""
        goal = self._goal(table)
        features = [column.name for column in _usable(table) if column is not goal]
        task = self.task.value if _open(goal) else None
        if np.any([column.missing for column in _usable(table)], axis=0).all():
            raise InputError(
                "table",
                f"table={table.name!r} has a missing value in every row; fill them in, "
                "or delete the column that has the most.",
            )
        return table.dataset(goal.name, features, task, DROP)

    def _goal(self, table: Table) -> Column:
        return next(c for c in table.columns if c.name == self.target.value)

    def _show(self) -> None:
        """Show what there is to choose and to press."""
        table = self._table
        self.note.layout.display = None if self.text else "none"
        self.target.layout.display = "none" if table is None else None
        several = table is not None and _open(self._goal(table))
        self.task.layout.display = None if several else "none"
        self.train.layout.display = "none" if table is None else None
        self.train.disabled = self._data is None

    def _say(self, text: str, kind: str = "remark") -> None:
        self.text = text
        self.note.value = f'<p class="{kind}" role="status">{escape(text)}</p>'


def read_table(name: str, content: bytes) -> Table:
    """Return the table in a file that a page sent.

    Args:
        name: the name of the file; of a path only its last part counts.
        content: the bytes of the file, at most `LARGEST`.

    Raises:
        InputError: if the file is too large, is no table, or has fewer than two columns
            that a network can use.
    """
    name = _stem(name)
    if len(content) > LARGEST:
        raise _unsent(name, len(content))
    table = Table.parse(content, name, most_bytes=LARGEST)
    if len(_usable(table)) < 2:
        raise InputError("table", f"table={name!r} {_lack(table)}.")
    return table


def told(table: Table, data: Dataset, goal: Column) -> str:
    """Return in a sentence what was read of a table, and what is left out.

    Args:
        table: the table.
        data: the data set made of it.
        goal: the column to predict.
    """
    used = [column for column in _usable(table) if column is not goal]
    as_what = f"{len(data.classes)} classes" if data.labelled else "an amount"
    said = [
        f"{table.name}: {_count(len(table), 'row')} read",
        f"{goal.short()} ({as_what}) is predicted from "
        f"{_count(len(used), 'column')}: {_named(used)}",
    ]
    if gaps := len(table) - len(data):
        said.append(f"{_count(gaps, 'row')} left out, where a value is missing")
    return "; ".join([*said, *_left_out(table), *_guesses(table)]) + "."


def _stem(name: str) -> str:
    """Return the name of a file without its folders and its ending."""
    stem, _, end = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    return (stem or end or "table")[:LONGEST_NAME]


def _unsent(name: str, size: object) -> InputError:
    """Return the error for a file that was not sent, for it is too large, or else
    could not be read."""
    if not isinstance(size, int):
        return InputError(
            "table",
            f"table={name!r} could not be read by the browser; close it elsewhere, and "
            "choose it once more.",
        )
    return InputError(
        "table",
        f"table={name!r} has {size:,} bytes, and a page sends at most {LARGEST:,}; "
        "keep a part of its rows, or read it in a cell with Table.read(path).",
    )


def _left_out(table: Table) -> Iterator[str]:
    """Yield what columns are not used, with the reason for the first."""
    gone = [column for column in table.columns if not column.usable]
    if gone:
        yield f"{_named(gone)} left out, since {gone[0].short()} {gone[0].trouble()}"


def _guesses(table: Table) -> Iterator[str]:
    """Yield how the file was read, where that was a guess, without the ends of these
    sentences: what to say in code if it was wrong."""
    columns = _usable(table)
    notes = [*table.notes, *(c.notes() for c in columns)]
    for note in filter(None, [*notes, *(c.suspicion() for c in columns)]):
        yield note.rpartition("; ")[0] or note


def _usable(table: Table) -> list[Column]:
    """Return the columns that can be features or the target."""
    return [column for column in table.columns if column.usable]


def _open(goal: Column) -> bool:
    """Return True if the numbers of a column may be classes or an amount."""
    amounts = goal.kind != NUMBERS or goal.why  # with a currency or a unit
    return not amounts and may_be_labels(goal.numbers[~goal.missing])


def _lack(table: Table) -> str:
    """Return why a table is too small to learn from, as the end of a sentence."""
    needed = "a network needs one to predict and one to predict it from"
    if len(table.columns) == 1:
        return f"has 1 column, and {needed}; give a file with two columns or more"
    first = next(column for column in table.columns if not column.usable)
    return (
        f"has {_count(len(_usable(table)), 'column')} of numbers or categories, and "
        f"{needed}: column {first.name!r} {first.trouble()}; give it a number in each "
        "row"
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _named(columns: list[Column]) -> str:
    """Return the names of the first columns, and how many others there are."""
    names = [column.short() for column in columns[:COLUMNS_NAMED]]
    others = len(columns) - len(names)
    return ", ".join([*names, *[f"{others} more"] * (others > 0)])


def _menu(label: str, tooltip: str) -> widgets.Dropdown:
    menu = widgets.Dropdown(description=label, tooltip=tooltip)
    menu.style.description_width = "auto"
    menu.layout.width, menu.layout.max_width = "auto", "260px"
    return menu
