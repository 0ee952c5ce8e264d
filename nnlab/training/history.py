"""The history of a run: what was measured at its start and after every epoch.

The loss on the training samples is told in three ways. As the network is used, with
dropout off (`train_loss`); at the same moment, but as in training, with dropout on
(`train_loss_training`); and as the mean over the epoch's samples, each measured
just before its step (`train_loss_running`), which is what most programs print, and
lags behind.
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
    """Measures `network` on `parts`, and keeps account.

    Attributes:
        entries: by name, a list with an entry (…,) for the start and for each epoch;
            NaN for a replica that had stopped before.
        running: the losses of the epoch under way, added up.
        watch: who has stopped early, if anyone may.
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
        """For each replica (…,) whether it still trains: it has not stopped early."""
        return self.watch.active if self.watch else np.ones(self.network.lead, bool)

    @property
    def best(self) -> np.ndarray:
        """For each replica (…,) the entry at which it was best by early stopping; −1
        for one that was best between two entries. Raises `InputError` without it."""
        if self.watch is None:
            raise _nothing_kept()
        return self.watch.entry

    def measure(self) -> Named:
        """Loss, and for labels the share of right answers or else R², on each part:
        each (…,)."""
        return measure(self.network, self.loss, self.parts, self.labelled)

    def begin(self, step: int, penalty: Array) -> None:
        """Records the start, which is also the best so far."""
        self._record(step, penalty, np.full(self.network.lead, np.nan))
        if self.stopping:
            self._watch_from(self.entries["validation_loss"][-1], entry=0)

    def end_epoch(self, step: int, penalty: Array) -> None:
        """Records an epoch; who has waited too long for a better one stops."""
        network, samples = self.network, self.parts["train"][0].shape[-2]
        self._record(step, penalty, to_numpy(self.running) / samples)
        self.running[...] = 0.0
        if self.watch:
            loss, entry = self.entries["validation_loss"][-1], len(self.entries["step"])
            vectors = network.parameters, network.state
            self.watch.see(network.xp, loss, entry - 1, *vectors)

    def restore_best(self) -> None:
        """Every replica goes back to the epoch at which its validation loss was least,
        as the ones that stopped early already have."""
        if not self.watch:
            raise _nothing_kept()
        network = self.network
        everyone = np.ones(network.lead, bool)
        self.watch.restore(network.xp, everyone, network.parameters, network.state)

    def follow(self, network: Network) -> None:
        """Goes on with another network, whose best is what it is now."""
        self.network = network
        if self.stopping:
            self._watch_from(self.measure()["validation_loss"], entry=-1)

    def observe(self, parts: dict[str, Part]) -> None:
        """Goes on with other samples, with which an epoch begins; what was best on the
        others is best no longer."""
        self.parts = parts
        self.running[...] = 0.0
        self.follow(self.network)

    def _watch_from(self, loss: np.ndarray, entry: int) -> None:
        """Early stopping counts from here, where the validation loss is this."""
        rule, network = self.stopping, self.network
        vectors = network.parameters, network.state
        self.watch = Watch(rule, network.xp, loss, entry, *vectors) if rule else None

    def _record(self, step: int, penalty: Array, running: np.ndarray) -> None:
        measured = self.measure()
        measured["train_loss_running"] = running
        measured["train_loss_training"] = loss_in_training_mode(
            self.network, self.loss, self.parts["train"], measured["train_loss"]
        )
        measured["penalty"] = to_numpy(penalty)
        self.entries["step"].append(step)
        for name, values in measured.items():
            values = np.where(self.active, values, np.nan).astype(values.dtype)
            self.entries.setdefault(name, []).append(values)


def _nothing_kept() -> InputError:
    return InputError(
        "stopping", "nothing was kept to go back to; give stopping=EarlyStopping(10)."
    )


def check_watched(stopping: EarlyStopping | None, parts: dict[str, Part]) -> None:
    """Raises an `InputError` if early stopping has no samples to watch."""
    watched = parts["validation"][0].shape[-2] if "validation" in parts else 0
    if stopping and not watched:
        raise InputError(
            "stopping", "stopping needs samples to watch; give validation=(x, y)."
        )
