"""Training is one step over and over, and every replica trains as if alone.

Equality is bit for bit unless a tolerance is written: that holds for any number of
threads in BLAS, as long as it is the same one for both runs that are compared.
"""

from functools import partial

import numpy as np
import pytest

from nnlab import Experiment
from nnlab.backend import Purpose, generator
from nnlab.engine import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    CrossEntropy,
    Hinge,
    Layer,
    Linear,
    Momentum,
    Network,
    ReLU,
    Sigmoid,
    Tanh,
)
from nnlab.engine.update import _chunks
from nnlab.errors import InputError
from nnlab.training import EarlyStopping, Trainer

from .arrays import (
    END,
    RUN,
    assert_allclose,
    assert_array_equal,
    copied,
    exact,
    host,
    same,
)

OPTIMIZERS = {"sgd": SGD(0.1), "momentum": Momentum(0.05), "adam": Adam(0.01)}
STACKS = {  # name → inputs, layers, classes
    "line": (2, [Linear(1)], 2),
    "width 1": (1, [Linear(1), Tanh(), Linear(1)], 2),
    "small": (2, [Linear(4), Tanh(), Linear(1)], 2),
    "deep": (3, [Linear(8), ReLU(), Linear(7), Sigmoid(), Linear(5)], 5),
    "larger than a block": (40, [Linear(180), ReLU(), Linear(10)], 10),
}
all_optimizers = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=str)
all_stacks = pytest.mark.parametrize("name", STACKS)
all_replicas = pytest.mark.parametrize("replicas", [None, 1, 3])


def samples(inputs, classes, n):
    rng = np.random.default_rng(n)
    return rng.normal(size=(n, inputs)), rng.integers(0, classes, n)


def make(name="small", optimizer=Adam(0.01), replicas=3, seed=1, dtype="float32"):
    """A trainer; 23 samples in batches of 10 leave a last batch of 3."""
    inputs, layers, classes = STACKS[name]
    return Trainer(
        Network(inputs, layers, seed=seed, replicas=replicas, dtype=dtype),
        BinaryCrossEntropy() if classes == 2 else CrossEntropy(),
        optimizer,
        train=samples(inputs, classes, 23),
        validation=samples(inputs, classes, 9),
        batch_size=10,
    )


def assert_same(one, other, i=..., j=...):
    """Replica `i` of one run is replica `j` of another: all that training made."""
    assert_alike(one, other, i, j, assert_array_equal, assert_array_equal)


def assert_alone(one, other, i, j=...):
    """The same where they were made among so many replicas, and so many."""
    assert_alike(one, other, i, j, partial(same, near=RUN), partial(same, near=END))


def assert_alike(one, other, i, j, equal, near):
    """By these two, the first for what was measured."""
    assert one.steps_done == other.steps_done
    pairs = [(one.network.parameters, other.network.parameters)]
    pairs += [(one.last_loss, other.last_loss)]
    pairs += [(moment, other.moments[name]) for name, moment in one.moments.items()]
    for ours, theirs in pairs:
        near(host(ours)[i], host(theirs)[j])
    assert one.history.keys() == other.history.keys()
    assert one.history["step"] == other.history["step"]
    for name in one.history.keys() - {"step"}:
        ours, theirs = np.array(one.history[name]), np.array(other.history[name])
        equal(ours.T[i], theirs.T[j])


class Watch(Layer):
    """Lets numbers pass, and notes the rows that training shows it.

    The number of a row is its first feature. `seen` has an array (…, batch) a step.
    """

    def __init__(self):
        self.seen = []

    def forward(self, xp, p, x, c):
        if c.training:
            self.seen.append(copied(x[..., 0]).astype(int))
        return x, None

    def backward(self, xp, p, g, cache, dy):
        return dy


def watched(n=23, batch_size=10, replicas=3, seed=1, optimizer=SGD(0.001)):
    """A trainer on rows 0 … n − 1, the list of what it sees, and the samples."""
    watch, rows = Watch(), np.arange(n)
    x, y = np.stack([rows, np.sin(rows)], axis=1), np.cos(rows)[:, None]
    net = Network(2, [watch, Linear(1)], seed=seed, replicas=replicas, dtype="float64")
    trainer = Trainer(net, MSE(), optimizer, (x, y), batch_size=batch_size)
    return trainer, watch.seen, (x, y)


# Which samples, and when


@all_replicas
@pytest.mark.parametrize("n, batch_size", [(23, 10), (20, 10), (7, 1), (7, 7), (5, 4)])
def test_an_epoch_shows_every_sample_once(n, batch_size, replicas):
    trainer, seen, _ = watched(n, batch_size, replicas)
    for epoch in range(1, 4):
        seen.clear()
        trainer.epoch()
        *full, last = [batch.shape[-1] for batch in seen]
        assert set(full) <= {batch_size} and 1 <= last <= batch_size
        order = np.concatenate(seen, axis=-1)
        assert_array_equal(np.sort(order), np.broadcast_to(np.arange(n), order.shape))
        assert len(seen) == trainer.steps_per_epoch
        assert (trainer.steps_done, trainer.epoch_done) == (epoch * len(seen), epoch)


def test_every_epoch_and_every_replica_has_its_own_order():
    trainer, seen, _ = watched()
    trainer.fit(epochs=4)
    epochs = np.concatenate(seen, axis=-1).reshape(3, 4, 23)
    assert len({tuple(order) for order in epochs.reshape(12, 23)}) == 12


@all_optimizers
def test_the_order_belongs_to_the_seed(optimizer):
    trainer, seen, _ = watched(replicas=5, seed=3, optimizer=optimizer)
    trainer.fit(epochs=2)
    for i in range(5):
        other, alone, _ = watched(replicas=None, seed=3 + i)
        other.fit(epochs=2)
        for many, one in zip(seen, alone, strict=True):
            assert_array_equal(many[i], one)


def test_the_order_is_the_next_permutation_of_a_stream_of_its_own():
    trainer, seen, _ = watched(seed=5)
    trainer.epoch()
    for i, order in enumerate(np.concatenate(seen, axis=-1)):
        stream = generator(5 + i, Purpose.ORDER)
        assert_array_equal(order, stream.permutation(23))
    assert len({generator(5, purpose).random() for purpose in Purpose}) == len(Purpose)


@all_replicas
@pytest.mark.parametrize("rule", [SGD(0.001), Momentum(0.001), Adam(0.01)], ids=str)
def test_a_run_is_its_steps_written_out(rule, replicas):
    trainer, seen, (x, y) = watched(replicas=replicas, optimizer=rule)
    p = copied(trainer.network.parameters)[..., None]  # two weights and a bias
    m = {name: np.zeros_like(p) for name in rule.moments}
    trainer.fit(epochs=2)
    for step, rows in enumerate(seen, start=1):  # the last of an epoch counts in full
        x1 = np.concatenate([x[rows], np.ones((*rows.shape, 1))], axis=-1)
        g = 2 * x1.mT @ (x1 @ p - y[rows]) / rows.shape[-1]
        p += rule.update(np, m, g, p, rule.coefficients(step, rule.learning_rate))
    assert_allclose(trainer.network.parameters, p[..., 0], rtol=1e-9)


def test_targets_stay_with_their_samples():
    x = np.linspace(-1, 1, 23)[:, None]
    line = Network(1, [Linear(1)], replicas=3, dtype="float64")
    trainer = Trainer(line, MSE(), SGD(0.1), (x, 2 * x + 1), batch_size=10)
    trainer.fit(epochs=200)
    assert_allclose(line["0.W"], 2.0, rtol=1e-9, atol=0)
    assert_allclose(line["0.b"], 1.0, rtol=1e-9, atol=0)


# The ways to drive


def test_epochs_are_steps_however_they_are_made():
    by_fit, by_epoch, by_step, by_steps = (make() for _ in range(4))
    by_fit.fit(epochs=2)
    by_epoch.epoch()
    by_epoch.epoch()
    for _ in range(6):
        by_step.step()
    assert list(by_steps.steps(6)) == [1, 2, 3, 4, 5, 6]
    for other in (by_epoch, by_step, by_steps):
        assert_same(by_fit, other)


def test_an_epoch_under_way_is_finished():
    trainer, whole = make(), make()
    trainer.step()
    assert trainer.epoch_done == pytest.approx(1 / 3)
    trainer.epoch()
    whole.epoch()
    assert_same(trainer, whole)


def test_a_step_is_made_when_it_is_asked_for():
    trainer = make()
    steps = trainer.steps(5)
    assert trainer.steps_done == 0
    assert (next(steps), trainer.steps_done) == (1, 1)


@all_replicas
def test_history_has_the_start_and_the_end_of_each_epoch(replicas):
    trainer = make(replicas=replicas)
    entries = [trainer.measure()]
    for _ in range(3):
        trainer.epoch()
        entries.append(trainer.measure())
    assert trainer.history.pop("step") == [0, 3, 6, 9]
    ways = {"train_loss_running", "train_loss_training", "penalty"}
    assert (
        trainer.history.keys() - ways
        == entries[0].keys()
        == {
            f"{part}_{what}"
            for part in ("train", "validation")
            for what in ("loss", "accuracy")
        }
    )
    for name, values in trainer.history.items():
        if name not in ways:
            assert_array_equal(values, [entry[name] for entry in entries])
        assert values[0].shape == (() if replicas is None else (replicas,))


def test_measuring_changes_nothing():
    trainer, unwatched = make(), make()
    for _ in range(7):
        before, measured = copied(trainer.network.parameters), trainer.measure()
        again = trainer.measure()
        assert_array_equal(trainer.network.parameters, before)
        assert all(np.array_equal(measured[name], again[name]) for name in measured)
        trainer.step()
        unwatched.step()
    assert_same(trainer, unwatched)


def test_what_is_measured_is_the_whole_part():
    trainer = make(dtype="float64")
    x, y = samples(2, 2, 9)
    measured = trainer.measure()
    z = host(trainer.network.forward(x))[..., 0]
    loss = trainer.network.loss(x, y, trainer.loss)
    assert_allclose(measured["validation_loss"], loss, rtol=1e-14)
    share = np.mean((z > 0) == (y == 1), axis=-1)
    assert_allclose(measured["validation_accuracy"], share, rtol=1e-14)


LABELS = [  # targets that are right or wrong, whatever type their numbers have
    (BinaryCrossEntropy(), float),
    (BinaryCrossEntropy(), bool),
    (Hinge(), float),
    (MSE(), bool),
    (MSE(), int),
]


@pytest.mark.parametrize("loss, dtype", LABELS, ids=str)
def test_labels_are_labels_of_any_type(loss, dtype):
    x, y = samples(2, 2, 23)
    data = (x, y.astype(dtype))
    trainer = Trainer(Network(2, [Linear(1)]), loss, SGD(0.1), data, batch_size=10)
    plain = Trainer(Network(2, [Linear(1)]), loss, SGD(0.1), (x, y), batch_size=10)
    trainer.fit(epochs=2), plain.fit(epochs=2)
    assert trainer.history["train_accuracy"] == plain.history["train_accuracy"]
    assert "train_r2" not in trainer.history


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_keep_their_dtype(dtype):
    class Checked(Adam):
        def update(self, xp, m, g, p, c):
            change = super().update(xp, m, g, p, c)
            assert {host(array).dtype.name for array in (change, g, p)} == {dtype}
            return change

    trainer = make(optimizer=Checked(0.01), dtype=dtype)
    trainer.epoch()
    vectors = trainer.network.parameters, trainer.gradient, *trainer.moments.values()
    assert {host(vector).dtype.name for vector in vectors} == {dtype}
    assert all(trainer.history[name][-1].dtype == dtype for name in trainer.measure())


def test_the_vectors_keep_their_identity():
    trainer = make()
    before = [trainer.network.parameters, trainer.gradient, *trainer.moments.values()]
    trainer.epoch()
    after = [trainer.network.parameters, trainer.gradient, *trainer.moments.values()]
    assert all(one is other for one, other in zip(before, after))


# Replicas


@all_optimizers
@all_stacks
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.thinned(4)
def test_a_replica_is_the_run_of_its_own_seed(name, optimizer, dtype):
    dtype = exact(dtype)
    two, three = (make(name, optimizer, replicas, dtype=dtype) for replicas in (2, 3))
    two.fit(epochs=3)
    three.fit(epochs=3)
    assert_alone(two, three, 1, 1)
    for i in range(3):
        alone = make(name, optimizer, None, seed=1 + i, dtype=dtype)
        alone.fit(epochs=3)
        assert_alone(three, alone, i)


def test_a_replica_may_be_as_many_as_a_batch():
    dtype = exact("float32")
    together, alone = (
        make(replicas=10, dtype=dtype),
        make(replicas=None, seed=8, dtype=dtype),
    )
    together.fit(epochs=3)
    alone.fit(epochs=3)
    assert_alone(together, alone, 7)


@pytest.mark.parametrize("data", ["island", "digits"])
def test_eight_seeds_are_eight_experiments_of_one_seed(data):
    given = dict(seed=3, seeds=8, optimizer="momentum", dtype=exact("float32"))
    experiment = Experiment(data=data, **given)
    together = experiment.trainer()
    together.fit(epochs=2)
    for i in (0, 3, 7):
        alone = experiment.replace(seed=3 + i, seeds=1).trainer()
        alone.fit(epochs=2)
        assert_alone(together, alone, i, 0)


@all_optimizers
def test_a_replica_that_diverges_keeps_it_to_itself(optimizer):
    healthy, ill = make(optimizer=optimizer), make(optimizer=optimizer)
    ill.network.parameters[1, 4] = np.nan
    healthy.fit(epochs=3)
    ill.fit(epochs=3)
    assert ill.diverged.tolist() == [False, True, False]
    assert not healthy.diverged.any()
    assert_same(healthy, ill, i=0, j=0)
    assert_same(healthy, ill, i=2, j=2)
    assert np.isnan(ill.history["train_loss"][-1]).tolist() == [False, True, False]


@all_replicas
@all_optimizers
def test_a_run_stops_when_every_replica_has_diverged(optimizer, replicas):
    trainer = make(optimizer=optimizer, replicas=replicas)
    trainer.epoch()
    trainer.network.parameters[...] = np.nan
    trainer.fit(epochs=50)
    assert trainer.diverged.all()
    assert trainer.steps_done <= 2 * trainer.steps_per_epoch
    assert list(trainer.steps(10)) == []


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_rate_far_too_large_ends_in_nan_and_not_in_a_warning(dtype):
    x = np.linspace(-1, 1, 23)[:, None]
    line = Network(1, [Linear(1)], replicas=3, dtype=dtype)
    trainer = Trainer(line, MSE(), SGD(1e30), (x, x), (x, x), batch_size=10)
    trainer.fit(epochs=50)
    assert trainer.diverged.all()
    assert trainer.steps_done < 50 * trainer.steps_per_epoch


# The update


@all_optimizers
@all_replicas
@pytest.mark.parametrize("block", [1, 7, 17, 40, 10**9])
def test_the_update_does_not_see_its_blocks(
    optimizer, replicas, block, backend, monkeypatch
):
    usual = make(optimizer=optimizer, replicas=replicas)
    monkeypatch.setattr(type(backend), "chunk", block)
    other = make(optimizer=optimizer, replicas=replicas)
    usual.fit(epochs=2)
    other.fit(epochs=2)
    assert_same(usual, other)


SHAPES = [(1,), (50,), (1, 1), (3, 7), (3, 10), (25, 4), (5, 25), (2, 50)]


@pytest.mark.once
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_blocks_cover_every_number_once(shape):
    times = np.zeros(shape, int)
    for block in _chunks(shape, 10):
        assert times[block].size <= 10
        times[block] += 1
    assert (times == 1).all()


@all_optimizers
def test_a_live_change_keeps_the_weights_and_starts_with_the_next_step(optimizer):
    trainer = make(optimizer=optimizer, dtype="float64")
    twin = make(optimizer=optimizer, dtype="float64")
    for run in (trainer, twin):
        list(run.steps(4))
    trainer.change(learning_rate=3 * optimizer.learning_rate)
    assert_same(trainer, twin)
    before = copied(trainer.network.parameters)
    trainer.step()
    twin.step()
    once, thrice = (host(run.network.parameters) - before for run in (twin, trainer))
    assert_allclose(thrice, 3 * once, rtol=1e-8, atol=1e-12)
    assert trainer.changes == [(4, "learning_rate", 3 * optimizer.learning_rate)]
    assert twin.changes == []


BAD_CHANGES = [
    ("learning_rate", -1.0),
    ("learning_rate", float("nan")),
    ("learning_rat", 0.1),
    ("momentum", 0.5),  # Adam has none
]


@pytest.mark.parametrize("field, value", BAD_CHANGES)
def test_a_change_that_cannot_be_changes_nothing(field, value):
    trainer = make()
    with pytest.raises(InputError, match=field):
        trainer.change(**{field: value})
    assert trainer.optimizer == Adam(0.01) and trainer.changes == []


# What comes in


def test_the_samples_given_are_copied_or_left_alone():
    x, y = samples(2, 2, 23)
    kept = x.copy(), y.copy()
    net = Network(2, [Linear(1)], dtype="float64")
    Trainer(net, BinaryCrossEntropy(), SGD(0.1), (x, y), batch_size=5).fit(2)
    assert_array_equal(x, kept[0])
    assert_array_equal(y, kept[1])


x23, y23 = samples(2, 2, 23)
BAD = {
    "no batch": ("batch_size", dict(batch_size=0)),
    "half a sample": ("batch_size", dict(batch_size=2.5)),
    "not a number": ("batch_size", dict(batch_size="3")),
    "more targets than samples": ("train", dict(train=(x23[:20], y23))),
    "more samples than targets": ("train", dict(train=(x23, y23[:20]))),
    "other features": ("x", dict(train=(x23[:, :1], y23))),
    "other features to watch": ("x", dict(validation=(x23[:, :1], y23))),
    "nan in a sample": ("train", dict(train=(np.where(x23 > 2, np.nan, x23), y23))),
    "inf to watch": ("validation", dict(validation=(np.full((4, 2), np.inf), y23[:4]))),
    "nan in a target": ("train", dict(loss=MSE(), train=(x23, y23 * np.nan))),
    "nothing to watch": (
        "stopping",
        dict(validation=(x23[:0], y23[:0]), stopping=EarlyStopping(3)),
    ),
    "labels of three classes": ("loss", dict(train=(x23, np.arange(23) % 3))),
}


@pytest.mark.parametrize("argument, given", BAD.values(), ids=BAD)
def test_what_cannot_be_trained_on_is_refused(argument, given):
    made = dict(network=Network(2, [Linear(1)]), loss=BinaryCrossEntropy())
    usual = dict(optimizer=SGD(0.1), train=(x23, y23), batch_size=5)
    with pytest.raises(InputError) as caught:
        Trainer(**{**made, **usual, **given})
    assert caught.value.argument == argument


# The whole


@pytest.mark.once
def test_digits_are_learned():
    experiment = Experiment(
        data="digits",
        hidden=(64,),
        activation="relu",
        optimizer="adam",
        learning_rate=0.003,
        batch_size=64,
    )
    trainer = experiment.trainer()
    trainer.fit(epochs=30)  # ten sets of seeds gave medians from 97.1 % to 97.9 %
    assert np.median(trainer.history["validation_accuracy"][-1]) >= 0.96
