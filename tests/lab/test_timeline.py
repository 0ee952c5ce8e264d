"""The film goes back to any step, with the settings of then, and on from there."""

import pytest
from numpy.testing import assert_array_equal

from nnlab import Lab

SMALL = {"seeds": 2, "hidden": (3,), "dropout": 0.1, "speed": 1000}


async def opened(see, **more):
    lab = Lab(**{**SMALL, **more})
    page = see(lab)
    await page.rest()
    return lab, page


def seen(page) -> tuple:
    """What the slider of the latest frame shows: first and last step, where it is."""
    content, _ = page.frames[-1]
    first, now, last = content["steps"]
    return first, last, now


def numbers(lab):
    return lab.trainer.network.parameters.copy()


def test_it_moves_while_it_plays_and_is_right_at_rest(act, see):
    async def scene():
        lab, page = await opened(see)
        assert seen(page) == (0, 0, 0)
        await lab.run(steps=30)
        assert seen(page) == (0, 30, 30)
        lab.play()
        told = len(page.frames)
        await page.until(lambda: lab.trainer.steps_done > 300)
        moved = [content["steps"] for content, _ in page.frames[told:]]
        assert len({now for _, now, _ in moved}) > 5
        assert all(first == 0 and now == last for first, now, last in moved)
        await page.press("stop")
        await page.rest()
        made = lab.trainer.steps_done
        assert seen(page) == (0, made, made)

    act(scene)


def test_a_drag_pauses_and_every_place_on_the_way_is_a_frame(act, see):
    async def scene():
        lab, page = await opened(see)
        lab.play()
        await page.until(lambda: lab.trainer.steps_done > 100)
        last = lab.trainer.steps_done
        for step in range(last, 0, -20):
            page.say("film", step=step)
            told = len(page.frames)
            await page.until(lambda told=told: len(page.frames) > told)
            content, _ = page.frames[-1]
            assert content["steps"][1] == step and content["form"] == "image/jpeg"
            assert content["steps"][2] >= last
        await page.rest()
        assert page.forms()[-1] == "image/png" and not lab.player.playing

    act(scene)


def test_at_the_start_stand_the_settings_of_the_first_step(act, see):
    async def scene():
        lab, page = await opened(see, controls=["learning_rate"])
        lab.change(learning_rate=3.0)
        await lab.run(steps=20)
        page.say("film", step=0)
        await page.rest()
        control = lab.controls.widgets["learning_rate"]
        assert lab.trainer.steps_done == 0
        assert lab.experiment.learning_rate == control.value == 3.0

    act(scene)


@pytest.mark.parametrize("typed, says", [("31", "try step=30"), ("x", "like 32")])
def test_a_step_may_be_typed_and_one_that_is_none_is_told(act, see, typed, says):
    async def scene():
        lab, page = await opened(see)
        await lab.run(steps=30)
        page.say("film", step="12")
        await page.rest()
        assert lab.trainer.steps_done == 12
        page.say("film", step=typed)
        await page.rest()
        assert says in lab.message.text and lab.trainer.steps_done == 12

    act(scene)


def test_it_goes_back_and_on_again_bit_for_bit(act, see):
    async def scene():
        lab, page = await opened(see)
        there = {0: numbers(lab)}
        for step in (7, 40, 55):
            await lab.run(steps=step - lab.trainer.steps_done)
            there[step] = numbers(lab)
        still = lab.still()
        for step in (40, 0, 55, 7):
            page.say("film", step=step)
            await page.rest()
            assert_array_equal(numbers(lab), there[step])
            assert lab.trainer.steps_done == step and seen(page) == (0, 55, step)
            assert f"step {step}" in lab.canvas.text.replace(",", "")
        page.say("film", step=55)
        await page.rest()
        assert lab.still() == still

    act(scene)


def test_the_settings_are_those_of_then_and_a_fork_forgets_what_came_after(act, see):
    async def scene():
        lab, page = await opened(see, controls=["learning_rate"])
        control = lab.controls.widgets["learning_rate"]
        await lab.run(steps=20)
        lab.change(learning_rate=0.5)
        await lab.run(steps=20)
        page.say("film", step=10)
        await page.rest()
        assert (lab.experiment.learning_rate, control.value) == (0.1, 0.1)
        page.say("film", step=33)
        await page.rest()
        assert (lab.experiment.learning_rate, control.value) == (0.5, 0.5)
        page.say("film", step=10)
        await page.rest()
        lab.change(learning_rate=3.0)
        await lab.run(steps=5)
        assert seen(page) == (0, 15, 15)
        fork = numbers(lab)
        page.say("film", step=2)
        await page.rest()
        assert lab.experiment.learning_rate == 0.1
        page.say("film", step=15)
        await page.rest()
        assert_array_equal(numbers(lab), fork)
        assert lab.experiment.learning_rate == 3.0

    act(scene)


def test_a_key_goes_one_step_back_and_no_further_than_the_start(act, see):
    async def scene():
        lab, page = await opened(see)
        await lab.run(steps=2)
        for step in (1, 0, 0):
            await page.key("ArrowLeft")
            await page.rest()
            assert lab.trainer.steps_done == step and not lab.message.text

    act(scene)


def test_going_back_pauses_what_plays(act, see):
    async def scene():
        lab, page = await opened(see)
        lab.play()
        await page.until(lambda: lab.trainer.steps_done > 50)
        await page.key("ArrowLeft")
        await page.rest()
        assert not lab.player.playing
        assert seen(page)[1] == lab.trainer.steps_done + 1

    act(scene)


@pytest.mark.parametrize("button", ["reset", "reseed"])
def test_a_new_start_has_nothing_to_go_back_to(act, see, button):
    async def scene():
        lab, page = await opened(see)
        await lab.run(steps=9)
        await page.press(button)
        await page.rest()
        assert seen(page) == (0, 0, 0)

    act(scene)


def test_a_neuron_more_begins_a_new_tape(act, see):
    async def scene():
        lab, page = await opened(see, steps=5)
        await lab.run(steps=9)
        await page.key("+")
        await page.rest()
        first, last, step = seen(page)
        assert (first, last, step) == (9, 14, 14)
        page.say("film", step=9)
        await page.rest()
        assert lab.experiment.hidden == (4,) and lab.trainer.steps_done == 9

    act(scene)
