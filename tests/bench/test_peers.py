"""Whoever is compared does the same work: the same numbers come out, step by step.

A peer that is not installed has nothing to be tested, so the list of peers is the
machine's own.
"""

import sys
from itertools import combinations

import numpy as np
import pytest

from nnlab.bench import loops as own
from nnlab.bench import peers
from nnlab.bench.loops import (
    JAX,
    MODULES,
    ONE,
    PYTORCH,
    REPLICATED,
    SCIKIT,
    installed,
    loops,
)
from nnlab.bench.peers import classifier
from nnlab.bench.tasks import TASKS, Task, parameters

HERE = installed()
TASK_OF = {
    "two classes": Task((2, 4, 2, 1), batch=10, samples=30),
    "ten classes": Task((5, 6, 7, 10), batch=8, samples=40),
}
PEERS = {PYTORCH: (peers.pytorch, None), JAX: (peers.jax, 3)}
BY_HAND = "by hand"
if PYTORCH in HERE:
    PEERS[BY_HAND] = (peers.by_hand, None)
EPOCHS = 4

all_tasks = pytest.mark.parametrize("task", TASK_OF.values(), ids=TASK_OF)
all_peers = pytest.mark.parametrize(
    "name", [name for name in PEERS if name in (BY_HAND, *HERE)]
)
all_loops = pytest.mark.parametrize(
    "name", [name for name in [ONE, REPLICATED, *HERE] if name != SCIKIT]
)


def orders_of(rng, task, replicas=None):
    """An order of the samples (…, epochs, samples) for each epoch and replica."""
    shape = (EPOCHS,) if replicas is None else (replicas, EPOCHS)
    rows = np.broadcast_to(np.arange(task.samples), (*shape, task.samples))
    return rng.permuted(rows, axis=-1)


def ours(monkeypatch, task, network, orders):
    """The loop of nnlab, whose batches follow `orders` too."""

    def rows(batches, step):
        epoch, number = divmod(step, batches.per_epoch)
        part = slice(number * batches.size, (number + 1) * batches.size)
        return orders[..., epoch, part]

    monkeypatch.setattr("nnlab.training.batches.Batches.rows", rows)
    return own.nnlab(task, network)


@all_tasks
@all_peers
def test_from_equal_parameters_and_batches_come_equal_losses(monkeypatch, name, task):
    maker, replicas = PEERS[name]
    network = task.network(replicas)
    orders = orders_of(np.random.default_rng(1), task, replicas)
    theirs = maker(task, parameters(network), lambda epochs: orders)
    found, expected = theirs(EPOCHS), ours(monkeypatch, task, network, orders)(EPOCHS)
    for some, others in zip(found, expected, strict=True):
        assert some.dtype == np.float32
        assert some == pytest.approx(others, rel=2e-5)
    assert np.ptp(expected[1], axis=0).min() > 1e-3  # they did learn something


@all_tasks
@all_peers
def test_a_loop_goes_on_where_it_was(name, task):
    maker, replicas = PEERS[name]
    start = parameters(task.network(replicas))
    orders = orders_of(np.random.default_rng(2), task, replicas)
    parts = iter(np.split(orders, [1], axis=-2))
    whole = maker(task, start, lambda epochs: orders)(EPOCHS)
    train = maker(task, start, lambda epochs: next(parts))
    pieces = [np.concatenate(some) for some in zip(train(1), train(EPOCHS - 1))]
    for some, others in zip(pieces, whole, strict=True):
        assert some == pytest.approx(others, rel=1e-6)


@all_tasks
def test_scikit_learn_trains_the_same_network(monkeypatch, task):
    network = task.network()
    start, data = parameters(network), task.data()
    model = classifier(task)
    model.set_params(shuffle=False, warm_start=True, max_iter=1)
    straight = np.tile(np.arange(task.samples), (EPOCHS, 1))
    expected, _ = ours(monkeypatch, task, network, straight)(EPOCHS)
    with pytest.warns(match="Maximum iterations"):
        model.fit(*data)
    model.coefs_, model.intercepts_ = map(list, zip(*start))
    model.set_params(max_iter=EPOCHS)
    with pytest.warns(match="Maximum iterations"):
        model.fit(*data)
    means = expected.reshape(EPOCHS, task.per_epoch).mean(axis=1)
    assert model.loss_curve_[1:] == pytest.approx(means, rel=2e-5)


@all_tasks
@all_loops
def test_an_epoch_shows_every_sample_once_in_a_new_order(monkeypatch, name, task):
    for module in (own, peers):  # so slow that all are losses of one network
        monkeypatch.setattr(module, "RATE", 1e-9)
    train = loops(task, HERE)[name]
    calls = [train(EPOCHS // 2), train(EPOCHS // 2)]
    losses, measured = map(np.concatenate, zip(*calls))
    losses = losses.reshape(EPOCHS, task.per_epoch, -1)
    measured = measured.reshape(EPOCHS, -1)
    assert losses.mean(axis=1) == pytest.approx(measured, rel=1e-5)
    for one, other in combinations(losses, 2):
        assert (abs(one - other).max(axis=0) > 1e-4).all()


@all_tasks
@pytest.mark.parametrize(
    "name", [name for name in [REPLICATED, JAX] if name in (REPLICATED, *HERE)]
)
def test_networks_side_by_side_have_batches_of_their_own(name, task):
    network = task.network(3)
    network.parameters[...] = network.parameters[0]
    if name == REPLICATED:
        losses, _ = own.nnlab(task, network)(1)
    else:
        losses, _ = peers.jax(task, parameters(network))(1)
    assert len({*losses[0]}) == 3  # of the first step, when all are still alike


@all_tasks
@pytest.mark.parametrize("name", [ONE, *HERE])
def test_every_step_and_every_epoch_has_a_loss(name, task):
    losses, measured = loops(task, HERE)[name](EPOCHS)
    steps = EPOCHS if name == SCIKIT else EPOCHS * task.per_epoch  # it keeps the mean
    assert len(losses) == steps and len(measured) == EPOCHS
    assert np.isfinite(losses).all() and (losses > 0).all()


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_no_batch_is_partial_and_every_class_is_there(task):
    x, y = task.data()
    assert task.samples % task.batch == 0 and x.dtype == np.float32
    assert x.shape == (task.samples, task.widths[0])
    assert {*y} == {*range(max(2, task.widths[-1]))}


@all_tasks
def test_only_what_is_asked_for_runs(task):
    assert loops(task, []).keys() == {ONE, REPLICATED}
    single = Task(task.widths, task.batch, task.samples, many=False)
    assert loops(single, HERE).keys() == {ONE, *HERE} - {JAX}


@pytest.mark.parametrize("name", MODULES)
def test_a_peer_that_is_missing_is_not_counted(monkeypatch, name):
    monkeypatch.setitem(sys.modules, MODULES[name], None)
    assert installed() == [other for other in HERE if other != name]
