"""An initializer is judged by what it draws: its mean, its variance, its form.

Of n normal numbers, the mean is off by σ/√n, the variance by σ²·√(2/n) and the
kurtosis by √(24/n), each times a standard normal number. Five of those are allowed:
once in a million. A wrong fan is off by far more on every shape that is not square.
"""

from math import ceil, prod, sqrt

import numpy as np
import pytest

from nnlab.engine import He, Linear, Xavier, Zeros
from nnlab.engine.initializers import INITIALIZERS, Initializer

NUMBERS = 100_000
SHAPES = [(64, 64), (400, 10), (10, 400), (1, 50), (50, 1)]
VARIANCE = {
    Xavier: lambda inputs, units: 2 / (inputs + units),
    He: lambda inputs, units: 2 / inputs,
    Zeros: lambda inputs, units: 0.0,
}


def draws(rule: Initializer, shape: tuple[int, int]) -> np.ndarray:
    rng = np.random.default_rng(1)
    times = ceil(NUMBERS / prod(shape))
    return np.stack([rule.draw(rng, shape) for _ in range(times)]).ravel()


def test_every_initializer_has_a_law():
    assert set(INITIALIZERS.values()) == set(VARIANCE)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("rule", VARIANCE)
def test_mean_and_variance_follow_the_formula(rule, shape):
    w, variance = draws(rule(), shape), VARIANCE[rule](*shape)
    assert abs(w.mean()) <= 5 * sqrt(variance / w.size)
    assert abs(w.var() - variance) <= 5 * variance * sqrt(2 / w.size)


@pytest.mark.parametrize("rule", [Xavier, He])
def test_weights_are_normal(rule):
    w = draws(rule(), (30, 20))
    kurtosis = ((w - w.mean()) ** 4).mean() / w.var() ** 2
    assert abs(kurtosis - 3) <= 5 * sqrt(24 / w.size)


@pytest.mark.parametrize("rule", VARIANCE)
def test_the_generator_is_the_only_luck(rule):
    first, again, other = (
        rule().draw(np.random.default_rng(seed), (5, 3)) for seed in (1, 1, 2)
    )
    assert first.shape == (5, 3) and first.dtype == np.float64
    np.testing.assert_array_equal(first, again)
    assert rule is Zeros or not np.any(first == other)


def test_he_gives_back_what_relu_takes():
    x = np.random.default_rng(1).normal(size=(500, 300))
    a = np.maximum(x @ He().draw(np.random.default_rng(2), (300, 600)), 0)
    assert np.mean(a * a) == pytest.approx(np.mean(x * x), rel=0.05)


def test_biases_start_at_zero():
    start = Linear(7).start(np.random.default_rng(1), 5)
    np.testing.assert_array_equal(start["b"], np.zeros((1, 7)))
