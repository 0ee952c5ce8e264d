"""The first notebook in a real JupyterLab, as a learner meets it.

`ISLAND`, `RUIN` and so on are places of cells. Every test runs only the cells it needs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.conftest import NotebookPage, OpenNotebook

FIRST = "notebooks/00_start_here.ipynb"
CELLS = json.loads((Path(__file__).parents[2] / FIRST).read_text("utf-8"))["cells"]


def place(text: str) -> int:
    """The first code cell with this text."""
    return next(
        i
        for i, cell in enumerate(CELLS)
        if cell["cell_type"] == "code" and text in "".join(cell["source"])
    )


ISLAND, RUIN, STEPWISE = place("island()"), place("ruin()"), place("mini_batch()")
UPDATE, DIGITS, READER = place("def update"), place("digits()"), place("your_turn")
PLAYGROUND, END = place("playground()"), place("where_you_are(")
FAR = 60  # presses of Tab after which nothing more is to be hoped for
ACTIVE = "jupyterapp.shell.currentWidget.content.activeCellIndex"
FOCUSED = "element => element === document.activeElement"
WAY = """element =>
    element.compareDocumentPosition(document.activeElement) & 2 ? "Tab" : "Shift+Tab"
"""
SOURCE = "i => jupyterapp.shell.currentWidget.model.cells.get(i).sharedModel.source"


@dataclass
class Learner:
    """Someone at the notebook, with a keyboard and, if the test says so, a mouse."""

    notebook: NotebookPage

    @property
    def page(self):
        return self.notebook.page

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def cell(self, index: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def canvas(self, index: int) -> Locator:
        return self.cell(index).locator("canvas.nnlab-canvas")

    def button(self, index: int, name: str) -> Locator:
        with_icon = re.compile(rf"^\W*{re.escape(name)}$")
        return self.cell(index).get_by_role("button", name=with_icon)

    def go_to(self, index: int) -> None:
        """To a cell, with the arrow keys."""
        self.keys("Escape")
        for _ in range(FAR):
            at = self.page.evaluate(ACTIVE)
            if at == index:
                return
            self.keys("ArrowDown" if at < index else "ArrowUp")
        raise AssertionError(f"the arrow keys do not lead to cell {index}")

    def run(self) -> None:
        """The cell that is chosen, to its end."""
        index = self.page.evaluate(ACTIVE)
        self.keys("Shift+Enter")
        self.page.wait_for_function(f"{ACTIVE} === {index + 1}")
        self.page.wait_for_function(
            "i => jupyterapp.shell.currentWidget.model.cells.get(i).executionState"
            " === 'idle'",
            arg=index,
        )

    def tab_to(self, target: Locator) -> None:
        """Puts the focus there, with Tab alone, in the direction in which it lies."""
        target.wait_for()
        for way in (target.evaluate(WAY), "Tab", "Shift+Tab"):
            for _ in range(FAR):
                if target.evaluate(FOCUSED):
                    return
                self.keys(way)
        raise AssertionError(f"no Tab leads to {target}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        """A button, with the keyboard."""
        self.tab_to(target)
        self.keys(key)

    def says(self, index: int, text: str) -> None:
        self.cell(index).get_by_text(text).first.wait_for()

    def value(self, expression: str) -> str:
        return self.notebook.evaluate_in_kernel(f"print({expression})").strip()

    def wait(self, condition: str) -> None:
        self.notebook.wait_for_kernel(condition)


@pytest.fixture
def learner(lab_page: OpenNotebook):
    learner = Learner(lab_page(FIRST))
    yield learner
    assert learner.notebook.errors() == []
    assert learner.notebook.console_errors == []
    assert learner.notebook.iopub_errors == []


def test_with_the_keyboard_alone_through_the_whole_notebook(learner):
    learner.go_to(ISLAND)
    learner.run()
    learner.press(learner.button(ISLAND, "3"))
    learner.press(learner.button(ISLAND, "70 %"), " ")
    learner.says(ISLAND, "3 lines: all 8 networks fence the island in")
    learner.tab_to(learner.canvas(ISLAND))
    learner.keys("+")
    learner.wait("Out[1].experiment.hidden == (4,)")

    learner.go_to(RUIN)
    learner.run()
    learner.tab_to(learner.canvas(RUIN))
    learner.keys(" ")
    learner.wait("Out[2].trainer.steps_done > 0")
    learner.tab_to(learner.cell(RUIN).locator(".nnlab-slider .nnlab-range").first)
    learner.keys(*["ArrowRight"] * 3)
    learner.wait("Out[2].experiment.learning_rate == 0.006")
    assert learner.value("Out[2].trainer.steps_done > 0") == "True"
    learner.press(learner.button(RUIN, "Pause"))
    learner.wait("not Out[2].player.playing")

    learner.go_to(STEPWISE)
    learner.run()
    learner.press(learner.button(STEPWISE, "Mini-batch"))
    for stage in ("forward", "loss", "backward", "update"):
        learner.wait(f"stepwise.session.stepper.stage == {stage!r}")
    learner.wait("stepwise.trainer.steps_done == 1 and not stepwise.player.playing")

    learner.go_to(UPDATE)
    learner.run()
    learner.says(STEPWISE, "your code")
    learner.wait("stepwise.trainer.steps_done == 181")
    before = float(learner.value("stepwise.session.median('validation_loss')"))
    learner.go_to(UPDATE)
    learner.keys("Enter", "Control+Home", "ArrowDown", "End", "Shift+Home")
    learner.page.keyboard.type("return +rate * gradient")
    assert "+rate" in learner.page.evaluate(SOURCE, UPDATE)
    learner.run()
    learner.wait(f"stepwise.session.median('validation_loss') > {before} + 0.1")
    learner.says(STEPWISE, "your code")

    learner.go_to(DIGITS)
    learner.run()
    learner.tab_to(learner.cell(DIGITS).locator(".nnlab-ask .noUi-handle"))
    learner.keys("ArrowRight", "ArrowRight")
    placed = learner.cell(DIGITS).locator(".nnlab-ask .widget-readout").inner_text()
    assert int(placed) > 50
    learner.press(learner.button(DIGITS, "That is my guess"))
    learner.press(learner.button(DIGITS, "90 %"))
    learner.wait("digits.trainer.steps_done == 200")
    learner.says(DIGITS, "of 100 after")
    learner.tab_to(learner.canvas(DIGITS))  # the button that had the focus is gone

    learner.go_to(READER)
    learner.run()
    learner.press(learner.button(READER, "Show me the wrong ones"))
    learner.tab_to(learner.cell(READER).locator("input[type=text]").first)
    learner.page.keyboard.type("8")
    learner.press(learner.button(READER, "Compare"))
    learner.says(READER, "the network read none of these")
    assert learner.cell(READER).locator("input[type=text]").first.input_value() == "8"

    learner.go_to(PLAYGROUND)
    learner.run()
    learner.press(learner.button(PLAYGROUND, "All settings"))
    learner.cell(PLAYGROUND).get_by_label("batch size").wait_for()

    learner.go_to(END)
    learner.run()
    row = learner.cell(END).locator("tr", has_text="fence in the island")
    assert row.inner_text().split("\t")[2:] == ["3", "70%", "3"]
    row = learner.cell(END).locator("tr", has_text="Of 100 digits")
    assert row.inner_text().split("\t")[2] == placed
    row = learner.cell(END).locator("tr", has_text="00_start_here")
    assert row.inner_text().split("\t")[1] == "done"
    learner.press(learner.cell(END).get_by_role("link", name="01_data").last)
    learner.page.locator(".jp-mod-current", has_text="01_data").first.wait_for()


def test_a_typing_mistake_leaves_the_lab_alive_and_a_mended_version_runs(learner):
    learner.go_to(STEPWISE)
    learner.notebook.evaluate_in_kernel("from nnlab.lessons import start_here")
    learner.run()
    learner.press(learner.button(STEPWISE, "Mini-batch"))
    learner.wait("stepwise.trainer.steps_done == 1 and not stepwise.player.playing")
    for text, cell, shown in [
        ("rat", UPDATE, "name 'rat' is not defined (line 2 of its cell, in update)"),
        ("rate", STEPWISE, "your code"),
    ]:
        learner.go_to(UPDATE)
        learner.keys("Enter", "Control+Home", "ArrowDown", "End", "Shift+Home")
        learner.page.keyboard.type(f"return -{text} * gradient")
        learner.run()
        learner.says(cell, shown)
        learner.button(STEPWISE, "Play" if text == "rat" else "Pause").wait_for()
    learner.cell(UPDATE).locator("canvas[data-frame]").wait_for()  # was white
    learner.wait("stepwise.trainer.steps_done == 181")
    assert learner.cell(STEPWISE).locator(".nnlab-message .wrong").count() == 0


def test_pointing_lights_a_click_pins_and_plus_grows(learner):
    learner.notebook.evaluate_in_kernel("from nnlab.lessons import start_here")
    learner.go_to(RUIN)
    learner.run()
    lab = "Out[1]"
    canvas = learner.canvas(RUIN)
    canvas.scroll_into_view_if_needed()
    learner.wait(f"{lab}.canvas.viewers and {lab}.player.at_rest()")

    def mouse(place: str) -> None:
        """Moves to a place of the network's picture."""
        view = f"(lambda view: {place})({lab}.picture.views[0])"
        x, y = eval(learner.value(f"[float(side) for side in {view}]"))
        box = canvas.bounding_box()
        learner.page.mouse.move(box["x"] + x, box["y"] + box["height"] - y)

    mouse("view.centres[1][0]")
    learner.wait(f"{lab}.selection.pointed == (1, 0)")
    learner.page.mouse.down()
    learner.page.mouse.up()
    learner.wait(f"{lab}.selection.pinned == (1, 0)")
    mouse("(1, 1)")
    learner.wait(f"{lab}.selection.pointed is None and {lab}.selection.focus == (1, 0)")
    mouse("view.paths[0][1][7]")
    learner.wait(f"{lab}.selection.pointed == (0, 0, 1)")
    weight = learner.value(f"'%+.2f' % {lab}.trainer.network['0.W'][0, 0, 1]")
    learner.wait(f"'weight {weight} into' in {lab}.canvas.text")
    learner.page.wait_for_function(
        "([canvas, text]) => canvas.getAttribute('aria-label').includes(text)",
        arg=[canvas.element_handle(), f"weight {weight} into"],
    )

    before = learner.value(f"{lab}.trainer.network['0.W'].tolist()")
    mouse("[p for p, _, hidden in view.buttons if hidden == (4,)][0]")
    learner.wait(f"{lab}.canvas.cursor == 'pointer'")
    learner.page.mouse.down()
    learner.page.mouse.up()
    learner.wait(f"{lab}.experiment.hidden == (4,)")
    kept = f"{lab}.trainer.network['0.W'][..., :3].tolist()"
    assert learner.value(kept) == before


def test_the_island_asks_no_second_time(learner):
    for asked in (True, False):
        learner.go_to(ISLAND)
        learner.run()
        canvas = learner.canvas(ISLAND).and_(learner.page.locator("[data-frame]"))
        canvas.wait_for()
        assert learner.button(ISLAND, "Skip").count() == asked
        assert learner.cell(ISLAND).get_by_label("hidden").is_visible() == (not asked)
        if asked:
            learner.press(learner.button(ISLAND, "2"))
            learner.press(learner.button(ISLAND, "only guessing"))
            learner.wait("Out[1].trainer.steps_done > 0")
            learner.tab_to(learner.canvas(ISLAND))
    learner.says(ISLAND, "You said 2")
    assert learner.value("Out[2].experiment.hidden") == "(2,)"
