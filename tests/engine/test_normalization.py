"""Batch normalization in both modes: against differences, PyTorch, and by law."""

import numpy as np
import pytest

from nnlab.engine import MSE, SGD, Linear, Network
from nnlab.engine.layers import Context
from nnlab.engine.normalization import BatchNorm
from nnlab.errors import InputError
from nnlab.training import Trainer

from .arrays import (
    all_here,
    assert_allclose,
    assert_array_equal,
    copied,
    here,
    host,
    same,
    space,
)

both_modes = pytest.mark.parametrize("training", [True, False])
all_leads = pytest.mark.parametrize("lead", [(), (1,), (3,)], ids=str)


def task(lead=(), batch=6, width=4, dtype="float64"):
    """Inputs, parameters, state and the gradient that comes back."""
    rng = np.random.default_rng(2)
    x = 3 + 2 * rng.normal(size=(*lead, batch, width))
    p = {name: rng.normal(size=(*lead, 1, width)) for name in ("gamma", "beta")}
    state = {
        "mean": rng.normal(size=(*lead, 1, width)),
        "variance": rng.uniform(0.5, 2, size=(*lead, 1, width)),
    }
    dy = rng.normal(size=x.shape)
    numbers = lambda named: {k: v.astype(dtype) for k, v in named.items()}  # noqa: E731
    return x.astype(dtype), numbers(p), numbers(state), dy.astype(dtype)


def there(x, p, state, training, layer=BatchNorm()):
    """By this backend: the output on the host, the cache, and the next state there."""
    new = {name: here(np.full_like(value, np.nan)) for name, value in state.items()}
    c = Context(training, all_here(state), {}, new)
    y, cache = layer.forward(space(), all_here(p), here(x), c)
    return host(y), cache, {name: host(value) for name, value in new.items()}


def back(p, cache, dy):
    """∂/∂x and ∂/∂p by name, on the host; before, they are no numbers."""
    g = {name: here(np.full_like(value, np.nan)) for name, value in p.items()}
    dx = BatchNorm().backward(space(), all_here(p), g, cache, here(dy))
    return host(dx), {name: host(value) for name, value in g.items()}


@both_modes
@all_leads
@pytest.mark.parametrize("batch, width", [(6, 4), (2, 1), (3, 4)])
def test_backward_is_the_slope_of_forward(lead, training, batch, width, differences):
    x, p, state, dy = task(lead, batch, width)
    _, cache, _ = there(x, p, state, training)
    dx, g = back(p, cache, dy)
    x, p = here(x), all_here(p)
    weighed = lambda: dy * there(x, p, state, training)[0]  # noqa: E731
    size = np.abs(dx).max() + 1
    assert_allclose(dx, differences(weighed, x), rtol=1e-7, atol=1e-7 * size)
    for name in p:
        assert_allclose(g[name], differences(weighed, p[name]), rtol=1e-7, atol=1e-8)


@both_modes
@pytest.mark.parametrize("batch, width", [(6, 4), (2, 1), (50, 3)])
def test_pytorch_has_the_same_outputs_gradients_and_averages(training, batch, width):
    torch = pytest.importorskip("torch")
    x, p, state, dy = task((), batch, width)
    theirs = torch.nn.BatchNorm1d(width, dtype=torch.float64).train(training)
    with torch.no_grad():
        theirs.weight[:] = torch.tensor(p["gamma"][0])
        theirs.bias[:] = torch.tensor(p["beta"][0])
        theirs.running_mean[:] = torch.tensor(state["mean"][0])
        theirs.running_var[:] = torch.tensor(state["variance"][0])
    tx = torch.tensor(x, requires_grad=True)
    ty = theirs(tx)
    ty.backward(torch.tensor(dy))
    y, cache, new = there(x, p, state, training)
    dx, g = back(p, cache, dy)
    close = dict(rtol=1e-12, atol=1e-12)
    assert_allclose(y, ty.detach().numpy(), **close)
    assert_allclose(dx, tx.grad.numpy(), **close)
    assert_allclose(g["gamma"][0], theirs.weight.grad.numpy(), **close)
    assert_allclose(g["beta"][0], theirs.bias.grad.numpy(), **close)
    if training:
        assert_allclose(new["mean"][0], theirs.running_mean.numpy(), **close)
        assert_allclose(new["variance"][0], theirs.running_var.numpy(), **close)


@both_modes
def test_float32_agrees_with_float64(training):
    single = there(*task(dtype="float32")[:3], training)
    double = there(*task()[:3], training)
    assert single[0].dtype == np.float32
    assert_allclose(single[0], double[0], rtol=1e-4, atol=1e-5)


@both_modes
def test_replicas_do_not_know_of_each_other(training):
    x, p, state, _ = task((3,))
    together, _, new = there(x, p, state, training)
    for i in range(3):
        own = [{k: v[i] for k, v in named.items()} for named in (p, state)]
        alone, _, mine = there(x[i], *own, training)
        same(together[i], alone)
        for name in mine:
            same(new[name][i], mine[name])


def test_features_come_out_with_mean_0_and_variance_1():
    x, _, state, _ = task(batch=400)
    plain = {"gamma": np.ones((1, 4)), "beta": np.zeros((1, 4))}
    y, _, _ = there(x, plain, state, training=True)
    assert_allclose(y.mean(axis=0), 0, atol=1e-12)
    assert_allclose(y.var(axis=0), 1, rtol=1e-4)


@pytest.mark.parametrize("scale, shift", [(10.0, 0.0), (0.3, -5.0), (1e3, 1e3)])
def test_training_does_not_see_scale_and_shift_of_a_feature(scale, shift):
    x, p, state, _ = task(batch=20)
    exact = BatchNorm(epsilon=0.0)
    y, _, _ = there(x, p, state, True, exact)
    moved, _, _ = there(scale * x + shift, p, state, True, exact)
    assert_allclose(moved, y, rtol=1e-8, atol=1e-8)


def test_weights_before_it_have_no_scale():
    """‖W‖ is free, so the loss has no slope along W, and a larger W learns slower."""
    x, y = np.random.default_rng(1).normal(size=(2, 30, 3))
    net = Network(3, [Linear(3), BatchNorm(epsilon=0.0)], dtype="float64")
    gradient = net.gradient(x, y, MSE(), training=True)
    place = net.layout.places["0.W"]
    slope = copied(place.view(space(), gradient))
    assert np.sum(slope * host(net["0.W"])) == pytest.approx(0.0, abs=1e-12)
    net["0.W"][...] *= 4
    larger = place.view(space(), net.gradient(x, y, MSE(), training=True))
    assert_allclose(larger, slope / 4, rtol=1e-9, atol=1e-12)


def trainer(n=23, batch_size=10, layers=(BatchNorm(), Linear(1)), seed=0):
    x = np.random.default_rng(n).normal(3.0, 2.0, size=(n, 2))
    net = Network(2, list(layers), seed=seed, replicas=2, dtype="float64")
    return Trainer(net, MSE(), SGD(0.01), (x, x[:, 0]), batch_size=batch_size)


def test_only_training_moves_the_averages():
    run = trainer()
    before = copied(run.network.state)
    run.measure(), run.network.forward(run.parts["train"][0])
    run.network.gradient(*run.parts["train"], MSE(), training=True)
    assert_array_equal(run.network.state, before)
    run.step()
    assert (host(run.network.state) != before).all()


def test_the_averages_end_where_the_data_is():
    run = trainer(n=20)
    run.fit(epochs=200)
    x, net = host(run.parts["train"][0]), run.network
    assert_allclose(host(net["0.mean"])[0, 0], x.mean(axis=0), rtol=0.25)
    assert_allclose(host(net["0.variance"])[0, 0], x.var(axis=0), rtol=0.5)


@pytest.mark.once
@pytest.mark.parametrize("n, size, near", [(21, 10, 9), (21, 1, 3), (9, 4, 3)])
def test_a_last_batch_of_one_is_refused_with_a_size_that_works(n, size, near):
    with pytest.raises(InputError, match=rf"try batch_size={near}\.$") as caught:
        trainer(n, size)
    assert caught.value.argument == "batch_size"
    assert trainer(n, near).steps_done == 0


def test_a_batch_of_one_can_be_measured_but_not_trained_on():
    x, p, state, _ = task(batch=1)
    assert np.isfinite(there(x, p, state, training=False)[0]).all()
    with pytest.raises(InputError, match="batch of 1"):
        there(x, p, state, training=True)


@pytest.mark.once
@pytest.mark.parametrize("field", ["momentum", "epsilon"])
@pytest.mark.parametrize(
    "value", [-0.1, 10**400, float("nan"), float("inf"), "0.1", None]
)
def test_numbers_that_cannot_be_are_refused(field, value):
    with pytest.raises(InputError, match=rf"^{field}=.*try {field}=") as caught:
        BatchNorm(**{field: value})
    assert caught.value.argument == field
