"""A Lab in slow motion: forth, back and by itself; which sample, and which weight."""

import pytest
from numpy.testing import assert_array_equal

from nnlab import Lab
from nnlab.diagnostics.gradient_terms import entry
from nnlab.lab.step_controls import WALK
from nnlab.views import Curves, Factors, Flow, Stages
from nnlab.views.drawing.number_format import plain, signed
from nnlab.views.panels.step_text import looked_at

SMALL = {"seeds": 2, "hidden": (3,), "dropout": 0.1, "speed": 1000}
LAST = 9  # the number of the last moment: four layers forth and back, and two more


async def opened(see, **more):
    lab = Lab(views=[Flow(), Factors(), Stages()], **{**SMALL, **more})
    page = see(lab)
    await page.rest()
    return lab, page


async def go(page, way: str, name: str) -> None:
    """One moment, by a button or a key."""
    if way == "key":
        await page.key({"next moment": ".", "previous": ",", "auto": "a"}[name])
    else:
        page.lab.slow.buttons[name].click()
    await page.rest()


def place(lab) -> tuple:
    slow = lab.session.stepper.slow
    return (slow.step, slow.at) if slow else (lab.trainer.steps_done, None)


def parts(lab) -> list:
    """What stands above the picture."""
    return [*lab.box.children[0].children]


def keys_said(lab) -> str:
    """The help behind "?"."""
    return " ".join(does for _, does in lab.canvas.keyboard["help"])


def numbers(lab):
    return lab.trainer.network.parameters.copy()


@pytest.mark.parametrize("way", ["button", "key"])
def test_forth_and_back_ends_where_it_began(act, see, way):
    async def scene():
        lab, page = await opened(see, optimizer="momentum")
        await lab.run(steps=20)
        before, stills = numbers(lab), {}
        for moment in range(2 * LAST):
            await go(page, way, "next moment")
            assert place(lab) == (20 + moment // (LAST + 1), moment % (LAST + 1))
            stills[place(lab)] = lab.still()
        assert len({*stills.values()}) == 2 * LAST
        for _ in range(2 * LAST - 1):
            await go(page, way, "previous")
            assert lab.still() == stills[place(lab)]
        assert place(lab) == (20, 0)
        await go(page, way, "previous")
        assert place(lab) == (19, LAST)
        assert_array_equal(numbers(lab), before)
        content, _ = page.frames[-1]
        assert content["steps"][1] == 20

    act(scene)


@pytest.mark.parametrize("way", ["button", "key"])
def test_by_itself_it_goes_on_at_its_pace_until_it_is_stopped(act, see, clock, way):
    async def scene():
        lab, page = await opened(see)
        (await page.key("a")) if way == "key" else lab.slow.buttons["auto"].click()
        await page.until(lambda: place(lab) == (0, 0))
        began = clock.now
        await page.until(lambda: place(lab) == (1, 2))
        moments = LAST + 1 + 2
        assert clock.now - began == pytest.approx(moments / WALK, rel=0.05)
        assert lab.player.playing
        await go(page, way, "auto")
        assert not lab.player.playing and place(lab) == (1, 2)
        await go(page, way, "next moment")
        assert place(lab) == (1, 3)

    act(scene)


@pytest.mark.parametrize("moments", [1, 5, 10, 13])
@pytest.mark.parametrize("back", [0, 2])
def test_playing_from_there_is_the_plain_run(act, see, moments, back):
    async def scene():
        lab, page = await opened(see, steps=15)
        for _ in range(moments):
            await go(page, "key", "next moment")
        for _ in range(back):
            await go(page, "key", "previous")
        begun = (
            lab.session.stepper.slow.step
            if lab.session.stepper.slow
            else lab.trainer.steps_done
        )
        over = lab.session.stepper.slow is not None and lab.session.stepper.slow.over
        await page.press("play")
        await page.rest()
        assert lab.trainer.steps_done == begun + over + 15
        plain = lab.experiment.trainer()
        for _ in plain.steps(begun + over + 15):
            pass
        assert_array_equal(numbers(lab), plain.network.parameters)
        assert lab.session.stepper.slow is None

    act(scene)


def test_a_mini_batch_is_made_at_once_and_ends_the_one_under_way(act, see):
    async def scene():
        lab, page = await opened(see)
        await page.press("step")
        await page.rest()
        assert lab.trainer.steps_done == 1 and lab.session.stepper.stage is None
        await go(page, "key", "next moment")
        await page.press("step")
        await page.rest()
        assert lab.trainer.steps_done == 2 and lab.session.stepper.slow is None

    act(scene)


def test_back_brings_the_settings_of_then_and_the_controls_follow(act, see):
    async def scene():
        lab, page = await opened(see, controls=["learning_rate"])
        control = lab.controls.widgets["learning_rate"]
        for _ in range(3):
            await go(page, "key", "next moment")
        lab.change(learning_rate=0.5)
        await page.rest()
        for rate in (0.5, 0.5, 0.1):
            assert control.value == lab.experiment.learning_rate == 0.5
            await go(page, "key", "previous")
            assert control.value == lab.experiment.learning_rate == rate
        assert place(lab) == (0, None)

    act(scene)


def test_a_sample_after_the_other_and_then_all_again(act, see):
    async def scene():
        lab, page = await opened(see, batch_size=3)
        await go(page, "key", "next moment")
        assert "mean of 3 samples" in lab.canvas.text
        for expected in (0, 1, 2, None, 0):
            await page.key("s")
            await page.rest()
            assert lab.selection.sample == expected
            assert lab.slow.sample.value == (0 if expected is None else expected + 1)
        assert "sample 1" in lab.canvas.text
        lab.slow.sample.value = 2
        await page.rest()
        assert lab.selection.sample == 1
        lab.slow.sample.value = 0
        await page.rest()
        assert lab.selection.sample is None

    act(scene)


def test_every_weight_can_be_reached_by_the_keyboard(act, see):
    async def scene():
        lab, page = await opened(see)
        layout = lab.trainer.network.layout
        for index in [*range(1, layout.size), 0, 1]:
            await page.key("w")
            await page.rest()
            assert (
                lab.selection.weight == looked_at(lab.session, lab.selection) == index
            )
            name, at = entry(layout, index)
            shown = lab.slow.array.value, lab.slow.line.value, lab.slow.column.value
            assert shown == (name, *at)
        lab.slow.array.value = "3.W"
        await page.rest()
        lab.slow.line.value = 2
        await page.rest()
        assert entry(layout, lab.selection.weight) == ("3.W", (2, 0))
        lab.slow.array.value = "0.b"
        await page.rest()
        lab.slow.column.value = 1
        await page.rest()
        assert entry(layout, lab.selection.weight) == ("0.b", (0, 1))

    act(scene)


def test_a_weight_that_is_pointed_at_or_clicked_is_shown(act, see):
    async def scene():
        lab, page = await opened(see)
        flow = lab.picture.views[0]
        for _ in range(LAST + 1):
            await go(page, "key", "next moment")
        for unit, path in enumerate(flow.paths[0][:3]):
            await page.point(path[4], press=True)
            await page.rest()
            assert entry(
                lab.trainer.network.layout, looked_at(lab.session, lab.selection)
            ) == (
                "0.W",
                (0, unit),
            )
            account = lab.session.stepper.slow.account(0)
            gradient = account.factors(unit).gradient
            assert gradient == lab.trainer.gradient[0, unit]
            assert plain(gradient, 4) in lab.canvas.text
            assert (lab.slow.line.value, lab.slow.column.value) == (0, unit)
        await page.point(flow.centres[1][1], press=True)
        await page.rest()
        assert lab.slow.array.value == "0.b" and lab.slow.column.value == 1
        await page.key("w")
        await page.rest()
        assert lab.selection.pinned is None

    act(scene)


def test_another_seed_is_another_network_in_the_same_step(act, see):
    async def scene():
        lab, page = await opened(see)
        for _ in range(LAST + 1):
            await go(page, "key", "next moment")
        texts = []
        for replica in (0, 1):
            lab.bar.seed.value = replica
            await page.rest()
            gradient = lab.trainer.gradient[replica, 0]
            assert plain(gradient, 4) in lab.canvas.text
            assert signed(
                lab.session.stepper.slow.account(replica).passes.losses.mean()
            )
            texts.append(lab.canvas.text)
        assert texts[0] != texts[1]

    act(scene)


def test_what_is_looked_at_outlives_a_reset(act, see):
    async def scene():
        lab, page = await opened(see)
        lab.selection.weight, lab.selection.sample = 11, 2
        await go(page, "key", "next moment")
        await page.press("reset")
        await page.rest()
        assert (lab.selection.weight, lab.selection.sample) == (11, 2)
        assert lab.session.stepper.slow is None
        lab.change(hidden=(1,))
        await page.rest()
        assert lab.selection.weight < lab.trainer.network.layout.size
        await go(page, "key", "next moment")

    act(scene)


def test_a_rule_that_fails_is_named_and_the_step_is_not_begun(act, see):
    wrong = []

    def rule(gradient, rate):
        if wrong:
            raise ArithmeticError("not today")
        return -rate * gradient

    async def scene():
        lab, page = await opened(see, optimizer=rule)
        wrong.append(1)
        before = numbers(lab)
        for _ in range(LAST + 1):
            await go(page, "key", "next moment")
        assert "not today" in lab.message.text
        assert lab.session.stepper.slow is None
        assert_array_equal(numbers(lab), before)

    act(scene)


def test_a_lab_of_other_views_has_no_slow_motion(act, see):
    async def scene():
        lab = Lab(views=[Curves(), Stages()], **SMALL)
        page = see(lab)
        await page.rest()
        for key in ".,asw":
            await page.key(key)
            await page.rest()
        assert lab.session.stepper.slow is None and lab.selection.weight == 0
        assert lab.slow.row not in parts(lab) and "slow" not in keys_said(lab)

    act(scene)


def test_the_keys_are_said():
    lab = Lab(views=[Flow()], **SMALL)
    assert "slow motion" in keys_said(lab) and lab.slow.row in parts(lab)
