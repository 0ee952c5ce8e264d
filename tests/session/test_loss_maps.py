"""A map holds the path, and a new one is begun when the old one is old."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import Experiment
from nnlab.session.monitors.loss_maps import MOMENTS, Maps, path_of
from nnlab.session.session import Session

PLENTY = 60.0  # seconds


@pytest.fixture
def run():
    run = Session(Experiment(data="spiral", hidden=(6,), seeds=3))
    run.train(40)
    return run


def test_the_path_is_that_of_the_seed_shown_as_far_as_it_is_finite(run):
    path = path_of(run, 2)
    kept = [one.vectors["parameters"][2] for one in run.tape.snapshots]
    assert_allclose(path, [*kept, run.trainer.network.parameters[2]])
    run.trainer.network.parameters[2] = np.nan
    assert_allclose(path_of(run, 2), kept)
    run.train(16 * 200)
    assert len(path_of(run, 2)) <= MOMENTS + 1


@pytest.mark.parametrize("kind", ["path", "random", (("0.W", 0, 1), ("2.b", 0, 0))])
def test_a_map_holds_the_path_and_is_made_anew_only_when_it_is_old(run, kind):
    maps = Maps(kind)
    maps.go_on(run, 0, path_of(run, 0), PLENTY)
    first = maps.ready
    assert first.seed == 0 and first.step == 40
    assert first.relief.holds(first.relief.plane.of(path_of(run, 0)))
    maps.go_on(run, 0, path_of(run, 0), PLENTY)
    assert maps.ready is first
    maps.go_on(run, 1, path_of(run, 1), PLENTY)
    assert maps.ready.seed == 1
    run.train(200)
    maps.go_on(run, 1, path_of(run, 1), PLENTY)
    assert maps.ready.step == 240
    directions = maps.ready.relief.plane.axes * first.relief.plane.axes
    if kind == "random":
        assert directions.sum() > 0
    run.rewind(30)
    maps.go_on(run, 1, path_of(run, 1), PLENTY)
    assert maps.ready.step == 240


def test_of_a_lost_seed_there_is_no_map(run):
    maps = Maps("path")
    maps.go_on(run, 0, path_of(run, 0)[:0], PLENTY)
    assert maps.ready is None
