"""What is on a tape is what was: every step can be gone back to, bit for bit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.engine import (
    L2,
    SGD,
    Adam,
    BatchNorm,
    ClipNorm,
    CrossEntropy,
    Dropout,
    Linear,
    Momentum,
    Network,
    ReLU,
    WeightDecay,
)
from nnlab.errors import InputError
from nnlab.training import EarlyStopping, Tape, Trainer
from nnlab.training.batches import Noise
from nnlab.training.surgery import exchange, transplant

from .arrays import assert_array_equal, copied, host

x = np.random.default_rng(1).normal(size=(53, 4))
y = np.digitize(x[:, 0] + x[:, 1] * x[:, 2], [-0.5, 0.5])


def make(replicas=3, units=6, **given):
    """A run with everything switched on: 40 samples in batches of 9."""
    layers = [Linear(units), BatchNorm(), ReLU(), Dropout(0.3), Linear(3)]
    usual = dict(
        batch_size=9,
        regularizers=[L2(0.01), WeightDecay(0.02)],
        clip=ClipNorm(1.0),
        schedule=lambda step: 0.999**step,
        stopping=EarlyStopping(15),
    )
    net = Network(4, layers, seed=3, replicas=replicas)
    data = (x[:40], y[:40]), (x[40:], y[40:])
    return Trainer(net, CrossEntropy(), Adam(0.02), *data, **{**usual, **given})


def state(run: Trainer) -> dict:
    """All that there is of a run at this step."""
    found = {"parameters": run.network.parameters, "state": run.network.state}
    found |= {f"moment {name}": moment for name, moment in run.moments.items()}
    found |= {f"history {name}": values for name, values in run.history.items()}
    found |= {"gradient": run.gradient, "loss": run.last_loss, "rows": run.rows}
    found |= {"running": run.record.running, "active": run.active}
    found = {name: copied(value) for name, value in found.items()}
    found |= {"changes": list(run.changes), "optimizer": run.optimizer}
    return found | {"steps": run.steps_done}


MOVES = ("step", "change", "noted change")


def assert_same(one: dict, other: dict) -> None:
    assert one.keys() == other.keys()
    for name, value in one.items():
        if isinstance(value, np.ndarray):
            assert_array_equal(value, other[name], err_msg=name)
        else:
            assert value == other[name], name


def live(run: Trainer, step: int) -> None:
    """Live changes at some steps of a run."""
    if step == 23:
        run.change(learning_rate=0.05)
    if step == 24:
        run.change(beta1=0.5)
    if step == 40:
        run.use(Momentum(0.01))
    if step == 50:
        layers = [*run.network.layers]
        layers[3] = Dropout(0.7)
        exchange(run.network, layers)
        run.changes.append((50, "dropout", 0.7))
    if step == 61:
        run.update.regularizers = (L2(0.5),)
        run.changes.append((61, "l2", 0.5))


def nothing(run: Trainer, step: int) -> None:
    """No live change."""


def recorded(run: Trainer, steps: int, change=nothing, **given):
    """A tape of so many steps, and the state after each."""
    tape, states = Tape(run, **given), [state(run)]
    for _ in range(steps):
        change(run, run.steps_done)
        run.step()
        tape.record()
        states.append(state(run))
    return tape, states


@pytest.mark.thinned(5)
@pytest.mark.parametrize("replicas", [None, 1, 3])
@pytest.mark.parametrize(
    "change", [lambda run, step: None, live], ids=["plain", "live"]
)
def test_every_step_can_be_gone_back_to(replicas, change):
    run = make(replicas)
    tape, states = recorded(run, 90, change)
    for step in [
        0,
        90,
        1,
        89,
        23,
        24,
        25,
        26,
        40,
        41,
        50,
        51,
        61,
        62,
        *range(3, 90, 7),
    ]:
        tape.rewind(step)
        assert_same(state(run), states[step])


def test_what_comes_after_is_the_same_again():
    run = make()
    tape, states = recorded(run, 60)
    tape.rewind(17)
    for step in range(18, 61):
        run.step()
        tape.record()
        assert_same(state(run), states[step])
    tape.rewind(33)
    assert_same(state(run), states[33])


def test_a_fork_sees_the_same_batches_and_goes_its_own_way():
    run = make()
    tape, states = recorded(run, 60, live)
    tape.rewind(30)
    run.change(learning_rate=0.5)
    forked = [state(run)]
    for step in range(31, 61):
        run.step()
        tape.record()
        forked.append(state(run))
        assert_array_equal(run.rows, states[step]["rows"])
    assert not np.array_equal(forked[-1]["parameters"], states[60]["parameters"])
    for step in (59, 45, 31, 60, 40):  # what is on the tape now is the fork
        tape.rewind(step)
        assert_same(state(run), forked[step - 30])
    tape.rewind(30)
    assert_same(state(run), states[30])
    tape.rewind(12)  # and what was before it
    assert_same(state(run), states[12])
    with pytest.raises(InputError, match=r"from 0 to 60; try step=60"):
        tape.rewind(61)


def test_it_never_takes_more_than_it_may_and_stays_true():
    run, limit = make(), 60_000
    tape, states = recorded(run, 400, limit=limit)
    assert tape.every >= 32 and tape.size <= limit
    assert tape.size == sum(one.size for one in tape.snapshots)
    vectors = [host(v) for one in tape.snapshots for v in one.vectors.values()]
    copies = sum(vector.nbytes for vector in vectors)
    assert copies <= tape.size
    for step in (400, 7, 399, 128, 250, 0):
        tape.rewind(step)
        assert_same(state(run), states[step])


def test_a_tape_that_is_too_small_keeps_the_start():
    run = make()
    tape, states = recorded(run, 20, limit=1)
    assert len(tape.snapshots) == 1
    tape.rewind(13)
    assert_same(state(run), states[13])


def test_of_a_full_tape_live_changes_may_be_lost_and_it_says_so():
    def restless(run, step):
        run.change(learning_rate=0.01 + step / 1000)

    run = make()
    tape, states = recorded(run, 40, restless, limit=30_000)
    assert tape.size <= 30_000
    kept = [one.step for one in tape.snapshots]
    for step in range(41):
        if step in kept:
            tape.rewind(step)
            assert_same(state(run), states[step])
        else:
            with pytest.raises(InputError, match=r"no longer on the tape.*try step=\d"):
                tape.rewind(step)


@settings(deadline=None, derandomize=True, database=None, max_examples=25)
@given(st.lists(st.integers(0, 30) | st.sampled_from(MOVES), max_size=25))
def test_however_one_goes_the_way_is_the_one_that_was_gone(moves):
    """A model: the states on the way, cut off where a fork begins. A change that is
    noted is of the step before it too, once that has a step after it."""
    run = make(2)
    tape, way, noted = Tape(run), [state(run)], []
    for move in moves:
        here = run.steps_done
        if move == "step":
            run.step()
            tape.record()
            way = [*way[:here], *(noted or way[here : here + 1]), state(run)]
            noted = []
        elif move in MOVES:
            run.change(learning_rate=0.01 * (1 + len(run.changes)))
            noted = [state(run)] if move == "noted change" else []
            if noted:
                tape.note_change()
        elif move < len(way):
            tape.rewind(move)
            assert_same(state(run), way[move])
            noted = []
        else:
            with pytest.raises(InputError, match="is not on the tape"):
                tape.rewind(move)


def test_a_transplant_begins_a_new_tape():
    run = make(stopping=None)
    tape, _ = recorded(run, 20)
    layers = [replace(run.network.layers[0], units=9), *run.network.layers[1:]]
    transplant(run, Network(4, layers, seed=3, replicas=3))
    run.step()
    tape.record()
    with pytest.raises(InputError, match="from 21 to 21"):
        tape.rewind(20)
    there = state(run)
    run.step()
    tape.record()
    tape.rewind(21)
    assert_same(state(run), there)


def test_noise_drawn_anew_is_the_noise_that_was(monkeypatch):
    monkeypatch.setattr(Noise, "AHEAD", 3 * 3 * 9 * 6)  # three steps at a time
    run = make()
    tape, states = recorded(run, 50)
    for step in (3, 48, 20, 21, 22, 23, 24):
        tape.rewind(step)
        assert_same(state(run), states[step])


@pytest.mark.parametrize("step", [-1, 21, 10**9, 2.5, None])
def test_what_is_not_on_the_tape_is_refused_and_nothing_moves(step):
    run = make()
    tape, states = recorded(run, 20)
    with pytest.raises(InputError, match="step="):
        tape.rewind(step)
    assert_same(state(run), states[20])


def test_sgd_without_moments_goes_back_too():
    run = make()
    run.use(SGD(0.1))
    tape, states = recorded(run, 30)
    tape.rewind(19)
    assert_same(state(run), states[19])


def test_at_the_start_stand_the_settings_of_the_first_step():
    run = make()
    tape = Tape(run)
    run.change(learning_rate=0.5)
    tape.note_change()
    start = state(run)
    run.step()
    tape.record()
    tape.rewind(0)
    assert_same(state(run), start)
    assert run.optimizer.learning_rate == 0.5
    assert [one.step for one in tape.snapshots] == [0]


def test_of_two_changes_at_a_step_of_which_one_was_noted_none_is_lost():
    run = make()
    tape = Tape(run)
    for rate in (0.5, 0.25):
        run.change(learning_rate=rate)
        if rate == 0.5:
            tape.note_change()
    for _ in range(3):
        run.step()
        tape.record()
    there = state(run)
    for step in (1, 3):
        tape.rewind(step)
        assert run.optimizer.learning_rate == 0.25
    assert_same(state(run), there)
