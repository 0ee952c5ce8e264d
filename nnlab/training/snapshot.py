"""A snapshot holds everything needed to resume a run from one step, in memory.

Vectors are changed in place, so they are copied. Everything else is replaced rather
than modified, so keeping a reference is enough.
"""

from dataclasses import dataclass
from math import prod
from typing import Any

from nnlab.backend import Array, Named, Space
from nnlab.engine.layers import Layer
from nnlab.training.surgery import exchange
from nnlab.training.trainer import Trainer

RULES = ("optimizer", "regularizers", "clip", "schedule")
BESIDE = 2_000  # approximate bytes of a snapshot without its vectors


@dataclass(frozen=True)
class Snapshot:
    """State of a run at one step.

    Attributes:
        step: number of steps done.
        vectors: copies of the vectors, by name.
        kept: other numbers, by name.
        rules: optimizer, regularizers, clipping and schedule.
        layers: layers of the network.
        random: state of the sample order, state of the noise, and position in it.
        entries: number of entries in the history.
        changes: number of live changes so far.
        size: approximate size in bytes.
    """

    step: int
    vectors: Named
    kept: dict[str, Any]
    rules: dict[str, Any]
    layers: tuple[Layer, ...]
    random: tuple[Any, Any, int]
    entries: int
    changes: int
    size: int


def take(trainer: Trainer) -> Snapshot:
    """Return a snapshot of the trainer."""
    xp, update, noise = trainer.network.xp, trainer.update, trainer.noise
    copies = {k: xp.asarray(v, copy=True) for k, v in vectors(trainer).items()}
    return Snapshot(
        trainer.steps_done,
        copies,
        {name: getattr(owner, name) for name, owner in owners(trainer).items()},
        {name: getattr(update, name) for name in RULES},
        trainer.network.layers,
        (trainer.batches.states, noise.before, noise.next),
        len(trainer.history["step"]),
        len(trainer.changes),
        BESIDE + sum(_bytes(xp, vector) for vector in copies.values()),
    )


def put(trainer: Trainer, snapshot: Snapshot) -> None:
    """Restore the trainer to a snapshot of the same run, in place.

    The history and the list of live changes are not restored.
    """
    trainer.update.use(snapshot.rules["optimizer"], 0)
    for name, rule in snapshot.rules.items():
        setattr(trainer.update, name, rule)
    if trainer.network.layers is not snapshot.layers:
        exchange(trainer.network, snapshot.layers)
    for name, vector in vectors(trainer).items():
        vector[...] = snapshot.vectors[name]
    for name, owner in owners(trainer).items():
        setattr(owner, name, snapshot.kept[name])
    order, before, following = snapshot.random
    trainer.batches.go_to(order)
    if trainer.noise.before is not before:
        trainer.noise.go_to(before, following)
    trainer.noise.next = following


def vectors(trainer: Trainer) -> Named:
    """Return the arrays that are changed in place, by name."""
    network, update, watch = trainer.network, trainer.update, trainer.record.watch
    found = {"parameters": network.parameters, "state": network.state}
    found |= {f"moment {name}": moment for name, moment in update.moments.items()}
    if watch:
        found |= {"best parameters": watch.vectors[0], "best state": watch.vectors[1]}
    found |= {"gradient": update.gradient, "last_loss": trainer.last_loss}
    return {**found, "running": trainer.record.running}


def owners(trainer: Trainer) -> dict[str, object]:
    """Return the object that has the attribute, for all other numbers by name."""
    of_trainer = dict.fromkeys(["steps_done", "rows"], trainer)
    of_order = dict.fromkeys(["epoch", "order"], trainer.batches)
    counts = ["best", "entry", "waited", "active"]
    of_watch = dict.fromkeys(counts, trainer.record.watch)
    owners = {**of_trainer, **of_order, **of_watch, "began": trainer.update}
    return {name: owner for name, owner in owners.items() if owner is not None}


def _bytes(xp: Space, vector: Array) -> int:
    """Return the size of an array in bytes."""
    return int(prod(vector.shape) * xp.finfo(vector.dtype).bits // 8)
