"""A training step on buffers with fixed addresses, so that it can be recorded.

A GPU computes a small step faster than Python can launch its operations, so a backend
may record them once and replay them: see `nnlab.backend.cuda_graph`. A recording reads
and writes the same arrays every time. All that differs from step to step is kept in
such arrays: the indices of the samples here, everything else in `Update`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlab.backend import Array, Space
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network
from nnlab.engine.step import training_step
from nnlab.engine.update import Update
from nnlab.training.batches import places, taken

Compute = Callable[[int], object]


class StepRunner:
    """Runs `training_step` on samples of `part`, on a GPU as a replayed CUDA graph.

    Args:
        network: the network, or R replicas of it.
        loss: the loss to minimize.
        update: turns the gradient into new parameters.
        part: training samples (N, inputs) or (R, N, inputs), and their targets.
        last_loss: buffer that receives the mean loss of the mini-batch (…,).
        running: buffer to which the losses of the samples are added (…,).
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
        self.index: dict[int, Array] = {}  # buffers of flat indices, by length
        self.works: dict[int, tuple[Any, Any, Compute]] = {}

    def choose(self, rows: np.ndarray) -> None:
        """Select the samples of the next step by their indices (…, batch)."""
        xp: Space = self.network.xp
        self.shape, where = rows.shape, places(self.part, rows)
        if len(where) not in self.index:
            self.index[len(where)] = xp.zeros(where.shape, dtype=xp.int64)
        self.selected = self.index[len(where)]
        self.selected[...] = xp.asarray(where)

    def mini_batch(self) -> tuple[Array, Array]:
        """Return the selected samples (…, batch, inputs) and their targets."""
        return taken(self.network.xp, self.part, self.selected, self.shape)

    def __call__(self) -> None:
        """Run the step."""
        batch = self.shape[-1]
        self._work(batch)(batch)

    @property
    def why_not(self) -> str:
        """Reason why steps are not recorded on a backend that supports it; else ""."""
        works = (work for *_, work in self.works.values())
        return next(filter(None, (getattr(w, "why_not", "") for w in works)), "")

    def _work(self, batch: int) -> Compute:
        """Return the step for `batch` samples, recorded anew after a change.

        Other arrays or rules invalidate a recording.
        """
        parts, views, work = self.works.get(batch, (None, None, self._compute))
        if parts is not self.update.parts or views is not self.network.views:
            parts, views = self.update.parts, self.network.views
            work = self.network.backend.repeated(self._compute)
            self.works[batch] = parts, views, work
        return work

    def _compute(self, batch: int) -> None:
        """Compute the step, without transfers to or from the host."""
        x, y = self.mini_batch()
        losses = training_step(self.network, self.loss, self.update, x, y)
        total = self.network.xp.sum(losses, axis=-1)
        self.last_loss[...] = total / batch
        self.running += total
