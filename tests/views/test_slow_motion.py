"""The views of a step in slow motion say what the engine has, moment by moment."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab.diagnostics.gradient_terms import entry
from nnlab.engine import Layer, Linear, Residual
from nnlab.views import Factors, Flow, Stages
from nnlab.views.drawing.colours import GOLD
from nnlab.views.drawing.number_format import exact, plain, signed
from nnlab.views.figure import Picture
from nnlab.views.panels import gradient_factors, step_text, value_tiles
from nnlab.views.panels.gradient_text import named, samples
from nnlab.views.panels.step_text import looked_at
from nnlab.views.plots import flow


class Half(Layer):
    """Half of every number."""

    def forward(self, xp, p, x, c):
        return x / 2, None

    def backward(self, xp, p, g, cache, dy):
        return dy / 2


CASES = {
    "plain": {"hidden": (3,)},
    "wide": {"data": "digits", "hidden": (12, 9), "batch_size": 100},
    "normalized": {"batch_norm": True, "dropout": 0.2, "hidden": (4,), "l2": 0.1},
    "blocks": {"residual": True, "hidden": (4, 4), "data": "hills", "clip_norm": 0.1},
    "own": {"hidden": (3, Residual((Linear(3), Half())), Half), "data": "wine"},
    "none": {"hidden": ()},
}
every = pytest.mark.parametrize("case", CASES)


@pytest.fixture
def begin(make_run):
    def begin(case="plain", width=880, scale=1.0, steps=3, **more):
        run = make_run(**{"seeds": 2, **CASES[case], **more})
        run.session.train(steps)
        views = [Flow(), Factors(), Stages()]
        return run, Picture(views, *run, width=width, height=420, scale=scale)

    return begin


@pytest.fixture
def said(monkeypatch):
    """The words that the views write, in order."""
    words = []
    for module in (flow, gradient_factors, value_tiles):
        lettering = module.lettering

        def noting(text, *style, lettering=lettering):
            words.append(text)
            return lettering(text, *style)

        monkeypatch.setattr(module, "lettering", noting)
    return words


def whole(run):
    """Every moment of a step, one after the other."""
    while True:
        run.session.stepper.next_moment()
        yield run.session.stepper.slow.moment
        if run.session.stepper.slow.over:
            return


def account(run):
    return run.session.stepper.slow.account(run.selection.replica)


@every
@pytest.mark.parametrize("sample", [None, 1])
def test_neurons_have_the_numbers_of_the_moment(begin, said, case, sample):
    run, picture = begin(case, width=1400)
    run.selection.sample, run.selection.replica = sample, 1
    view = picture.views[0]
    columns = view.columns
    for stage, layer in whole(run):
        said.clear()
        picture.draw(*run)
        if stage not in ("forward", "backward"):
            continue
        visit = account(run).passes.visit(layer)
        table = visit.y if stage == "forward" else visit.dy * len(visit.dy)
        table = np.asarray(table)
        expected = table.mean(axis=0) if sample is None else table[sample]
        number = int(layer.split(".")[0])
        column = next(c for c in reversed(columns) if c.first <= number)
        if len(expected) != column.units:
            continue
        way = step_text.ahead if stage == "forward" else step_text.back
        assert_allclose(way(*run, column)[1], expected, atol=2e-6 * np.abs(table).max())
        words = " ".join(said)
        for value in way(*run, column)[1][:8]:
            assert signed(value) in words or signed(value, 2) in words


@every
def test_what_is_at_work_has_a_golden_frame(begin, case):
    run, picture = begin(case)
    view = picture.views[0]
    for stage, layer in whole(run):
        picture.draw(*run)
        lit = [
            number
            for number, column in enumerate(view.frames)
            if {frame.get_linewidth() for frame in column} == {3}
        ]
        if stage == "update":
            assert lit == []
        elif stage == "loss":
            assert lit == [len(view.frames) - 1]
        else:
            number = int(layer.split(".")[0])
            [one] = lit
            assert view.columns[one - 1].first <= number <= view.columns[one - 1].last


@every
def test_nothing_moves_and_nothing_is_drawn_anew(begin, case):
    run, picture = begin(case)
    background, before = picture._background, None
    places = [[f.get_bbox().bounds for f in c] for c in picture.views[0].frames]
    for _ in whole(run):
        picture.draw(*run)
        assert picture._background is background
        now = [[f.get_bbox().bounds for f in c] for c in picture.views[0].frames]
        assert now == places
        corners = [place for place, _ in picture.views[1].words.tiles]
        if before:
            assert {*before} <= {*corners}  # what has come stays where it came
        before = corners


@every
@pytest.mark.parametrize("width, scale", [(760, 1), (985, 1.25), (1200, 2)])
def test_every_word_stays_in_its_view(begin, case, width, scale):
    run, picture = begin(case, width, scale)
    boxes = [*picture._boxes()]
    for _ in whole(run):
        picture.draw(*run)
        for view, (left, bottom, wide, high) in zip(picture.views[:2], boxes):
            for (x, y), tile in view.words.tiles:
                assert left <= x and x + tile.shape[1] <= left + wide
                assert bottom <= y and y + tile.shape[0] <= bottom + high


@every
def test_numbers_of_the_gradient_appear_when_the_step_has_come_to_them(
    begin, said, case
):
    run, picture = begin(case)
    size = run.session.trainer.network.layout.size
    for index in {0, size // 2, size - 1}:
        run.selection.weight = index
        array, at = entry(run.session.trainer.network.layout, index)
        layer = array.rpartition(".")[0]
        for stage, _ in whole(run):
            said.clear()
            picture.draw(*run)
            product, ways = account(run).factors(index), exact
            come = run.session.stepper.slow.shows("backward", layer)
            found = {
                "gradient": ways(product.gradient) in said,
                "measured": ways(account(run).difference(index)) in said,
                "torch": ways(account(run).autograd[index]) in said,
                "mean": signed(product.products.mean()) in said,
            }
            assert all(found.values()) if come else not found["gradient"] or at == ()
            for sample in samples(product, None):
                if come:
                    assert signed(product.products[sample]) in said
                if product.a is not None and run.session.stepper.slow.shows(
                    "forward", layer
                ):
                    assert signed(product.a[sample]) in said
            done = any("in fact" in words for words in said)
            assert done == (stage == "update")
            if done:
                outcome = account(run).outcome
                words = " ".join(said)
                assert ways(outcome.actual) in words
                assert ways(outcome.predicted) in words
                assert signed(outcome.change[index]) in words


@every
def test_a_link_and_a_neuron_stand_for_their_weights(begin, case):
    run, picture = begin(case)
    view, network = picture.views[0], run.session.trainer.network.replica(0)
    found = 0
    for column, paths in zip(view.columns, view.paths):
        units = min(column.units, 8)
        for number, path in enumerate(paths if column.weights else []):
            run.selection.pointed = (column.first, *divmod(number, units))
            index = looked_at(*run)
            name, at = entry(network.layout, index)
            assert (name, at) == (column.weights, divmod(number, units))
            assert named(run.session, index).startswith("weight from ")
            found += view.at(*path[4]) is not None
    assert found
    for neuron in view.neurons():
        run.selection.pointed = neuron
        name, at = entry(network.layout, looked_at(*run))
        assert at[-1] == neuron[1] and name.endswith("b")
        assert named(run.session, looked_at(*run)).startswith("bias of ")
        place = view.centres[1 + [c.last for c in view.columns].index(neuron[0])]
        assert view.at(*place[neuron[1]]) == neuron


@pytest.mark.parametrize("index", [0, 7, 12])
def test_a_reader_hears_the_moment_and_the_gradient(begin, index):
    run, picture = begin()
    run.selection.weight = index
    assert "not begun" in picture.describe(*run)
    for stage, _ in whole(run):
        picture.draw(*run)
        words = picture.describe(*run)
        assert f"Slow motion: {stage}" in words
        if run.session.stepper.slow.over:
            assert f"{plain(account(run).factors(index).gradient, 4)}" in words
            assert f"the loss by {plain(account(run).outcome.actual, 4)}" in words


def test_links_stand_for_weights_then_gradients_then_changes(begin):
    run, picture = begin()
    column = picture.views[0].columns[0]
    seen = []
    for _ in whole(run):
        what, table = step_text.lines(*run, column)
        seen.append(what)
        own = account(run)
        place = run.session.trainer.network.layout.places["0.W"]
        if what == "weights":
            assert_allclose(table, run.session.trainer.network["0.W"][0])
        elif what == "gradient":
            assert_allclose(
                table, run.session.trainer.gradient[0][:6].reshape(2, 3), rtol=1e-5
            )
        else:
            assert_allclose(table, place.view(np, own.outcome.change))
    assert seen == ["weights"] * 6 + ["gradient", "change"]
    run.selection.sample = 4
    run.session.stepper.previous_moment()
    run.session.stepper.slow.go(6)
    what, table = step_text.lines(*run, column)
    product = account(run).factors(5)
    assert_allclose(table[1, 2], product.products[4])


def test_the_golden_band_lies_under_the_link_that_is_looked_at(begin):
    run, picture = begin()
    view = picture.views[0]
    for index in range(13):
        run.selection.weight = index
        picture.draw(*run)
        segments = view.looked.get_segments()
        name, at = entry(run.session.trainer.network.layout, index)
        if name.endswith("b"):
            assert segments == []
        else:
            column = 0 if name == "0.W" else 1
            units = view.columns[column].units
            assert_allclose(segments[0], view.paths[column][at[0] * units + at[1]])
    assert view.looked.get_colors()[0][:3] == pytest.approx(
        [int(GOLD[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    )


@pytest.mark.parametrize(
    "value, words",
    [
        (0.0, "+0.000"),
        (-0.0, "+0.000"),
        (0.12345, "+0.123"),
        (-12.3, "−12.300"),
        (-1.25e-5, "−1.3e−5"),
        (123456.0, "+1.2e5"),
        (np.nan, "NaN"),
        (-np.inf, "−∞"),
    ],
)
def test_numbers_of_a_table_have_three_decimals(value, words):
    assert signed(value) == words


def test_a_lost_network_is_shown_too(begin):
    run, picture = begin()
    run.session.trainer.network.parameters[0] = np.nan
    for _ in whole(run):
        picture.draw(*run)
    assert "nan" in picture.describe(*run)
