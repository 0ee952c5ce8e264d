"""A run under way: an experiment, its data, and the trainer that carries it out."""

from collections.abc import Iterator
from math import inf
from time import monotonic

import numpy as np

from nnlab.backend import quiet
from nnlab.data.dataset import Dataset
from nnlab.engine.transplant import transplant
from nnlab.study.experiment import Experiment

LEAST = Experiment.kinds()["learning_rate"].low
Neuron = tuple[int, int]  # the layer whose output it is, and its number there
Link = tuple[int, int, int]  # the layer whose weight it is, its row and its column


class Run:
    """One experiment, started. Views read it, the player moves it.

    Attributes:
        experiment: what it was started from, with every live change.
        parts: the data in three parts, in their own units.
        scale: from the data's units to what the network sees.
        trainer: the trainer, with the network.
        seconds: how long the training itself took so far.
        stage: the latest stage of a mini-batch that goes stage by stage, if one does.
        shown: which replica is shown where only one can be.
        pointed: the neuron or weight that the learner points at, if any.
        pinned: the one that the learner has clicked, if any.
    """

    def __init__(self, experiment: Experiment, shown: int = 0):
        self.experiment, self.shown = experiment, shown
        self.pointed: Neuron | Link | None = None
        self.pinned: Neuron | Link | None = None
        self.parts = experiment.split()
        self.scale = experiment.inputs(self.parts)
        self.trainer = experiment.trainer()
        self.seconds = 0.0
        self.stage: str | None = None
        self._walk: Iterator[str] = iter(())
        self._measured_at = -1

    @property
    def data(self) -> Dataset:
        """The training part, which also knows the names of features and classes."""
        return self.parts.train

    @property
    def focus(self) -> Neuron | Link | None:
        """What the learner looks at: what is pointed at, or else what is pinned."""
        return self.pointed or self.pinned

    @property
    def neuron(self) -> Neuron | None:
        """The neuron that the learner looks at, if it is one."""
        return self.focus if self.focus and len(self.focus) == 2 else None

    @property
    def link(self) -> Link | None:
        """The weight that the learner looks at, if it is one."""
        return self.focus if self.focus and len(self.focus) == 3 else None

    def change(self, **values) -> None:
        """Changes live fields from the next step on; the weights stay."""
        experiment = self.experiment.replace(**values)
        if "optimizer" in values:
            self.trainer.use(experiment.make_optimizer())
        else:
            self.trainer.change(**values)
        self.experiment = experiment

    def grow(self, hidden: tuple[int, ...]) -> None:
        """More neurons in a hidden layer, or fewer: the others keep their weights."""
        experiment = self.experiment.replace(hidden=hidden)
        self.finish_batch()
        self.experiment = experiment
        transplant(self.trainer, self.experiment.network())
        self.pointed = self.pinned = None
        self._measured_at = -1

    def train(self, steps: int, seconds: float = inf) -> int:
        """Up to `steps` steps in about `seconds`; returns how many it made.

        A mini-batch that is under way counts as the first of them.
        """
        begin, made = monotonic(), self.finish_batch()
        for _ in self.trainer.steps(steps - made):
            made += 1
            if monotonic() > begin + seconds:
                break
        self.seconds += monotonic() - begin
        return made

    def walk(self) -> None:
        """One stage of a mini-batch: of the one under way, or of the next."""
        with quiet():
            self.stage = next(self._walk, None)
            if self.stage is None:
                self._walk = self.trainer.stages()
                self.stage = next(self._walk)

    def finish_batch(self) -> int:
        """A mini-batch under way is carried to its end; returns how many there were."""
        before = self.trainer.steps_done
        with quiet():
            for _ in self._walk:
                pass
        self.stage = None
        return self.trainer.steps_done - before

    def measure(self) -> dict[str, np.ndarray]:
        """Loss and accuracy at this step; measured once however often it is asked."""
        if self._measured_at != self.trainer.steps_done:
            self._measured = self.trainer.measure()
            self._measured_at = self.trainer.steps_done
        return self._measured

    def median(self, name: str) -> float:
        """The median over replicas of what `measure` calls `name`.

        A diverged replica counts as infinitely wrong; NaN if most have diverged.
        """
        values = self.measure()[name]
        middle = np.median(np.where(np.isfinite(values), values, np.inf))
        return float(middle) if np.isfinite(middle) else np.nan

    def trouble(self) -> str:
        """What is wrong with the run, and what to do about it; empty if nothing is."""
        lost, experiment = int(np.sum(self.trainer.diverged)), self.experiment
        if not lost:
            return ""
        words = (
            f"{lost} of {experiment.seeds} networks have diverged: their numbers are "
            "no longer finite"
        )
        if callable(experiment.optimizer):
            return f"{words}. Mend your code, then press Reset."
        rate = experiment.learning_rate
        return (
            f"{words}, with learning_rate={rate:g}. Try "
            f"learning_rate={max(rate / 10, LEAST):.2g}, then Reset."
        )

    def answer(self, z: np.ndarray) -> np.ndarray:
        """What the network says, read from its outputs z: 0 to 1 for each."""
        with quiet():
            return np.clip(self.trainer.loss.answer(np, z), 0, 1)

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """Every replica's output (R, batch, outputs) for x in the data's units."""
        with quiet():
            return self.trainer.network.forward(self.scale(x))

    def trace(self, x: np.ndarray) -> list[np.ndarray]:
        """Each layer's output for x, in the replica shown: each (batch, features)."""
        with quiet():
            return self.trainer.network.solo(self.shown).trace(self.scale(x))

    def confidence(self, z: np.ndarray) -> np.ndarray:
        """How much outputs z of two classes speak for the second one, 0 to 1."""
        return self.answer(z)[..., -1]
