"""Why networks no longer train: they diverged, or have stopped early."""

from bisect import bisect_left

import numpy as np

from nnlab.session.findings.finding import Finding, epochs_text, networks_have
from nnlab.session.findings.loss_course import Course
from nnlab.session.session import Session


def diverged(course: Course) -> Finding | None:
    """Find networks whose parameters are no longer finite."""
    session = course.session
    lost = np.atleast_1d(session.trainer.diverged)
    if not lost.any():
        return None
    return Finding(
        "diverged",
        f"{networks_have(lost)} diverged, with learning_rate="
        f"{session.experiment.learning_rate:g}: their numbers grew from step to step "
        "until they were no longer finite, as Curves shows, where lines end at epoch "
        f"{epochs_text(_ends(session, lost))}.",
        "Curves",
    )


def stopped_early(course: Course) -> Finding | None:
    """Find that early stopping has ended every network."""
    session, record = course.session, course.session.trainer.record
    if record.watch is None or record.active.any():
        return None
    best, steps = np.atleast_1d(record.best), record.entries["step"]
    known = [steps[entry] for entry in best if entry >= 0]
    epochs = session.trainer.batches.epochs(known)
    when = f", at epoch {epochs_text(epochs)}" if known else ""
    return Finding(
        "stopped early",
        f"{networks_have(~record.active)} stopped early, with patience="
        f"{session.experiment.patience}, and are back at their best weights{when}: the "
        "validation loss was not lower after that, as Curves shows.",
        "Curves",
    )


def _ends(session: Session, lost: np.ndarray) -> np.ndarray:
    """Return the last epoch with a finite training loss of each network in `lost`."""
    history = session.trainer.history
    steps = []
    for i in np.flatnonzero(lost):
        end = bisect_left(
            history["train_loss"], True, key=lambda v: not np.isfinite(np.ravel(v)[i])
        )
        steps.append(history["step"][max(end - 1, 0)])
    return np.asarray(session.trainer.batches.epochs(steps))
