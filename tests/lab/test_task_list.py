"""Tasks in a Lab: each is ticked once what is to be done is done, and stays ticked."""

from html import unescape

import pytest

from nnlab import InputError, Lab
from nnlab.grading import progress
from nnlab.lab.task_list import Task

FAR = Task("Make 20 steps.", lambda s, _: f"{s.trainer.steps_done} steps" * _far(s))
NEAR = Task("Stay <here>.", lambda s, _: "here" * (s.trainer.steps_done < 5))


def _far(session) -> bool:
    return session.trainer.steps_done >= 20


@pytest.fixture(autouse=True)
def nothing_done(monkeypatch):
    here = progress.Progress(None)
    monkeypatch.setattr(progress, "_here", lambda: here)


def shown(lab: Lab) -> str:
    return unescape(lab.tasks.widget.value)


def test_a_task_is_ticked_when_it_is_done_and_says_what_shows_it(act):
    async def scene():
        lab = Lab(hidden=(2,), seeds=1, tasks=[FAR, NEAR])
        assert shown(lab).count("☐") == 2 and "<here>" in shown(lab)
        await lab.run(steps=10)
        assert shown(lab).count("☐") == 2
        await lab.run(steps=12)
        assert "✓" in shown(lab) and "22 steps" in shown(lab)
        lab.reset()
        await lab.run(steps=1)
        assert shown(lab).count("☐") == 0 and "22 steps" in shown(lab)
        assert progress.everything("tasks") == {FAR.text: "22 steps", NEAR.text: "here"}
        again = Lab(hidden=(2,), seeds=1, tasks=[FAR, NEAR])  # tomorrow
        assert shown(again) == shown(lab)

    act(scene)


def test_a_lab_without_tasks_shows_none():
    tasks = Lab(hidden=(2,), seeds=1).tasks.widget
    assert tasks.value == "" and tasks.layout.display == "none"


@pytest.mark.parametrize("value", [7, True, [], {"a": None}])
def test_a_tick_that_is_spoiled_breaks_nothing(value):
    progress.keep("tasks", FAR.text, value)
    lab = Lab(hidden=(2,), seeds=1, tasks=[FAR, NEAR])
    assert shown(lab).count("☐") == 1 and str(value) in shown(lab)


@pytest.mark.parametrize("wrong", ["Play.", [lambda: ""], FAR, ["Play."]])
def test_what_is_no_task_is_refused(wrong):
    with pytest.raises(InputError, match=r"tasks=.*try tasks="):
        Lab(tasks=wrong)
