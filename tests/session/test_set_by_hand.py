"""Weights set by hand in a run: it computes with them, and goes on and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from nnlab import Experiment, InputError
from nnlab.backend import to_numpy
from nnlab.session.session import Session

SMALL = {"hidden": (3, 2), "optimizer": "momentum", "seeds": 3}


def started(steps: int = 0, **fields) -> Session:
    run = Session(Experiment(**{**SMALL, **fields}))
    run.train(steps)
    return run


def numbers(run: Session) -> np.ndarray:
    return to_numpy(run.trainer.network.parameters).copy()


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_it_says_what_a_network_built_with_these_numbers_says(data):
    """Every number set by hand, to those of another network: the outputs are its."""
    fields = {
        "hidden": tuple(data.draw(st.lists(st.integers(1, 4), max_size=2))),
        "activation": data.draw(st.sampled_from(["tanh", "relu", "identity"])),
        "seeds": data.draw(st.sampled_from([1, 3])),
        "data": data.draw(st.sampled_from(["island", "wine", "hills"])),
    }
    run, other = Session(Experiment(**fields)), Session(Experiment(**fields, seed=50))
    last = fields["seeds"] - 1
    before = numbers(run)
    for name in run.trainer.network.layout.places:
        for at, value in np.ndenumerate(other.trainer.network[name][0]):
            run.set_by_hand(last, name, at, float(value))
    x = run.data.x[:9]
    assert_array_equal(run.outputs(x)[last], other.outputs(x)[0])
    assert_array_equal(numbers(run)[:last], before[:last])


def test_the_others_learn_on_as_if_nothing_had_been():
    changed, other = started(7), started(7)
    changed.set_by_hand(1, "0.W", (0, 0), 2.0)
    changed.train(40), other.train(40)
    assert_array_equal(numbers(changed)[[0, 2]], numbers(other)[[0, 2]])
    assert (numbers(changed)[1] != numbers(other)[1]).any()


def test_the_moments_stay_and_it_is_measured_anew():
    run = started(7)
    before = {k: to_numpy(m).copy() for k, m in run.trainer.moments.items()}
    loss = run.measure()["train_loss"].copy()
    run.set_by_hand(1, "4.b", (0, 0), 5.0)
    for name, moment in run.trainer.moments.items():
        assert_array_equal(to_numpy(moment), before[name])
    after = run.measure()["train_loss"]
    assert (after != loss).tolist() == [False, True, False]
    assert_array_equal(after, run.trainer.measure()["train_loss"])


def test_the_tape_begins_there_and_goes_forth_and_back():
    run = started(7)
    run.set_by_hand(1, "0.W", (1, 1), -1.5)
    there = {7: numbers(run)}
    for step in range(8, 30):
        run.train(1)
        there[step] = numbers(run)
    for step in (7, 29, 15):
        run.rewind(step)
        assert_array_equal(numbers(run), there[step])
    with pytest.raises(InputError, match="from 7 to 29"):
        run.rewind(6)


@pytest.mark.parametrize("way", ["next_stage", "next_moment"])
def test_a_mini_batch_under_way_comes_to_its_end_first(way):
    run, whole = started(4), started(5)
    getattr(run.stepper, way)()
    run.set_by_hand(1, "0.W", (0, 2), 0.25)
    assert run.trainer.steps_done == 5 and run.stepper.stage is run.stepper.slow is None
    whole.set_by_hand(1, "0.W", (0, 2), 0.25)
    assert_array_equal(numbers(run), numbers(whole))


def test_what_is_refused_changes_nothing():
    run = started(4)
    run.stepper.next_stage()
    before = numbers(run)
    with pytest.raises(InputError, match=r"at=.3, 0. is not allowed"):
        run.set_by_hand(1, "0.W", (3, 0), 1.0)
    assert_array_equal(numbers(run), before)
    assert run.stepper.stage == "forward" and run.trainer.changes == []
