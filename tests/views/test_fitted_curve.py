"""The curve is what the networks predict, and the points are the data's."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab import Dataset, InputError
from nnlab.data import function_data
from nnlab.data.catalogue import FUNCTIONS
from nnlab.views import FittedCurve, Neurons, Stages
from nnlab.views.drawing.number_format import plain
from nnlab.views.figure import Picture
from nnlab.views.plots.fitted_curve import BEYOND, FINE, OTHERS, TRUE

FEW = {"hidden": (3,), "seeds": 3, "steps": 20}
every_function = pytest.mark.parametrize("data", FUNCTIONS)


@pytest.fixture
def begin(make_run):
    """A run, a picture of its curve alone, and that view."""

    def begin(shown=0, scale=1.0, width=320, **fields):
        run = make_run(**{**FEW, **fields})
        run.selection.replica = shown
        picture = Picture([FittedCurve()], *run, width=width, scale=scale)
        return run, picture, picture.views[0]

    return begin


def predicted(run, x):
    """What every seed predicts at some places (R, places), in the data's units."""
    return run.session.decoder.predictions(run.session.outputs(x[:, None]))[..., 0]


def named(view) -> list[str]:
    """What the legend names."""
    return [text.get_text() for text in view.fit.axes.get_legend().get_texts()]


@every_function
@pytest.mark.parametrize("shown", [0, 2])
@pytest.mark.parametrize("standardize", [True, False])
def test_lines_are_what_the_networks_predict(begin, data, shown, standardize):
    fields = {"shown": shown, "standardize": standardize, "learning_rate": 0.02}
    run, picture, view = begin(data=data, **fields)
    run.session.train(10)
    picture.draw(*run)
    x, y = view.fit.get_data()
    said = predicted(run, x)
    assert_allclose(y, said[shown], rtol=1e-6)
    others = view.others.get_segments()
    assert_allclose([line[:, 1] for line in others], np.delete(said, shown, axis=0))
    assert all(np.array_equal(line[:, 0], x) for line in others)


def test_points_are_those_of_both_parts(begin):
    run, _, view = begin(data="bump")
    for part, points in view.points.items():
        data = getattr(run.session.parts, part)
        assert_array_equal(points.get_data(), [data.x[:, 0], data.y])
    marks = {points.get_marker() for points in view.points.values()}
    assert len(marks) == 2  # colour is not the only sign


@every_function
def test_the_axes_hold_every_point_and_a_little_more(begin, data):
    run, _, view = begin(data=data, noise=1.0)
    (left, right), (low, high) = view.fit.axes.get_xlim(), view.fit.axes.get_ylim()
    together = run.session.parts.together()
    assert left < -5 and 5 < right and right - left == pytest.approx(10 + 20 * BEYOND)
    seen = run.session.parts.train, run.session.parts.validation
    y = np.concatenate([part.y for part in seen] + [together.curve[:, 1]])
    assert low < y.min() and y.max() < high
    x = view.fit.get_xdata()
    assert len(x) == FINE and (x[0], x[-1]) == (left, right)


def test_the_true_curve_is_drawn_where_it_is_known(begin):
    _, _, view = begin(data=function_data(np.cos, -2, 2, noise=0))
    x, y = view.true.get_data()
    assert_allclose(y, np.cos(x)) and named(view).count(TRUE) == 1
    assert (x[0], x[-1]) == (-2, 2)
    rng = np.random.default_rng(0)
    own = Dataset("own", rng.normal(size=(40, 1)), rng.normal(size=40))
    run, _, view = begin(data=own)
    assert not len(view.true.get_xdata()) and TRUE not in named(view)
    assert "without noise" not in view.describe(*run)


@pytest.mark.parametrize("seeds", [1, 3])
def test_other_seeds_are_named_if_there_are_any(begin, seeds):
    run, _, view = begin(data="sine", seeds=seeds)
    assert (OTHERS in named(view)) == (seeds > 1)
    assert len(view.others.get_segments()) == seeds - 1
    assert ("seeds are farthest apart" in view.describe(*run)) == (seeds > 1)


def test_another_number_of_seeds_is_another_layout(begin):
    _, _, view = begin(data="sine")
    assert view.renew(*begin(data="sine", seed=4)[0])
    assert not view.renew(*begin(data="sine", seeds=1)[0])
    assert not view.renew(*begin(data="step")[0])


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_place_under_the_pointer_is_that_x(begin, scale):
    _, _, view = begin(data="sine", scale=scale)
    bounds = view.fit.axes.bbox
    for share in (0.02, 0.5, 0.9):
        pixel = bounds.x0 + share * bounds.width, bounds.y0 + 5
        (x,) = view.place(*pixel)
        there, _ = view.fit.axes.transData.inverted().transform(pixel)
        assert x == pytest.approx(there, abs=1e-6)
    for pixel in ((1, 1), (bounds.x1 + 5, bounds.y1 - 5)):
        assert view.place(*pixel) is None


def test_a_place_moves_along_the_axis_and_stays_on_it(begin):
    _, _, view = begin(data="sine")
    here = np.array([0.0])
    assert view.beside(here, (1, 0)) > here > view.beside(here, (-1, 0))
    assert_array_equal(view.beside(here, (0, 1)), here)
    ends = view.x[[0, -1]]
    for end, way in zip(ends, (-1, 1)):
        assert_array_equal(view.beside(np.array([end]), (way, 0)), [end])


def test_the_ring_lies_on_the_curve(begin):
    run, picture, view = begin(data="sine", shown=1)
    assert not len(view.mark[0].get_xdata())
    run.selection.place = np.array([1.25])
    picture.draw(*run)
    for part in view.mark:
        x, y = part.get_data()
        assert x == [1.25]
        assert_allclose(y, predicted(run, np.array(x))[1], atol=1e-3)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_neuron_that_is_looked_at_shows_its_output(begin, activation):
    run, picture, view = begin(data="sine", activation=activation, hidden=(3, 2))
    assert not len(view.unit.get_xdata())
    run.selection.pinned = (1, 2)
    picture.draw(*run)
    x, y = view.unit.get_data()
    output = run.session.trace(x[:, None], 0)[1][:, 2]
    low, high = view.fit.axes.get_ylim()
    share = (y - (low + high) / 2) / (0.45 * (high - low))
    assert_allclose(share * max(1, np.abs(output).max()), output, atol=1e-6)
    reach = f"puts out {plain(output.min())} to {plain(output.max())} there"
    assert f"; neuron 3 of layer 1 {reach}; " in view.describe(*run)
    assert len(view.word.tiles) == 1
    run.selection.pinned = (4, 0)  # the output, which is the curve itself
    picture.draw(*run)
    assert not len(view.unit.get_xdata()) and not view.word.tiles
    assert "puts out" not in view.describe(*run)


def test_a_mini_batch_under_way_is_lit(begin):
    run, picture, view = begin(data="sine", batch_size=7)
    run.session.stepper.next_stage()
    picture.draw(*run)
    rows = run.session.trainer.rows[0]
    data = run.session.data
    assert_array_equal(view.batch.get_data(), [data.x[rows, 0], data.y[rows]])
    assert view.points["train"].get_alpha() < 0.2


def test_a_network_that_is_lost_is_not_drawn_and_far_ones_stay_near(begin):
    run, picture, view = begin(data="sine")
    run.session.trainer.network.parameters[0] = np.nan
    run.session.trainer.network.parameters[1] = 1e30
    picture.draw(*run)
    assert np.isnan(view.fit.get_ydata()).all()
    low, high = view.fit.axes.get_ylim()
    drawn = np.concatenate([line[:, 1] for line in view.others.get_segments()])
    assert np.nanmax(np.abs(drawn)) < 3 * (high - low)


def test_the_words_are_the_numbers_of_the_curve(begin):
    run, _, view = begin(data="sine", shown=2, validation=0.25)
    words = view.describe(*run)
    own = predicted(run, view.x)[2]
    assert f"predicts y from {plain(own.min())} to {plain(own.max())}" in words
    data = run.session.parts.validation
    off = np.abs(np.interp(data.x[:, 0], view.x, own) - data.y)
    assert f"half of {len(data)} validation points are {plain(np.median(off))}" in words
    grid = np.linspace(-5, 5, 501)
    true = np.abs(np.interp(grid, view.x, own) - np.sin(grid))
    assert f"by {plain(true.max())} at most." in words
    apart = np.ptp(predicted(run, view.x), axis=0)
    assert f"at {plain(view.x[apart.argmax()])}, by {plain(apart.max())}" in words


def test_without_validation_training_points_are_told_of(begin):
    run, _, view = begin(data="sine", validation=0, test=0)
    assert "half of 200 training points" in view.describe(*run)


OTHER = [
    *("island", "hills", "diabetes"),
    Dataset("two", [[0.0], [1], [2]], np.eye(3)[:, :2], targets=("a", "b")),
    Dataset("words", [[0.0], [1], [2]], ["a", "b", "a"]),
]


@pytest.mark.parametrize("data", OTHER, ids=str)
def test_other_data_are_refused_in_a_sentence(make_run, data):
    fields = {} if isinstance(data, str) else {"validation": 0, "test": 0}
    run = make_run(data=data, seeds=1, **fields)
    with pytest.raises(InputError, match="needs a measurement of one feature"):
        Picture([FittedCurve()], *run)


def test_it_stands_beside_others(begin):
    run, _, _ = begin(data="chirp")
    picture = Picture([Neurons(), FittedCurve(), Stages()], *run, width=880)
    assert "Fitted curve: for x from −5.8 to 5.8" in picture.describe(*run)
