"""Many experiments at once: those of equal shape train together, as replicas.

They may differ in every number and in all luck: rates, betas, penalties, dropout,
clipping, schedules, patience, how weights start, data and splits of equal size. What
differs in more is of another group, and the groups train one after the other. Each
experiment's curves are those that it would have alone, bit for bit, if NumPy computes
and BLAS has as many threads as then. (One kernel of OpenBLAS keeps this only in float32
where a layer has one input and one unit: Prescott, of processors before SSE 4.2, adds
up a dot product in float64 in an order that goes by the address of its numbers.)
"""

from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any

import numpy as np

from nnlab.engine.network import Network
from nnlab.engine.replicas import kind_of, merged
from nnlab.engine.schedules import Schedule
from nnlab.errors import InputError, at_least_one, shown
from nnlab.experiment import build
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.results import RunResult, bar, finish, whole_epochs
from nnlab.training.early_stopping import EarlyStopping
from nnlab.training.metrics import Part
from nnlab.training.trainer import Trainer


def sweep(experiments: Iterable[Experiment], epochs: int = 100) -> list[RunResult]:
    """Trains all of them for so many epochs; the curves, in the order of the
    experiments. One that diverges harms none of the others. If it is interrupted, what
    was measured so far is kept, and of those that were not begun the start.

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
        left = epochs  # 0 once somebody has interrupted
        for members in groups.values():
            group = Group([experiments[i] for i in members])
            made = whole_epochs(group.trainer, left, group.epoch, progress.update)
            if made < left and not found and not made:
                raise KeyboardInterrupt  # there is nothing to keep
            left = left if made == left else 0
            found |= dict(zip(members, group.results()))
    return [found[i] for i in range(len(experiments))]


def _kind(e: Experiment) -> Any:
    """What experiments must have in common to train together."""
    parts = build.split_of(e)
    sizes = [(part.x.shape, part.y.shape) for part in (parts.train, parts.validation)]
    rules = [build.optimizer(e), build.loss(e), *build.regularizers(e)]
    rules += [build.clip(e), *build.layers(e)]
    terms = build.schedule(e) is None, build.stopping(e) is None
    numbers = e.batch_size, e.dtype, e.backend
    return str(sizes), e.features, *numbers, terms, *map(kind_of, rules)


class Group:
    """Experiments of equal shape, as the replicas of one run."""

    def __init__(self, experiments: Sequence[Experiment]):
        self.experiments, self.began = experiments, monotonic()
        self.seeds = [e.seeds for e in experiments]
        stops = np.cumsum(self.seeds)
        self.rows = [slice(stop - n, stop) for stop, n in zip(stops, self.seeds)]
        self.epochs = np.zeros(len(experiments), int)  # of each, until it was over
        self.trainer = self._trainer()

    def epoch(self) -> None:
        """One epoch, which counts for those that are not over."""
        goes_on = self.trainer.active & ~self.trainer.diverged
        self.trainer.epoch()
        self.epochs += [goes_on[rows].any() for rows in self.rows]

    def results(self) -> list[RunResult]:
        """What each experiment measured. Of the time that all took together it has as
        large a share as of the networks."""
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
        """One trainer for all of them."""
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
        """The networks, each as its own experiment starts it."""
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
        """One part for all replicas."""
        made = [(make(e), e.seeds) for e in self.experiments]
        return merged([part for part, seeds in made for _ in range(seeds)])

    def _stacked(self, samples: Sequence[Part]) -> Part:
        """The samples and targets that all share, or else those of each replica."""
        x, y = zip(*samples)
        if all(np.array_equal(one, x[0]) for one in x):
            if all(np.array_equal(one, y[0]) for one in y):
                return samples[0]
        return np.repeat(x, self.seeds, axis=0), np.repeat(y, self.seeds, axis=0)

    def _schedule(self) -> Schedule | None:
        """A function of the step to each replica's factor."""
        made = [build.schedule(e) for e in self.experiments]
        if all(one == made[0] for one in made):
            return made[0]
        return lambda step: np.repeat([one(step) for one in made], self.seeds)

    def _stopping(self) -> EarlyStopping | None:
        """The patience of each replica."""
        if self.experiments[0].patience is None:
            return None
        rule = EarlyStopping()
        patience = np.repeat([e.patience for e in self.experiments], self.seeds)
        object.__setattr__(rule, "patience", patience)
        return rule
