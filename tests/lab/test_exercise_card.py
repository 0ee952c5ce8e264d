"""The card of an exercise: what it shows is what has become of the exercise."""

from weakref import WeakSet

import numpy as np
import pytest

from nnlab.grading import progress
from nnlab.grading.answer_formats import FORMS
from nnlab.grading.learner_seed import learner
from nnlab.lab.exercise_card import ExerciseCard, exercise


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """An exercise of three lines that nobody has seen yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "_here", lambda: here)
    here = progress.Progress(None)

    @exercise(
        title="Twice",
        case=lambda rng: (rng.normal(size=4),),
        blank="two * x",
        hints=["Add it to itself.", "Or times two: `2 * x`."],
    )
    def twice(x):
        """Write `twice(x)`."""
        two = 2
        both = two * x
        return both

    return twice


@pytest.fixture
def card(asked):
    return ExerciseCard(asked)


def state(card) -> dict:
    return card.widget.get_state()


def test_it_shows_the_exercise_and_not_its_solution(asked, card):
    found = state(card)
    assert found["title"] == "Twice" and "<code>twice(x)</code>" in found["asked"]
    lines = ["    two = 2", "    both = two * x", "    return both"]
    assert sorted(found["lines"]) == sorted(lines)
    assert found["lines"] == asked.formats.shuffled and found["order"] == [1, 2, 3]
    assert "two * x".join(found["around"]).splitlines()[1:] == lines
    assert found["dots"] == ["open"] * 3 and found["verdicts"] == [{}] * 3
    assert found["hints"] == [] and found["untold"] == 2 and not found["solution"]


def test_each_rung_has_its_verdict_and_its_dot(asked, card):
    card.act({"do": "check", "answer": asked.formats.order[::-1]})
    card.act({"do": "check", "answer": "two * x"})
    asked.check(lambda x: 2 * x)  # in a cell
    lines, blank, function = state(card)["verdicts"]
    assert lines["kind"] == "wrong" and lines["line"] == 1 and "✗" in lines["html"]
    assert blank["kind"] == function["kind"] == "right"
    assert state(card)["dots"] == ["wrong", "right", "right"]
    card.act({"do": "check", "answer": asked.formats.order})
    assert state(card)["dots"] == ["right"] * 3


def test_hints_come_one_by_one_and_the_solution_when_asked_for(card):
    for told in (1, 2):
        card.act({"do": "hint"})
        assert len(state(card)["hints"]) == told and state(card)["untold"] == 2 - told
        assert not state(card)["solution"]
    assert "<code>2 * x</code>" in state(card)["hints"][1]
    card.act({"do": "solution"})
    assert "both = two * x" in state(card)["solution"]


def test_what_was_solved_is_there_tomorrow(asked, card, monkeypatch):
    """With another kernel: nothing is left but what is kept."""
    asked.check("two * x")
    monkeypatch.setattr(asked, "verdicts", {})
    monkeypatch.setattr(asked, "answer", None)
    again = ExerciseCard(asked)
    assert state(again)["dots"] == ["open", "right", "open"]
    assert state(again)["rung"] == 0  # the first that is still open
    asked.check(*asked.formats.order)
    assert state(ExerciseCard(asked))["rung"] == FORMS.index("function")


def test_another_learner_gets_the_lines_anew(asked, card):
    card.widget.order = [3, 2, 1]
    names = iter("Ada Grace Alan Emmy Kurt Mary".split())
    while asked.formats.shuffled == state(card)["lines"]:
        learner(next(names))
    card.refresh()
    assert state(card)["lines"] == asked.formats.shuffled
    assert state(card)["order"] == [1, 2, 3]


def test_a_message_that_asks_for_nothing_known_does_nothing(card):
    before = state(card)
    for message in ({}, {"do": "dance"}, {"do": "check"}):
        card.act(message)
    assert state(card) == before


def test_a_page_without_a_kernel_shows_what_is_asked(asked, monkeypatch):
    monkeypatch.setattr(asked, "listeners", WeakSet())
    shown = asked._repr_mimebundle_()
    assert "Write `twice(x)`." in shown["text/plain"]
    assert "twice.lines()" in shown["text/plain"]
    assert "<code>twice(x)</code>" in shown["text/html"]
    assert len(asked.listeners) == 1  # the card of that page
    assert np.all(asked.reference(np.ones(3)) == 2)
