"""What was measured of a run so far, ready to be drawn, and the axes that hold it."""

import numpy as np

from nnlab.backend import quiet, to_numpy
from nnlab.session.session import Session
from nnlab.views.drawing.colours import INK, PURPLE

POINTS = 160  # a longer history is thinned to so many points
PARTS = {"train": (INK, "-"), "validation": (PURPLE, (0, (4, 1.2)))}
Range = tuple[float, float]
Seen = dict[str, np.ndarray]


def measured(session: Session, over: str = "epochs") -> tuple[np.ndarray, Seen]:
    """When it was measured (points,), in "epochs", "steps" or "seconds" of training,
    and for each measure its least, median and most over seeds (3, points).

    The last point is now. A replica that has diverged counts as infinitely wrong, and
    one that has stopped early stays where it is.
    """
    trainer, history = session.trainer, session.trainer.history
    seeds = trainer.network.replicas
    length = len(history["step"])
    kept = np.unique(np.linspace(0, length - 1, min(length, POINTS)).astype(int))
    seen, penalty = {}, cost(session)
    for name, now in {**session.measure(), "penalty": penalty}.items():
        values = np.stack([*(history[name][i] for i in kept), now])
        values = np.where(np.isnan(values) & ~trainer.active, now, values)
        values = np.where(np.isfinite(values), values, session.worst(name))
        values = np.sort(values, axis=1)
        middle = values[:, (seeds - 1) // 2 : seeds // 2 + 1].mean(axis=1)
        seen[name] = np.stack([values[:, 0], middle, values[:, -1]])
    steps = [*(history["step"][i] for i in kept), trainer.steps_done]
    return _times(session, steps, over), seen


def to_come(session: Session, over: str = "epochs") -> tuple[np.ndarray, Seen]:
    """When a run that was rewound is measured again on its recorded way (points,), as
    in `measured`, and for each measure its median over seeds (points,). The first point
    is now; there is no other at the end of the way."""
    later = session.later
    count = len(later.get("step", ()))
    kept = np.unique(np.linspace(0, count - 1, min(count, POINTS)).astype(int))
    steps = [session.trainer.steps_done, *(later["step"][i] for i in kept)]
    seen = {}
    for name, now in {**session.measure(), "penalty": cost(session)}.items():
        values = np.stack([now, *(later[name][i] for i in kept)])
        for before, after in zip(values, values[1:]):
            after[np.isnan(after)] = before[np.isnan(after)]  # of those that stopped
        values = np.where(np.isfinite(values), values, session.worst(name))
        seen[name] = np.median(values, axis=1)
    return _times(session, steps, over), seen


def bests(session: Session, over: str = "epochs") -> tuple[np.ndarray, np.ndarray]:
    """When each replica was best by early stopping (known,), first to last, as in
    `measured`, and its validation loss then (known,): for one that has stopped those of
    its network now. Those of which it is not known, since other samples came, are left
    out."""
    record = session.trainer.record
    known = np.flatnonzero(record.best >= 0)
    order = known[np.argsort(record.best[known], kind="stable")]
    steps = [record.entries["step"][entry] for entry in record.best[order]]
    return _times(session, steps, over), record.watch.best[order]


def cost(session: Session) -> np.ndarray:
    """What the weights of each replica cost now (R,), apart from the loss."""
    with quiet():
        return to_numpy(session.trainer.update.penalty())


def _times(session: Session, steps: list[int], over: str) -> np.ndarray:
    """Some steps, as times."""
    if over == "seconds":
        return session.seconds_at(steps)
    return (
        session.trainer.batches.epochs(steps) if over == "epochs" else np.array(steps)
    )


def _losses(seen: Seen) -> Range:
    """The least and the greatest loss that is a number above 0."""
    losses = np.concatenate([seen[f"{part}_loss"] for part in PARTS], axis=1)
    finite = losses[np.isfinite(losses) & (losses > 0)]
    return (finite.min(), finite.max()) if len(finite) else (0.1, 1.0)


def _penalties(seen: Seen) -> Range:
    """From nothing to the greatest penalty that is a number."""
    some = seen["penalty"]
    return 0.0, some[np.isfinite(some)].max(initial=0.0)


ENDS = {"loss": _losses, "penalty": _penalties}  # of axes that widen


def limits(what: str, seen: Seen) -> Range:
    """Axes for the "loss" or the "penalty" with some room, to a quarter of a decade: so
    a little more or less asks for the same axes."""
    low, high = ENDS[what](seen)
    top = float(10 ** (np.ceil(4 * np.log10((high or 0.5) * 1.5)) / 4))
    return (float(10 ** (np.floor(4 * np.log10(low / 2)) / 4)) if low else 0.0), top
