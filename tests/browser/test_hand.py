"""Weights by hand in a real JupyterLab: by the pointer, and by keys alone."""

import re
from collections.abc import Iterator

import pytest

from tests.support.explorer import Explorer, explorers, thumb

CELL = "from nnlab.lessons import forward\nlab = forward.network()\nlab"
NUMBERS = "lab.trainer.network.parameters.tobytes().hex()"


@pytest.fixture
def lab(lab_page) -> Iterator[Explorer]:
    """The Lab of one hidden layer, with which nothing goes wrong."""
    notebook = lab_page([CELL])
    notebook.run_all()
    [lab] = explorers(notebook, "lab")
    lab.at_rest()
    yield lab
    assert notebook.errors() == []
    assert notebook.console_errors == []
    assert notebook.iopub_errors == []


def slider(lab: Explorer, label: str):
    """The slider with this label."""
    return lab.slider(label).locator(".nnlab-range")


def number(lab: Explorer, label: str):
    """The number beside that slider."""
    return lab.slider(label).locator(".nnlab-number")


def reading(lab: Explorer, label: str) -> float:
    """What it says."""
    return float(number(lab, label).input_value().replace("−", "-"))


def pixel(lab: Explorer, place: str) -> tuple[float, float]:
    """Where on the page a place of the picture is, from its lower left corner."""
    x, y = eval(lab.value(f"[float(v) for v in {place}]"))
    box = lab.canvas.bounding_box()
    return box["x"] + x, box["y"] + box["height"] - y


def words(lab: Explorer) -> str:
    """What the picture shows, once it is at rest."""
    lab.at_rest()
    return lab.canvas.get_attribute("aria-label")


def test_a_slider_dragged_moves_the_weight_the_map_and_the_numbers(lab):
    before, said = lab.at_rest(), words(lab)
    middle = thumb(slider(lab, "w₂ of x₂"))
    lab.page.mouse.move(*middle)
    lab.page.mouse.down()
    frame = int(lab.canvas.get_attribute("data-frame"))
    lab.page.mouse.move(middle[0] + 40, middle[1], steps=8)
    lab.on_screen(frame + 1)  # while it is held
    lab.page.mouse.up()
    assert lab.at_rest() != before
    weight = float(lab.value("lab.session.array('0.W', lab.selection.replica)[1, 0]"))
    assert reading(lab, "w₂ of x₂") == pytest.approx(weight, abs=1e-6)
    assert f"{weight:.3g}".replace("-", "−") in words(lab) != said
    assert lab.value("lab.trainer.changes[-1][1]") == "0.W[1, 0] of seed 0"
    assert lab.value("len(lab.trainer.changes)") == "1"


def test_a_click_on_a_neuron_gives_its_sliders_and_the_map_its_place(lab):
    for unit in (1, 2):
        place = f"lab.picture.views[0].centres[1][{unit}]"
        lab.page.mouse.click(*pixel(lab, place))
        lab.wait(f"lab.selection.pinned == (1, {unit})")
        lab.at_rest()
        weight = float(
            lab.value(f"lab.session.array('0.W', lab.selection.replica)[0, {unit}]")
        )
        assert reading(lab, "w₁ of x₁") == pytest.approx(weight, abs=0.00051)
    corner = "lab.picture.views[1].corner"
    x, y = pixel(lab, corner)
    lab.page.mouse.move(x + 60, y - 60)
    lab.wait("lab.selection.over is not None")
    there = eval(lab.value("lab.selection.over.tolist()"))
    assert f"at x₁ = {there[0]:.3g}".replace("-", "−") in words(lab)
    lab.page.mouse.move(5, 5)
    lab.wait("lab.selection.over is None")
    assert "at training sample 1" in words(lab)


def test_by_keys_alone(lab):
    numbers = lab.value(NUMBERS)
    lab.canvas.focus()
    for key in ("p", "p"):
        lab.page.keyboard.press(key)
    lab.wait("lab.selection.pinned == (1, 1)")
    lab.page.keyboard.press("s")
    lab.wait("lab.selection.row(lab.session) == 1")
    for _ in range(2):
        lab.page.keyboard.press("Shift+ArrowUp")
    lab.wait("lab.selection.place is not None")
    assert re.search(r"Weighted sum of neuron 2 of layer 1 at x₁ = ", words(lab))
    assert lab.value(NUMBERS) == numbers and lab.value("lab.trainer.steps_done") == "0"
    for _ in range(60):  # the sliders come after the picture
        lab.page.keyboard.press("Tab")
        label = lab.page.evaluate("document.activeElement.ariaLabel")
        if label == "w₁ of x₁":
            break
    before = float(lab.value("lab.session.array('0.W', lab.selection.replica)[0, 1]"))
    for _ in range(5):
        lab.page.keyboard.press("ArrowRight")
    lab.wait(f"lab.session.array('0.W', lab.selection.replica)[0, 1] > {before + 0.04}")
    after = float(lab.value("lab.session.array('0.W', lab.selection.replica)[0, 1]"))
    assert after == pytest.approx(before + 0.05, abs=0.0051)
    assert round(after, 2) == pytest.approx(after, abs=1e-6)  # a mark
    lab.press("Epoch")
    lab.wait("lab.trainer.epoch_done == 1")
    lab.at_rest()
    value = float(lab.value("lab.session.array('0.W', lab.selection.replica)[0, 1]"))
    assert reading(lab, "w₁ of x₁") == pytest.approx(value, abs=0.0051)


def test_to_look_at_another_neuron_moves_no_weight(lab):
    """The weights are large, and each neuron's sliders have ranges of their own."""
    lab.notebook.evaluate_in_kernel(
        "import numpy as np; rng = np.random.default_rng(0)\n"
        "lab.trainer.network.parameters[...] = rng.uniform(-12, 12, (1, 13))\n"
        "lab.player.post(lab.player.refresh)"
    )
    lab.at_rest()
    before = lab.value(NUMBERS)
    for _ in range(9):  # twice round
        lab.canvas.press("p")
        lab.at_rest()
        lab.page.wait_for_timeout(150)  # for a page that says something back
    lab.at_rest()
    assert lab.value(NUMBERS) == before


def test_the_ring_is_where_the_pointer_stopped(lab):
    """However fast it went there."""
    view = "lab.picture.views[1]"
    found = lab.value(f"[*map(float, [*{view}.corner, {view}.side])]")
    left, bottom, side = eval(found)
    box = lab.canvas.bounding_box()
    ways = [(left + s * side, bottom + s * side) for s in (0.2, 0.4, 0.6, 0.35)]
    places = [[box["x"] + x, box["y"] + box["height"] - y] for x, y in ways]
    lab.canvas.evaluate(
        """(canvas, places) => places.forEach(([clientX, clientY]) => {
            const where = { clientX, clientY };
            canvas.dispatchEvent(new PointerEvent("pointermove", where));
        })""",
        places,
    )
    there = "lab.picture.views[1].place({}, {})".format(*ways[-1])
    lab.wait(f"__import__('numpy').allclose(lab.selection.over, {there}, atol=0.02)")


def test_a_number_is_typed_where_a_slider_is_too_coarse(lab):
    number(lab, "w₂ of x₂").click()  # all of it is selected
    lab.page.keyboard.type("-1.37")
    lab.page.keyboard.press("Enter")
    lab.wait("abs(lab.session.array('0.W', lab.selection.replica)[1, 0] + 1.37) < 1e-6")
    assert reading(lab, "w₂ of x₂") == -1.37
    assert lab.steps() == 0
