"""A table's columns become what a network can learn from; the rest is refused."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab.data.splits import split
from nnlab.data.table import Table
from nnlab.errors import InputError

TEXT = """name,size,colour,legs,weight,farm,notes
Ann,1.5,red,4,10.5,A,
Bob,2,blue,2,11,A,
Cid,-3,red,4,12.25,B,
Dan,,green,2,13,B,
Eve,4,blue,4,,C,
Fay,5,?,2,15,C,
Gus,6,red,4,16,C,
"""
ANIMALS = Table.parse(TEXT, "animals")
GOOD = ["size", "colour"]


def test_numbers_stay_and_categories_become_a_column_for_each_value():
    data = ANIMALS.dataset("weight", GOOD, missing="drop")
    assert data.features == ("size", "colour=blue", "colour=red")
    expected = [[1.5, 0, 1], [2, 1, 0], [-3, 0, 1], [6, 0, 1]]
    assert_array_equal(data.x, expected)
    assert_array_equal(data.y, [10.5, 11, 12.25, 16])
    assert (data.labelled, data.targets) == (False, ("weight",))
    assert (data.name, data.source) == ("animals", "table animals")


def test_features_are_all_others_if_nothing_is_said():
    table = Table.parse("a,b,c,d\n1,2,x,p\n3,4,y,q\n5,6,x,p\n")
    assert table.dataset("d").features == ("a", "b", "c=x", "c=y")
    assert table.dataset("d", group="c").features == ("a", "b")


def test_a_feature_named_twice_is_there_once():
    assert ANIMALS.dataset("farm", ["legs", "legs"]).features == ("legs",)


def test_a_category_is_a_label_and_a_number_a_measurement():
    colour = ANIMALS.dataset("colour", ["legs"], missing="drop")
    assert colour.classes == ("blue", "green", "red")
    assert colour.y.tolist() == [2, 0, 2, 1, 0, 2]
    assert not ANIMALS.dataset("weight", ["legs"], missing="drop").labelled


def test_a_few_whole_numbers_are_what_one_says_they_are():
    with pytest.raises(InputError, match="; try task='labels' or task='measurement'"):
        ANIMALS.dataset("legs", ["colour"], missing="drop")
    labels, amounts = (
        ANIMALS.dataset("legs", ["farm"], task=task)
        for task in ("labels", "measurement")
    )
    assert labels.classes == ("2", "4") and labels.y.tolist() == [1, 0, 1, 0, 1, 0, 1]
    assert amounts.classes == () and amounts.y.tolist() == [4, 2, 4, 2, 4, 2, 4]


def test_text_is_a_label_if_one_says_so():
    data = ANIMALS.dataset("name", ["legs"], task="labels")
    assert len(data.classes) == 7 and data.y.tolist() == [*range(7)]


def test_a_group_stays_together_in_a_split():
    data = ANIMALS.dataset("colour", ["legs"], missing="drop", group="farm")
    assert data.groups.tolist() == ["A", "A", "B", "B", "C", "C"]
    parts = split(data, 1 / 3, 1 / 3)
    parts = parts.train, parts.validation, parts.open_test("to see its group")
    assert sorted(tuple(np.unique(part.groups)) for part in parts) == [
        ("A",),
        ("B",),
        ("C",),
    ]


def test_rows_are_dropped_for_gaps_in_columns_that_are_used_and_no_others():
    assert len(ANIMALS.dataset("weight", ["legs"], missing="drop")) == 6
    assert len(ANIMALS.dataset("weight", GOOD, missing="drop")) == 4
    assert len(ANIMALS.dataset("legs", ["farm"], task="labels")) == 7


REFUSED = [
    ({"target": "weigth"}, "target", "'weigth' is not known; did you mean 'weight'?"),
    ({"features": ["size", "hue"]}, "features", "features='hue' is not known"),
    ({"group": "Farm"}, "group", "group='Farm' is not known; did you mean 'farm'?"),
    ({"features": "size"}, "features", "is a list of columns; try features=['size']"),
    ({"features": 3}, "features", "a list of columns; try features=['name']"),
    ({"features": []}, "features", "no column; try features=['size', 'colour', "),
    (
        {"features": ["legs", "weight"]},
        "features",
        "target or the group; try features=['legs']",
    ),
    (
        {"features": ["legs", "farm"], "group": "farm"},
        "features",
        "column 'farm', which is the",
    ),
    (
        {"features": ["legs", "name"]},
        "features",
        "'name', which is text of 7 different values, such as 'Ann' in line 2; try "
        "features=['legs'].",
    ),
    (
        {"features": ["notes"]},
        "features",
        "column 'notes', which is empty; add a column",
    ),
    ({}, "features", "try features=['size', 'colour', 'legs', 'farm']."),
    (
        {"features": ["size"]},
        "missing",
        "'weight', where 1 of 7 cells are missing, the first '' in line 6; try "
        "missing='drop', which leaves 5 rows.",
    ),
    ({"target": "colour", "features": ["legs"]}, "missing", "first '?' in line 7"),
    (
        {"features": ["legs"], "missing": "mean"},
        "missing",
        "choose from 'refuse', 'drop'.",
    ),
    ({"features": ["legs"], "task": "label"}, "task", "did you mean 'labels'?"),
    (
        {"target": "notes", "features": ["legs"]},
        "target",
        "'notes' is empty; try another",
    ),
    (
        {"target": "name", "features": ["legs"]},
        "target",
        "such as 'Ann' in line 2; try task=",
    ),
    (
        {"target": "farm", "features": ["legs"], "task": "measurement"},
        "target",
        "is a category of 3 different values, such as 'A' in line 2",
    ),
    (
        {"features": ["legs"], "group": "notes", "missing": "drop"},
        "missing",
        "'notes', where 7 of 7 cells are missing, the first '' in line 2; leave that",
    ),
]


@pytest.mark.parametrize("given, argument, said", REFUSED)
def test_what_cannot_be_learned_from_is_refused_by_column_cell_and_line(
    given, argument, said
):
    with pytest.raises(InputError) as caught:
        ANIMALS.dataset(**{"target": "weight", **given})
    assert said in str(caught.value) and str(caught.value)[-1] in ".?"
    assert caught.value.argument == argument


def test_a_slip_of_the_pen_makes_no_category_of_a_number():
    table = Table.parse("age,y\n12,1.5\n13,2.5\n12,3.5\n1O,4.5\n")
    with pytest.raises(InputError, match="no number, because of '1O' in line 5"):
        table.dataset("y")
    with pytest.raises(InputError, match="no number, because of '1O' in line 5"):
        table.dataset("age")


def test_one_class_is_nothing_to_learn():
    table = Table.parse("a,b\n1,x\n2,x\n,y\n")
    with pytest.raises(InputError, match="target='b' is 'x' in every row"):
        table.dataset("b", missing="drop")


def test_class_names_of_numbers_are_those_numbers():
    table = Table.parse("a,b\n" + "".join(f"{i},{i % 3 - 1}.0\n" for i in range(9)))
    assert table.dataset("b", task="labels").classes == ("-1", "0", "1")
