"""Every view, on all data that it claims: with one seed and with five, at the start, on
its way, lost, and turned to another run."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab.views.figure import Picture

DATA = {
    "two classes on the plane": {"data": "island"},
    "measured on the plane": {"data": "hills"},
    "three classes": {"data": "wine"},
    "measured": {"data": "diabetes"},
    "pictures": {"data": "digits"},
}
SMALL = {"hidden": (3, 2), "optimizer": "momentum", "l2": 0.01, "learning_rate": 0.05}
data = pytest.mark.parametrize("fields", DATA.values(), ids=DATA)
every = pytest.mark.parametrize("seeds", [1, 5])


@pytest.fixture
def begin(any_view, make_run):
    def begin(steps=0, **fields):
        run = make_run(steps, **SMALL, **fields)
        if any_view.lacks(run):
            pytest.skip(f"it needs {any_view.lacks(run)}")
        return run, Picture([any_view], run, width=420)

    return begin


def looked_at(picture, run) -> None:
    """It is drawn, whatever is looked at, and told in one paragraph."""
    for run.pointed in (None, (1, 0), (0, 1, 1)):
        picture.views[0].update(run)
        words = picture.views[0].describe(run)
        assert words.endswith(".") and "\n" not in words and "  " not in words
        assert len(words) > 20


@data
@every
def test_it_follows_its_run_from_the_start_to_the_end(begin, fields, seeds):
    run, picture = begin(**fields, seeds=seeds)
    run.shown = seeds - 1
    looked_at(picture, run)
    run.train(8)
    looked_at(picture, run)
    for lost in (1e30, np.inf, np.nan):
        run.trainer.network.parameters[seeds // 2 :] = lost
        run._measured_at = -1
        looked_at(picture, run)
    run.trainer.network.parameters[...] = np.nan
    run._measured_at = -1
    looked_at(picture, run)
    picture.draw(run)


@data
def test_turned_to_another_run_it_is_the_one_built_for_it(begin, pixels, fields):
    _, picture = begin(**fields, seeds=2, steps=3)
    for changes in ({"seed": 8}, {"split_seed": 3}):
        other, fresh = begin(**fields, **changes, seeds=2)
        picture.turn_to(fresh.views, other)
        for _ in range(2):
            picture.draw(other)
            fresh.draw(other)
            assert_array_equal(pixels(picture), pixels(fresh))
            other.train(4)


@data
def test_a_kept_background_makes_no_difference(begin, pixels, fields):
    run, picture = begin(**fields, seeds=2)
    for _ in range(4):
        run.train(5)
        picture.draw(run)
    kept = pixels(picture)
    picture._background = None
    picture.draw(run)
    assert_array_equal(pixels(picture), kept)


@data
@pytest.mark.parametrize("width, scale", [(880, 1.0), (1200, 2.0)])
def test_it_stays_in_its_box(
    any_view, make_run, draw_alone, begin, fields, width, scale
):
    run, _ = begin(8, **fields, seeds=2)
    third = width / 3 * scale
    box = (third, 18 * scale, third, 328 * scale)
    if any_view.strip:
        box = (0, 18 * scale, width * scale, any_view.strip * scale)
    for run.pinned in (None, (1, 0)):
        drawn = draw_alone(any_view, run, box, (width, 380), scale)
        left, bottom, right, top = *box[:2], box[0] + box[2], box[1] + box[3]
        drawn[int(bottom) : int(np.ceil(top)), int(left) : int(np.ceil(right))] = 255
        rows, columns = np.nonzero((drawn < 255).any(-1))
        assert not len(rows), (box, {*rows.tolist()}, {*columns.tolist()})
