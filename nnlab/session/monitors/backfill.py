"""What can be measured of a run at any moment, measured at many of its past ones.

The tape keeps moments of a run; a second trainer, which shares nothing with the first
but the data, is taken to each, and measured there. So nothing has to be noted while the
run goes on, and a measurement asked for late knows the whole past. There are never more
than `most`: when there would be, every second one is left out.
"""

from collections.abc import Callable, Generator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from nnlab.backend import quiet
from nnlab.session.monitors.time_budget import Credit
from nnlab.session.run import Run
from nnlab.training.snapshot import Snapshot, put, take
from nnlab.training.tape import Tape
from nnlab.training.trainer import Trainer

MOMENTS_KEPT = 128  # moments
Measure = Callable[[Trainer, Any], Generator[Any, None, Any]]
Moment = tuple[int, list]  # of a run: its step, and the live changes before


@dataclass
class Work:
    """A measurement under way: where, its values to come, and the last one so far."""

    at: Snapshot
    values: Generator[Any, None, Any]
    value: Any = None


@dataclass
class Known:
    """What is known of one tape.

    Attributes:
        trainer: the one that goes back.
        found: by a snapshot's id, the snapshot, and what was measured there.
        now: the run as it was last measured itself: where, and what.
        work: the measurement under way, and where the run was.
        near: what the last measurement left for the next.
        credit: for how long one may go on measuring.
    """

    trainer: Trainer
    found: dict[int, tuple[Snapshot, Any]] = field(default_factory=dict)
    now: tuple[Moment, Any] | None = None
    work: tuple[Work, Moment] | None = None
    near: Any = None
    credit: Credit = field(default_factory=Credit)


class Past:
    """Measures at past moments of runs, a little at each call.

    `measure(trainer, near)` measures where the trainer is, which it may take further:
    each value that it yields is better than the one before, and the last one counts.
    What it returns is `near` for the next measurement; for the first that is None.
    """

    def __init__(self, measure: Measure, most: int = MOMENTS_KEPT):
        self.measure, self.most = measure, most
        self._known: WeakKeyDictionary[Tape, Known] = WeakKeyDictionary()

    def values(self, run: Run, seconds: float = 0.0) -> list[tuple[int, Any]]:
        """Steps up to now, in their order, and what was measured there. Spends a small
        share of the time since the last call on measuring more, or else so many
        seconds if there is so much to measure."""
        known, kept, moment = self._of(run), moments(run, self.most), _moment(run)
        self._work(known, run, kept, seconds)
        found = [known.found[id(one)] for one in kept if id(one) in known.found]
        told = [(one.step, value) for one, value in found]
        last = told[-1][0] if told else -1
        if known.now and _leads(known.now[0], moment) and known.now[0][0] > last:
            told.append((known.now[0][0], known.now[1]))
        return told

    def _of(self, run: Run) -> Known:
        if run.tape not in self._known:
            trainer = run.trainer
            shared = (trainer.parts, trainer.network.layers)
            self._known[run.tape] = Known(deepcopy(trainer, {id(s): s for s in shared}))
        return self._known[run.tape]

    def _work(
        self, known: Known, run: Run, kept: list[Snapshot], seconds: float
    ) -> None:
        """Measures as long as there is credit."""
        known.credit.earn(seconds)
        alive = {*map(id, run.tape.snapshots)}
        known.found = {key: one for key, one in known.found.items() if key in alive}
        while known.credit.left > 0:
            if known.work is None and not self._begin(known, run, kept):
                break
            self._go_on(known)
            known.credit.spend()

    def _begin(self, known: Known, run: Run, kept: list[Snapshot]) -> bool:
        """Begins to measure at the newest moment that is not known, or now; False if
        all are known."""
        moment = _moment(run)
        left = (one for one in reversed(kept) if id(one) not in known.found)
        if (one := next(left, None)) is None:
            if kept[-1].step == moment[0] or (known.now and known.now[0] == moment):
                return False
            one = take(run.trainer)
        trainer = known.trainer
        put(trainer, one)
        trainer.record.entries, trainer.changes = {"step": []}, []
        known.work = Work(one, self.measure(trainer, known.near)), moment
        return True

    def _go_on(self, known: Known) -> None:
        """One more value of the measurement under way, or its end."""
        work, moment = known.work
        try:
            with quiet():
                work.value = next(work.values)
        except StopIteration as end:
            known.near, known.work = end.value, None
            if work.at.step == moment[0]:
                known.now = moment, work.value
            known.found[id(work.at)] = work.at, work.value


def moments(run: Run, most: int) -> list[Snapshot]:
    """The tape's snapshots up to now, at most so many, evenly thinned."""
    now = run.trainer.steps_done
    kept = [one for one in run.tape.snapshots if one.step <= now]
    apart = 1
    while len(kept[::apart]) > most:
        apart *= 2
    return kept[::apart]


def _moment(run: Run) -> Moment:
    return run.trainer.steps_done, list(run.trainer.changes)


def _leads(before: Moment, after: Moment) -> bool:
    """Whether a run at one moment came, or can have come, by way of another."""
    (step, changes), (now, all_changes) = before, after
    later = all_changes[len(changes) :]
    same = all_changes[: len(changes)] == changes
    return same and step <= now and all(change[0] >= step for change in later)
