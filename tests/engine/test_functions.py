"""A part given as plain functions is the part that is written out, bit by bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.engine import MSE, FunctionLayer, FunctionLoss, Linear, Network, Tanh
from nnlab.errors import InputError

from .arrays import assert_allclose, here, host, same, space

steady = settings(deadline=None, derandomize=True, database=None)
sizes = st.tuples(st.sampled_from([None, 1, 3]), st.integers(1, 5), st.integers(1, 4))

TANH = FunctionLayer(np.tanh, lambda z: 1 - np.tanh(z) * np.tanh(z))
SQUARES = FunctionLoss(lambda z, y: (z - y) * (z - y), lambda z, y: 2 * (z - y))
SUMS = FunctionLoss(lambda z, y: np.sum((z - y) ** 2, axis=1), lambda z, y: 2 * (z - y))


def networks(curve, replicas, outputs, dtype="float64"):
    for bend in (curve, Tanh()):
        layers = [Linear(3), bend, Linear(outputs)]
        yield Network(2, layers, replicas=replicas, dtype=dtype)


def samples(batch, outputs):
    rng = np.random.default_rng(batch)
    return rng.normal(size=(batch, 2)), rng.normal(size=(batch, outputs))


@steady
@given(sizes, st.sampled_from(["float32", "float64"]))
def test_two_functions_are_the_layer_and_the_loss(size, dtype):
    replicas, batch, outputs = size
    ours, theirs = networks(TANH, replicas, outputs, dtype)
    x, y = samples(batch, outputs)
    pairs = (ours, SQUARES), (theirs, MSE())
    same(*(net.loss(x, y, loss) for net, loss in pairs), strict=True)
    one, other = (host(net.gradient(x, y, loss)) for net, loss in pairs)
    assert one.dtype == dtype
    near = 1e-5 if dtype == "float32" else 1e-12
    assert_allclose(one, other, rtol=near, atol=near * np.abs(other).max())


@steady
@given(sizes)
def test_a_loss_for_each_sample_is_not_averaged_over_outputs(size):
    replicas, batch, outputs = size
    net, _ = networks(TANH, replicas, outputs)
    x, y = samples(batch, outputs)
    for of in (net.loss, net.gradient):
        assert_allclose(of(x, y, SUMS), outputs * of(x, y, SQUARES), rtol=1e-10)


@steady
@given(st.integers(1, 5), st.integers(1, 4))
def test_a_function_gets_a_table_of_rows(batch, units):
    shapes = set()

    def seen(z, *y):
        shapes.add(z.shape)
        return z

    net = Network(2, [Linear(units), FunctionLayer(seen, seen)], replicas=3)
    net.gradient(*samples(batch, units), FunctionLoss(seen, seen))
    assert shapes == {(3 * batch, units)}


@pytest.mark.parametrize(
    "made", [np.zeros(4), np.zeros((4, 4)), [[1.0]], np.zeros((1, 5, 4))]
)
def test_a_table_of_another_shape_is_refused(made):
    z = here(np.zeros((5, 4)))
    with pytest.raises(InputError, match=r"one returned an array of shape .* \(5, 4\)"):
        FunctionLayer(one(made), np.cos).forward(space(), {}, z, None)
    with pytest.raises(InputError, match="one number a row"):
        FunctionLoss(one(made), one(made)).forward(space(), z, z)
    rows = host(z), host(z)
    with pytest.raises(InputError, match=r"one returned an array of shape"):
        FunctionLoss(SQUARES.value, one(made)).backward(space(), (rows, 1, z))


def one(made):
    def one(*rows):
        return made

    return one


@pytest.mark.once
def test_they_are_called_by_name():
    assert (str(FunctionLayer(np.sin, np.cos)), str(FunctionLoss(np.add, np.add))) == (
        "sin",
        "add",
    )
