"""Experiments that train together are the experiments that train alone, bit for bit."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from nnlab import (
    ELU,
    Adam,
    BatchNorm,
    Dropout,
    Experiment,
    Huber,
    InputError,
    LeakyReLU,
    Normal,
    Residual,
    Tanh,
    sweep,
)
from nnlab.experiment import build
from nnlab.experiment.sweep import Group, _kind

EPOCHS = 6


def assert_as_alone(experiments, epochs=EPOCHS):
    together = sweep(experiments, epochs)
    assert len(together) == len(experiments)
    for e, found in zip(experiments, together, strict=True):
        alone = e.run(epochs)
        assert found.keys() == alone.keys()
        for name in alone:
            assert_array_equal(found[name], alone[name], err_msg=name, strict=True)
        assert found.network.seeds == alone.network.seeds
        for vector in ("parameters", "state"):
            ours, theirs = (getattr(c.network, vector) for c in (found, alone))
            assert_array_equal(ours, theirs, strict=True)


def number(low, high):
    return st.floats(low, high, allow_subnormal=False)


NUMBERS = {  # all that may differ within a group
    "learning_rate": number(0.001, 2),
    "momentum": number(0, 1),
    "beta1": number(0, 0.99),
    "beta2": number(0, 0.999),
    "decay": number(0, 0.99),
    "epsilon": number(1e-10, 0.1),
    "l1": number(1e-4, 0.1),
    "l2": number(1e-4, 0.1),
    "weight_decay": number(1e-4, 0.5),
    "dropout": number(0, 0.9),
    "clip_norm": number(0.01, 5),
    "schedule": st.sampled_from(["cosine", "step", "one cycle", lambda t: 0.9**t]),
    "schedule_steps": st.integers(5, 60),
    "patience": st.integers(1, 5),
    "seed": st.integers(0, 99),
    "seeds": st.integers(1, 3),
    "data_seed": st.integers(0, 3),
    "split_seed": st.integers(0, 3),
    "noise": number(0, 1),
    "initializer": st.sampled_from(["he", "xavier", "orthogonal", Normal(0.5)]),
    "features": st.just(None),
    "standardize": st.booleans(),
}
SHAPES = st.fixed_dictionaries(  # what all of a group have in common
    {
        "optimizer": st.sampled_from(
            ["sgd", "nesterov", "rmsprop", "amsgrad", "adamw"]
        ),
        "hidden": st.sampled_from([(), (3,), (4, 4), (4, BatchNorm(), 4)]),
        "activation": st.sampled_from(["relu", "tanh"]),
        "data": st.sampled_from(["island", "hills"]),
        "batch_size": st.sampled_from([8, None]),
        "dtype": st.sampled_from(["float32", "float64"]),
    },
    optional={
        "batch_norm": st.just(True),
        "loss": st.sampled_from(["mse", Huber(0.5)]),
        "biases": st.booleans(),
    },
)


@st.composite
def groups(draw):
    """Two to four experiments of one shape, which differ in some numbers."""
    shape = draw(SHAPES)
    names = draw(st.lists(st.sampled_from([*NUMBERS]), max_size=9, unique=True))
    own = st.fixed_dictionaries({name: NUMBERS[name] for name in names})
    made = [
        dict(shape, samples=60, **draw(own)) for _ in range(draw(st.integers(2, 4)))
    ]
    try:
        every = Experiment().values()  # so some of them may do nothing
        return [Experiment(**{**every, **fields}) for fields in made]
    except InputError:  # no hidden layer for dropout, a last batch of one
        return []


def test_any_group_trains_as_each_does_alone():
    tally = Counter()

    @settings(
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=120,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(groups())
    def law(experiments):
        tally["groups"] += bool(experiments)
        tally["one"] += len({_kind(e) for e in experiments}) == 1
        assert_as_alone(experiments)

    law()
    assert tally["groups"] >= 80 and tally["one"] >= 0.9 * tally["groups"]


EVERYTHING = [
    dict(
        learning_rate=rate,
        weight_decay=rate / 3,
        beta1=1 - rate,
        dropout=rate,
        l1=rate / 10,
        clip_norm=1 + rate,
        patience=patience,
        schedule_steps=steps,
        activation=LeakyReLU(rate),
        hidden=(4, Residual((ELU(rate), BatchNorm(rate), Dropout(rate))), 4),
        loss=Huber(rate),
        data_seed=seed,
        split_seed=seed,
        seed=10 * seed,
        seeds=1 + seed,
        initializer=start,
    )
    for rate, patience, steps, seed, start in [
        (0.02, 2, 30, 0, "he"),
        (0.1, 20, 60, 1, "xavier"),
        (0.3, 5, 90, 2, Normal(0.4)),
    ]
]
SAME = dict(optimizer="adamw", schedule="cosine", samples=60, batch_size=8)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_everything_may_differ_at_once(dtype):
    made = [Experiment(dtype=dtype, **SAME, **fields) for fields in EVERYTHING]
    assert len({_kind(e) for e in made}) == 1
    assert_as_alone(made, epochs=12)


def test_as_many_replicas_as_samples_in_a_batch_are_told_apart():
    """A column of the wrong shape would be silently wrong just here."""
    rates = np.linspace(0.01, 0.5, 7)
    made = [
        Experiment(
            learning_rate=r, dropout=r, l2=r / 9, batch_size=7, seeds=1, samples=60
        )
        for r in rates
    ]
    assert_as_alone(made)


def test_what_differs_in_more_than_numbers_trains_in_groups_of_its_own():
    made = [
        Experiment(hidden=(3,)),
        Experiment(hidden=(4,)),
        Experiment(hidden=(3,), learning_rate=0.2),
        Experiment(hidden=(3,), l2=0.1),
        Experiment(hidden=(3,), optimizer="adam"),
        Experiment(hidden=(3,), batch_size=20),
        Experiment(hidden=(3,), data="digits"),
        Experiment(hidden=(3,), patience=3),
        Experiment(hidden=(4,), seed=9, data="xor"),
    ]
    kinds = [_kind(e) for e in made]
    assert len({*kinds}) == 7
    assert kinds[0] == kinds[2] and kinds[1] == kinds[8]
    assert_as_alone(made, epochs=3)


def test_one_that_diverges_is_told_apart_and_harms_none():
    rates = [0.1, 100, 0.3, 100]
    made = [
        Experiment(learning_rate=r, loss="mse", activation="relu", seed=3 * i, seeds=2)
        for i, r in enumerate(rates)
    ]
    with np.errstate(all="ignore"):
        together = sweep(made, epochs=20)
    assert [found.diverged.tolist() for found in together] == [
        [False, False],
        [True, True],
        [False, False],
        [True, True],
    ]
    assert "2 of them diverged" in repr(together[1]) and "lost" not in repr(together[0])
    for i in (0, 2):
        alone = made[i].run(epochs=20)
        assert_array_equal(together[i].network.parameters, alone.network.parameters)
    for i in (1, 3):  # they end when they would have ended alone
        assert together[i].epochs == made[i].run(epochs=20).epochs < 20


def test_experiments_that_share_their_data_share_one_copy():
    shared = Group([Experiment(seed=s) for s in (0, 50)]).trainer
    apart = Group([Experiment(data_seed=s) for s in (0, 1)]).trainer
    assert shared.parts["train"][0].ndim == 2
    assert apart.parts["train"][0].shape == (16, 300, 2)


@pytest.mark.parametrize("given", [[3], [Experiment(), "xor"], [None]])
def test_what_is_no_experiment_is_refused(given):
    with pytest.raises(InputError, match="which is no Experiment; try sweep"):
        sweep(given)


def test_no_experiments_are_no_curves_and_one_is_a_list_of_one():
    assert sweep([]) == []
    [alone] = sweep(Experiment(seeds=1), epochs=1)
    [same] = sweep((Experiment(seeds=1) for _ in "1"), epochs=1)
    assert_array_equal(alone["train_loss"], same["train_loss"])


def test_an_optimizer_of_ones_own_differs_too():
    made = [
        Experiment(optimizer=Adam(r), activation=Tanh(), seeds=2) for r in (0.01, 0.1)
    ]
    assert len({_kind(e) for e in made}) == 1
    assert build.optimizer(made[1]) == Adam(0.1)
    assert_as_alone(made)
