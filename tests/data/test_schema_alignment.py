"""Other data are scored by the names of their features and classes, not by places."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import Experiment
from nnlab.data.dataset import Dataset
from nnlab.data.schema_alignment import matched
from nnlab.data.table import Table
from nnlab.errors import InputError


def leaves() -> Dataset:
    """Long leaves are of a, wide ones of b."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 1, (60, 2)) + np.repeat([[6, 0], [0, 3]], 30, axis=0)
    return Dataset("leaves", x, np.repeat([0, 1], 30), ("length", "width"), ("a", "b"))


OWN = leaves()
EXPERIMENT = Experiment(data=OWN, seeds=2, batch_size=8, learning_rate=0.3)
NETWORK = EXPERIMENT.run(epochs=20).network
SWAPPED = replace(OWN, x=OWN.x[:, ::-1], features=("width", "length"))
RENAMED = replace(OWN, y=1 - OWN.y, classes=("b", "a"))


@pytest.mark.parametrize(
    "data", [OWN, SWAPPED, RENAMED], ids=["own", "swapped", "named"]
)
def test_a_file_in_another_order_gets_the_same_score(data):
    assert_array_equal(EXPERIMENT.score(NETWORK, data)["accuracy"], [1.0, 1.0])


def test_a_table_with_its_columns_swapped_gets_the_same_score():
    rows = [f"{w},{n},{OWN.classes[i]}" for (n, w), i in zip(OWN.x.tolist(), OWN.y)]
    table = Table.parse("\n".join(["width,length,kind", *rows]))
    assert EXPERIMENT.score(NETWORK, table.dataset("kind"))["accuracy"].min() == 1.0


def test_a_class_that_no_sample_is_of_may_be_absent():
    some = OWN.take(OWN.y == 1)
    only = replace(some, y=some.y * 0, classes=("b",))
    assert matched(only, OWN).y.tolist() == [1] * 30
    with pytest.warns(UserWarning, match="of one class only, 'b', so the accuracy is"):
        assert EXPERIMENT.score(NETWORK, only)["accuracy"].tolist() == [1.0, 1.0]


def test_targets_are_found_by_name():
    own = Dataset(
        "two", OWN.x, np.c_[OWN.x[:, 0], OWN.x[:, 1]], targets=("p", "q"), classes=()
    )
    other = replace(own, y=own.y[:, ::-1], targets=("q", "p"))
    assert_array_equal(matched(other, own).y, own.y)
    with pytest.raises(InputError, match="a target that the network has not learned"):
        matched(replace(own, targets=("p", "r")), own)


WRONG = [
    (replace(OWN, features=("length", "wdith")), "did you mean 'width'?"),
    (replace(OWN, classes=("a", "c")), "a class that the network has not learned"),
    (
        Dataset("one", OWN.x[:, :1], OWN.y, ("length",), OWN.classes),
        "no feature 'width'",
    ),
    (
        Dataset(
            "more",
            np.c_[OWN.x, OWN.x[:, 0]],
            OWN.y,
            ("length", "width", "age"),
            OWN.classes,
        ),
        "feature='age' is not known",
    ),
    (
        Dataset("amounts", OWN.x, OWN.x[:, 0], OWN.features),
        "measurements, and the netw",
    ),
    (OWN.take(np.zeros(0, int)), "no samples; give at least one"),
    (OWN.x, "it is a Dataset; try Table.read(path).dataset(target)"),
    (replace(OWN, features=("length", "length")), "'length' more than once"),
]


@pytest.mark.parametrize("data, said", WRONG)
def test_what_the_network_has_not_learned_is_refused_by_name(data, said):
    with pytest.raises(InputError) as caught:
        EXPERIMENT.score(NETWORK, data)
    assert said in str(caught.value) and caught.value.argument == "data"
    assert str(caught.value)[-1] in ".?"
