"""A run in progress: an experiment, its data, and its trainer."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import cached_property
from math import inf
from time import monotonic

import numpy as np

from nnlab.backend import quiet, to_numpy
from nnlab.data.dataset import Dataset
from nnlab.errors import InputError
from nnlab.experiment import build
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.source_repr import word
from nnlab.session.editable_dataset import Painting
from nnlab.session.stepper import Slow
from nnlab.training.surgery import (
    check_by_hand,
    exchange,
    feed,
    set_by_hand,
    transplant,
)
from nnlab.training.tape import Tape

LOWEST_RATE = Experiment.kinds()["learning_rate"].low
Neuron = tuple[int, int]  # layer and index of the output
Link = tuple[int, int, int]  # layer, row and column of the weight
RESTRAINTS = {"l1", "l2", "weight_decay", "biases", "clip_norm", "clip_value"}
RULES = {"optimizer", *RESTRAINTS, "schedule", "schedule_steps"}  # of every update


class Run:
    """A run in progress: views read it, the player advances it.

    Args:
        experiment: the description of the run.
        shown: the index of the replica that is displayed.

    Attributes:
        experiment: the description, with every live change.
        parts: the three parts of the data, in original units.
        scale: the transform from samples to network inputs.
        targets: the standardizer of the targets; None for labels.
        trainer: the trainer, with the network.
        tape: the recorded steps, for rewinding.
        seconds: the training time so far, in seconds.
        stage: the current stage of a mini-batch in progress, or None.
        slow: that mini-batch in slow motion, layer by layer, or None.
        sample: the index of the displayed sample, in slow motion in the mini-batch,
            otherwise in the training part; None for all samples.
        weight: the position in the flat parameter vector of the weight whose gradient
            is explained by default.
        shown: the index of the replica that is displayed.
        pointed: the neuron or weight under the pointer, or None.
        pinned: the neuron or weight that was clicked, or None.
        over: the place under the pointer on a map, as a sample (features,) in original
            units, or None.
        place: the place that was clicked on a map, or None.
        painting: the points edited by the user, or None.
    """

    def __init__(self, experiment: Experiment, shown: int = 0):
        self.experiment, self.shown = experiment, shown
        self.pointed: Neuron | Link | None = None
        self.pinned: Neuron | Link | None = None
        self.over: np.ndarray | None = None
        self.place: np.ndarray | None = None
        self.painting: Painting | None = None
        self._batch_size = experiment.batch_size  # used when there are enough samples
        self._look_at(experiment)
        self.trainer = experiment.trainer()
        self.seconds = 0.0
        self._times = {0: 0.0}  # training time at the ends of epochs
        self.stage: str | None = None
        self.slow: Slow | None = None
        self.sample: int | None = None
        self.weight = 0
        self._walk: Iterator[str] = iter(())
        self._measured_at = -1
        self._record()

    def __repr__(self) -> str:
        return f"Run(step={self.trainer.steps_done})"

    @property
    def data(self) -> Dataset:
        """Training part, with the names of features and classes."""
        return self.parts.train

    @property
    def focus(self) -> Neuron | Link | None:
        """Neuron or weight under the pointer, or else the pinned one."""
        return self.pointed or self.pinned

    @property
    def neuron(self) -> Neuron | None:
        """Neuron in focus, or None."""
        return self.focus if self.focus and len(self.focus) == 2 else None

    @property
    def link(self) -> Link | None:
        """Weight in focus, or None."""
        return self.focus if self.focus and len(self.focus) == 3 else None

    @property
    def row(self) -> int | None:
        """Row of the displayed sample in the training part, or None for all samples."""
        if self.sample is None:
            return None
        batch = self.trainer.rows[self.shown] if self.slow else range(len(self.data))
        return int(batch[min(self.sample, len(batch) - 1)])

    @property
    def probe(self) -> np.ndarray | None:
        """Sample (features,) in focus, in original units, or None.

        It is the place under the pointer, or else the place clicked, or else the
        displayed row.
        """
        if self.over is not None:
            return self.over
        if self.place is not None:
            return self.place
        return None if self.row is None else self.data.x[self.row]

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
        slow = None if self.slow is None or self.slow.over else self.slow
        if slow:
            self._give_up()  # then restart the mini-batch with the change
        if "dropout" in values:
            self.finish_batch()  # its backward pass needs the old layers
            exchange(self.trainer.network, experiment.layers())
        self._follow(experiment, values)
        self.experiment = self._past[len(self.trainer.changes)] = experiment
        if slow:
            self.slow = Slow(self.trainer)
            self._go(slow.at)

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
        self._walk, self.stage, self.slow = iter(()), None, None
        self._look_around()

    def _look_around(self) -> None:
        """Update the experiment and forget metrics after the step has changed."""
        self.experiment = self._past[len(self.trainer.changes)]
        self._measured_at = -1

    def _record(self) -> None:
        """Start a new tape at the current step."""
        self.tape = Tape(self.trainer)
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
        self.finish_batch()
        transplant(self.trainer, experiment.network())
        self.experiment = experiment
        self._record()
        self.pointed = self.pinned = None
        self.weight = 0
        self._measured_at = -1

    def set_by_hand(self, name: str, at: tuple[int, ...], value: float) -> None:
        """Set one number of the displayed replica; the next step continues from it.

        The tape starts anew.

        Args:
            name: the name of the array, such as "0.W".
            at: the index in the array, as returned by `array`.
            value: the new value.

        Raises:
            InputError: for an array or index that does not exist, or a value that is
                not finite.
        """
        check_by_hand(self.trainer.network, self.shown, name, at, value)
        self.finish_batch()
        set_by_hand(self.trainer, self.shown, name, at, value)
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
        self.finish_batch()
        named = dict(zip(("train", "validation"), parts))
        feed(self.trainer, named, experiment.batch_size)
        self.experiment = experiment
        self._look_at(experiment)
        self._record()
        self._measured_at = -1

    def _with(self, data: Dataset) -> Experiment:
        """Return the experiment with other samples, and a batch size they allow."""
        if _kin(data) != _kin(self.data):
            raise InputError(
                "data",
                f"data={word(data)} has other features or classes than "
                f"data={word(self.data)}; start anew, with "
                "Run(run.experiment.replace(data=…)).",
            )
        fields = {"data": data, "samples": None, "noise": None}
        try:
            return self.experiment.replace(**fields, batch_size=self._batch_size)
        except InputError as error:  # a batch too small for a layer
            if error.argument != "batch_size":
                raise
            return self.experiment.replace(**fields, batch_size=None)

    def _look_at(self, experiment: Experiment) -> None:
        """Set the data of this experiment and their transforms."""
        self.parts = experiment.split()
        self.scale = experiment.inputs(self.parts)
        self.targets = experiment.targets(self.parts)
        vars(self).pop("span", None)  # cached for the previous data

    def train(self, steps: int, seconds: float = inf) -> int:
        """Train up to `steps` steps in about `seconds` seconds.

        A mini-batch in progress is completed first, and counts as a step.

        Returns:
            The number of steps made.
        """
        begin, made = monotonic(), self.finish_batch()
        for step in self.trainer.steps(steps - made):
            made += 1
            self.tape.record()
            if self.trainer.batches.left(step) == 0:
                self._times[step] = self.seconds + monotonic() - begin
            if monotonic() > begin + seconds:
                break
        self.seconds += monotonic() - begin
        return made

    def seconds_at(self, steps: Sequence[int]) -> np.ndarray:
        """Return the training time in seconds at each of these increasing steps.

        It is interpolated linearly between the ends of epochs.
        """
        known = {step: self._times[step] for step in steps if step in self._times}
        known[max(self.tape.end, self.trainer.steps_done)] = self.seconds
        return np.interp(steps, [*known], [*known.values()])

    def walk(self) -> None:
        """Advance by one stage: of the mini-batch in progress, or of the next."""
        with quiet():
            self.stage = next(self._walk, None)
            if self.stage is None:
                self._walk = self.trainer.stages()
                self.stage = next(self._walk)
        if self.stage == "update":
            self.tape.record()

    def forth(self) -> None:
        """Advance by one moment in slow motion, into the next mini-batch if needed."""
        if self.slow is None or self.slow.over:
            self.finish_batch()
            self.slow = Slow(self.trainer)
        self._go(self.slow.at + 1)
        if self.slow.over:
            self.tape.record()

    def back(self) -> None:
        """Go back by one moment in slow motion.

        From the first moment of a mini-batch it goes to the last one of the previous,
        if that is on the tape.
        """
        if self.slow is not None and self.slow.at > 0:
            self._go(self.slow.at - 1)
            return
        begun = self.slow.step if self.slow else self.trainer.steps_done
        before = max(begun - 1, self.tape.start)
        self.rewind(before)
        if before < begun:
            self.slow = Slow(self.trainer)
            self._go(len(self.slow.moments) - 1)

    def _go(self, at: int) -> None:
        """Go to this moment in slow motion. If custom code raises, the mini-batch is
        rolled back."""
        try:
            self.slow.go(at)
        except Exception:
            self._give_up()
            raise
        self.stage, self._walk = self.slow.moment.stage, self.slow.walk
        self._look_around()

    def _give_up(self) -> None:
        """Roll back the mini-batch in slow motion."""
        self.slow.give_up()
        self._walk, self.stage, self.slow = iter(()), None, None

    def finish_batch(self) -> int:
        """Complete the mini-batch in progress, if any.

        Returns:
            The number of steps made, 0 or 1.
        """
        before = self.trainer.steps_done
        with quiet():
            for _ in self._walk:
                pass
        self.stage = self.slow = None
        made = self.trainer.steps_done - before
        if made:
            self.tape.record()
        return made

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

    def answer(self, z: np.ndarray) -> np.ndarray:
        """Return the predictions from outputs z.

        They are class scores from 0 to 1, or measurements in original units.

        Args:
            z: the outputs of the network (…, outputs).
        """
        with quiet():
            said = self.trainer.loss.predict(np, z)
            return self.targets.back(said) if self.targets else np.clip(said, 0, 1)

    def shade(self, z: np.ndarray) -> np.ndarray:
        """Return the predictions scaled to 0 … 1, for colour.

        Class scores are unchanged; measurements are scaled by `span`.

        Args:
            z: the outputs of the network (…, outputs).
        """
        said = self.answer(z)
        if not self.targets:
            return said
        low, high = self.span
        with quiet():
            return np.clip((said - low) / (high - low), 0, 1)

    @cached_property
    def span(self) -> tuple[np.ndarray, np.ndarray]:
        """Minimum and maximum (targets,) of the training measurements.

        If both signs occur, the interval is symmetric about 0.
        """
        y = self.data.y.reshape(len(self.data), -1)
        low, high = y.min(axis=0), y.max(axis=0)
        both, reach = low * high < 0, np.maximum(-low, high)
        low, high = np.where(both, -reach, low), np.where(both, reach, high)
        return low, np.where(low < high, high, low + 1)

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """Return every replica's outputs (R, batch, outputs).

        x (batch, features) is in original units.
        """
        with quiet():
            return to_numpy(self.trainer.network.forward(self.scale(x)))

    def trace(self, x: np.ndarray) -> list[np.ndarray]:
        """Return each layer's output (batch, units) in the displayed replica.

        x (batch, features) is in original units.
        """
        with quiet():
            traced = self.trainer.network.replica(self.shown).trace(self.scale(x))
            return [to_numpy(y) for y in traced]

    def array(self, name: str) -> np.ndarray:
        """Return a parameter array of the displayed replica, on the host.

        It is given by name, such as "0.W".
        """
        return to_numpy(self.trainer.network.replica(self.shown)[name])

    def confidence(self, z: np.ndarray) -> np.ndarray:
        """Return the score of the second of two classes, from 0 to 1.

        For measurements it is the scaled prediction.
        """
        return self.shade(z)[..., 0 if self.targets else -1]


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
        f"Run(run.experiment.replace({said})).",
    )
