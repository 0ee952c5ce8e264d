"""The step in slow motion: one mini-batch, layer by layer, forth and back.

Forward, each layer in its turn; the loss; backward, each layer again, the last one
first; the update. The trainer goes along, stage by stage. To go back within the step it
is put where the step began, and goes on from there as far as need be: the same way, bit
for bit, with the same samples and the same random numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlab.backend import quiet, to_numpy
from nnlab.engine.layers import Layer
from nnlab.engine.tape import Tape
from nnlab.engine.trainer import Trainer
from nnlab.study.diagnostics.curvature import predicted_change
from nnlab.study.passes import Passes, Start, names

STAGES = ("forward", "loss", "backward", "update")


class Moment(NamedTuple):
    """A stage of the step, and the layer that was at work, if it was one."""

    stage: str
    layer: str = ""


def moments(layers: Sequence[Layer]) -> list[Moment]:
    """All moments of a step, in their order."""
    found = names(layers)
    forth = [Moment("forward", name) for name in found]
    back = [Moment("backward", name) for name in reversed(found)]
    return [*forth, Moment("loss"), *back, Moment("update")]


@dataclass(frozen=True)
class Outcome:
    """What an update did to the loss of its own mini-batch.

    Attributes:
        change: Δ, that of every parameter (P,).
        before: the loss before, in float64 and with the same random numbers.
        after: the loss after.
        slope: gᵀΔ, what a straight slope would have done; g without penalties.
        bend: ½ ΔᵀHΔ, what the bend of the loss adds.
    """

    change: np.ndarray
    before: float
    after: float
    slope: float
    bend: float

    @property
    def predicted(self) -> float:
        """gᵀΔ + ½ ΔᵀHΔ; for plain gradient descent −η‖g‖² + ½ η² gᵀHg."""
        return self.slope + self.bend

    @property
    def actual(self) -> float:
        """What the loss changed by."""
        return self.after - self.before


def outcome(passes: Passes, parameters: np.ndarray) -> Outcome:
    """That of the update which led from these passes to these parameters (P,)."""
    start, end = (
        to_numpy(p).astype(np.float64) for p in (passes.network.parameters, parameters)
    )
    given = passes.network, passes.x, passes.y, passes.loss
    there = predicted_change(*given, end - start, True, passes.noise)
    before, after = passes.mean_loss(start), passes.mean_loss(end)
    return Outcome(end - start, before, after, float(there.slope), float(there.bend))


class Slow:
    """A mini-batch of `trainer`, which stands between two steps, in slow motion.

    Attributes:
        step: how many steps had been made before it.
        moments: what it goes through, in this order.
        at: the moment that it has come to, by its number.
        walk: the stages of the trainer that are left.
    """

    def __init__(self, trainer: Trainer):
        self.trainer, self.step = trainer, trainer.steps_done
        self.moments, self.at = moments(trainer.network.layers), -1
        self._begin = Tape(trainer)  # it keeps where the trainer is
        self._set_out()

    @property
    def moment(self) -> Moment:
        """The moment that it has come to."""
        return self.moments[self.at]

    @property
    def over(self) -> bool:
        """Whether this is the last one, and the step is made."""
        return self.at == len(self.moments) - 1

    def go(self, at: int) -> None:
        """To the moment of this number, forth or back."""
        stage = self.moments[at].stage
        if self._stage and STAGES.index(self._stage) > STAGES.index(stage):
            self._begin.rewind(self.step)
            self._set_out()
        with quiet():
            while self._stage != stage:
                self._stage = next(self.walk)
                if self._stage == "forward":
                    self._look()
        self.at = at

    def shows(self, stage: str, layer: str = "") -> bool:
        """Whether this moment has come, or is past."""
        return self.moments.index(Moment(stage, layer)) <= self.at

    def passes(self, replica: int) -> Passes:
        """All that one replica computes in this step."""
        if replica not in self._passes:
            self._passes[replica] = self._start.passes(replica)
        return self._passes[replica]

    def penalty(self, replica: int) -> np.ndarray:
        """What penalties add to the slope of the loss (P,)."""
        return self._penalty.reshape(-1, self._penalty.shape[-1])[replica]

    def outcome(self, replica: int) -> Outcome:
        """What the update did, once the step is made."""
        if replica not in self._outcomes:
            alone = self.trainer.network.solo(replica)
            passes = self.passes(replica)
            self._outcomes[replica] = outcome(passes, to_numpy(alone.parameters))
        return self._outcomes[replica]

    def _set_out(self) -> None:
        """To the beginning of the step."""
        self.walk: Iterator[str] = self.trainer.stages()
        self._stage = ""
        self._passes: dict[int, Passes] = {}
        self._outcomes: dict[int, Outcome] = {}

    def _look(self) -> None:
        """Keeps what the step begins with."""
        self._start, network = Start.of(self.trainer), self.trainer.network
        added = np.zeros(network.parameters.shape)
        for rule, w in self.trainer.update.penalties():
            added = added + to_numpy(rule.slope(network.xp, w))
        self._penalty = added
