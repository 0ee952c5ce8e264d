"""Histograms, tables and activations show the numbers of the run's vectors."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import InputError
from nnlab.diagnostics.histogram import shares
from nnlab.engine.layers import Linear
from nnlab.engine.residual import Residual
from nnlab.views import ActivationCurve, Histograms, Numbers
from nnlab.views.drawing.histogram_image import COLOURS, bars
from nnlab.views.drawing.number_format import brief, short
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.drawing.vector_choice import arrays_of
from nnlab.views.figure import Picture
from nnlab.views.panels import vector_table
from nnlab.views.plots import activation as bend
from nnlab.views.plots.histograms import BINS, spread

ADAM = {"data": "xor", "hidden": (4,), "optimizer": "adam", "seeds": 3, "steps": 20}


@pytest.fixture
def begin(make_run):
    def begin(view, shown=0, **fields):
        run = make_run(**{**ADAM, **fields})
        run.selection.replica = shown
        picture = Picture([view], *run, width=420)
        return run, picture, picture.views[0]

    return begin


# Histograms


@pytest.mark.parametrize("reach", [0.0, 0.03, 0.9, 1.0, 4.0, 700.0])
def test_a_histogram_counts_what_lies_in_each_bin(reach):
    values = np.random.default_rng(0).uniform(-reach, reach, (3, 5, 8))
    values[0, 0, 0] = reach
    found, bins = spread(values)
    assert reach <= found <= 2.5 * reach
    edges = np.linspace(-(found or 1), found or 1, BINS + 1)
    for own, row in zip(values, bins):
        counts, _ = np.histogram(own, edges)
        assert_allclose(row * 40, counts, atol=1.01)  # an edge may round
        assert_allclose(row.sum(), 1)


def test_a_bar_is_as_high_as_its_share():
    counts = np.array([[0.5, 0.25, 0.25, 0.0], [0.0, 1.0, 0.0, 0.0]])
    picture = bars(counts, 0, 40, 100)
    dark = (picture == COLOURS[2]).all(-1).sum(axis=0)[::10]
    pale = (picture == COLOURS[1]).all(-1).sum(axis=0)[::10]
    assert_allclose(dark, [50, 25, 25, 0])
    assert_allclose(dark + pale, [50, 100, 25, 0])
    assert (picture[0, 0] == COLOURS[2]).all()  # the bottom row is the first


KINDS = [
    ("parameters",),
    ("gradient", "moments"),
    ("moments",),
    ("parameters", "gradient"),
]


@pytest.mark.parametrize("of", KINDS, ids=str)
def test_each_cell_is_the_histogram_of_its_array(begin, of):
    run, _, view = begin(Histograms(of), shown=1)
    layout = run.session.trainer.network.layout
    vectors = {
        "parameters": [run.session.trainer.network.parameters],
        "gradient": [run.session.trainer.gradient],
        "moments": [*run.session.trainer.moments.values()],
    }
    wanted = [v for kind in of for v in vectors[kind]]
    cells = [tile for _, tile in view.pixels.tiles if len(tile) > 20]
    assert len(cells) == len(wanted) * len(layout.places)
    found = iter(cells)
    for name, place in layout.places.items():
        for vector in wanted:
            _, bins = spread(place.view(np, vector))
            high, wide = (picture := next(found)).shape[:2]
            assert (picture == bars(bins, 1, wide, high)).all()
            most = np.abs(place.view(np, vector)).max()
            assert f"{name} to ±{short(most)}" in view.describe(*run)


def test_many_arrays_show_weights_first_and_say_what_is_left_out(begin):
    run, _, view = begin(Histograms(), hidden=(4,) * 7)
    assert len(view.names) < 8 and all(name.endswith("W") for name in view.names)
    left = len(run.session.trainer.network.layout.places) - len(view.names)
    assert view.describe(*run).endswith(f"and {left} more.")
    assert arrays_of(run.session, 99) == [*run.session.trainer.network.layout.places]


@pytest.mark.parametrize("kind", [Histograms, Numbers])
def test_an_optimizer_that_changes_in_mid_run_is_followed(begin, kind):
    run, picture, view = begin(kind("moments"))
    assert "square" in view.describe(*run)
    for optimizer, said in (("momentum", "velocity"), ("sgd", "remembers nothing")):
        run.session.change(optimizer=optimizer)
        run.session.train(2)
        picture.draw(*run)
        assert said in view.describe(*run) and "square" not in view.describe(*run)


@pytest.mark.parametrize("kind", [Histograms, Numbers])
def test_a_vector_that_there_is_not_is_refused(make_run, kind):
    with pytest.raises(InputError, match="of='gradiant' is not known; did you mean"):
        kind("gradiant")
    with pytest.raises(InputError, match="different names, one at least"):
        kind(("gradient", "gradient"))
    with pytest.raises(InputError, match="needs an optimizer that remembers"):
        Picture([kind("moments")], *make_run(data="xor"))


# Numbers


@pytest.mark.parametrize("shown", [0, 2])
@pytest.mark.parametrize("of", ["parameters", "gradient", "moments"])
def test_the_table_has_each_arrays_numbers(begin, monkeypatch, of, shown):
    words = []
    monkeypatch.setattr(
        vector_table,
        "lettering",
        lambda text, *style: words.append(text) or lettering(text, *style),
    )
    run, _, view = begin(Numbers(of), shown=shown)
    trainer = run.session.trainer
    vectors = {"parameters": trainer.network.parameters, "gradient": trainer.gradient}
    vectors = trainer.moments if of == "moments" else {of: vectors[of]}
    wanted = []
    for name, vector in vectors.items():
        wanted += [name, "mean", "deviation", "least", "greatest"]
        for key in view._fitting(run.session, len(vectors)):
            x = trainer.network.layout.places[key].view(np, vector).astype(float)
            own, norms = x[shown], [np.sqrt((each**2).sum()) for each in x]
            some = (own.mean(), own.std(), own.min(), own.max())
            low, high = min(norms), max(norms)
            wanted += [key, *map(brief, some)]
            wanted.append(
                f"norm {brief(norms[shown])}, seeds {brief(low)} to {brief(high)}"
            )
    assert words == wanted


@pytest.mark.parametrize("value", [0.0, 1.0, -3.14159, 123.4, 1e-9, -2.5e12, np.nan])
def test_a_brief_number_is_read_back_to_two_digits(value):
    words = brief(value).replace("−", "-")
    assert_allclose(float(words), value, rtol=0.05)
    assert len(words) <= 8


# ActivationCurve


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "sigmoid"])
@pytest.mark.parametrize("unit", [None, 3])
def test_points_are_the_sums_of_training_samples(begin, activation, unit):
    run, _, view = begin(ActivationCurve(1, unit), activation=activation, shown=2)
    traced = run.session.trace(
        run.session.data.x[: bend.SAMPLES], run.selection.replica
    )
    units = [unit - 1] if unit else [0, 1, 2, 3]
    z, a = (traced[i][:, units].ravel() for i in (0, 1))
    z = z[:: max(1, len(z) // bend.POINTS)]
    value, slope = view.points
    assert_allclose(value.get_xdata(), z, rtol=1e-5, atol=1e-6)
    a = a[:: max(1, len(a) // bend.POINTS)]
    assert_allclose(value.get_ydata(), a, atol=1e-5)
    nudged = [view._curves(run.session, z + e)[0].astype(float) for e in (0.01, -0.01)]
    rough = (nudged[0] - nudged[1]) / 0.02
    away = np.abs(z) > 0.02  # of a kink
    assert_allclose(slope.get_ydata()[away], rough[away], atol=0.01)


def test_the_strip_counts_the_sums_of_all_seeds(begin):
    run, _, view = begin(ActivationCurve(), shown=1)
    x = run.session.scale(run.session.data.x[: bend.SAMPLES])
    z = run.session.trainer.network.trace(x)[0].reshape(3, -1)
    edges = np.linspace(-view.reach, view.reach, bend.BINS + 1)
    _, picture = view.pixels.tiles[0]
    high, wide = picture.shape[:2]
    assert (picture == bars(shares(z, edges), 1, wide, high)).all()
    words = view.describe(*run)
    assert f"from {short(z[1].min())} to {short(z[1].max())}" in words


def test_where_it_is_flat_is_counted(begin):
    run, _, view = begin(ActivationCurve(), activation="relu")
    z = run.session.trace(run.session.data.x[: bend.SAMPLES], run.selection.replica)[0]
    assert f"{np.mean(z <= 0):.0%} of the sums lie where it is flat" in view.describe(
        *run
    )


def test_the_neuron_looked_at_is_shown_alone(begin):
    run, picture, view = begin(ActivationCurve())
    assert "all units" in view.describe(*run)
    run.selection.pointed = (1, 2)
    picture.draw(*run)
    z = run.session.trace(run.session.data.x[: bend.SAMPLES], run.selection.replica)[0][
        :, 2
    ]
    assert_allclose(view.points[0].get_xdata(), z, rtol=1e-5, atol=1e-6)
    assert "unit 3" in view.describe(*run)
    run.selection.pointed = (2, 0)  # the output leaves it to all
    assert "all units" in view.describe(*run)


def test_batch_norm_stands_before_the_bend(begin):
    run, _, view = begin(ActivationCurve(2, 1), hidden=(4, 3), batch_norm=True)
    traced = run.session.trace(
        run.session.data.x[: bend.SAMPLES], run.selection.replica
    )
    assert_allclose(view.points[0].get_xdata(), traced[4][:, 0], atol=1e-5)


def test_a_layer_that_bends_nothing_is_refused(make_run):
    block = Residual((Linear(3), Linear(3)))
    run = make_run(data="xor", hidden=(3, block, 3))
    with pytest.raises(InputError, match=r"bends no sums of its own; try layer=1\."):
        Picture([ActivationCurve(2)], *run)
    with pytest.raises(InputError, match=r"the units 1 to 3; try unit=3\."):
        Picture([ActivationCurve(1, unit=4)], *run)
    lacks = ActivationCurve().lacks(make_run(hidden=()).session)
    assert lacks == "a hidden layer that bends its sums"
