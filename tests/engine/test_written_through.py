"""Whatever is assigned to a flat vector is written into it, or refused: a network never
computes with other numbers than those that are shown."""

import copy
import pickle

import numpy as np
import pytest

from nnlab.engine import MSE, SGD, Adam, BatchNorm, Linear, Network, Residual, Tanh
from nnlab.errors import InputError
from nnlab.training import Trainer

from .arrays import assert_array_equal, host

LAYERS = [Linear(3), BatchNorm(), Residual([Linear(3), Tanh()]), Linear(1)]
x = np.random.default_rng(0).normal(size=(7, 2))
y = x.sum(axis=1)
every_lead = pytest.mark.parametrize("replicas", [None, 1, 3])


def made(replicas=3, optimizer=Adam(0.1)) -> Trainer:
    net = Network(2, LAYERS, replicas=replicas, dtype="float64")
    trainer = Trainer(net, MSE(), optimizer, (x, y), batch_size=4)
    trainer.step()  # all views exist
    return trainer


def vectors(trainer: Trainer) -> list[tuple[object, str]]:
    net, update = trainer.network, trainer.update
    of_network = [(net, "parameters"), (net, "state")]
    return [*of_network, (update, "gradient"), (update, "next_state")]


@every_lead
def test_what_is_assigned_is_what_the_views_show(replicas):
    trainer = made(replicas)
    for owner, name in vectors(trainer):
        before = getattr(owner, name)
        setattr(owner, name, before * 2 + 1)
        assert getattr(owner, name) is before
    net = trainer.network
    weights, numbers = host(net["0.W"]), host(net.parameters)
    assert_array_equal(weights.reshape(*numbers.shape[:-1], 6), numbers[..., :6])
    fresh = Network(2, LAYERS, replicas=replicas, dtype="float64")
    fresh.parameters, fresh.state = net.parameters, net.state
    assert_array_equal(fresh.forward(x), net.forward(x))


@every_lead
def test_descent_by_hand_is_what_sgd_does(replicas):
    trainer = made(replicas, optimizer=SGD(0.1))
    other = made(replicas, optimizer=SGD(0.1)).network
    for _ in range(4):
        trainer.step()
        other.parameters = other.parameters - 0.1 * trainer.gradient
    assert_array_equal(other.parameters, trainer.network.parameters)


@pytest.mark.once
def test_in_place_and_lists_and_other_dtypes_count_too():
    net, before = made(None).network, made(None).network.parameters.copy()
    net.parameters += 1
    assert_array_equal(net.parameters, before + 1)
    net.parameters = before.tolist()
    assert_array_equal(net.views[0]["W"].ravel(), before[:6])
    net.parameters = np.arange(before.size)
    assert net.parameters.dtype == np.float64 and net["0.W"][0, 1] == 1.0
    net.parameters = net.parameters[::-1]
    assert net["0.W"][0, 0] == before.size - 1


@pytest.mark.once
@every_lead
def test_an_array_is_set_by_its_name(replicas):
    net = made(replicas).network
    net["0.b"] = 0.5
    net["0.W"] += 1
    net["1.mean"] = 7
    assert (net["0.b"] == 0.5).all() and (net["1.mean"] == 7).all()
    assert (net.views[0]["b"] == 0.5).all()
    with pytest.raises(InputError, match=r"name='0\.w' is not known; did you mean"):
        net["0.w"] = 1


@pytest.mark.once
@pytest.mark.parametrize(
    "value",
    [3, None, "x", np.zeros(4), np.zeros((2, 2)), [[1], [2, 3]], [None] * 26],
    ids=repr,
)
def test_what_does_not_fit_is_refused_and_changes_nothing(value):
    trainer = made(None)
    for owner, name in vectors(trainer):
        before = getattr(owner, name).copy()
        with pytest.raises(InputError, match=rf"{name} = .* write {name}\[\.\.\.\]"):
            setattr(owner, name, value)
        assert_array_equal(getattr(owner, name), before)


@pytest.mark.once
def test_a_view_is_not_replaced_by_another_array():
    trainer = made()
    net, update = trainer.network, trainer.update
    contexts = net.contexts(4)
    for views, name in (
        (net.views[0], "W"),
        (update.gradient_views[0], "b"),
        (update.moments, "mean"),
        (contexts[1].state, "mean"),
        (contexts[1].new, "variance"),
    ):
        with pytest.raises(InputError, match=rf"write \['{name}'\]\[\.\.\.\] = "):
            views[name] = views[name] * 0
        views[name] *= 0
        assert not np.any(views[name])
    with pytest.raises(InputError, match="into one of W, b"):
        net.views[0]["w"] = 1


@pytest.mark.once
@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, "pickle"])
def test_a_copy_writes_into_its_own_views(way):
    trainer = made()
    there = pickle.loads(pickle.dumps(trainer)) if way == "pickle" else way(trainer)
    net = there.network
    net.parameters = net.parameters * 0
    assert not net.forward(x).any() and not net.views[0]["W"].any()
    assert trainer.network.parameters.any() == (way != copy.copy)


@pytest.mark.once
def test_some_of_the_replicas_are_the_same_numbers():
    net = made().network
    net.replica(1).parameters = np.zeros(net.layout.size)
    assert net.parameters.any(axis=1).tolist() == [True, False, True]
