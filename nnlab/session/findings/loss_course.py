"""The losses of a run as it is set now, in units of the loss at chance.

Chance is the loss of a network that ignores its inputs and always gives the best
constant output. For labels and cross-entropy it is the entropy of their frequencies,
which is ln K for K classes of equal size; for measurements and the mean squared error
it is their variance. In these units a loss means the same for every data set: 1 is
nothing learned, 0 is perfect.
"""

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from nnlab.backend import quiet, to_numpy
from nnlab.diagnostics.sample_losses import samples_of
from nnlab.errors import Plain
from nnlab.session.findings.neighbor_score import neighbor_score
from nnlab.session.session import Session

STEPS, EPOCHS = 50, 5  # a run is young before: its first steps say little
POINTS = 300  # maximum number of epochs of a course: enough to see its shape
RECENT = 30  # last epochs, looked at one by one
FITTED = 0.5  # share of chance: below, half of what there is to learn is learned
LEARNED = 0.95  # share of chance above which nothing is learned
BETTER = 0.1  # by which neighbours are better, if there is more to learn
ABOVE = 1.1  # share of chance above which a network does worse than a constant
FALLING = 0.03  # fall in a third of a course, as a share of chance or a loss above it
TAIL = 10  # the last 1/TAIL of a course is averaged for its present level


class Course(Plain):
    """The losses of the networks that still train, since the last change.

    Args:
        session: the run, which is only read.

    Attributes:
        session: the run.
        alive: mask of the replicas (seeds,) that neither stopped nor diverged.
        since: the step of the last live change; 0 if there is none.
        rows: indices of the entries of the history that are looked at.
    """

    def __init__(self, session: Session):
        self.session, trainer = session, session.trainer
        self.alive = np.atleast_1d(trainer.active & ~trainer.diverged)
        self.since = trainer.changes[-1][0] if trainer.changes else 0
        first = int(np.searchsorted(trainer.history["step"], self.since))
        last = len(trainer.history["step"]) - 1
        count = max(0, min(POINTS, last + 1 - first))
        self.rows = np.linspace(first, last, count).astype(int)

    @property
    def long_enough(self) -> bool:
        """True if a network still trains, and there are epochs enough to judge by."""
        short = self.steps < STEPS or len(self.rows) <= EPOCHS
        return not short and bool(self.alive.any())

    @property
    def steps(self) -> int:
        """Number of steps since the last change."""
        return self.session.trainer.steps_done - self.since

    @cached_property
    def epochs(self) -> np.ndarray:
        """Number of epochs done at each entry (entries,)."""
        steps = self.session.trainer.history["step"]
        at = [steps[row] for row in self.rows]
        return np.asarray(self.session.trainer.batches.epochs(at), float)

    @cached_property
    def chance(self) -> float:
        """The smallest training loss of a constant output."""
        return chance(self.session)

    @cached_property
    def train(self) -> np.ndarray:
        """Training loss (entries, alive) as a share of chance."""
        return self.losses("train", self.rows)

    @cached_property
    def validation(self) -> np.ndarray:
        """Validation loss (entries, alive) as a share of chance; NaN if none."""
        return self.losses("validation", self.rows)

    @cached_property
    def recent(self) -> np.ndarray:
        """Training loss (epochs, alive) of the last `RECENT` epochs, one by one."""
        first, last = self.rows[0], self.rows[-1]
        return self.losses("train", range(max(first, last + 1 - RECENT), last + 1))

    def losses(self, part: str, rows: Iterable[int]) -> np.ndarray:
        """Return the losses (entries, alive) of a part, as shares of chance."""
        values = self.session.trainer.history[f"{part}_loss"]
        found = [np.atleast_1d(values[row])[self.alive] for row in rows]
        with quiet():
            return np.reshape(found, (len(found), self.alive.sum())) / self.chance

    def level(self, end: float = 1.0) -> np.ndarray:
        """Return the mean training loss (alive,) of the entries before a share of the
        course, as a share of chance."""
        stop = max(1, round(end * len(self.train)))
        start = max(0, stop - max(1, len(self.train) // TAIL))
        return self.train[start:stop].mean(axis=0)

    @cached_property
    def falling(self) -> np.ndarray:
        """Mask (alive,) of the networks whose training loss falls at present."""
        level = self.level()
        return self.level(2 / 3) - level >= FALLING * np.maximum(level, 1.0)

    @cached_property
    def scores(self) -> tuple[float, float]:
        """Accuracy or R² on the training samples: of the networks, the median, and of
        each sample's nearest neighbours."""
        trainer, name = self.session.trainer, f"train_{self.session.judged_by}"
        now = np.atleast_1d(trainer.history[name][-1])[self.alive]
        return float(np.median(now)), neighbor_score(trainer)

    @cached_property
    def stuck(self) -> np.ndarray:
        """Mask (alive,) of the networks that do not learn, though they could.

        A loss that falls needs no explanation, however slowly the run began. While it
        is above chance nothing is learned: output biases alone can reach chance.
        """
        level = self.level()
        halted = (level >= FITTED) & ~self.falling | (level > ABOVE)
        if most(level < LEARNED) and most(halted):
            network, neighbors = self.scores
            halted &= neighbors > network + BETTER
        return halted

    def count(self, mask: np.ndarray) -> str:
        """Return " in 6 of 8 networks" for a mask (alive,); "" for a run of one."""
        if self.alive.size == 1:
            return ""
        which = "" if self.alive.all() else " that still train"
        return f" in {mask.sum()} of {mask.size} networks{which}"

    @property
    def median(self) -> str:
        """The words " (median of 8 networks)"; "" where one network trains."""
        count = self.alive.sum()
        return f" (median of {count} networks)" if count > 1 else ""


def most(networks: np.ndarray) -> bool:
    """Return True if a mask (networks,) is True for more than half of them."""
    return bool(networks.sum() * 2 > networks.size)


def chance(session: Session) -> float:
    """Return the smallest mean training loss of a constant output; NaN if it is 0.

    The loss is evaluated at the constants that are best for one of the built-in losses:
    the logits of the label frequencies, the mean and the median of the targets, and the
    margins −1 and 1.
    """
    trainer, xp = session.trainer, session.trainer.network.xp
    _, y = samples_of(trainer, replica=0)
    shape = len(y), trainer.network.widths[-1]
    found = []
    with quiet():
        for z in _constants(y, shape[1]):
            filled = np.broadcast_to(z, shape).astype(trainer.network.dtype)
            losses, _ = trainer.loss.forward(xp, xp.asarray(filled), xp.asarray(y))
            found.append(to_numpy(losses).mean(dtype=float))
    known = [loss for loss in found if loss > 0]
    return float(min(known, default=np.nan))


def _constants(y: np.ndarray, outputs: int) -> list[np.ndarray]:
    """Return candidates (outputs,) for the best constant output."""
    if y.ndim > 1:
        return [y.mean(axis=0, dtype=float), np.median(y, axis=0)]
    if outputs > 1:
        share = np.bincount(y.astype(int), minlength=outputs) / len(y)
        return [np.log(np.maximum(share, 1e-9))]
    share = np.clip(y.mean(dtype=float), 1e-9, 1 - 1e-9)
    return [np.array([z]) for z in (np.log(share / (1 - share)), -1.0, 0.0, 1.0)]
