"""A checkpoint is all that a run needs to go on as if it had never been interrupted.

It is one file: a `.npz` of arrays, with the rest as JSON inside. It is written beside
its place and then put there, so that whatever happens there is an old one or a new one,
never half of one.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from nnlab.atomic import write_whole
from nnlab.backend import to_numpy
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.errors import InputError, need
from nnlab.training.snapshot import owners, put, take, vectors
from nnlab.training.trainer import Change, Trainer

FORMAT = 1  # the version of the file's form
Facts = dict[str, Any]
HISTORY = "history "  # begins the names of what was measured


def save_checkpoint(trainer: Trainer, path: str | Path) -> None:
    """Writes where `trainer` is to the file `path`."""
    need("trainer", trainer, Trainer, "a trainer", "Experiment().trainer()")
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
        InputError: for a file that is no checkpoint, is damaged, or is one of another
            run; then the trainer is as it was.
    """
    need("trainer", trainer, Trainer, "a trainer", "Experiment().trainer()")
    path = Path(path)
    facts, stored = _read(path)
    before, entries = take(trainer), trainer.record.entries
    begins, changes = trainer.batches.begins, trainer.changes
    try:
        _compare(facts["kind"], _kind(trainer), path.name)
        _fill(trainer, facts, stored)
    except Exception as error:
        put(trainer, before)
        trainer.batches.begins, trainer.changes = begins, changes
        trainer.record.entries = entries
        if isinstance(error, InputError):
            raise
        raise _no_checkpoint(path, error) from None


def _fill(trainer: Trainer, facts: Facts, stored: dict[str, np.ndarray]) -> None:
    """Puts the trainer there; what does not fit raises some error, on the way."""
    xp = trainer.network.xp
    stored.setdefault("entry", np.full(trainer.network.lead, -1))  # older ones lack it
    trainer.update.use(_optimizer(trainer, facts["optimizer"]), 0)
    _check_arrays(trainer, stored)
    for name, vector in vectors(trainer).items():
        vector[...] = xp.asarray(stored[name])
    for name, owner in owners(trainer).items():
        count = isinstance(getattr(owner, name), int)
        setattr(owner, name, int(stored[name]) if count else stored[name])
    trainer.batches.go_to(facts["order"])
    begins = facts.get("begins", [(0, 0.0)])  # older files are of the same samples
    trainer.batches.begins = [(step, done) for step, done in begins]
    states, following = facts["noise"]
    if not 0 <= following <= trainer.noise.steps:
        raise ValueError(f"noise is at {following} of {trainer.noise.steps} steps")
    trainer.noise.go_to(states, following)
    trainer.changes = [_change(trainer, *change) for change in facts["changes"]]
    trainer.record.entries = {
        name: [*stored[HISTORY + name]] for name in trainer.record.entries
    }


def _check_arrays(trainer: Trainer, stored: dict[str, np.ndarray]) -> None:
    """Raises a `ValueError` for an array that does not fit into its place."""
    places = {name: getattr(owner, name) for name, owner in owners(trainer).items()}
    for name, place in (vectors(trainer) | places).items():
        like, found = to_numpy(place), stored[name]
        shape = like.shape
        if name == "rows":  # of the latest mini-batch, which may be any
            shape = (*like.shape[:-1], min(found.shape[-1], trainer.batch_size))
        _check_array(name, found, shape, like.dtype.kind)
    count = len(stored[HISTORY + "step"])
    for name, values in trainer.record.entries.items():
        like = to_numpy(values[0])
        _check_array(
            name, stored[HISTORY + name], (count, *like.shape), like.dtype.kind
        )


def _check_array(
    name: str, found: np.ndarray, shape: tuple[int, ...], kind: str
) -> None:
    if found.shape != shape or found.dtype.kind != kind:
        raise ValueError(f"{name} has {found.dtype} of shape {found.shape}")


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


def _read(path: Path) -> tuple[Facts, dict[str, np.ndarray]]:
    """The facts and the arrays in the file, if it is a checkpoint that this nnlab can
    read."""
    with open(path, "rb") as file:
        try:
            with np.load(file, allow_pickle=False) as arrays:
                stored = {name: arrays[name] for name in arrays.files}
            facts = json.loads(str(stored.pop("json")))
            version = facts["format"]
        except Exception as error:  # whatever unpacking a damaged file may raise
            raise _no_checkpoint(path, error) from None
    if version != FORMAT:
        raise InputError(
            "path",
            f"{path.name} has format {version!r}; this nnlab reads format {FORMAT}.",
        )
    return facts, stored


def _no_checkpoint(path: Path, error: Exception) -> InputError:
    """The error for a file that is none, or damaged."""
    return InputError(
        "path",
        f"{path.name} is no checkpoint, or damaged ({type(error).__name__}: {error}); "
        "give a file that save_checkpoint wrote.",
    )


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
