"""Train many experiments at once; those of equal shape become replicas of one run.

Experiments in a group may differ in all numbers and seeds: learning rates, betas,
penalties, dropout, clipping, schedules, patience, initializers, and in data and splits
of equal size. Experiments that differ in more form other groups, which are trained in
turn. The curves of each experiment equal those of training it alone, bit for bit, with
the NumPy backend and the same number of BLAS threads. (One exception: the Prescott
kernel of OpenBLAS, for processors before SSE 4.2, in float64 and with a layer of one
input and one unit, sums a dot product in an order that depends on memory addresses.)
"""

from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any

import numpy as np

from nnlab.engine.network import Network
from nnlab.engine.schedules import Schedule
from nnlab.errors import InputError, at_least_one, shown
from nnlab.experiment import build
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.merged_parts import kind_of, merged
from nnlab.experiment.results import RunResult, bar, finish, whole_epochs
from nnlab.training.early_stopping import EarlyStopping
from nnlab.training.metrics import Part
from nnlab.training.trainer import Trainer


def sweep(experiments: Iterable[Experiment], epochs: int = 100) -> list[RunResult]:
    """Train all experiments for `epochs` epochs, and return their results in order.

    A diverging experiment does not affect the others. After an interrupt, complete
    epochs are kept; an experiment that was not started has only row 0.

    Raises:
        InputError: if `experiments` has an entry that is not an `Experiment`, or
            `epochs` is less than 1.
        KeyboardInterrupt: if interrupted before the first epoch is complete.

    >>> rates = [0.01, 0.1, 1.0]
    >>> found = sweep([Experiment(learning_rate=r, seeds=2) for r in rates], epochs=2)
    >>> [curves["validation_loss"].shape for curves in found]
    [(3, 2), (3, 2), (3, 2)]
    """
    at_least_one("epochs", epochs)
    experiments = (
        [experiments] if isinstance(experiments, Experiment) else [*experiments]
    )
    for one in experiments:
        if not isinstance(one, Experiment):
            raise InputError(
                "experiments",
                f"experiments has {shown(one)}, which is no Experiment; try "
                "sweep([Experiment(), Experiment(learning_rate=1)]).",
            )
    groups: dict[Any, list[int]] = {}
    for i, e in enumerate(experiments):
        groups.setdefault(_kind(e), []).append(i)
    found: dict[int, RunResult] = {}
    with bar(epochs * len(groups)) as progress:
        left = epochs  # 0 after an interrupt
        for members in groups.values():
            group = Group([experiments[i] for i in members])
            made = whole_epochs(group.trainer, left, group.epoch, progress.update)
            if made < left and not found and not made:
                raise KeyboardInterrupt  # no epoch is complete
            left = left if made == left else 0
            found |= dict(zip(members, group.results()))
    return [found[i] for i in range(len(experiments))]


def _kind(e: Experiment) -> Any:
    """Return a key that is equal for experiments that can train together."""
    parts = build.split_of(e)
    sizes = [(part.x.shape, part.y.shape) for part in (parts.train, parts.validation)]
    rules = [build.optimizer(e), build.loss(e), *build.regularizers(e)]
    rules += [build.clip(e), *build.layers(e)]
    terms = build.schedule(e) is None, build.stopping(e) is None
    numbers = e.batch_size, e.dtype, e.backend
    return str(sizes), e.features, *numbers, terms, *map(kind_of, rules)


class Group:
    """Experiments of equal shape, trained as the replicas of one run."""

    def __init__(self, experiments: Sequence[Experiment]):
        self.experiments, self.began = experiments, monotonic()
        self.seeds = [e.seeds for e in experiments]
        stops = np.cumsum(self.seeds)
        self.rows = [slice(stop - n, stop) for stop, n in zip(stops, self.seeds)]
        self.epochs = np.zeros(len(experiments), int)  # until each one ended
        self.trainer = self._trainer()

    def epoch(self) -> None:
        """Train one epoch, and count it for the experiments that are still running."""
        goes_on = self.trainer.active & ~self.trainer.diverged
        self.trainer.epoch()
        self.epochs += [goes_on[rows].any() for rows in self.rows]

    def results(self) -> list[RunResult]:
        """Return the result of each experiment.

        Training time is divided in proportion to the number of networks.
        """
        seconds, found = monotonic() - self.began, []
        best = finish(self.trainer)
        history = {k: np.array(v) for k, v in self.trainer.history.items()}
        for rows, epochs, seeds in zip(self.rows, self.epochs, self.seeds):
            own = {
                name: values[: epochs + 1]
                if name == "step"
                else values[: epochs + 1, rows]
                for name, values in history.items()
            }
            network, share = (
                self.trainer.network.replicas_of(rows),
                seeds / sum(self.seeds),
            )
            where = None if best is None else best[rows]
            found.append(RunResult(own, network, seconds * share, where))
        return found

    def _trainer(self) -> Trainer:
        """Return one trainer for all experiments."""
        train, validation = zip(*map(build.arrays, self.experiments))
        return Trainer(
            self._network(),
            self._merged(build.loss),
            self._merged(build.optimizer),
            self._stacked(train),
            self._stacked(validation),
            self.experiments[0].batch_size,
            self._merged(lambda e: tuple(build.regularizers(e))),
            self._merged(build.clip),
            self._schedule(),
            self._stopping(),
        )

    def _network(self) -> Network:
        """Return one network whose replicas have each experiment's initial weights."""
        first = self.experiments[0]
        layers = self._merged(lambda e: tuple(build.layers(e)))
        seeds = [e.seed + i for e in self.experiments for i in range(e.seeds)]
        how = first.dtype, first.backend
        network = Network(build.inputs(first), layers, seeds, len(seeds), *how)
        starts = [build.network(e.replace(backend="numpy")) for e in self.experiments]
        table = np.concatenate([one.parameters for one in starts])
        network.parameters[...] = network.xp.asarray(table)
        return network

    def _merged(self, make: Callable[[Experiment], Any]) -> Any:
        """Return one part with per-replica numbers."""
        made = [(make(e), e.seeds) for e in self.experiments]
        return merged([part for part, seeds in made for _ in range(seeds)])

    def _stacked(self, samples: Sequence[Part]) -> Part:
        """Return the shared samples and targets, or those of each replica, stacked."""
        x, y = zip(*samples)
        if all(np.array_equal(one, x[0]) for one in x):
            if all(np.array_equal(one, y[0]) for one in y):
                return samples[0]
        return np.repeat(x, self.seeds, axis=0), np.repeat(y, self.seeds, axis=0)

    def _schedule(self) -> Schedule | None:
        """Return one schedule, with a factor per replica if they differ."""
        made = [build.schedule(e) for e in self.experiments]
        if all(one == made[0] for one in made):
            return made[0]
        return lambda step: np.repeat([one(step) for one in made], self.seeds)

    def _stopping(self) -> EarlyStopping | None:
        """Return one early stopping rule with a patience per replica."""
        if self.experiments[0].patience is None:
            return None
        rule = EarlyStopping()
        patience = np.repeat([e.patience for e in self.experiments], self.seeds)
        object.__setattr__(rule, "patience", patience)
        return rule
