"""A function of the learner's own is the optimizer, whatever it does."""

import inspect
import json
from html import unescape

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import Experiment, InputError, Lab
from nnlab.lab.kinds import YOURS

SMALL = {"seeds": 2, "hidden": (3,)}


def downhill(gradient, rate):
    return -rate * gradient


def uphill(gradient, rate):
    return rate * gradient


def weights(lab: Lab) -> np.ndarray:
    return lab.trainer.network.parameters.copy()


def badge(lab: Lab) -> str:
    return unescape(lab.bar.badge.value)


def test_a_function_comes_in_mid_run_and_the_weights_stay(act, see):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab)
        await lab.run(30)
        assert badge(lab) == ""
        before, trainer = weights(lab), lab.trainer
        lab.change(optimizer=downhill)
        await page.rest()
        assert lab.trainer is trainer and trainer.steps_done == 30
        assert_array_equal(weights(lab), before)
        assert YOURS in badge(lab) and "downhill()" in badge(lab)
        assert lab.controls.widgets["optimizer"].value == YOURS
        await lab.run(30)
        by_name = await Lab(**SMALL).run(60)
        np.testing.assert_allclose(weights(lab), weights(by_name), rtol=1e-4, atol=1e-5)
        loss = lab.live.median("validation_loss")
        lab.change(optimizer=uphill)
        await lab.run(30)
        assert lab.live.median("validation_loss") > loss

    act(scene)


def test_its_rate_is_the_one_of_the_control(act):
    async def scene():
        lab, rates = Lab(**SMALL), set()

        def update(gradient, rate):
            rates.add(float(rate))
            return -rate * gradient

        lab.change(optimizer=update)
        for rate in (0.25, 2.0):
            trainer = lab.trainer
            lab.controls.widgets["learning_rate"].value = rate
            await lab.run(1)
            assert lab.trainer is trainer and rates == {rate}
            rates.clear()

    act(scene)


@pytest.mark.parametrize("button", ["reset", "reseed"])
def test_a_new_start_keeps_the_code(act, see, button):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab)
        lab.change(optimizer=uphill)
        await lab.run(20)
        await page.press(button)
        await page.rest()
        assert lab.trainer.steps_done == 0 and lab.experiment.optimizer is uphill
        assert YOURS in badge(lab)
        start = lab.live.median("validation_loss")
        await lab.run(20)
        assert lab.live.median("validation_loss") > start

    act(scene)


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_a_name_chosen_in_the_control_takes_its_place(act, see, name):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab)
        lab.change(optimizer=uphill)
        await lab.run(5)
        before = weights(lab)
        assert YOURS in badge(lab)
        lab.controls.widgets["optimizer"].value = name
        await page.rest()
        assert lab.experiment == Experiment(optimizer=name, **SMALL)
        assert badge(lab) == "" and lab.message.text == ""
        assert lab.trainer.optimizer == lab.experiment.make_optimizer()
        assert_array_equal(weights(lab), before)

    act(scene)


def raises(gradient, rate):
    return gradient / undefined  # noqa: F821


def within_numpy(gradient, rate):
    return np.linalg.cholesky(gradient)


def within_python(gradient, rate):
    return json.loads("{")


def nothing(gradient, rate):
    gradient * rate


def too_small(gradient, rate):
    return gradient[:, :2]


def a_list(gradient, rate):
    return [0.0, 1.0]


def takes_one(gradient):
    return gradient


def line_of(function) -> str:
    lines, first = inspect.getsourcelines(function)
    return f"(line {first + len(lines) - 1} of its cell, in {function.__name__})"


BROKEN = {
    raises: f"NameError: name 'undefined' is not defined {line_of(raises)}",
    within_numpy: line_of(within_numpy),
    within_python: line_of(within_python),
    nothing: "nothing returned None, not the change of every parameter",
    too_small: "too_small returned an array of shape (2, 2), not the change",
    a_list: "a_list returned [0.0, 1.0], not the change",
    takes_one: "takes_one() takes 1 positional argument but 2 were given",
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda function: function.__name__)
@pytest.mark.parametrize("way", ["play", "step", "run"])
def test_what_is_wrong_with_it_is_said_and_the_next_version_works(
    act, see, broken, way
):
    async def scene():
        lab = Lab(steps=20, **SMALL)
        page = see(lab)
        await lab.run(10)
        lab.change(optimizer=broken)
        if way == "run":
            with pytest.raises(Exception, match=r"."):
                await lab.run(5)
        else:
            await page.press(way)
        await page.until(lambda: lab.message.text)
        await page.rest()
        assert BROKEN[broken] in lab.message.text
        own = broken in (raises, within_numpy, within_python)
        assert ("of its cell" in lab.message.text) == own
        assert unescape(lab.message.widget.value).count(lab.message.text) == 1
        assert not lab.player.playing and YOURS in badge(lab)
        done = lab.trainer.steps_done
        lab.change(optimizer=downhill)
        await page.rest()
        assert lab.message.text == "" and lab.trainer.steps_done == done
        await page.press("play")
        await page.rest()
        assert lab.trainer.steps_done == done + 20 and lab.message.text == ""
        assert np.isfinite(weights(lab)).all()

    act(scene)


def test_a_mistake_leaves_the_weights_as_they_were(act, see):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab)
        await lab.run(10)
        before = weights(lab)
        for broken in BROKEN:
            lab.change(optimizer=broken)
            await page.press("step")
            await page.until(lambda: lab.message.text)
            assert_array_equal(weights(lab), before)

    act(scene)


def test_code_that_diverges_is_told_to_be_mended(act, see):
    async def scene():
        lab = Lab(steps=100, **SMALL)
        page = see(lab)
        lab.change(optimizer=lambda gradient, rate: gradient * np.inf)
        await page.press("play")
        await page.rest()
        assert "2 of 2 networks have diverged" in lab.message.text
        assert "your code" in lab.message.text and "learning_rate" not in (
            lab.message.text
        )
        lab.change(optimizer=downhill)
        await page.press("reset")
        await page.press("play")
        await page.rest()
        assert lab.message.text == "" and lab.trainer.steps_done == 100

    act(scene)


@pytest.mark.parametrize(
    "fields, argument",
    [
        ({"optimiser": downhill}, "field"),
        ({"optimizer": "sdg"}, "optimizer"),
        ({"optimizer": None}, "optimizer"),
        ({"learning_rate": -1}, "learning_rate"),
        ({"hidden": "many"}, "hidden"),
        ({"learning_rate": 0.5, "hidden": (0,)}, "hidden"),
    ],
    ids=str,
)
def test_a_change_that_is_not_possible_is_refused_where_it_is_asked_for(
    act, fields, argument
):
    async def scene():
        lab = await Lab(**SMALL).run(5)
        trainer = lab.trainer
        with pytest.raises(InputError) as caught:
            lab.change(**fields)
        assert caught.value.argument == argument
        assert lab.experiment == lab.live.experiment == Experiment(**SMALL)
        assert lab.trainer is trainer

    act(scene)


def test_a_change_of_another_field_starts_anew_with_the_code(act):
    async def scene():
        lab = await Lab(**SMALL).run(5)
        lab.change(optimizer=downhill, activation="relu")
        assert lab.trainer.steps_done == 0
        assert lab.experiment == Experiment(
            optimizer=downhill, activation="relu", **SMALL
        )
        assert YOURS in badge(lab)

    act(scene)


OF_OPTIMIZERS = {"optimizer": "adam", "learning_rate": 0.5, "momentum": 0.3}


@pytest.mark.parametrize("name", OF_OPTIMIZERS)
def test_what_belongs_to_the_optimizer_keeps_the_weights(act, name):
    async def scene():
        lab = await Lab(**SMALL, optimizer="momentum").run(5)
        before, trainer = weights(lab), lab.trainer
        lab.change(**{name: OF_OPTIMIZERS[name]})
        assert lab.trainer is trainer and trainer.steps_done == 5
        assert_array_equal(weights(lab), before)
        assert lab.experiment.values()[name] == OF_OPTIMIZERS[name]
        assert trainer.optimizer == lab.experiment.make_optimizer()
        assert trainer.changes[-1][:2] == (5, name)

    act(scene)
