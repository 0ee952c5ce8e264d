"""A Lab in a real JupyterLab, used as a learner uses it."""

import json
from pathlib import Path

import pytest

from tests.support.explorer import TASKS, explorers, source, thumb

FIRST = "notebooks/00_start_here.ipynb"
CELLS = json.loads((Path(__file__).parents[2] / FIRST).read_text("utf-8"))["cells"]
LABS = [i for i, cell in enumerate(CELLS) if "Lab(step=" in str(cell.get("outputs"))]
PLAIN = {"hidden": (3,), "learning_rate": 1, "speed": 1000}


def test_the_first_notebook_runs_from_the_top(lab_page):
    notebook = lab_page(FIRST)
    notebook.run_all()
    canvases = notebook.page.locator("canvas.nnlab-canvas[data-frame]")
    for index in LABS:
        canvas = notebook.cell(index).locator("canvas.nnlab-canvas[data-frame]")
        canvas.wait_for()
        assert canvas.get_attribute("aria-label").startswith("epoch")
    assert canvases.count() == len(LABS)
    assert notebook.errors() == []
    assert notebook.console_errors == []
    assert notebook.iopub_errors == []


def test_without_a_kernel_the_notebook_still_shows_its_pictures(lab_page):
    notebook = lab_page(FIRST)
    for index in LABS:
        picture = notebook.cell(index).locator(".jp-OutputArea img")
        picture.wait_for()
        assert picture.evaluate("image => image.naturalWidth") == 880


def test_play_pause_one_mini_batch_and_reset_to_the_same_start(explorer):
    start = explorer.at_rest()
    explorer.press("Mini-batch")
    explorer.wait("lab.trainer.steps_done == 1")
    assert explorer.at_rest() != start
    explorer.press("Epoch")
    explorer.wait("lab.trainer.epoch_done == 1.0")

    explorer.press("Play")
    explorer.wait("lab.trainer.epoch_done > 20")
    explorer.new_frame()
    explorer.press("Pause")
    rested = explorer.at_rest()
    steps = explorer.steps()
    assert explorer.at_rest() == rested
    assert explorer.steps() == steps

    explorer.press("Reset")
    explorer.wait("lab.trainer.steps_done == 0")
    assert explorer.at_rest() == start

    explorer.press("New seed")
    explorer.wait("lab.experiment.seed == 8")
    assert explorer.at_rest() != start


def test_dragging_the_learning_rate_keeps_the_weights_and_changes_the_picture(
    explorer,
):
    page = explorer.page
    explorer.press("Play")
    explorer.wait("lab.trainer.steps_done > 0")
    x, y = thumb(explorer.rate.locator(".nnlab-range"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 70, y, steps=10)
    explorer.wait("lab.experiment.learning_rate < 0.1")
    explorer.new_frame()
    page.mouse.up()
    explorer.press("Pause")
    explorer.at_rest()

    shown = float(explorer.rate.locator(".nnlab-number").input_value())
    explorer.wait(f"lab.experiment.learning_rate == {shown}")
    assert explorer.value("lab.trainer.optimizer.learning_rate") == str(shown)
    assert len(explorer.value("lab.trainer.changes")) > len("[]")
    assert explorer.steps() > 0  # the run went on: nothing was started anew


def test_a_slider_does_not_round_what_the_experiment_says(open_lab):
    names = ("noise", "learning_rate")
    lab = open_lab(noise=0.125, learning_rate=0.0123, controls=names)
    lab.press("Mini-batch")
    lab.wait("lab.trainer.steps_done == 1")
    assert lab.value("(lab.experiment.noise, lab.experiment.learning_rate)") == (
        "(0.125, 0.0123)"
    )
    assert lab.value("lab.trainer.changes") == "[]"


def test_the_keyboard_alone_drives_it(explorer):
    explorer.canvas.focus()
    explorer.page.keyboard.press("ArrowRight")
    explorer.wait("lab.trainer.steps_done == 1")
    explorer.page.keyboard.press(" ")
    explorer.wait("lab.trainer.steps_done > 10")
    explorer.page.keyboard.press(" ")
    explorer.at_rest()
    explorer.page.keyboard.press("r")
    explorer.wait("lab.trainer.steps_done == 0")
    explorer.rate.locator(".nnlab-range").press("ArrowRight")
    explorer.wait("lab.experiment.learning_rate == 1.3")
    explorer.press("Mini-batch")  # the focus is on a button now
    explorer.wait("lab.trainer.steps_done == 1")
    explorer.page.keyboard.press("R")
    explorer.wait("lab.trainer.steps_done == 0")
    kinds = "[...jupyterapp.shell.currentWidget.model.cells].map(cell => cell.type)"
    assert explorer.page.evaluate(kinds) == ["code"]  # R is no command of the notebook


def test_pointing_at_a_neuron_shows_its_picture_on_the_map(explorer):
    before = explorer.at_rest()
    place = "print([float(v) for v in lab.picture.views[0].centres[1][0]])"
    x, y = eval(explorer.notebook.evaluate_in_kernel(place))
    box = explorer.canvas.bounding_box()
    explorer.page.mouse.move(box["x"] + x, box["y"] + box["height"] - y)
    explorer.wait("lab.selection.pointed == (1, 0)")
    assert explorer.at_rest() != before
    explorer.page.mouse.move(5, 5)
    explorer.wait("lab.selection.pointed is None")
    assert explorer.at_rest() == before


@pytest.mark.parametrize(
    ("field", "bad", "good", "message"),
    [
        ("hidden", "4, 0", "4, 2", "hidden=(4, 0) is not allowed"),
        ("batch size", "0", "10", "batch_size=0 is not allowed"),
    ],
)
def test_bad_input_is_explained_on_the_lab_which_goes_on(
    explorer, field, bad, good, message
):
    explorer.press("All settings")
    box = explorer.output.get_by_label(field, exact=True)
    box.fill(bad)
    box.press("Enter")
    explorer.output.locator(".nnlab-message .wrong").get_by_text(message).wait_for()
    explorer.press("Mini-batch")
    explorer.wait("lab.trainer.steps_done == 1")
    box.fill(good)
    box.press("Enter")
    explorer.output.locator(".nnlab-message .wrong").wait_for(state="detached")
    explorer.press("Mini-batch")
    explorer.wait("lab.trainer.steps_done == 1")


def test_a_rate_that_diverges_is_explained_on_the_lab(open_lab):
    lab = open_lab(activation="relu", loss="mse", learning_rate=100)
    lab.press("Play")
    words = lab.output.locator(".nnlab-message .wrong")
    words.get_by_text("of 8 networks have diverged").wait_for()
    lab.press("Reset")
    lab.wait("lab.trainer.steps_done == 0")
    assert lab.notebook.iopub_errors == []


def test_two_labs_side_by_side_do_not_disturb_each_other(lab_page):
    notebook = lab_page([source("lab", **PLAIN), source("other", **PLAIN)])
    notebook.run_all()
    first, second = explorers(notebook, "lab", "other")
    start = second.value("lab.trainer.steps_done")
    first.press("Play")
    first.wait("lab.trainer.steps_done > 50")
    assert second.value("lab.trainer.steps_done") == start == "0"
    second.press("Play")
    between = second.output.locator(".jp-InputArea")
    between.evaluate("area => area.scrollIntoView({block: 'center'})")  # both in sight
    second.wait("lab.trainer.steps_done > 50")
    steps = first.steps()
    first.wait(f"lab.trainer.steps_done > {steps}")
    assert first.notebook.console_errors == []


def test_it_rests_while_it_is_out_of_sight(lab_page):
    notebook = lab_page([source(**PLAIN), "for line in range(100): print(line)"])
    notebook.run_all()
    [lab], end = explorers(notebook, "lab"), notebook.cell(1)
    lab.press("Play")
    lab.canvas.scroll_into_view_if_needed()
    lab.wait("lab.trainer.steps_done > 0")
    end.evaluate("cell => cell.scrollIntoView({block: 'end'})")
    lab.wait("not lab.canvas.viewers")
    steps = lab.steps()
    assert lab.value("lab.player.playing") == "True"
    assert lab.steps() == steps
    lab.canvas.scroll_into_view_if_needed()
    lab.wait(f"lab.trainer.steps_done > {steps}")


def test_stop_ends_the_task_and_play_starts_it_again(explorer):
    explorer.press("Play")
    explorer.wait("lab.trainer.steps_done > 0")
    explorer.press("Stop")
    explorer.wait(f"{TASKS} == 0")
    explorer.press("Play")
    explorer.wait(f"{TASKS} == 1")
    explorer.notebook.evaluate_in_kernel("import nnlab; nnlab.stop_all()")
    explorer.wait(f"{TASKS} == 0")


def test_it_plays_on_after_an_interrupt_and_after_a_reload(explorer):
    explorer.press("Play")
    explorer.wait("lab.trainer.steps_done > 0")
    explorer.notebook.command("kernelmenu:interrupt")
    steps = explorer.steps()
    explorer.wait(f"lab.trainer.steps_done > {steps}")

    explorer.notebook.command("docmanager:save")
    explorer.page.reload()
    explorer.notebook.wait_until_ready()
    explorer.output.locator("canvas[data-frame]").wait_for()
    steps = explorer.steps()
    explorer.wait(f"lab.trainer.steps_done > {steps}")
    explorer.press("Pause")
    explorer.at_rest()
