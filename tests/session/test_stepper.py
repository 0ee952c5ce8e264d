"""Slow motion goes forth and back, and comes to what a plain step does, bit for bit."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import Experiment, InputError
from nnlab.session.session import Session
from nnlab.session.slow_step import STAGES, Moment, moments
from nnlab.training.snapshot import take

CASES = {
    "plain": {},
    "momentum": {"optimizer": "momentum", "batch_size": 70},  # 20 are left over
    "adam": {"optimizer": "adam", "l2": 0.01, "clip_norm": 0.5, "schedule": "cosine"},
    "dropout": {"dropout": 0.3, "batch_norm": True, "optimizer": "momentum"},
    "blocks": {"residual": True, "dropout": 0.2, "hidden": (4, 4), "patience": 2},
}
every = pytest.mark.parametrize("case", CASES)
seeded = pytest.mark.parametrize("seeds", [1, 3])


def run_of(case: str, seeds: int = 3, steps: int = 0) -> Session:
    run = Session(Experiment(hidden=(4,), seeds=seeds).replace(**CASES[case]))
    run.train(steps)
    return run


def where(run: Session) -> tuple:
    """The moment that it is at."""
    slow = run.stepper.slow
    return (
        (slow.step, slow.at, run.stepper.stage) if slow else (run.trainer.steps_done,)
    )


def everything(run: Session) -> dict:
    """Every number on which the run's future depends, and its past."""
    snapshot = take(run.trainer)
    found = {**snapshot.vectors, "step": snapshot.step, "random": snapshot.random}
    found |= {name: snapshot.kept[name] for name in ("epoch", "order", "rows")}
    history = {f"of {k}": [*values] for k, values in run.trainer.history.items()}
    return {**found, **history, "changes": [*run.trainer.changes]}


def assert_same(one: dict, other: dict) -> None:
    assert one.keys() == other.keys()
    for name in one:
        if name == "random":
            assert one[name] == other[name]
        else:
            assert_array_equal(one[name], other[name], err_msg=name)


@every
@seeded
def test_forth_and_back_ends_where_it_began_bit_for_bit(case, seeds):
    run = run_of(case, seeds, steps=3)
    plain = run_of(case, seeds, steps=3)
    began, seen = everything(run), []
    last = len(moments(run.trainer.network.layers)) - 1
    many = 2 * last + 5
    for _ in range(many):
        run.stepper.next_moment()
        seen.append((where(run), everything(run)))
    for place, numbers in seen[-2::-1]:
        run.stepper.previous_moment()
        assert where(run) == place
        assert_same(everything(run), numbers)
    run.stepper.previous_moment()  # to the end of the step before
    assert where(run) == (2, last, "update")
    assert_same(everything(run), began)
    for place, numbers in seen:
        run.stepper.next_moment()
        assert where(run) == place
        assert_same(everything(run), numbers)
    run.train(5), plain.train(7)
    assert_same(everything(run), everything(plain))
    assert (run.tape.start, run.tape.end) == (0, 10)


@every
def test_whole_steps_in_slow_motion_are_plain_steps(case):
    slow, plain = run_of(case), run_of(case)
    for step in range(1, 12):
        while not (now := slow.stepper.slow) or not now.over or now.step < step - 1:
            slow.stepper.next_moment()
        plain.train(1)
        assert slow.stepper.slow.moment == Moment("update")
        assert_same(everything(slow), everything(plain))
        assert slow.tape.end == step


@pytest.mark.parametrize("moments", [1, 4])
def test_a_stage_after_some_moments_is_one_of_the_next_step(moments):
    run, plain = run_of("dropout", steps=2), run_of("dropout", steps=3)
    for _ in range(moments):
        run.stepper.next_moment()
    run.stepper.next_stage(), plain.stepper.next_stage()
    assert (run.stepper.stage, run.stepper.slow) == ("forward", None)
    assert_same(everything(run), everything(plain))


def test_a_step_goes_layer_by_layer():
    run, seen = run_of("blocks"), []
    while not (run.stepper.slow and run.stepper.slow.over):
        run.stepper.next_moment()
        seen.append(run.stepper.slow.moment)
        assert run.stepper.slow.shows(*seen[0]) and run.stepper.stage == seen[-1].stage
        assert run.stepper.slow.shows("update") == run.stepper.slow.over
    names = [layer for stage, layer in seen if stage == "forward"]
    assert names[:4] == ["0", "1", "2", "3.0"] and names[-1] == "4"
    assert [layer for stage, layer in seen if stage == "backward"] == names[::-1]
    assert [*dict.fromkeys(stage for stage, _ in seen)] == [*STAGES]


def test_before_the_first_step_there_is_nothing_to_go_back_to():
    run = run_of("dropout")
    began = everything(run)
    for _ in range(3):
        run.stepper.previous_moment()
        assert run.stepper.slow is None and run.stepper.stage is None
    for _ in range(4):
        run.stepper.next_moment()
    for _ in range(5):
        run.stepper.previous_moment()
    assert run.stepper.slow is None and run.stepper.stage is None
    assert_same(everything(run), began)


@every
@pytest.mark.parametrize("forth", [1, 4, 6, 9])
@pytest.mark.parametrize("back", [0, 1, 3, 11])
def test_play_goes_on_from_anywhere(case, forth, back):
    run, plain = run_of(case, steps=2), run_of(case, steps=2)
    for _ in range(forth):
        run.stepper.next_moment()
    for _ in range(back):
        run.stepper.previous_moment()
    if run.trainer.steps_done < 2:
        run.train(1)
    run.train(20 - run.trainer.steps_done)
    plain.train(18)
    assert run.stepper.stage is None and run.stepper.slow is None
    assert_same(everything(run), everything(plain))


def test_the_slider_leaves_a_step_under_way_and_forgets_nothing():
    run = run_of("dropout", steps=20)
    there = everything(run)
    run.rewind(5)
    for _ in range(3):
        run.stepper.next_moment()
    with pytest.raises(InputError, match="not on the tape"):
        run.rewind(21)
    assert where(run) == (5, 2, "forward")
    run.rewind(20)
    assert run.stepper.slow is None
    assert_same(everything(run), there)


@pytest.mark.parametrize("moment", range(1, 10))
@pytest.mark.parametrize(
    "change",
    [{"learning_rate": 0.7}, {"l2": 0.5}, {"dropout": 0.6}, {"optimizer": "adam"}],
)
def test_a_change_is_of_the_whole_step_under_way(change, moment):
    run, plain = run_of("dropout", steps=4), run_of("dropout", steps=4)
    for _ in range(moment):
        run.stepper.next_moment()
    run.change(**change), plain.change(**change)
    assert where(run)[:2] == (4, moment - 1)
    for _ in range(moment - 1):
        run.stepper.previous_moment()
    assert run.experiment == plain.experiment
    while not run.stepper.slow.over:
        run.stepper.next_moment()
    plain.train(1)
    assert_same(everything(run), everything(plain))
    assert run.experiment == plain.experiment


def test_going_back_before_it_brings_the_settings_of_then():
    run = run_of("plain", steps=4)
    for _ in range(5):
        run.stepper.next_moment()
    run.change(learning_rate=0.7)
    for _ in range(5):
        run.stepper.previous_moment()
    assert where(run) == (3, 7, "update")
    assert run.experiment.learning_rate == run.trainer.optimizer.learning_rate == 0.1
    assert run.trainer.changes == []
    for _ in range(4):
        run.stepper.next_moment()
    run.change(learning_rate=0.7)
    while not run.stepper.slow.over:
        run.stepper.next_moment()
    assert run.experiment.learning_rate == 0.7
    gradient, change = (
        run.trainer.gradient[1],
        run.stepper.slow.account(1).outcome.change,
    )
    np.testing.assert_allclose(change, -0.7 * gradient, rtol=1e-4, atol=1e-7)


@every
@seeded
def test_what_it_shows_is_what_the_trainer_has(case, seeds):
    run = run_of(case, seeds, steps=3)
    while not run.stepper.slow or not run.stepper.slow.over:
        run.stepper.next_moment()
        if run.stepper.stage == "backward":
            for replica in range(seeds):
                account = run.stepper.slow.account(replica)
                whole = account.passes.gradient + account.penalty
                limit = run.experiment.clip_norm or np.inf
                whole *= min(1, limit / np.linalg.norm(whole))
                given = run.trainer.gradient[replica]
                np.testing.assert_allclose(given, whole, rtol=1e-4, atol=1e-7)
    after = run.trainer.network.parameters[-1].astype(float)
    before = run.stepper.slow.account(seeds - 1).passes.network.parameters
    assert_array_equal(
        run.stepper.slow.account(seeds - 1).outcome.change, after - before
    )


def test_a_change_of_the_network_finishes_the_step_first():
    run = run_of("dropout")
    for steps, hidden in enumerate([(5,), (2,)], 1):
        for _ in range(3):
            run.stepper.next_moment()
        run.grow(hidden)
        assert run.stepper.slow is None and run.trainer.steps_done == steps


class Failing:
    """A rule that fails once."""

    failed = False

    def __call__(self, gradient, rate):
        if not self.failed:
            self.failed = True
            raise ArithmeticError("once")
        return -rate * gradient


def test_a_part_that_fails_leaves_the_step_as_if_not_begun():
    run, plain = run_of("dropout", steps=2), run_of("dropout", steps=2)
    rule = Failing()
    rule.failed = True  # while it is checked
    run.change(optimizer=rule), plain.change(optimizer=rule)
    rule.failed, began = False, everything(run)
    with pytest.raises(ArithmeticError):
        for _ in range(50):
            run.stepper.next_moment()
    assert run.stepper.slow is None and run.stepper.stage is None
    assert_same(everything(run), began)
    for _ in range(20):
        run.stepper.next_moment()
    run.train(10 - run.trainer.steps_done), plain.train(8)
    assert_same(everything(run), everything(plain))
