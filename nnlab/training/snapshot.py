"""Where a run is: all that it needs to go on from there as if nothing had been between.

Vectors are changed in place, so they are copied. All else that changes is replaced by
something new when it does, so it is enough to keep hold of it.
"""

from dataclasses import dataclass
from math import prod
from typing import Any

from nnlab.backend import Array, Named, Space
from nnlab.engine.layers import Layer
from nnlab.training.surgery import exchange
from nnlab.training.trainer import Trainer

RULES = ("optimizer", "regularizers", "clip", "schedule")
BESIDE = 2_000  # bytes of a snapshot that are no vector, about


@dataclass(frozen=True)
class Snapshot:
    """One moment of a run.

    Attributes:
        step: how many steps had been made.
        vectors: copies, by name.
        kept: the other numbers, by name.
        rules: the optimizer, the regularizers, the clipping and the schedule.
        layers: those of the network, which may have had other numbers.
        random: the states of the generators, and where in the noise it was.
        entries: how many entries the history had.
        changes: how many live changes there had been.
        size: how many bytes it takes, about.
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
    """Where the trainer is."""
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
    """Puts the trainer, which has come from there or is going there, where it was; its
    history and its live changes are not touched."""
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
    """The arrays that keep their identity and are changed in place."""
    network, update, watch = trainer.network, trainer.update, trainer.record.watch
    found = {"parameters": network.parameters, "state": network.state}
    found |= {f"moment {name}": moment for name, moment in update.moments.items()}
    if watch:
        found |= {"best parameters": watch.vectors[0], "best state": watch.vectors[1]}
    found |= {"gradient": update.gradient, "last_loss": trainer.last_loss}
    return {**found, "running": trainer.record.running}


def owners(trainer: Trainer) -> dict[str, object]:
    """All other numbers by name, with the object that has them."""
    of_trainer = dict.fromkeys(["steps_done", "rows"], trainer)
    of_order = dict.fromkeys(["epoch", "order"], trainer.batches)
    counts = ["best", "entry", "waited", "active"]
    of_watch = dict.fromkeys(counts, trainer.record.watch)
    owners = {**of_trainer, **of_order, **of_watch, "began": trainer.update}
    return {name: owner for name, owner in owners.items() if owner is not None}


def _bytes(xp: Space, vector: Array) -> int:
    return int(prod(vector.shape) * xp.finfo(vector.dtype).bits // 8)
