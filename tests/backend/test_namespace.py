"""By the standard's names PyTorch does what NumPy does, and so do the short ways."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.backend import Backend, constant, to_numpy

torch = pytest.importorskip("torch")
from nnlab.backend.pytorch import Torch  # noqa: E402  only where torch is

xp = Torch.xp
ODD = np.array([[1.5, -2.0, 0.0], [np.nan, np.inf, -np.inf]])

CALLS = {  # what differs from array_api_compat's, or is PyTorch's own
    "sum": lambda xp, x: xp.sum(x[:1], axis=-1, keepdims=True),
    "mean": lambda xp, x: xp.mean(x[:1], axis=0),
    "max": lambda xp, x: xp.max(x[:1], axis=-1, keepdims=True),
    "argmax": lambda xp, x: xp.argmax(x[:1], axis=-1),
    "all": lambda xp, x: xp.all(xp.isfinite(x), axis=-1),
    "maximum": lambda xp, x: xp.maximum(x, 0.0),
    "maximum of two": lambda xp, x: xp.maximum(x, -x),
    "minimum": lambda xp, x: xp.minimum(x, 1.0),
    "minimum of two": lambda xp, x: xp.minimum(x, -x),
    "clip": lambda xp, x: xp.clip(x, -1.0, 1.0),
    "clip between arrays": lambda xp, x: xp.clip(x, -xp.abs(x[:1]), xp.abs(x[:1])),
    "sign": lambda xp, x: xp.sign(x),
    "where": lambda xp, x: xp.where(x > 0, x, 0.0),
    "take": lambda xp, x: xp.take(x, xp.asarray(np.array([1, 0, 1])), axis=0),
    "reshape": lambda xp, x: xp.reshape(x, (3, 2)),
    "astype": lambda xp, x: xp.astype(x > 0, x.dtype),
    "zeros": lambda xp, x: xp.zeros((2, 0), dtype=x.dtype),
    "ones_like": lambda xp, x: xp.ones_like(x),
    "full": lambda xp, x: xp.full((2,), 3.0, dtype=x.dtype),
    "arange": lambda xp, x: x[..., None] == xp.arange(3),
    "concat": lambda xp, x: xp.concat([x, x], axis=0),
    "stack": lambda xp, x: xp.stack([x, x]),
    "broadcast_to": lambda xp, x: xp.broadcast_to(x, (4, 2, 3)),
    "expm1": lambda xp, x: xp.expm1(x),
    "log1p": lambda xp, x: xp.log1p(xp.abs(x)),
    "mT": lambda xp, x: x.mT @ x,
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CALLS)
def test_it_does_what_numpy_does(name, dtype):
    x = ODD.astype(dtype)
    with np.errstate(all="ignore"):
        expected = CALLS[name](np, x)
    found = CALLS[name](xp, xp.asarray(x))
    assert_allclose(to_numpy(found), expected, rtol=1e-6)
    assert to_numpy(found).dtype == expected.dtype
    assert to_numpy(found).shape == expected.shape


def test_what_cant_be_written_to_is_copied_and_all_else_is_not():
    table = np.zeros((2, 3))
    assert np.shares_memory(to_numpy(xp.asarray(table)), table)
    assert not np.shares_memory(to_numpy(xp.asarray(table, copy=True)), table)
    fixed = np.broadcast_to(np.zeros(3), (2, 3))
    assert_array_equal(to_numpy(xp.asarray(fixed)), fixed)


def test_a_constant_is_placed_once():
    values = np.array([[0.1], [0.2]])
    first = constant(xp, values, xp.float32)
    assert constant(xp, values.copy(), xp.float32) is first
    assert constant(xp, values, xp.float64) is not first
    assert constant(xp, values + 1, xp.float32) is not first
    assert constant(xp, values.reshape(2, 1, 1), xp.float32).shape == (2, 1, 1)
    assert_array_equal(to_numpy(first), values.astype("float32"))
    values[...] = 9
    assert_array_equal(to_numpy(first), np.float32([[0.1], [0.2]]))


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int64", "bool"])
@pytest.mark.parametrize("shape", [(7,), (3, 7), (2, 3, 7), (2, 1, 7)])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("name", ["sum", "max", "mean"])
def test_the_short_way_through_numpy_is_numpys_bit_for_bit(
    name, keepdims, shape, dtype
):
    x = np.random.default_rng(0).normal(0, 9, shape).astype(dtype)
    several = [(0, -1)] if len(shape) > 1 else []
    for axis in (None, *range(-len(shape), len(shape)), *several):
        how = {"axis": axis, "keepdims": keepdims}
        with np.errstate(all="ignore"):
            expected = getattr(np, name)(x, **how)
            found = getattr(Backend.xp, name)(x, **how)
        assert_array_equal(found, expected, strict=True)


def test_all_else_is_numpys():
    x = np.arange(12.0).reshape(3, 4)
    index = np.array([2, 0, 2])
    taken = Backend.xp.take(x, index, axis=0)
    assert_array_equal(taken, np.take(x, index, axis=0), strict=True)
    assert Backend.xp.tanh is np.tanh and repr(Backend.xp) == "NumPy"
