"""What is measured of the past is what was there, and the run does not feel it."""

from time import monotonic

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import Experiment
from nnlab.diagnostics.gradient_norms import update_ratio
from nnlab.session.monitors import time_budget
from nnlab.session.monitors.backfill import Past
from nnlab.session.session import Session

PLENTY = 60.0  # seconds


def where(trainer, near):
    """The step, and the parameters there."""
    yield trainer.steps_done, trainer.network.parameters.copy()


def ratio(trainer, near):
    before = trainer.network.parameters.copy()
    trainer.step()
    yield update_ratio(trainer.network, before, trainer.network.parameters)


def run_of(**fields):
    return Session(
        Experiment(**{"seeds": 2, "dropout": 0.2, "optimizer": "adam", **fields})
    )


def test_every_moment_is_measured_as_it_was():
    run, seen = run_of(patience=3), {}
    seen[0] = run.trainer.network.parameters.copy()
    for _ in range(100):
        run.train(1)
        seen[run.trainer.steps_done] = run.trainer.network.parameters.copy()
    found = Past(where).values(run, PLENTY)
    assert [step for step, _ in found] == [0, 16, 32, 48, 64, 80, 96, 100]
    for step, (there, parameters) in found:
        assert there == step
        assert_array_equal(parameters, seen[step])


def test_steps_made_again_are_the_same_and_leave_the_run_as_it_is():
    run, other = run_of(), run_of()
    moved, measured = [], Past(ratio)
    for _ in range(40):
        before = run.trainer.network.parameters.copy()
        run.train(1)
        now = run.trainer.network.parameters
        moved.append(update_ratio(run.trainer.network, before, now))
        measured.values(run, PLENTY)
    found = measured.values(run, PLENTY)
    for step, value in found[:-1]:
        assert_array_equal(value, moved[step])
    other.train(40)
    mine, theirs = run.trainer, other.trainer
    assert_array_equal(mine.network.parameters, theirs.network.parameters)
    assert len(mine.history["step"]) == len(theirs.history["step"])


def test_back_in_time_only_what_was_by_then_is_told():
    run, measured = run_of(), Past(where)
    run.train(60)
    first = measured.values(run, PLENTY)
    run.rewind(40)
    found = measured.values(run, PLENTY)
    assert [step for step, _ in found] == [0, 16, 32, 40]
    run.change(learning_rate=0.001)
    run.train(20)
    fork = measured.values(run, PLENTY)
    assert fork[-1][0] == first[-1][0] == 60
    assert (fork[-1][1][1] != first[-1][1][1]).any()
    assert_array_equal(fork[-1][1][1], run.trainer.network.parameters)
    assert_array_equal(fork[2][1][1], first[2][1][1])


def test_there_are_never_more_than_so_many_and_they_are_even():
    run, measured = run_of(dropout=None), Past(where, most=10)
    for _ in range(40):
        run.train(32)
        steps = [step for step, _ in measured.values(run, PLENTY)]
        assert len(steps) <= 11
    apart = np.diff(steps[:-1])
    assert (apart == apart[0]).all() and steps[-1] == 1280


def test_a_network_that_grew_begins_anew():
    run, measured = run_of(), Past(where)
    run.train(20)
    measured.values(run, PLENTY)
    run.grow((7,))
    run.train(20)
    found = measured.values(run, PLENTY)
    assert [step for step, _ in found] == [20, 32, 40]
    assert_array_equal(found[-1][1][1], run.trainer.network.parameters)


def test_without_a_tape_there_is_the_start_and_now():
    run, measured = run_of(), Past(where)
    for _ in run.trainer.steps(40):
        pass
    assert [step for step, _ in measured.values(run, PLENTY)] == [0, 40]


def test_a_call_takes_a_share_of_the_time_between(monkeypatch):
    """With a clock that a measurement moves by 10 ms, and a frame by 33 ms."""
    clock = [0.0]
    monkeypatch.setattr(time_budget, "monotonic", lambda: clock[0])
    made = []

    def slow(trainer, near):
        made.append(trainer.steps_done)
        clock[0] += 0.01
        yield len(made)

    run, measured = run_of(), Past(slow)
    run.train(16 * 100)
    measured.values(run)
    assert 25 <= len(made) <= 26  # LONGEST
    for _ in range(100):
        clock[0] += 0.033
        before = len(made)
        measured.values(run)
        assert len(made) - before <= 1
    assert 55 <= len(made) <= 61
    clock[0] += 10.0
    measured.values(run)
    assert len(made) > 75


def test_a_measurement_goes_on_where_it_was_and_helps_the_next(monkeypatch):
    clock, hints = [0.0], []
    monkeypatch.setattr(time_budget, "monotonic", lambda: clock[0])

    def better(trainer, near):
        hints.append(near)
        for value in range(3):
            clock[0] += 0.3
            yield trainer.steps_done, value
        return trainer.steps_done

    run, measured = run_of(), Past(better)
    run.train(16)
    told = []
    for _ in range(12):
        told.append(measured.values(run))
        clock[0] += 10
    assert told[1] == [] and told[-1] == [(0, (0, 2)), (16, (16, 2))]
    assert hints == [None, 16]


@pytest.mark.parametrize("data", ["digits", "diabetes"])
def test_the_data_are_not_copied(data):
    run = Session(Experiment(data=data, seeds=2))
    begun, measured = monotonic(), Past(where)
    measured.values(run, PLENTY)
    assert monotonic() - begun < 1
    [known] = measured._known.values()
    assert known.trainer.parts is run.trainer.parts
    assert known.trainer.network.parameters is not run.trainer.network.parameters


def test_what_was_measured_on_a_way_not_taken_is_not_told(monkeypatch):
    """Measured at step 20, back to 10, another rate, and on: with no time to measure
    again, step 20 is not what it was."""
    clock = [0.0]
    monkeypatch.setattr(time_budget, "monotonic", lambda: clock[0])
    run, measured = run_of(), Past(where)
    run.train(20)
    assert measured.values(run, PLENTY)[-1][0] == 20
    run.train(4)
    told = [step for step, _ in measured.values(run, -1.0)]
    assert told == [0, 16, 20]  # on the way from there, it still is
    run.rewind(10)
    run.change(learning_rate=0.5)
    run.train(20)
    assert 20 not in [step for step, _ in measured.values(run, -1.0)]
