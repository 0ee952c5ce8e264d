"""What is painted is learned from at once, in mid-run, by pointer and by keys alike."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import Lab
from nnlab.lab.paint.paint import APART, LEAP, STEP
from nnlab.lab.paint.tools import PRESSED, TOOLS
from nnlab.views import Boundary, Curves, HiddenSpace, Neurons, Paint
from nnlab.views.drawing.number_format import plain
from nnlab.views.figure import status

SMALL = {"data": "moons", "samples": 100, "seeds": 2, "hidden": (3,), "speed": 1000}


async def opened(see, **more):
    lab = Lab(views=[Neurons(), Paint(), Curves()], **{**SMALL, **more})
    page = see(lab)
    await page.rest()
    return lab, page


def pixel(lab: Lab, place) -> tuple[float, float]:
    """Where a place of the plane is on the picture."""
    view = lab.paint._map
    share = (np.asarray(place) - view.low) / (view.high - view.low)
    return tuple(float(v) for v in view.corner + share * view.side)


async def stroke(page, *places) -> None:
    """The pointer pressed at the first place, moved along, and let go at the last."""
    pixels = [pixel(page.lab, place) for place in places]
    for name, (x, y) in zip(["press", *["drag"] * len(pixels)], pixels):
        page.say(name, x=x, y=y)
    page.say("release", x=pixels[-1][0], y=pixels[-1][1])
    await page.rest()


async def keys(page, *names: str) -> None:
    for name in names:
        await page.key(name)
    await page.rest()


def points(lab: Lab):
    data = lab.experiment.dataset()
    return sorted(zip(data.x.round(6).tolist(), data.y.tolist(), data.parts.tolist()))


def at(x: float, y: float) -> np.ndarray:
    return np.array([x, y], float)


WAYS = {
    "ArrowLeft": (-1, 0),
    "ArrowRight": (1, 0),
    "ArrowDown": (0, -1),
    "ArrowUp": (0, 1),
}
EMPTY = at(0, -3.4)  # no point of the moons is near


def test_a_click_paints_with_the_brush_and_the_picture_shows_it(act, see):
    async def scene():
        lab, page = await opened(see)
        parts, plain = lab.session.parts, lab.still()
        await stroke(page, EMPTY)
        assert len(lab.session.data) == len(parts.train) + 1
        assert_array_equal(lab.session.data.x[-1].round(9), EMPTY)
        assert lab.session.data.y[-1] == 0 and lab.still() != plain
        lab.paint.tools.parts["validation"].click()
        lab.paint.tools.brushes.children[1].click()
        await page.rest()
        pressed = [PRESSED in b._dom_classes for b in lab.paint.tools.brushes.children]
        assert pressed == [False, True]
        await stroke(page, -EMPTY)
        validation = lab.session.parts.validation
        assert len(validation) == len(parts.validation) + 1
        assert validation.y[-1] == 1
        assert lab.session.parts.test_size == parts.test_size
        assert lab.experiment.data.name == "painted"

    act(scene)


def test_a_drag_on_a_point_moves_it_and_one_undo_puts_it_back(act, see):
    async def scene():
        lab, page = await opened(see)
        await stroke(page, EMPTY)
        before = points(lab)
        way = [EMPTY + at(step / 4, step / 8) for step in range(6)]
        await stroke(page, *way)
        data = lab.session.data
        assert_array_equal(data.x[-1].round(9), way[-1])
        assert len(points(lab)) == len(before) and data.y[-1] == 0
        await keys(page, "z")
        assert points(lab) == before

    act(scene)


def test_a_point_dragged_out_of_the_map_stays_at_its_edge(act, see):
    async def scene():
        lab, page = await opened(see)
        await stroke(page, EMPTY)
        await stroke(page, EMPTY, EMPTY - at(0, 50))
        low, _ = lab.session.painting.window
        assert_array_equal(lab.session.data.x[-1].round(9), [EMPTY[0], low[1]])

    act(scene)


def test_a_spray_is_calm_and_one_undo_takes_it_away(act, see):
    async def scene():
        lab, page = await opened(see)
        await stroke(page, EMPTY)
        await keys(page, "z")
        before = points(lab)
        x, y = pixel(lab, EMPTY)
        page.say("press", x=x, y=y)
        for step in range(60):
            page.say("drag", x=x + step, y=y)
        page.say("release", x=x + 60, y=y)
        await page.rest()
        assert len(points(lab)) == len(before) + 1 + 60 // APART
        await keys(page, "Control+z")
        assert points(lab) == before
        await keys(page, "Control+Shift+z")
        assert len(points(lab)) == len(before) + 1 + 60 // APART

    act(scene)


@pytest.mark.parametrize("tool", [*TOOLS])
def test_a_click_on_a_point_does_what_the_tool_says(act, see, tool):
    async def scene():
        lab, page = await opened(see)
        await stroke(page, EMPTY)
        before, count = points(lab), len(lab.session.data)
        lab.paint.tools.tools[tool].click()
        await page.rest()
        await stroke(page, EMPTY)
        assert len(lab.session.data) == count - (tool == "erase")
        if tool == "flip":
            assert lab.session.data.y[-1] == 1
        if tool in ("paint", "move"):
            assert points(lab) == before
        await stroke(page, -EMPTY)  # where there is none
        assert len(lab.session.data) == count - (tool == "erase") + (tool == "paint")

    act(scene)


def test_painted_by_keys_it_is_as_painted_by_the_pointer(act, see):
    async def scene():
        lab, page = await opened(see)
        other, hand = await opened(see)
        low, high = lab.session.painting.window
        step, leap = (high - low) * STEP, (high - low) * LEAP
        place = np.mean([low, high], axis=0) - at(0, 3 * leap[1] + step[1])
        await keys(page, "b", *["Shift+ArrowDown"] * 3, "ArrowDown", "c", "v", "Enter")
        hand.lab.paint.choose("label", 1), hand.lab.paint.choose("part", "validation")
        await stroke(hand, place)
        assert points(lab) == points(other)
        await keys(page, "m", "ArrowRight", "ArrowRight", "m", "ArrowUp")
        await stroke(hand, place, place + at(2 * step[0], 0))
        assert points(lab) == points(other)
        await keys(page, "ArrowDown", "f")
        hand.lab.paint.choose("tool", "flip")
        await stroke(hand, place + at(2 * step[0], 0))
        assert points(lab) == points(other)
        await keys(page, "e")
        hand.lab.paint.choose("tool", "erase")
        await stroke(hand, place + at(2 * step[0], 0))
        assert points(lab) == points(other)
        await keys(page, *"zzzz"), await keys(hand, *"zzzz")
        assert points(lab) == points(other)
        assert not lab.session.painting.can["undo"]

    act(scene)


def test_arrows_are_the_labs_unless_the_crosshair_is_out(act, see):
    async def scene():
        lab, page = await opened(see)
        await keys(page, "ArrowRight")
        assert lab.trainer.steps_done == 1
        await keys(page, "b", "ArrowRight", "Enter")
        assert lab.trainer.steps_done == 1
        for name, way in WAYS.items():
            before = lab.session.painting.cross
            await keys(page, name)
            assert_array_equal(np.sign(lab.session.painting.cross - before), way)
        await keys(page, "Escape", "ArrowRight", "Shift+ArrowRight", "m", "Delete")
        assert lab.trainer.steps_done == 2 and lab.session.painting.cross is None
        await keys(page, "Enter")
        assert lab.trainer.batches.left(lab.trainer.steps_done) == 0

    act(scene)


def test_the_crosshair_tells_where_it_is_and_what_lies_there(act, see):
    async def scene():
        lab, page = await opened(see)
        await keys(page, "b", *["Shift+ArrowDown"] * 3)
        x, y = lab.session.painting.cross
        at = f"{plain(round(x, 2))}, {plain(round(y, 2))}"
        assert f"Crosshair at {at}: no point lies" in lab.canvas.text
        assert "Enter paints training points (●) of class 'orange'" in says(lab)
        await keys(page, "v", "Enter")
        said = "on a validation point (square) of class 'orange'"
        assert said in lab.canvas.text and said in says(lab)
        await keys(page, "m")
        assert f"{said}, which moves with it" in lab.canvas.text
        await keys(page, "m")
        for tool, does in {"erase": "erases it", "flip": "flips it"}.items():
            lab.player.post(lab.paint.choose, "tool", tool)
            await page.rest()
            assert f"Enter {does}." in says(lab)
        await keys(page, "b")
        assert "Crosshair" not in lab.canvas.text and "Crosshair" not in says(lab)

    def says(lab):
        return lab.message.line.value.replace("&#x27;", "'")

    act(scene)


@pytest.mark.parametrize("stops", [[*range(7, 120, 7)], [119], [30, 119], [119, 40]])
def test_a_spray_is_as_dense_however_fast_the_hand(act, see, stops):
    async def scene():
        lab, page = await opened(see)
        (x, y), before = pixel(lab, EMPTY), len(lab.session.data)
        page.say("press", x=x, y=y)
        for way in stops:
            page.say("drag", x=x + way, y=y)
        page.say("release", x=x + stops[-1], y=y)
        await page.rest()
        way = sum(abs(b - a) for a, b in zip([0, *stops], stops))
        made = len(lab.session.data) - before - 1
        assert way // APART - 1 <= made <= way // APART

    act(scene)


def test_while_it_plays_it_plays_on_with_all_that_it_has_learned(act, see):
    async def scene():
        lab, page = await opened(see, optimizer="adam")
        await page.press("play")
        await page.until(lambda: lab.trainer.steps_done > 100)
        steps, network, seen = lab.trainer.steps_done, lab.trainer.network, []
        learn = lab.session.learn_from

        def watched(data):
            vectors = [network.parameters, *lab.trainer.moments.values()]
            before = [vector.copy() for vector in vectors]
            learn(data)
            now = [network.parameters, *lab.trainer.moments.values()]
            seen.append(all(map(np.array_equal, before, now)))

        lab.session.learn_from = watched
        x, y = pixel(lab, EMPTY)
        page.say("press", x=x, y=y)
        for step in range(1, 6):
            page.say("drag", x=x + 20 * step, y=y)
            await page.until(lambda made=step: len(seen) > made)
            assert lab.player.playing
        page.say("release", x=x + 100, y=y)
        await page.until(lambda: lab.trainer.steps_done > steps + 200)
        made = 1 + 100 // APART
        assert lab.player.playing and seen == [True] * made
        assert lab.trainer.network is network
        assert len(lab.trainer.parts["train"][0]) == len(lab.session.data) == 60 + made

    act(scene)


def test_too_few_points_make_it_wait_and_nothing_is_lost(act, see):
    async def scene():
        lab, page = await opened(see)
        await lab.run(steps=30)
        learned, before = lab.trainer.network.parameters.copy(), points_of(lab)
        lab.paint.tools.buttons["clear"].click()
        await page.rest()
        assert "Paint at least one training point (a dot)" in lab.message.text
        await page.press("play")
        await page.rest()
        assert lab.trainer.steps_done == 30 and not lab.player.playing
        assert "Paint at least" in lab.message.text
        await lab.run(steps=5)
        assert lab.trainer.steps_done == 30
        for label, part in [(0, "training"), (1, "training"), (0, "validation")]:
            assert lab.message.text
            lab.paint.choose("label", label), lab.paint.choose("part", part)
            await stroke(page, EMPTY + at(label, part == "training"))
            drawn = [len(line.get_xdata()) for line in lab.picture.views[1].points]
            assert sum(drawn) == len(lab.session.painting.data)
        assert lab.message.text == "" and lab.experiment.batch_size == 32
        assert_array_equal(lab.trainer.network.parameters, learned)
        assert len(lab.session.data) == 2 and lab.session.parts.test_size == 0
        await keys(page, *"zzzz")
        assert points_of(lab) == before and lab.experiment.batch_size == 32
        await lab.run(steps=5)
        assert lab.trainer.steps_done == 35

    def points_of(lab):
        data = lab.session.parts.together()
        return sorted(zip(data.x.tolist(), data.y.tolist(), data.parts.tolist()))

    act(scene)


def test_it_plays_again_once_there_is_enough(act, see):
    async def scene():
        lab, page = await opened(see)
        await page.press("play")
        await page.until(lambda: lab.trainer.steps_done > 10)
        lab.paint.tools.buttons["clear"].click()
        await page.rest()
        assert not lab.player.playing
        await page.key("z")
        await page.until(lambda: lab.player.playing)

    act(scene)


def test_the_painting_outlives_a_run_and_other_data_can_be_taken_back(act, see):
    async def scene():
        lab, page = await opened(see, controls=["data", "hidden", "split_seed"])
        controls = lab.controls.widgets
        await stroke(page, EMPTY)
        mine = points(lab)
        assert lab.bar.badge.value == ""  # it is no code
        assert controls["split_seed"].disabled and controls["data"].value == "painted"
        await page.press("reset")
        lab.controls.widgets["hidden"].value = "5"
        await page.rest()
        await keys(page, "z")
        assert len(points(lab)) == len(mine) - 1
        await keys(page, "y")
        assert points(lab) == mine
        controls["data"].value = "gaussians"
        await page.rest()
        assert not controls["split_seed"].disabled and len(lab.session.data) != len(
            mine
        )
        controls["split_seed"].value = "3"
        await page.rest()
        await keys(page, "z")
        assert points(lab) == mine and controls["split_seed"].disabled
        assert lab.paint.tools.brushes.children[0].description == "● orange"
        await keys(page, "z")
        assert len(points(lab)) == len(mine) - 1

    act(scene)


def test_data_that_can_not_be_painted_on_are_refused_in_a_sentence(act, see):
    async def scene():
        lab, page = await opened(see, controls=["data"])
        await stroke(page, EMPTY)
        mine = points(lab)
        for name in ("wine", "hills"):
            lab.controls.widgets["data"].value = name
            await page.rest()
            assert "Paint needs" in lab.message.text and points(lab) == mine
        await stroke(page, -EMPTY)
        assert len(points(lab)) == len(mine) + 1

    act(scene)


def test_the_map_holds_still_while_one_paints(act, see):
    async def scene():
        lab, page = await opened(see)
        view = lab.picture.views[1]
        low, high = view.low.copy(), view.high.copy()
        await stroke(page, low + 0.01 * (high - low))
        lab.paint.press("clear")
        await stroke(page, EMPTY)
        await stroke(page, EMPTY, EMPTY + 0.01 * (high - low))
        view = lab.picture.views[1]
        assert_array_equal([view.low, view.high], [low, high])

    act(scene)


def test_every_view_beside_it_is_the_one_built_for_what_is_painted(act, see):
    async def scene():
        views = [Boundary(), Paint(), Neurons(), HiddenSpace()]
        lab = Lab(views=views, **SMALL)
        page = see(lab)
        await page.rest()
        await lab.run(steps=40)
        await stroke(page, EMPTY)
        await lab.run(steps=4)
        for place in (EMPTY + 1, EMPTY + at(1, 0)):
            await stroke(page, place)
            kept = lab.still()
            lab.picture.start(lab.screen._views, lab.session, lab.selection)
            assert lab.still() == kept

    act(scene)


def test_the_pointer_has_the_shape_of_what_it_would_do(act, see):
    async def scene():
        lab, page = await opened(see)
        await stroke(page, EMPTY)
        for place, tool, shape in [
            (-EMPTY, "paint", "crosshair"),
            (EMPTY, "paint", "grab"),
            (EMPTY, "flip", "pointer"),
        ]:
            lab.paint.choose("tool", tool)
            await page.point(pixel(lab, place))
            assert lab.canvas.cursor == shape
        await page.point((1, 1))
        assert lab.canvas.cursor == "default"

    act(scene)


def test_a_lab_without_a_map_to_paint_on_has_none_of_this(act, see):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab)
        await page.rest()
        assert (
            not lab.canvas.paints
            and lab.paint.tools.row not in lab.box.children[0].children
        )
        await keys(page, "b", "Enter")
        assert lab.session.painting is None and lab.trainer.epoch_done == 1

    act(scene)


@pytest.mark.parametrize("tool", ["erase", "flip", "move"])
@pytest.mark.parametrize("by", ["pointer", "keys"])
def test_a_tool_that_finds_no_point_says_so(act, see, tool, by):
    async def scene():
        lab, page = await opened(see)
        before = lab.session.painting.data
        if by == "pointer":
            lab.paint.tools.tools[tool].click()
            await stroke(page, EMPTY)
        else:
            await keys(page, "b", *["Shift+ArrowDown"] * 3)
            lab.session.painting.cross = EMPTY
            await keys(page, tool[0])
        if (tool, by) != ("move", "keys"):  # there it lets go of nothing
            assert lab.message.text == f"There is no point here to {tool}; aim at one."
        assert lab.session.painting.data is before

    act(scene)


def test_an_empty_map_has_no_score(act, see):
    async def scene():
        lab, page = await opened(see)
        assert "% right" in lab.canvas.text
        lab.paint.tools.buttons["clear"].click()
        await page.rest()
        assert "waits until there are points" in lab.canvas.text.partition("Curves")[0]
        assert "% right" not in status(lab.session, lab.selection)
        lab.paint.tools.buttons["undo"].click()
        await page.rest()
        assert "% right" in status(lab.session, lab.selection)

    act(scene)
