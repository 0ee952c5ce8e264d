"""Early stopping ends a run when the validation loss no longer improves.

Further training would overfit the training samples. Each replica stops separately, and
is restored to its best parameters. Prechelt 1998, "Early stopping, but when?".
"""

from dataclasses import dataclass

import numpy as np

from nnlab.backend import Array, Space
from nnlab.errors import at_least_one


@dataclass(frozen=True)
class EarlyStopping:
    """Stop a replica after `patience` epochs without a new best validation loss.

    Raises:
        InputError: if `patience` is not a positive integer.
    """

    patience: int = 10

    def __post_init__(self) -> None:
        at_least_one("patience", self.patience)


class Watch:
    """Keeps the best validation loss and parameters of every replica.

    Attributes, each (…,) or (…, numbers):
        best: lowest validation loss so far.
        entry: index of the history's entry with that loss; −1 if it lay between two.
        waited: number of epochs since then.
        active: False for replicas that have stopped.
        vectors: copies of the parameters and the state at that time.
    """

    def __init__(
        self,
        rule: EarlyStopping,
        xp: Space,
        loss: np.ndarray,
        entry: int,
        *vectors: Array,
    ):
        self.rule = rule
        self.best, self.waited = loss.copy(), np.zeros(loss.shape, int)
        self.entry = np.full(loss.shape, entry)
        self.active = np.ones(loss.shape, bool)
        self.vectors = [xp.asarray(vector, copy=True) for vector in vectors]

    def see(self, xp: Space, loss: np.ndarray, entry: int, *vectors: Array) -> None:
        """Record the validation loss (…,) of an epoch, the history's entry `entry`.

        Replicas that have waited `patience` epochs stop, and their `vectors` are
        restored in place.
        """
        better = self.active & ~(loss >= self.best)
        better &= np.isfinite(loss)
        self.best = np.where(better, loss, self.best)
        self.entry = np.where(better, entry, self.entry)
        self.waited = np.where(better, 0, self.waited + self.active)
        for kept, vector in zip(self.vectors, vectors):
            kept[...] = xp.where(xp.asarray(better)[..., None], vector, kept)
        ends = self.active & (self.waited >= self.rule.patience)
        self.active = self.active & ~ends
        self.restore(xp, ends, *vectors)

    def restore(self, xp: Space, chosen: np.ndarray, *vectors: Array) -> None:
        """Restore the best vectors of the replicas in `chosen` (…,), in place."""
        for kept, vector in zip(self.vectors, vectors):
            vector[...] = xp.where(xp.asarray(chosen)[..., None], kept, vector)
