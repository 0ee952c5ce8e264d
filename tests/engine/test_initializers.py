"""An initializer is judged by what it draws: its mean, its variance, its form.

Of n numbers with kurtosis κ, the mean is off by σ/√n, the variance by σ²·√((κ − 1)/n)
and the kurtosis itself by at most √(24/n), each times a standard normal number. Five of
those are allowed: once in a million. A wrong fan is off by far more on every shape that
is not square.
"""

from math import ceil, prod, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.engine import (
    Constant,
    CrossEntropy,
    He,
    HeUniform,
    LeCun,
    Linear,
    Network,
    Normal,
    Orthogonal,
    Tanh,
    Uniform,
    Xavier,
    XavierUniform,
    Zeros,
)
from nnlab.engine.initializers import INITIALIZERS, Initializer
from nnlab.errors import InputError

pytestmark = pytest.mark.once
NUMBERS = 100_000
SHAPES = [(64, 64), (400, 10), (10, 400), (1, 50), (50, 1)]
ALIKE, NORMAL, EVEN = 1.0, 3.0, 1.8  # kurtosis; of numbers all alike it is never used
LAWS = {  # rule → its mean, its variance at (inputs, units), and its kurtosis
    Zeros(): (0.0, lambda inputs, units: 0.0, ALIKE),
    Constant(): (0.1, lambda inputs, units: 0.0, ALIKE),
    Constant(-7): (-7.0, lambda inputs, units: 0.0, ALIKE),
    Normal(): (0.0, lambda inputs, units: 0.01**2, NORMAL),
    Normal(3): (0.0, lambda inputs, units: 3**2, NORMAL),
    Uniform(): (0.0, lambda inputs, units: 0.05**2 / 3, EVEN),
    Uniform(2): (0.0, lambda inputs, units: 2**2 / 3, EVEN),
    LeCun(): (0.0, lambda inputs, units: 1 / inputs, NORMAL),
    Xavier(): (0.0, lambda inputs, units: 2 / (inputs + units), NORMAL),
    XavierUniform(): (0.0, lambda inputs, units: 2 / (inputs + units), EVEN),
    He(): (0.0, lambda inputs, units: 2 / inputs, NORMAL),
    HeUniform(): (0.0, lambda inputs, units: 2 / inputs, EVEN),
    Orthogonal(): (0.0, lambda inputs, units: 1 / max(inputs, units), NORMAL),
    Orthogonal(1.5): (0.0, lambda inputs, units: 1.5**2 / max(inputs, units), NORMAL),
}
all_shapes = pytest.mark.parametrize("shape", SHAPES, ids=str)
all_rules = pytest.mark.parametrize("rule", LAWS, ids=repr)


def draws(rule: Initializer, shape: tuple[int, int]) -> np.ndarray:
    rng = np.random.default_rng(1)
    times = ceil(NUMBERS / prod(shape))
    return np.stack([rule.draw(rng, shape) for _ in range(times)])


def kurtosis(w: np.ndarray) -> float:
    return ((w - w.mean()) ** 4).mean() / w.var() ** 2


def test_every_initializer_has_a_law():
    assert set(INITIALIZERS.values()) == {type(rule) for rule in LAWS}


@all_shapes
@all_rules
def test_mean_and_variance_follow_the_formula(rule, shape):
    w = draws(rule, shape)
    mean, law, form = LAWS[rule]
    variance, rounding = law(*shape), 1e-12
    assert abs(w.mean() - mean) <= 5 * sqrt(variance / w.size) + rounding
    off = 5 * variance * sqrt((form - 1) / w.size)
    assert abs(w.var() - variance) <= off + rounding


@pytest.mark.parametrize(
    "rule", [r for r, (_, _, form) in LAWS.items() if form != ALIKE], ids=repr
)
def test_weights_are_normal_or_uniform(rule):
    w = draws(rule, (30, 20) if type(rule) is not Orthogonal else (200, 200))
    near = 5 * sqrt(24 / w.size)
    assert abs(kurtosis(w) - LAWS[rule][2]) <= near


@all_shapes
@pytest.mark.parametrize("rule", [Uniform(2.0), XavierUniform(), HeUniform()], ids=repr)
def test_uniform_weights_fill_their_bounds_and_keep_them(rule, shape):
    """A uniform number of variance σ² lies within ±√3 σ; of n, the largest misses the
    bound by more than 20 in n only once in 10⁴ (e⁻¹⁰)."""
    w = draws(rule, shape)
    bound = sqrt(3 * LAWS[rule][1](*shape))
    assert np.abs(w).max() <= bound * (1 + 1e-15)
    assert w.max() >= bound * (1 - 40 / w.size)
    assert w.min() <= -bound * (1 - 40 / w.size)


@all_shapes
@pytest.mark.parametrize("gain", [1.0, 1.5])
def test_orthogonal_rows_or_columns_are_orthonormal(shape, gain):
    w = Orthogonal(gain).draw(np.random.default_rng(1), shape)
    inner = w.T @ w if shape[0] >= shape[1] else w @ w.T
    assert w.shape == shape
    assert_allclose(inner, gain**2 * np.eye(min(shape)), rtol=0, atol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_orthogonal_prefers_no_rotation(size):
    """Haar's law, for which tr Q has mean 0 and mean square 1, and rotations are as
    many as reflections. Without the signs, R's diagonal, and so tr Q, leans."""
    rng, times = np.random.default_rng(1), 20_000
    q = np.stack([Orthogonal().draw(rng, (size, size)) for _ in range(times)])
    trace, reflected = np.trace(q, axis1=1, axis2=2), np.linalg.det(q) < 0
    assert abs(trace.mean()) <= 5 / sqrt(times)
    assert abs(np.mean(trace**2) - 1) <= 5 * sqrt(2 / times)
    assert abs(reflected.mean() - 0.5) <= 5 * 0.5 / sqrt(times)
    share = (q > 0).mean(axis=0)  # every entry is as often above 0 as below
    assert (np.abs(share - 0.5) <= 5 * 0.5 / sqrt(times)).all()


def test_an_orthogonal_stack_keeps_every_length_and_angle():
    net = Network(9, [Linear(9, Orthogonal())] * 50, dtype="float64")
    x = np.random.default_rng(1).normal(size=(7, 9))
    y = net.forward(x)
    assert_allclose(y @ y.T, x @ x.T, rtol=1e-12, atol=1e-12)


@all_rules
def test_the_generator_is_the_only_luck(rule):
    first, again, other = (
        rule.draw(np.random.default_rng(seed), (5, 3)) for seed in (1, 1, 2)
    )
    assert first.shape == (5, 3) and first.dtype == np.float64
    assert_array_equal(first, again)
    assert isinstance(rule, (Zeros, Constant)) or not np.any(first == other)


def test_lecun_keeps_what_a_linear_layer_is_given():
    x = np.random.default_rng(1).normal(size=(500, 300))
    z = x @ LeCun().draw(np.random.default_rng(2), (300, 600))
    assert np.mean(z * z) == pytest.approx(np.mean(x * x), rel=0.05)


@pytest.mark.parametrize("rule", [Zeros(), Constant(), Constant(-2)], ids=repr)
def test_units_that_start_alike_stay_alike(rule):
    net = Network(3, [Linear(4, rule), Tanh(), Linear(2, rule)], dtype="float64")
    x, y = np.random.default_rng(1).normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])
    for _ in range(3):
        net.parameters -= net.gradient(x, y, CrossEntropy())
    assert_array_equal(net["0.W"], net["0.W"][:, :1] @ np.ones((1, 4)))


NUMBERED = [  # a rule, its argument, what it must be, and the fix that is offered
    (Constant, "value", "", "0.1"),
    (Normal, "std", ", at least 0", "0.01"),
    (Uniform, "limit", ", at least 0", "0.05"),
    (Orthogonal, "gain", ", at least 0", "1"),
]
NO_NUMBER = [float("nan"), float("inf"), -float("inf"), 10**400, True, None, "x", 1j]


@pytest.mark.parametrize("rule, argument, bound, fix", NUMBERED)
@given(data=st.data())
def test_a_number_that_does_not_fit_is_refused(rule, argument, bound, fix, data):
    bad = st.sampled_from(NO_NUMBER)
    if bound:
        bad |= st.floats(max_value=0, exclude_max=True)
    sentence = rf"^{argument}=.* finite number{bound}; try {argument}={fix}\.$"
    with pytest.raises(InputError, match=sentence) as caught:
        rule(data.draw(bad))
    assert caught.value.argument == argument
    assert rule(float(fix)) == rule()


@pytest.mark.parametrize("rule", [Normal, Uniform, Orthogonal])
@given(size=st.floats(0, 1e6))
def test_weights_grow_with_the_number(rule, size):
    one, other = (rule(n).draw(np.random.default_rng(1), (3, 2)) for n in (1.0, size))
    assert_allclose(other, size * one, rtol=1e-12)


def test_he_gives_back_what_relu_takes():
    x = np.random.default_rng(1).normal(size=(500, 300))
    a = np.maximum(x @ He().draw(np.random.default_rng(2), (300, 600)), 0)
    assert np.mean(a * a) == pytest.approx(np.mean(x * x), rel=0.05)


def test_biases_start_at_zero():
    start = Linear(7).init(np.random.default_rng(1), 5)
    assert_array_equal(start["b"], np.zeros((1, 7)))
