"""What is drawn and checked, in a real JupyterLab: by pointer and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import NotebookPage, OpenNotebook

ASK = """from nnlab.lab.predict.predict import Predict
from nnlab.lab.predict.curve_input import Axes
ask = Predict("How does it go?", draw=Axes((1, 100), (0, 1), "samples", "accuracy"),
              answer=[0.5, 0.9, 0.95], within=0.1)
ask"""
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
    notebook.evaluate_in_kernel("ask.pad.truth = list(ask._asked.answer().heights)")
    notebook.page.wait_for_timeout(200)
    assert heights() == locked
    assert notebook.errors() == []


# On its card

ASKED = "from nnlab.lessons import data\ndata.standardize"
WRITE = """import numpy as np

def standardize(train, other):
    mean = np.vstack([train, other]).mean(axis=0)
    return train - mean, other - mean

data.standardize.check(standardize)"""
LAB = """from nnlab import Lab
lab = Lab(data="wine", hidden=(4,), seeds=2)
data.standardize.into(lab)"""
QUESTION = "data.ask_coins()"
BLANK = "np.mean(train, axis=0)"


@dataclass
class Hand:
    """Who works an exercise on its card, with keys alone."""

    notebook: NotebookPage
    card: Locator

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.notebook.page.keyboard.press(key)

    def tab_to(self, *names: str) -> None:
        """To a button or a field, by Tab."""
        for _ in range(12):
            focused = self.notebook.page.evaluate(
                "document.activeElement.ariaLabel ?? document.activeElement.textContent"
            )
            if focused.startswith(names):
                return
            self.keys("Tab")
        raise AssertionError(f"no Tab leads to {names}")

    def lines(self) -> list[int]:
        found = self.card.locator("li").evaluate_all(
            "lines => lines.map((line) => Number(line.dataset.number))"
        )
        return [*map(int, found)]

    def order(self, wanted: list[int]) -> None:
        """Move each line up to its place; the focus is on the first line."""
        self.keys(*["ArrowUp"] * len(wanted))
        for place, number in enumerate(wanted):
            at = self.lines().index(number)
            self.keys(*["ArrowDown"] * (at - place), *["Shift+ArrowUp"] * (at - place))
            self.keys("ArrowDown")
        assert self.lines() == wanted

    def says(self, kind: str, text: str = "") -> Locator:
        said = self.card.locator(f".nnlab-note.{kind}:visible", has_text=text)
        said.wait_for()
        return said

    def dots(self) -> str:
        return "".join(self.card.locator(".nnlab-dot").all_inner_texts())


@pytest.fixture
def interface() -> str:
    """JupyterLab, unless a test says otherwise."""
    return "lab"


@pytest.fixture
def hand(interface: str, lab_page: OpenNotebook) -> Iterator[Hand]:
    notebook = lab_page([ASKED, WRITE, LAB, QUESTION], interface)
    notebook.run_all()
    card = notebook.cell(0).locator(".nnlab-card")
    card.locator("li").first.wait_for()
    yield Hand(notebook, card)
    assert notebook.errors() == [] and notebook.console_errors == []
    assert notebook.iopub_errors == []


@pytest.mark.parametrize("interface", ["lab", "notebooks"])
def test_an_exercise_is_done_on_its_card_with_keys_alone(hand):
    badge = hand.notebook.cell(2).locator(".nnlab-badge")
    assert badge.inner_text() == "standardize(): ours, until yours is right"
    hand.card.get_by_role("tab").first.focus()  # the third was tried, in its cell
    assert hand.dots() == "○○◐"
    hand.tab_to("line 1 of 4")
    wanted = eval(
        hand.notebook.evaluate_in_kernel("print(data.standardize.formats.order)")
    )
    hand.order([wanted[0], wanted[2], wanted[1], wanted[3]])
    hand.keys("Enter")
    wrong = hand.says("wrong", "deviation is used here before")
    line = hand.card.locator("li.wrong")
    assert "np.where" in line.inner_text()
    assert abs(wrong.bounding_box()["y"] - line.bounding_box()["y"]) < 8
    hand.order(wanted)
    hand.keys("Enter")
    hand.says("right")
    assert badge.inner_text() == "your code"
    hand.tab_to("Next: fill the blank")
    hand.keys("Enter")
    hand.tab_to("the blank")
    hand.notebook.page.keyboard.type("other.mean(axis=0)")
    hand.keys("Enter")
    hand.says("wrong", "random cases")
    hand.keys("Control+a")
    hand.notebook.page.keyboard.type(BLANK)
    hand.keys("Enter")
    hand.says("right", "It runs in the explorer now")
    for _ in range(3):
        hand.tab_to("Hint", "Next hint")
        hand.keys("Enter")
        hand.notebook.page.wait_for_timeout(100)
    hand.tab_to("Solution")
    hand.keys("Enter")
    hand.tab_to("Show it")
    hand.keys("Enter")
    solution = hand.card.locator(".nnlab-hint.solution")
    solution.wait_for()
    assert "return (train - mean) / deviation" in solution.inner_text()
    assert hand.card.locator(".nnlab-hint").count() == 4
    assert hand.dots() == "●●◐"


def test_a_line_is_dragged_to_its_place(hand):
    mouse = hand.notebook.page.mouse
    before = hand.lines()
    first, last = (hand.card.locator("li").nth(i).bounding_box() for i in (0, 3))
    mouse.move(last["x"] + 60, last["y"] + 10)
    mouse.down()
    mouse.move(first["x"] + 60, first["y"] + 20, steps=4)
    mouse.move(first["x"] + 60, first["y"] + 3, steps=2)
    mouse.up()
    assert hand.lines() == [before[3], *before[:3]]
    kept = "[*data.standardize.listeners][0].widget.order"
    hand.notebook.wait_for_kernel(f"{kept} == {hand.lines()}")
    hand.keys("Shift+ArrowDown")  # it has the focus
    assert hand.lines() == [before[0], before[3], *before[1:3]]


def test_axe_finds_nothing_serious(hand):
    """In the card, on each of its rungs; in a Lab; and in a question."""
    seen = []
    for rung in range(3):
        hand.card.get_by_role("tab").nth(rung).click()
        seen.append(faults(hand.notebook.page, ".nnlab-card"))
    hand.notebook.cell(3).locator(".nnlab-ask .noUi-handle").wait_for()
    seen += [faults(hand.notebook.page, part) for part in (".nnlab-lab", ".nnlab-ask")]
    assert seen == [[]] * 5
    sliders = hand.notebook.cell(2).get_by_role("slider")
    names = sliders.evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert names == ["noise", "learning rate", "step"]  # each by what stands before it


def faults(page: Page, selector: str) -> list[str]:
    """Violations of WCAG that axe-core calls serious or critical, within a part."""
    found = Axe().run(page, context={"include": [[selector]]}).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
