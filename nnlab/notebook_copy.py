"""The learner's own copy of the notebooks, without the outputs that tell the answers.

A notebook is judged by its sources: the type and the text of each cell. A folder's
manifest keeps their SHA-256 as they were handed out. A notebook that still has these is
replaced by a newer version, and keeps its outputs if there is none; one with others is
never written to; one that is gone comes back.
"""

import json
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from nnlab.atomic import clear_parts, write_whole
from nnlab.errors import InputError, shown

HOME = Path(__file__).parent
CHECKOUT = HOME.parent / "notebooks"
SHIPPED = HOME / "notebooks"  # in a wheel
FIRST = "00_start_here.ipynb"
FOLDER = Path("nnlab-notebooks")
MANIFEST = ".nnlab.json"
FORMAT = 2


@dataclass(frozen=True)
class Handout:
    """What was done to the notebooks of a folder, by name."""

    folder: Path
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # the learner's, of which there is a newer version

    def __str__(self):
        done = {"added": self.added, "updated": self.updated}
        counts = [f"{len(names)} {verb}" for verb, names in done.items() if names]
        if self.kept:
            counts.append(
                f"left as you changed them: {', '.join(self.kept)} (for the new "
                "version, rename yours and start again)"
            )
        return f"Notebooks in {self.folder}: {', '.join(counts) or 'nothing new'}."


def originals() -> Path:
    """The folder of notebooks that came with this nnlab."""
    return SHIPPED if SHIPPED.is_dir() else CHECKOUT


def hand_out(source: Path, folder: Path) -> Handout:
    """Brings the notebooks of `folder` up to date with those of `source`.

    Nothing that the learner wrote is written over.

    Raises:
        InputError: `folder` is `source`, is a file, or cannot be written.
    """
    if folder.resolve() == source.resolve():
        raise InputError(
            "FOLDER",
            f"FOLDER={shown(str(folder))} has the originals, which stay as they are; "
            f"try nnlab start {FOLDER}.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _hand_out(source, folder)
    except FileExistsError:
        message = f"FOLDER={shown(str(folder))} is a file; try nnlab start {FOLDER}."
    except OSError as error:
        message = (
            f"FOLDER={shown(str(folder))} cannot be written "
            f"({error.strerror or error}); try nnlab start {Path.home() / FOLDER}."
        )
    raise InputError("FOLDER", message)


def _hand_out(source: Path, folder: Path) -> Handout:
    known = manifest(folder)
    hashes, fates = dict(known), {"added": (), "updated": (), "kept": (), "same": ()}
    for original in sorted(source.glob("*.ipynb")):
        name, new = original.name, original.read_bytes()
        fate = _renew(folder / name, new, known.get(name))
        if fate != "kept":
            hashes[name] = str(sources_hash(new))
        elif known.get(name) == sources_hash(new):
            fate = "same"  # the learner's, and there is no newer version
        fates[fate] += (name,)
    if hashes != known:  # last: a notebook without its hash counts as the learner's
        _write_manifest(folder, hashes)
    del fates["same"]
    return Handout(folder, **fates)


def _renew(path: Path, new: bytes, handed_out: str | None) -> str:
    """Writes a notebook that is missing or unchanged; returns what became of it."""
    fate = "added"
    clear_parts(path)
    if os.path.lexists(path):
        found = _found_hash(path)
        if found is not None and found == sources_hash(new):
            return "same"
        if found is None or found != handed_out:
            return "kept"
        fate = "updated"
    write_whole(path, lambda file: file.write(without_outputs(new)))
    return fate


def sources_hash(content: bytes) -> str | None:
    """The SHA-256 of what a notebook's cells are and say; None if it is no notebook."""
    try:
        cells = json.loads(content)["cells"]
        said = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return sha256(json.dumps(said).encode()).hexdigest()


def without_outputs(content: bytes) -> bytes:
    """A notebook as it is before any of its cells has run."""
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return f"{json.dumps(notebook, indent=1, ensure_ascii=False)}\n".encode()


def _found_hash(path: Path) -> str | None:
    """The hash of the notebook in this file; None if there is none in it."""
    return sources_hash(path.read_bytes()) if path.is_file() else None


def changed(folder: Path) -> list[str]:
    """The names of the notebooks whose sources are not as they were handed out."""
    handed_out = manifest(folder)
    found = {path.name: _found_hash(path) for path in folder.glob("*.ipynb")}
    return sorted(n for n in found if found[n] != handed_out.get(n, ""))


def manifest(folder: Path) -> dict[str, str]:
    """The hash of each notebook's sources as they were handed out; empty if that is not
    known."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
        known = found["notebooks"] if found["format"] == FORMAT else {}
        return {str(name): str(known[name]) for name in known}
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return {}


def _write_manifest(folder: Path, hashes: dict[str, str]) -> None:
    """Writes the manifest; one that could not be read is set aside, not lost."""
    path = folder / MANIFEST
    if path.exists() and not manifest(folder):
        path.rename(path.with_suffix(f".{secrets.token_hex(4)}.json"))
    text = json.dumps({"format": FORMAT, "notebooks": hashes}, indent=1)
    write_whole(path, lambda file: file.write(f"{text}\n".encode()))
