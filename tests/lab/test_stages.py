"""A mini-batch that goes stage by stage is the plain one, only slower."""

import pytest
from numpy.testing import assert_array_equal

from nnlab import Experiment, Lab
from nnlab.lab.step_controls import WALK
from nnlab.views import Boundary, Curves, Neurons, Stages
from nnlab.views.plots.stages import STAGES

SMALL = {"seeds": 2, "hidden": (3,)}


def slow(**more) -> Lab:
    views = [Neurons(), Boundary(), Curves(), Stages()]
    return Lab(views=views, **{**SMALL, **more})


def plain(lab: Lab, steps: int):
    """Where a script comes to that knows of no stages."""
    trainer = lab.experiment.trainer()
    for _ in trainer.steps(steps):
        pass
    return trainer.network.parameters


def agrees(lab: Lab, steps: int) -> None:
    assert lab.trainer.steps_done == steps
    assert_array_equal(lab.trainer.network.parameters, plain(lab, steps))


async def reach(page, stage: str) -> None:
    await page.until(lambda: page.lab.session.stepper.stage == stage)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_stages_light_in_turn_at_their_pace_and_make_one_step(
    act, see, clock, optimizer
):
    async def scene():
        lab = slow(optimizer=optimizer)
        page = see(lab)
        for steps in (1, 2):
            await page.press("step")
            start, before = clock.now, None
            for number, stage in enumerate(STAGES, 1):
                await page.until(lambda last=before: lab.session.stepper.stage != last)
                before = lab.session.stepper.stage
                assert before == stage
                assert clock.now - start == pytest.approx((number - 1) / WALK, abs=0.1)
            await page.rest()
            assert lab.session.stepper.stage == "update"  # it stays lit
            agrees(lab, steps)

    act(scene)


def test_what_is_drawn_and_said_is_the_stage_under_way(act, see):
    async def scene():
        lab = slow()
        page, stills = see(lab), []
        await page.rest()
        stills.append(lab.still())
        await page.press("step")
        for stage in STAGES:
            await reach(page, stage)
            assert f"{stage} is done" in lab.screen.describe(lab.session, lab.selection)
            stills.append(lab.still())
        assert len({*stills}) == 1 + len(STAGES)
        await page.rest()
        assert "update is done" in lab.canvas.text

    act(scene)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("way", ["button", "key"])
def test_pressed_again_in_the_middle_that_batch_is_finished(act, see, stage, way):
    async def scene():
        lab = slow()
        page = see(lab)
        await page.press("step")
        await reach(page, stage)
        await (page.press("step") if way == "button" else page.key("ArrowRight"))
        agrees(lab, 1)
        assert (
            lab.session.stepper.stage == "forward" and lab.player.playing
        )  # of the next one
        await page.rest()
        agrees(lab, 2)

    act(scene)


@pytest.mark.parametrize("stage", STAGES)
def test_play_in_the_middle_goes_on_from_there(act, see, stage):
    async def scene():
        lab = slow(steps=7, speed=100)
        page = see(lab)
        await page.press("step")
        await reach(page, stage)
        if stage != "update":
            await page.press("play")  # it says Pause now
        await page.rest()
        assert lab.session.stepper.stage == stage
        await page.press("play")
        await page.rest()
        agrees(lab, 8 if stage == "update" else 7)  # with the batch under way
        assert lab.session.stepper.stage is None

    act(scene)


@pytest.mark.parametrize("stage", STAGES)
def test_an_epoch_from_the_middle_ends_where_an_epoch_ends(act, see, stage):
    async def scene():
        lab = slow()
        page = see(lab)
        await page.press("step")
        await reach(page, stage)
        await page.press("epoch")
        await page.rest()
        agrees(lab, lab.trainer.steps_per_epoch)

    act(scene)


@pytest.mark.parametrize("steps", [1, 5])
@pytest.mark.parametrize("stage", STAGES)
def test_a_script_in_the_middle_makes_exactly_its_steps(act, see, stage, steps):
    async def scene():
        lab = slow()
        page = see(lab)
        await page.press("step")
        await reach(page, stage)
        done = lab.trainer.steps_done
        await lab.run(steps=steps)
        agrees(lab, done + steps)

    act(scene)


@pytest.mark.parametrize("stage", STAGES)
def test_whatever_comes_in_the_middle_finds_a_sound_network(act, see, stage):
    async def scene():
        lab = slow(steps=3)
        page = see(lab)
        await page.press("step")
        await reach(page, stage)
        await page.key("+")
        await page.rest()
        assert lab.trainer.network.widths[1] == 4 and lab.session.stepper.stage is None
        await page.press("step")
        await reach(page, stage)
        await page.press("reset")
        await page.rest()
        assert lab.session.stepper.stage is None
        agrees(lab, 0)
        await page.press("step")
        await reach(page, stage)
        lab.change(optimizer="adam")
        await page.rest()
        assert lab.experiment == Experiment(optimizer="adam", seeds=2, hidden=(4,))
        assert lab.trainer.steps_done == 1

    act(scene)


def test_nobody_looks_and_the_stages_wait(act, see, clock):
    async def scene():
        lab = slow()
        page = see(lab)
        await page.press("step")
        await reach(page, "forward")
        page.say("bye")
        begin = clock.now
        await page.until(lambda: clock.now > begin + 10)
        assert lab.session.stepper.stage == "forward"
        page.say("hello", width=900, scale=1)
        await page.rest()
        agrees(lab, 1)

    act(scene)


def test_without_stages_a_mini_batch_is_made_at_once(act, see, clock):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab)
        await page.rest()
        begin = clock.now
        await page.press("step")
        await page.rest()
        assert clock.now - begin < 1 / WALK and lab.session.stepper.stage is None
        agrees(lab, 1)

    act(scene)
