"""Early stopping ends a run when the validation loss has not improved for a while.

From there on the network would learn the training samples by heart. Each replica stops
by itself, and goes back to the parameters with which it was best. Prechelt 1998, "Early
stopping, but when?".
"""

from dataclasses import dataclass

import numpy as np

from nnlab.backend import Array, Space
from nnlab.errors import at_least_one


@dataclass(frozen=True)
class EarlyStopping:
    """Stops a replica after `patience` epochs without a new best."""

    patience: int = 10

    def __post_init__(self) -> None:
        at_least_one("patience", self.patience)


class Watch:
    """Keeps account of the best epoch of every replica.

    Attributes, each (…,) or (…, numbers):
        best: the least validation loss so far.
        entry: which entry of the history has it; −1 if it was between two.
        waited: epochs since then.
        active: whether the replica trains on.
        vectors: the parameters and the state that had it.
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
        """Takes note of an epoch, which is this entry of the history; who has waited
        too long goes back to its best."""
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
        """Puts the best numbers of the chosen replicas back in place."""
        for kept, vector in zip(self.vectors, vectors):
            vector[...] = xp.where(xp.asarray(chosen)[..., None], kept, vector)
