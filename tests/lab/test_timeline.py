"""The slider goes back to any step, with the settings of then, and on from there."""

import pytest
from numpy.testing import assert_array_equal

from nnlab import Lab

SMALL = {"seeds": 2, "hidden": (3,), "dropout": 0.1, "speed": 1000}


async def opened(see, **more):
    lab = Lab(**{**SMALL, **more})
    page = see(lab)
    await page.rest()
    return lab, page


def seen(lab) -> tuple:
    """What the slider shows: first and last step, and where it stands."""
    slider = lab.scrub.slider
    return slider.min, slider.max, slider.value, slider.disabled


def numbers(lab):
    return lab.trainer.network.parameters.copy()


def test_at_rest_it_shows_the_steps_that_were_made_and_moving_it_stands(act, see):
    async def scene():
        lab, page = await opened(see)
        assert seen(lab) == (0, 0, 0, True)
        await lab.run(steps=30)
        assert seen(lab) == (0, 30, 30, False)
        lab.play()
        await page.until(lambda: lab.trainer.steps_done > 60)
        assert seen(lab) == (0, 30, 30, True)
        await page.press("play")
        await page.rest()
        made = lab.trainer.steps_done
        assert seen(lab) == (0, made, made, False)

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
            lab.scrub.slider.value = step
            await page.rest()
            assert_array_equal(numbers(lab), there[step])
            assert lab.trainer.steps_done == step and seen(lab) == (0, 55, step, False)
            assert f"step {step}" in lab.canvas.text.replace(",", "")
        lab.scrub.slider.value = 55
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
        lab.scrub.slider.value = 10
        await page.rest()
        assert (lab.experiment.learning_rate, control.value) == (0.1, 0.1)
        lab.scrub.slider.value = 33
        await page.rest()
        assert (lab.experiment.learning_rate, control.value) == (0.5, 0.5)
        lab.scrub.slider.value = 10
        await page.rest()
        lab.change(learning_rate=3.0)
        await lab.run(steps=5)
        assert seen(lab) == (0, 15, 15, False)
        fork = numbers(lab)
        lab.scrub.slider.value = 2
        await page.rest()
        assert lab.experiment.learning_rate == 0.1
        lab.scrub.slider.value = 15
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
        assert seen(lab)[1] == lab.trainer.steps_done + 1

    act(scene)


@pytest.mark.parametrize("button", ["reset", "reseed"])
def test_a_new_start_has_nothing_to_go_back_to(act, see, button):
    async def scene():
        lab, page = await opened(see)
        await lab.run(steps=9)
        await page.press(button)
        await page.rest()
        assert seen(lab) == (0, 0, 0, True)

    act(scene)


def test_a_neuron_more_begins_a_new_tape(act, see):
    async def scene():
        lab, page = await opened(see, steps=5)
        await lab.run(steps=9)
        await page.key("+")
        await page.rest()
        first, last, step, _ = seen(lab)
        assert (first, last, step) == (9, 14, 14)
        lab.scrub.slider.value = 9
        await page.rest()
        assert lab.experiment.hidden == (4,) and lab.trainer.steps_done == 9

    act(scene)
