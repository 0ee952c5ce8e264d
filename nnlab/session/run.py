"""A run under way: an experiment, its data, and the trainer that carries it out."""

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
from nnlab.training.hand import check_by_hand, set_by_hand
from nnlab.training.surgery import exchange, feed, transplant
from nnlab.training.tape import Tape

LOWEST_RATE = Experiment.kinds()["learning_rate"].low
Neuron = tuple[int, int]  # the layer whose output it is, and its number there
Link = tuple[int, int, int]  # the layer whose weight it is, its row and its column
RESTRAINTS = {"l1", "l2", "weight_decay", "biases", "clip_norm", "clip_value"}
RULES = {"optimizer", *RESTRAINTS, "schedule", "schedule_steps"}  # of every update


class Run:
    """One experiment, started. Views read it, the player moves it.

    Attributes:
        experiment: what it was started from, with every live change.
        parts: the data in three parts, in their own units.
        scale: from the data's units to what the network sees.
        targets: the same for what it is to learn, if that is measured.
        trainer: the trainer, with the network.
        tape: the steps that were made, to go back to.
        seconds: how long the training itself took so far.
        stage: the latest stage of a mini-batch that goes stage by stage, if one does.
        slow: that mini-batch, if it goes layer by layer too, in slow motion.
        sample: which sample is shown, by its number: in slow motion one of that
            mini-batch, or else one of the training part; None for all together.
        weight: the weight whose gradient is shown factor by factor, by its place in
            the vector of all parameters, unless the learner looks at another one.
        shown: which replica is shown where only one can be.
        pointed: the neuron or weight that the learner points at, if any.
        pinned: the one that the learner has clicked, if any.
        over: the place that the learner points at on a map, as a sample (features,) in
            the data's units, if any.
        place: the one that the learner has clicked there, if any.
        painting: the points as a learner paints them, if one does.
    """

    def __init__(self, experiment: Experiment, shown: int = 0):
        self.experiment, self.shown = experiment, shown
        self.pointed: Neuron | Link | None = None
        self.pinned: Neuron | Link | None = None
        self.over: np.ndarray | None = None
        self.place: np.ndarray | None = None
        self.painting: Painting | None = None
        self._batch_size = experiment.batch_size  # if there are samples for it
        self._look_at(experiment)
        self.trainer = experiment.trainer()
        self.seconds = 0.0
        self._times = {0: 0.0}  # of training, at the ends of epochs
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

    @property
    def row(self) -> int | None:
        """The row of the training part whose numbers are shown, if it is one's."""
        if self.sample is None:
            return None
        batch = self.trainer.rows[self.shown] if self.slow else range(len(self.data))
        return int(batch[min(self.sample, len(batch) - 1)])

    @property
    def probe(self) -> np.ndarray | None:
        """The sample (features,) at which the learner looks, in the data's units: the
        place pointed at, or else the one clicked, or else the row; None if there is
        none."""
        if self.over is not None:
            return self.over
        if self.place is not None:
            return self.place
        return None if self.row is None else self.data.x[self.row]

    @property
    def judged_by(self) -> str:
        """The measure by which a reader judges: "accuracy", or "r2"."""
        return "accuracy" if self.trainer.record.labelled else "r2"

    @property
    def watched(self) -> str:
        """The part by which a reader judges: "validation", or "train" if that has no
        samples."""
        return "validation" if len(self.parts.validation) else "train"

    def goes_on_as(self, experiment: Experiment) -> bool:
        """Whether this run can go on as that experiment, with its weights kept."""
        before, now = self.experiment.values(), experiment.values()
        changed = {name for name in now if now[name] != before[name]}
        return changed <= live(self.experiment, experiment)

    def change(self, **values) -> None:
        """Changes live fields from the next step on; the weights stay. In slow motion
        that is the step under way.

        Raises `InputError` for a field with which a run has to start anew.
        """
        experiment = self.experiment.replace(**values)
        for name in values:
            if name not in live(self.experiment, experiment):
                raise _fixed(name, values[name])
        slow = None if self.slow is None or self.slow.over else self.slow
        if slow:
            self._give_up()  # and begin that mini-batch anew with the change
        if "dropout" in values:
            self.finish_batch()  # its way back is that of its way there
            exchange(self.trainer.network, experiment.layers())
        self._follow(experiment, values)
        self.experiment = self._past[len(self.trainer.changes)] = experiment
        if slow:
            self.slow = Slow(self.trainer)
            self._go(slow.at)

    def _follow(self, experiment: Experiment, values: dict) -> None:
        """The trainer goes by the rules of this experiment, and notes what is new."""
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
        """Back to this step, or on to it again: with the experiment as it was there.

        Raises `InputError` for a step that is not on the tape.
        """
        self.tape.rewind(step)
        self._walk, self.stage, self.slow = iter(()), None, None
        self._look_around()

    def _look_around(self) -> None:
        """After a way that may have led back."""
        self.experiment = self._past[len(self.trainer.changes)]
        self._measured_at = -1

    def _record(self) -> None:
        """A new tape, from here on."""
        self.tape = Tape(self.trainer)
        self._past = {len(self.trainer.changes): self.experiment}

    def grow(self, hidden: tuple[int, ...]) -> None:
        """More neurons in a hidden layer, or fewer: the others keep their weights."""
        experiment = self.experiment.replace(hidden=hidden)
        self.finish_batch()
        transplant(self.trainer, experiment.network())
        self.experiment = experiment
        self._record()
        self.pointed = self.pinned = None
        self.weight = 0
        self._measured_at = -1

    def set_by_hand(self, name: str, at: tuple[int, ...], value: float) -> None:
        """Sets one number of the replica shown, as it is in `array`, from the next step
        on; all others stay, and the tape begins here.

        Raises `InputError` for a number that there is not, or a value that is not
        finite.
        """
        check_by_hand(self.trainer.network, self.shown, name, at, value)
        self.finish_batch()
        set_by_hand(self.trainer, self.shown, name, at, value)
        self._record()
        self._measured_at = -1

    def learn_from(self, data: Dataset) -> None:
        """Goes on with other samples of the same features and classes: the network and
        its optimizer's moments stay as they are, and the tape begins anew. While there
        are fewer samples than a mini-batch has, it is of all of them.

        Raises `InputError`, and changes nothing, for data that the network can't learn
        from.
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
        """The experiment with other samples, and a mini-batch that they allow."""
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
        except InputError as error:  # it leaves a batch that a layer can't train on
            if error.argument != "batch_size":
                raise
            return self.experiment.replace(**fields, batch_size=None)

    def _look_at(self, experiment: Experiment) -> None:
        """The data of this experiment, and the scales on which they are seen."""
        self.parts = experiment.split()
        self.scale = experiment.inputs(self.parts)
        self.targets = experiment.targets(self.parts)
        vars(self).pop("span", None)  # of other measurements

    def train(self, steps: int, seconds: float = inf) -> int:
        """Up to `steps` steps in about `seconds`; returns how many it made.

        A mini-batch that is under way counts as the first of them.
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
        """How long the training had taken at each of these rising steps: as it was
        noted at the ends of epochs, and in equal shares between."""
        known = {step: self._times[step] for step in steps if step in self._times}
        known[max(self.tape.end, self.trainer.steps_done)] = self.seconds
        return np.interp(steps, [*known], [*known.values()])

    def walk(self) -> None:
        """One stage of a mini-batch: of the one under way, or of the next."""
        with quiet():
            self.stage = next(self._walk, None)
            if self.stage is None:
                self._walk = self.trainer.stages()
                self.stage = next(self._walk)
        if self.stage == "update":
            self.tape.record()

    def forth(self) -> None:
        """One moment on, in slow motion: in the mini-batch under way, or the next."""
        if self.slow is None or self.slow.over:
            self.finish_batch()
            self.slow = Slow(self.trainer)
        self._go(self.slow.at + 1)
        if self.slow.over:
            self.tape.record()

    def back(self) -> None:
        """One moment back: from the first one of a mini-batch to the last one of that
        before, if there is one on the tape."""
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
        """To this moment of the mini-batch in slow motion. If something of the
        learner's own fails there, the mini-batch is as if not begun."""
        try:
            self.slow.go(at)
        except Exception:
            self._give_up()
            raise
        self.stage, self._walk = self.slow.moment.stage, self.slow.walk
        self._look_around()

    def _give_up(self) -> None:
        """The mini-batch in slow motion is as if not begun."""
        self.slow.give_up()
        self._walk, self.stage, self.slow = iter(()), None, None

    def finish_batch(self) -> int:
        """A mini-batch under way is carried to its end; returns how many there were."""
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
        """Loss, and accuracy or R², at this step; measured once however often it is
        asked."""
        if self._measured_at != self.trainer.steps_done:
            self._measured = self.trainer.measure()
            self._measured_at = self.trainer.steps_done
        return self._measured

    def worst(self, name: str) -> float:
        """What a diverged replica counts as, in what `measure` calls `name`: R² is
        large where it is good, a loss where it is bad."""
        return -inf if name.endswith(self.judged_by) else inf

    def median(self, name: str) -> float:
        """The median over replicas of what `measure` calls `name`.

        A diverged replica counts as infinitely wrong; NaN if most have diverged.
        """
        values = self.measure()[name]
        middle = np.median(np.where(np.isfinite(values), values, self.worst(name)))
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
            f"learning_rate={max(rate / 10, LOWEST_RATE):.2g}, then Reset."
        )

    def answer(self, z: np.ndarray) -> np.ndarray:
        """What the network says, read from its outputs z: for labels 0 to 1 for each
        class, for measurements what it predicts, in the data's units."""
        with quiet():
            said = self.trainer.loss.predict(np, z)
            return self.targets.back(said) if self.targets else np.clip(said, 0, 1)

    def shade(self, z: np.ndarray) -> np.ndarray:
        """The answer as numbers from 0 to 1: that for labels as it is, that for
        measurements by its place between the ends of `span`."""
        said = self.answer(z)
        if not self.targets:
            return said
        low, high = self.span
        with quiet():
            return np.clip((said - low) / (high - low), 0, 1)

    @cached_property
    def span(self) -> tuple[np.ndarray, np.ndarray]:
        """The least and the greatest measurement (targets,) of the training part; as
        far from 0 on either side, if there are both signs."""
        y = self.data.y.reshape(len(self.data), -1)
        low, high = y.min(axis=0), y.max(axis=0)
        both, reach = low * high < 0, np.maximum(-low, high)
        low, high = np.where(both, -reach, low), np.where(both, reach, high)
        return low, np.where(low < high, high, low + 1)

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """Every replica's output (R, batch, outputs) for x in the data's units."""
        with quiet():
            return to_numpy(self.trainer.network.forward(self.scale(x)))

    def trace(self, x: np.ndarray) -> list[np.ndarray]:
        """Each layer's output for x, in the replica shown: each (batch, features)."""
        with quiet():
            traced = self.trainer.network.replica(self.shown).trace(self.scale(x))
            return [to_numpy(y) for y in traced]

    def array(self, name: str) -> np.ndarray:
        """What the replica shown has by this name, as "0.W": on the host."""
        return to_numpy(self.trainer.network.replica(self.shown)[name])

    def confidence(self, z: np.ndarray) -> np.ndarray:
        """How much outputs z of two classes speak for the second one, 0 to 1; or how
        high what they predict is."""
        return self.shade(z)[..., 0 if self.targets else -1]


def _kin(data: Dataset) -> tuple:
    """What data must share for a network to go on from the ones to the others."""
    return data.features, data.classes, data.targets, data.image


def live(before: Experiment, after: Experiment) -> set[str]:
    """The fields by which a run of one experiment can turn into one of the other and
    keep its weights: they are about how it learns, not about what there is."""
    numbers = {"learning_rate"}
    if isinstance(after.optimizer, str):
        numbers = {field.name for field in fields(after.make_optimizer())}
    dropout = {"dropout"} if None not in (before.dropout, after.dropout) else set()
    return {*RULES, *numbers, *dropout}


def _fixed(name: str, value: object) -> InputError:
    """The error for a field that does not change while a run goes on."""
    said = f"{name}={word(value)}"
    return InputError(
        name,
        f"{said} can't be changed in the middle of this run; start anew, with "
        f"Run(run.experiment.replace({said})).",
    )
