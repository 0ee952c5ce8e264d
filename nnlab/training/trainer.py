"""Training repeats one step: forward, loss, backward, update.

A step uses one mini-batch. An epoch is the number of steps in which every training
sample is seen once, in a new order each time; its last batch may be smaller. After
every epoch the trainer measures loss, and accuracy or R², on all training and
validation samples.
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
from nnlab.training.sample_checks import batch_of, checked, labelled, pair
from nnlab.training.step_runner import StepRunner

Change = tuple[int, str, Any]  # step, field, new value


class Trainer(Derived):
    """Trains `network` in place on `train`, and monitors `validation`.

    Args:
        network: the network, or R replicas of it.
        loss: the loss to minimize.
        optimizer: computes the change of the parameters for a gradient.
        train: samples (N, inputs) and targets, in a form that the loss accepts; or
            samples (R, N, inputs) with separate ones per replica, and their targets.
        validation: the same for samples that are only measured; metrics of an empty set
            are NaN.
        batch_size: number of samples in a mini-batch; all of them if it is None or
            larger than their number.
        regularizers: penalties and weight decays.
        clip: how gradients are clipped; None for no clipping.
        schedule: factor of the learning rate at each step, counted from 0.
        stopping: rule of early stopping per replica; needs `validation`.

    Attributes:
        steps_done: number of steps done.
        last_loss: mean loss of the latest mini-batch (…,), before its update.
        rows: indices of the samples of the latest mini-batch (…, batch), on the host.
        changes: live changes as (step, field, value).

    Raises:
        InputError: for samples that do not fit the network or are not finite, targets
            that do not fit the loss, or an impossible batch size.

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
        self.rows = np.zeros((*network.lead, 0), int)  # latest mini-batch
        self.record.begin(0, self.update.penalty())

    @property
    def optimizer(self) -> Optimizer:
        """Current optimizer."""
        return self.update.optimizer

    @property
    def gradient(self) -> Array:
        """Latest gradient (…, P), including penalties, after clipping."""
        return self.update.gradient

    @property
    def moments(self) -> Named:
        """Moments of the optimizer by name, each (…, P)."""
        return self.update.moments

    @property
    def steps_per_epoch(self) -> int:
        """Number of mini-batches per epoch."""
        return self.batches.per_epoch

    @property
    def epoch_done(self) -> float:
        """Number of epochs done, including the fraction of the current one."""
        return float(self.batches.epochs(self.steps_done))

    @property
    def diverged(self) -> np.ndarray:
        """Boolean mask of the replicas (…,) whose parameters are no longer finite."""
        xp = self.network.xp
        finite = xp.all(xp.isfinite(self.network.parameters), axis=-1)
        return ~to_numpy(finite)

    @property
    def active(self) -> np.ndarray:
        """Boolean mask of the replicas (…,) that have not stopped early."""
        return self.record.active

    @property
    def why_not_recorded(self) -> str:
        """Reason why steps are not recorded on a backend that supports it; else "".

        Such steps are run one operation at a time, which is slower.
        """
        return self.run_step.why_not

    @property
    def history(self) -> dict[str, list[Any]]:
        """Metrics at the start and after every epoch, by name: see `History`."""
        return self.record.entries

    @quiet()
    def step(self) -> None:
        """Train on one mini-batch: see `training_step`."""
        self._prepare()
        self._prepare_update()
        self.run_step()
        self._finish()

    def stages(self) -> Iterator[str]:
        """Yield the names of the four stages of `step`, each after it is done.

        `last_loss` and `gradient` are set as soon as they are known. Each stage
        computes what it needs anew, so that a change made between two stages takes
        effect in the later ones; the last stage is the whole step, as in `step`.
        """
        network, loss, update = self.network, self.loss, self.update
        self._prepare()
        x, y = self.mini_batch()
        z = network.output(x, update.contexts(x.shape[-2]))
        yield "forward"
        losses, _ = loss.forward(network.xp, z, y)
        self.last_loss[...] = network.xp.sum(losses, axis=-1) / x.shape[-2]
        yield "loss"
        update.gradient = network.gradient(x, y, loss, True, update.noise)
        update.finish_gradient()
        yield "backward"
        self._prepare_update()
        self.run_step()
        self._finish()
        yield "update"

    def _prepare(self) -> None:
        """Select the samples and set the noise of the next step."""
        self.rows = self.batches.rows(self.steps_done)
        self.run_step.choose(self.rows)
        if self.noise.size:
            self.update.set_noise(self.noise.next_step())

    def _prepare_update(self) -> None:
        """Set the coefficients and the mask of active replicas for the next step."""
        self.update.prepare(self.steps_done, self.active if self.record.watch else None)

    def _finish(self) -> None:
        """Count the step, and record the epoch if it is complete."""
        self.steps_done += 1
        if self.batches.left(self.steps_done) == 0:
            self.record.end_epoch(self.steps_done, self.update.penalty())

    def mini_batch(self) -> tuple[Array, Array]:
        """Return samples (…, batch, inputs) and targets of the latest step."""
        return self.run_step.mini_batch()

    def steps(self, n: int) -> Iterator[int]:
        """Run up to `n` steps, one per `next`, and yield the number of steps done.

        Ends at the end of an epoch once every replica has stopped or diverged.

        Raises:
            InputError: if `n` is not an integer of at least 0.
        """
        whole("n", n, least=0)
        for _ in range(n):
            if self.batches.left(self.steps_done) == 0 and self._over():
                return
            self.step()
            yield self.steps_done

    def epoch(self) -> None:
        """Train to the end of the current epoch."""
        left = self.batches.left(self.steps_done)
        for _ in self.steps(left or self.steps_per_epoch):
            pass

    def fit(self, epochs: int) -> None:
        """Train for `epochs` epochs.

        Raises:
            InputError: if `epochs` is not an integer of at least 0.
        """
        whole("epochs", epochs, least=0)
        for _ in range(epochs):
            self.epoch()

    def restore_best(self) -> None:
        """Restore every replica to the epoch with its lowest validation loss.

        Replicas that stopped early have already been restored.

        Raises:
            InputError: without early stopping.
        """
        self.record.restore_best()

    def change(self, **values: float) -> None:
        """Change fields of the optimizer from the next step on; parameters are kept.

        Raises:
            InputError: for an unknown field, or a value that is not allowed.
        """
        known = [field.name for field in fields(self.optimizer)]
        for field in values:
            if field not in known:
                raise unknown("field", field, known)
        self.update.optimizer = replace(self.optimizer, **values)
        for field, value in values.items():
            self.changes.append((self.steps_done, field, value))

    def use(self, optimizer: Optimizer) -> None:
        """Switch to another optimizer from the next step on; parameters are kept.

        Moments are kept if the previous optimizer has all that the new one needs.

        Raises:
            InputError: if `optimizer` is not an optimizer.
        """
        self.update.use(optimizer, self.steps_done)
        self.changes.append((self.steps_done, "optimizer", optimizer))

    def measure(self) -> Named:
        """Return loss, and accuracy or R², of each part by name: each (…,)."""
        return self.record.measure()

    def __repr__(self) -> str:
        return f"Trainer({self.network!r}, step={self.steps_done})"

    @cached_property
    def run_step(self) -> StepRunner:
        """The training step on fixed buffers, recorded if the backend supports it."""
        part, running = self.parts["train"], self.record.running
        given = self.network, self.loss, self.update, part
        return StepRunner(*given, self.last_loss, running)

    def _over(self) -> bool:
        """Return True if every replica has stopped or diverged."""
        return bool((self.diverged | ~self.active).all())
