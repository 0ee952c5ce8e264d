"""Functions as data: y is the function of x, and all that is added is the noise."""

import math
from pickle import dumps, loads

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from nnlab import Dataset, split
from nnlab.data import function_data
from nnlab.data.catalogue import FUNCTIONS, MEANT
from nnlab.data.function_generators import CURVE_POINTS
from nnlab.errors import InputError
from nnlab.experiment.experiment import Experiment

FORMULAS = {
    "sine": math.sin,
    "step": lambda x: -1 if x < 0 else 1,
    "absolute value": abs,
    "bump": lambda x: math.exp(-x * x),
    "chirp": lambda x: math.sin((x + 5) ** 2 / 6),
}
all_functions = pytest.mark.parametrize("name", FUNCTIONS)


def test_every_function_has_a_formula():
    assert FUNCTIONS.keys() == FORMULAS.keys()


@all_functions
@pytest.mark.parametrize("seed", [0, 1])
def test_without_noise_it_is_its_formula(name, seed):
    data = FUNCTIONS[name](1000, noise=0, seed=seed)
    assert data.x.shape == (1000, 1) and data.y.shape == (1000,)
    assert data.name == name and not data.labelled
    assert data.features == ("x",) and data.targets == ("y",)
    assert_allclose(data.y, [*map(FORMULAS[name], data.x[:, 0])], atol=1e-12)


@all_functions
def test_places_are_uniform(name):
    x = FUNCTIONS[name](4000).x[:, 0]
    assert np.abs(x).max() <= 5
    counts, _ = np.histogram(x, bins=10, range=(-5, 5))
    assert np.sum((counts - 400) ** 2 / 400) < 34  # χ² with 9 degrees: 1 in 10 000


@all_functions
@pytest.mark.parametrize("noise", [0.05, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_noise_is_on_y_and_has_its_deviation(name, noise, seed):
    clean, noisy = (FUNCTIONS[name](2000, n, seed) for n in (0, noise))
    assert_array_equal(noisy.x, clean.x)
    error = (noisy.y - clean.y) / noise
    assert abs(error.mean()) < 5 / np.sqrt(error.size)
    assert abs(error.var() - 1) < 5 * np.sqrt(2 / error.size)
    assert abs(np.corrcoef(error, noisy.x[:, 0])[0, 1]) < 5 / np.sqrt(error.size)


@all_functions
@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_the_curve_has_no_noise(name, noise):
    x, y = FUNCTIONS[name](20, noise=noise).curve.T
    assert len(x) == CURVE_POINTS and (x[0], x[-1]) == (-5, 5)
    assert (np.diff(x) > 0).all()
    assert_allclose(y, [*map(FORMULAS[name], x)], atol=1e-12)


@all_functions
def test_a_line_cannot_fit_it(name):
    data = FUNCTIONS[name](2000, noise=0)
    left = data.y - np.polyval(np.polyfit(data.x[:, 0], data.y, 1), data.x[:, 0])
    assert 1 - left.var() / data.y.var() < 0.8


def test_a_kink_is_two_rectified_lines():
    data = FUNCTIONS["absolute value"](noise=0)
    x = data.x[:, 0]
    assert_allclose(np.maximum(x, 0) + np.maximum(-x, 0), data.y)


def test_a_chirp_gets_faster():
    data = FUNCTIONS["chirp"]()
    x, y = data.curve.T
    crossings = x[1:][y[1:] * y[:-1] < 0]
    assert len(crossings) == 5 and (np.diff(crossings, 2) < 0).all()


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(
    st.floats(-50, 50),
    st.floats(0.01, 50),
    st.integers(2, 60),
    st.floats(0, 3),
    st.integers(0, 99),
)
def test_ones_own_function_is_what_it_says(low, wide, samples, noise, seed):
    data, again = (
        function_data(np.tanh, low, low + wide, samples, noise, seed) for _ in "12"
    )
    x = data.x[:, 0]
    assert len(data) == samples and low <= x.min() and x.max() <= low + wide
    assert_array_equal(data.y, again.y) and assert_array_equal(data.x, again.x)
    clean = function_data(np.tanh, low, low + wide, samples, 0, seed)
    assert_allclose(clean.y, np.tanh(x), atol=1e-12)
    assert_array_equal(clean.x, data.x)
    assert (data.curve[0, 0], data.curve[-1, 0]) == (low, low + wide)


def test_it_has_the_name_of_its_function():
    def cubic(x):
        return x**3

    assert function_data(cubic).name == "cubic"
    assert function_data(np.sin).name == "sin"
    assert function_data(lambda x: x).name == "function"
    assert function_data(np.vectorize(math.sin)).name
    assert function_data(cubic, name="mine").name == "mine"


def test_a_truth_is_a_step():
    data = function_data(lambda x: x > 0, noise=0)
    assert_array_equal(data.y, data.x[:, 0] > 0)


def test_it_goes_where_data_go():
    """Into an experiment, its split, and another process."""
    data = function_data(lambda x: x**2, -2, 2, name="square")
    for other in (data.take(np.arange(5)), loads(dumps(data)), split(data).together()):
        assert_array_equal(other.curve, data.curve)
    used = Experiment(data=data).split().train
    assert_array_equal(used.curve, data.curve)
    assert not used.curve.flags.writeable and data.curve.flags.writeable


def fails(x):
    raise KeyError("a fault\nof mine")


REFUSED = {
    "no function": ("sin", "it is a function of an array x; try function=np.sin"),
    "of one number": (math.sin, "failed on an array .*TypeError.*np.vectorize"),
    "a question": (lambda x: 1 if x > 0 else 0, "ValueError: The truth value"),
    "its own fault": (fails, "with KeyError: .*in fails"),
    "one number": (lambda x: 3.0, "returned array.* return a number for each x"),
    "a column": (lambda x: x[:, None], "return a number for each x"),
    "words": (lambda x: x.astype(str), "return a number for each x"),
    "complex": (lambda x: x * 1j, "return a number for each x"),
    "ragged": (lambda x: [[1], [1, 2]], "function 'function' failed"),
    "not everywhere": (np.log, "'log' is nan at x = -.*choose low and high"),
    "infinite": (lambda x: 1 / x, "inf at x = 0; choose low and high"),
    "scaled": (lambda x: x / np.max(x), "another value at the same x"),
    "luck": (lambda x: x + np.random.rand(len(x)), "random numbers: noise=0.1"),
}


@pytest.mark.parametrize("function, said", REFUSED.values(), ids=REFUSED)
def test_what_is_no_function_of_x_is_refused_in_a_sentence(function, said):
    with pytest.raises(InputError, match=said) as caught:
        function_data(function)
    assert caught.value.argument == "function"
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "given, said",
    [
        ({"low": 3, "high": 3}, "^high=3 .* above low=3; try high=4.$"),
        ({"low": 3, "high": -3}, "^high=-3 "),
        ({"low": "left"}, "^low='left' .*try low=-5"),
        ({"high": np.inf}, "^high=inf .*try high=1e\\+09"),
        ({"samples": 1}, "^samples=1 "),
        ({"noise": -1}, "^noise=-1 "),
        ({"seed": 0.5}, "^seed=0.5 "),
        ({"name": 3}, "^name=3 "),
    ],
)
def test_other_arguments_are_refused_with_what_would_do(given, said):
    with pytest.raises(InputError, match=said):
        function_data(np.sin, **given)


def test_what_it_changes_of_x_is_its_own():
    def greedy(x):
        x *= 2
        return x

    data = function_data(greedy, noise=0)
    assert_allclose(data.y, 2 * data.x[:, 0])


@pytest.mark.parametrize(
    "curve, said",
    [
        (np.zeros(4), "a curve of shape \\(4,\\); give its points"),
        (np.zeros((4, 3)), "a curve of shape \\(4, 3\\)"),
        ([[0, np.nan]], "nan in row 0, column 'y'"),
        ([["a", "b"]], "which is no number"),
    ],
)
def test_a_curve_is_points(curve, said):
    with pytest.raises(InputError, match=said):
        Dataset("own", np.zeros((3, 1)), np.arange(3) / 2, curve=curve)


@pytest.mark.parametrize(
    "x, y, more",
    [
        (np.zeros((3, 2)), np.arange(3) / 2, {}),
        (np.zeros((3, 1)), np.zeros((3, 2)), {"targets": ("a", "b")}),
        (np.zeros((3, 1)), [0, 1, 0], {"classes": ("a", "b")}),
    ],
)
def test_a_curve_is_for_one_feature_and_one_measurement(x, y, more):
    with pytest.raises(InputError, match="a curve, which is for one feature"):
        Dataset("own", x, y, **more, curve=np.zeros((5, 2)))


@pytest.mark.parametrize(
    "word, meant",
    [
        ("sin", "sine"),
        ("Step function", "step"),
        ("abs", "absolute value"),
        ("kink", "absolute value"),
        ("peak", "bump"),
        ("sweep", "chirp"),
    ],
)
def test_what_others_call_them_is_known(word, meant):
    with pytest.raises(InputError, match=f"did you mean {meant!r}"):
        Experiment(data=word)
    assert {*FUNCTIONS}.isdisjoint(MEANT)
