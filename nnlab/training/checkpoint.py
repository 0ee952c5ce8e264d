"""A checkpoint stores everything needed to resume a run as if it had not stopped.

It is one file: a `.npz` of arrays, with everything else as JSON inside. It is written
to a temporary file and then renamed, so that the target is always either the old or the
new file, complete.
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

FORMAT = 1  # version of the file format
Facts = dict[str, Any]
HISTORY = "history "  # prefix of the arrays of the history


def save_checkpoint(trainer: Trainer, path: str | Path) -> None:
    """Save the state of `trainer` to the file `path`.

    Args:
        trainer: the trainer.
        path: file to write, in NumPy's `.npz` format; an existing one is replaced.

    Raises:
        InputError: if `trainer` is not a trainer.
    """
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
    """Restore the state saved in `path`, in place; `trainer` must be built alike.

    Args:
        trainer: a trainer with the same network, data and rules as the saved one.
        path: file written by `save_checkpoint`.

    Raises:
        InputError: for a file that is not a checkpoint, is damaged, or belongs to
            another run; the trainer is then unchanged.
        OSError: if the file cannot be opened.
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
    """Restore all state; raises an arbitrary exception for contents that do not fit."""
    xp = trainer.network.xp
    stored.setdefault("entry", np.full(trainer.network.lead, -1))  # not in old files
    trainer.update.use(_optimizer(trainer, facts["optimizer"]), 0)
    _check_arrays(trainer, stored)
    for name, vector in vectors(trainer).items():
        vector[...] = xp.asarray(stored[name])
    for name, owner in owners(trainer).items():
        count = isinstance(getattr(owner, name), int)
        setattr(owner, name, int(stored[name]) if count else stored[name])
    trainer.batches.go_to(facts["order"])
    begins = facts.get("begins", [(0, 0.0)])  # missing in older files
    trainer.batches.begins = [(step, done) for step, done in begins]
    states, following = facts["noise"]
    if not 0 <= following <= trainer.noise.ahead:
        raise ValueError(f"noise is at {following} of {trainer.noise.ahead} steps")
    trainer.noise.go_to(states, following)
    trainer.changes = [_change(trainer, *change) for change in facts["changes"]]
    trainer.record.entries = {
        name: [*stored[HISTORY + name]] for name in trainer.record.entries
    }


def _check_arrays(trainer: Trainer, stored: dict[str, np.ndarray]) -> None:
    """Raise a `ValueError` for an array of the wrong shape or kind of dtype."""
    places = {name: getattr(owner, name) for name, owner in owners(trainer).items()}
    for name, place in (vectors(trainer) | places).items():
        like, found = to_numpy(place), stored[name]
        shape = like.shape
        if name == "rows":  # of the latest mini-batch, whose size varies
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
    """Raise a `ValueError` unless `found` has this shape and kind of dtype."""
    if found.shape != shape or found.dtype.kind != kind:
        raise ValueError(f"{name} has {found.dtype} of shape {found.shape}")


def _facts(trainer: Trainer) -> Facts:
    """Return everything that is stored as JSON."""
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
    """Return everything that must be equal in two runs for one to resume the other."""
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
    """Return the `repr` of a part, or its class name if it defines no `repr`."""
    silent = type(part).__repr__ is object.__repr__
    return type(part).__name__ if silent else repr(part)


def _compare(theirs: Facts, ours: Facts, file: str) -> None:
    """Raise an `InputError` if the stored run differs from this one."""
    for what, value in ours.items():
        if theirs[what] != value:
            raise InputError(
                "path",
                f"{file} is of another run: its {what} is {theirs[what]}, not {value}; "
                "make the trainer as that one was made.",
            )


def _read(path: Path) -> tuple[Facts, dict[str, np.ndarray]]:
    """Return the facts and the arrays in the file.

    Raises:
        InputError: for a file that is not a checkpoint, or is of another format
            version.
    """
    with open(path, "rb") as file:
        try:
            with np.load(file, allow_pickle=False) as arrays:
                stored = {name: arrays[name] for name in arrays.files}
            facts = json.loads(str(stored.pop("json")))
            version = facts["format"]
        except Exception as error:  # unpacking a damaged file may raise anything
            raise _no_checkpoint(path, error) from None
    if version != FORMAT:
        raise InputError(
            "path",
            f"{path.name} has format {version!r}; this nnlab reads format {FORMAT}.",
        )
    return facts, stored


def _no_checkpoint(path: Path, error: Exception) -> InputError:
    """Return the error for a file that is not a checkpoint or is damaged."""
    return InputError(
        "path",
        f"{path.name} is no checkpoint, or damaged ({type(error).__name__}: {error}); "
        "give a file that save_checkpoint wrote.",
    )


def _named(optimizer: Optimizer) -> Facts:
    """Return an optimizer as JSON: its class name and its numbers."""
    values = {
        name: value
        for name, value in vars(optimizer).items()
        if not callable(value)  # a user-defined rule is code, and is not stored
    }
    return {"name": type(optimizer).__name__, **values}


def _optimizer(trainer: Trainer, named: Facts) -> Optimizer:
    """Return the stored optimizer: one of `OPTIMIZERS`, or the trainer's custom one."""
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
    """Return a live change with its optimizer restored, or the name of a custom one."""
    if isinstance(value, dict):
        try:
            value = _optimizer(trainer, value)
        except InputError:
            value = value["name"]
    return step, field, value
