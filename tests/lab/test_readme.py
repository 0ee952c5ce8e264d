"""The Labs in the README are as short as it says, and they live."""

import re
from pathlib import Path

from nnlab import Lab, views
from nnlab.lab import registry
from nnlab.lab.commands import KEYS
from nnlab.lab.paint import paint
from nnlab.lab.step_controls import SLOWLY

README = Path(registry.__file__).with_name("README.md").read_text(encoding="utf-8")
CELLS = re.findall(r"```python\n(.*?)```", README, re.S)


def made(cell: str) -> Lab:
    """The Lab that a cell ends in."""
    *lines, last = cell.strip().splitlines()
    names: dict = {}
    exec("\n".join(lines), names)
    return eval(last, names)


def test_every_view_is_in_the_list():
    rows = re.findall(r"^\| (`[A-Z].*?) \|", README, re.M)
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted([*listed, "View"]) == sorted(views.__all__)


def test_a_lab_of_ones_own_takes_fifteen_lines(act, see):
    async def scene():
        lab = made(CELLS[0])
        page = see(lab)
        await page.rest()
        kinds = [type(view).__name__ for view in lab.picture.views]
        assert kinds == ["Neurons", "Boundary", "Curves"]
        assert len(lab.controls.widgets) == 4
        await lab.run(steps=30)
        assert lab.trainer.steps_done == 30 and "step 30" in lab.canvas.text
        before = lab.trainer.network.parameters.copy()
        lab.controls.widgets["noise"].value = 0.3
        await page.rest()
        assert lab.experiment.noise == 0.3 and lab.trainer.steps_done == 0
        assert before.shape == lab.trainer.network.parameters.shape

    lines = [line for line in CELLS[0].splitlines() if line.strip()]
    assert len(lines) <= 15
    act(scene)


def test_the_lab_in_slow_motion_goes_there_and_back(act, see):
    async def scene():
        lab = made(CELLS[1])
        page = see(lab)
        await page.rest()
        for key in "....,,":
            await page.key(key)
            await page.rest()
        assert lab.session.stepper.slow.at == 1

    act(scene)


def test_in_the_lab_by_hand_a_slider_sets_what_the_script_does(act, see):
    async def scene():
        lab = made(CELLS[2])
        page = see(lab)
        await page.rest()
        page.turn(1, 1.25)
        await page.rest()
        assert lab.session.array("0.W", lab.selection.replica)[1, 0] == 1.25
        call = re.search(r"`lab\.session\.(set_by_hand\(.*?\))`", README)[1]
        eval(f"session.{call}", {"session": lab.session})
        assert lab.session.array("0.W", lab.selection.replica)[0, 1] == 0.5

    act(scene)


def test_the_lab_to_paint_on_learns_from_what_is_painted(act, see):
    async def scene():
        lab = made(CELLS[3])
        page = see(lab)
        await page.rest()
        before = lab.trainer.network.parameters.copy()
        for key in ("b", "Enter"):
            await page.key(key)
        await page.rest()
        assert len(lab.session.data) == 301 and lab.experiment.data.name == "painted"
        assert (lab.trainer.network.parameters == before).all()

    act(scene)


def test_every_key_of_slow_motion_is_in_the_table():
    section = README.split("## In slow motion")[1].split("\n## ")[0]
    said = re.findall(r"^\| `?(\S)`? \| ", section, re.M)
    assert {KEYS[key.lower()] for key in said} == SLOWLY


def test_every_key_of_painting_is_in_its_table():
    section = README.split("## To paint on")[1]
    said = " ".join(re.findall(r"^\| ([A-Z].*?) \| ", section, re.M)) + " Arrow"
    said = said.replace("Ctrl+Shift+", "Control+Shift+").replace("Ctrl+", "Control+")
    words = {*re.findall(r"[\w+]+", said.replace("Esc", "Escape"))}
    keys = {key.upper() if len(key) == 1 else key for key in paint.PAINT_KEYS}
    keys = {re.sub(r"(?<=\+)\w$", lambda m: m[0].upper(), key) for key in keys}
    keys |= {key.upper() if len(key) == 1 else key for key in paint.BRUSH_KEYS}
    arrows = {key for key in keys if "Arrow" in key}
    assert keys - arrows == words - {"Arrow", "arrows", "with", "Shift", "or"}
    assert "arrows, with Shift" in section and len(arrows) == 8


def test_every_file_of_the_lab_has_its_place_in_the_reading_order():
    order = README.split("in this order:")[1].split("\n\n")[0]
    named = {*re.findall(r"`(\w+)`", order)}
    assert named <= {path.stem for path in Path(registry.__file__).parent.glob("*.py")}
