"""The card of a weight or a neuron has the engine's numbers, and lines by gradient."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import InputError
from nnlab.views import Neurons
from nnlab.views.drawing.number_format import short
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.figure import Picture
from nnlab.views.panels import readings_card
from nnlab.views.panels.readings_card import readings, written

ADAM = {"data": "xor", "hidden": (3, 2), "optimizer": "adam", "seeds": 2, "steps": 9}


@pytest.fixture
def begin(make_run):
    def begin(view, shown=1, scale=1.0, **fields):
        run = make_run(**{**ADAM, **fields})
        run.selection.replica = shown
        picture = Picture([view], *run, width=420, scale=scale)
        return run, picture, picture.views[0]

    return begin


@pytest.fixture
def words(monkeypatch):
    """The words on cards, in order."""
    found = []
    monkeypatch.setattr(
        readings_card,
        "lettering",
        lambda text, *style, **named: (
            found.append(text) or lettering(text, *style, **named)
        ),
    )
    return found


@pytest.mark.parametrize("links", ["weight", "gradient"])
def test_pointing_at_a_line_gives_every_number_of_its_weight(begin, words, links):
    run, picture, view = begin(Neurons(links, gradients=True))
    trainer = run.session.trainer
    for column, layer in enumerate(view.linear):
        name = f"{layer}.W"
        place = trainer.network.layout.places[name]
        for row, unit in np.ndindex(place.shape):
            words.clear()
            line = view.paths[column][row * place.shape[1] + unit]
            run.selection.pointed = view.at(*line[3]) if column else (layer, row, unit)
            row, unit = run.selection.pointed[1:]
            picture.draw(*run)
            vectors = {
                "weight": trainer.network.parameters,
                "gradient": trainer.gradient,
                "mean": trainer.moments["mean"],
                "square": trainer.moments["square"],
            }
            wanted = [f"{name}[{row}, {unit}]"]
            for key, vector in vectors.items():
                wanted += [key, written(place.view(np, vector)[1, row, unit])]
            assert words == wanted
            assert view.describe(*run).endswith(f"square {wanted[-1]}.")


@pytest.mark.parametrize("sample", [None, 4])
def test_pointing_at_a_neuron_gives_its_bias_z_a_and_delta(begin, words, sample):
    run, picture, _ = begin(Neurons(sample=sample, gradients=True))
    network, (x, y) = (
        run.session.trainer.network.replica(1),
        run.session.trainer.parts["train"],
    )
    rows = slice(None) if sample is None else [sample]
    traced, step = network.trace(x[rows]), 1e-2
    for (layer, unit), (bias, z) in zip([(1, 2), (3, 0)], [("0.b", 0), ("2.b", 2)]):
        words.clear()
        run.selection.pinned = (layer, unit)
        picture.draw(*run)
        values = readings(*run, sample)[1]
        assert words[1::2] == [*values] == ["bias", "z", "a", "δ"]
        assert words[2::2] == [*map(written, values.values())]
        assert values["bias"] == network[bias][0, unit]
        assert_allclose(values["z"], traced[z][:, unit].mean(), rtol=1e-5)
        assert_allclose(values["a"], traced[layer][:, unit].mean(), rtol=1e-5)
        losses = []
        for sign in (1, -1):
            network[bias][0, unit] += sign * step
            losses.append(network.loss(x[rows], y[rows], run.session.trainer.loss))
            network[bias][0, unit] -= sign * step
        assert_allclose(values["δ"], (losses[0] - losses[1]) / 2 / step, atol=2e-4)


def test_by_default_a_card_has_no_gradient_and_calls_a_weight_in_words(begin, words):
    run, picture, view = begin(Neurons())
    network = run.session.trainer.network
    name = run.session.scale.names[1]
    first, last = view.linear[0], view.linear[-1]
    for weight, called in [
        ((first, 1, 2), f"from {name} to neuron 3"),
        ((last, 1, 0), "from neuron 2 to the output"),
    ]:
        words.clear()
        run.selection.pinned = weight
        picture.draw(*run)
        table, row, unit = f"{weight[0]}.W", *weight[1:]
        assert words[0] == called
        assert words[1:] == ["weight", written(network[table][1, row, unit])]
    words.clear()
    run.selection.pinned = (view.layers[0], 2)
    picture.draw(*run)
    assert words[1::2] == ["bias", "z", "a"] and "δ" not in view.describe(*run)


def test_nothing_looked_at_has_no_card(begin):
    run, _, view = begin(Neurons())
    for run.selection.pointed in (None, (1, 99), (0, 99, 0), (7, 1)):
        view.update(*run)
        assert view.card.tiles == []


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_card_lies_in_the_picture_and_not_on_what_it_is_of(begin, scale):
    run, picture, view = begin(Neurons(), scale=scale, hidden=(8, 3))
    for run.selection.pointed in view.neurons():
        picture.draw(*run)
        ((x, y), tile) = view.card.tiles[0]
        left, bottom, width, height = view.close_up.box
        assert left <= x and x + tile.shape[1] <= left + width
        assert bottom <= y and y + len(tile) <= bottom + height
        here = view.close_up._place(run.selection)
        assert not y <= here[1] <= y + len(tile)


def test_lines_by_gradient_are_blue_where_it_is_above_0(begin):
    run, _, view = begin(Neurons("gradient"))
    layout, own = run.session.trainer.network.layout, run.session.trainer.gradient[1]
    sizes, widths = [], []
    for column, links in zip(view.columns, view.links):
        g = layout.places[column.weights].view(np, own).ravel()
        colours = links.get_colors()
        assert ((colours[:, 2] > colours[:, 0]) == (g >= 0)).all()
        sizes, widths = [*sizes, *np.abs(g)], [*widths, *links.get_linewidths()]
    assert (np.diff(np.array(widths)[np.argsort(sizes)]) >= -1e-9).all()
    assert max(widths) > 2
    steepest = max(sizes)
    assert f"largest gradient of a weight {short(steepest)}" in view.describe(*run)


def test_before_the_first_step_there_is_no_gradient(begin):
    _, _, view = begin(Neurons("gradient"), steps=0)
    assert all(max(links.get_linewidths()) < 0.5 for links in view.links)


def test_lines_of_something_else_are_refused(begin):
    with pytest.raises(InputError, match="links='gradiant' is not known; did you mean"):
        Neurons("gradiant")
    with pytest.raises(InputError, match=r"training samples; try sample="):
        begin(Neurons(sample=10**6))
