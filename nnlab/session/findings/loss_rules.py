"""What the losses of a run show: a step that is too large, overfitting, no progress."""

import numpy as np

from nnlab.backend import to_numpy
from nnlab.diagnostics.edge_of_stability import stability
from nnlab.session.findings.finding import (
    Finding,
    epochs_text,
    number_text,
)
from nnlab.session.findings.loss_course import LEARNED, Course, most

SWINGING = 20  # epochs that a loss must swing: some find their way at first
SWING = 0.1  # mean change back and forth per epoch, as a share of chance
RISES = 0.25  # share of epochs in which a swinging loss rises
PRODUCTS = 3  # Hessian products spent on the sharpness, of which it is a lower bound
CHANCE_STEPS = 400  # steps at chance: what learns at all has left it by then
PLATEAU_STEPS, PLATEAU_SHARE = 500, 0.5  # how long, in steps and as a share of the run
LEVEL = 0.03  # share of chance by which a loss on a plateau may differ
MOVED = 0.05  # share of their size by which weights move that hardly move
WORSE, WORSE_BY = 0.1, 1.15  # a validation loss is worse: share of chance, and ratio
LASTING = 5  # last epochs in all of which the validation loss is worse


def step_too_large(course: Course) -> Finding | None:
    """Find a loss that swings up and down: its steps overshoot."""
    change = np.diff(course.recent, axis=0)
    if len(change) < SWINGING:
        return None
    back = np.abs(change).sum(axis=0) - np.abs(change.sum(axis=0))
    swings = back / len(change) > SWING
    swings &= (change > 0).mean(axis=0) > RISES
    if not most(swings):
        return None
    rises = np.median((change > 0).sum(axis=0)[swings])
    size = np.median(np.abs(change).mean(axis=0)[swings]) * course.chance
    why, view = _overshooting(course)
    return Finding(
        "step too large",
        f"The training loss swings up and down{course.count(swings)}: it rose in "
        f"{rises:.0f} of the last {len(change)} epochs, and changed by "
        f"{number_text(size)} an epoch, {why}, as {view} shows.",
        view,
    )


def _overshooting(course: Course) -> tuple[str, str]:
    """Return why steps overshoot, in words, and the view that shows it."""
    rate = course.session.experiment.learning_rate
    why = f"because steps with learning_rate={rate:g} go too far"
    measured = sharpness(course)
    value, limit = (np.median(np.atleast_1d(n)[course.alive]) for n in measured)
    if not value > limit:  # mini-batches that differ, or no limit is known
        return why, "Curves"
    used = f"{value / limit:.0%} of their limit {number_text(limit)}"
    return f"{why}: the sharpness is {used}", "Stability"


def sharpness(course: Course) -> tuple[np.ndarray, np.ndarray]:
    """Return a lower bound of the sharpness, and its limit, of each network (seeds,).

    The first direction is the latest gradient, along which an unstable step swings.
    """
    trainer = course.session.trainer
    measured = stability(trainer, trainer.gradient)
    found = next(measured)
    for _ in range(PRODUCTS - 1):
        if (found.sharpness <= found.limit).any():  # more products can only raise it
            found = next(measured, found)
    return found.sharpness, found.limit


def validation_turns(course: Course) -> Finding | None:
    """Find a validation loss that rises again while the training loss falls."""
    loss, networks = course.validation, range(course.alive.sum())
    best = loss.argmin(axis=0)
    lowest, now = loss[best, networks], loss[-LASTING:].min(axis=0)
    turned = now > np.maximum(lowest + WORSE, lowest * WORSE_BY)
    turned &= course.level() < course.train[best, networks]
    turned &= lowest < LEARNED
    if not most(turned):
        return None
    low, high = (np.median(n[turned]) for n in (lowest, loss[-LASTING:].mean(axis=0)))
    before, after = (number_text(n * course.chance) for n in (low, high))
    times, epoch = number_text(high / low), epochs_text(course.epochs[best][turned])
    return Finding(
        "validation turns",
        f"The validation loss was lowest, {before}, at epoch {epoch}, and is {after} "
        f"now, {times} times as much{course.count(turned)}, while the training loss "
        "still fell: what is learned since then holds for the training samples alone, "
        "as Curves shows.",
        "Curves",
    )


def at_chance(course: Course) -> Finding | None:
    """Find a loss that is as at the start, or never was better than at chance."""
    loss = course.level()
    begun = (course.train.min(axis=0) <= LEARNED) & (course.train[0] > loss + LEVEL)
    unlearned = course.stuck & ~course.falling & ~begun
    if course.steps < CHANCE_STEPS or not most(unlearned):
        return None
    return Finding(
        "at chance",
        f"After {course.steps} steps the training loss is still "
        f"{number_text(np.median(loss[unlearned]) * course.chance)}"
        f"{course.count(unlearned)}, and always giving the same answer would make it "
        f"{number_text(course.chance)}, because {_why_unlearned(course)}, as the level "
        "line in Curves shows.",
        "Curves",
    )


def _why_unlearned(course: Course) -> str:
    """Return in words why nothing was learned, by how far the weights have moved."""
    session = course.session
    before = to_numpy(session.tape.snapshots[0].vectors["parameters"])
    now = to_numpy(session.trainer.network.parameters)
    moved, size = (np.linalg.norm(v, axis=-1) for v in (now - before, before))
    share = float(np.median(np.atleast_1d(moved / size)[course.alive]))
    if not share < MOVED:
        return "no step has found a use for the inputs"
    rate = session.experiment.learning_rate
    return (
        f"steps with learning_rate={rate:g} are so short that the weights have moved "
        f"by {number_text(100 * share)} % in all"
    )


def plateau(course: Course) -> Finding | None:
    """Find a loss that fell, and then has not moved for long, far from a good place."""
    still, whole = _still(course), course.epochs[-1] - course.epochs[0]
    steps = still * course.steps / whole
    long = (steps >= PLATEAU_STEPS) & (still >= PLATEAU_SHARE * whole)
    fell = course.train[0] > course.level() + LEVEL
    flat = course.stuck & long & fell & (course.train.min(axis=0) <= LEARNED)
    if not most(flat):
        return None
    loss = number_text(np.median(course.level()[flat]) * course.chance)
    name = "accuracy" if course.session.judged_by == "accuracy" else "R²"
    network, neighbors = course.scores
    return Finding(
        "plateau",
        f"The training loss fell to {loss}{course.count(flat)}, and has not moved for "
        f"the last {np.median(still[flat]):.0f} of {whole:.0f} epochs, although more "
        f"can be learned ({name} {network:.2f}, and {neighbors:.2f} by the nearest "
        "neighbours of each sample): these weights lie where the loss is flat, or such "
        "a network can do no better, as the level line in Curves shows.",
        "Curves",
    )


def _still(course: Course) -> np.ndarray:
    """Return for how many epochs each loss (alive,) has been at its present level."""
    moved = np.abs(course.train - course.level()) > LEVEL
    last = len(moved) - 1 - moved[::-1].argmax(axis=0)
    since = np.where(moved.any(axis=0), np.minimum(last + 1, len(moved) - 1), 0)
    return course.epochs[-1] - course.epochs[since]
