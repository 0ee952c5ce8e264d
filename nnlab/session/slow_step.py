"""A step in slow motion: one mini-batch, layer by layer, forward and backward in time.

The moments are the forward pass of each layer, the loss, the backward pass of each
layer in reverse order, and the update. The trainer moves along by stages. To go back
within the step, it is reset to the start of the step and advanced again, bit for bit
the same, with the same samples and random numbers.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from nnlab.backend import quiet, to_numpy
from nnlab.diagnostics.step_report import Account
from nnlab.diagnostics.trace import Start, names
from nnlab.engine.layers import Layer
from nnlab.errors import Plain
from nnlab.training.tape import Tape
from nnlab.training.trainer import Trainer

STAGES = ("forward", "loss", "backward", "update")


class Moment(NamedTuple):
    """One moment of a step.

    Attributes:
        stage: the stage, one of `STAGES`.
        layer: the name of the layer, in the forward and backward stages.
    """

    stage: str
    layer: str = ""


def moments(layers: Sequence[Layer]) -> list[Moment]:
    """Return all moments of a step, in order."""
    found = names(layers)
    forth = [Moment("forward", name) for name in found]
    back = [Moment("backward", name) for name in reversed(found)]
    return [*forth, Moment("loss"), *back, Moment("update")]


class SlowStep(Plain):
    """A mini-batch of a trainer in slow motion.

    Args:
        trainer: the trainer, which must be between two steps.

    Attributes:
        step: the number of steps before this one.
        moments: the moments of the step, in order.
        at: the index of the current moment; −1 before the first.
        stages_left: the remaining stages of the trainer.
    """

    def __init__(self, trainer: Trainer):
        self.trainer, self.step = trainer, trainer.steps_done
        self.moments, self.at = moments(trainer.network.layers), -1
        self._begin = Tape(trainer)  # saves the trainer's state
        self._set_out()

    @property
    def moment(self) -> Moment:
        """Current moment."""
        return self.moments[self.at]

    @property
    def over(self) -> bool:
        """True at the last moment, when the step is complete."""
        return self.at == len(self.moments) - 1

    def go(self, at: int) -> None:
        """Go to the moment of this index, forward or backward in time."""
        stage = self.moments[at].stage
        if self._stage and STAGES.index(self._stage) > STAGES.index(stage):
            self.give_up()
            self._set_out()
        with quiet():
            while self._stage != stage:
                self._stage = next(self.stages_left)
                if self._stage == "forward":
                    self._look()
        self.at = at

    def shows(self, stage: str, layer: str = "") -> bool:
        """Return True if this moment is reached or past."""
        return self.moments.index(Moment(stage, layer)) <= self.at

    def account(self, replica: int) -> Account:
        """Return all quantities of one replica's step.

        The forward pass must be complete.
        """
        if replica not in self._accounts:
            penalty = self._penalty.reshape(-1, self._penalty.shape[-1])[replica]
            self._accounts[replica] = Account(
                self._start.passes(replica),
                penalty,
                self.trainer.network.replica(replica),
            )
        return self._accounts[replica]

    def give_up(self) -> None:
        """Restore the trainer to the start of the step."""
        self._begin.rewind(self.step)

    def _set_out(self) -> None:
        """Begin the step."""
        self.stages_left: Iterator[str] = self.trainer.stages()
        self._stage = ""
        self._accounts: dict[int, Account] = {}

    def _look(self) -> None:
        """Save the state at the start of the step, and the penalties' gradient."""
        self._start, network = Start.of(self.trainer), self.trainer.network
        added = np.zeros(network.parameters.shape)
        for rule, w in self.trainer.update.penalties():
            added = added + to_numpy(rule.slope(network.xp, w))
        self._penalty = added
