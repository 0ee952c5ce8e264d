"""Every exercise of every lesson: right answers pass in any form, wrong ones are named.

A lesson brings only its answers, as data: `answers/<lesson>.py` has

- RIGHT: for each exercise, honest answers, however they are written;
- WRONG: for each, pairs of an answer that learners give and words that name it;
- REFUSED: for each, answers that nobody gives, which have no name and are refused;
- INTO: for each exercise with a place in a Lab, a function that makes the Lab, an
  answer that differs from the solution, and a function of the Lab that must show it.
"""

from collections.abc import Iterator
from importlib import import_module

import numpy as np
import pytest

from nnlab.grading.exercise import Exercise
from nnlab.lab.lab import Lab
from tests.lessons.answers import LESSONS

ANSWERS = {name: import_module(f"tests.lessons.answers.{name}") for name in LESSONS}
NAMED = (  # how a sentence begins or goes on that says more than that it is wrong
    "It looks as if ",
    " times what it should be",
    "It is wrong in ",
    "It returns ",
    "The slope ",
    " raised ",
    "At outputs of ",
)


def exercises(lesson: str) -> Iterator[Exercise]:
    """Yield the exercises that a lesson offers to its notebook."""
    module = import_module(f"nnlab.lessons.{lesson}")
    offered = (getattr(module, name) for name in module.__all__)
    yield from (one for one in offered if isinstance(one, Exercise))


EXERCISES = [one for lesson in LESSONS for one in exercises(lesson)]


def given(kind: str, asked: Exercise) -> object:
    """Return what the lesson lists for this exercise."""
    lesson, name = asked.name.split(".")
    return getattr(ANSWERS[lesson], kind)[name]


def listed(kind: str) -> list:
    """Return a test case for everything of a kind that lessons list."""
    return [
        pytest.param(asked, one, id=f"{asked.name}-{number}")
        for asked in EXERCISES
        for number, one in enumerate(given(kind, asked))
    ]


def catalogued() -> Iterator:
    """Yield a test case for every wrong function of every catalogue."""
    for asked in EXERCISES:
        for mistake in asked.mistakes:
            for number, wrong in enumerate(mistake.wrong(asked.reference)):
                named = f"{asked.name}-{mistake.what}-{number}"
                yield pytest.param(asked, wrong, mistake.words, id=named)


every = pytest.mark.parametrize("asked", EXERCISES, ids=lambda one: one.name)
with_a_place_in_a_lab = pytest.mark.parametrize(
    "asked", [one for one in EXERCISES if one.runs], ids=lambda one: one.name
)


@pytest.fixture(autouse=True)
def no_answer_yet(monkeypatch):
    """Every test finds the exercises as a notebook does."""
    for asked in EXERCISES:
        monkeypatch.setattr(asked, "answer", None)
        monkeypatch.setattr(asked, "_labs", [])


@every
def test_there_are_enough_answers_to_tell(asked):
    wrong = [*asked.mistakes, *given("WRONG", asked)]
    assert len(given("RIGHT", asked)) >= 5 and len(wrong) >= 8
    assert not asked.mistakes or 8 <= len(asked.mistakes) <= 15


@pytest.mark.parametrize("asked, answer", listed("RIGHT"))
def test_a_right_answer_is_right_however_it_is_written(a_learner, asked, answer):
    said = asked.check(answer)
    assert said.right, said


@pytest.mark.parametrize("asked, answer, words", [*catalogued()])
def test_a_mistake_of_the_catalogue_is_named(a_learner, asked, answer, words):
    said = asked.check(answer)
    assert said.kind == "wrong" and f"It looks as if {words}." in said.text, said


@pytest.mark.parametrize("asked, pair", listed("WRONG"))
def test_a_wrong_answer_is_named(a_learner, asked, pair):
    answer, words = pair
    said = asked.check(answer)
    assert said.kind == "wrong" and words in said.text, said


@every
def test_every_mistake_of_the_catalogue_has_an_answer_of_its_own(asked):
    """It is written as a learner writes it, and not taken from the catalogue."""
    said = " ".join(asked.check(answer).text for answer, _ in given("WRONG", asked))
    assert [m.what for m in asked.mistakes if m.what not in said] == []


@pytest.mark.parametrize("asked, answer", listed("REFUSED"))
def test_what_has_no_name_is_refused_in_a_sentence(a_learner, asked, answer):
    said = asked.check(answer)
    assert said.kind == "wrong" and any(words in said.text for words in NAMED), said


@every
def test_a_catalogue_says_what_and_why(asked):
    for mistake in asked.mistakes:
        for words in (mistake.what, mistake.why):
            assert words and not words.endswith("."), words
    assert len({mistake.what for mistake in asked.mistakes}) == len(asked.mistakes)


@every
def test_all_forms_of_an_answer_lead_to_the_solution(asked):
    for answer in (asked.reference, asked.formats.order, asked.blank):
        assert asked.check(answer).right
    for blank in ([], "", "...", ..., None):
        assert asked.check(blank).kind == "blank"


@with_a_place_in_a_lab
def test_the_answer_that_is_put_into_a_lab_is_what_runs_there(asked):
    """Another answer shows in what the Lab makes; and where a network calls it, it is
    called whenever the network runs."""
    make, changed, shown = given("INTO", asked)
    calls = []

    def mine(*args):
        calls.append(args)
        return changed(*args)

    asked.answer = asked.reference
    right = shown(asked.into(make()))
    asked.answer = mine
    lab = asked.into(make())
    called = len(calls)
    assert not np.array_equal(shown(lab), right)
    assert called if data_of(asked, lab) else len(calls) > called


def data_of(asked: Exercise, lab: Lab) -> bool:
    """Return True if the answer makes the Lab's data, and no part of its network."""
    return "data" in asked.runs(asked.reference, lab.experiment)


@with_a_place_in_a_lab
def test_an_answer_runs_in_a_lab_only_if_it_is_right(asked):
    make, *_ = given("INTO", asked)
    lab = asked.into(make())
    before = lab.experiment
    asked.check(lambda *args: None)
    assert lab.experiment == before
    said = asked.check(asked.reference)
    assert "It runs in the explorer now." in said.text and lab.experiment != before
