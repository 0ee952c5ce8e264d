"""A checkpoint is all that a run needs to go on as if it had never been interrupted.

It is one file: a `.npz` of arrays, with the rest as JSON inside. It is written beside
its place and then put there, so that whatever happens there is an old one or a new one,
never half of one.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile
from zlib import crc32

import numpy as np

from nnlab.atomic import write_whole
from nnlab.backend import to_numpy
from nnlab.engine.adaptive import OPTIMIZERS
from nnlab.engine.optimizers import Optimizer
from nnlab.engine.snapshot import owners, vectors
from nnlab.engine.trainer import Change, Trainer
from nnlab.errors import InputError

FORMAT = 1  # the version of the file's form
Facts = dict[str, Any]
HISTORY = "history "  # begins the names of what was measured


def save_checkpoint(trainer: Trainer, path: str | Path) -> None:
    """Writes where `trainer` is to the file `path`."""
    path = Path(path)
    arrays = vectors(trainer)
    arrays |= {name: getattr(owner, name) for name, owner in owners(trainer).items()}
    for name, values in trainer.history.items():
        arrays[HISTORY + name] = np.stack(values)
    arrays = {name: to_numpy(array) for name, array in arrays.items()}
    facts = json.dumps(_facts(trainer))
    write_whole(path, lambda file: np.savez(file, json=facts, **arrays))


def load_checkpoint(trainer: Trainer, path: str | Path) -> None:
    """Puts `trainer` where the one was that wrote `path`; it must be made alike.

    Raises:
        InputError: for a file that is no checkpoint, or one of another run; then the
            trainer is as it was.
    """
    stored, xp = _read(Path(path)), trainer.network.xp
    facts = json.loads(str(stored.pop("json")))
    _compare(facts["kind"], _kind(trainer), Path(path).name)
    optimizer = _optimizer(trainer, facts["optimizer"])  # nothing is refused below
    trainer.update.use(optimizer, 0)
    for name, vector in vectors(trainer).items():
        vector[...] = xp.asarray(stored[name])
    for name, owner in owners(trainer).items():
        count = isinstance(getattr(owner, name), int)
        setattr(owner, name, int(stored[name]) if count else stored[name])
    trainer.batches.go_to(facts["order"])
    begins = facts.get("begins", [(0, 0.0)])  # older files are of the same samples
    trainer.batches.begins = [(step, done) for step, done in begins]
    trainer.noise.go_to(*facts["noise"])
    trainer.changes = [_change(trainer, *change) for change in facts["changes"]]
    trainer.record.entries = {
        name.removeprefix(HISTORY): [*values]
        for name, values in stored.items()
        if name.startswith(HISTORY)
    }


def _facts(trainer: Trainer) -> Facts:
    """All that is no array."""
    return {
        "format": FORMAT,
        "kind": _kind(trainer),
        "optimizer": _named(trainer.optimizer),
        "order": trainer.batches.states,
        "begins": trainer.batches.begins,
        "noise": [trainer.noise.before, trainer.noise.next],
        "changes": [
            (step, field, _named(value) if isinstance(value, Optimizer) else value)
            for step, field, value in trainer.changes
        ],
    }


def _kind(trainer: Trainer) -> Facts:
    """What two runs must have in common for one to go on from the other."""
    network = trainer.network
    x, y = map(to_numpy, trainer.parts["train"])
    schedule = trainer.update.schedule
    return {
        "network": repr(network),
        "layers": [_words(layer) for layer in network.layers],
        "seeds": network.seeds,
        "dtype": str(np.dtype(network.dtype)),
        "loss": _words(trainer.loss),
        "batch_size": trainer.batch_size,
        "regularizers": [_words(rule) for rule in trainer.update.regularizers],
        "clip": _words(trainer.update.clip),
        "schedule": getattr(schedule, "__qualname__", repr(schedule)),
        "stopping": _words(trainer.record.stopping),
        "samples": crc32(y.tobytes(), crc32(x.tobytes())),
    }


def _words(part: object) -> str:
    """A part with its numbers; one of a learner's own that does not say them, by the
    name of its class."""
    silent = type(part).__repr__ is object.__repr__
    return type(part).__name__ if silent else repr(part)


def _compare(theirs: Facts, ours: Facts, file: str) -> None:
    for what, value in ours.items():
        if theirs[what] != value:
            raise InputError(
                "path",
                f"{file} is of another run: its {what} is {theirs[what]}, not {value}; "
                "make the trainer as that one was made.",
            )


def _read(path: Path) -> dict[str, np.ndarray]:
    """What lies in the file, if it is a checkpoint that this nnlab can read."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            stored = {name: arrays[name] for name in arrays.files}
        version = json.loads(str(stored["json"]))["format"]
    except (ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise InputError(
            "path",
            f"{path.name} is no checkpoint ({type(error).__name__}); give a file that "
            "save_checkpoint wrote.",
        ) from None
    if version != FORMAT:
        raise InputError(
            "path",
            f"{path.name} has format {version!r}; this nnlab reads format {FORMAT}.",
        )
    return stored


def _named(optimizer: Optimizer) -> Facts:
    """An optimizer as JSON: its class, and its numbers."""
    values = {
        name: value
        for name, value in vars(optimizer).items()
        if not callable(value)  # a learner's own rule is code, and is not stored
    }
    return {"name": type(optimizer).__name__, **values}


def _optimizer(trainer: Trainer, named: Facts) -> Optimizer:
    """The optimizer that was stored: one of ours, or that of the trainer."""
    kinds = {kind.__name__: kind for kind in OPTIMIZERS.values()}
    name, values = named["name"], {k: v for k, v in named.items() if k != "name"}
    if name in kinds:
        stored: Optimizer = kinds[name](**values)
        return stored
    if name != type(trainer.optimizer).__name__:
        raise InputError(
            "path",
            f"the checkpoint trains with {name}, which is code; make the trainer with "
            f"that {name}.",
        )
    made: Optimizer = replace(trainer.optimizer, **values)
    return made


def _change(trainer: Trainer, step: int, field: str, value: Any) -> Change:
    """A live change as the trainer keeps it; of an optimizer that is code, and not at
    hand, the name."""
    if isinstance(value, dict):
        try:
            value = _optimizer(trainer, value)
        except InputError:
            value = value["name"]
    return step, field, value
