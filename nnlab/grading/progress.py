"""What a learner has done in a notebook: guesses, exercises, tasks.

It is kept in memory. In a notebook that Jupyter serves it is also kept in a file beside
the notebooks, one for each, so that it outlives the kernel. Anywhere else nothing is
written: not in a script, a test, or a notebook that a program executes.
"""

import json
import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from nnlab.atomic import write_whole

Kind = Literal["guesses", "exercises", "tasks"]
Values = dict[str, dict[str, Any]]  # of each kind, the values by their keys

KINDS = get_args(Kind)
FOLDER = Path(".nnlab-progress")
FORMAT = 1


class Progress:
    """What was done in one notebook.

    Args:
        file: where it is kept; None for memory alone. A file that is not of this
            format is set aside before the first write.
    """

    def __init__(self, file: Path | None):
        self._file = file
        self.values = read(file)

    def keep(self, kind: Kind, key: str, value: Any) -> None:
        """Keep a JSON value; None forgets the one there is."""
        kept = {**self.values[kind], key: json.loads(json.dumps(value))}
        if value is None:
            del kept[key]
        self.values = {**self.values, kind: kept}
        if self._file is not None:
            with suppress(OSError, RecursionError):  # no folder to write in; too deep
                _write(self._file, self.values)


def keep(kind: Kind, key: str, value: Any) -> None:
    """Keep what was done in this notebook.

    Args:
        kind: "guesses", "exercises" or "tasks".
        key: what it was done with, such as the name of an exercise.
        value: any JSON value, in place of the one before; None forgets that.
    """
    _here().keep(kind, key, value)


def kept(kind: Kind, key: str) -> Any:
    """Return the value that is kept in this notebook; None if there is none."""
    return everything(kind).get(key)


def everything(kind: Kind) -> dict[str, Any]:
    """Return all values of a kind that are kept in this notebook, oldest key first."""
    return dict(_here().values[kind])


def elsewhere(notebook: str) -> Values:
    """Return what was done in another notebook of this folder, by kind.

    Args:
        notebook: its file name without the suffix, as in "01_data".
    """
    return read(_file_of(notebook) if served_notebook() else None)


def served_notebook() -> str:
    """Return the stem of the notebook that Jupyter serves to this kernel, or ""."""
    name = Path(os.environ.get("JPY_SESSION_NAME", ""))  # a path, set by the server
    return name.stem if name.suffix == ".ipynb" else ""


def read(file: Path | None) -> Values:
    """Return what a file keeps, by kind; nothing if it is not of this format."""
    found = _parsed(file) or {}
    return {kind: found.get(kind, {}) for kind in KINDS}


@cache
def _here() -> Progress:
    """Return the progress in the notebook of this kernel."""
    notebook = served_notebook()
    return Progress(_file_of(notebook) if notebook else None)


def _file_of(notebook: str) -> Path:
    return FOLDER.absolute() / f"{notebook}.json"


def _parsed(file: Path | None) -> Values | None:
    """Return the content of a file; None if there is none, or not of this format."""
    try:
        found = json.loads(file.read_bytes()) if file and file.is_file() else None
        sound = type(found["format"]) is int and found["format"] == FORMAT
        return {kind: dict(found[kind].items()) for kind in KINDS} if sound else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    except RecursionError:  # thousands of brackets
        return None


def _write(file: Path, values: Values) -> None:
    """Write the file; one that is not of this format is renamed, not lost."""
    if os.path.lexists(file) and _parsed(file) is None:
        file.rename(file.with_suffix(f".{secrets.token_hex(4)}.json"))
    file.parent.mkdir(exist_ok=True)
    text = json.dumps({"format": FORMAT, **values})
    write_whole(file, lambda out: out.write(f"{text}\n".encode()))
