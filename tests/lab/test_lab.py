"""A Lab is its experiment: what is pressed, turned and typed leads where it says."""

import asyncio
import inspect
import re
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from base64 import b64decode
from dataclasses import fields as fields_of
from html import unescape
from io import BytesIO
from math import inf
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image

import nnlab
from nnlab import Experiment, InputError, Lab
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.lab import registry
from nnlab.lab.commands import KEYS
from nnlab.lab.keyboard import PLAYER, SLOW_MOTION, for_page
from nnlab.lab.paint import paint
from nnlab.lab.renderer import NARROW, SHARPEST, WIDE
from nnlab.lab.step_controls import SLOWLY
from nnlab.lab.toolbar import BUTTONS
from nnlab.lab.weight_sliders import LOOKS
from nnlab.session.findings import findings
from nnlab.stills import TRAINED
from nnlab.views import (
    Boundary,
    Curves,
    Flow,
    Gallery,
    HiddenSpace,
    Neurons,
    Paint,
    View,
    WeightedSum,
)

WILD = {"activation": "relu", "loss": "mse", "learning_rate": 100.0}
SMALL = {"seeds": 2, "hidden": (3,)}
A_MOMENT = 0.3  # seconds on the fake clock


async def moment() -> None:
    await asyncio.sleep(A_MOMENT)


async def press(lab: Lab, name: str) -> None:
    lab.bar.buttons[name].click()
    await moment()


async def edit(lab: Lab, name: str, value) -> None:
    """As a control reports it."""
    lab.controls._edited(name, value)
    await moment()


def opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


def weights(lab: Lab) -> np.ndarray:
    return lab.trainer.network.parameters.copy()


def trained(experiment: Experiment, steps: int) -> np.ndarray:
    """Where a script comes to."""
    trainer = experiment.trainer()
    for _ in trainer.steps(steps):
        pass
    return trainer.network.parameters


# Steps


@pytest.mark.parametrize("data", ["island", "digits"])
@pytest.mark.parametrize("parts", [(0,), (1,), (40,), (7, 33)])
def test_run_is_what_a_script_does_bit_for_bit(act, data, parts):
    async def scene():
        lab = Lab(data=data, **SMALL)
        for steps in parts:
            assert await lab.run(steps=steps) is lab
        assert lab.trainer.steps_done == sum(parts)
        assert_array_equal(weights(lab), trained(lab.experiment, sum(parts)))

    act(scene)


def test_played_in_a_page_it_is_the_same_bit_for_bit(act, see):
    async def scene():
        lab = Lab(data="xor", **SMALL)
        see(lab)
        await press(lab, "play")
        await press(lab, "play")
        await press(lab, "step")
        assert lab.trainer.steps_done > 50
        assert_array_equal(
            weights(lab), trained(lab.experiment, lab.trainer.steps_done)
        )

    act(scene)


@pytest.mark.parametrize("button, key", [("step", "ArrowRight"), ("epoch", "Enter")])
def test_buttons_and_keys_make_the_steps_they_name(act, button, key):
    async def scene():
        lab = Lab(**SMALL)
        for _ in range(2):
            before, left = lab.trainer.steps_done, lab.steps_to_epoch()
            await press(lab, button)
            steps = 1 if button == "step" else left
            assert lab.trainer.steps_done == before + steps
            lab.commands.note({"type": "key", "view": "a", "key": key})
            await moment()
            assert lab.trainer.steps_done > before + steps

    act(scene)


# Reset, new seed, edits


@pytest.mark.parametrize("data", ["island", "digits"])
def test_reset_is_the_very_same_start(act, data):
    async def scene():
        lab = Lab(data=data, **SMALL)
        first, start = lab.still(), weights(lab)
        await lab.run(30)
        assert lab.still() != first
        await press(lab, "reset")
        assert lab.trainer.steps_done == 0 and lab.still() == first
        assert_array_equal(weights(lab), start)
        await lab.run(30)
        assert_array_equal(weights(lab), trained(lab.experiment, 30))

    act(scene)


def test_a_new_seed_is_the_same_recipe_with_luck_not_seen_before(act):
    async def scene():
        lab = Lab(seed=5, **SMALL)
        for round in range(1, 4):
            await press(lab, "reseed")
            assert lab.experiment == Experiment(seed=5 + 2 * round, **SMALL)
            assert lab.trainer.network.seeds == [5 + 2 * round, 6 + 2 * round]
            assert [label for label, _ in lab.bar.seed.options] == [
                str(seed) for seed in lab.trainer.network.seeds
            ]
            assert_array_equal(weights(lab), trained(lab.experiment, 0))

    act(scene)


def test_a_new_rate_keeps_the_weights_and_is_written_down(act):
    async def scene():
        lab = Lab(**SMALL)
        await lab.run(20)
        before, trainer = weights(lab), lab.trainer
        await edit(lab, "learning_rate", 0.7)
        assert lab.trainer is trainer and trainer.changes == [
            (20, "learning_rate", 0.7)
        ]
        assert_array_equal(weights(lab), before)
        assert lab.experiment == lab.session.experiment
        assert lab.experiment == Experiment(learning_rate=0.7, **SMALL)
        await lab.run(5)
        by_hand = Experiment(**SMALL).trainer()
        for _ in by_hand.steps(20):
            pass
        by_hand.change(learning_rate=0.7)
        for _ in by_hand.steps(5):
            pass
        assert_array_equal(weights(lab), by_hand.network.parameters)

    act(scene)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name, value", [("learning_rate", 0.3), ("momentum", 0.5)])
def test_what_the_optimizer_reads_changes_live(act, optimizer, name, value):
    async def scene():
        lab = Lab(optimizer=optimizer, **SMALL)
        await lab.run(3)
        trainer = lab.trainer
        await edit(lab, name, value)
        live = name in {field.name for field in fields_of(OPTIMIZERS[optimizer])}
        assert lab.trainer is trainer
        assert lab.experiment.make_optimizer() == lab.trainer.optimizer
        assert (getattr(lab.experiment, name) == value) == live
        assert ("would do nothing" in lab.message.text) == (not live)

    act(scene)


STRUCTURE = {
    "hidden": "5, 2",
    "activation": "relu",
    "features": ("x1", "x1*x2"),
    "initializer": "he",
    "batch_size": 20,
    "seeds": 4,
    "seed": 9,
    "data_seed": 3,
    "noise": 0.5,
    "samples": 200,
    "loss": "mse",
    "standardize": False,
    "dtype": "float64",
}


def test_a_change_of_structure_starts_anew(act):
    async def scene():
        lab, asked = Lab(**SMALL), {**SMALL}
        for name, value in STRUCTURE.items():
            await lab.run(3)
            await edit(lab, name, value)
            asked[name] = (5, 2) if name == "hidden" else value
            assert lab.experiment == Experiment(**asked)
            assert lab.trainer.steps_done == 0 and lab.message.text == ""
            assert_array_equal(weights(lab), trained(lab.experiment, 0))
        assert lab.still() == Lab(lab.experiment).still()

    act(scene)


def test_new_data_bring_their_own_views_and_noise(act):
    async def scene():
        lab = Lab(controls=["data", "noise"], **SMALL)
        await edit(lab, "noise", 0.4)
        for data in ("digits", "spiral", "digits", "xor"):
            await lab.run(3)
            await edit(lab, "data", data)
            fresh = Lab(data=data, **SMALL)
            assert lab.experiment == fresh.experiment
            kinds = [type(view) for view in lab.picture.views]
            assert kinds == [type(view) for view in fresh.picture.views]
            assert lab.still() == fresh.still()
            assert lab.controls.widgets["noise"].disabled == (data == "digits")

    act(scene)


@pytest.mark.parametrize("name", ["hidden", "data"])
def test_playing_goes_on_through_an_edit(act, see, name):
    async def scene():
        lab = Lab(**SMALL)
        see(lab)
        await press(lab, "play")
        await edit(lab, name, "4" if name == "hidden" else "digits")
        await moment()
        assert lab.player.playing and lab.trainer.steps_done > 50

    act(scene)


BAD = {
    "hidden": ["x", "0", "-1", "2000", "--5", "²", "9" * 5000, ", ".join("8" * 40)],
    "batch_size": [0, -1, 10**6],
    "learning_rate": [0.0, 1e9, float("nan"), "fast"],
    "data": ["xr", None],
    "seeds": [0, 10**6],
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_edit_is_explained_and_the_lab_goes_on(act, name):
    async def scene():
        lab = Lab(**SMALL)
        await lab.run(10)
        trainer, picture = lab.trainer, lab.still()
        good = "3" if name == "hidden" else getattr(lab.experiment, name)
        for value in BAD[name]:
            await edit(lab, name, value)
            assert lab.message.text.startswith(name), f"{value!s:.9}"
            assert unescape(lab.message.line.value).count(lab.message.text) == 1
            assert lab.experiment == Experiment(**SMALL) and lab.trainer is trainer
            await edit(lab, name, good)
            assert lab.message.text == "" and lab.trainer is trainer
        await edit(lab, name, value)
        assert lab.still() == picture
        await lab.run(5)
        assert_array_equal(weights(lab), trained(lab.experiment, 15))

    act(scene)


@pytest.mark.parametrize("button", ["reset", "reseed"])
def test_a_control_shows_what_is_so_or_a_message_says_that_it_is_not(act, button):
    async def scene():
        lab = Lab(**SMALL)
        lab.controls.widgets["hidden"].value = "0, 3"
        await moment()
        assert "hidden" in lab.message.text
        await press(lab, button)
        if not lab.message.text:
            assert lab.controls.widgets["hidden"].value == "3"
            await edit(lab, "learning_rate", 0.5)
            assert lab.experiment.learning_rate == 0.5 and lab.message.text == ""

    act(scene)


def test_two_edits_that_only_go_together_are_made_together(act):
    async def scene():
        lab = Lab(**SMALL)
        await edit(lab, "residual", True)
        assert "residual=True needs a hidden layer" in lab.message.text
        await edit(lab, "hidden", "3, 3")
        both = {**SMALL, "hidden": (3, 3), "residual": True}
        assert lab.experiment == Experiment(**both)
        assert lab.message.text == ""

    act(scene)


def test_views_that_do_not_fit_new_data_leave_the_lab_as_it_was(act):
    async def scene():
        lab = Lab(views=[HiddenSpace(), Curves()], **SMALL)
        await lab.run(10)
        trainer, picture = lab.trainer, lab.still()
        await edit(lab, "data", "digits")
        assert lab.message.text
        assert lab.experiment == lab.session.experiment == Experiment(**SMALL)
        assert lab.trainer is trainer and lab.still() == picture
        await lab.run(5)
        assert_array_equal(weights(lab), trained(lab.experiment, 15))

    act(scene)


# Divergence


@pytest.mark.parametrize("data", ["xor", "digits"])
def test_divergence_is_explained_and_the_lab_goes_on(act, see, data):
    async def scene():
        lab = Lab(data=data, **{**SMALL, "seeds": 3}, **WILD)
        see(lab)
        await lab.run(400)
        await moment()
        assert lab.trainer.diverged.all() and lab.trainer.steps_done < 400
        assert lab.message.text.startswith("3 of 3 networks have diverged")
        better = re.search(r"Try learning_rate=(\S+),", lab.message.text)[1]
        assert repr(lab) == f"Lab(step={lab.trainer.steps_done}, loss=nan)"
        opened(lab.still()).load()
        await edit(lab, "learning_rate", float(better))
        await press(lab, "reset")
        assert lab.message.text == "" and lab.trainer.steps_done == 0
        await lab.run(1)
        assert lab.trainer.steps_done == 1 and np.isfinite(weights(lab)).all()

    act(scene)


def test_networks_that_stopped_early_say_so_and_play_ends(act, see):
    async def scene():
        lab = Lab(data="xor", patience=1, learning_rate=5.0, speed=inf, **SMALL)
        page = see(lab)
        await press(lab, "play")
        await page.until(lambda: not lab.player.playing)
        await page.rest()
        assert not lab.trainer.active.any()
        said = unescape(lab.message.line.value)
        assert "All 2 networks have stopped early, with patience=1," in said
        await press(lab, "reset")
        await page.rest()
        assert "have stopped" not in lab.message.line.value

    act(scene)


# What the page sees


def test_frames_are_quick_while_it_moves_and_sharp_at_rest(act, frames, see):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab, width=1000, scale=1.5)
        await moment()
        assert page.forms() == ["image/png"]
        await press(lab, "play")
        await press(lab, "play")
        forms = page.forms()[1:]
        assert set(forms[:-1]) == {"image/jpeg"} and forms[-1] == "image/png"
        sizes = {"image/jpeg": (1000, 380), "image/png": (1500, 570)}
        for content, (frame,) in frames:
            picture = opened(frame)
            assert f"image/{picture.format.lower()}" == content["form"]
            assert picture.size == sizes[content["form"]]
        assert lab.canvas.text == lab.screen.describe(lab.session, lab.selection)

    act(scene)


@pytest.mark.parametrize(
    "width, scale", [(300, 1), (NARROW, 1), (901, 1.25), (3000, 1), (900, 3)]
)
def test_the_picture_fits_the_page(act, frames, see, width, scale):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab, width=width, scale=scale)
        await moment()
        fitting, sharp = min(max(width, NARROW), WIDE), min(scale, SHARPEST)
        assert lab.canvas.width == lab.picture.width == fitting
        high = lab.canvas.height
        assert high == 380 if 650 <= fitting < 1040 else high > 500
        (frame,) = frames[-1][1]
        assert opened(frame).size == (int(fitting * sharp), int(high * sharp))
        built = lab.picture.figure
        page.say("hello", width=width, scale=scale)
        await moment()
        assert lab.picture.figure is built  # once for this page

    act(scene)


@pytest.mark.parametrize("scale", [1, 2])
def test_pointing_shows_a_neuron_and_leaving_ends_it(act, see, scale):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab, width=900, scale=scale)
        await moment()
        plain = lab.still()
        neurons = next(v for v in lab.picture.views if isinstance(v, Neurons))
        for unit, (x, y) in enumerate(neurons.centres[1]):
            page.say("move", x=float(x), y=float(y))
            await moment()
            assert lab.selection.pointed == (1, unit) and lab.still() != plain
        page.say("leave")
        await moment()
        assert lab.selection.pointed is None and lab.still() == plain

    act(scene)


def test_the_seed_chosen_is_shown_until_another_is(act):
    async def scene():
        lab = Lab(seeds=3, hidden=(3,))
        for replica in (1, 2, 0, 2):
            await moment()
            lab.bar.seed.value = replica
            await moment()
            assert lab.selection.replica == replica
        await press(lab, "reset")
        assert lab.selection.replica == lab.bar.seed.value == 2
        await edit(lab, "seeds", 2)  # the last of them that is left
        assert lab.selection.replica == lab.bar.seed.value == 1

    act(scene)


@pytest.mark.parametrize("data", ["island", "digits"])
def test_where_nobody_can_play_the_picture_is_as_trained(act, data, monkeypatch):
    """And the Lab is at its start as before, to the last bit."""

    async def scene():
        lab, played = Lab(data=data, **SMALL, still=30), Lab(data=data, **SMALL)
        before = lab.trainer.network.parameters.copy()
        played = await played.run(30)
        for name, value in TRAINED.items():
            monkeypatch.setenv(name, value)
        bundle, words = lab._repr_mimebundle_()
        assert b64decode(bundle["image/png"]) == played.still()
        assert words["image/png"]["alt"] == played.canvas.text
        assert lab.trainer.steps_done == 0 and repr(lab) == bundle["text/plain"]
        assert np.array_equal(lab.trainer.network.parameters, before)
        await lab.run(30)
        assert lab.still() == played.still()

    act(scene)


@pytest.mark.parametrize("data", ["island", "digits"])
def test_without_a_kernel_it_shows_its_picture_and_a_line(act, data):
    async def scene():
        lab = await Lab(data=data, **SMALL).run(20)
        bundle, words = lab._repr_mimebundle_()
        alt = {"image/png": {"alt": lab.canvas.text}}
        assert words == {**alt, "needs_background": "light"}
        assert bundle.keys() == {
            "text/plain",
            "image/png",
            "application/vnd.jupyter.widget-view+json",
        }
        png = b64decode(bundle["image/png"], validate=True)
        assert opened(png).size == (880, 380) and png == lab.still()
        assert bundle["text/plain"] == repr(lab)
        view = bundle["application/vnd.jupyter.widget-view+json"]
        assert view["model_id"] == lab.box.model_id
        again = await Lab(data=data, **SMALL).run(20)
        assert repr(again) == repr(lab) and again.still() == lab.still()

    act(scene)


def test_its_repr_is_the_step_and_the_loss_in_two_digits(act):
    async def scene():
        lab = Lab(**SMALL)
        for steps in (0, 1, 50):
            await lab.run(steps) if steps else None
            loss = np.median(lab.trainer.measure()["validation_loss"])
            assert repr(lab) == f"Lab(step={lab.trainer.steps_done}, loss={loss:.2g})"

    act(scene)


# Callbacks only post


def state(lab: Lab) -> tuple:
    player, picture = lab.player, lab.picture
    texts = (lab.message.text, lab.canvas.text, lab.bar.buttons["play"].description)
    flags = (player.playing, player.speed, player.task)
    numbers = (lab.selection.replica, lab.selection.pointed, lab.trainer.steps_done)
    same = (id(lab.session), id(lab.trainer), id(picture.figure), lab.experiment)
    seen = (weights(lab).tobytes(), bytes(picture.canvas.buffer_rgba()))
    return (*texts, *flags, *numbers, *same, *seen, {**lab.canvas.viewers})


EVENTS = [
    {"type": "hello", "width": 999, "scale": 2},
    {"type": "move", "x": 10.0, "y": 10.0},
    {"type": "drag", "x": 10.0, "y": 10.0},
    {"type": "release", "x": 10.0, "y": 10.0},
    {"type": "ack", "frame": 1},
    {"type": "key", "key": " "},
    {"type": "bye"},
]
DONE = {
    **{name: lambda lab, n=name: lab.bar.buttons[n].click() for name in BUTTONS},
    "speed": lambda lab: setattr(lab.bar.speed, "value", inf),
    "seed shown": lambda lab: setattr(lab.bar.seed, "value", 1),
    "learning_rate": lambda lab: lab.controls.widgets["learning_rate"].set_trait(
        "value", 1.0
    ),
    "hidden": lambda lab: lab.controls.widgets["hidden"].set_trait("value", "x"),
    "data": lambda lab: lab.controls.widgets["data"].set_trait("value", "digits"),
    **{
        event["type"]: lambda lab, e=event: lab.canvas._handle_custom_msg(
            {**e, "view": "a"}, []
        )
        for event in EVENTS
    },
}


def test_callbacks_only_post(frames):
    lab, posted = Lab(**SMALL), []
    lab.player.post = lambda function, *arguments: posted.append(function)
    lab.player.note = lab.player.post
    before = state(lab)
    for name, do in DONE.items():
        do(lab)
        assert state(lab) == before and frames == [], name
        (function,) = posted
        assert function.__self__ in (lab, lab.player, lab.commands)
        posted.clear()


@pytest.mark.parametrize(
    "views, parts",
    [
        ([], {}),
        ([Flow()], {"slow": True, "probes": False, "paints": False}),
        ([Boundary(), WeightedSum()], {"slow": False, "probes": True, "paints": False}),
        ([Paint()], {"slow": False, "probes": False, "paints": True}),
    ],
)
def test_a_page_is_told_the_keys_that_its_lab_has(views, parts):
    known = Lab(views=views or None, **SMALL).canvas.keyboard
    none = dict.fromkeys(["slow", "probes", "paints"], False)
    assert known == for_page(**{**none, **parts})
    assert {*known["lab"]} == {*KEYS}
    paints = {*paint.PAINT_KEYS, *paint.BRUSH_KEYS} if parts.get("paints") else set()
    assert {*known["paper"]} == paints
    assert len(known["help"]) == len({*map(tuple, known["help"])}) > 8


def test_every_key_does_something_and_is_in_the_help():
    names = {*BUTTONS, "more", "fewer", "next", "none", "back", *SLOWLY, *LOOKS}
    assert {*KEYS.values()} == names - {"stop"}
    signs = {" ": "space", "ArrowRight": "→", "ArrowLeft": "←", "-": "−"}
    signs |= {"Escape": "Esc"}
    for keys in (*PLAYER, *SLOW_MOTION):
        for key in keys.commands:
            sign = signs.get(key, key)
            assert (
                sign.upper() if len(key) == 1 and key != " " else sign
            ) in keys.shown


# Its task


def cell(monkeypatch, name: str, turn: str) -> None:
    """From here on it is this cell that runs."""
    parent = {"metadata": {"cellId": name}, "header": {"msg_id": turn}}
    shell = SimpleNamespace(get_parent=lambda: parent)
    monkeypatch.setattr(registry, "get_ipython", lambda: shell)


async def playing(labs) -> list[bool]:
    """Which of these Labs still make steps when they are told to."""
    before = [lab.trainer.steps_done for lab in labs]
    for lab in labs:
        lab.player.post(lab.player.step)
    await moment()
    return [lab.trainer.steps_done > made for lab, made in zip(labs, before)]


def test_a_cell_run_again_leaves_one_task(act, monkeypatch):
    async def scene():
        others = asyncio.all_tasks()
        labs = []
        for turn in "123":
            cell(monkeypatch, "a", turn)
            labs.append(Lab(**SMALL))
            labs[-1].player.post(labs[-1].player.play)
            await moment()
            assert asyncio.all_tasks() - others == {labs[-1].player.task}
        assert all(await playing(labs))  # who has kept one goes on with it

    act(scene)


@pytest.mark.parametrize("cells, turns", [("aa", "11"), ("ab", "12"), (("", ""), "12")])
def test_labs_that_belong_beside_each_other_all_live(act, monkeypatch, cells, turns):
    async def scene():
        labs = []
        for name, turn in zip(cells, turns):
            cell(monkeypatch, name, turn)
            labs.append(Lab(**SMALL))
        await moment()
        assert await playing(labs) == [True, True]

    act(scene)


def test_stop_all_stops_all_and_play_starts_again(act, monkeypatch):
    async def scene():
        others, labs = asyncio.all_tasks(), []
        for name in "ab":
            cell(monkeypatch, name, "1")
            labs += [Lab(**SMALL), Lab(**SMALL)]
        for lab in labs:
            lab.player.post(lab.player.play)
        await moment()
        assert len(asyncio.all_tasks() - others) == 4
        nnlab.stop_all()
        await moment()
        assert asyncio.all_tasks() == others
        assert not any(lab.player.playing for lab in labs)
        assert all(await playing(labs))

    act(scene)


@pytest.mark.parametrize("kind", ["move", "leave"])
def test_an_error_in_a_move_of_the_pointer_reaches_the_lab(act, see, kind):
    class Broken(Curves):
        def at(self, x, y):
            return 1 / 0

    async def scene():
        lab = Lab(views=[Broken()], **SMALL)
        page = see(lab)
        await moment()
        lab.play()
        await moment()
        page.say(kind, x=5.0, y=5.0)
        await moment()
        assert lab.message.text.startswith("ZeroDivisionError: division by zero (line ")
        assert lab.player.playing  # and what plays plays on
        with pytest.raises(InputError):
            await lab.run(-1)
        await lab.run(3)

    act(scene)


def test_a_remark_is_made_only_when_it_is_shown(act, see):
    async def scene():
        asked = []
        lab = Lab(remark=lambda session, _: asked.append(session) or "Look!", **SMALL)
        page = see(lab)
        await page.rest()
        before = len(asked)
        lab.play()
        await page.until(lambda: page.forms().count("image/jpeg") > 5)
        assert len(asked) == before and "Look!" not in lab.message.line.value
        await page.press("play")
        await page.rest()
        assert len(asked) == before + 1 and "Look!" in lab.message.line.value

    act(scene)


@pytest.mark.parametrize("broken", ["advance", "show"])
def test_an_error_is_shown_where_the_learner_looks(act, see, monkeypatch, broken):
    async def scene():
        lab = Lab(**SMALL)
        see(lab)
        await moment()
        monkeypatch.setattr(lab, broken, lambda *_, **__: 1 / 0)
        line = inspect.currentframe().f_lineno - 1
        await press(lab, "step")
        assert lab.message.text == (
            "ZeroDivisionError: division by zero "
            f"(line {line} of its cell, in <lambda>)"
        )
        monkeypatch.undo()
        before = lab.trainer.steps_done
        await press(lab, "step")
        assert lab.trainer.steps_done > before

    act(scene)


def test_an_error_in_a_library_that_nnlab_calls_has_no_line_of_the_cell(act, see):
    async def scene():
        lab = Lab(**SMALL)
        see(lab)
        lab.session.train = np.linalg.norm
        await press(lab, "step")
        assert lab.message.text == (
            "ValueError: Improper number of dimensions to norm."
        )

    act(scene)


# Making one


@pytest.mark.parametrize(
    "arguments, argument",
    [
        ({"controls": ["learning_rat"]}, "controls"),
        ({"learning_rat": 1}, "field"),
        ({"data": "xr"}, "data"),
        ({"speed": 0}, "speed"),
        ({"speed": -1.0}, "speed"),
        ({"speed": None}, "speed"),
        ({"experiment": "xor"}, "experiment"),
        ({"speed": "fast"}, "speed"),
        ({"height": 0}, "height"),
        ({"views": [Gallery()]}, "views"),
        ({"views": ["Curves"]}, "views"),
        ({"views": ["curve"]}, "views"),
        ({"views": [Curves]}, "views"),
        ({"views": [View]}, "views"),
        ({"views": Curves()}, "views"),
        ({"views": "Curves"}, "views"),
        ({"views": {Curves()}}, "views"),
        ({"views": [Curves(), None]}, "views"),
        ({"views": [object()]}, "views"),
        ({"views": 3}, "views"),
        ({"controls": "hidden"}, "controls"),
        ({"controls": {"hidden"}}, "controls"),
        ({"controls": [3]}, "controls"),
        ({"controls": 5}, "controls"),
        ({"blas_threads": 0}, "blas_threads"),
        ({"blas_threads": -1}, "blas_threads"),
        ({"blas_threads": "1"}, "blas_threads"),
        ({"blas_threads": 1.5}, "blas_threads"),
        ({"blas_threads": True}, "blas_threads"),
        ({"blas_threads": None}, "blas_threads"),
        ({"height": 380.5}, "height"),
        ({"height": True}, "height"),
        ({"height": 10**400}, "height"),
        ({"speed": True}, "speed"),
        ({"speed": float("nan")}, "speed"),
        ({"steps": 0}, "steps"),
        ({"steps": 1.5}, "steps"),
        ({"steps": "10"}, "steps"),
        ({"ask": "How many?"}, "ask"),
        ({"remark": "Look!"}, "remark"),
        ({"remark": None}, "remark"),
    ],
    ids=lambda given: str(given).split(" at 0x")[0],
)
def test_a_lab_that_is_not_possible_says_why(arguments, argument):
    with pytest.raises(InputError) as caught:
        Lab(**arguments)
    assert caught.value.argument == argument and argument in str(caught.value)


@pytest.mark.parametrize(
    "arguments, fix",
    [
        ({"views": ["Curves"]}, "try views=[nnlab.views.Curves()]"),
        ({"views": ["curve"]}, "did you mean 'Curves'?"),
        ({"views": [Curves]}, "try views=[Curves()]"),
        ({"views": Curves()}, "try views=[Curves()]"),
        ({"controls": "hidden"}, "try controls=['hidden']"),
        ({"height": 380.5}, "try height=380"),
        ({"steps": "10"}, "try steps=10"),
    ],
    ids=range(7),
)
def test_the_nearest_fix_is_said(arguments, fix):
    with pytest.raises(InputError, match=re.escape(fix)):
        Lab(**arguments)


def test_numbers_of_numpy_are_numbers():
    whole, real = np.int64(2), np.float32(12.5)
    lab = Lab(
        blas_threads=whole, steps=whole, height=np.int64(380), speed=real, **SMALL
    )
    assert opened(lab.still()).size == (880, 380)


def test_views_may_come_in_any_order_and_twice():
    lab = Lab(views=(view for view in (Curves(), Curves())), **SMALL)
    assert len(lab.picture.views) == 2


NO_COUNTS = [-1, -(10**30), 1.5, 200.0, np.float64(3), float("nan"), float("inf"), None]
NO_COUNTS += ["200", True, [3], np.array([3]), object()]


@pytest.mark.parametrize("steps", NO_COUNTS, ids=range(len(NO_COUNTS)))
def test_a_run_of_no_count_ends_at_once_and_says_why(act, steps):
    async def scene():
        lab = Lab(**SMALL)
        with pytest.raises(InputError, match=r"steps=.* is a whole number, at least 0"):
            await lab.run(steps=steps)
        assert lab.trainer.steps_done == 0
        await lab.run(steps=2)
        assert lab.trainer.steps_done == 2

    act(scene)


@pytest.mark.parametrize("steps", [0, np.int64(3), np.uint8(3)])
def test_a_run_of_a_whole_number_makes_so_many(act, steps):
    async def scene():
        assert (await Lab(**SMALL).run(steps=steps)).trainer.steps_done == steps

    act(scene)


def test_a_speed_is_that_of_the_player():
    lab = Lab(speed=12.5, **SMALL)
    assert lab.player.speed == lab.bar.speed.value == 12.5


def test_views_and_controls_can_be_chosen():
    lab = Lab(views=[Curves()], controls=["seeds"], height=240, **SMALL)
    assert [*lab.controls.widgets] == ["seeds"]
    assert opened(lab.still()).size == (880, 240)


def test_fields_replace_those_of_the_experiment():
    experiment = Experiment(data="xor", seeds=2)
    assert Lab(experiment, hidden=(3,)).experiment == experiment.replace(hidden=(3,))
    assert experiment == Experiment(data="xor", seeds=2)


# Why


def test_what_is_found_is_said_and_its_view_is_a_press_away(act, see):
    async def scene():
        lab = Lab(
            data="spiral", hidden=(8,) * 8, activation="sigmoid", seeds=2, steps=600
        )
        page = see(lab)
        await page.rest()
        assert lab.message.line.value == "" and not lab.message.view
        await lab.run(600)
        await page.rest()
        [found, *_] = findings(lab.session)
        assert found.text in unescape(lab.message.line.value)
        assert lab.message.view == found.view != ""
        lab.message.button.click()
        await page.rest()
        kinds = [type(view).__name__ for view in lab.picture.views]
        assert kinds == ["Neurons", "Boundary", "Curves", found.view]
        assert found.text in unescape(lab.message.line.value) and not lab.message.view

    act(scene)


def test_what_is_found_is_looked_for_once_a_step(act, see, monkeypatch):
    looked = []
    monkeypatch.setattr(
        "nnlab.lab.status_messages.findings", lambda session: looked.append(0) or []
    )

    async def scene():
        lab = Lab(**SMALL)
        page = see(lab)
        await page.rest()
        for count in (2, 3):
            await lab.run(5)
            for x in range(4):
                await page.point((100 + x, 100))
                await page.rest()
            assert len(looked) == count

    act(scene)


# Views, added and taken away


def kinds(lab) -> list[str]:
    return [type(view).__name__ for view in lab.picture.views]


async def toggled(page, name: str) -> None:
    page.say("view", name=name)
    await page.rest()


@pytest.mark.parametrize("data", ["spiral", "sine", "digits", "wine", "diabetes"])
def test_every_view_that_fits_can_be_added_and_taken_away(act, see, data):
    async def scene():
        lab = Lab(data=data, seeds=2, hidden=(3,))
        page = see(lab)
        await lab.run(3)
        usual = kinds(lab)
        page.say("views")
        await page.rest()
        menu = next(c["menu"] for c, _ in reversed(page.frames) if "menu" in c)
        every = [view for group in menu for view in group["views"]]
        assert {view["name"] for view in every} | {"View"} == {*nnlab.views.__all__}
        for view in every:
            assert view["shown"] == (view["name"] in usual)
            await toggled(page, view["name"])
            fits = not view["lacks"]
            assert (view["name"] in kinds(lab)) == (fits and not view["shown"])
            assert fits or view["lacks"] in lab.message.text
            await toggled(page, view["name"])
            assert {*kinds(lab)} == {*usual} and lab.trainer.steps_done == 3

    act(scene)


def test_what_a_view_needs_beside_the_picture_comes_and_goes_with_it(act, see):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab)
        await page.rest()
        needs = {"Flow": lab.slow.row, "Paint": lab.paint.row}
        needs["WeightedSum"] = lab.hand.row
        for name, row in needs.items():
            for there in (True, False):
                await toggled(page, name)
                above, _, below, *_ = lab.box.children
                assert (row in (*above.children, *below.children)) == there
        await toggled(page, "WeightedSum")
        assert len(lab.hand.row.values) == 3 and lab.canvas.keyboard["help"]
        await toggled(page, "Paint")
        assert lab.canvas.paints and lab.session.painting is not None

    act(scene)


def test_an_added_view_stays_as_long_as_the_data_are_for_it(act, see):
    async def scene():
        lab = Lab(**SMALL)
        page = see(lab)
        await toggled(page, "HiddenSpace")
        await toggled(page, "Confusion")
        await toggled(page, "Curves")
        assert kinds(lab) == ["Neurons", "Boundary", "HiddenSpace", "Confusion"]
        await press(lab, "reseed")
        assert kinds(lab) == ["Neurons", "Boundary", "HiddenSpace", "Confusion"]
        lab.change(data="sine")
        await page.rest()
        assert "Confusion" not in kinds(lab) and "Curves" not in kinds(lab)
        lab.change(data="spiral")
        await page.rest()
        assert "Confusion" in kinds(lab) and not lab.message.text

    act(scene)


def test_the_last_view_and_one_that_is_none_are_told(act, see):
    async def scene():
        lab = Lab(views=[Curves()], **SMALL)
        page = see(lab)
        await toggled(page, "Curves")
        assert "a Lab shows one view at least" in lab.message.text
        await toggled(page, "Curvs")
        assert "did you mean 'Curves'" in lab.message.text and kinds(lab) == ["Curves"]

    act(scene)


# A run as code


def test_code_makes_the_run_again_with_its_changes(act, see):
    async def scene():
        lab = Lab(
            data="xor", views=[Neurons("gradient"), Curves(over="steps")], **SMALL
        )
        await lab.run(7)
        lab.change(learning_rate=0.5, l2=0.01)
        await lab.run(5)
        lab.change(optimizer="adam")
        await lab.run(4)
        names: dict = {}
        code = compile(lab.code(), "cell", "exec", PyCF_ALLOW_TOP_LEVEL_AWAIT)
        await eval(code, names)
        again = names["lab"]
        assert_array_equal(weights(again), weights(lab))
        assert again.experiment == lab.experiment
        assert again.trainer.changes == lab.trainer.changes
        assert [*map(repr, again.picture.views)] == [*map(repr, lab.picture.views)]

    act(scene)


def test_code_says_what_it_lacks(act):
    async def scene():
        lab = Lab(activation=(np.sin, np.cos), **SMALL)
        assert "# Define your own code first: " in lab.code()
        await lab.run(4)
        lab.session.set_by_hand(0, "0.W", (0, 0), 1.0)
        assert "# Before step 4 something was changed by hand" in lab.code()

    act(scene)


# The camera


def test_the_camera_updates_each_output_that_shows_it_and_no_other(act, monkeypatch):
    published = []

    def note(data, *, display_id, update=False, **_):
        published.append((display_id, update, data["text/plain"]))

    monkeypatch.setattr("nnlab.lab.lab.display", note)

    async def scene():
        lab = Lab(**SMALL)
        for _ in range(2):  # in two cells
            lab._ipython_display_()
        first, second = (shown for shown, _, _ in published)
        assert first != second  # or a page would put the second in place of the first
        await lab.run(7)
        lab.keep_picture()
        assert published[2:] == [(first, True, repr(lab)), (second, True, repr(lab))]
        assert "step=7" in repr(lab)
        assert lab._remarked().text.startswith("The picture in the file is now that of")
        await lab.run(1)
        assert "picture in the file" not in lab._remarked().text

    act(scene)
