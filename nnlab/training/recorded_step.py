"""A training step on arrays that stay where they are, so that it can be recorded.

A GPU computes a small step faster than Python can ask for its operations, so a backend
may record them once and play them again: see `nnlab.backend.cuda_graph`. A recording
reads and writes the same arrays every time. Here is what differs from step to step, in
such arrays: which samples, and for the rest the `Update`.
"""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from nnlab.backend import Array, Space
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network
from nnlab.engine.step import training_step
from nnlab.engine.update import Update
from nnlab.training.batches import places, taken

Work = Callable[[int], object]


class RecordedStep:
    """`training_step` of a network on samples of `part`, in the form in which its
    backend does it best.

    Args:
        network: the network, or R replicas of it.
        loss: what to make small.
        update: changes the parameters.
        part: the training samples (N, inputs) or (R, N, inputs), and their targets.
        last_loss: receives the mean loss of the mini-batch (…,).
        running: to which is added that loss, times the number of samples (…,).

    Attributes:
        rows: the samples of the latest step (…, batch), on the host.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        update: Update,
        part: tuple[Array, Array],
        last_loss: Array,
        running: Array,
    ):
        self.network, self.loss, self.update, self.part = network, loss, update, part
        self.last_loss, self.running = last_loss, running
        self.index: dict[int, Array] = {}  # where samples lie, by their number
        self.works: dict[int, tuple[Any, Any, Work]] = {}

    def choose(self, rows: np.ndarray) -> None:
        """The samples in these rows (…, batch) are those of the next step."""
        xp: Space = self.network.xp
        self.shape, where = rows.shape, places(self.part, rows)
        if len(where) not in self.index:
            self.index[len(where)] = xp.zeros(where.shape, dtype=xp.int64)
        self.index[len(where)][...] = xp.asarray(where)

    def mini_batch(self) -> tuple[Array, Array]:
        """The samples chosen (…, batch, inputs), and their targets."""
        index = self.index[prod(self.shape)]
        x, y = taken(self.network.xp, self.part, index, self.shape)
        return x, y

    def __call__(self) -> None:
        """The step."""
        batch = self.shape[-1]
        self._work(batch)(batch)

    @property
    def why_not(self) -> str:
        """What keeps it from being recorded, where the backend would do so; or
        nothing."""
        works = (work for *_, work in self.works.values())
        return next(filter(None, (getattr(w, "why_not", "") for w in works)), "")

    def _work(self, batch: int) -> Work:
        """The step of so many samples, recorded anew when it would compute on other
        arrays, or with other rules."""
        parts, views, work = self.works.get(batch, (None, None, self._compute))
        if parts is not self.update.parts or views is not self.network.views:
            parts, views = self.update.parts, self.network.views
            work = self.network.backend.repeated(self._compute)
            self.works[batch] = parts, views, work
        return work

    def _compute(self, batch: int) -> None:
        """All that is computed: nothing comes from the host on its way, or goes
        there."""
        x, y = self.mini_batch()
        loss = training_step(self.network, self.loss, self.update, x, y)
        self.last_loss[...] = loss
        self.running += loss * batch
