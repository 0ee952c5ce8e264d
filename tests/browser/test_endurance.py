"""A Lab outlives what happens to its notebook, and rests when nobody looks at it."""

import pytest

from tests.support.explorer import TASKS, Explorer, explorers, source


def test_a_cell_run_20_times_leaves_one_task(explorer):
    explorer.press("Play")
    explorer.wait("lab.trainer.steps_done > 0")
    for _ in range(20):
        explorer.notebook.run_cell(0)
    explorer.output.locator("canvas[data-frame]").wait_for()
    explorer.wait(f"{TASKS} == 1")
    assert explorer.steps() == 0  # it is a new Lab, and has its own task
    explorer.press("Play")
    explorer.wait("lab.trainer.steps_done > 0")
    explorer.new_frame()
    assert explorer.value(TASKS) == "1"


def test_it_rests_when_its_output_is_cleared_until_it_is_shown_again(lab_page):
    notebook = lab_page([source(speed=1000), "lab"])
    notebook.run_cell(0)
    [lab] = explorers(notebook, "lab")
    lab.press("Play")
    lab.wait("lab.trainer.steps_done > 0")
    notebook.command("notebook:clear-cell-output")
    lab.wait("not lab.canvas.viewers")
    steps, frame = lab.steps(), lab.value("lab.canvas._frame")
    assert lab.value("lab.player.playing") == "True"
    assert (lab.steps(), lab.value("lab.canvas._frame")) == (steps, frame)
    notebook.run_cell(1)
    Explorer(notebook, "lab", notebook.cell(1)).on_screen(int(frame) + 2)
    lab.wait(f"lab.trainer.steps_done > {steps}")
    assert lab.value(TASKS) == "1"
    assert notebook.console_errors == notebook.iopub_errors == []


def test_it_plays_in_notebook_7(lab_page):
    pytest.importorskip("notebook")
    notebook = lab_page("notebooks/00_start_here.ipynb", interface="notebooks")
    notebook.console_errors.clear()  # its own, while it loads
    notebook.run_all()
    canvas = notebook.cell(1).locator("canvas.nnlab-canvas[data-frame]")
    canvas.wait_for()
    frame = int(canvas.get_attribute("data-frame"))
    notebook.cell(1).get_by_role("button", name="Skip").click()
    notebook.cell(1).get_by_role("button", name="Play").click()
    Explorer(notebook, "", notebook.cell(1)).on_screen(frame + 5)
    notebook.cell(1).get_by_role("button", name="Pause").click()
    notebook.cell(1).locator("canvas[data-form='image/png']").wait_for()
    assert notebook.errors() == notebook.console_errors == notebook.iopub_errors == []
