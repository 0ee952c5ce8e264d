"""What a notebook says where a name is missing: which of its cells makes the name.

A kernel knows its notebook by the environment variable JPY_SESSION_NAME, which Jupyter
sets. Elsewhere, and where no cell makes the name, an error is shown as always.
"""

import json
import os
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from IPython import get_ipython
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell

SESSION = "JPY_SESSION_NAME"
LONGEST = 60  # letters of a line of code that are shown


@dataclass(frozen=True)
class Cell:
    """A code cell, with the last heading above it."""

    id: str
    source: str
    heading: str

    def makes(self, name: str) -> bool:
        """Whether to run it binds this name in the notebook."""
        try:
            plain = TransformerManager().transform_cell(self.source)  # no magics
            symbol = symtable.symtable(plain, "cell", "exec").lookup(name)
        except (SyntaxError, KeyError, ValueError):
            return False
        return symbol.is_assigned() or symbol.is_imported()

    def __str__(self) -> str:
        first = next(filter(None, map(str.strip, self.source.splitlines())))
        begins = first if len(first) <= LONGEST else f"{first[: LONGEST - 1]}…"
        below = f", under the heading “{self.heading}”" if self.heading else ""
        return f"the cell that begins `{begins}`{below}"


def install() -> None:
    """Have this kernel say which cell makes a name that is missing. It does so only if
    it belongs to a notebook, and if nobody else handles errors."""
    shell = get_ipython()
    if shell is None or SESSION not in os.environ or shell.custom_exceptions:
        return
    shell.set_custom_exc((NameError,), _explain)


def _explain(
    shell: InteractiveShell,
    kind: type[NameError],
    error: NameError,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Show the traceback as always, with a note on the cell to run."""
    if kind is NameError and _is_of_notebook(trace, shell.user_ns):
        if note := hint(error.name, Path(os.environ[SESSION]), _running(shell)):
            error.add_note(note)
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


def _is_of_notebook(trace: TracebackType, names: dict[str, Any]) -> bool:
    """Whether the error arose in code of a cell."""
    while trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_globals is names


def _running(shell: InteractiveShell) -> str:
    """The id of the cell that runs; empty if the page does not tell it."""
    try:
        return str(shell.get_parent()["metadata"]["cellId"])
    except (AttributeError, LookupError):
        return ""


def hint(name: str, notebook: Path, running: str) -> str:
    """A sentence that says which cell of a notebook makes a name; empty if none does.

    That is the nearest one above the cell that runs, or else the first below it.
    """
    try:
        cells = [*code_cells(json.loads(notebook.read_bytes()))]
    except Exception:  # whatever the file has: the error itself is to be shown
        return ""
    at = next((i for i, cell in enumerate(cells) if cell.id == running), len(cells))
    for cell in [*reversed(cells[:at]), *cells[at + 1 :]]:
        if cell.makes(name):
            return f"{name} is made in {cell}: run that one first."
    return ""


def code_cells(notebook: dict[str, Any]) -> Iterator[Cell]:
    """The code cells of a notebook, in their order."""
    heading = ""
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            yield Cell(cell.get("id", ""), source, heading)
        for line in source.splitlines() if cell["cell_type"] == "markdown" else ():
            heading = line.strip("# ") if line.startswith("#") else heading
