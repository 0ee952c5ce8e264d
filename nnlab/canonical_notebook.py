"""Notebooks in canonical form: run from a clean kernel, and without anything that
changes from run to run.

Widget states and model ids are left out; the picture and the one line of text of a Lab
stay, so that a page without a kernel still shows it. Code cells are counted from 1, as
a clean kernel counts them: nbval compares no output of a cell that has no count.
"""

import os
from copy import deepcopy
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from nnlab.atomic import write_whole
from nnlab.errors import InputError, shown
from nnlab.stills import TRAINED

WIDGET = "application/vnd.jupyter.widget-view+json"
BACKGROUND = "needs_background"  # what an output says of its image
METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def read(path: Path) -> nbformat.NotebookNode:
    """The notebook in this file. Raises `InputError` if there is none in it."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # whatever the file has, and in whatever form
        raise InputError(
            "PATH",
            f"PATH={shown(path.name)} is no notebook ({type(error).__name__}); nnlab "
            "notebooks takes paths of .ipynb.",
        ) from error


def write(path: Path, notebook: nbformat.NotebookNode) -> None:
    """Writes it, whole or not at all."""
    text = nbformat.writes(notebook).rstrip("\n")
    write_whole(path, lambda file: file.write(f"{text}\n".encode()))


def execute(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """The notebook with its outputs, from a kernel of its own in `folder`, and its Labs
    as trained."""
    fresh = deepcopy(notebook)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        fresh, timeout=120, resources=resources, coalesce_streams=True
    )
    served = "JPY_SESSION_NAME"  # of the notebook in which this may be called
    known = {name: value for name, value in os.environ.items() if name != served}
    client.execute(env={**known, **TRAINED})
    return fresh


def canonical(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with stable ids and outputs."""
    plain = deepcopy(notebook)
    plain.metadata = nbformat.from_dict(METADATA)
    plain.nbformat, plain.nbformat_minor = 4, 5
    count = 0
    for number, cell in enumerate(plain.cells):
        cell.id = f"cell-{number:02}"
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in ("tags",) if key in cell.metadata}
        )
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            plain_outputs = (_plain(output, count) for output in cell.outputs)
            cell.outputs = [one for one in plain_outputs if one.get("data", True)]
    return plain


def _plain(output: nbformat.NotebookNode, count: int) -> nbformat.NotebookNode:
    """An output with its cell's count, without the live widget, and of its metadata
    with what an image shows alone."""
    if "execution_count" in output:
        output.execution_count = count
    if "data" in output:
        alternatives = {
            kind: {"alt": known["alt"]}
            for kind, known in output.metadata.items()
            if kind in output.data and "alt" in known
        }
        kept = {k: v for k, v in output.metadata.items() if k == BACKGROUND}
        output.metadata = nbformat.from_dict({**alternatives, **kept})
        output.data.pop(WIDGET, None)
    return output
