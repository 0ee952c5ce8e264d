"""A Lab in Voilà, which shows a notebook's outputs and no cells."""

from __future__ import annotations

import re

from tests.support.browser import place_notebook
from tests.support.explorer import source

FRAME = "([canvas, frame]) => Number(canvas.dataset.frame) > frame"


def steps(canvas) -> int:
    """How many steps the picture says, in words, have been made."""
    return int(re.search(r"step (\d+)", canvas.get_attribute("aria-label"))[1])


def test_the_first_lab_of_a_page_plays_and_answers(chromium, lab):
    cell = source(hidden=(3,), learning_rate=1, speed=300)
    file = place_notebook([cell], lab.root / "voila")
    with chromium.new_context() as context:
        page, errors = context.new_page(), []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(lab.address_of(file, "voila/render"))
        canvas = page.locator("canvas.nnlab-canvas[data-frame]")
        canvas.wait_for()
        assert steps(canvas) == 0 and page.locator(".jp-InputArea").count() == 0
        button = page.get_by_role("button", name="Play")
        shown = int(canvas.get_attribute("data-frame"))
        button.click()
        page.wait_for_function(FRAME, arg=[canvas.element_handle(), shown + 10])
        page.get_by_role("button", name="Pause").click()
        button.wait_for()
        page.locator("canvas[aria-label*='step 0 ']").wait_for(state="detached")
        made = steps(canvas)
        page.get_by_role("button", name="Mini-batch").click()
        page.locator(f"canvas[aria-label*='step {made + 1} ']").wait_for()
        assert made > 0 and errors == []
