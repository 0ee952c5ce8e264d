"""The plane as a layer sees it: the grid goes where the network takes it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import InputError
from nnlab.views import HiddenSpace
from nnlab.views.figure import Picture
from nnlab.views.plots.hidden_space import ACROSS, BENDS
from nnlab.views.view import extent

SPIRAL = {"data": "spiral", "hidden": (8, 8), "optimizer": "momentum", "steps": 600}


@pytest.fixture
def begin(make_run):
    def begin(layer=None, shown=0, **fields):
        run = make_run(**{"data": "xor", "seeds": 3, **fields})
        run.selection.replica = shown
        picture = Picture([HiddenSpace(layer)], *run, width=420)
        return run, picture, picture.views[0]

    return begin


@pytest.mark.parametrize("shown", [0, 2])
def test_two_units_are_the_two_axes(begin, shown):
    run, _, view = begin(hidden=(2,), steps=60, shown=shown)
    segments = view.net.get_segments()
    assert len(segments) == 2 * ACROSS and len(segments[0]) == BENDS
    net = view.inputs[0].reshape(2 * ACROSS, BENDS, 2)
    low, high = extent(run.session)
    assert_allclose([net.min((0, 1)), net.max((0, 1))], [low, high])
    for there, line in zip(net, segments):
        assert np.ptp(there, axis=0).min() == 0  # a straight line, along one axis
        assert_allclose(
            line, run.session.trace(there, run.selection.replica)[1], rtol=1e-6
        )


def test_points_are_where_the_layer_puts_them(begin):
    run, _, view = begin(hidden=(5, 2), steps=60)
    drawn = np.concatenate([np.stack(p.get_data(), 1) for p in view.points])
    both = np.concatenate([run.session.data.x, run.session.parts.validation.x])
    wanted = run.session.trace(both, run.selection.replica)[3]
    order, wanted_order = np.lexsort(drawn.T), np.lexsort(wanted.T)
    assert_allclose(drawn[order], wanted[wanted_order], rtol=1e-6)


def test_more_units_lie_on_their_components(begin):
    run, _, view = begin(hidden=(6,), steps=60)
    outputs = run.session.trace(run.session.data.x, run.selection.replica)[1].astype(
        float
    )
    _, sizes, _ = np.linalg.svd(outputs - outputs.mean(0), full_matrices=False)
    share = np.sum(sizes[:2] ** 2) / np.sum(sizes**2)
    assert f"{share:.0%} of their variance in view" in view.describe(*run)
    train = view.points[: len(view.points) // 2]
    drawn = np.concatenate([np.stack(p.get_data(), 1) for p in train])
    assert_allclose(drawn.var(axis=0).sum(), np.sum(sizes[:2] ** 2) / len(outputs))


@pytest.mark.parametrize("hidden", [(2,), (6,), (1,), (4, 2)])
def test_behind_the_last_hidden_layer_the_cut_is_straight(begin, hidden):
    run, _, view = begin(hidden=hidden, steps=300, learning_rate=0.3)
    lines = view.cut.get_segments()
    assert lines and "a straight line decides" in view.describe(*run)
    for line in lines:
        away = line - line.mean(axis=0)
        assert np.linalg.svd(away)[1][1] < 1e-3 * np.linalg.svd(away)[1][0]


def test_the_cut_is_where_the_output_is_undecided(begin):
    run, _, view = begin(hidden=(2,), steps=300, learning_rate=0.3)
    network = run.session.trainer.network.replica(0)
    for line in view.cut.get_segments():
        z = line @ network["2.W"] + network["2.b"]
        assert np.abs(z).max() < 0.05 * np.abs(network["2.W"]).sum()


def test_before_another_hidden_layer_it_bends(begin):
    run, _, view = begin(1, **SPIRAL)
    assert "the rest of the network decides" in view.describe(*run)
    bends = [np.linalg.svd(c - c.mean(axis=0))[1] for c in view.cut.get_segments()]
    assert max(one[1] / one[0] for one in bends) > 0.05


def test_the_axes_hold_all_that_is_drawn(begin):
    run, picture, view = begin(hidden=(4,), activation="relu", learning_rate=0.5)
    for _ in range(10):
        run.session.train(10)
        picture.draw(*run)
        lots = [*view.net.get_segments()]
        lots += [np.stack(p.get_data(), 1) for p in view.points]
        low, high = view.limits
        for places in filter(len, lots):
            assert (low <= places).all() and (places <= high).all()
        assert view.axes.get_xlim() == (low[0], high[0])


def test_a_layer_that_there_is_not_is_refused(make_run):
    run = make_run(data="xor", hidden=(3, 3))
    for layer in (0, 3):
        with pytest.raises(InputError, match=r"numbers 1 to 2; try layer=2\."):
            Picture([HiddenSpace(layer)], *run)
    assert HiddenSpace().lacks(make_run(hidden=()).session) == "a hidden layer"
    assert HiddenSpace().lacks(make_run(data="wine").session) == "points on a plane"
