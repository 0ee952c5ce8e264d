"""A data set refuses what cannot be learned from, and says what it is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from nnlab.data.dataset import Dataset, one_hot
from nnlab.errors import InputError

steady = settings(deadline=None, derandomize=True, database=None)


def labelled(labels, classes="abc", **fields) -> Dataset:
    y = np.asarray(labels)
    x = np.arange(len(y), dtype=float)[:, None]
    return Dataset("mine", x, y, ("number",), tuple(classes), **fields)


def measured(y, **fields) -> Dataset:
    return labelled(y, classes=(), **fields)


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


def test_rows_are_taken_with_all_that_belongs_to_them():
    data = labelled([2, 0, 1], groups=np.array(["p", "q", "r"]), targets=("kind",))
    some = data.take(np.array([2, 0]))
    assert (some.x[:, 0].tolist(), some.y.tolist()) == ([2, 0], [1, 2])
    assert some.groups.tolist() == ["r", "p"]
    for name in ("name", "features", "classes", "targets"):
        assert getattr(some, name) == getattr(data, name)


@pytest.mark.parametrize(
    "data, shown",
    [
        (labelled([0, 1], "ab"), "Dataset(mine: 2 samples, 1 features, 2 classes)"),
        (measured([0.5]), "Dataset(mine: 1 samples, 1 features, measured: y)"),
        (
            measured(np.zeros((3, 2)), targets=("u", "v"), groups=np.array([5, 5, 6])),
            "Dataset(mine: 3 samples, 1 features, measured: u, v, 2 groups)",
        ),
    ],
)
def test_repr_says_what_it_is(data, shown):
    assert repr(data) == shown
    assert data.labelled == ("classes" in shown)


@pytest.mark.parametrize(
    "change, said",
    [
        ({"y": np.array([0, 1, 3])}, "label 3 in row 2 and 3 classes; number them"),
        ({"y": np.array([0, -1, 2])}, "label -1 in row 1 and 3 classes"),
        ({"y": np.array([0.0, 1.0, 2.0])}, "type float64 and shape (3,); give each"),
        ({"y": np.array([[0], [1], [2]])}, "type int64 and shape (3, 1)"),
        ({"y": np.array(["a", "b", "c"])}, "one whole number from 0 to 2"),
        ({"classes": (), "y": np.array([0, np.nan, 1])}, "nan in row 1, column 'y'"),
        ({"classes": (), "y": np.zeros((3, 2))}, "y of shape (3, 2) and 1 targets"),
        ({"classes": (), "y": np.zeros((3, 1, 1))}, "y of shape (3, 1, 1) and 1"),
        ({"classes": (), "targets": ("u", "v")}, "y of shape (3,) and 2 targets"),
        ({"classes": (), "y": np.zeros(2)}, "2 targets; give one target for each"),
        ({"classes": (), "y": np.array(["a"] * 3)}, "'a') in column 'y', which is no"),
        ({"features": ("a", "b")}, "x of shape (3, 1) and 2 features; give x a row"),
        ({"x": np.zeros(3)}, "x of shape (3,) and 1 features"),
        ({"x": np.array([[None]] * 3)}, "None in column 'number', which is no number"),
        ({"x": [[0.0]] * 3}, "[[0.0], [0.0], [0.0]] for x; give an array"),
        ({"groups": np.zeros(2)}, "3 samples and groups of shape (2,); give one group"),
    ],
)
def test_what_does_not_fit_together_is_refused_in_a_sentence(change, said):
    with pytest.raises(InputError) as caught:
        replace(labelled([0, 1, 2]), **change)
    assert said in str(caught.value) and "data='mine' has " in str(caught.value)
    assert caught.value.argument == "data"


@steady
@given(st.lists(st.integers(0, 4), min_size=1))
def test_one_hot_has_its_one_where_the_label_says(labels):
    rows = one_hot(np.array(labels), "abcde")
    assert_array_equal(rows.argmax(axis=1), labels)
    assert_array_equal(np.sort(rows, axis=1)[:, ::-1], np.eye(5)[[0] * len(labels)])


def test_a_label_of_no_class_has_no_row():
    for labels in ([0, 3], [-1, 0], [0.0, 1.0]):
        with pytest.raises(InputError, match="from 0 to 2") as caught:
            one_hot(np.array(labels), "abc")
        assert caught.value.argument == "y"


def test_frozen_data_cannot_be_changed():
    data = labelled([0, 1], groups=np.array([1, 2])).freeze()
    for array in (data.x, data.y, data.groups):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_picture_has_a_feature_for_each_of_its_points():
    assert labelled([0, 1], image=(1, 1)).image == (1, 1)
    with pytest.raises(InputError, match=r"image=\(3, 3\) and 1 features; give the"):
        labelled([0, 1], image=(3, 3))


@pytest.mark.parametrize(
    "parts, said",
    [
        (["training"], "3 samples and parts="),
        (np.array(["training"] * 2), "3 samples and parts="),
        (np.array(["training", "validation", "tets"]), "did you mean 'test'?"),
        (np.array(["training", "validation", "validati"]), "mean 'validation'?"),
        (np.array([0, 1, 2]), "choose from 'training', 'validation', 'test'."),
    ],
)
def test_parts_that_are_none_are_refused(parts, said):
    with pytest.raises(InputError) as caught:
        labelled([0, 1, 2], parts=parts)
    assert said in str(caught.value)


def test_parts_go_where_their_samples_go_and_are_told():
    data = labelled([0, 1, 2], parts=np.array(["test", "training", "training"]))
    assert data.take(np.array([2, 0])).parts.tolist() == ["training", "test"]
    assert "split into 2 training, 0 validation, 1 test" in repr(data)
    assert not data.freeze().parts.flags.writeable
