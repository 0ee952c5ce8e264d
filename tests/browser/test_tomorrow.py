"""A notebook that was run, saved and left: loaded anew, and opened tomorrow.

The law: what an output shows it shows as it was left, and it says what to do; where the
kernel is still there, it is alive.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import opened, place_notebook

if TYPE_CHECKING:
    from tests.support.page import NotebookPage

LAB, QUESTION, READER, CARD, TOSS = range(1, 6)
CELLS = [
    "from nnlab import Lab\n"
    "from nnlab.lab.predict.misread_digits import Reader\n"
    "from nnlab.lab.predict.predict import Predict",
    "lab = Lab(hidden=(3,), learning_rate=1, speed=1000)\nlab",
    "Predict('How many sides has a triangle?', answer=3, pick=[2, 3, 4])",
    "Reader(lab)",
    "from nnlab.lessons import data\ndata.stratified",
    "coins + 1",
    "coins = 3",
]
ROOTS = {LAB: "lab", QUESTION: "ask", READER: "lab", CARD: "card"}
SENTENCE = '"Its kernel has ended or was restarted: run the cell above again."'
STATE = "application/vnd.jupyter.widget-state+json"
SMALL = """canvas => {
    const small = new OffscreenCanvas(88, 38), pen = small.getContext("2d");
    pen.drawImage(canvas, 0, 0, 88, 38);
    return [...pen.getImageData(0, 0, 88, 38).data];
}"""
SENTENCES = """() => {
    const dead = [...document.querySelectorAll(".jupyter-widgets-disconnected")];
    const before = dead.map(part => getComputedStyle(part, "::before").content);
    return before.filter(content => content !== "none");
}"""
LOOK = """root => {
    const said = getComputedStyle(root, "::before");
    const part = getComputedStyle(root.firstElementChild);
    const colours = [said.color, said.backgroundColor];
    return [colours.map(one => one.match(/\\d+/g).map(Number)), part.opacity,
        part.pointerEvents];
}"""
RESTART = "jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"


def small(notebook: NotebookPage) -> list[int]:
    """The picture of the Lab made small: four numbers a pixel."""
    canvas = notebook.cell(LAB).locator("canvas.nnlab-canvas")
    canvas.wait_for()
    notebook.page.wait_for_function(
        "canvas => canvas.width !== 300", arg=canvas.element_handle()
    )
    return canvas.evaluate(SMALL)


def apart(one: list[int], other: list[int]) -> float:
    """How far apart two pictures are on average, of 255."""
    return sum(abs(a - b) for a, b in zip(one, other)) / len(one)


def luminance(colour: list[int]) -> float:
    """The relative luminance of a colour, as WCAG 2 defines it."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (part / 255 for part in colour)
    ]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear))


def check_dead(notebook: NotebookPage) -> None:
    """Each of the four is pale, takes no clicks, and says what to do, readably."""
    for index, root in ROOTS.items():
        part = notebook.cell(index).locator(f".nnlab-{root}")
        part.wait_for()
        colours, opacity, events = part.evaluate(LOOK)
        dark, light = sorted(map(luminance, colours))
        assert (light + 0.05) / (dark + 0.05) >= 4.5
        assert float(opacity) < 1 and events == "none"
    assert notebook.page.evaluate(SENTENCES) == [SENTENCE] * len(ROOTS)
    assert notebook.page.get_by_text("model not found").count() == 0


def press(notebook: NotebookPage, button: str) -> None:
    notebook.cell(LAB).get_by_role("button", name=button).click()


def play(notebook: NotebookPage) -> list[int]:
    """Plays for a while; returns the picture at rest."""
    fresh = small(notebook)
    press(notebook, "Play")
    notebook.wait_for_kernel("lab.trainer.steps_done > 300")
    press(notebook, "Pause")
    notebook.wait_for_kernel("lab.player.at_rest()")
    sharp = notebook.cell(LAB).locator("canvas[data-form='image/png']")
    frame = notebook.evaluate_in_kernel("print(lab.canvas._frame)").strip()
    sharp.and_(notebook.page.locator(f"[data-frame='{frame}']")).wait_for()
    assert apart(small(notebook), fresh) > 5
    return small(notebook)


def states(file: Path) -> set[str]:
    return {*json.loads(file.read_text("utf-8"))["metadata"]["widgets"][STATE]["state"]}


@pytest.fixture(scope="module")
def left(chromium, lab):
    """A notebook that was run but for a cell, saved and left, and its picture then."""
    file = place_notebook(CELLS, lab.root / "tomorrow")
    with opened(file, chromium, lab) as notebook:
        for index in (0, *ROOTS):
            notebook.run_cell(index)
        picture = play(notebook)
        notebook.command("docmanager:save")
        assert notebook.console_errors == [] and notebook.errors() == []
    return file, picture


@pytest.mark.parametrize("interface", ["lab", "notebooks"])
def test_tomorrow_each_output_is_as_it_was_left(left, chromium, lab, interface):
    file, picture = left
    with opened(file, chromium, lab, interface) as notebook:
        assert apart(small(notebook), picture) < 2
        check_dead(notebook)
        assert not [error for error in notebook.console_errors if "widget" in error]


def test_tomorrow_a_cell_out_of_order_says_which_to_run_and_nothing_is_lost(
    left, chromium, lab
):
    file, _ = left
    before = states(file)
    with opened(file, chromium, lab) as notebook:
        notebook.run_cell(TOSS)
        output = notebook.cell(TOSS).locator(".jp-OutputArea")
        output.get_by_text("name 'coins' is not defined").wait_for()
        output.get_by_text(
            "coins is made in the cell that begins `coins = 3`"
        ).wait_for()
        notebook.command("docmanager:save")
        assert states(file) == before
        for index in (0, LAB):  # it goes on, and what it replaces is not kept
            notebook.run_cell(index)
        small(notebook)
        notebook.command("docmanager:save")
        after = states(file)
        assert after - before and len(after) == len(before) + 2  # another style sheet


def test_loaded_anew_it_is_alive_and_after_a_restart_it_says_so(chromium, lab):
    file = place_notebook(CELLS, lab.root / "today")
    with opened(file, chromium, lab) as notebook:
        for index in (0, LAB):
            notebook.run_cell(index)
        picture = play(notebook)
        notebook.command("docmanager:save")
        notebook.page.reload()
        notebook.wait_until_ready()
        assert apart(small(notebook), picture) < 2
        made = int(notebook.evaluate_in_kernel("print(lab.trainer.steps_done)"))
        press(notebook, "Mini-batch")
        notebook.wait_for_kernel(f"lab.trainer.steps_done == {made + 1}")
        assert notebook.page.evaluate(SENTENCES) == []
        for index in (QUESTION, READER, CARD):
            notebook.run_cell(index)
        notebook.page.evaluate(RESTART)
        notebook.wait_until_ready()
        everywhere = f"count => ({SENTENCES})().length === count"
        notebook.page.wait_for_function(everywhere, arg=len(ROOTS))
        check_dead(notebook)
        notebook.run_cell(0)
        notebook.run_cell(LAB)
        press(notebook, "Mini-batch")
        notebook.wait_for_kernel("lab.trainer.steps_done == 1")
        assert notebook.page.evaluate(SENTENCES) == [SENTENCE] * (len(ROOTS) - 1)
        assert notebook.console_errors == []
