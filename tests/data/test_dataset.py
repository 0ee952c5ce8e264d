"""A data set refuses what cannot be learned from, and says what it is."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array
from sklearn.datasets import load_iris

from nnlab.data.dataset import Dataset
from nnlab.data.features import Inputs
from nnlab.data.labels import one_hot
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
        ({"y": np.array([0.0, 1.5, 2.0])}, "type float64 and shape (3,); give each"),
        (
            {"y": np.eye(3)},
            "labels of shape (3, 3), a column for each class; give each",
        ),
        ({"y": np.array([0.0, np.nan, 2.0])}, "one whole number from 0 to 2"),
        ({"classes": (), "y": np.array([0, np.nan, 1])}, "nan in row 1, column 'y'"),
        ({"classes": (), "y": np.zeros((3, 2))}, "y of shape (3, 2) and 1 targets"),
        ({"classes": (), "y": np.zeros((3, 1, 1))}, "y of shape (3, 1, 1) and 1"),
        ({"classes": (), "targets": ("u", "v")}, "y of shape (3,) and 2 targets"),
        ({"classes": (), "y": np.zeros(2)}, "2 targets; give one target for each"),
        ({"classes": (), "y": np.array(["a"] * 3)}, "'a' in column 'y', which is no n"),
        ({"features": ("a", "b")}, "x of shape (3, 1) and 2 features; give x a row"),
        ({"x": np.zeros(3)}, "x of shape (3,) and 1 features"),
        ({"x": np.array([[None]] * 3)}, "nothing in row 0, column 0 of x; fill it in"),
        ({"x": 3.0}, "3.0 for x; give an array, such as x=np.array([…])"),
        ({"x": {0.0, 1.0, 2.0}}, "a set for x, which has no order; give a list"),
        ({"x": [[1.0], [2.0, 3.0], [4.0]]}, "rows of different lengths in x"),
        ({"x": [["1"], ["2"], ["3"]]}, "'1' in column 'number', which is no number"),
        ({"x": [[1.0], ["q"], [3.0]]}, "'q' in row 1, column 0 of x, which is no num"),
        ({"x": np.array([[1j]] * 3)}, "in column 'number', which is no number"),
        ({"groups": [1, None, 2]}, "nothing in row 1 of groups; fill it in"),
        ({"groups": [1.0, np.nan, 2.0]}, "nan in row 1 of groups; name the group"),
        ({"image": 1}, "image=1 and 1 features; give the height and width"),
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


def iris(frame: bool) -> Dataset:
    found = load_iris(as_frame=frame)
    names = found.feature_names, found.target_names
    return Dataset("iris", found.data, found.target, *names)


def test_what_scikit_learn_loads_is_a_data_set_as_arrays_and_as_frames():
    one, other = iris(frame=False), iris(frame=True)
    assert_array_equal(one.x, other.x)
    assert_array_equal(one.y, other.y)
    assert one.features == other.features and one.features[0] == "sepal length (cm)"
    assert one.classes == other.classes == ("setosa", "versicolor", "virginica")


X = [[1.5, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 9.0]]
FRAME = pd.DataFrame(X, columns=["u", "v"])
SAME = [  # features, however they are given
    ("a list", X),
    ("a frame", FRAME),
    ("a nullable frame", FRAME.convert_dtypes()),
    ("objects", np.array(X, object)),
    ("nothing masked", np.ma.array(X)),
    ("float16", np.array(X, np.float16)),
    ("longdouble", np.array(X, np.longdouble)),
    ("decimals", [[Decimal(str(v)) for v in row] for row in X]),
]


@pytest.mark.parametrize("x", [s[1] for s in SAME], ids=[s[0] for s in SAME])
def test_features_are_the_same_numbers_however_they_are_given(x):
    data = Dataset("mine", x, ["a", "b", "a", "b"])
    assert data.x.dtype == np.float64
    assert_array_equal(data.x, X)
    assert data.features == (("u", "v") if hasattr(x, "columns") else ("x1", "x2"))


@pytest.mark.parametrize("dtype", ["u1", "i1", "i8", "u8", "?", "f2"])
def test_a_short_type_does_not_wrap_or_overflow(dtype):
    x = np.array([[100, 1], [120, 0], [90, 1], [127, 0]]).astype(dtype)
    data = Dataset("mine", x, [0, 1, 0, 1], classes=("a", "b"))
    scaled = Inputs.fit(data, ("x1^2", "x1*x2"), True)(data.x)
    exact = Inputs.fit(replace(data, x=x.astype(float)), ("x1^2", "x1*x2"), True)
    assert_array_equal(scaled, exact(x.astype(float)))


LABELS = [
    ("words", ["b", "a", "b", "a"]),
    ("a Series", pd.Series(["b", "a", "b", "a"])),
    ("an Index", pd.Index(["b", "a", "b", "a"])),
    ("text of pandas'", pd.Series(["b", "a", "b", "a"], dtype="string")),
    ("categories", pd.Series(["b", "a", "b", "a"], dtype="category")),
    ("a Categorical", pd.Categorical(["b", "a", "b", "a"], categories=["c", "a", "b"])),
    ("a frame of one column", pd.DataFrame({"kind": ["b", "a", "b", "a"]})),
]


@pytest.mark.parametrize("y", [w[1] for w in LABELS], ids=[w[0] for w in LABELS])
@pytest.mark.parametrize("classes", [None, ("a", "b"), ["b", "a"]])
def test_words_are_labels_in_the_order_of_the_classes(y, classes):
    data = Dataset("mine", X, y, classes=classes)
    assert data.classes == tuple(classes or ("a", "b"))
    assert [data.classes[i] for i in data.y] == ["b", "a", "b", "a"]


@pytest.mark.parametrize(
    "y",
    [
        [1.0, 0.0, 1.0, 0.0],
        np.array([[1], [0], [1], [0]]),
        [True, False, True, False],
        pd.array([1, 0, 1, 0], dtype="Int64"),
        np.array([1, 0, 1, 0], np.uint8),
        np.array([1, 0, 1, 0], object),
    ],
)
def test_whole_numbers_of_any_type_are_labels(y):
    data = Dataset("mine", X, y, classes=("a", "b"))
    assert data.y.tolist() == [1, 0, 1, 0] and data.y.dtype == np.int64


def test_targets_have_the_name_of_their_column():
    assert Dataset("m", X, pd.Series([0.5, 1, 2, 3], name="price")).targets == (
        "price",
    )
    assert Dataset("m", X, pd.DataFrame({"p": [0.5, 1, 2, 3]})).targets == ("p",)


GONE = np.ma.array(X, mask=[[0, 0], [0, 1], [0, 0], [0, 0]])
WRONG = [
    ({"x": GONE}, "a masked entry in row 1, column 1 of x; fill it in, or leave"),
    ({"x": [*GONE]}, "a masked entry in row 1, column 1 of x"),
    (
        {"y": np.ma.array([0.5, 1, 2, 3], mask=[0, 0, 1, 0])},
        "masked entry in row 2 of y",
    ),
    (
        {"x": FRAME.assign(v=pd.array([2, None, 6, 9], "Int64").astype(object))},
        "nothing (NA) in row 1, column 'v' of x",
    ),
    ({"x": FRAME.replace(4.0, np.nan)}, "nan in row 1, column 'v'; fill it in"),
    ({"y": pd.Series(["a", None, "b", "a"])}, "nothing (NA) in row 1 of y"),
    (
        {"y": pd.Series(["a", None, "b", "a"], dtype="category")},
        "nothing (NA) in row 1",
    ),
    ({"y": pd.array([1, None, 0, 1], dtype="Int64"), "classes": "ab"}, "(NA) in row 1"),
    (
        {"y": pd.Series([0.5, 1, 2, 3], index=[3, 2, 1, 0]), "x": FRAME},
        "x with index 0 and y with index 3 in row 0; bring them in one order",
    ),
    (
        {"x": FRAME, "features": ["v", "u"]},
        "columns ['u', 'v'] and features=['v', 'u']",
    ),
    (
        {"x": FRAME.assign(w=["p", "q", "p", "q"])},
        "'p' in row 0, column 'w' of x, which",
    ),
    (
        {"x": FRAME.assign(w=pd.date_range("2024", periods=4))},
        "column 'w' of x, which is",
    ),
    ({"x": csr_array(X)}, "a sparse csr_array for x; give x.toarray()"),
]


@pytest.mark.parametrize("change, said", WRONG)
def test_nothing_that_is_missing_or_out_of_order_becomes_a_number(change, said):
    given_fields = {"x": X, "y": [0.5, 1.0, 2.0, 3.0], **change}
    if "classes" in change:
        given_fields["classes"] = tuple(change["classes"])
    with pytest.raises(InputError) as caught:
        Dataset("mine", **given_fields)
    assert said in str(caught.value) and str(caught.value).startswith("data='mine' has")


def test_few_whole_numbers_are_what_one_says_they_are():
    x, y = np.zeros((6, 1)), [3, 1, 2, 3, 1, 2]
    with pytest.raises(InputError, match=r"1, 2, 3 for y, which may be classes or am"):
        Dataset("mine", x, y)
    assert not Dataset("mine", x, y, classes=()).labelled
    assert not Dataset("mine", x, [0.5, *y[1:]]).labelled


UNORDERED = [
    {"a", "b"},
    frozenset("ab"),
    {"a": 0, "b": 1},
    {"a": 0, "b": 1}.keys(),
    {0: "a", 1: "b"}.values(),
    (name for name in "ab"),
    "ab",
    3,
]


@pytest.mark.parametrize("argument", ["features", "classes", "targets"])
@pytest.mark.parametrize("names", UNORDERED, ids=lambda names: type(names).__name__)
def test_names_without_an_order_are_refused(argument, names):
    given_fields = {"y": np.eye(4)[:, :2] + 0.5, "classes": ()}
    with pytest.raises(InputError, match=f"^{argument} is a ") as caught:
        Dataset("mine", X, **{**given_fields, argument: names})
    assert caught.value.argument == argument
    if isinstance(names, set | frozenset | dict):
        assert "no order of its own; give a list of names, as " in str(caught.value)
        assert str(caught.value).endswith("=['a', 'b'].")


@pytest.mark.parametrize(
    "names",
    [
        ("a", "b"),
        ["a", "b"],
        np.array(["a", "b"]),
        pd.Index(["a", "b"]),
        pd.Series(["a", "b"]),
    ],
)
def test_names_in_an_order_are_taken_in_it(names):
    data = Dataset("mine", X, [0, 1, 0, 1], names, names)
    assert data.features == data.classes == ("a", "b")


def test_a_class_is_named_once():
    with pytest.raises(InputError, match="has 'a' twice"):
        Dataset("mine", X, [0, 1, 0, 1], classes=["a", "a"])


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series, pd.Index])
def test_groups_and_parts_are_lists_of_any_kind(kind):
    parts = kind(["training", "training", "validation", "test"])
    data = Dataset("mine", X, ["a", "b"] * 2, groups=kind([1, 1, 2, 3]), parts=parts)
    assert data.groups.tolist() == [1, 1, 2, 3] and data.parts[3] == "test"


def test_a_data_set_has_its_name_first():
    with pytest.raises(InputError, match="name comes first; try Dataset"):
        Dataset(X, [0, 1, 0, 1], ["a", "b"])
