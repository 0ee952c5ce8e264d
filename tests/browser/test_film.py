"""Time as a film, in a real JupyterLab: the bar below the picture is followed, dragged
and typed into."""

import pytest

from tests.support.explorer import Explorer, thumb
from tests.support.probe import Probe

FILM = ".nnlab-film .nnlab-range"
STEP = ".nnlab-film .nnlab-number"


def shown(lab: Explorer) -> tuple[int, int, int]:
    """First and last step of the film, and where its thumb is."""
    slider = lab.output.locator(FILM)
    return tuple(slider.evaluate("s => [s.min, s.max, s.value].map(Number)"))


def test_the_thumb_moves_while_it_plays_and_is_right_whatever_ends_it(explorer):
    explorer.press("Play")
    explorer.wait("lab.trainer.steps_done > 50")
    places = []
    for _ in range(5):
        explorer.new_frame()
        places.append(shown(explorer))
    assert len({now for _, _, now in places}) > 2
    assert all(now == last for _, last, now in places)
    for button, steps in (("Stop", None), ("New seed", 0), ("Epoch", 10)):
        explorer.press(button)
        explorer.wait("not lab.player.playing")
        explorer.on_screen(int(explorer.value("lab.canvas._frame")))
        made = explorer.steps()
        assert steps is None or made == steps
        explorer.page.wait_for_function(
            "([s, made]) => Number(s.value) === made",
            arg=[explorer.output.locator(FILM).element_handle(), made],
        )
        assert explorer.output.locator(STEP).input_value() == str(made)


def test_the_picture_follows_the_hand(explorer):
    explorer.press("Play")
    explorer.wait("lab.trainer.steps_done > 400")
    explorer.press("Pause")
    explorer.at_rest()
    _, last, _ = shown(explorer)
    slider = explorer.output.locator(FILM)
    x, y = thumb(slider)
    left = slider.bounding_box()["x"] + 8
    probe = Probe(explorer.output)
    explorer.page.mouse.move(x, y)
    explorer.page.mouse.down()
    for i in range(1, 31):
        explorer.page.mouse.move(x + (left - x) * i / 60, y)
        explorer.page.wait_for_timeout(20)
    frames = [one for one in probe.drawn() if one["form"] == "image/jpeg"]
    assert len(frames) > 5  # while it is held
    explorer.wait(f"abs(lab.trainer.steps_done - {last} / 2) < 0.03 * {last}")
    explorer.page.mouse.up()
    explorer.at_rest()
    assert shown(explorer) == (0, last, explorer.steps())
    assert explorer.value("lab.session.later['step'][-1]") != ""
    assert explorer.value("any(n.get_visible() for n in lab.picture.views[2].now)") == (
        "True"
    )


def test_a_step_is_typed_and_nothing_else_moves_the_film(explorer):
    explorer.press("Epoch")
    explorer.wait("lab.trainer.steps_done > 5")
    explorer.at_rest()
    last = explorer.steps()
    number = explorer.output.locator(STEP)
    number.fill("3")
    number.press("Enter")
    explorer.wait("lab.trainer.steps_done == 3")
    explorer.at_rest()
    assert shown(explorer) == (0, last, 3)
    number.fill("999")
    number.press("Enter")
    wrong = explorer.output.locator(".nnlab-message .wrong")
    wrong.get_by_text("step=999 is not on the tape").wait_for()
    explorer.output.locator(FILM).press("ArrowRight")
    explorer.wait("lab.trainer.steps_done == 4")
    explorer.canvas.focus()
    explorer.page.keyboard.press("ArrowLeft")
    explorer.wait("lab.trainer.steps_done == 3")


@pytest.mark.parametrize("views", [["Boundary", "WeightedSum"]])
def test_sliders_of_weights_move_while_it_trains(open_lab, views):
    lab = open_lab(views=views, hidden=(3,), learning_rate=1, speed=1000)
    first = lab.slider("w₁ of x₁").locator(".nnlab-number")
    before = first.input_value()
    lab.press("Play")
    seen = set()
    for _ in range(20):
        lab.page.wait_for_timeout(50)
        seen.add(first.input_value())
    assert lab.value("lab.player.playing") == "True"
    assert len(seen - {before}) >= 3
