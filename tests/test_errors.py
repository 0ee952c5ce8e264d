"""An error says what came and what would do, and survives a journey."""

import pickle
from copy import copy
from fractions import Fraction

import numpy as np
import pytest

from nnlab import Experiment
from nnlab.backend import BACKENDS, DTYPES
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.initializers import INITIALIZERS
from nnlab.engine.losses import LOSSES
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.errors import SYNONYMS, InputError, at_least_one, number, unknown
from nnlab.experiment.settings import SCHEDULES

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


NO_NUMBER = [float("nan"), float("inf"), 10**400, 10**5000, True, None, "x", 1j, [1]]


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


@pytest.mark.parametrize(
    "value, limits, fix",
    [
        ("1", {}, "1"),
        (" 0.25 ", {"least": 0, "most": 1}, "0.25"),
        ("7", {"least": 0, "most": 1}, "1"),
        ("-7", {"least": 0}, "1.5"),
        (10**400, {"least": 0, "most": 1}, "1"),
        (float("inf"), {"most": 1}, "1"),
        (float("nan"), {"most": 1}, "1.5"),
        (True, {"most": 1}, "1.5"),
    ],
)
def test_the_number_that_was_meant_is_offered(value, limits, fix):
    with pytest.raises(InputError, match=rf"try gain={fix}\.$"):
        number("gain", value, 1.5, **limits)


@pytest.mark.parametrize(
    "value, fix", [("4", 4), (2.6, 3), (-2.6, 1), ("x", 1), (True, 1), (10**400, 1)]
)
def test_the_count_that_was_meant_is_offered(value, fix):
    if value == 10**400:
        return at_least_one("units", value)
    with pytest.raises(InputError, match=rf"try units={fix}\.$"):
        at_least_one("units", value)


@pytest.mark.parametrize("word", SYNONYMS)
def test_what_others_call_so_leads_to_its_name_here(word):
    name = SYNONYMS[word]
    for typed in (word, word.upper(), f" {word}-"):
        told = str(unknown("part", typed, ["other", name, "another"]))
        assert told.endswith(f"did you mean {name!r}?")
    assert str(unknown("part", word, ["qqq"])).endswith("choose from 'qqq'.")


def test_every_name_that_others_call_otherwise_is_one_here():
    fields = [*Experiment.kinds()]
    names = [*ACTIVATIONS, *INITIALIZERS, *LOSSES, *OPTIMIZERS, *SCHEDULES]
    assert {*SYNONYMS.values()} <= {*names, *DTYPES, *BACKENDS, *fields}


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
