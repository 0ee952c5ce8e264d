"""Clipping is PyTorch's, of each replica by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.engine import MSE, SGD, Linear, Network
from nnlab.engine.clipping import CLIPS, ClipNorm, ClipValue
from nnlab.errors import InputError
from nnlab.training import Trainer

from .arrays import assert_allclose, here, host, same, space

RULES = [ClipValue(0.5), ClipNorm(0.5), ClipNorm(1e6), ClipValue(0.0), ClipNorm(0.0)]
all_rules = pytest.mark.parametrize("rule", RULES, ids=str)
steady = settings(max_examples=100, deadline=None, derandomize=True, database=None)


def gradients(shape=(50,), dtype="float64"):
    return np.random.default_rng(1).normal(size=shape).astype(dtype)


def shortened(rule, g):
    """By this backend, on the host."""
    return host(rule.clip(space(), here(g)))


@pytest.mark.once
def test_every_clip_is_under_contract():
    assert {*CLIPS.values()} == {type(rule) for rule in RULES}


@all_rules
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_is_what_pytorch_makes_of_it(rule, dtype):
    torch = pytest.importorskip("torch")
    g = gradients(dtype=dtype)
    leaf = torch.zeros(50, dtype=getattr(torch, dtype), requires_grad=True)
    leaf.grad = torch.tensor(g)
    if isinstance(rule, ClipNorm):
        torch.nn.utils.clip_grad_norm_([leaf], rule.limit)
    else:
        torch.nn.utils.clip_grad_value_([leaf], rule.limit)
    ours = shortened(rule, g)
    assert ours.dtype == dtype
    assert_allclose(ours, leaf.grad.numpy(), rtol=1e-12 if dtype == "float64" else 1e-5)


@all_rules
def test_each_replica_by_itself(rule):
    g = gradients((3, 50)) * [[0.01], [1.0], [100.0]]
    g[1, 7] = np.nan
    with np.errstate(invalid="ignore"):
        together = shortened(rule, g)
        for i in range(3):
            same(together[i], shortened(rule, g[i]))
    assert np.isfinite(together[[0, 2]]).all()


@steady
@given(st.floats(0, 1e9), st.integers(0, 99), st.sampled_from(list(CLIPS.values())))
def test_it_is_never_longer_than_allowed(limit, seed, kind):
    g = 1e3 * np.random.default_rng(seed).normal(size=20)
    short = shortened(kind(limit), g)
    size = np.linalg.norm(short) if kind is ClipNorm else np.abs(short).max()
    assert size <= limit * (1 + 1e-12)
    if kind is ClipNorm:  # the direction stays
        assert short @ g == pytest.approx(np.linalg.norm(short) * np.linalg.norm(g))


@pytest.mark.without("strict")  # thousands of steps
def test_a_cliff_does_not_end_the_run():
    x = np.array([[1000.0], [2000.0]])
    ends = []
    for clip in (None, ClipNorm(1.0)):
        net = Network(1, [Linear(1)], dtype="float64")
        run = Trainer(net, MSE(), SGD(0.001), (x, x), batch_size=2, clip=clip)
        run.fit(epochs=3000)
        ends.append(run.measure()["train_loss"])
    assert not np.isfinite(ends[0]) and ends[1] < 10.0


@pytest.mark.once
@pytest.mark.parametrize("kind", CLIPS.values())
@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), "1", None])
def test_a_limit_that_cannot_be_is_refused(kind, value):
    with pytest.raises(InputError, match=r"^limit=.*try limit=1\.") as caught:
        kind(value)
    assert caught.value.argument == "limit"
