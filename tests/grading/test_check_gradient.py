"""A right gradient passes, however it is written; a wrong one is told by how much."""

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.engine import (
    ELU,
    MSE,
    BatchNorm,
    BinaryCrossEntropy,
    CrossEntropy,
    Dropout,
    FunctionLayer,
    FunctionLoss,
    LeakyReLU,
    Linear,
    Network,
    ReLU,
    Residual,
    Tanh,
)
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.losses import LOSSES
from nnlab.errors import InputError
from nnlab.grading import timeout
from nnlab.grading.check_gradient import check_gradient
from nnlab.grading.finite_differences import slopes

steady = settings(deadline=None, derandomize=True, database=None)
few = settings(steady, max_examples=40)

BUILT_IN = [
    *(kind() for kind in ACTIVATIONS.values()),
    *(kind() for kind in LOSSES.values()),
    Linear(1),
    Linear(3),
    Linear(4),
    BatchNorm(),
    Dropout(0.4),
    Residual([BatchNorm(), Tanh(), Dropout(0.3)]),
    Residual([Linear(6), Tanh(), Residual([BatchNorm()]), Linear(4)]),
    FunctionLayer(np.sin, np.cos),
    FunctionLoss(lambda z, y: (z - y) ** 2, lambda z, y: 2 * (z - y)),
]
factors = st.one_of(st.floats(-30, 30), st.sampled_from([-1.0, 2.0, 0.5, 1.001, 0.999]))


# What is right


XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
KINKED = {"relu": ReLU, "leaky relu": LeakyReLU, "elu": ELU}


@pytest.mark.parametrize("kind", KINKED.values(), ids=KINKED)
@pytest.mark.parametrize("seed", range(4))
def test_a_kink_at_a_sum_of_exactly_0_is_right_on_either_side(kind, seed):
    """The point (0, 0) of XOR, and biases that start at 0, meet ReLU at its kink."""
    network = Network(2, [Linear(3), kind(), Linear(1)], seed, dtype="float64")
    report = check_gradient(network, *XOR, BinaryCrossEntropy())
    assert report.slopes == network.layout.size and report.error < 1e-4


@pytest.mark.parametrize("factor", [-0.5, 1.5, 2.0])
def test_a_slope_beyond_both_sides_of_a_kink_is_wrong(factor):
    class Steep(ReLU):
        def forward(self, xp, p, z, c):
            return np.maximum(z, 0), z

        def backward(self, xp, p, g, z, da):
            return np.where(z == 0, factor, z > 0) * da

    network = Network(2, [Linear(3), Steep(), Linear(1)], 1, dtype="float64")
    with pytest.raises(InputError, match=r"∂loss/∂0\.b of Linear"):
        check_gradient(network, *XOR, BinaryCrossEntropy())


def test_a_jump_is_no_kink():
    at = np.zeros(3)
    found = slopes(lambda: np.sign(at), at, np.ones(3), np.ones(3), kinks=True)
    assert not found.sure.any()


@pytest.mark.parametrize("part", BUILT_IN, ids=str)
def test_every_part_of_the_engine_is_right(part):
    report = check_gradient(part)
    assert report.slopes >= 10 and report.error <= 1e-9
    said = f"✓ {report.slopes} slopes agree with differences; the largest relative "
    assert repr(report) == f"{said}error is {report.error:.0e}"


@few
@given(
    knots=st.lists(st.floats(-4, 4), min_size=2, max_size=12, unique=True).map(sorted),
    heights=st.lists(st.floats(-3, 3), min_size=12, max_size=12),
)
def test_a_kink_is_never_held_against_a_right_answer(knots, heights):
    knots = np.array(knots)
    assume(np.diff(knots).min() > 1e-3)
    line = np.array(heights[: len(knots)])
    steep = np.array([0, *np.diff(line) / np.diff(knots), 0])
    check_gradient(
        (
            lambda z: np.interp(z, knots, line),
            lambda z: steep[np.searchsorted(knots, z)],
        )
    )


@few
@given(st.sampled_from([np.tanh, np.sin, np.arctan]), st.floats(0.1, 5))
def test_single_precision_inside_is_no_fault(function, steepness):
    slope = {
        np.tanh: lambda z: 1 - np.tanh(z) ** 2,
        np.sin: np.cos,
        np.arctan: lambda z: 1 / (1 + z * z),
    }[function]
    check_gradient(
        (
            lambda z: function(np.float32(steepness * z)),
            lambda z: steepness * slope(np.float32(steepness * z)),
        )
    )


# By how much it is wrong


def told(part) -> float:
    """The factor that the refusal of a part names."""
    with pytest.raises(InputError) as caught:
        check_gradient(part)
    sentence = str(caught.value)
    if "is 0 everywhere" in sentence:
        return 0.0
    return float(re.search(r"is (\S+) times what it should be", sentence)[1])


def wrong_by(c):
    """Parts whose gradient is right but for a factor."""

    class Off(Linear):
        def backward(self, xp, p, g, x, dy):
            dx = super().backward(xp, p, g, x, dy)
            g["W"] *= c
            return dx

    yield np.sin, lambda z: c * np.cos(z)
    yield lambda z, y: (z - y) ** 2, lambda z, y: 2 * c * (z - y)
    yield Off(3)


@few
@given(factors)
def test_any_factor_is_refused_and_named(c):
    assume(not 0.999 < c < 1.001)
    for part in wrong_by(c):
        assert told(part) == pytest.approx(c, rel=0.01, abs=1e-6)


@few
@given(st.floats(1e-5, 1e-2), st.integers(0, 2**32 - 1))
def test_a_small_error_passes_or_is_one_sentence(size, seed):

    def off(z):
        return np.cos(z) * (1 + size * np.sin(1e6 * z + seed))

    try:
        assert check_gradient((np.sin, off)).error <= 3e-4
    except InputError as error:
        assert "∂loss/∂x of (sin, off) is " in str(error) and size > 5e-5


@few
@given(factors, st.sampled_from([None, 3]), st.integers(2, 9))
def test_in_a_network_the_layer_is_named(c, replicas, batch):
    assume(not 0.999 < c < 1.001 and abs(c) > 1e-3)
    *_, off = wrong_by(c)
    net = Network(2, [Linear(4), Tanh(), off], replicas=replicas)
    x, y = np.random.default_rng(0).normal(size=(batch, 2)), np.arange(batch) % 3
    with pytest.raises(InputError, match=r"^∂loss/∂2\.W of Linear\(3\) is ") as caught:
        check_gradient(net, x, y, CrossEntropy())
    size = float(re.search(r"is (\S+) times", str(caught.value))[1])
    assert size == pytest.approx(c, rel=0.01)


@pytest.mark.parametrize("replicas", [None, 3])
@pytest.mark.parametrize("batch", [1, 2, 9])
def test_a_right_network_passes_and_keeps_its_numbers(replicas, batch):
    layers = [Linear(4), Tanh(), BatchNorm(), Dropout(0.3), Linear(2)]
    net = Network(3, layers, replicas=replicas)
    x, y = np.random.default_rng(0).normal(size=(2, batch, 3))
    before = net.parameters.copy(), net.state.copy()
    assert check_gradient(net, x, y[:, :2], MSE()).slopes > 20
    assert_array_equal(net.parameters, before[0])
    assert_array_equal(net.state, before[1])
    assert net.parameters.dtype == np.float32


# What can be checked


def test_a_class_is_made_and_a_width_is_taken_from_an_example():
    narrow = Residual([Linear(100)])
    with pytest.raises(InputError, match="can't be added"):
        check_gradient(narrow)
    assert check_gradient(narrow, x=np.zeros((1, 100))).slopes >= 10
    assert check_gradient(Tanh) == check_gradient(Tanh())
    with pytest.raises(InputError, match="made without units"):
        check_gradient(Linear)


@pytest.mark.parametrize("part", [3, "tanh", None, np.sin, (np.sin,), (1, 2)])
def test_what_is_no_part_is_refused(part):
    with pytest.raises(InputError, match="it is a layer, a loss, a network") as caught:
        check_gradient(part)
    assert caught.value.argument == "part"


def test_a_network_needs_samples():
    with pytest.raises(InputError, match="samples, targets and a loss"):
        check_gradient(Network(1, [Linear(1)]))


# A limit to a call


def endless(z):
    while True:
        pass


@pytest.mark.parametrize(
    "part",
    [(endless, np.cos), (np.sin, endless), (lambda z, y: endless(z), lambda z, y: z)],
)
def test_a_part_that_never_ends_is_stopped(monkeypatch, part):
    monkeypatch.setattr(timeout, "SECONDS", 0.05)
    with pytest.raises(InputError, match=r"was stopped after 0\.05 seconds"):
        check_gradient(part)


# Measured slopes


@steady
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=5), st.integers(0, 2**32 - 1))
def test_the_slope_of_a_polynomial_is_measured(coefficients, seed):
    x = np.random.default_rng(seed).normal(size=(2, 3))
    right = np.polyval(np.polyder(coefficients), x)
    before, ones = x.copy(), np.ones_like(x)
    found = slopes(lambda: np.polyval(coefficients, x), x, ones, right)
    assert_array_equal(x, before)
    assert found.sure.all() and not found.wrong.any()
    assert_allclose(found.measured, right, atol=1e-9 * found.scale)


@steady
@given(st.floats(1e-3, 10), st.floats(-1e-7, 1e-7))
def test_there_is_no_slope_at_a_kink(steepness, off):
    x = np.array([-1.0, off, 1.0])
    found = slopes(lambda: steepness * np.abs(x), x, np.ones(3), np.zeros(3))
    assert found.sure[[0, 2]].all()
    assert not found.sure[1] or abs(found.measured[1]) == pytest.approx(steepness)
    assert found.wrong[[0, 2]].all()


@steady
@given(st.floats(0.5, 3), st.integers(0, 2**32 - 1))
def test_nothing_is_measured_where_all_is_rounded_coarsely(steepness, seed):
    x = np.random.default_rng(seed).uniform(-1, 1, (5, 4))

    def rounded():
        return np.tanh(np.float16(steepness * x)).astype(float)

    found = slopes(rounded, x, np.ones((5, 4)), np.zeros((5, 4)))
    assert not found.sure.any() and not found.wrong.any()


@pytest.mark.parametrize("low, high", [(-1, 1), (0, 6)])
@pytest.mark.parametrize("side", ["low", "high"])
def test_of_a_clip_with_one_side_forgotten_nothing_else_is_said(low, high, side):
    """What a few points would also fit is not claimed: of where the slope was taken,
    or of the samples."""
    kept = (lambda z: z < high) if side == "low" else (lambda z: z > low)
    pair = lambda z: np.clip(z, low, high), lambda z: 1.0 * kept(z)
    with pytest.raises(InputError, match=r"is right at \d+ of 1|is dy itself"):
        check_gradient(pair)
