"""The step in slow motion in a real JupyterLab: forth and back, by keys and buttons."""

import re

from tests.support.explorer import explorers

CELL = """
from nnlab import Lab
from nnlab.views import Factors, Flow, Stages
lab = Lab(views=[Flow(), Factors(), Stages()], data="xor", hidden=(3,), height=420,
          optimizer="momentum", controls=["learning_rate"])
lab
"""
NUMBERS = "lab.trainer.network.parameters.tobytes().hex()"
MOMENTS = 8


def at(lab, moment: int) -> str:
    """The sharp picture of this moment."""
    lab.wait(f"lab.session.stepper.slow and lab.session.stepper.slow.at == {moment}")
    return lab.at_rest()


def heights(lab) -> set[float]:
    """How high the Lab is, to see whether anything moved."""
    return {lab.output.locator(".nnlab-lab").bounding_box()["height"]}


def test_slow_motion_forth_and_back_ends_bit_for_bit_where_it_began(lab_page):
    notebook = lab_page([CELL])
    notebook.run_all()
    [lab] = explorers(notebook, "lab")
    lab.press("Epoch")
    lab.wait("lab.trainer.epoch_done == 1")
    lab.at_rest()
    began, high = lab.value(NUMBERS), heights(lab)
    lab.canvas.focus()
    pictures = []
    for moment in range(MOMENTS):
        lab.page.keyboard.press(".")
        pictures.append(at(lab, moment))
        high |= heights(lab)
    assert len({*pictures}) == MOMENTS and lab.value(NUMBERS) != began

    x, y = eval(lab.value("[float(v) for v in lab.picture.views[0].paths[0][4][4]]"))
    box = lab.canvas.bounding_box()
    lab.page.mouse.click(box["x"] + x, box["y"] + box["height"] - y)
    lab.wait("lab.selection.pinned == (0, 1, 1)")
    lab.page.mouse.move(5, 5)
    lab.wait("lab.selection.pointed is None")
    lab.at_rest()
    words = lab.canvas.get_attribute("aria-label")
    [shown] = re.findall(r"mean of δ · a over 32 samples is (\S+),", words)
    gradient = lab.value("f'{lab.trainer.gradient[0, 4]:.4g}'")
    assert shown == gradient.replace("-", "−")
    [actual] = re.findall(r"and the loss by (\S+), predicted", words)
    assert actual.startswith("−")
    lab.page.keyboard.press("Escape")
    lab.wait("lab.selection.pinned is None")
    assert lab.at_rest() == pictures[-1]

    for moment in reversed(range(MOMENTS - 1)):
        lab.press("Previous")
        assert at(lab, moment) == pictures[moment]
        high |= heights(lab)
    assert lab.value(NUMBERS) == began
    assert len(high) == 1
    lab.press("Auto")
    lab.wait("lab.session.stepper.slow.at >= 2")
    lab.press("Auto")
    lab.wait("not lab.player.playing")
    lab.press("Play")
    lab.wait("lab.trainer.steps_done > 50")
    lab.press("Pause")
    lab.at_rest()
    assert notebook.errors() == []
    assert notebook.console_errors == []
    assert notebook.iopub_errors == []
