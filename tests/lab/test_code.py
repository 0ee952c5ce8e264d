"""A function of the learner's own is the optimizer, whatever it does."""

import inspect
import json
from dataclasses import dataclass
from html import unescape

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import Experiment, InputError, Lab
from nnlab.data.dataset import Dataset
from nnlab.engine.activations import LeakyReLU, ReLU
from nnlab.engine.initializers import Initializer
from nnlab.engine.optimizers.sgd import SGD
from nnlab.lab.custom_part_badge import YOURS

SMALL = {"seeds": 2, "hidden": (3,)}


def downhill(gradient, rate):
    return -rate * gradient


def uphill(gradient, rate):
    return rate * gradient


def weights(lab: Lab) -> np.ndarray:
    return lab.trainer.network.parameters.copy()


def opened() -> Lab:
    """A small Lab in which all settings are open."""
    lab = Lab(**SMALL)
    lab.controls.unfold(lab.experiment, True)
    return lab


def badge(lab: Lab) -> str:
    return unescape(lab.bar.badge.value)


def test_a_function_comes_in_mid_run_and_the_weights_stay(act, see):
    async def scene():
        lab = opened()
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
        loss = lab.session.median("validation_loss")
        lab.change(optimizer=uphill)
        await lab.run(30)
        assert lab.session.median("validation_loss") > loss

    act(scene)


def test_its_rate_is_the_one_of_the_control(act):
    async def scene():
        lab, rates = Lab(**SMALL), set()

        def update(gradient, rate):
            rates.add(float(rate))
            return -rate * gradient

        lab.change(optimizer=update)
        rates.clear()  # those of the check on its way in
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
        start = lab.session.median("validation_loss")
        await lab.run(20)
        assert lab.session.median("validation_loss") > start

    act(scene)


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_a_name_chosen_in_the_control_takes_its_place(act, see, name):
    async def scene():
        lab = opened()
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


# Functions that work until there is something in `broken_now`, so that they pass the
# check on their way in

broken_now: list[bool] = []


@pytest.fixture
def break_now():
    yield lambda: broken_now.append(True)
    broken_now.clear()


def raises(gradient, rate):
    if not broken_now:
        return -rate * gradient
    return gradient / undefined  # noqa: F821


def within_numpy(gradient, rate):
    if not broken_now:
        return -rate * gradient
    return np.linalg.cholesky(gradient)


def within_python(gradient, rate):
    if not broken_now:
        return -rate * gradient
    return json.loads("{")


def nothing(gradient, rate):
    return None if broken_now else -rate * gradient


def too_small(gradient, rate):
    return -rate * (gradient[:, :2] if broken_now else gradient)


def a_list(gradient, rate):
    return [0.0, 1.0] if broken_now else -rate * gradient


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
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda function: function.__name__)
@pytest.mark.parametrize("way", ["play", "step", "run"])
def test_what_is_wrong_with_it_is_said_and_the_next_version_works(
    act, see, break_now, broken, way
):
    async def scene():
        lab = Lab(steps=20, **SMALL)
        page = see(lab)
        await lab.run(10)
        lab.change(optimizer=broken)
        break_now()
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
        assert unescape(lab.message.line.value).count(lab.message.text) == 1
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


def test_a_mistake_leaves_the_weights_as_they_were(act, see, break_now):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab)
        await lab.run(10)
        before = weights(lab)
        for broken in BROKEN:
            broken_now.clear()
            lab.change(optimizer=broken)
            break_now()
            await page.press("step")
            await page.until(lambda: lab.message.text)
            assert_array_equal(weights(lab), before)

    act(scene)


def test_code_that_diverges_is_told_to_be_mended(act, see):
    lost = []

    async def scene():
        lab = Lab(steps=100, **SMALL)
        page = see(lab)
        lab.change(
            optimizer=lambda gradient, rate: gradient * (np.inf if lost else -rate)
        )
        lost.append(True)
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
    ids=lambda given: str(given).split(" at 0x")[0],
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
        assert lab.experiment == lab.session.experiment == Experiment(**SMALL)
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


# What is wrong from the start is refused where it is given


def takes_one(gradient):
    return gradient


def always_nothing(gradient, rate):
    gradient * rate


@pytest.mark.parametrize("wrong", [takes_one, always_nothing, np.linalg.cholesky])
def test_code_that_cannot_work_is_refused_and_the_lab_is_as_it_was(act, wrong):
    async def scene():
        lab = await Lab(**SMALL).run(5)
        before, trainer = weights(lab), lab.trainer
        with pytest.raises(InputError) as caught:
            lab.change(optimizer=wrong)
        assert caught.value.argument == "optimizer" and "\n" not in str(caught.value)
        assert lab.trainer is trainer and badge(lab) == ""
        assert_array_equal(weights(lab), before)

    act(scene)


# Other parts of the learner's own


class Mine(ReLU):
    pass


def squares(seed: int = 0, samples: int = 60) -> Dataset:
    x = np.random.default_rng(seed).normal(size=(samples, 2))
    return Dataset("squares", x, (x**2).sum(axis=1), ("a", "b"), ())


def slower(step):
    return 1 / (1 + step / 100)


def error(z, y):
    return (z - y) ** 2


def slope(z, y):
    return 2 * (z - y)


class Twice(Initializer):
    def draw(self, rng, shape):
        return 2 * rng.normal(size=shape)


@dataclass(frozen=True)
class Backwards(SGD):
    """Each step half as long as it could be."""

    def update(self, xp, m, g, p, c):
        return -0.5 * c["rate"] * g


TABLE = Dataset("table", np.eye(30), np.arange(30) % 3, tuple("f" * 30), tuple("abc"))
PARTS = {  # of each field: what is given, what its control shows, what the badge says
    "activation": ((np.sin, np.cos), *["FunctionLayer(np.sin, slope=np.cos)"] * 2),
    "loss": (
        (error, slope),
        "FunctionLoss(error, slope=slope)",
        "FunctionLoss(error, slope=slope)",
    ),
    "hidden": ((3, Mine(), 2), "3, Mine(), 2", "Mine()"),
    "schedule": (slower, YOURS, "slower()"),
    "initializer": (Twice(), "Twice()", "Twice()"),
    "optimizer": (
        Backwards(0.1),
        "Backwards(learning_rate=0.1)",
        "Backwards(learning_rate=0.1)",
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_every_part_may_be_the_learners_own(act, see, name):
    given, control, said = PARTS[name]

    async def scene():
        lab = opened()
        page = see(lab)
        await lab.run(5)
        before, trainer = weights(lab), lab.trainer
        lab.change(**{name: given})
        await page.rest()
        live = name in ("schedule", "optimizer")
        assert (lab.trainer is trainer) == live
        if live:
            assert_array_equal(weights(lab), before)
        assert lab.experiment == Experiment(**{**SMALL, name: given})
        assert control in lab.controls.widgets[name].value
        assert (
            YOURS in badge(lab) and said in badge(lab) and "at work here" in badge(lab)
        )
        await lab.run(5)
        assert np.isfinite(weights(lab)).all() and lab.message.text == ""
        lab.controls.widgets[
            "learning_rate"
        ].value = 0.05  # with all others as they are
        await page.rest()
        assert lab.experiment.learning_rate == 0.05 and lab.message.text == ""
        assert said.partition("=")[0] in badge(lab)
        lab.change(**{name: getattr(Experiment(**SMALL), name)})
        await page.rest()
        assert badge(lab) == "" and lab.message.text == ""

    act(scene)


def test_a_data_set_is_shown_by_its_name(act):
    async def scene():
        lab = await Lab(loss="hinge", noise=0.4, **SMALL).run(5)
        lab.change(data=TABLE, batch_size=9)
        assert lab.controls.widgets["data"].value == "table"
        assert lab.experiment == Experiment(data=TABLE, batch_size=9, **SMALL)
        assert badge(lab) == ""  # data are no code
        lab.change(data=squares)
        assert lab.experiment.dataset().name == "squares"
        assert "squares" in badge(lab) and not lab.experiment.dataset().labelled
        lab.change(data="xor")
        assert badge(lab) == "" and lab.experiment.loss == "auto"

    act(scene)


def test_layers_that_are_still_named_stay_when_hidden_is_edited(act, see):
    async def scene():
        one, other = Mine(), LeakyReLU(0.3)
        lab = Lab(seeds=2, hidden=(4, one, other, 4))
        page = see(lab)
        assert lab.controls.widgets["hidden"].value == "4, Mine(), LeakyReLU(0.3), 4"
        for text, hidden in {
            "4, Mine(), 2": (4, one, 2),
            "Mine() 4": (one, 4),
            "4, Mine(), Mine()": (4, one, one),
            "5": (5,),
        }.items():
            lab.controls.widgets["hidden"].value = text
            await page.rest()
            assert lab.experiment.hidden == hidden and lab.message.text == ""
            lab.change(hidden=(4, one, other, 4))
        lab.controls.widgets["hidden"].value = "4, Yours(), 4"
        await page.rest()
        assert "Yours()" in lab.message.text and lab.experiment.hidden[1] is one

    act(scene)


# Whose code an exercise runs


def test_a_badge_says_whose_code_does_what_an_exercise_asks_for(act):
    """Data are no code, and yet those that an answer has made say so."""

    async def scene():
        lab = Lab(data="moons", **SMALL)
        assert badge(lab) == ""
        lab.show_author("split")
        assert "split(): ours, until yours is right" in badge(lab)
        y = ["a", "b"] * 20
        answer = {"data": Dataset("mine", np.arange(80.0).reshape(40, 2), y)}
        lab.change(**answer)
        lab.show_author("split", answer)
        assert YOURS in badge(lab) and "split() is at work here" in badge(lab)
        lab.change(learning_rate=0.2)
        assert YOURS in badge(lab)
        lab.change(data="moons")  # then it is at work no longer
        assert "ours" in badge(lab)

    act(scene)
