"""Every lesson as a learner meets it: run from the top, and each explorer in it answers
a drag, a click and a key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nnlab.canonical_notebook import read
from tests.support.explorer import Explorer, thumb

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook

FOLDER = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted(FOLDER.glob("[01]?_*.ipynb"))[1:]  # 00 has tests of its own
FROM_THE_TOP = 30  # seconds in which all cells have run
LOOKED_AT = "repr((lab.selection.pinned, lab.selection.place, lab.experiment))"
SET = "(repr(lab.experiment), lab.trainer.network.parameters.tobytes())"
SPOT = """next(
    ([x, y] for x in range(4, lab.canvas.width, 8)
     for y in range(4, lab.canvas.height, 8)
     if any(view.at(x, y) for view in lab.picture.views)),
    [lab.canvas.width / 4, lab.canvas.height / 2])"""


def labs(path: Path) -> dict[int, int]:
    """The cells of a notebook that show a Lab, and each one's count."""
    shown = {}
    for number, cell in enumerate(read(path).cells):
        for output in cell.get("outputs", []):
            if output.get("data", {}).get("text/plain", "").startswith("Lab("):
                shown[number] = cell.execution_count
    return shown


def answers(lab: Explorer, state: str, act: Callable[[Explorer], None]) -> None:
    """Waits until what was done has changed this state of the Lab, and the picture."""
    state = state.replace("lab.", f"{lab.name}.")
    lab.notebook.evaluate_in_kernel(f"before = {state}")
    frame = int(lab.canvas.get_attribute("data-frame"))
    act(lab)
    lab.wait(f"{state} != before")
    lab.on_screen(frame + 1)


def click(lab: Explorer) -> None:
    """On the first thing in the picture that can be clicked."""
    lab.canvas.scroll_into_view_if_needed()
    box, (x, y) = lab.canvas.bounding_box(), eval(lab.value(SPOT))
    lab.page.mouse.click(box["x"] + x, box["y"] + box["height"] - y)


def press(lab: Explorer) -> None:
    """The key for a mini-batch."""
    lab.canvas.press("ArrowRight")


def drag(lab: Explorer) -> None:
    """The first slider that is in use, a little to the right."""
    slider = lab.output.locator(".nnlab-slider .nnlab-range:enabled").first
    slider.scroll_into_view_if_needed()
    x, y = thumb(slider)
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x + 24, y, steps=4)
    lab.page.mouse.up()


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_explorer_of_a_lesson_answers(lab_page: OpenNotebook, path):
    notebook = lab_page(path)
    notebook.run_all(timeout=FROM_THE_TOP)
    assert notebook.errors() == [] and notebook.console_errors == []
    assert labs(path)
    for number, count in labs(path).items():
        lab = Explorer(notebook, f"Out[{count}]", notebook.cell(number))
        lab.output.locator("canvas.nnlab-canvas").scroll_into_view_if_needed()
        lab.output.locator("canvas[data-frame]").wait_for()
        answers(lab, LOOKED_AT, click)
        answers(lab, "lab.trainer.steps_done", press)
        answers(lab, SET, drag)
    assert notebook.console_errors == [] and notebook.iopub_errors == []
