"""A kind takes what it allows, in plain form, and says what is near to the rest."""

import json
import re
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlab
from nnlab.errors import InputError
from nnlab.experiment.custom_parts import as_layer, as_rule
from nnlab.experiment.fields import (
    Choice,
    Count,
    Flag,
    Number,
    Optional,
    Part,
    Some,
    Widths,
)

steady = settings(deadline=None, derandomize=True, database=None)
nan, inf = float("nan"), float("inf")
array = np.array([1, 2])

CHOICE = Choice(lambda: ["relu", "tanh", "ReLU6"])
NUMBER, RATE = Number(0.05, 0.9), Number(1e-5, 100, log=True)
COUNT, SEED = Count(1, 1024), Count(0, 2**32 - 1)

PART = Part(lambda: ["sgd", "adam"], as_rule)
SOME, WIDTHS = Some(lambda: ["x1", "x2", "x1*x2"]), Widths(as_layer)


def own(gradient, rate):
    return -rate * gradient


class Callable:
    def __call__(self, gradient, rate):
        return -rate * gradient


GOOD = [  # a kind, what is given, what it becomes
    (CHOICE, "tanh", "tanh"),
    (NUMBER, 0.05, 0.05),
    (NUMBER, 0.9, 0.9),
    (NUMBER, Fraction(1, 2), 0.5),
    (RATE, 1, 1.0),
    (RATE, np.float32(0.5), 0.5),
    (COUNT, 1, 1),
    (COUNT, np.int64(1024), 1024),
    (SEED, 2**32 - 1, 2**32 - 1),
    (Optional(COUNT), None, None),
    (Optional(COUNT), 3, 3),
    (WIDTHS, (), ()),
    (WIDTHS, 4, (4,)),
    (WIDTHS, [8, np.int32(2)], (8, 2)),
    (Flag(), True, True),
    (PART, "adam", "adam"),
    (SOME, "x2", ("x2",)),
    (SOME, ["x2", "x1"], ("x1", "x2")),
    (SOME, ("x1*x2", "x1", "x1*x2"), ("x1", "x1*x2")),
    (Optional(SOME), None, None),
]
BAD = [
    *((CHOICE, v) for v in ("rleu", "TANH", "relu6", "", None, 3, [], array, 10**5000)),
    *((NUMBER, v) for v in (0.04, 0.91, nan, inf, -inf, "0.5", None, True, 1j, array)),
    *((NUMBER, v) for v in (10**400, -(10**400), 10**5000)),
    *((RATE, v) for v in (0, -0.1, 101, nan)),
    *((COUNT, v) for v in (0, 1025, -3, 2.0, 2.5, nan, inf, "2", None, True, [2])),
    *((COUNT, v) for v in (10**400, -(10**400), 10**5000, array)),
    *((SEED, v) for v in (-1, 2**32, 1234567.5, 2.0**31)),
    *((Optional(COUNT), v) for v in (0, nan, "None", False)),
    *((WIDTHS, v) for v in ("8", (0,), (8, 2.5), [[8]], None, (1025,), True, {8: 1})),
    *((WIDTHS, v) for v in ((1,) * 33, (nan,), (10**400,), array)),
    *((Flag(), v) for v in (0, 1, "True", None, [], array)),
    *((PART, v) for v in ("sdg", "SGD", None, 3, [], array, 10**5000)),
    *((PART, v) for v in (dict, Callable, object())),
    *((SOME, v) for v in ((), [], None, 3, {"x1"}, {"x1": 1}, "x3", "X1", array)),
    *((SOME, v) for v in (["x1", "x3"], [None], [["x1"]], ("x1", 10**5000), True)),
]


def short(value) -> str:
    return f"{value:.9}" if isinstance(value, str) else type(value).__name__


@pytest.mark.parametrize("kind, value, plain", GOOD)
def test_what_is_allowed_takes_its_plain_form(kind, value, plain):
    checked = kind.check("field", value)
    assert checked == plain and type(checked) is type(plain)
    assert json.loads(json.dumps(checked)) == (
        list(plain) if isinstance(plain, tuple) else plain
    )
    assert kind.check("field", checked) == checked


@pytest.mark.parametrize("kind, value", BAD, ids=short)
def test_what_is_not_allowed_is_refused_in_one_sentence_with_a_fix(kind, value):
    with pytest.raises(InputError) as caught:
        kind.check("field", value)
    message = str(caught.value)
    assert caught.value.argument == "field"
    assert re.fullmatch(r"field[= ][^\n]*[.?]", message)
    assert not re.search(r"[.?!]\s", message) and len(message) < 200
    pattern = r"(?:try field=|did you mean |choose from '.*', )(.*)[.?]$"
    if "at most" not in message:
        kind.check("field", eval(re.search(pattern, message)[1], vars(nnlab)))


@pytest.mark.parametrize(
    "typed, meant",
    [("rleu", "relu"), ("TANH", "tanh"), ("thn", "tanh"), ("relu66", "ReLU6")],
)
def test_a_name_mistyped_is_answered_with_the_nearest(typed, meant):
    with pytest.raises(InputError, match=f"did you mean {meant!r}\\?$"):
        CHOICE.check("field", typed)


OWN = [own, lambda g, rate: g, Callable(), Callable().__call__, partial(own)]


@pytest.mark.parametrize("function", OWN)
def test_a_part_may_be_a_function_and_stays_itself(function):
    assert PART.check("field", function) is function
    with pytest.raises(InputError, match="field="):
        CHOICE.check("field", function)


@steady
@given(st.lists(st.sampled_from(["x1", "x2", "x1*x2"]), min_size=1))
def test_some_are_taken_once_each_in_the_order_of_the_options(names):
    checked = SOME.check("field", names)
    assert {*checked} == {*names} and len(checked) == len({*names})
    assert checked == SOME.check("field", names[::-1])
    assert list(checked) == [n for n in SOME.options() if n in names]


@steady
@given(st.floats(allow_nan=False), st.sampled_from([NUMBER, RATE]))
def test_a_number_out_of_range_is_answered_with_the_nearest_limit(value, kind):
    near = min(max(value, kind.low), kind.high)
    if value == near:
        assert kind.check("field", value) == value
    else:
        with pytest.raises(InputError) as caught:
            kind.check("field", value)
        limits = {kind.low, kind.high} if abs(value) == inf else {near}
        assert float(re.search(r"=(\S+)\.$", str(caught.value))[1]) in limits


@steady
@given(st.integers() | st.floats(-1e9, 1e9), st.sampled_from([COUNT, SEED]))
def test_a_count_out_of_range_is_answered_with_the_nearest_whole_number(value, kind):
    try:
        assert kind.check("field", value) == value
    except InputError as error:
        tried = eval(re.search(r"try field=(.*)\.$", str(error))[1])
        assert kind.check("field", tried) == min(max(round(value), kind.low), kind.high)
