"""Progress within a step: stage by stage, or moment by moment in slow motion."""

from collections.abc import Iterator
from typing import Protocol

from nnlab.backend import quiet
from nnlab.errors import Plain
from nnlab.session.slow_step import SlowStep
from nnlab.training.tape import Tape
from nnlab.training.trainer import Trainer


class Stepped(Protocol):
    """What a stepper moves: a trainer, and the tape that records its steps."""

    trainer: Trainer
    tape: Tape

    def rewind(self, step: int) -> None:
        """Go to a recorded step."""

    def follow_trainer(self) -> None:
        """Update what depends on the step."""


class Stepper(Plain):
    """Moves `session` within a step, and completes the step when it has to.

    Attributes:
        stage: the current stage of the mini-batch in progress, or None.
        slow: that mini-batch in slow motion, layer by layer, or None.
    """

    def __init__(self, session: Stepped):
        self._session = session
        self.forget()

    def forget(self) -> None:
        """Forget the mini-batch in progress, which is no longer that of the trainer."""
        self._stages_left: Iterator[str] = iter(())
        self.stage: str | None = None
        self.slow: SlowStep | None = None

    @property
    def between_steps(self) -> bool:
        """True if no mini-batch is in progress."""
        return self.stage in (None, "update")

    def next_stage(self) -> None:
        """Advance by one stage: of the mini-batch in progress, or of the next.

        A mini-batch in slow motion is completed first.
        """
        if self.slow is not None:
            self.finish()
        with quiet():
            self.stage = next(self._stages_left, None)
            if self.stage is None:
                self._stages_left = self._session.trainer.stages()
                self.stage = next(self._stages_left)
        if self.stage == "update":
            self._session.tape.record()

    def next_moment(self) -> None:
        """Advance by one moment in slow motion, into the next mini-batch if needed."""
        if self.slow is None or self.slow.over:
            self.finish()
            self.slow = SlowStep(self._session.trainer)
        self._go(self.slow, self.slow.at + 1)
        if self.slow.over:
            self._session.tape.record()

    def previous_moment(self) -> None:
        """Go back by one moment in slow motion.

        From the first moment of a mini-batch it goes to the last one of the previous,
        if that is on the tape.
        """
        if self.slow is not None and self.slow.at > 0:
            self._go(self.slow, self.slow.at - 1)
            return
        trainer, tape = self._session.trainer, self._session.tape
        begun = self.slow.step if self.slow else trainer.steps_done
        before = max(begun - 1, tape.start)
        self._session.rewind(before)
        if before < begun:
            self.resume(-1)

    def finish(self) -> int:
        """Complete the mini-batch in progress, if any.

        Returns:
            The number of steps made, 0 or 1.
        """
        trainer = self._session.trainer
        before = trainer.steps_done
        with quiet():
            for _ in self._stages_left:
                pass
        self.stage = self.slow = None
        made = trainer.steps_done - before
        if made:
            self._session.tape.record()
        return made

    def interrupt(self) -> int | None:
        """Roll back the mini-batch in slow motion, if one is in progress.

        Returns:
            Its moment, for `resume`; None if there is none.
        """
        if self.slow is None or self.slow.over:
            return None
        at = self.slow.at
        self._give_up(self.slow)
        return at

    def resume(self, at: int) -> None:
        """Begin the mini-batch in slow motion again, up to the moment `at`; −1 is the
        last."""
        slow = self.slow = SlowStep(self._session.trainer)
        self._go(slow, at % len(slow.moments))

    def _go(self, slow: SlowStep, at: int) -> None:
        """Go to this moment in slow motion. If custom code raises, the mini-batch is
        rolled back."""
        try:
            slow.go(at)
        except Exception:
            self._give_up(slow)
            raise
        self.stage, self._stages_left = slow.moment.stage, slow.stages_left
        self._session.follow_trainer()

    def _give_up(self, slow: SlowStep) -> None:
        """Roll back the mini-batch in slow motion."""
        slow.give_up()
        self.forget()
