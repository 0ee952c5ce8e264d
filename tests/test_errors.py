"""An error says what came and what would do, and survives a journey."""

import pickle
from copy import copy

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


@pytest.mark.parametrize("value", [0, 0.5, 2, 1e308])
def test_a_number_that_is_large_enough_passes(value):
    number("rate", value, 0.1)


@pytest.mark.parametrize(
    "value", [-1, -(10**400), 10**400, float("nan"), float("inf"), True, "1", None]
)
def test_another_is_answered_with_one_that_would_do(value):
    with pytest.raises(InputError, match=r"^rate=.*, at least 0; try rate=0\.1\.$"):
        number("rate", value, 0.1)


@pytest.mark.parametrize(
    "value, near",
    [(-1, 0.0), (3, 1), (10**400, 1), (float("inf"), 1), (float("nan"), 0.5)],
)
def test_of_a_range_the_nearest_end_is_named(value, near):
    with pytest.raises(InputError, match=rf"from 0 to 1; try share={near}\.$"):
        number("share", value, 0.5, high=1)
