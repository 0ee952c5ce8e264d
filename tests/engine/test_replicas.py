"""A number for each replica: each replica goes as one that has this number alone."""

import numpy as np
import pytest

from nnlab.engine import (
    L1,
    L2,
    MSE,
    SGD,
    Adam,
    AdamW,
    BatchNorm,
    ClipNorm,
    ClipValue,
    CrossEntropy,
    Dropout,
    Huber,
    LeakyReLU,
    Linear,
    Momentum,
    Network,
    RMSprop,
    WeightDecay,
)
from nnlab.engine.replicas import column, power, root
from nnlab.errors import InputError
from nnlab.training import Trainer

from .arrays import END, RUN, assert_array_equal, exact, here, host, same, space

FEW = np.array([0.01, 0.04, 0.09])
x = np.random.default_rng(1).normal(size=(23, 2))
y = np.tanh(x[:, :1] * x[:, 1:])
PARTS = {  # made of one number, in place of what a trainer has by default
    "SGD": lambda v: dict(optimizer=SGD(v)),
    "Momentum": lambda v: dict(optimizer=Momentum(0.05, v)),
    "RMSprop": lambda v: dict(optimizer=RMSprop(0.01, 1 - v, v)),
    "Adam": lambda v: dict(optimizer=Adam(v, v, 1 - v, v)),
    "AdamW": lambda v: dict(optimizer=AdamW(0.01, weight_decay=v)),
    "penalties": lambda v: dict(
        regularizers=[L1(v), L2(v, biases=True), WeightDecay(v)]
    ),
    "ClipNorm": lambda v: dict(clip=ClipNorm(v)),
    "ClipValue": lambda v: dict(clip=ClipValue(v)),
    "Dropout": lambda v: dict(middle=Dropout(v)),
    "BatchNorm": lambda v: dict(middle=BatchNorm(v, v)),
    "LeakyReLU": lambda v: dict(middle=LeakyReLU(v)),
    "Huber": lambda v: dict(loss=Huber(v)),
    "schedule": lambda v: dict(schedule=lambda step: v**step),
}


def go(v, seed, replicas, make, batch, dtype):
    given = {"optimizer": SGD(0.1), "loss": MSE(), "middle": LeakyReLU(), **make(v)}
    layers = [Linear(4), given.pop("middle"), Linear(1)]
    net = Network(2, layers, seed=seed, replicas=replicas, dtype=dtype)
    loss, rule = given.pop("loss"), given.pop("optimizer")
    run = Trainer(net, loss, rule, (x, y), (x, y), batch, **given)
    run.fit(epochs=3)
    return run


@pytest.mark.parametrize("make", PARTS.values(), ids=PARTS)
@pytest.mark.parametrize("batch", [3, 10])  # as many as there are replicas, and more
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.thinned(3)
def test_a_replica_with_its_number_is_alone_with_it(make, batch, dtype):
    dtype = exact(dtype)
    together = go(FEW, 4, 3, make, batch, dtype)
    for i, value in enumerate(FEW.tolist()):
        alone = go(value, 4 + i, None, make, batch, dtype)
        ours, theirs = together.network, alone.network
        same(host(ours.parameters)[i], theirs.parameters, END)
        same(host(ours.state)[i], theirs.state, END)
        for name in ("train_loss", "penalty", "validation_r2"):
            ours = [values[i] for values in together.history[name]]
            same(ours, alone.history[name], RUN)
    ends = host(together.network.parameters)
    assert not np.array_equal(ends[0], ends[1])


def test_other_numbers_make_a_difference():
    """The law above would hold of a number that nobody reads."""
    for make in PARTS.values():
        one, other = (go(v, 4, None, make, 10, "float64") for v in (0.05, 0.1))
        ends = (host(run.network.parameters) for run in (one, other))
        assert not np.array_equal(*ends)


@pytest.mark.parametrize("shape", [(3, 5), (3, 3), (3, 2, 4), (3,)])
def test_a_column_meets_the_first_axis(shape):
    xp, like = space(), here(np.ones(shape, "float32"))
    found = host(column(xp, FEW, like) * like)
    assert found.dtype == np.float32
    for i, value in enumerate(FEW):
        assert_array_equal(found[i], np.full(shape[1:], value, np.float32))
    assert column(xp, 0.1, like) == 0.1


@pytest.mark.parametrize("shape", [(4, 3), (1,), ()])
def test_there_is_a_number_for_each_replica_or_an_error(shape):
    with pytest.raises(InputError, match=r"of 3 replicas, and the network has \d"):
        column(np, FEW, np.ones(shape))
    net = Network(2, [Linear(1)], replicas=2)
    trainer = Trainer(net, MSE(), SGD(FEW), (x, y), batch_size=5)
    with pytest.raises(InputError, match="try replicas=3"):
        trainer.step()


@pytest.mark.once
@pytest.mark.parametrize("bad", [[0.1, -1.0], [0.1, np.nan], [np.inf, 1.0]])
def test_each_number_is_checked(bad):
    with pytest.raises(InputError, match="learning_rate="):
        SGD(np.array(bad))
    with pytest.raises(InputError, match=r"beta1=.*less than 1"):
        Adam(beta1=np.array([0.5, 1.0]))


@pytest.mark.once
def test_powers_and_roots_are_those_of_one_number():
    values = np.random.default_rng(0).uniform(0, 1, 500)
    for n in (1, 2, 7, 1000):
        assert power(values, n).tolist() == [value**n for value in values.tolist()]
    assert root(values).tolist() == [root(value) for value in values.tolist()]


def test_replicas_may_have_samples_of_their_own():
    rng = np.random.default_rng(5)
    each = rng.normal(size=(3, 23, 2)), rng.integers(0, 3, (3, 23))

    def run(net, data):
        trainer = Trainer(net, CrossEntropy(), Adam(0.05), data, data, batch_size=10)
        trainer.fit(epochs=3)
        return trainer

    layers, dtype = [Linear(4), BatchNorm(), Dropout(0.2), Linear(3)], exact("float32")
    together = run(Network(2, layers, [7, 3, 11], 3, dtype), each)
    for i, seed in enumerate([7, 3, 11]):
        alone = run(Network(2, layers, seed, dtype=dtype), (each[0][i], each[1][i]))
        same(host(together.network.parameters)[i], alone.network.parameters, END)
        ours = [values[i] for values in together.history["validation_accuracy"]]
        assert ours == [float(v) for v in alone.history["validation_accuracy"]]
    with pytest.raises(InputError, match=r"samples for 3 replicas.*try replicas=3"):
        Trainer(Network(2, layers, replicas=2), CrossEntropy(), Adam(), each)


def test_seeds_may_be_named_one_by_one():
    some = Network(2, [Linear(3)], seed=[5, 2], replicas=2)
    for i, seed in enumerate([5, 2]):
        alone = Network(2, [Linear(3)], seed=seed)
        assert_array_equal(host(some.parameters)[i], alone.parameters)
        assert_array_equal(some.replica(i).parameters, alone.parameters)
        assert some.replica(i).seeds == [seed]
    with pytest.raises(InputError, match="seed has 2 numbers for 3 replicas"):
        Network(2, [Linear(3)], seed=[5, 2], replicas=3)
