"""The history of a run: metrics at its start and after every epoch.

The loss on the training samples is recorded in three forms: at the end of the epoch in
inference mode, with dropout off (`train_loss`); at the same time in training mode, with
dropout on (`train_loss_training`); and as the mean over the samples of the epoch, each
measured just before its step (`train_loss_running`), which most programs print, and
which lags behind.
"""

from typing import Any

import numpy as np

from nnlab.backend import Array, Named, to_numpy
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network
from nnlab.errors import InputError, Plain
from nnlab.training.early_stopping import EarlyStopping, Watch
from nnlab.training.metrics import Part, loss_in_training_mode, measure


class History(Plain):
    """Measures `network` on `parts`, and records the results.

    Args:
        network: the network, or R replicas of it.
        loss: the loss.
        parts: samples and targets of "train", and of "validation" if there are any.
        labelled: True if targets are class labels.
        stopping: the rule of early stopping, if any.

    Attributes:
        entries: for each metric a list with one entry (…,) for the start and for each
            epoch; NaN for replicas that had stopped before.
        running: sum of the losses of the current epoch (…,).
        watch: state of early stopping; None without it.

    Raises:
        InputError: for early stopping without validation samples.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        parts: dict[str, Part],
        labelled: bool,
        stopping: EarlyStopping | None,
    ):
        check_watched(stopping, parts)
        self.network, self.loss, self.parts = network, loss, parts
        self.labelled, self.stopping = labelled, stopping
        self.entries: dict[str, list[Any]] = {"step": []}
        self.running = network.xp.zeros(network.lead, dtype=network.xp.float64)
        self.watch: Watch | None = None

    @property
    def active(self) -> np.ndarray:
        """Boolean mask of the replicas (…,) that have not stopped early."""
        return self.watch.active if self.watch else np.ones(self.network.lead, bool)

    @property
    def best(self) -> np.ndarray:
        """Index of the best entry of each replica (…,) by early stopping.

        It is −1 for a replica that was best between two entries.

        Raises:
            InputError: without early stopping.
        """
        if self.watch is None:
            raise _nothing_kept()
        return self.watch.entry

    def measure(self) -> Named:
        """Return the loss, and accuracy or R², on each part: each (…,)."""
        return measure(self.network, self.loss, self.parts, self.labelled)

    def begin(self, step: int, penalty: Array) -> None:
        """Record the start, which is also the best so far."""
        self._record(step, penalty, np.full(self.network.lead, np.nan))
        if self.stopping:
            self._watch_from(self.entries["validation_loss"][-1], entry=0)

    def end_epoch(self, step: int, penalty: Array) -> None:
        """Record an epoch, and apply early stopping."""
        network, samples = self.network, self.parts["train"][0].shape[-2]
        self._record(step, penalty, to_numpy(self.running) / samples)
        self.running[...] = 0.0
        if self.watch:
            loss, entry = self.entries["validation_loss"][-1], len(self.entries["step"])
            vectors = network.parameters, network.state
            self.watch.see(network.xp, loss, entry - 1, *vectors)

    def restore_best(self) -> None:
        """Restore every replica to the epoch with its lowest validation loss.

        Replicas that stopped early have already been restored.

        Raises:
            InputError: without early stopping.
        """
        if not self.watch:
            raise _nothing_kept()
        network = self.network
        everyone = np.ones(network.lead, bool)
        self.watch.restore(network.xp, everyone, network.parameters, network.state)

    def follow(self, network: Network) -> None:
        """Continue with another network; early stopping starts anew."""
        self.network = network
        if self.stopping:
            self._watch_from(self.measure()["validation_loss"], entry=-1)

    def observe(self, parts: dict[str, Part]) -> None:
        """Continue with other samples in a new epoch; early stopping starts anew."""
        self.parts = parts
        self.running[...] = 0.0
        self.follow(self.network)

    def _watch_from(self, loss: np.ndarray, entry: int) -> None:
        """Start early stopping anew at this validation loss (…,)."""
        rule, network = self.stopping, self.network
        vectors = network.parameters, network.state
        self.watch = Watch(rule, network.xp, loss, entry, *vectors) if rule else None

    def _record(self, step: int, penalty: Array, running: np.ndarray) -> None:
        """Append one entry to every list of `entries`."""
        measured = self.measure()
        measured["train_loss_running"] = running
        measured["train_loss_training"] = loss_in_training_mode(
            self.network, self.loss, self.parts["train"], measured["train_loss"]
        )
        measured["penalty"] = to_numpy(penalty)
        self.entries["step"].append(step)
        active = self.active
        for name, values in measured.items():
            if not active.all():
                values = np.where(active, values, np.nan).astype(values.dtype)
            self.entries.setdefault(name, []).append(values)


def _nothing_kept() -> InputError:
    """Return the error for restoring without early stopping."""
    return InputError(
        "stopping", "nothing was kept to go back to; give stopping=EarlyStopping(10)."
    )


def check_watched(stopping: EarlyStopping | None, parts: dict[str, Part]) -> None:
    """Raise an `InputError` for early stopping without validation samples."""
    watched = parts["validation"][0].shape[-2] if "validation" in parts else 0
    if stopping and not watched:
        raise InputError(
            "stopping", "stopping needs samples to watch; give validation=(x, y)."
        )
