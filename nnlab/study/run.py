"""A run under way: an experiment, its data, and the trainer that carries it out."""

import numpy as np

from nnlab.backend import quiet
from nnlab.data.dataset import Dataset
from nnlab.study.experiment import Experiment

Neuron = tuple[int, int]  # the layer whose output it is, and its number there


class Run:
    """One experiment, started. Views read it, the player moves it.

    Attributes:
        experiment: what it was started from, with every live change.
        parts: the data in three parts, in their own units.
        scale: from the data's units to what the network sees.
        trainer: the trainer, with the network.
        shown: which replica is shown where only one can be.
        pointed: the neuron that the learner points at, if any.
    """

    def __init__(self, experiment: Experiment, shown: int = 0):
        self.experiment, self.shown = experiment, shown
        self.pointed: Neuron | None = None
        self.parts = experiment.split()
        self.scale = experiment.scale(self.parts)
        self.trainer = experiment.trainer()
        self._measured_at = -1

    @property
    def data(self) -> Dataset:
        """The training part, which also knows the names of features and classes."""
        return self.parts.train

    def change(self, **values: float) -> None:
        """Changes live fields from the next step on; the weights stay."""
        self.experiment = self.experiment.replace(**values)
        self.trainer.change(**values)

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
