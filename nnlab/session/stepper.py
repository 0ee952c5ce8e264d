"""The step in slow motion: one mini-batch, layer by layer, forth and back.

Forward, each layer in its turn; the loss; backward, each layer again, the last one
first; the update. The trainer goes along, stage by stage. To go back within the step it
is put where the step began, and goes on from there as far as need be: the same way, bit
for bit, with the same samples and the same random numbers.
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
    """A stage of the step, and the layer that was at work, if it was one."""

    stage: str
    layer: str = ""


def moments(layers: Sequence[Layer]) -> list[Moment]:
    """All moments of a step, in their order."""
    found = names(layers)
    forth = [Moment("forward", name) for name in found]
    back = [Moment("backward", name) for name in reversed(found)]
    return [*forth, Moment("loss"), *back, Moment("update")]


class Slow(Plain):
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
            self.give_up()
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

    def account(self, replica: int) -> Account:
        """All that one replica computes in this step, once its forward pass is made."""
        if replica not in self._accounts:
            penalty = self._penalty.reshape(-1, self._penalty.shape[-1])[replica]
            self._accounts[replica] = Account(
                self._start.passes(replica),
                penalty,
                self.trainer.network.replica(replica),
            )
        return self._accounts[replica]

    def give_up(self) -> None:
        """Puts the trainer where the step began."""
        self._begin.rewind(self.step)

    def _set_out(self) -> None:
        """At the beginning of the step."""
        self.walk: Iterator[str] = self.trainer.stages()
        self._stage = ""
        self._accounts: dict[int, Account] = {}

    def _look(self) -> None:
        """Keeps what the step begins with."""
        self._start, network = Start.of(self.trainer), self.trainer.network
        added = np.zeros(network.parameters.shape)
        for rule, w in self.trainer.update.penalties():
            added = added + to_numpy(rule.slope(network.xp, w))
        self._penalty = added
