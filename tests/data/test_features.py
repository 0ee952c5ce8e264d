"""Features are their formulas, on a scale that the training part alone decides."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.data.catalogue import GENERATED, REAL
from nnlab.data.dataset import Dataset
from nnlab.data.features import FEATURES, PLAIN, Inputs
from nnlab.data.splits import split

steady = settings(deadline=None, derandomize=True, database=None)
FORMULAS = {  # by NumPy, from the name as it is written
    "x1": lambda x: x[..., 0],
    "x2": lambda x: x[..., 1],
    "x1^2": lambda x: np.power(x[..., 0], 2),
    "x2^2": lambda x: np.power(x[..., 1], 2),
    "x1*x2": lambda x: np.prod(x, axis=-1),
    "sin(x1)": lambda x: np.sin(x[..., 0]),
    "sin(x2)": lambda x: np.sin(x[..., 1]),
}
LETTERS = {"x1": "x₁", "x2": "x₂", "^2": "²", "*": "", "(": " ", ")": ""}
chosen = st.lists(st.sampled_from([*FEATURES]), min_size=1, max_size=7, unique=True)
numbers = st.floats(-1e3, 1e3).map(lambda value: round(value, 3))


def plane(x: np.ndarray) -> Dataset:
    return Dataset("mine", x, np.arange(len(x)) % 2, ("x₁", "x₂"), ("a", "b"))


POINTS = plane(np.random.default_rng(0).normal(1, 3, (40, 2)))


def test_every_feature_has_a_formula_here():
    assert list(FEATURES) == list(FORMULAS) and set(PLAIN) <= set(FEATURES)


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_is_shown_as_it_is_written_in_mathematics(name):
    shown = name
    for written, letters in LETTERS.items():
        shown = shown.replace(written, letters)
    assert Inputs.fit(POINTS, (name,), True).names == (shown,)


@steady
@given(chosen, arrays(float, array_shapes(min_dims=1, max_dims=3), elements=numbers))
def test_each_column_is_its_formula_for_any_leading_axes(names, rest):
    x = np.stack([rest, rest[::-1]], axis=-1)
    seen = Inputs.fit(POINTS, names, standardize=False)(x)
    assert seen.shape == (*rest.shape, len(names))
    for i, name in enumerate(names):
        assert_array_equal(seen[..., i], FORMULAS[name](x))


@steady
@given(chosen, st.booleans())
def test_points_are_seen_one_by_one(names, standardize):
    inputs, x = Inputs.fit(POINTS, names, standardize), POINTS.x
    whole = inputs(x)
    assert_array_equal(inputs(x.reshape(5, 8, 2)), whole.reshape(5, 8, len(names)))
    for i in (0, 17, 39):
        assert_array_equal(inputs(x[i]), whole[i])


@steady
@given(chosen)
def test_features_of_the_training_part_have_mean_0_and_deviation_1(names):
    seen = Inputs.fit(POINTS, names, standardize=True)(POINTS.x)
    assert_allclose(seen.mean(axis=0), 0.0, atol=1e-12)
    assert_allclose(seen.std(axis=0), 1.0)


@pytest.mark.parametrize("names", [None, PLAIN, ("x1^2", "x1*x2"), tuple(FEATURES)])
@pytest.mark.parametrize("standardize", [True, False])
def test_the_scale_is_after_the_formula_and_from_what_it_is_fitted_to(
    names, standardize
):
    part = split(POINTS).train
    inputs = Inputs.fit(part, names, standardize)
    plain = Inputs.fit(part, names, False)
    far = POINTS.x + 100.0
    if not standardize:
        assert_array_equal(inputs(far), plain(far))
        return
    fitted = plain(part.x)
    expected = (plain(far) - fitted.mean(axis=0)) / fitted.std(axis=0)
    assert_allclose(inputs(far), expected, rtol=1e-12)


def test_a_feature_that_never_varies_becomes_0():
    still = plane(np.full((6, 2), 2.0))
    seen = Inputs.fit(still, tuple(FEATURES), True)(still.x)
    assert_allclose(seen, 0.0, atol=1e-15)


@pytest.mark.parametrize("name", [*GENERATED, *REAL])
def test_without_a_choice_data_keep_their_own_features(name):
    data = {**GENERATED, **REAL}[name]()
    inputs = Inputs.fit(data, None, standardize=False)
    assert inputs.names == data.features and inputs.chosen is None
    assert_array_equal(inputs(data.x), data.x)


def test_the_plain_choice_is_the_plane_itself():
    one, other = (Inputs.fit(POINTS, names, True) for names in (None, PLAIN))
    assert_array_equal(one(POINTS.x), other(POINTS.x))
    assert one.names == other.names


def test_points_given_are_left_alone():
    x = POINTS.x.copy()
    Inputs.fit(POINTS, tuple(FEATURES), True)(POINTS.x)[...] = 0.0
    Inputs.fit(POINTS, None, False)(POINTS.x)[...] = 0.0
    assert_array_equal(POINTS.x, x)
