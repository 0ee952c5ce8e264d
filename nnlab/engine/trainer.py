"""Training is one step over and over: forward, loss, backward, update.

A step uses one mini-batch. An epoch is as many steps as show every training sample
once, in a new order each time; its last batch may be smaller. After every epoch the
trainer measures loss and accuracy on all training and all validation samples.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from numbers import Integral

import numpy as np

from nnlab.backend import Purpose, generator, quiet
from nnlab.engine.layers import Context
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network
from nnlab.engine.optimizers import Optimizer
from nnlab.errors import InputError, unknown

BLOCK = 8192  # numbers updated at a time, so that temporaries stay in the cache


class Trainer:
    """Trains `network` in place on `train`, watching `validation`.

    Args:
        network: the network, or R replicas of it.
        loss: what to make small.
        optimizer: how a gradient changes the parameters.
        train: samples (N, inputs) and their targets, as the loss takes them.
        validation: the same for samples that are measured and never trained on.
        batch_size: samples in a mini-batch, 1 to N.

    Raises:
        InputError: for samples that do not fit the network or are not finite, targets
            that do not fit the loss, or an impossible batch.

    >>> from nnlab.engine import MSE, SGD, Linear, Network, Trainer
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
        train: tuple,
        validation: tuple | None = None,
        batch_size: int = 32,
    ):
        self.network, self.loss, self.optimizer = network, loss, optimizer
        self.parts = {"train": self._part("train", *train)}
        if validation is not None:
            self.parts["validation"] = self._part("validation", *validation)
        self.labelled = np.issubdtype(np.asarray(train[1]).dtype, np.integer)
        samples = len(train[0])
        if not isinstance(batch_size, Integral) or not 1 <= batch_size <= samples:
            raise InputError(
                "batch_size",
                f"batch_size={batch_size!r} is not allowed: it is a whole number, and "
                f"there are {samples} training samples; try "
                f"batch_size={min(32, samples)}.",
            )
        self.samples, self.batch_size = samples, batch_size
        self.gradient = network.xp.zeros_like(network.parameters)
        self.moments = {
            name: network.xp.zeros_like(network.parameters)
            for name in optimizer.moments
        }
        self.steps_done = 0
        self._began = 0  # the step at which the optimizer's moments began
        self.changes: list[tuple[int, str, object]] = []
        self.last_loss = np.full(network.lead, np.nan)
        self.rows = np.zeros((*network.lead, 0), int)  # of the latest mini-batch
        self._orders = [generator(seed, Purpose.ORDER) for seed in network.seeds]
        self._ordered = -1  # the epoch that the order is for
        self._blocks = _blocks(network.parameters.shape)
        self.history: dict[str, list] = {"step": []}
        self._record()

    def _part(self, name, x, y):
        """Samples and targets as the network's arrays, once they are known to fit."""
        if not 0 < len(x) == len(y):
            raise InputError(
                name,
                f"{name} has {len(x)} samples and {len(y)} targets; give at least one "
                "sample, and one target for each.",
            )
        x, y = self.network.features(x), self.network.targets(y, self.loss)
        for what, values in (("samples", x), ("targets", y.reshape(len(y), -1))):
            bad = np.argwhere(~np.isfinite(values))
            if len(bad):
                row, column = bad[0]
                raise InputError(
                    name,
                    f"{name} has {values[row, column]} in row {row}, column {column} "
                    f"of its {what}; fill it in, or leave that row out.",
                )
        return x, y

    @property
    def steps_per_epoch(self) -> int:
        """How many mini-batches show every training sample once."""
        return -(-self.samples // self.batch_size)

    @property
    def epoch_done(self) -> float:
        """Epochs done, with the fraction of the one under way."""
        return self.steps_done / self.steps_per_epoch

    @property
    def diverged(self) -> np.ndarray:
        """For each replica (…,) whether its parameters are no longer finite."""
        return ~np.isfinite(self.network.parameters).all(axis=-1)

    def step(self) -> None:
        """One mini-batch: forward, loss, backward, update."""
        with quiet():
            for _ in self.stages():
                pass

    def stages(self) -> Iterator[str]:
        """The four stages of `step`, each named when it is done."""
        xp, network = self.network.xp, self.network
        x, y = self._batch()
        z, caches = network.forward_pass(x, Context(training=True))
        yield "forward"
        losses, cache = self.loss.forward(xp, z, y)
        self.last_loss = xp.mean(losses, axis=-1)
        yield "loss"
        network.backward_pass(caches, self.loss.backward(xp, cache), self.gradient)
        yield "backward"
        self._update()
        self.steps_done += 1
        if self.steps_done % self.steps_per_epoch == 0:
            self._record()
        yield "update"

    def steps(self, n: int) -> Iterator[int]:
        """`n` steps, one at each `next`; ends early when every replica diverged."""
        for _ in range(n):
            if self.steps_done % self.steps_per_epoch == 0 and self.diverged.all():
                return
            self.step()
            yield self.steps_done

    def epoch(self) -> None:
        """Steps to the end of the epoch under way."""
        left = -self.steps_done % self.steps_per_epoch
        for _ in self.steps(left or self.steps_per_epoch):
            pass

    def fit(self, epochs: int) -> None:
        """`epochs` epochs."""
        for _ in range(epochs):
            self.epoch()

    def change(self, **values: float) -> None:
        """Changes numbers of the optimizer from the next step on; weights stay."""
        known = [field.name for field in fields(self.optimizer)]
        for field in values:
            if field not in known:
                raise unknown("field", field, known)
        self.optimizer = replace(self.optimizer, **values)
        for field, value in values.items():
            self.changes.append((self.steps_done, field, value))

    def use(self, optimizer: Optimizer) -> None:
        """Goes on with another optimizer from the next step on; weights stay, and a
        moment that the one before did not keep starts at 0, with its own first step."""
        zeros = self.network.xp.zeros_like
        if not self.moments.keys() >= {*optimizer.moments}:
            self._began = self.steps_done
        self.moments = {
            name: self.moments.get(name, zeros(self.network.parameters))
            for name in optimizer.moments
        }
        self.optimizer = optimizer
        self.changes.append((self.steps_done, "optimizer", optimizer))

    def transplant(self, network: Network) -> None:
        """Goes on with a network of other widths, which takes over what fits.

        Of each array, and of its moments, as many rows and columns are kept as both
        networks have; the rest is as the new network drew it, and its moments are 0.
        Raises `InputError` if inputs, outputs, replicas or kinds of layers differ.
        """
        old = self.network
        if _kin(old) != _kin(network):
            raise InputError(
                "network",
                f"network={network!r} can't take over from {old!r}; give it as many "
                "inputs, outputs and replicas, and the same kinds of layers.",
            )
        moments = {
            name: network.xp.zeros_like(network.parameters) for name in self.moments
        }
        pairs = [(network.parameters, old.parameters)]
        pairs += [(moments[name], self.moments[name]) for name in moments]
        for new, known in pairs:
            network.layout.inherit(network.xp, new, old.layout, known)
        self.network, self.moments = network, moments
        self.gradient = network.xp.zeros_like(network.parameters)
        self._blocks = _blocks(network.parameters.shape)
        self.changes.append((self.steps_done, "network", network.widths))

    def measure(self) -> dict[str, np.ndarray]:
        """Loss, and for labels the share of right answers, on each part: each (…,)."""
        xp, measured = self.network.xp, {}
        with quiet():
            for part, (x, y) in self.parts.items():
                z, _ = self.network.forward_pass(x)
                losses, _ = self.loss.forward(xp, z, y)
                measured[f"{part}_loss"] = xp.mean(losses, axis=-1)
                if self.labelled:
                    right = self.loss.right(xp, z, y)
                    measured[f"{part}_accuracy"] = xp.mean(right, axis=-1)
        return measured

    def _batch(self):
        """The next mini-batch: x (…, batch, inputs) and its targets."""
        first = self.steps_done % self.steps_per_epoch
        epoch = self.steps_done // self.steps_per_epoch
        if epoch != self._ordered:
            self._ordered = epoch
            order = [rng.permutation(self.samples) for rng in self._orders]
            self._order = np.stack(order).reshape(*self.network.lead, self.samples)
        start = first * self.batch_size
        self.rows = self._order[..., start : start + self.batch_size]
        return [self._take(values, self.rows) for values in self.parts["train"]]

    def _take(self, values, rows):
        taken = self.network.xp.take(values, rows.reshape(-1), axis=0)
        return self.network.xp.reshape(taken, (*rows.shape, *values.shape[1:]))

    def _update(self) -> None:
        """The optimizer's change, added: the one line that moves parameters."""
        network = self.network
        step = self.steps_done + 1 - self._began
        named = self.optimizer.coefficients(step, self.optimizer.learning_rate)
        c = {name: network.dtype(value) for name, value in named.items()}
        p, g = network.parameters, self.gradient
        for block in self._blocks:
            m = {name: moment[block] for name, moment in self.moments.items()}
            p[block] += self.optimizer.update(network.xp, m, g[block], p[block], c)

    def _record(self) -> None:
        """Adds what is measured now to the history."""
        self.history["step"].append(self.steps_done)
        for name, values in self.measure().items():
            self.history.setdefault(name, []).append(values)


def _kin(network: Network) -> tuple:
    """What two networks must share for one to take over from the other."""
    kinds = [type(layer) for layer in network.layers]
    return network.widths[0], network.widths[-1], network.lead, kinds


def _blocks(shape: tuple[int, ...]) -> list[tuple[slice, ...]]:
    """Parts of (…, P) with about `BLOCK` numbers: whole rows, or else columns."""
    *lead, size = shape
    columns = [slice(i, i + BLOCK) for i in range(0, size, BLOCK)]
    if not lead:
        return [(part,) for part in columns]
    height = max(1, BLOCK // max(1, size))
    rows = [slice(i, i + height) for i in range(0, *lead, height)]
    return [(some, part) for some in rows for part in columns]
