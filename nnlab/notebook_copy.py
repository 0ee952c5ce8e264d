"""The learner's own copy of the notebooks.

A folder's manifest keeps the SHA-256 of every notebook as it was handed out. One that
still has it is replaced by a newer version; one that was changed (to run and save it
is enough) is never written to; one that is gone comes back.
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
FORMAT = 1


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
        InputError: `folder` is a file, or cannot be written.
    """
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
            hashes[name] = _hash(new)
        elif known.get(name) == _hash(new):
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
        found = path.read_bytes() if path.is_file() else None
        if found == new:
            return "same"
        fate = "updated"
        if found is None or _hash(found) != handed_out:
            return "kept"
    write_whole(path, lambda file: file.write(new))
    return fate


def changed(folder: Path) -> list[str]:
    """The names of the notebooks that are no longer as they were handed out."""
    handed_out = manifest(folder)
    found = {path.name: _hash(path.read_bytes()) for path in folder.glob("*.ipynb")}
    return sorted(name for name in found if found[name] != handed_out.get(name))


def manifest(folder: Path) -> dict[str, str]:
    """The hash of each notebook as it was handed out; empty if that is not known."""
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


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
