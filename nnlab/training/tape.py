"""A tape records a run, so that one can go back in it, and on in another way.

It keeps snapshots, a few steps apart, and makes the steps between them again when they
are asked for: the same ones, bit for bit, since every random number comes from a state
that was kept. It never takes more memory than it may: when it is full every second
snapshot goes, and from then on they are twice as far apart.
"""

from bisect import bisect_right

from nnlab.backend import quiet
from nnlab.errors import InputError, need, number, whole
from nnlab.training.snapshot import Snapshot, put, take
from nnlab.training.trainer import Trainer


class Tape:
    """Records `trainer`, in `limit` bytes or less; `record` is called after each step.

    Whoever goes back and then trains on forks the run: what came after is forgotten. A
    transplant begins a new tape, and so do other samples.

    Attributes:
        snapshots: the moments that are kept, in their order.
        size: how many bytes they take, about.
        every: how many steps they are apart.
        end: the last step that was recorded.

    >>> from nnlab import Experiment
    >>> trainer = Experiment().trainer()
    >>> tape = Tape(trainer)
    >>> for _ in trainer.steps(100):
    ...     tape.record()
    >>> there = trainer.network.parameters.copy()
    >>> tape.rewind(31)
    >>> trainer.steps_done
    31
    >>> tape.rewind(100)
    >>> bool((trainer.network.parameters == there).all())
    True
    """

    EVERY = 16  # at first: a snapshot takes about half as long as a step

    def __init__(self, trainer: Trainer, limit: int = 64_000_000):
        need("trainer", trainer, Trainer, "a trainer", "Experiment().trainer()")
        number("limit", limit, fix=64_000_000, least=1)
        self.trainer, self.limit = trainer, limit
        self.end = self.known = 0
        self._begin()

    def __repr__(self) -> str:
        return f"Tape(steps {self.start} to {self.end})"

    @property
    def start(self) -> int:
        """The first step that is on it."""
        return self.snapshots[0].step

    def record(self) -> None:
        """Takes note of the step just made."""
        trainer = self.trainer
        if self.of != (trainer.network, trainer.batches):
            return self._begin()
        if self.end >= trainer.steps_done:
            self._fork()
        self.end = trainer.steps_done
        changed = len(trainer.changes) != self.known  # no steps from before lead here
        self.known = len(trainer.changes)
        if changed or self.end % self.every == 0:
            self._keep()

    def rewind(self, step: int) -> None:
        """Back to this step, or on to it again if one has been there.

        Raises `InputError` for a step that is not on the tape.
        """
        whole("step", step, least=0)
        if not self.start <= step <= self.end:
            raise InputError(
                "step",
                f"step={step} is not on the tape, which goes from {self.start} to "
                f"{self.end}; try step={min(max(step, self.start), self.end)}.",
            )
        at = bisect_right([one.step for one in self.snapshots], step) - 1
        self._check_way(self.snapshots[at], step)
        self._go_to(self.snapshots[at])
        with quiet():
            while self.trainer.steps_done < step:
                self.trainer.step()

    def _check_way(self, snapshot: Snapshot, step: int) -> None:
        """A live change that came after the snapshot, and before the step, is in no
        step made again."""
        later = self.changes[snapshot.changes :]
        if later and later[0][0] < step:
            raise InputError(
                "step",
                f"step={step} is no longer on the tape, which is full; try "
                f"step={later[0][0]}.",
            )

    def _go_to(self, snapshot: Snapshot) -> None:
        put(self.trainer, snapshot)
        self.known = snapshot.changes
        self.trainer.changes = self.changes[: snapshot.changes]
        self.trainer.record.entries = {
            name: values[: snapshot.entries] for name, values in self.entries.items()
        }

    def _begin(self) -> None:
        """A new tape, from here on."""
        self.of, self.every = (self.trainer.network, self.trainer.batches), self.EVERY
        self.snapshots: list[Snapshot] = []
        self.size, self.end = 0, self.trainer.steps_done
        self.known = len(self.trainer.changes)
        self._keep()

    def _fork(self) -> None:
        """What was recorded from here on is no longer what comes."""
        here = self.trainer.steps_done
        self.snapshots = [one for one in self.snapshots if one.step < here]
        self.size = sum(one.size for one in self.snapshots)
        self.changes = list(self.trainer.changes)

    def _keep(self) -> None:
        """One more snapshot; every second one goes when there is no room."""
        self.snapshots.append(take(self.trainer))
        self.size += self.snapshots[-1].size
        self.entries = self.trainer.record.entries
        self.changes = list(self.trainer.changes)
        while self.size > self.limit and len(self.snapshots) > 1:
            self._thin()

    def _thin(self) -> None:
        """They are twice as far apart; those after a live change stay if they can."""
        self.every *= 2
        first, *rest = self.snapshots
        kept = [first]
        for one in rest:
            if one.step % self.every == 0 or one.changes != kept[-1].changes:
                kept.append(one)
        if len(kept) > len(rest):
            kept.pop(1)
        self.snapshots, self.size = kept, sum(one.size for one in kept)
