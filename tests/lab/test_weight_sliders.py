"""Weights by hand in a Lab: sliders set them and follow them; the ring goes about."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import Lab
from nnlab.lab.weight_sliders import DIGITS, REACH, SLIDERS_SHOWN
from nnlab.views import Boundary, Flow, Heads, Neurons, WeightedSum

SMALL = {"seeds": 2, "hidden": (3,), "height": 380}
VIEWS = (Neurons, Boundary, WeightedSum)


async def opened(see, views=VIEWS, **more):
    lab = Lab(views=[view() for view in views], **{**SMALL, **more})
    page = see(lab)
    await page.rest()
    return lab, page


def shown(lab) -> dict[str, float]:
    """The sliders that are there, by label."""
    return dict(zip(lab.hand.row.labels, lab.hand.row.values, strict=True))


def close(lab, array: str, unit: int) -> bool:
    """Whether the sliders say what this neuron has, to the last digit shown."""
    weights = [*lab.session.array(f"{array}.W", lab.selection.replica)[:, unit]]
    bias = lab.session.array(f"{array}.b", lab.selection.replica)[0, unit]
    off = np.abs(np.array([*shown(lab).values()]) - [*weights, bias]).max()
    return off <= 0.5 * 10**-DIGITS + 1e-6


def parts(lab) -> list:
    """What stands above the picture, and below it."""
    above, _, below, *_ = lab.box.children
    return [*above.children, *below.children]


def view(lab, kind):
    return next(one for one in lab.picture.views if isinstance(one, kind))


def on_map(lab, share: tuple[float, float]) -> np.ndarray:
    """The pixel of the map at these shares of its sides."""
    boundary = view(lab, Boundary)
    return np.array(boundary.corner) + boundary.side * np.array(share)


def test_a_slider_moves_its_weight_and_no_other_and_the_picture(act, see):
    async def scene():
        lab, page = await opened(see)
        before, still = lab.trainer.network.parameters.copy(), lab.still()
        page.turn(1, 2.5)
        await page.rest()
        places = lab.trainer.network.layout.places["0.W"].start + 3
        before[0, places] = 2.5
        assert_array_equal(lab.trainer.network.parameters, before)
        assert lab.still() != still
        assert lab.trainer.changes == [(0, "0.W[1, 0] of seed 0", 2.5)]

    act(scene)


def test_while_it_is_dragged_frames_are_quick_and_then_it_is_sharp(act, see):
    async def scene():
        lab, page = await opened(see)
        begun = len(page.frames)
        for hundredths in range(20):
            page.turn(0, hundredths / 100)
            asked = np.float32(hundredths / 100)
            await page.until(lambda asked=asked: weight(lab) == asked)
        await page.rest()
        forms = page.forms()[begun:]
        assert forms[-1] == "image/png" and set(forms[:-1]) == {"image/jpeg"}
        assert len(lab.trainer.changes) == 1

    def weight(lab):
        return lab.session.array("0.W", lab.selection.replica)[0, 0]

    act(scene)


def test_sliders_are_those_of_the_neuron_that_is_pinned(act, see):
    async def scene():
        lab, page = await opened(see)
        assert [*shown(lab)] == ["w₁ of x₁", "w₂ of x₂", "b"] and close(lab, "0", 0)
        places = [*view(lab, Neurons).centres[1], *view(lab, Neurons).centres[2]]
        for unit, place in enumerate(places):
            await page.point(place, press=True)
            await page.rest()
            assert close(lab, *(("0", unit) if unit < 3 else ("2", 0)))
        assert [*shown(lab)] == ["w₁ of a₁", "w₂ of a₂", "w₃ of a₃", "b"]
        assert "the output" in lab.hand.row.title
        page.turn(2, -1.0)
        await page.rest()
        assert lab.session.array("2.W", lab.selection.replica)[2, 0] == -1

    act(scene)


@pytest.mark.parametrize("views", [VIEWS[1:], VIEWS])
def test_by_keys_alone(act, see, views):
    async def scene():
        lab, page = await opened(see, views=views)
        for neuron in ((1, 0), (1, 1), (1, 2), (2, 0), None):
            await page.key("p")
            await page.rest()
            assert lab.selection.pinned == neuron
        here = lab.selection.probe(lab.session)
        for key, way in (("Right", 1), ("Up", 1), ("Left", -1), ("Down", -1)):
            await page.key(f"Shift+Arrow{key}")
            await page.rest()
            moved = lab.selection.place - here
            along = int(key in ("Up", "Down"))
            assert moved[along] * way > 0
            assert moved[1 - along] == pytest.approx(0, abs=1e-12)
            here = lab.selection.place
        await page.key("s")
        await page.rest()
        assert lab.selection.place is None and lab.selection.row(lab.session) == 1
        assert "at training sample 2" in lab.canvas.text
        lab.selection.place = np.zeros(2)
        await page.key("Escape")
        await page.rest()
        assert lab.selection.place is lab.selection.pinned is None

    act(scene)


def test_after_the_last_sample_comes_the_first(act, see):
    async def scene():
        lab, page = await opened(see)
        lab.selection.sample = len(lab.session.data) - 1
        await page.key("s")
        assert lab.selection.row(lab.session) == 0

    act(scene)


def test_the_ring_follows_the_pointer_and_a_click_keeps_it(act, see):
    async def scene():
        lab, page = await opened(see)
        assert lab.selection.row(lab.session) == 0 and lab.selection.place is None
        await page.point(view(lab, Neurons).centres[1][1], press=True)
        await page.point(on_map(lab, (0.5, 0.25)))
        assert lab.selection.over == pytest.approx([0, -2.75], rel=0.1, abs=1e-9)
        assert lab.canvas.cursor == "crosshair" and lab.selection.neuron == (1, 1)
        await page.rest()
        assert f"x₂ = −{-lab.selection.over[1]:.3g}" in lab.canvas.text
        await page.point((1.0, 1.0))
        assert (
            lab.selection.over is None and lab.selection.probe(lab.session) is not None
        )
        assert_array_equal(lab.selection.probe(lab.session), lab.session.data.x[0])
        await page.point(on_map(lab, (0.75, 0.5)), press=True)
        kept = lab.selection.place
        await page.point((1.0, 1.0))
        assert lab.selection.probe(lab.session) is kept and lab.selection.pinned == (
            1,
            1,
        )
        await page.press("reset")
        await page.rest()
        assert lab.selection.probe(lab.session) is kept  # of the same data

    act(scene)


def test_where_nothing_looks_at_a_place_a_click_on_the_map_unpins(act, see):
    async def scene():
        lab, page = await opened(see, views=(Neurons, Boundary))
        await page.point(view(lab, Neurons).centres[1][1], press=True)
        for place in ((0.5, 0.25), (0.2, 0.2)):
            await page.point(on_map(lab, place))
            assert lab.selection.over is None and lab.canvas.cursor == "default"
        await page.point(on_map(lab, place), press=True)
        assert lab.selection.pinned is lab.selection.place is None
        for key in ("Shift+ArrowUp", "s"):
            await page.key(key)
        assert lab.selection.place is lab.selection.sample is None
        assert lab.hand.row not in parts(lab)
        assert "ring" not in str(lab.canvas.keyboard["help"])

    act(scene)


def test_sliders_follow_when_it_rests_and_it_learns_on(act, see):
    async def scene():
        lab, page = await opened(see, learning_rate=0.5, steps=60)
        page.turn(0, -3.0)
        await page.rest()
        await page.press("play")
        await page.until(lambda: lab.trainer.steps_done > 20)
        page.turn(2, 1.0)  # in the middle of it
        await page.until(lambda: lab.trainer.steps_done == 60)
        await page.rest()
        assert close(lab, "0", 0) and lab.trainer.steps_done == 60
        assert [change[1] for change in lab.trainer.changes] == [
            "0.W[0, 0] of seed 0",
            "0.b[0, 0] of seed 0",
        ]
        await page.key("ArrowLeft")
        await page.rest()
        assert lab.trainer.steps_done == 59 and close(lab, "0", 0)

    act(scene)


def test_while_it_trains_sliders_follow_now_and_then(act, see):
    async def scene():
        lab, page = await opened(see, learning_rate=0.5)
        told = []
        lab.hand.row.observe(lambda change: told.append(change.new), "values")
        lab.play()
        await page.until(lambda: lab.trainer.steps_done > 450)
        frames = [content for content, _ in page.frames]
        assert 4 < len(told) < len(frames) and lab.player.playing
        await page.press("play")
        await page.rest()
        assert close(lab, "0", 0)

    act(scene)


@pytest.mark.parametrize("typed", ["abc", "", "1,5"])
def test_what_is_no_number_is_told_and_sets_nothing(act, see, typed):
    async def scene():
        lab, page = await opened(see)
        before = lab.trainer.network.parameters.copy()
        page.turn(1, typed)
        await page.rest()
        assert lab.message.text.startswith(f"w₂ of x₂={typed!r} is not allowed")
        assert_array_equal(lab.trainer.network.parameters, before)

    act(scene)


def test_a_slider_is_long_enough_for_its_weight(act, see):
    async def scene():
        lab, page = await opened(see)
        assert lab.hand.row.reach == [REACH] * 3
        page.turn(0, 11.3)  # typed
        await page.rest()
        assert lab.hand.row.values[0] == 11.3 and lab.hand.row.reach == [12, 4, 4]
        await page.press("reset")
        await page.rest()
        assert lab.hand.row.reach == [REACH] * 3 and close(lab, "0", 0)
        lab.trainer.network.parameters[...] = np.nan
        lab.player.post(lab.player.refresh)
        await page.rest()
        assert lab.hand.row.values == [None] * 3

    act(scene)


def test_of_many_weights_the_largest_have_a_slider(act, see):
    async def scene():
        lab, page = await opened(see, views=(WeightedSum,), data="digits")
        weights = lab.session.array("0.W", lab.selection.replica)[:, 0]
        labels = [*shown(lab)]
        assert len(labels) == SLIDERS_SHOWN + 1 and "56 smaller" in lab.hand.row.note
        *own, bias = lab.hand._places
        chosen = [at[0] for _, at in own]
        assert {*chosen} == {*np.argsort(-np.abs(weights))[:SLIDERS_SHOWN].tolist()}
        assert chosen == sorted(chosen) and bias == ("0.b", (0, 0))
        page.turn(3, 0.5)
        await page.rest()
        assert lab.session.array("0.W", lab.selection.replica)[chosen[3], 0] == 0.5
        assert [*shown(lab)] == labels

    act(scene)


def test_another_structure_has_other_sliders(act, see):
    async def scene():
        lab, page = await opened(see)
        for _ in range(2):
            await page.key("p")
        await page.key("+")
        await page.rest()
        assert lab.experiment.hidden == (4,) and close(lab, "0", 0)
        lab.change(hidden=())
        await page.rest()
        assert "the output" in lab.hand.row.title and close(lab, "0", 0)
        lab.change(features=("x1", "x1*x2", "sin(x2)"))
        await page.rest()
        assert [*shown(lab)] == ["w₁ of x₁", "w₂ of x₁x₂", "w₃ of sin x₂", "b"]

    act(scene)


def test_the_seed_shown_is_the_one_that_is_set(act, see):
    async def scene():
        lab, page = await opened(see)
        first = lab.trainer.network.parameters[0].copy()
        lab.bar.seed.value = 1
        await page.rest()
        assert close(lab, "0", 0)
        page.turn(0, 3.25)
        await page.rest()
        assert_array_equal(lab.trainer.network.parameters[0], first)
        assert lab.trainer.network["0.W"][1, 0, 0] == 3.25

    act(scene)


def test_a_click_on_the_row_of_a_class_pins_its_output(act, see):
    async def scene():
        lab, page = await opened(see, views=(Boundary, Heads), data="wine", hidden=())
        heads = view(lab, Heads)
        for row in range(3):
            x = heads.writing.left + 30
            y = heads.writing.bottom + heads.top - (row + 0.5) * heads.high
            await page.point((x, y), press=True)
            await page.rest()
            assert lab.selection.pinned == (0, row)
            name = lab.session.data.classes[row]
            assert f"the output for {name}" in lab.hand.row.title

    act(scene)


def test_in_slow_motion_s_is_a_sample_of_the_mini_batch(act, see):
    async def scene():
        lab, page = await opened(see, views=(Flow, Boundary, WeightedSum))
        assert lab.selection.sample is None
        assert ("S", "the next sample") in lab.canvas.keyboard["help"]
        await page.key(".")
        await page.key("s")
        await page.rest()
        assert lab.selection.row(lab.session) == lab.trainer.rows[0, 0]
        assert (
            f"training sample {lab.selection.row(lab.session) + 1}" in lab.canvas.text
        )

    act(scene)


def test_sliders_alone_look_at_no_place(act, see):
    async def scene():
        lab = Lab(views=[Neurons(by_hand=True), Boundary()], **SMALL)
        page = see(lab)
        await page.rest()
        assert lab.hand.row in parts(lab) and lab.selection.sample is None
        await page.point(on_map(lab, (0.5, 0.25)))
        await page.key("s")
        assert lab.selection.over is lab.selection.probe(lab.session) is None
        page.turn(0, 1.5)
        await page.rest()
        assert lab.session.array("0.W", lab.selection.replica)[0, 0] == 1.5

    act(scene)
