"""What is drawn and checked, in a real JupyterLab: by pointer and by keyboard."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook

ASK = """from nnlab.lab.predict.predict import Predict
from nnlab.lab.predict.curve_input import Axes
ask = Predict("How does it go?", draw=Axes((1, 100), (0, 1), "samples", "accuracy"),
              answer=[0.5, 0.9, 0.95], within=0.1)
ask"""
NOTEBOOK = Path(__file__).parents[2] / "notebooks/01_data.ipynb"
CELLS = ["".join(c["source"]) for c in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]]
SET = """([i, code]) => {
    const cell = jupyterapp.shell.currentWidget.model.cells.get(i);
    cell.sharedModel.setSource(code);
}"""
HEIGHTS = "print([round(y, 2) for y in ask.pad.heights])"


def test_a_curve_is_drawn_with_the_pointer_and_with_keys(lab_page: OpenNotebook):
    notebook = lab_page([ASK])
    notebook.run_all()
    cell, mouse = notebook.cell(0), notebook.page.mouse
    canvas = cell.locator("canvas")
    canvas.wait_for()

    def heights() -> list[float]:
        return eval(notebook.evaluate_in_kernel(HEIGHTS))

    def until(condition) -> None:
        for _ in range(100):
            if condition():
                return
            notebook.page.wait_for_timeout(50)
        raise AssertionError(heights())

    box = canvas.bounding_box()
    mouse.move(box["x"] + 0.05 * box["width"], box["y"] + 0.8 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.99 * box["width"], box["y"] + 0.01 * box["height"])
    mouse.up()
    until(lambda: heights()[-1] == 1)
    drawn = heights()
    assert drawn == sorted(drawn) and drawn[0] < 0.1
    for _ in range(3):
        notebook.page.keyboard.press("ArrowDown")
    until(lambda: heights()[-1] < 0.95)
    assert heights()[:-1] == drawn[:-1]
    assert "0.925 on the right" in canvas.get_attribute("aria-label")
    cell.get_by_role("button", name="That is my guess").click()
    cell.get_by_role("button", name="70 %").click()
    cell.get_by_text(re.compile("Your guess is locked")).wait_for()
    canvas.focus()
    locked = heights()
    notebook.page.keyboard.press("ArrowDown")
    notebook.evaluate_in_kernel("ask.pad.truth = list(ask._answer().heights)")
    notebook.page.wait_for_timeout(200)
    assert heights() == locked
    assert notebook.errors() == []


def test_01_runs_from_the_top_and_an_answer_is_checked(lab_page: OpenNotebook):
    notebook = lab_page("notebooks/01_data.ipynb")
    notebook.run_all(timeout=30)
    assert notebook.errors() == [] and notebook.console_errors == []
    fill = next(i for i, cell in enumerate(CELLS) if '.check("...")' in cell)
    code = "data.standardize.check('np.mean(train, axis=0)')"
    notebook.page.evaluate(SET, [fill, code])
    notebook.run_cell(fill)
    said = notebook.cell(fill).get_by_text("✓ Right")
    said.wait_for()
    assert "It runs in the explorer now." in said.inner_text()
    assert notebook.iopub_errors == []
