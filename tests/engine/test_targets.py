"""Targets come in many shapes and types; each is taken for what it is, or named."""

import numpy as np
import pandas as pd
import pytest

from nnlab.backend import to_numpy
from nnlab.engine import (
    MAE,
    MSE,
    SGD,
    BinaryCrossEntropy,
    CrossEntropy,
    Hinge,
    Huber,
    Linear,
    Network,
)
from nnlab.engine.functions import FunctionLoss
from nnlab.errors import InputError
from nnlab.training import Trainer

X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
FOURTH = FunctionLoss(lambda z, y: (z - y) ** 4, lambda z, y: 4 * (z - y) ** 3)


def trainer(loss, y, outputs=1, x=X) -> Trainer:
    return Trainer(Network(2, [Linear(outputs)]), loss, SGD(0.1), (x, y), batch_size=4)


@pytest.mark.parametrize("loss", [MSE(), MAE(), Huber(), FOURTH], ids=str)
@pytest.mark.parametrize(
    "y, outputs, measure",
    [
        ([3, 1, 2, 7], 1, "r2"),
        ([[3], [1], [2], [7]], 1, "r2"),
        ([[3, 0], [1, 1], [2, 5], [7, 2]], 2, "r2"),
        ([-1, 1, 1, -1], 1, "r2"),
        ([0.0, 1.0, 1.0, 0.0], 1, "r2"),
        (pd.Series([3, 1, 2, 7]), 1, "r2"),
        ([0, 1, 1, 0], 1, "accuracy"),
        ([False, True, True, False], 1, "accuracy"),
        ([0, 2, 1, 0], 3, "accuracy"),
        ([[1, 0], [0, 1], [0, 1], [1, 0]], 2, "accuracy"),
    ],
)
def test_whole_numbers_are_amounts_unless_they_are_classes(loss, y, outputs, measure):
    y = y if hasattr(y, "iloc") else np.array(y)
    assert f"train_{measure}" in trainer(loss, y, outputs).measure()


@pytest.mark.parametrize("loss", [BinaryCrossEntropy(), Hinge()], ids=str)
@pytest.mark.parametrize("dtype", ["i8", "u1", "?", "f4", "f8", "f2", "O"])
@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_two_classes_are_0_and_1_of_any_type(loss, dtype, shape):
    y = np.array([0, 1, 1, 0]).astype(dtype).reshape(shape)
    found = trainer(loss, y)
    assert to_numpy(found.parts["train"][1]).tolist() == [0, 1, 1, 0]
    assert "train_accuracy" in found.measure()


@pytest.mark.parametrize("dtype", ["i8", "u1", "f8", "O"])
@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_class_numbers_are_of_any_type(dtype, shape):
    y = np.array([0, 2, 1, 0]).astype(dtype).reshape(shape)
    found = trainer(CrossEntropy(), y, 3).parts["train"][1]
    assert to_numpy(found).tolist() == [0, 2, 1, 0]


WRONG = [
    (
        BinaryCrossEntropy(),
        np.eye(2)[[0, 1, 1, 0]],
        1,
        "shape (4, 2); give one number a sa",
    ),
    (BinaryCrossEntropy(), np.eye(2)[[0, 1, 1, 0]], 1, "y.argmax(axis=1)."),
    (BinaryCrossEntropy(), [1, 2, 2, 1], 1, "numbers 0 and 1 as targets, not 1, 2;"),
    (BinaryCrossEntropy(), [0, 0.5, 1, 1], 1, "not 0.0, 0.5, 1.0; CrossEntropy takes"),
    (BinaryCrossEntropy(), [0, np.nan, 1, 1], 1, "nan"),
    (BinaryCrossEntropy(), [*"abba"], 1, "not a, b; number the classes from 0."),
    (CrossEntropy(), np.eye(3)[[0, 1, 2, 0]], 3, "y.argmax(axis=1)."),
    (CrossEntropy(), [0, 3, 1, 1], 3, "numbers 0 to 2 as targets, not 0, 1, 3;"),
    (CrossEntropy(), [0, 1.5, 1, 1], 3, "not 0.0, 1.0, 1.5;"),
    (MSE(), [*"abba"], 1, "number the classes from 0"),
]


@pytest.mark.parametrize("loss, y, outputs, said", WRONG)
def test_what_is_wrong_with_targets_is_said(loss, y, outputs, said):
    with pytest.raises(InputError) as caught:
        trainer(loss, np.array(y), outputs)
    assert said in str(caught.value)


MASKED = np.ma.array(X, mask=X > 0)
ENTRIES = {
    "train": lambda: trainer(MSE(), np.ones(4), x=MASKED),
    "targets": lambda: trainer(MSE(), np.ma.array(np.ones(4), mask=[0, 1, 0, 0])),
    "forward": lambda: Network(2, [Linear(1)]).forward(MASKED),
    "trace": lambda: Network(2, [Linear(1)]).trace(MASKED),
    "loss": lambda: Network(2, [Linear(1)]).loss(MASKED, np.ones(4), MSE()),
    "gradient": lambda: Network(2, [Linear(1)]).gradient(MASKED, np.ones(4), MSE()),
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_nothing_is_learned_from_behind_a_mask(entry):
    with pytest.raises(InputError, match="has a masked entry in row 1"):
        ENTRIES[entry]()


@pytest.mark.parametrize(
    "x",
    [
        X.tolist(),
        pd.DataFrame(X),
        pd.DataFrame(X).astype("Int64"),
        pd.DataFrame({"a": X[:, 0] > 0, "b": X[:, 1]}),
        X.astype(object),
        X.astype(bool),
        X.astype(np.float16),
        X.astype(np.uint8),
        np.ma.array(X),
    ],
    ids=lambda x: type(x).__name__,
)
def test_samples_are_the_same_however_they_are_given(x):
    net = Network(2, [Linear(1)])
    assert np.array_equal(to_numpy(net.forward(x)), to_numpy(net.forward(X)))
    assert trainer(MSE(), np.array([0.5, 1, 2, 3]), x=x).parts["train"][0].shape == (
        4,
        2,
    )


@pytest.mark.parametrize(
    "x, said",
    [
        (
            pd.DataFrame({"a": [1, None, 3, 4], "b": [1, 2, 3, 4]}, dtype="Int64"),
            "row 1",
        ),
        (pd.DataFrame({"a": [*"pqrs"], "b": [1, 2, 3, 4]}), "'p' in row 0, column 'a'"),
        (np.array([[1, None]] * 4, object), "nothing in row 0, column 1 of x"),
        ([[1, 2], [3]], "rows of different lengths in x"),
        ({1, 2}, "a set for x, which has no order"),
    ],
)
def test_samples_that_are_none_are_named_by_their_place(x, said):
    with pytest.raises(InputError) as caught:
        Network(2, [Linear(1)]).forward(x)
    assert said in str(caught.value) and caught.value.argument == "x"


def test_x_and_y_in_two_orders_are_refused():
    y = pd.Series([0.5, 1, 2, 3], index=[3, 2, 1, 0])
    with pytest.raises(InputError, match="x with index 0 and y with index 3 in row 0"):
        trainer(MSE(), y, x=pd.DataFrame(X))
