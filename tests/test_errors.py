"""An error says what came and what would do, and survives a journey."""

import pickle
from copy import copy
from fractions import Fraction

import numpy as np
import pytest

from nnlab.errors import InputError, number, unknown

NAMES = ["relu", "tanh", "0.W", "0.b", "cross-entropy"]


@pytest.mark.parametrize("travel", [copy, lambda e: pickle.loads(pickle.dumps(e))])
def test_an_error_can_be_sent(travel):
    error = travel(InputError("seed", "seed=-1 is not allowed."))
    assert (error.argument, str(error)) == ("seed", "seed=-1 is not allowed.")


@pytest.mark.parametrize(
    "typed, meant",
    [("rleu", "relu"), ("Tanh", "tanh"), ("0.w", "0.W"), ("crossentropy", NAMES[-1])],
)
def test_an_unknown_name_is_answered_with_the_nearest(typed, meant):
    error = unknown("name", typed, NAMES)
    assert str(error) == f"name={typed!r} is not known; did you mean {meant!r}?"
    assert error.argument == "name"


@pytest.mark.parametrize("typed", ["", "qqq", None, 3, [], 10**5000], ids=type)
def test_what_is_near_to_nothing_is_answered_with_all(typed):
    assert str(unknown("name", typed, iter(NAMES))).endswith(
        "is not known; choose from 'relu', 'tanh', '0.W', '0.b', 'cross-entropy'."
    )


NO_NUMBER = [float("nan"), float("inf"), 10**400, 10**5000, True, None, "1", 1j, [1]]


@pytest.mark.parametrize("value", NO_NUMBER, ids=type)
@pytest.mark.parametrize(
    "limits, said",
    [({}, ""), ({"least": 0}, ", at least 0"), ({"above": 0}, ", above 0")],
)
def test_what_is_no_number_is_refused(value, limits, said):
    with pytest.raises(InputError) as caught:
        number("gain", value, 1.5, **limits)
    sentence = f"is not allowed: it is a finite number{said}; try gain=1.5."
    assert str(caught.value).startswith("gain=")
    assert str(caught.value).endswith(sentence)
    assert caught.value.argument == "gain"


def test_a_number_comes_out_as_a_plain_float():
    for value in (2, 2.0, np.float32(2), np.int64(2), Fraction(4, 2)):
        assert type(number("gain", value, 1.0, above=0)) is float
        assert number("gain", value, 1.0, least=2, above=1.9) == 2


def test_a_limit_is_allowed_or_not():
    assert number("gain", 0, 1.0, least=0) == 0
    assert number("gain", -1e9, 1.0) == -1e9
    for value, limits in [(0, {"above": 0}), (-1e-9, {"least": 0})]:
        with pytest.raises(InputError, match=f"gain={value}"):
            number("gain", value, 1.0, **limits)
