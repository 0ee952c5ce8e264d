"""Dropout follows the random numbers it is given, and changes no mean."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.engine import MSE, SGD, Linear, Network
from nnlab.engine.dropout import Dropout
from nnlab.engine.layers import Context
from nnlab.errors import InputError
from nnlab.training import Trainer

from .arrays import (
    all_here,
    assert_allclose,
    assert_array_equal,
    copied,
    here,
    host,
    space,
)

all_leads = pytest.mark.parametrize("lead", [(), (1,), (3,)], ids=str)
all_rates = pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.9])
steady = settings(max_examples=100, deadline=None, derandomize=True, database=None)


def task(lead=(), batch=5, width=4, dtype="float64"):
    rng = np.random.default_rng(3)
    noise = {"drop": rng.random(size=(*lead, batch, width)).astype(dtype)}
    x, dy = rng.normal(size=(2, *lead, batch, width)).astype(dtype)
    return x, dy, noise


def there(x, noise, rate, training=True):
    c = Context(training, noise=all_here(noise))
    y, cache = Dropout(rate).forward(space(), {}, here(x), c)
    return host(y), cache


def back(rate, cache, dy):
    return host(Dropout(rate).backward(space(), {}, {}, cache, here(dy)))


@all_leads
@all_rates
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("batch, width", [(5, 4), (1, 1)])
def test_backward_is_the_slope_of_forward(
    lead, rate, training, batch, width, differences
):
    x, dy, noise = task(lead, batch, width)
    _, cache = there(x, noise, rate, training)
    dx = back(rate, cache, dy)
    x = here(x)
    slope = differences(lambda: dy * there(x, noise, rate, training)[0], x)
    assert_allclose(dx, slope, rtol=1e-7, atol=1e-9)


@all_rates
def test_pytorch_does_the_same_with_the_same_units(rate):
    torch = pytest.importorskip("torch")
    x, dy, noise = task()
    tx = torch.tensor(x, requires_grad=True)
    ty = tx * torch.tensor(noise["drop"] >= rate) / (1 - rate)
    ty.backward(torch.tensor(dy))
    y, cache = there(x, noise, rate)
    assert_allclose(y, ty.detach().numpy(), rtol=1e-12)
    dx = back(rate, cache, dy)
    assert_allclose(dx, tx.grad.numpy(), rtol=1e-12)


@all_rates
def test_pytorchs_own_drops_as_many_and_scales_alike(rate):
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    ones = np.ones((1, 100_000))
    noise = {"drop": np.random.default_rng(1).random(ones.shape)}
    ours, _ = there(ones, noise, rate)
    theirs = torch.nn.functional.dropout(torch.tensor(ones), rate).numpy()
    assert np.unique(ours) == pytest.approx(np.unique(theirs))
    apart = 5 * np.sqrt(2 * rate * (1 - rate) / ones.size) + 1e-12
    assert np.mean(ours == 0) == pytest.approx(np.mean(theirs == 0), abs=apart)


@all_rates
def test_the_mean_is_kept(rate):
    x = np.full((1, 200_000), 2.0)
    noise = {"drop": np.random.default_rng(1).random(x.shape)}
    y, _ = there(x, noise, rate)
    spread = 2.0 * np.sqrt(rate / (1 - rate) / x.size)
    assert abs(y.mean() - 2.0) <= 5 * spread + 1e-12


def test_measuring_leaves_everything_as_it_is():
    x = here(task()[0])
    y, _ = Dropout(0.5).forward(space(), {}, x, Context())
    assert y is x


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_stays(dtype):
    x, dy, noise = task(dtype=dtype)
    y, cache = there(x, noise, 0.3)
    assert y.dtype == back(0.3, cache, dy).dtype == dtype


def test_a_dropped_infinity_is_gone():
    y, cache = there(np.array([[np.inf, 1.0]]), {"drop": np.array([[0.1, 0.9]])}, 0.5)
    assert_array_equal(y, [[0.0, 2.0]])
    dx = back(0.5, cache, np.array([[np.nan, 1.0]]))
    assert_array_equal(dx, [[0.0, 2.0]])


class Spy(Dropout):
    """Notes which units stayed, step by step."""

    def forward(self, xp, p, x, c):
        if c.training:
            kept.append(copied(c.noise["drop"] >= self.rate))
        return super().forward(xp, p, x, c)


kept: list[np.ndarray] = []


def run(replicas, seed, epochs=3):
    kept.clear()
    x = np.random.default_rng(1).normal(size=(23, 3))
    net = Network(3, [Spy(0.5), Linear(2)], seed=seed, replicas=replicas)
    trainer = Trainer(net, MSE(), SGD(0.1), (x, x[:, :2]), batch_size=10)
    kept.clear()  # what was seen when the start was measured
    seen = []
    for _ in trainer.steps(3 * epochs):
        seen.append(kept[-1] if len(kept) == 1 else kept[0])
        kept.clear()
    return seen


def test_every_step_and_every_replica_drops_others():
    seen = run(replicas=3, seed=5)
    full = [step[i, :3] for step in seen for i in range(3)]
    assert len({step.tobytes() for step in full}) > 0.9 * len(full)
    share = np.mean(np.concatenate([step.ravel() for step in seen]))
    assert share == pytest.approx(0.5, abs=0.1)


def test_what_is_dropped_belongs_to_the_seed():
    together = run(replicas=3, seed=5)
    for i in range(3):
        for many, one in zip(together, run(None, 5 + i), strict=True):
            assert_array_equal(many[i], one)


@steady
@given(st.one_of(st.floats(), st.integers(-3, 3), st.text(max_size=3), st.none()))
def test_a_rate_works_or_is_refused_in_a_sentence(rate):
    x, _, noise = task()
    try:
        y, _ = there(x, noise, rate)
    except InputError as error:
        assert error.argument == "rate" and "try rate=0.5" in str(error)
    else:
        assert 0 <= rate < 1 and np.isfinite(y).all()
