"""What is done is counted, here and in other notebooks, and the next one is named."""

import re
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest

import nnlab.lessons
from nnlab import InputError
from nnlab.grading.progress import keep
from nnlab.lessons import Predict, data, forward, start_here, where_you_are
from nnlab.lessons.where_you_are import LESSONS
from tests.lessons.answers import LESSONS as PACKAGES
from tests.support.fresh_kernel import restart

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
QUESTIONS = {start_here: 2, data: 3, forward: 5}
EXERCISES = {
    start_here: [],
    data: ["data.standardize", "data.stratified"],
    forward: ["forward.layer", "forward.activation", "forward.softmax"],
}


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Start a kernel for a notebook of this folder, or for none that Jupyter serves."""
    monkeypatch.chdir(tmp_path)
    for notebook in LESSONS:
        Path(f"{notebook}.ipynb").touch()

    def start(notebook: str = "") -> None:
        restart(monkeypatch, tmp_path / f"{notebook}.ipynb" if notebook else None)

    start()
    return start


def solve(lesson: ModuleType) -> None:
    for name in EXERCISES[lesson]:
        keep("exercises", name, {"solved": ["fill"]})


def guess(times: int) -> None:
    for i in range(times):
        Predict(f"How many? {i}", pick=[1, 2], answer=1).make(1, 0.9)


# In one notebook


def test_who_has_done_nothing_reads_the_same_everywhere(kernel):
    for notebook in ("", "01_data"):
        kernel(notebook)
        assert repr(where_you_are(data)).splitlines() == [
            "No guesses yet.",
            "Exercises: 0 of 2 solved.",
            "Next: 02_forward_pass",
        ]
        assert repr(where_you_are(start_here)).splitlines() == [
            "No guesses yet.",
            "Next: 01_data",
        ]


def test_what_is_done_is_counted(kernel):
    guess(2)
    keep("exercises", "forward.layer", {"solved": ["order"]})
    keep("exercises", "data.standardize", {"solved": ["order"]})  # of another lesson
    keep("tasks", "Play.", "loss 0.1")
    said = repr(where_you_are(forward)).splitlines()
    assert said[0] == "2 of 2 right" and "You were 90% sure on average" in said[3]
    assert said[-3:] == [
        "Exercises: 1 of 3 solved.",
        "Tasks done in the Labs: 1.",
        "No notebook comes next yet.",
    ]


def test_a_page_shows_each_exercise_and_leads_to_the_next_notebook(kernel):
    guess(1)
    keep("exercises", "data.standardize", {"solved": ["write"]})
    page = where_you_are(data)._repr_html_()
    assert "✓ Standardize without a leak" in page and "☐ A stratified split" in page
    assert '<a href="02_forward_pass.ipynb">02_forward_pass</a>' in page
    assert "<td" in page and "You were 90% sure" in page


@pytest.mark.parametrize("lesson, guesses", QUESTIONS.items())
def test_the_questions_of_a_lesson_are_counted(kernel, lesson, guesses):
    kernel(next(n for n in LESSONS if lesson.__name__.endswith(LESSONS[n])))
    assert where_you_are(lesson).here.questions == guesses
    assert sorted(where_you_are(lesson).here.solved.values()) == [False] * len(
        EXERCISES[lesson]
    )


# In the folder


def test_each_notebook_is_done_or_begun_or_not_begun(kernel):
    kernel("00_start_here")
    guess(2)
    kernel("01_data")
    guess(1)
    solve(data)
    kernel("02_forward_pass")
    for _ in range(2):
        said = repr(where_you_are(forward)).splitlines()
        assert said[-4:-1] == [
            "00_start_here     done       2 of 2 guesses",
            "01_data           begun      1 of 3 guesses, 2 of 2 exercises",
            "02_forward_pass   not begun",
        ]
        page = where_you_are(forward)._repr_html_()
        assert "<b>02_forward_pass</b>" in page and 'href="01_data.ipynb"' in page
    guess(5)
    solve(forward)
    assert "02_forward_pass   done " in repr(where_you_are(forward))


@pytest.mark.parametrize("done", [guess, lambda _: solve(forward)])
def test_half_of_it_is_not_done(kernel, done):
    kernel("02_forward_pass")
    done(3)
    assert where_you_are(forward).here.state == "begun"


def test_only_notebooks_that_are_there_are_named(kernel):
    Path("01_data.ipynb").unlink()
    kernel("00_start_here")
    guess(1)
    said = repr(where_you_are(start_here))
    assert "01_data" not in said and said.endswith("Next: 02_forward_pass")


@pytest.mark.parametrize("value", [7, [], True, {"solved": None}, {"solved": []}])
def test_what_is_kept_and_spoiled_solves_nothing(kernel, value):
    keep("exercises", "forward.layer", value)
    keep("guesses", "?", value)
    assert where_you_are(forward).here.state == "begun"
    assert "Exercises: 0 of 3 solved." in repr(where_you_are(forward))
    assert where_you_are(forward)._repr_html_()


# Every lesson


def test_every_notebook_has_its_lesson():
    there = sorted(path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    assert there == [*LESSONS] == sorted(LESSONS)
    assert {*LESSONS.values()} == {"start_here", *PACKAGES}
    for notebook, lesson in LESSONS.items():
        text = (NOTEBOOKS / f"{notebook}.ipynb").read_text("utf-8")
        assert re.search(rf"from nnlab.lessons import .*\b{lesson}\b", text)


@pytest.mark.parametrize(
    "wrong", [None, "forward", nnlab, nnlab.lessons, forward.layer]
)
def test_what_is_no_lesson_is_refused(wrong):
    with pytest.raises(InputError, match="try where_you_are"):
        where_you_are(wrong)


def test_a_title_is_text_and_not_html(kernel, monkeypatch):
    monkeypatch.setattr(forward.layer, "title", "a < b")
    page = where_you_are(forward)._repr_html_()
    assert "a < b" not in page and "a < b" in unescape(page)
