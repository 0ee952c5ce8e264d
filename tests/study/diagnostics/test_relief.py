"""A map is the loss at its points, and a new one is begun when the old one is old."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import Experiment
from nnlab.engine import MSE, BatchNorm, Linear, Network, Tanh
from nnlab.study.diagnostics.components import main_axes
from nnlab.study.diagnostics.landscape import surface
from nnlab.study.diagnostics.maps import MOMENTS, Maps, path_of
from nnlab.study.diagnostics.planes import at_random
from nnlab.study.diagnostics.relief import POINTS, Relief
from nnlab.study.run import Run

rng = np.random.default_rng(9)
x, y = rng.normal(size=(20, 3)), rng.normal(size=20)
PLENTY = 60.0  # seconds


@pytest.fixture
def run():
    run = Run(Experiment(data="spiral", hidden=(6,), seeds=3))
    run.train(40)
    return run


def test_row_by_row_it_comes_to_the_whole_surface():
    layers = [Linear(4), BatchNorm(), Tanh(), Linear(1)]
    net = Network(3, layers, replicas=2, dtype="float64").solo(1)
    net.state[...] = 0.5
    plane, before = at_random(net), net.parameters.copy()
    relief = Relief(net, plane, np.array([0.3, -0.2]), 2.0)
    for row in range(POINTS):
        assert not relief.ready and np.isnan(relief.heights[row:]).all()
        relief.go_on(x, y, MSE())
    assert relief.ready
    net.parameters[...] += 0.3 * plane.first - 0.2 * plane.second
    steps = np.linspace(-2, 2, POINTS)
    expected = surface(net, x, y, MSE(), plane.second, plane.first, steps)
    assert_allclose(relief.heights, expected, rtol=1e-12)
    assert_allclose(relief._network.parameters, net.parameters)
    assert (before != net.parameters).any()


def test_the_path_is_that_of_the_seed_shown_as_far_as_it_is_finite(run):
    run.shown = 2
    path = path_of(run)
    kept = [one.vectors["parameters"][2] for one in run.tape.snapshots]
    assert_allclose(path, [*kept, run.trainer.network.parameters[2]])
    run.trainer.network.parameters[2] = np.nan
    assert_allclose(path_of(run), kept)
    run.train(16 * 200)
    assert len(path_of(run)) <= MOMENTS + 1


@pytest.mark.parametrize("kind", ["path", "random", (("0.W", 0, 1), ("2.b", 0, 0))])
def test_a_map_holds_the_path_and_is_made_anew_only_when_it_is_old(run, kind):
    maps = Maps(kind)
    maps.go_on(run, path_of(run), PLENTY)
    first = maps.ready
    assert first.seed == 0 and first.step == 40
    assert first.relief.holds(first.relief.plane.shadow(path_of(run)))
    maps.go_on(run, path_of(run), PLENTY)
    assert maps.ready is first
    run.shown = 1
    maps.go_on(run, path_of(run), PLENTY)
    assert maps.ready.seed == 1
    run.train(200)
    maps.go_on(run, path_of(run), PLENTY)
    assert maps.ready.step == 240
    directions = maps.ready.relief.plane.axes * first.relief.plane.axes
    if kind == "random":
        assert directions.sum() > 0
    run.rewind(30)
    maps.go_on(run, path_of(run), PLENTY)
    assert maps.ready.step == 240


def test_of_a_lost_seed_there_is_no_map(run):
    maps = Maps("path")
    maps.go_on(run, path_of(run)[:0], PLENTY)
    assert maps.ready is None


@pytest.mark.parametrize("shape", [(5, 30), (30, 5), (2, 3), (1, 4)])
def test_main_axes_are_those_of_the_singular_values(shape):
    rows = rng.normal(size=shape)
    found = main_axes(rows)
    _, s, v = np.linalg.svd(rows, full_matrices=False)
    count = min(2, len(s))
    assert_allclose(np.abs(np.sum(found[:count] * v[:count], axis=1)), 1)
    assert_allclose(found[count:], 0)
    assert_allclose(np.linalg.norm(rows @ found[0]), s[0])


def test_points_that_do_not_scatter_have_no_axes():
    assert (main_axes(np.zeros((3, 4))) == 0).all()
    line = main_axes(np.outer([1, 2, 3], [3, 4]))
    assert_allclose(np.abs(line), [[0.6, 0.8], [0, 0]])
