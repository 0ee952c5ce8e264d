"""Training is one step over and over: forward, loss, backward, update.

A step uses one mini-batch. An epoch is as many steps as show every training sample
once, in a new order each time; its last batch may be smaller. After every epoch the
trainer measures loss, and accuracy or R², on all training and validation samples.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from functools import cached_property
from math import nan
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, quiet, to_numpy
from nnlab.engine.clipping import Clip
from nnlab.engine.layout import Derived
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.engine.regularizers import Regularizer
from nnlab.engine.update import Update
from nnlab.errors import need, unknown, whole
from nnlab.training.batches import Batches, Noise
from nnlab.training.early_stopping import EarlyStopping
from nnlab.training.history import History
from nnlab.training.recorded_step import RecordedStep
from nnlab.training.sample_checks import batch_of, checked, labelled, pair

Change = tuple[int, str, Any]  # of a run: at which step, of what, to what


class Trainer(Derived):
    """Trains `network` in place on `train`, watching `validation`.

    Args:
        network: the network, or R replicas of it.
        loss: what to make small.
        optimizer: how a gradient changes the parameters.
        train: samples (N, inputs) and their targets, as the loss takes them; or an
            (R, N, inputs) of samples for each replica, and their targets.
        validation: the same for samples that are measured and never trained on; what is
            measured of none is NaN.
        batch_size: samples in a mini-batch; all of them if there are no more, or if it
            is None.
        regularizers: what weights cost, or how they decay.
        clip: how a gradient that is too long is shortened, if at all.
        schedule: the factor of the learning rate at each step, the first being 0.
        stopping: when a replica ends before the others; needs `validation`.

    Raises:
        InputError: for samples that do not fit the network or are not finite, targets
            that do not fit the loss, or an impossible batch.

    >>> from nnlab.engine import MSE, SGD, Linear, Network
    >>> from nnlab.training import Trainer
    >>> x = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> line = Network(1, [Linear(1)], dtype="float64")
    >>> trainer = Trainer(line, MSE(), SGD(0.1), (x, 2 * x + 1), batch_size=4)
    >>> trainer.fit(epochs=200)
    >>> line["0.W"].round(3), line["0.b"].round(3)
    (array([[2.]]), array([[1.]]))
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        optimizer: Optimizer,
        train: tuple[Array, Array],
        validation: tuple[Array, Array] | None = None,
        batch_size: int | None = 32,
        regularizers: Sequence[Regularizer] = (),
        clip: Clip | None = None,
        schedule: Callable[[int], float] | None = None,
        stopping: EarlyStopping | None = None,
    ):
        need("network", network, Network, "a network", "Network(2, [Linear(1)])")
        self.network, self.loss = network, loss
        train = pair("train", train)
        self.parts = {"train": checked(network, loss, "train", *train)}
        if validation is not None:
            validation = pair("validation", validation)
            self.parts["validation"] = checked(network, loss, "validation", *validation)
        known = labelled(network, loss, *train)
        samples = self.parts["train"][0].shape[-2]
        self.batch_size = batch_of(batch_size, samples, network.layers)
        self.batches = Batches(network.seeds, network.lead, samples, self.batch_size)
        self.noise = Noise(network, self.batch_size)
        self.update = Update(network, optimizer, regularizers, clip, schedule)
        if stopping is not None:
            need("stopping", stopping, EarlyStopping, "a rule", "EarlyStopping(10)")
        self.record = History(network, loss, self.parts, known, stopping)
        self.steps_done = 0
        self.changes: list[Change] = []
        like = network.parameters.dtype
        self.last_loss = network.xp.full(network.lead, nan, dtype=like)
        self.rows = np.zeros((*network.lead, 0), int)  # of the latest mini-batch
        self.record.begin(0, self.update.penalty())

    @property
    def optimizer(self) -> Optimizer:
        """How a gradient changes the parameters, as it is now."""
        return self.update.optimizer

    @property
    def gradient(self) -> Array:
        """The latest gradient (…, P), with penalties and clipped."""
        return self.update.gradient

    @property
    def moments(self) -> Named:
        """What the optimizer remembers, by name: each (…, P)."""
        return self.update.moments

    @property
    def steps_per_epoch(self) -> int:
        """How many mini-batches show every training sample once."""
        return self.batches.per_epoch

    @property
    def epoch_done(self) -> float:
        """Epochs done, with the fraction of the one under way."""
        return float(self.batches.epochs(self.steps_done))

    @property
    def diverged(self) -> np.ndarray:
        """For each replica (…,) whether its parameters are no longer finite."""
        xp = self.network.xp
        finite = xp.all(xp.isfinite(self.network.parameters), axis=-1)
        return ~to_numpy(finite)

    @property
    def active(self) -> np.ndarray:
        """For each replica (…,) whether it still trains: it has not stopped early."""
        return self.record.active

    @property
    def why_not_recorded(self) -> str:
        """What keeps steps from being recorded, where the backend would do so; or
        nothing. They are then made one operation at a time, which takes longer."""
        return self.recorded.why_not

    @property
    def history(self) -> dict[str, list[Any]]:
        """What was measured at the start and after every epoch: see `History`."""
        return self.record.entries

    def step(self) -> None:
        """One mini-batch: see `training_step`."""
        with quiet():
            self._prepare()
            self._prepare_update()
            self.recorded()
            self._finish()

    def stages(self) -> Iterator[str]:
        """The four stages of `step`, each named when it is done, with `last_loss` and
        `gradient` as far as they are known then. What is changed between two of them,
        a later one goes by."""
        network, loss, update = self.network, self.loss, self.update
        self._prepare()
        x, y = self.mini_batch()
        z = network.output(x, update.contexts(x.shape[-2]))
        yield "forward"
        losses, _ = loss.forward(network.xp, z, y)
        self.last_loss[...] = network.xp.mean(losses, axis=-1)
        yield "loss"
        update.gradient = network.gradient(x, y, loss, True, update.noise)
        update.finish_gradient()
        yield "backward"
        self._prepare_update()
        self.recorded()
        self._finish()
        yield "update"

    def _prepare(self) -> None:
        """Puts in place which samples a step sees, and its noise."""
        self.rows = self.batches.rows(self.steps_done)
        self.recorded.choose(self.rows)
        if self.noise.size:
            self.update.draw(self.noise.step())

    def _prepare_update(self) -> None:
        """Puts in place the optimizer's numbers for this step, and who moves."""
        self.update.prepare(self.steps_done, self.active if self.record.watch else None)

    def _finish(self) -> None:
        """A step has been made, and with it perhaps an epoch."""
        self.steps_done += 1
        if self.batches.left(self.steps_done) == 0:
            self.record.end_epoch(self.steps_done, self.update.penalty())

    def mini_batch(self) -> tuple[Array, Array]:
        """Samples (…, batch, inputs) and targets of the latest step."""
        return self.recorded.mini_batch()

    def steps(self, n: int) -> Iterator[int]:
        """`n` steps, one at each `next`; ends with an epoch after which every replica
        has stopped or diverged."""
        whole("n", n, least=0)
        for _ in range(n):
            if self.batches.left(self.steps_done) == 0 and self._over():
                return
            self.step()
            yield self.steps_done

    def epoch(self) -> None:
        """Steps to the end of the epoch under way."""
        left = self.batches.left(self.steps_done)
        for _ in self.steps(left or self.steps_per_epoch):
            pass

    def fit(self, epochs: int) -> None:
        """`epochs` epochs."""
        whole("epochs", epochs, least=0)
        for _ in range(epochs):
            self.epoch()

    def restore_best(self) -> None:
        """Every replica goes back to the epoch at which its validation loss was least,
        as the ones that stopped early already have."""
        self.record.restore_best()

    def change(self, **values: float) -> None:
        """Changes numbers of the optimizer from the next step on; weights stay."""
        known = [field.name for field in fields(self.optimizer)]
        for field in values:
            if field not in known:
                raise unknown("field", field, known)
        self.update.optimizer = replace(self.optimizer, **values)
        for field, value in values.items():
            self.changes.append((self.steps_done, field, value))

    def use(self, optimizer: Optimizer) -> None:
        """Goes on with another optimizer from the next step on; weights stay, and
        moments too if the one before kept all that it needs."""
        self.update.use(optimizer, self.steps_done)
        self.changes.append((self.steps_done, "optimizer", optimizer))

    def measure(self) -> Named:
        """Loss, and for labels the share of right answers or else R², on each part:
        each (…,)."""
        return self.record.measure()

    def __repr__(self) -> str:
        return f"Trainer({self.network!r}, step={self.steps_done})"

    @cached_property
    def recorded(self) -> RecordedStep:
        """The step on its arrays, as the backend does it best."""
        part, running = self.parts["train"], self.record.running
        given = self.network, self.loss, self.update, part
        return RecordedStep(*given, self.last_loss, running)

    def _over(self) -> bool:
        """Whether every replica has stopped or diverged."""
        return bool((self.diverged | ~self.active).all())
