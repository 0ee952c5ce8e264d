"""A number set by hand: it alone changes, and training goes on from there."""

from math import inf, nan

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import InputError
from nnlab.engine import MSE, Adam, BatchNorm, Linear, Network, Tanh
from nnlab.training import Tape, Trainer
from nnlab.training.surgery import set_by_hand

from .arrays import copied, host

PLACES = [("0.W", (1, 2)), ("0.b", (0, 0)), ("1.gamma", (0, 2)), ("3.W", (2, 0))]
both = pytest.mark.parametrize("replicas", [None, 3])


def make(replicas=3) -> Trainer:
    rng = np.random.default_rng(0)
    layers = [Linear(3), BatchNorm(), Tanh(), Linear(1)]
    network = Network(2, layers, replicas=replicas, dtype="float64")
    data = rng.normal(size=(20, 2)), rng.normal(size=(20, 1))
    return Trainer(network, MSE(), Adam(0.05), data, batch_size=6)


def go(trainer, steps: int) -> None:
    for _ in trainer.steps(steps):
        pass


def everything(trainer) -> dict:
    vectors = {"p": trainer.network.parameters, "state": trainer.network.state}
    return {name: copied(v) for name, v in {**vectors, **trainer.moments}.items()}


@both
@pytest.mark.parametrize("name, at", PLACES)
def test_one_number_changes_and_no_other(replicas, name, at):
    trainer = make(replicas)
    go(trainer, 5)
    last = (replicas or 1) - 1
    before, p = everything(trainer), trainer.network.parameters
    set_by_hand(trainer, last, name, at, 0.3)
    after = everything(trainer)
    place = trainer.network.layout.places[name]
    place.view(np, before["p"].reshape(last + 1, -1))[(last, *at)] = 0.3
    for what, vector in after.items():
        assert_array_equal(vector, before[what])
    assert trainer.network.parameters is p


def test_the_other_replicas_train_on_as_if_nothing_had_been():
    changed, other = make(), make()
    go(changed, 5), go(other, 5)
    set_by_hand(changed, 1, "0.W", (0, 0), 3.0)
    go(changed, 9), go(other, 9)
    ours, theirs = (host(one.network.parameters) for one in (changed, other))
    assert_array_equal(ours[[0, 2]], theirs[[0, 2]])
    assert (ours[1] != theirs[1]).any()


@both
def test_it_is_noted_once_a_step(replicas):
    trainer = make(replicas)
    go(trainer, 2)
    for value in (0.1, 0.2, 0.3):
        set_by_hand(trainer, 0, "0.W", (0, 1), value)
    set_by_hand(trainer, 0, "0.b", (0, 1), 1)
    go(trainer, 1)
    set_by_hand(trainer, 0, "0.b", (0, 1), 2)
    weight, bias = "0.W[0, 1] of seed 0", "0.b[0, 1] of seed 0"
    assert trainer.changes == [(2, weight, 0.3), (2, bias, 1.0), (3, bias, 2.0)]


def test_a_tape_goes_back_behind_it_and_on_again():
    trainer = make()
    tape, there = Tape(trainer), {}
    for step in range(1, 40):
        if step == 21:
            set_by_hand(trainer, 2, "3.W", (0, 0), -2.0)
        trainer.step()
        tape.record()
        there[step] = copied(trainer.network.parameters)
    for step in (20, 39, 21, 5, 30):
        tape.rewind(step)
        assert_array_equal(host(trainer.network.parameters), there[step])


REFUSED = {
    "replica=3": (3, "0.W", (0, 0), 1.0),
    "replica=-1": (-1, "0.W", (0, 0), 1.0),
    "name='0.w'": (0, "0.w", (0, 0), 1.0),
    "name='1.mean'": (0, "1.mean", (0, 0), 1.0),
    "at=(2, 0)": (0, "0.W", (2, 0), 1.0),
    "at=(0, -1)": (0, "0.W", (0, -1), 1.0),
    "at=(0,)": (0, "0.W", (0,), 1.0),
    "at=0": (0, "0.W", 0, 1.0),
    "value=nan": (0, "0.W", (0, 0), nan),
    "value=inf": (0, "0.W", (0, 0), inf),
    "value='1'": (0, "0.W", (0, 0), "1"),
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_there_is_not_is_refused(said):
    trainer = make()
    before = everything(trainer)
    with pytest.raises(InputError) as caught:
        set_by_hand(trainer, *REFUSED[said])
    assert str(caught.value).startswith(said)
    assert said.startswith(f"{caught.value.argument}=")
    assert_array_equal(everything(trainer)["p"], before["p"])
    assert trainer.changes == []


def test_what_overflows_the_dtype_is_refused():
    data = np.ones((2, 1)), np.ones((2, 1))
    trainer = Trainer(Network(1, [Linear(1)]), MSE(), Adam(), data, batch_size=2)
    with pytest.raises(InputError, match=r"value=1e[+]39 is not allowed"):
        set_by_hand(trainer, 0, "0.W", (0, 0), 1e39)
