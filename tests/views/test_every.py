"""Every view, on all data that it claims: with one seed and with five, at the start, on
its way, lost, and turned to another run."""

from copy import copy
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab.session.monitors.time_budget import Credit
from nnlab.views.figure import Picture

spec = spec_from_file_location("every", Path(__file__).with_name("every.py"))
every = module_from_spec(spec)
spec.loader.exec_module(every)

SMALL = {"hidden": (3, 2), "optimizer": "momentum", "l2": 0.01, "learning_rate": 0.05}
pairs = pytest.mark.parametrize("name, data", every.PAIRS)
few = pytest.mark.parametrize("name, data", every.PAIRS[::3])


@pytest.fixture(autouse=True)
def plenty(monkeypatch):
    """Time to measure whatever is to be measured, at every frame."""
    earn = Credit.earn
    monkeypatch.setattr(Credit, "earn", lambda credit, seconds=0: earn(credit, 60.0))


@pytest.fixture
def begin(make_run):
    def begin(name, steps=0, **fields):
        run = make_run(steps, **SMALL, **fields)
        return run, Picture([every.EVERY[name]], *run, width=420)

    return begin


def looked_at(picture, run) -> None:
    """It is drawn, whatever is looked at, and told in one paragraph."""
    for run.selection.pointed in (None, (1, 0), (0, 0, 1)):
        picture.views[0].update(*run)
        words = picture.views[0].describe(*run)
        assert words.endswith(".") and "\n" not in words and "  " not in words
        assert len(words) > 20


@pytest.mark.parametrize("name", every.EVERY)
def test_it_lacks_nothing_on_the_data_that_it_claims(make_run, name):
    kind = name.split()[0]
    for data in every.DATA:
        run = make_run(**SMALL, data=data, seeds=1)
        claimed = data in every.CLAIMS.get(kind, every.DATA)
        assert bool(every.EVERY[name].lacks(run.session)) != claimed


@pairs
@pytest.mark.parametrize("seeds", [1, 5])
def test_it_follows_its_run_from_the_start_to_the_end(begin, name, data, seeds):
    run, picture = begin(name, data=data, seeds=seeds)
    run.selection.replica = seeds - 1
    looked_at(picture, run)
    run.session.train(8)
    looked_at(picture, run)
    for lost in (1e30, np.inf, np.nan):
        run.session.trainer.network.parameters[seeds // 2 :] = lost
        run.session._measured_at = -1
        looked_at(picture, run)
    run.session.trainer.network.parameters[...] = np.nan
    run.session._measured_at = -1
    looked_at(picture, run)
    picture.draw(*run)


@few
def test_turned_to_another_run_it_is_the_one_built_for_it(begin, pixels, name, data):
    _, picture = begin(name, 3, data=data, seeds=2)
    for changes in ({"seed": 8}, {"split_seed": 3}):
        other, fresh = begin(name, data=data, **changes, seeds=2)
        picture.turn_to([every.EVERY[name]], *other)
        for _ in range(2):
            picture.draw(*other)
            fresh.draw(*other)
            assert_array_equal(pixels(picture), pixels(fresh))
            other.session.train(4)


@few
def test_a_kept_background_makes_no_difference(begin, pixels, name, data):
    run, picture = begin(name, data=data, seeds=2)
    for _ in range(3):
        run.session.train(5)
        picture.draw(*run)
    kept = pixels(picture)
    picture._background = None
    picture.draw(*run)
    assert_array_equal(pixels(picture), kept)


@pairs
def test_it_stays_in_its_box(make_run, draw_alone, name, data):
    run, view = make_run(8, **SMALL, data=data, seeds=2), every.EVERY[name]
    width, scale = (880, 1.0) if data in every.DATA[::2] else (1200, 2.0)
    third = width / 3 * scale
    box = (third, 18 * scale, third, 328 * scale)
    if view.strip:
        box = (0, 18 * scale, width * scale, view.strip * scale)
    run.selection.pinned = (1, 0)
    drawn = draw_alone(copy(view), run, box, (width, 380), scale)
    left, bottom, right, top = *box[:2], box[0] + box[2], box[1] + box[3]
    drawn[int(bottom) : int(np.ceil(top)), int(left) : int(np.ceil(right))] = 255
    rows, columns = np.nonzero((drawn < 255).any(-1))
    assert not len(rows), (box, {*rows.tolist()}, {*columns.tolist()})


@pytest.mark.parametrize("name", every.EVERY)
def test_it_says_the_same_whoever_computes(begin, name):
    pytest.importorskip("torch")
    said = []
    for backend in ("numpy", "torch"):
        fields = {"data": every.claims(name)[0], "dtype": "float64", "seeds": 2}
        run, picture = begin(name, 12, **fields, backend=backend)
        run.selection.pinned = (1, 0)
        every.walk(run, picture.views[0])
        picture.draw(*run)
        said.append(picture.views[0].describe(*run))
    assert said[0] == said[1]
