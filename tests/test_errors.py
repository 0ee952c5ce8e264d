"""An error says what came and what would do, and survives a journey."""

import pickle
from copy import copy

import pytest

from nnlab.errors import InputError, unknown

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
