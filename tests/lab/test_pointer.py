"""What is pointed at is looked at, what is clicked is kept; buttons grow the net."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import Lab
from nnlab.views import Neurons

SMALL = {"seeds": 2, "hidden": (3,)}
MIDDLE = 4  # of a link's points: no two of these links cross there


def net(lab: Lab) -> Neurons:
    return next(view for view in lab.picture.views if isinstance(view, Neurons))


def button(lab: Lab, hidden: tuple[int, ...]):
    """Where the button is that makes the hidden layers these."""
    [place] = [place for place, _, made in net(lab).buttons if made == hidden]
    return place


NOTHING = (1.0, 1.0)


async def opened(see, **more):
    lab = Lab(**{**SMALL, "steps": 5, **more})
    page = see(lab)
    await page.rest()
    return lab, page


def test_a_click_pins_and_a_second_one_unpins(act, see):
    async def scene():
        lab, page = await opened(see)
        plain = lab.still()
        places = [*net(lab).centres[1], *net(lab).centres[2]]
        for neuron, place in zip([(1, 0), (1, 1), (1, 2), (2, 0)], places):
            await page.point(place, press=True)
            await page.point(NOTHING)
            assert lab.selection.pinned == lab.selection.focus == neuron
            assert lab.selection.pointed is None and lab.still() != plain
        await page.point(place, press=True)
        await page.point(NOTHING)
        assert lab.selection.pinned is None and lab.still() == plain

    act(scene)


def test_what_is_pointed_at_goes_before_what_is_pinned(act, see):
    async def scene():
        lab, page = await opened(see)
        first, second = net(lab).centres[1][:2]
        await page.point(first, press=True)
        await page.point(second)
        assert lab.selection.focus == (1, 1) and lab.selection.pinned == (1, 0)
        page.say("leave")
        await page.rest()
        assert lab.selection.focus == (1, 0) and lab.selection.pointed is None

    act(scene)


def test_a_click_beside_everything_unpins(act, see):
    async def scene():
        lab, page = await opened(see)
        await page.point(net(lab).centres[1][0], press=True)
        await page.point(NOTHING, press=True)
        assert lab.selection.pinned is None

    act(scene)


def test_a_link_shows_its_own_weight(act, see):
    async def scene():
        lab, page = await opened(see)
        weights, found = lab.trainer.network["0.W"], set()
        for line in net(lab).paths[0]:
            await page.point(line[MIDDLE])
            await page.rest()
            layer, row, unit = lab.selection.pointed
            weight = weights[0, row, unit]
            assert f"weight {weight:+.2f} into neuron {unit + 1}" in lab.canvas.text
            found.add((layer, row, unit))
        assert found == {(0, row, unit) for row in range(2) for unit in range(3)}

    act(scene)


def test_p_looks_at_each_neuron_in_turn_and_escape_at_none(act, see):
    async def scene():
        lab, page = await opened(see)
        neurons = [(1, 0), (1, 1), (1, 2), (2, 0)]
        for expected in [*neurons, None, *neurons[:2]]:
            await page.key("p")
            await page.rest()
            assert lab.selection.pinned == expected
            assert ("neuron 2 of layer 1" in lab.canvas.text) == (expected == (1, 1))
        await page.key("Escape")
        assert lab.selection.pinned is None

    act(scene)


def test_the_pointer_says_what_can_be_pressed(act, see):
    async def scene():
        lab, page = await opened(see)
        assert lab.canvas.cursor == "default"
        for place in (net(lab).centres[1][0], button(lab, (4,)), button(lab, (3, 3))):
            await page.point(place)
            assert lab.canvas.cursor == "pointer"
            await page.point(NOTHING)
            assert lab.canvas.cursor == "default"

    act(scene)


@pytest.mark.parametrize("way", ["click", "key"])
@pytest.mark.parametrize("more", [1, -1])
@pytest.mark.parametrize("steps", [0, 20])
def test_a_neuron_more_or_fewer_and_the_others_keep_what_they_learned(
    act, see, way, more, steps
):
    async def scene():
        lab, page = await opened(see)
        if steps:
            await lab.run(steps)
        before, after = lab.trainer.network, (3 + more,)
        kept = {name: before[name].copy() for name in ("0.W", "0.b", "2.W", "2.b")}
        lab.player.pause()
        if way == "click":
            await page.point(button(lab, after), press=True)
        else:
            await page.key("+" if more > 0 else "-")
        assert lab.experiment.hidden == lab.session.experiment.hidden == after
        assert lab.controls.widgets["hidden"].value == str(after[0])
        assert lab.player.playing == bool(steps)  # it plays on if it had begun
        if not steps:
            both = min(3, *after)
            network = lab.trainer.network
            assert_array_equal(network["0.W"][..., :both], kept["0.W"][..., :both])
            assert_array_equal(network["0.b"][..., :both], kept["0.b"][..., :both])
            assert_array_equal(
                network["2.W"][..., :both, :], kept["2.W"][..., :both, :]
            )
            assert_array_equal(network["2.b"], kept["2.b"])
        await page.rest()
        assert lab.trainer.steps_done == (steps + 5 if steps else 0)
        assert [*lab.trainer.network.widths] == [2, after[0], after[0], 1]
        assert np.isfinite(lab.trainer.network.parameters).all()

    act(scene)


def test_in_mid_run_the_others_keep_their_weights(act, see):
    async def scene():
        lab, page = await opened(see)
        await lab.run(20)
        before = lab.trainer.network["0.W"].copy()
        lab.commands.press("more")
        assert_array_equal(lab.trainer.network["0.W"][..., :3], before)
        await page.rest()
        assert lab.trainer.steps_done == 25

    act(scene)


def test_what_was_looked_at_is_not_kept_in_another_network(act, see):
    async def scene():
        lab, page = await opened(see)
        await page.point(net(lab).centres[1][2], press=True)
        await page.key("-")
        await page.rest()
        assert lab.selection.focus is None and lab.experiment.hidden == (2,)

    act(scene)


@pytest.mark.parametrize("hidden", [(3, 3), ()])
def test_a_layer_more_or_fewer_starts_anew(act, see, hidden):
    async def scene():
        lab, page = await opened(see)
        await lab.run(20)
        await page.point(button(lab, hidden), press=True)
        await page.rest()
        assert lab.experiment.hidden == hidden and lab.trainer.steps_done == 0
        start = lab.experiment.trainer().network.parameters
        assert_array_equal(lab.trainer.network.parameters, start)

    act(scene)


@pytest.mark.parametrize("hidden, key", [((1,), "-"), ((1024,), "+")])
def test_no_fewer_than_one_and_no_more_than_can_be(act, see, hidden, key):
    async def scene():
        lab, page = await opened(see, hidden=hidden, seeds=1)
        trainer = lab.trainer
        await page.key(key)
        await page.rest()
        assert lab.message.text.startswith("hidden=")
        assert lab.trainer is trainer and lab.experiment.hidden == hidden

    act(scene)


def test_without_hidden_layers_there_is_no_neuron_to_add(act, see):
    async def scene():
        lab, page = await opened(see, hidden=())
        for key in "+-":
            await page.key(key)
            await page.rest()
            assert lab.experiment.hidden == ()
            assert lab.message.text.startswith("There is no hidden layer of neurons")

    act(scene)
