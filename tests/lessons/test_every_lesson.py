"""Every lesson is five files, and each of its experiments and questions has a law."""

from importlib import import_module
from inspect import isfunction
from pathlib import Path

import pytest

import nnlab.lessons
from tests.lessons.answers import LESSONS

FILES = {"explorers", "experiments", "questions", "exercises", "mistakes"}
each = pytest.mark.parametrize("lesson", LESSONS)


@each
def test_a_lesson_is_five_files(lesson):
    home = Path(nnlab.lessons.__file__).parent / lesson
    assert {path.stem for path in home.glob("*.py")} == FILES | {"__init__"}


@each
def test_what_is_measured_or_asked_has_a_law(lesson):
    module = import_module(f"nnlab.lessons.{lesson}")
    offered = (getattr(module, name) for name in module.__all__)
    homes = {f"{module.__name__}.{file}" for file in ("experiments", "questions")}
    found = [one for one in offered if isfunction(one) and one.__module__ in homes]
    laws = Path(__file__).with_name(f"test_{lesson}.py").read_text("utf-8")
    assert len(found) >= 3, "experiments and questions are three or more together"
    without = [f.__name__ for f in found if f"{lesson}.{f.__name__}" not in laws]
    assert without == [], f"tests/lessons/test_{lesson}.py calls none of these by name"
