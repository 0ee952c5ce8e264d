"""Splits share out every class alike, scales come from training samples alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.data.dataset import Dataset, Standardizer, split
from nnlab.errors import InputError

steady = settings(deadline=None, derandomize=True, database=None)
counts = st.lists(st.integers(1, 60), min_size=1, max_size=6)
shares = st.tuples(st.floats(0.05, 0.45), st.floats(0.05, 0.45))
seeds = st.integers(0, 2**32 - 1)


def numbered(counts: list[int]) -> Dataset:
    """So many samples of each class, each sample being its own number."""
    y = np.repeat(np.arange(len(counts)), counts)
    x = np.arange(len(y), dtype=float)[:, None]
    return Dataset("numbered", x, y, ("number",), tuple(map(str, range(len(counts)))))


def parts(data: Dataset, shares: tuple[float, float], seed: int) -> dict[str, Dataset]:
    """The parts of a split by name; none where the data are too few for three."""
    try:
        return vars(split(data, *shares, seed=seed))
    except InputError:
        return {}


@steady
@given(counts, shares, seeds)
def test_the_parts_are_disjoint_and_cover_everything(counts, shares, seed):
    data = numbered(counts)
    found = parts(data, shares, seed).values()
    if found:
        rows = np.concatenate([part.x[:, 0] for part in found]).astype(int)
        assert_array_equal(np.sort(rows), np.arange(len(data)))
    for part in found:
        assert_array_equal(part.y, data.y[part.x[:, 0].astype(int)])


@steady
@given(counts, shares, seeds)
def test_every_class_is_shared_out_alike(counts, shares, seed):
    share = {"train": 1 - sum(shares), "validation": shares[0], "test": shares[1]}
    for name, part in parts(numbered(counts), shares, seed).items():
        got = np.bincount(part.y, minlength=len(counts))
        assert (np.abs(got - share[name] * np.array(counts)) <= 1 + 1e-9).all()


@steady
@given(shares, seeds)
def test_two_hundred_samples_are_enough_for_any_split(shares, seed):
    assert len(parts(numbered([100, 100]), shares, seed)) == 3


def test_shares_that_come_out_even_are_exact():
    got = parts(numbered([50, 100]), (0.2, 0.1), seed=0)
    counted = {name: np.bincount(part.y).tolist() for name, part in got.items()}
    assert counted == {"train": [35, 70], "validation": [10, 20], "test": [5, 10]}


def test_the_seed_is_the_only_luck():
    data = numbered([40, 60])
    np.random.seed(1)
    first = split(data, seed=7)
    np.random.seed(2)
    state = np.random.get_state()[1].copy()
    again, other = split(data, seed=7), split(data, seed=8)
    assert_array_equal(np.random.get_state()[1], state)
    for name, part in vars(first).items():
        assert_array_equal(part.x, vars(again)[name].x)
        assert not np.array_equal(np.sort(part.x, 0), np.sort(vars(other)[name].x, 0))


def test_the_rows_of_a_part_are_mixed():
    for part in vars(split(numbered([100, 100]))).values():
        assert np.any(np.diff(part.y) > 0) and np.any(np.diff(part.y) < 0)
        assert np.any(np.diff(part.x[part.y == 0, 0]) < 0)


@pytest.mark.parametrize(
    "argument, shares",
    [("test", (0.2, 0.01)), ("validation", (0.01, 0.2)), ("validation", (0.6, 0.4))],
)
def test_a_part_without_samples_is_refused(argument, shares):
    with pytest.raises(InputError, match=f"{argument}=") as caught:
        split(numbered([5, 5]), *shares)
    assert caught.value.argument == argument


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


@steady
@given(
    shape=st.tuples(st.integers(1, 9), st.integers(1, 4)),
    value=st.sampled_from([np.nan, np.inf, -np.inf]),
    data=st.data(),
)
def test_a_number_that_is_none_is_named_by_row_and_column(shape, value, data):
    row = data.draw(st.integers(0, shape[0] - 1))
    column = data.draw(st.integers(0, shape[1] - 1))
    x = np.zeros(shape)
    x[row, column] = value
    names = tuple("abcd"[: shape[1]])
    with pytest.raises(InputError) as caught:
        Dataset("mine", x, np.zeros(len(x), int), names, ("one",))
    said = f"data='mine' has {value} in row {row}, column '{names[column]}'"
    assert str(caught.value).startswith(said)
    assert caught.value.argument == "data"


def test_every_sample_needs_a_label():
    with pytest.raises(InputError, match="'mine' has 3 samples and 2 labels"):
        Dataset("mine", np.zeros((3, 1)), np.zeros(2, int), ("a",), ("one",))


def test_rows_are_taken_with_their_labels():
    data = numbered([3, 4])
    some = data.take(np.array([6, 0]))
    assert (some.x[:, 0].tolist(), some.y.tolist()) == ([6, 0], [1, 0])
    assert (some.name, some.features, some.classes) == (
        data.name,
        data.features,
        data.classes,
    )
    assert repr(some) == "Dataset(numbered: 2 samples, 1 features, 2 classes)"
