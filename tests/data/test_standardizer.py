"""A scale comes from the samples it is fitted to, and from no others."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.data.features import PLAIN, Inputs
from nnlab.data.generators import island
from nnlab.data.splits import Split, split
from nnlab.data.standardizer import Standardizer

steady = settings(deadline=None, derandomize=True, database=None)
ordinary = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
tables = arrays(float, array_shapes(min_dims=2, max_dims=2), elements=ordinary)


@steady
@given(tables)
def test_standardized_features_have_mean_0_and_deviation_1_or_0(x):
    scaled = Standardizer.fit(x)(x)
    varied = np.ptp(x, axis=0) > 1e-3 * np.abs(x).max(axis=0)
    assert_allclose(scaled[:, varied].mean(axis=0), 0.0, atol=1e-9)
    assert_allclose(scaled[:, varied].std(axis=0), 1.0, rtol=1e-9)


@steady
@given(ordinary, st.integers(1, 50))
def test_a_feature_that_never_varies_becomes_0(value, n):
    x = np.full((n, 2), value)
    x[:, 1] = np.arange(n)
    assert_allclose(Standardizer.fit(x)(x)[:, 0], 0.0, atol=1e-9)


@steady
@given(tables)
def test_the_identity_leaves_samples_as_they_are(x):
    assert_array_equal(Standardizer.identity(x)(x), x)


def fitted(parts: Split, chosen) -> np.ndarray:
    scale = Inputs.fit(parts.train, chosen, standardize=True).scale
    return np.concatenate([scale.mean, scale.std])


@steady
@given(st.floats(-1e6, 1e6), st.sampled_from([None, PLAIN, ("x1^2", "x1*x2")]))
def test_nothing_leaks_from_the_other_parts_into_the_scale(far, chosen):
    """Whatever stands in the rows of validation and test, the scale is the same."""
    data = island(200)
    data = replace(data, x=np.column_stack([np.arange(200.0), data.x[:, 1]]))
    train = split(data).train.x[:, 0].astype(int)  # each sample names its row
    x = np.where(np.isin(np.arange(200), train)[:, None], data.x, far)
    one, other = split(data), split(replace(data, x=x))
    assert_array_equal(fitted(one, chosen), fitted(other, chosen))
    seen = Inputs.fit(one.train, chosen, standardize=True)(one.train.x)
    assert_allclose(seen.mean(axis=0), 0.0, atol=1e-9)


def test_over_many_splits_validation_is_off_the_scale_by_chance_alone():
    """z of a validation mean: its variance over splits is 1/validation + 1/train. Had
    the scale seen all of the data, it would be 1/validation − 1/all."""
    data, means = island(500, noise=0), []
    for seed in range(400):
        parts = split(data, 0.5, 0.1, seed)
        means.append(Standardizer.fit(parts.train.x)(parts.validation.x).mean(axis=0))
    sizes = len(parts.validation), len(parts.train)
    expected = sum(1 / n for n in sizes)
    assert abs(np.var(means) / expected - 1) < 5 * np.sqrt(2 / 800)


@pytest.mark.parametrize("shape", [(30,), (30, 3)])
def test_the_way_back_ends_where_the_way_there_began(shape):
    x = np.random.default_rng(0).normal(50, 20, shape)
    for scale in (Standardizer.fit(x), Standardizer.identity(x)):
        np.testing.assert_allclose(scale.back(scale(x)), x)
        np.testing.assert_allclose(scale(scale.back(x)), x)
