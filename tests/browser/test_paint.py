"""Painting in a real JupyterLab: by the pointer, by keys alone, and while it plays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.browser import opened, place_notebook
from tests.support.explorer import Explorer, explorers

CELL = """
from nnlab import Lab
from nnlab.views import Curves, Neurons, Paint
lab = Lab(views=[Neurons(), Paint(), Curves()], data="moons", samples=100, hidden=(4,),
          controls=["data", "validation", "split_seed"], speed=300)
lab
"""
COUNT = "len(lab.session.data)"
LAST = "lab.session.data.x[-1].round(1).tolist()"
PLACE = """[float(v) for v in lab.paint._map.corner + lab.paint._map.side * (
    __import__('numpy').array({place}) - lab.paint._map.low)
    / (lab.paint._map.high - lab.paint._map.low)]"""
EMPTY = (0.0, -4.0)  # where no point of the moons is


@pytest.fixture(scope="module")
def painted(chromium, lab) -> Iterator[Explorer]:
    file = place_notebook([CELL], lab.root / "paint")
    with opened(file, chromium, lab, "lab") as notebook:
        notebook.run_all()
        [explorer] = explorers(notebook, "lab")
        yield explorer


@pytest.fixture
def explorer(painted) -> Iterator[Explorer]:
    """The Lab, with the points that it began with; nothing goes wrong with it."""
    while painted.value("lab.session.painting.can['undo']") == "True":
        painted.press("Undo")
        painted.wait("lab.player.at_rest()")
    painted.press("Paint")
    yield painted
    assert painted.notebook.errors() == []
    assert painted.notebook.console_errors == []
    assert painted.notebook.iopub_errors == []


def pixel(lab: Explorer, x: float, y: float) -> tuple[float, float]:
    """Where a place of the plane is in the window."""
    across, up = eval(lab.value(PLACE.format(place=[x, y])))
    box = lab.canvas.bounding_box()
    return box["x"] + across, box["y"] + box["height"] - up


def count(lab: Explorer, points: int) -> None:
    lab.wait(f"{COUNT} == {points}")
    lab.at_rest()


def test_the_pointer_paints_moves_erases_and_flips(explorer):
    lab, mouse = explorer, explorer.page.mouse
    plain = lab.at_rest()
    here, there = pixel(lab, *EMPTY), pixel(lab, EMPTY[0] + 2, EMPTY[1] + 1)
    mouse.click(*here)
    count(lab, 61)
    assert lab.at_rest() != plain
    mouse.move(*here)
    mouse.down()
    mouse.move(*there, steps=6)
    mouse.up()
    lab.wait(f"{LAST} == [2.0, -3.0]")
    lab.press("Flip")
    lab.wait("lab.paint.tools.tool == 'flip'")
    mouse.click(*there)
    lab.wait("lab.session.data.y[-1] == 1")
    lab.press("Erase")
    lab.wait("lab.paint.tools.tool == 'erase'")
    mouse.click(*there)
    count(lab, 60)
    for points, button in [(61, "Undo"), (60, "Redo"), (61, "Undo")]:
        lab.press(button)
        count(lab, points)
    lab.press("Paint")
    lab.wait("lab.paint.tools.tool == 'paint'")
    mouse.move(*here)
    mouse.down()
    mouse.move(here[0] + 120, here[1], steps=12)
    mouse.up()
    lab.wait(f"{COUNT} == 69")  # 8 points on 120 pixels
    lab.canvas.focus()
    lab.page.keyboard.press("Control+z")
    count(lab, 61)


def test_all_of_it_by_keys_alone(explorer):
    lab, keyboard = explorer, explorer.page.keyboard
    lab.canvas.focus()
    steps = lab.steps()
    for key in ("b", *["Shift+ArrowDown"] * 4, "c", "Enter"):
        keyboard.press(key)
    count(lab, 61)
    assert lab.value("int(lab.session.data.y[-1])") == "1" and lab.steps() == steps
    for key in ("m", "ArrowRight", "Shift+ArrowUp", "m", "f"):
        keyboard.press(key)
    lab.wait("lab.session.data.y[-1] == 0")
    moved = lab.value("(lab.session.data.x[-1] == lab.session.painting.cross).all()")
    assert moved == "True"
    lab.at_rest()
    words = lab.canvas.get_attribute("aria-label")
    assert "Crosshair at" in words and "on a training point (dot)" in words
    keyboard.press("e")
    count(lab, 60)
    keyboard.press("Control+z")
    count(lab, 61)
    keyboard.press("Control+Shift+z")
    count(lab, 60)
    for key in ("v", "Enter", "c", "v", "Escape"):
        keyboard.press(key)
    lab.wait("len(lab.session.parts.validation) == 21")
    lab.wait("lab.session.painting.cross is None")
    keyboard.press("ArrowRight")
    lab.wait(f"lab.trainer.steps_done == {steps + 1}")


def test_while_it_plays_one_paints_and_it_plays_on(explorer):
    lab, mouse = explorer, explorer.page.mouse
    here = pixel(lab, *EMPTY)
    lab.press("Play")
    steps = lab.steps()
    mouse.move(*here)
    mouse.down()
    mouse.move(here[0] + 100, here[1], steps=10)
    mouse.up()
    lab.wait(f"{COUNT} > 62")
    assert lab.value("lab.player.playing") == "True"
    lab.wait(f"lab.trainer.steps_done > {steps + 100}")
    lab.press("Clear")
    lab.output.locator(".wrong", has_text="Paint at least one training").wait_for()
    lab.press("Undo")
    lab.wait("lab.player.playing")
    lab.press("Pause")
    lab.at_rest()
