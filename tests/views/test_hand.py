"""One neuron taken apart, and output heads: every number is the engine's."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from nnlab import Experiment
from nnlab.engine.activations import ACTIVATIONS
from nnlab.views import Boundary, Heads, WeightedSum
from nnlab.views.drawing.number_format import factor, figures, plain
from nnlab.views.drawing.output_functions import reading, used
from nnlab.views.drawing.selected_neuron import units_of
from nnlab.views.drawing.text_layer import length
from nnlab.views.drawing.wiring import columns
from nnlab.views.figure import Picture
from nnlab.views.panels.formula import fitted, parts
from nnlab.views.panels.text_box import rounded_up
from nnlab.views.panels.weighted_terms import curve, terms
from tests.support.looked_at import LookedAt

law = settings(max_examples=40, deadline=None, derandomize=True, database=None)
EXPERIMENTS = st.fixed_dictionaries(
    {
        "data": st.sampled_from(["island", "hills", "wine", "diabetes"]),
        "hidden": st.lists(st.integers(1, 10), max_size=3).map(tuple),
        "activation": st.sampled_from([*ACTIVATIONS]),
        "seeds": st.sampled_from([1, 3]),
        "dtype": st.sampled_from(["float32", "float64"]),
        "batch_norm": st.booleans(),
        "dropout": st.sampled_from([None, 0.3]),
        "standardize": st.booleans(),
    }
)

LOST = [np.nan, np.inf, -np.inf]


def read(said: str) -> float:
    """A number as it is written."""
    return float(said.replace("−", "-").replace("∞", "inf").strip("()"))


@st.composite
def runs(draw) -> LookedAt:
    """A run that has made a few steps, with some neuron and sample looked at."""
    fields = draw(EXPERIMENTS)
    if not fields["hidden"]:
        fields |= {"batch_norm": False, "dropout": None}
    run = LookedAt.of(Experiment(**fields, batch_size=20, learning_rate=0.01))
    run.session.train(draw(st.integers(0, 3)))
    run.selection.replica = draw(st.integers(0, fields["seeds"] - 1))
    run.selection.pinned = draw(st.sampled_from([None, *units_of(run.session)]))
    run.selection.sample = draw(st.sampled_from([None, 0, 7]))
    if draw(st.booleans()):
        run.selection.place = run.session.data.x[:5].mean(axis=0)
    return run


@law
@given(runs())
def test_every_number_is_that_of_the_forward_pass(run):
    shown, network = (
        terms(*run),
        run.session.trainer.network.replica(run.selection.replica),
    )
    x = (
        run.session.data.x[run.selection.sample or 0]
        if run.selection.place is None
        else run.selection.place
    )
    outputs = network.trace(run.session.scale(x[None]))
    column, unit = columns(network)[shown.number], shown.unit
    if run.selection.pinned:
        assert (column.last, unit) == run.selection.pinned
    exact = 1e-5 if network.dtype == np.float32 else 1e-12
    reach = np.abs([*shown.products, shown.bias, 1.0]).max()
    off = shown.products.sum() + shown.bias - shown.z
    assert abs(off) <= 10 * exact * reach
    assert shown.z == outputs[column.first][0, unit]
    came = outputs[column.first - 1] if column.first else run.session.scale(x[None])
    assert_array_equal(shown.values, came[0].astype(network.dtype))
    assert len(shown.names) == len(shown.values)
    if column.last < len(network.layers) - 1 or len(run.session.data.classes) != 2:
        assert shown.a == outputs[column.last][0, unit]
    else:
        assert shown.a == run.session.trainer.loss.predict(np, outputs[-1])[0, unit]


@law
@given(runs())
def test_the_point_is_on_the_curve(run):
    shown = terms(*run)
    z, a = shown.dot
    around = np.array([z - 1, z, z + 1])
    assert_allclose(curve(run.session, shown, around)[1], a, rtol=1e-5, atol=1e-6)
    if run.session.experiment.batch_norm is False:
        assert z == shown.z and (a == shown.a or shown.bend is None)


@law
@given(runs())
def test_the_sum_in_words_comes_to_what_it_says(run):
    words = WeightedSum().describe(*run)
    shown, said = terms(*run), words.split(": ", 1)[1].removesuffix(".")
    total, result = said.split(" → ")[0].split(" = ")
    assert read(result) == pytest.approx(shown.z, rel=0.006)
    if "…" not in total:
        found, reach = 0.0, 1e-12
        for term in total.split(" + "):
            found += np.prod([read(one) for one in term.split("·")])
            reach = max(reach, *(abs(read(one)) for one in term.split("·")), 1.0)
        rounding = 0.011 * (np.abs(shown.products).sum() + abs(shown.bias)) + 1e-12
        assert abs(found - shown.z) <= rounding
    if "→" in said:
        assert read(said.rsplit(" → ", 1)[1]) == pytest.approx(shown.a, rel=0.006)


@law
@given(runs(), st.integers(1, 3), st.floats(150, 500), st.sampled_from([10.5, 23.0]))
def test_the_sum_has_room(run, lines, wide, size):
    broken = fitted(terms(*run), lines, wide, size)
    assert len(broken) <= lines
    for line in broken:
        alone = sum(length(text, size) for text, _ in line)
        assert alone <= wide or len(line) == 1
    whole = parts(terms(*run))
    if len(broken) < lines and len(terms(*run).products) <= 8:
        assert [part for line in broken for part in line] == whole


@law
@given(st.floats(-1e308, 1e308, allow_subnormal=False) | st.sampled_from(LOST))
def test_a_number_has_three_figures(value):
    for said in (figures(value), plain(value), factor(value)):
        back = read(said)
        assert back == pytest.approx(value, rel=0.00501, nan_ok=True)
    if np.isfinite(value) and value:
        digits = figures(value).lstrip("−").partition("e")[0].replace(".", "")
        assert len(digits.lstrip("0")) >= 3
    assert len(figures(value)) <= 10


@law
@given(st.floats(1e-30, 1e30))
def test_bars_have_a_round_measure_that_holds_them(value):
    reach = rounded_up(value)
    assert value <= reach * 1.0002 and reach <= 2.51 * value
    assert f"{reach:e}"[0] in "125"


# Heads


@law
@given(runs(), st.floats(-30, 30))
def test_heads_make_of_outputs_what_they_say(run, constant):
    z = run.session.trace(run.session.data.x[:1], run.selection.replica)[-1][0]
    found = reading(run.session, z)
    assert used(run.session.trainer.loss) in [*found.heads, "argmax"]
    if not run.session.data.labelled:
        assert_array_equal(
            found.heads["in its units"], run.session.decoder.predictions(z[None])[0]
        )
        return
    own = found.heads[used(run.session.trainer.loss)]
    assert_allclose(own[-len(z) :], run.session.trainer.loss.predict(np, z), rtol=1e-6)
    softmax, sigmoid = found.heads["softmax"], found.heads["sigmoid"]
    assert softmax.sum() == pytest.approx(1, abs=1e-6)
    with np.errstate(over="ignore"):
        assert_allclose(sigmoid[-len(z) :], 1 / (1 + np.exp(-z)), atol=1e-6)
    if len(z) == 1:
        assert_allclose(softmax, sigmoid, atol=1e-6)
        assert found.named == (z[0] > 0) and sigmoid.sum() == pytest.approx(1)
        return
    moved = reading(run.session, z + z.dtype.type(constant))
    assert_allclose(moved.heads["softmax"], softmax, atol=2e-5)
    assert found.named == softmax.argmax() == z.argmax()


def test_the_same_number_added_to_every_bias_by_hand_moves_no_probability():
    run = LookedAt.of(Experiment(data="wine", hidden=(), seeds=1, dtype="float64"))
    run.session.train(20)
    before = reading(
        run.session,
        run.session.trace(run.session.data.x[:1], run.selection.replica)[-1][0],
    )
    for unit, bias in enumerate(
        run.session.array("0.b", run.selection.replica)[0].copy()
    ):
        run.session.set_by_hand(0, "0.b", (0, unit), float(bias) + 1.5)
    after = reading(
        run.session,
        run.session.trace(run.session.data.x[:1], run.selection.replica)[-1][0],
    )
    assert_allclose(after.heads["softmax"], before.heads["softmax"], rtol=1e-9)
    difference = after.heads["identity"] - before.heads["identity"]
    assert_allclose(difference, 1.5)
    assert (after.heads["sigmoid"] > before.heads["sigmoid"]).all()


LOSSES = {
    "cross-entropy": "softmax",
    "binary cross-entropy": "sigmoid",
    "hinge": "argmax",
    "mse": "identity",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_the_head_in_use_is_that_of_the_loss(loss):
    run = LookedAt.of(Experiment(data="moons", loss=loss, seeds=1))
    assert used(run.session.trainer.loss) == LOSSES[loss]
    words = Heads().describe(*run)
    assert f"{LOSSES[loss]}, used here," in words or loss == "hinge"
    run.session.train(100)
    named = reading(
        run.session,
        run.session.trace(run.session.data.x[:1], run.selection.replica)[-1][0],
    ).named
    z = run.session.trace(run.session.data.x, run.selection.replica)[-1]
    right = run.session.trainer.loss.correct(
        np, z, run.session.trainer.loss.targets(run.session.data.y, z.shape[1])
    )
    assert (named == run.session.data.y[0]) == bool(right[0])


# The place on the map


@pytest.mark.parametrize("data", ["island", "wine"])
def test_a_pixel_of_the_map_is_the_place_that_is_drawn_there(data):
    run = LookedAt.of(Experiment(data=data, seeds=1))
    picture = Picture([Boundary(), WeightedSum()], *run)
    view = picture.views[0]
    for x, y in np.random.default_rng(0).uniform(0, 1, (20, 2)):
        pixel = np.array(view.corner) + view.side * np.array([x, y])
        run.selection.place = view.place(*pixel)
        view.update(*run)
        [uv] = view.mark[0].get_xydata()
        assert_allclose(view.axes.transData.transform(uv), pixel, atol=1e-6)
    left, bottom = view.corner
    for outside in ((left - 2, bottom), (left, bottom + view.side + 2), (-1, -1)):
        assert view.place(*outside) is None


def test_a_move_goes_a_little_and_never_off_the_map():
    run = LookedAt.of(Experiment(seeds=1))
    view = Picture([Boundary()], *run).views[0]
    here = np.zeros(2)
    right, up = view.beside(here, (1, 0)), view.beside(here, (0, 1))
    assert right[0] > 0 == right[1] and up[1] > 0 == up[0]
    for _ in range(100):
        here = view.beside(here, (1, -1))
    assert_allclose(here, [view.high[0], view.low[1]])


def test_the_ring_is_where_the_sample_is_and_gone_without_one(make_run):
    run = make_run(seeds=1)
    view = Picture([Boundary()], *run).views[0]
    assert len(view.mark[0].get_xydata()) == 0
    run.selection.sample = 12
    view.update(*run)
    assert_array_equal(view.mark[0].get_xydata(), run.session.data.x[12:13])


def test_it_says_that_inputs_are_standardized_only_if_they_are():
    for standardize in (True, False):
        run = LookedAt.of(Experiment(standardize=standardize, seeds=1, hidden=(2,)))
        said = []
        view = Picture([WeightedSum()], *run).views[0]
        view.writing.say = lambda place, text, *more, said=said: (
            said.append(text) or place[0]
        )
        for pinned in (None, (2, 0)):
            run.selection.pinned = pinned
            said.clear()
            view.update(*run)
            told = re.search("inputs standardized", " ".join(said)) is not None
            assert told == (standardize and pinned is None)
