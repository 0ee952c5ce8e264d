"""Questions in a real JupyterLab: read in the dark, taken back, and kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import NotebookPage, OpenNotebook

IMPORT = "from nnlab.lessons import Axes, Predict, score\n"
PICK = f'{IMPORT}few = Predict("How few?", pick=[1, 3, 8], answer=3)\nfew'
PLACE = 'many = Predict("How many?", place=(0, 100), answer=80, within=3)\nmany'
DRAW = 'curve = Predict("How?", draw=Axes((1, 9), (0, 1)), answer=[0, 1])\ncurve'
IN_LAB = (
    f"{IMPORT}from nnlab import Lab\n"
    'ask = Predict("How few?", pick=[1, 3, 8], answer=3, '
    'changes=lambda n: {"hidden": (n,)})\n'
    "lab = Lab(seeds=2, hidden=(2,), steps=20, ask=ask)\nlab"
)
CONTRASTS = """card => {
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => {
        const [r, g, b] = numbers(colour).map(c => c / 255).map(
            c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = element => {
        const {backgroundColor} = getComputedStyle(element);
        const [r, g, b, opacity = 1] = numbers(backgroundColor);
        return opacity === 1 ? backgroundColor : ground(element.parentElement);
    };
    const texts = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    const found = {};
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
        const [low, high] = [getComputedStyle(element).color, ground(element)]
            .map(light).sort((a, b) => a - b);
        found[texts.currentNode.data.trim()] = (high + 0.05) / (low + 0.05);
    }
    return found;
}"""  # WCAG 2.2, 1.4.3: of each text on what is behind it
LEAST = 4.5
RESTART = """async () => {
    await jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart();
}"""


@pytest.fixture
def opened(lab_page: OpenNotebook):
    """A function that opens a notebook of these cells and runs it; nothing goes wrong
    in it."""
    notebooks = []

    def open_it(*cells: str) -> NotebookPage:
        notebooks.append(lab_page(cells))
        notebooks[-1].run_all()
        return notebooks[-1]

    yield open_it
    for notebook in notebooks:
        assert notebook.errors() == [] and notebook.console_errors == []
        assert notebook.iopub_errors == []


def button(notebook: NotebookPage, cell: int, name: str):
    return notebook.cell(cell).get_by_role("button", name=name, exact=True)


def read(notebook: NotebookPage, cell: int) -> dict[str, float]:
    """The contrast of every text of a card."""
    card = notebook.cell(cell).locator(".nnlab-ask")
    return card.evaluate(CONTRASTS)


def test_a_question_without_a_lab_is_readable_in_the_dark(opened):
    notebook = opened(PICK, PLACE)
    notebook.command("apputils:change-theme", theme="JupyterLab Dark")
    notebook.page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    button(notebook, 1, "That is my guess").wait_for()
    texts = {**read(notebook, 0), **read(notebook, 1)}
    assert {"How few?", "1", "Skip", "50", "That is my guess"} <= {*texts}
    button(notebook, 0, "8").click()
    notebook.evaluate_in_kernel("many.reveal()")
    notebook.cell(1).get_by_text("does not count").wait_for()
    button(notebook, 0, "70 %").wait_for()
    texts |= read(notebook, 0) | read(notebook, 1)
    assert {"Change my guess", "70 %"} <= {*texts}
    button(notebook, 0, "70 %").click()
    notebook.evaluate_in_kernel("few.reveal()")
    notebook.cell(0).get_by_text("Not quite").wait_for()
    texts |= read(notebook, 0)
    assert {name: ratio for name, ratio in texts.items() if ratio < LEAST} == {}


def test_a_click_is_taken_back_with_keys_and_a_late_guess_does_not_count(opened):
    notebook = opened(PICK, PLACE)
    page = notebook.page
    button(notebook, 0, "8").focus()
    page.keyboard.press("Enter")
    for _ in range(5):  # over the degrees of sureness
        page.locator("button:focus", has_text=re.compile("guessing|%")).wait_for()
        page.keyboard.press("Tab")
    page.locator("button:focus", has_text="Change my guess").wait_for()
    page.keyboard.press("Enter")
    page.locator("button:focus", has_text="1").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press(" ")
    notebook.cell(0).get_by_text("You say 3").wait_for()
    page.locator("button:focus", has_text="only guessing").wait_for()
    page.keyboard.press("Enter")
    notebook.cell(0).get_by_text("You said 3").wait_for()

    notebook.evaluate_in_kernel("many.reveal()")
    notebook.cell(1).get_by_text("a guess made now does not count").wait_for()
    button(notebook, 1, "That is my guess").click()
    button(notebook, 1, "99 %").click()
    notebook.cell(1).get_by_text("It does not count").wait_for()
    told = notebook.evaluate_in_kernel("print(score())").splitlines()
    assert told[0] == "1 of 1 right" and told[-1].startswith("not quite How many?")


def test_a_guess_is_there_after_the_kernel_has_restarted(opened):
    notebook = opened(PICK, IN_LAB)
    button(notebook, 0, "8").click()
    button(notebook, 0, "70 %").click()
    notebook.cell(0).get_by_text("You said 8").wait_for()
    button(notebook, 1, "3").click()
    button(notebook, 1, "90 %").click()
    notebook.wait_for_kernel("lab.trainer.steps_done == 20")

    notebook.page.evaluate(RESTART)
    notebook.wait_until_ready()
    notebook.run_all()
    notebook.cell(0).get_by_text("You said 8").wait_for()
    assert button(notebook, 0, "Skip").count() == 0
    notebook.cell(1).get_by_text("You said 3").wait_for()
    notebook.wait_for_kernel("lab.trainer.steps_done == 20")
    assert notebook.evaluate_in_kernel("print(lab.experiment.hidden)") == "(3,)\n"
    notebook.cell(1).get_by_text("✓ Right").wait_for()
    [kept] = notebook.file.parent.glob(".nnlab-progress/*")
    assert kept.name == "notebook.json"


def test_a_curve_that_is_drawn_half_way_goes_on_at_its_last_height(opened):
    notebook = opened(f"{IMPORT}{DRAW}", DRAW.replace("curve", "other"))
    for cell, name, draw in (0, "curve", half_by_pointer), (1, "other", half_by_keys):
        canvas, heights = notebook.cell(cell).locator("canvas"), f"{name}.pad.heights"
        canvas.wait_for()
        draw(notebook, canvas)
        goes_on = f"{heights}[20] > 0.7 and set({heights}[20:]) == {{{heights}[20]}}"
        notebook.wait_for_kernel(f"{goes_on} and {heights}[0] < 0.6")
        canvas.focus()
        for key in ["ArrowLeft"] * 3 + ["ArrowDown"] * 3:  # back within what is drawn
            notebook.page.keyboard.press(key)
        notebook.wait_for_kernel(f"{heights}[17] < {heights}[16] and {goes_on}")


def half_by_pointer(notebook: NotebookPage, canvas) -> None:
    """From the left to the middle, upwards."""
    box, mouse = canvas.bounding_box(), notebook.page.mouse
    left, right, bottom = 56, 460 - 12, 250 - 42
    scale = box["width"] / 460
    y = {"low": box["y"] + bottom * scale - 10, "high": box["y"] + 30}
    mouse.move(box["x"] + left * scale, y["low"])
    mouse.down()
    mouse.move(box["x"] + (left + right) / 2 * scale, y["high"])
    mouse.up()


def half_by_keys(notebook: NotebookPage, canvas) -> None:
    """To the middle, and up."""
    canvas.focus()
    for key in ["ArrowRight"] * 20 + ["ArrowUp"] * 10:
        notebook.page.keyboard.press(key)
