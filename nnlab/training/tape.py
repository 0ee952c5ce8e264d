"""A tape records a run, so that it can be rewound, and continued in another way.

It keeps snapshots a few steps apart, and recomputes the steps between them on demand,
bit for bit, since the states of all random generators are kept. Its memory is limited:
when it is full, every second snapshot is dropped, and the distance between snapshots
doubles.
"""

from bisect import bisect_right

from nnlab.backend import quiet
from nnlab.errors import InputError, need, number, whole
from nnlab.training.snapshot import Snapshot, put, take
from nnlab.training.trainer import Trainer


class Tape:
    """Records `trainer` in at most `limit` bytes; call `record` after each step.

    Training on after `rewind` forks the run: the steps recorded after that point are
    dropped. A transplant or other samples start a new tape.

    Args:
        trainer: the trainer.
        limit: maximum size of all snapshots, in bytes.

    Attributes:
        snapshots: the snapshots, in order of their steps.
        size: approximate size of the snapshots, in bytes.
        every: distance between snapshots, in steps.
        end: last recorded step.
        changed: state of the current step with changed settings, until the next step.

    Raises:
        InputError: if `trainer` is not a trainer, or `limit` is below 1.

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

    EVERY = 16  # initial distance: a snapshot takes about half as long as a step

    def __init__(self, trainer: Trainer, limit: int = 64_000_000):
        need("trainer", trainer, Trainer, "a trainer", "Experiment().trainer()")
        number("limit", limit, fix=64_000_000, least=1)
        self.trainer, self.limit = trainer, limit
        self.end = self.known = 0
        self.changed: Snapshot | None = None
        self._begin()

    def __repr__(self) -> str:
        return f"Tape(steps {self.start} to {self.end})"

    @property
    def start(self) -> int:
        """First step on the tape."""
        return self.snapshots[0].step

    def record(self) -> None:
        """Record the step just done."""
        trainer = self.trainer
        if self.of != (trainer.network, trainer.batches):
            return self._begin()
        if self.end >= trainer.steps_done:
            self._fork()
        self.end = trainer.steps_done
        changed = len(trainer.changes) != self.known  # can't be recomputed
        self.known = len(trainer.changes)
        if changed and (noted := self._noted()):
            self._insert(noted)
        elif changed or self.end % self.every == 0:
            self._keep(take(trainer))
        self.changed = None

    def note_change(self) -> None:
        """Note that a live change was made at the current step, between two steps.

        Once the next step is recorded, this step is on the tape with the changed
        settings: those with which the next step was made. Until then nothing that was
        recorded is dropped.
        """
        self.changed = take(self.trainer)

    def rewind(self, step: int) -> None:
        """Restore the trainer to a recorded step, backward or forward, in place.

        Raises:
            InputError: for a step that is not on the tape.
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
        self.changed = None
        self._go_to(self.snapshots[at])
        with quiet():
            while self.trainer.steps_done < step:
                self.trainer.step()

    def _check_way(self, snapshot: Snapshot, step: int) -> None:
        """Raise an `InputError` if a live change lies between snapshot and step.

        Recomputed steps would not include that change.
        """
        later = self.changes[snapshot.changes :]
        if later and later[0][0] < step:
            raise InputError(
                "step",
                f"step={step} is no longer on the tape, which is full; try "
                f"step={later[0][0]}.",
            )

    def _go_to(self, snapshot: Snapshot) -> None:
        """Restore the snapshot, with its history and live changes."""
        put(self.trainer, snapshot)
        self.known = snapshot.changes
        self.trainer.changes = self.changes[: snapshot.changes]
        self.trainer.record.entries = {
            name: values[: snapshot.entries] for name, values in self.entries.items()
        }

    def _begin(self) -> None:
        """Start a new tape at the current step."""
        self.of, self.every = (self.trainer.network, self.trainer.batches), self.EVERY
        self.snapshots: list[Snapshot] = []
        self.size, self.end = 0, self.trainer.steps_done
        self.known = len(self.trainer.changes)
        self.changed = None
        self._keep(take(self.trainer))

    def _noted(self) -> Snapshot | None:
        """Return the state before this step with all changes since the last one, if
        they were noted."""
        one = self.changed
        whole = one and (one.step, one.changes) == (self.end - 1, self.known)
        return one if whole else None

    def _insert(self, snapshot: Snapshot) -> None:
        """Replace what is kept of the snapshot's step."""
        while self.snapshots and self.snapshots[-1].step >= snapshot.step:
            self.size -= self.snapshots.pop().size
        self._keep(snapshot)

    def _fork(self) -> None:
        """Drop everything recorded after the current step."""
        here = self.trainer.steps_done
        self.snapshots = [one for one in self.snapshots if one.step < here]
        self.size = sum(one.size for one in self.snapshots)
        self.changes = list(self.trainer.changes)

    def _keep(self, snapshot: Snapshot) -> None:
        """Keep the snapshot; drop others if the limit is exceeded."""
        self.snapshots.append(snapshot)
        self.size += self.snapshots[-1].size
        self.entries = self.trainer.record.entries
        self.changes = list(self.trainer.changes)
        while self.size > self.limit and len(self.snapshots) > 1:
            self._thin()

    def _thin(self) -> None:
        """Double the distance between snapshots.

        Those after a live change are kept if possible.
        """
        self.every *= 2
        first, *rest = self.snapshots
        kept = [first]
        for one in rest:
            if one.step % self.every == 0 or one.changes != kept[-1].changes:
                kept.append(one)
        if len(kept) > len(rest):
            kept.pop(1)
        self.snapshots, self.size = kept, sum(one.size for one in kept)
