"""Measure a run at many of its past steps.

The tape keeps snapshots of a run. A second trainer, which shares only the data, is
restored to each of them and measured there. So nothing needs to be recorded during the
run, and a measurement requested late covers the whole past. The number of snapshots is
limited by `most`: beyond it, every second one is skipped.
"""

from collections.abc import Callable, Generator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from nnlab.backend import quiet
from nnlab.session.monitors.time_budget import Credit
from nnlab.session.session import Session
from nnlab.training.snapshot import Snapshot, put, take
from nnlab.training.tape import Tape
from nnlab.training.trainer import Trainer

MOMENTS_KEPT = 128  # snapshots
Measure = Callable[[Trainer, Any], Generator[Any, None, Any]]
Moment = tuple[int, list]  # step of a run, and the live changes before it


@dataclass
class Work:
    """A measurement in progress.

    Attributes:
        at: the snapshot that is measured.
        values: the remaining values, each better than the previous.
        value: the last value so far.
    """

    at: Snapshot
    values: Generator[Any, None, Any]
    value: Any = None


@dataclass
class Known:
    """Results for one tape.

    Attributes:
        trainer: the second trainer, which is restored to snapshots.
        found: maps the id of a snapshot to the snapshot and its result.
        now: the latest result at the current step of the run: its moment and value.
        work: the measurement in progress, and the moment of the run when it began.
        near: the return value of the last measurement, passed to the next.
        credit: the time left for measuring.
    """

    trainer: Trainer
    found: dict[int, tuple[Snapshot, Any]] = field(default_factory=dict)
    now: tuple[Moment, Any] | None = None
    work: tuple[Work, Moment] | None = None
    near: Any = None
    credit: Credit = field(default_factory=Credit)


class Past:
    """Measures past steps of runs, a little with each call.

    Args:
        measure: a function `measure(trainer, near)` that measures the trainer, which it
            may advance, and yields values, each better than the previous. Its return
            value is `near` for the next measurement; for the first it is None.
        most: the maximum number of snapshots.
    """

    def __init__(self, measure: Measure, most: int = MOMENTS_KEPT):
        self.measure, self.most = measure, most
        self._known: WeakKeyDictionary[Tape, Known] = WeakKeyDictionary()

    def values(self, session: Session, seconds: float = 0.0) -> list[tuple[int, Any]]:
        """Return the results up to the current step, as pairs (step, value) in order.

        Spends a small share of the time since the last call on further measurements, or
        up to `seconds` if given.
        """
        known, kept = self._of(session), moments(session, self.most)
        moment = _moment(session)
        self._work(known, session, kept, seconds)
        found = [known.found[id(one)] for one in kept if id(one) in known.found]
        told = [(one.step, value) for one, value in found]
        last = told[-1][0] if told else -1
        if known.now and _leads(known.now[0], moment) and known.now[0][0] > last:
            told.append((known.now[0][0], known.now[1]))
        return told

    def later(self, session: Session) -> list[tuple[int, Any]]:
        """Return what is known of recorded steps after the current one, as `values`; it
        is empty unless the run was rewound."""
        known, now = self._of(session), session.trainer.steps_done
        after = [one for one in session.tape.snapshots if one.step > now]
        found = [known.found[id(one)] for one in after if id(one) in known.found]
        return [(one.step, value) for one, value in found]

    def _of(self, session: Session) -> Known:
        if session.tape not in self._known:
            trainer = session.trainer
            shared = (trainer.parts, trainer.network.layers)
            self._known[session.tape] = Known(
                deepcopy(trainer, {id(s): s for s in shared})
            )
        return self._known[session.tape]

    def _work(
        self, known: Known, session: Session, kept: list[Snapshot], seconds: float
    ) -> None:
        """Measure while there is credit."""
        known.credit.earn(seconds)
        alive = {*map(id, session.tape.snapshots)}
        known.found = {key: one for key, one in known.found.items() if key in alive}
        while known.credit.left > 0:
            if known.work is None and not self._begin(known, session, kept):
                break
            self._go_on(known)
            known.credit.spend()

    def _begin(self, known: Known, session: Session, kept: list[Snapshot]) -> bool:
        """Begin to measure at the newest snapshot without a result, or now; return
        False if all have one."""
        moment = _moment(session)
        left = (one for one in reversed(kept) if id(one) not in known.found)
        if (one := next(left, None)) is None:
            if kept[-1].step == moment[0] or (known.now and known.now[0] == moment):
                return False
            one = take(session.trainer)
        trainer = known.trainer
        put(trainer, one)
        trainer.record.entries, trainer.changes = {"step": []}, []
        known.work = Work(one, self.measure(trainer, known.near)), moment
        return True

    def _go_on(self, known: Known) -> None:
        """Compute one more value of the measurement in progress, or end it."""
        work, moment = known.work
        try:
            with quiet():
                work.value = next(work.values)
        except StopIteration as end:
            known.near, known.work = end.value, None
            if work.at.step == moment[0]:
                known.now = moment, work.value
            known.found[id(work.at)] = work.at, work.value


def moments(session: Session, most: int) -> list[Snapshot]:
    """Return the tape's snapshots up to now, at most `most`, evenly thinned."""
    now = session.trainer.steps_done
    kept = [one for one in session.tape.snapshots if one.step <= now]
    apart = 1
    while len(kept[::apart]) > most:
        apart *= 2
    return kept[::apart]


def _moment(session: Session) -> Moment:
    return session.trainer.steps_done, list(session.trainer.changes)


def _leads(before: Moment, after: Moment) -> bool:
    """Return True if a run at `after` may have passed `before`."""
    (step, changes), (now, all_changes) = before, after
    later = all_changes[len(changes) :]
    same = all_changes[: len(changes)] == changes
    return same and step <= now and all(change[0] >= step for change in later)
