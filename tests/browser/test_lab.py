"""A Lab in a real JupyterLab, used as a learner uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import NotebookPage, OpenNotebook

MAKE = "from nnlab import Lab\nlab = Lab(hidden=(3,), learning_rate=1, speed=1000)\nlab"
TASKS = (
    "sum(task.get_name() == 'nnlab player' for task in "
    "__import__('asyncio').all_tasks(lab.player._loop))"
)
FIRST = "notebooks/00_start_here.ipynb"
LABS = (1, 6, 8, 13, 17)  # the cells of the first notebook that show one


@dataclass
class Explorer:
    """One Lab on the page, by the name it has in the kernel."""

    notebook: NotebookPage
    name: str
    output: Locator

    @property
    def page(self) -> Page:
        return self.notebook.page

    @property
    def canvas(self) -> Locator:
        return self.output.locator("canvas.nnlab-canvas")

    @property
    def rate(self) -> Locator:
        """The control of the learning rate."""
        return self.output.locator(".widget-slider", has_text="learning rate")

    def press(self, button: str) -> None:
        self.output.get_by_role("button", name=button).click()

    def value(self, expression: str) -> str:
        """An expression about `lab`, as the kernel prints it."""
        code = expression.replace("lab.", f"{self.name}.")
        return self.notebook.evaluate_in_kernel(f"print({code})").strip()

    def steps(self) -> int:
        return int(self.value("lab.trainer.steps_done"))

    def wait(self, condition: str) -> None:
        self.notebook.wait_for_kernel(condition.replace("lab.", f"{self.name}."))

    def new_frame(self) -> None:
        """Waits until a frame is on the screen that is not there now."""
        self.on_screen(int(self.canvas.get_attribute("data-frame")) + 1)

    def on_screen(self, frame: int) -> None:
        """Waits until this frame, or a newer one, is on the screen."""
        self.page.wait_for_function(
            "([canvas, frame]) => Number(canvas.dataset.frame) >= frame",
            arg=[self.canvas.element_handle(), frame],
        )

    def at_rest(self) -> str:
        """The picture, sharp and of what the kernel has now, as a data URL."""
        self.wait("not (lab.player.playing or lab.player._dirty or lab.player._queue)")
        self.on_screen(int(self.value("lab.canvas._frame")))
        assert self.canvas.get_attribute("data-form") == "image/png"
        return self.canvas.evaluate("canvas => canvas.toDataURL()")


def open_labs(lab_page: OpenNotebook, **cells: str) -> list[Explorer]:
    """Opens a notebook with a cell for each Lab, and waits for their first frames."""
    notebook = lab_page(list(cells.values()))
    notebook.run_all()
    labs = []
    for index, name in enumerate(cells):
        lab = Explorer(notebook, name, notebook.cell(index))
        lab.output.locator("canvas[data-frame]").wait_for()
        labs.append(lab)
    return labs


@pytest.fixture
def explorer(lab_page: OpenNotebook) -> Explorer:
    [lab] = open_labs(lab_page, lab=MAKE)
    yield lab
    assert lab.notebook.errors() == []
    assert lab.notebook.console_errors == []
    assert lab.notebook.iopub_errors == []


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
    handle = explorer.rate.locator(".noUi-handle")
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 70, y, steps=10)
    explorer.wait("lab.experiment.learning_rate < 0.1")
    explorer.new_frame()
    page.mouse.up()
    explorer.press("Pause")
    explorer.at_rest()

    shown = float(explorer.rate.locator(".widget-readout").inner_text())
    explorer.wait(f"lab.experiment.learning_rate == {shown}")
    assert explorer.value("lab.trainer.optimizer.learning_rate") == str(shown)
    assert len(explorer.value("lab.trainer.changes")) > len("[]")
    assert explorer.steps() > 0  # the run went on: nothing was started anew


def test_a_slider_does_not_round_what_the_experiment_says(lab_page):
    make = (
        "from nnlab import Lab\n"
        "lab = Lab(noise=0.125, learning_rate=0.0123, "
        "controls=('noise', 'learning_rate'))\n"
        "lab"
    )
    [lab] = open_labs(lab_page, lab=make)
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
    handle = explorer.rate.locator(".noUi-handle")
    handle.press("ArrowRight")
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
    explorer.wait("lab.live.pointed == (1, 0)")
    assert explorer.at_rest() != before
    explorer.page.mouse.move(5, 5)
    explorer.wait("lab.live.pointed is None")
    assert explorer.at_rest() == before


@pytest.mark.parametrize(
    ("field", "bad", "good", "message"),
    [
        ("hidden", "4, 0", "4, 2", "hidden=(4, 0) is not allowed"),
        ("batch size", "5000", "10", "batch_size=5000 is more than the 300"),
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


def test_a_rate_that_diverges_is_explained_on_the_lab(lab_page):
    make = (
        "from nnlab import Lab\n"
        "lab = Lab(activation='relu', loss='mse', learning_rate=100)\n"
        "lab"
    )
    [lab] = open_labs(lab_page, lab=make)
    lab.press("Play")
    words = lab.output.locator(".nnlab-message .wrong")
    words.get_by_text("of 8 networks have diverged").wait_for()
    lab.press("Reset")
    lab.wait("lab.trainer.steps_done == 0")
    assert lab.notebook.iopub_errors == []


def test_two_labs_side_by_side_do_not_disturb_each_other(lab_page):
    other = MAKE.replace("lab =", "other =").replace("\nlab", "\nother")
    first, second = open_labs(lab_page, lab=MAKE, other=other)
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
    notebook = lab_page([MAKE, "for line in range(100): print(line)"])
    notebook.run_all()
    lab, end = Explorer(notebook, "lab", notebook.cell(0)), notebook.cell(1)
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


def test_a_cell_run_again_leaves_one_task(explorer):
    explorer.press("Play")
    explorer.wait("lab.trainer.steps_done > 0")
    for _ in range(2):
        explorer.notebook.run_cell(0)
        explorer.output.locator("canvas[data-frame]").wait_for()
        explorer.press("Play")
        explorer.wait("lab.trainer.steps_done > 0")
    assert explorer.value(TASKS) == "1"


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
