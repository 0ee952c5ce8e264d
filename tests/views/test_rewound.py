"""What views drew over the steps stays when a run goes back, pale behind now."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab.views import GradientFlow, GradientNoise, Saturation, Stability
from nnlab.views.drawing.bands import Band
from nnlab.views.figure import Picture
from tests.views.conftest import pixels_of, run_of

FEW = {"data": "xor", "samples": 60, "batch_size": 6, "seeds": 2, "hidden": (3,)}
LINES = {
    Saturation: lambda view: view.bands[2][0],
    Stability: lambda view: view.sharp,
    GradientNoise: lambda view: view.band,
}


def rewound(kind) -> tuple:
    """A view of a run of 96 steps that has gone back to step 40; and as it was."""
    run = run_of(**FEW)
    run.session.train(96)
    picture = Picture([kind()], *run)
    [view] = picture.views
    view.past.values(run.session, 5.0)  # as long as it needs
    picture.draw(*run)
    before = pixels_of(picture).copy()
    return run, picture, view, before


@pytest.mark.parametrize("kind", LINES)
def test_a_line_goes_on_pale_as_it_was(kind):
    run, picture, view, _ = rewound(kind)
    band: Band = LINES[kind](view)
    whole = band.line.get_xydata().copy()
    assert not len(band.after.get_xdata()) and not view.reach.now[0].get_visible()
    run.session.rewind(40)
    view.past.values(run.session, 5.0)
    picture.draw(*run)
    now, after = band.line.get_xydata(), band.after.get_xydata()
    assert now[-1, 0] <= 40 < after[1, 0] and after[-1, 0] == 96
    assert_allclose(after[0], now[-1])
    later = whole[whole[:, 0] > 40]
    assert_allclose(after[1:], later)
    assert all(line.get_visible() for line in view.reach.now)
    assert view.reach.now[0].get_xdata()[0] == 40
    run.session.train(1)
    picture.draw(*run)
    assert not len(band.after.get_xdata()) and not view.reach.now[0].get_visible()


def test_stripes_go_on_pale():
    run, picture, view, before = rewound(GradientFlow)
    run.session.rewind(40)
    view.past.values(run.session, 5.0)
    picture.draw(*run)
    left, bottom, wide, tall = map(round, view.panels[0][1])
    rows = slice(bottom + 2, bottom + tall - 2)
    share = 40 / view.reach
    past = slice(left, left + int(wide * (share - 0.03)))
    ahead = slice(left + int(wide * (share + 0.05)), left + int(wide * 0.9))
    frame = pixels_of(picture)
    assert_allclose(frame[rows, past], before[rows, past])
    light = frame[rows, ahead].astype(float).mean() - before[rows, ahead].mean()
    assert light > 20 and np.ptp(frame[rows, ahead]) > 0
