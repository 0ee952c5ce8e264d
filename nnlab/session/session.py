"""A run in progress: an experiment, its data, its trainer, and the recorded steps."""

from collections.abc import Sequence
from dataclasses import fields
from math import inf
from time import monotonic
from typing import Any

import numpy as np

from nnlab.backend import quiet, to_numpy
from nnlab.data.dataset import Dataset
from nnlab.errors import InputError, Plain
from nnlab.experiment import build
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.source_repr import word
from nnlab.session.decoder import Decoder
from nnlab.session.editable_dataset import Painting
from nnlab.session.stepper import Stepper
from nnlab.training.surgery import (
    check_by_hand,
    exchange,
    feed,
    set_by_hand,
    transplant,
)
from nnlab.training.tape import Tape

LOWEST_RATE = Experiment.kinds()["learning_rate"].low
RESTRAINTS = {"l1", "l2", "weight_decay", "biases", "clip_norm", "clip_value"}
RULES = {"optimizer", *RESTRAINTS, "schedule", "schedule_steps"}  # of every update


class Session(Plain):
    """A run in progress: trained, changed, rewound, and measured.

    Args:
        experiment: the description of the run.

    Attributes:
        experiment: the description, with every live change.
        parts: the three parts of the data, in original units.
        scale: the transform from samples to network inputs.
        decoder: the transform from network outputs to predictions.
        trainer: the trainer, with the network.
        tape: the recorded steps, for rewinding.
        stepper: progress within a step: stage by stage, or in slow motion.
        seconds: the training time so far, in seconds.
        times: the training time at the ends of epochs, by step.
        painting: the points that the learner edits, or None.
    """

    def __init__(self, experiment: Experiment):
        self.experiment = experiment
        self._batch_size = experiment.batch_size  # used when there are enough samples
        self.trainer = experiment.trainer()
        self._set_data(experiment)
        self.stepper = Stepper(self)
        self.seconds = 0.0
        self.times = {0: 0.0}
        self.painting: Painting | None = None
        self._measured_at = -1
        self._record()

    def __repr__(self) -> str:
        return f"Session(step={self.trainer.steps_done})"

    @property
    def data(self) -> Dataset:
        """Training part, with the names of features and classes."""
        return self.parts.train

    @property
    def judged_by(self) -> str:
        """Name of the metric to judge by: "accuracy" for labels, otherwise "r2"."""
        return "accuracy" if self.trainer.record.labelled else "r2"

    @property
    def watched(self) -> str:
        """Name of the part to judge by: "validation", or "train" if that is empty."""
        return "validation" if len(self.parts.validation) else "train"

    def goes_on_as(self, experiment: Experiment) -> bool:
        """Return True if the run can continue as that experiment with its weights."""
        before, now = self.experiment.values(), experiment.values()
        changed = {name for name in now if now[name] != before[name]}
        return changed <= live(self.experiment, experiment)

    def change(self, **values) -> None:
        """Change live fields from the next step on; the weights are kept.

        In slow motion the change applies to the current step.

        Raises:
            InputError: for a value that is not allowed, or a field that requires a new
                run.
        """
        experiment = self.experiment.replace(**values)
        for name in values:
            if name not in live(self.experiment, experiment):
                raise _fixed(name, values[name])
        at = self.stepper.interrupt()  # to restart the mini-batch with the change
        if "dropout" in values:
            self.stepper.finish()  # its backward pass needs the old layers
            exchange(self.trainer.network, experiment.layers())
        self._follow(experiment, values)
        self.experiment = self._past[len(self.trainer.changes)] = experiment
        if self.stepper.between_steps:
            self.tape.note_change()
        if at is not None:
            self.stepper.resume(at)

    def _follow(self, experiment: Experiment, values: dict) -> None:
        """Update the trainer to this experiment, and record the changes."""
        optimizer, update = experiment.make_optimizer(), self.trainer.update
        update.regularizers = tuple(build.regularizers(experiment))
        update.clip = build.clip(experiment)
        update.schedule = build.schedule(experiment)
        own = ["optimizer", *(field.name for field in fields(optimizer))]
        if "optimizer" in values:
            self.trainer.use(optimizer)
        else:
            numbers = {name: getattr(optimizer, name) for name in own if name in values}
            self.trainer.change(**numbers)
        for name in values:
            if name not in own:
                value = getattr(experiment, name)
                value = word(value) if callable(value) else value
                self.trainer.changes.append((self.trainer.steps_done, name, value))

    def rewind(self, step: int) -> None:
        """Go to a recorded step, with the experiment as it was then.

        Raises:
            InputError: for a step that is not on the tape.
        """
        self.tape.rewind(step)
        self.stepper.forget()
        self.follow_trainer()

    def follow_trainer(self) -> None:
        """Update the experiment and forget metrics after the step has changed."""
        self.experiment = self._past[len(self.trainer.changes)]
        self._measured_at = -1

    def _record(self) -> None:
        """Start a new tape at the current step."""
        self.tape = Tape(self.trainer)
        # the experiment after so many live changes: rewinding restores their number
        self._past = {len(self.trainer.changes): self.experiment}

    def grow(self, hidden: tuple[int, ...]) -> None:
        """Change the number of neurons of hidden layers.

        The remaining neurons keep their weights.

        Args:
            hidden: the new value of the field `hidden`.

        Raises:
            InputError: for a value that is not allowed.
        """
        experiment = self.experiment.replace(hidden=hidden)
        self.stepper.finish()
        transplant(self.trainer, experiment.network())
        self.experiment = experiment
        self._record()
        self._measured_at = -1

    def set_by_hand(
        self, replica: int, name: str, at: tuple[int, ...], value: float
    ) -> None:
        """Set one number of a replica; the next step continues from it.

        The tape starts anew.

        Args:
            replica: the index of the replica.
            name: the name of the array, such as "0.W".
            at: the index in the array.
            value: the new value.

        Raises:
            InputError: for a replica, array or index that does not exist, or a value
                that is not finite.
        """
        check_by_hand(self.trainer.network, replica, name, at, value)
        self.stepper.finish()
        set_by_hand(self.trainer, replica, name, at, value)
        self._record()
        self._measured_at = -1

    def learn_from(self, data: Dataset) -> None:
        """Continue with other samples of the same features and classes.

        The weights and the optimizer's moments are kept, and the tape starts anew. If
        there are fewer samples than the batch size, the mini-batch is all of them.

        Raises:
            InputError: for data that the network can't be trained on; nothing is
                changed.
        """
        experiment = self._with(data)
        parts = build.arrays(experiment)
        self.stepper.finish()
        named = dict(zip(("train", "validation"), parts))
        feed(self.trainer, named, experiment.batch_size)
        self.experiment = experiment
        self._set_data(experiment)
        self._record()
        self._measured_at = -1

    def _with(self, data: Dataset) -> Experiment:
        """Return the experiment with other samples, and a batch size they allow."""
        if _kin(data) != _kin(self.data):
            raise InputError(
                "data",
                f"data={word(data)} has other features or classes than "
                f"data={word(self.data)}; start anew, with "
                "Session(session.experiment.replace(data=…)).",
            )
        fields = {"data": data, "samples": None, "noise": None}
        try:
            return self.experiment.replace(**fields, batch_size=self._batch_size)
        except InputError as error:  # a batch too small for a layer
            if error.argument != "batch_size":
                raise
            return self.experiment.replace(**fields, batch_size=None)

    def _set_data(self, experiment: Experiment) -> None:
        """Set the data of this experiment and their transforms."""
        self.parts = experiment.split()
        self.scale = experiment.inputs(self.parts)
        targets = experiment.targets(self.parts)
        self.decoder = Decoder(self.trainer.loss, self.data, targets)

    def train(self, steps: int, seconds: float = inf) -> int:
        """Train up to `steps` steps in about `seconds` seconds.

        A mini-batch in progress is completed first, and counts as a step.

        Returns:
            The number of steps made.
        """
        begin, made = monotonic(), self.stepper.finish()
        for step in self.trainer.steps(steps - made):
            made += 1
            self.tape.record()
            if self.trainer.batches.left(step) == 0:
                self.times[step] = self.seconds + monotonic() - begin
            if monotonic() > begin + seconds:
                break
        self.seconds += monotonic() - begin
        return made

    @property
    def began_as(self) -> Experiment:
        """Experiment at the first recorded step, before any live change since."""
        return self._past[min(self._past)]

    @property
    def live_changes(self) -> list[tuple[int, dict[str, Any]]]:
        """Live changes since the first recorded step: (step, new values by field)."""
        counts = sorted(c for c in self._past if c <= len(self.trainer.changes))
        found: list[tuple[int, dict[str, Any]]] = []
        for before, after in zip(counts, counts[1:]):
            old, new = self._past[before].values(), self._past[after].values()
            step = self.trainer.changes[after - 1][0]
            found.append((step, {n: new[n] for n in new if new[n] != old[n]}))
        return found

    @property
    def later(self) -> dict[str, list[Any]]:
        """Recorded history after the current step, by metric; empty at the end."""
        if self.tape.end == self.trainer.steps_done:
            return {}
        past = self.trainer.history
        return {name: v[len(past[name]) :] for name, v in self.tape.entries.items()}

    def seconds_at(self, steps: Sequence[int]) -> np.ndarray:
        """Return the training time in seconds at each of these increasing steps.

        It is interpolated linearly between the ends of epochs.
        """
        end = max(self.tape.end, self.trainer.steps_done)
        known = sorted((step, at) for step, at in self.times.items() if step < end)
        return np.interp(steps, *zip(*known, (end, self.seconds)))

    def measure(self) -> dict[str, np.ndarray]:
        """Return the metrics at the current step, cached per step.

        Returns:
            Arrays (seeds,) by name: the losses, and the accuracies or R², of each part.
        """
        if self._measured_at != self.trainer.steps_done:
            self._measured = self.trainer.measure()
            self._measured_at = self.trainer.steps_done
        return self._measured

    def worst(self, name: str) -> float:
        """Return the value that a diverged replica counts as.

        It is −∞ for accuracy and R², ∞ for a loss.
        """
        return -inf if name.endswith(self.judged_by) else inf

    def median(self, name: str) -> float:
        """Return the median over replicas of the metric `name`.

        A diverged replica counts as the worst; NaN if most have diverged.
        """
        values = self.measure()[name]
        middle = np.median(np.where(np.isfinite(values), values, self.worst(name)))
        return float(middle) if np.isfinite(middle) else np.nan

    def trouble(self) -> str:
        """Return a message about diverged replicas with a suggestion, or ""."""
        lost, experiment = int(np.sum(self.trainer.diverged)), self.experiment
        if not lost:
            return ""
        words = (
            f"{lost} of {experiment.seeds} networks have diverged: their numbers are "
            "no longer finite"
        )
        if callable(experiment.optimizer):
            return f"{words}. Fix your code, then press Reset."
        rate = experiment.learning_rate
        return (
            f"{words}, with learning_rate={rate:g}. Try "
            f"learning_rate={max(rate / 10, LOWEST_RATE):.2g}, then Reset."
        )

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """Return every replica's outputs (R, batch, outputs).

        x (batch, features) is in original units.
        """
        with quiet():
            return to_numpy(self.trainer.network.forward(self.scale(x)))

    def trace(self, x: np.ndarray, replica: int) -> list[np.ndarray]:
        """Return each layer's output (batch, units) in one replica.

        x (batch, features) is in original units.
        """
        with quiet():
            traced = self.trainer.network.replica(replica).trace(self.scale(x))
            return [to_numpy(y) for y in traced]

    def array(self, name: str, replica: int) -> np.ndarray:
        """Return a parameter array of one replica, such as "0.W", on the host."""
        return to_numpy(self.trainer.network.replica(replica)[name])


def _kin(data: Dataset) -> tuple:
    """Return the properties that data must share for training to continue with them."""
    return data.features, data.classes, data.targets, data.image


def live(before: Experiment, after: Experiment) -> set[str]:
    """Return the fields that can change during a run that keeps its weights.

    They affect learning, not the data or the architecture.
    """
    numbers = {"learning_rate"}
    if isinstance(after.optimizer, str):
        numbers = {field.name for field in fields(after.make_optimizer())}
    dropout = {"dropout"} if None not in (before.dropout, after.dropout) else set()
    return {*RULES, *numbers, *dropout}


def _fixed(name: str, value: object) -> InputError:
    """Return the error for a field that can't change during a run."""
    said = f"{name}={word(value)}"
    return InputError(
        name,
        f"{said} can't be changed in the middle of this run; start anew, with "
        f"Session(session.experiment.replace({said})).",
    )
