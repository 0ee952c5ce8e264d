"""A frame, and the words for it, tell of the same state."""

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from nnlab import Experiment
from nnlab.lab.renderer import Screen
from nnlab.views import Boundary, Curves, Neurons, Stages
from tests.support.looked_at import LookedAt

SMALL = {"seeds": 2, "hidden": (3,)}


def pixels(frame: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(frame)).convert("RGB"))


@pytest.fixture
def run():
    return LookedAt.of(Experiment(**SMALL))


@pytest.mark.parametrize("scale", [1, 2])
def test_the_words_and_the_frame_at_rest_are_of_the_run_as_it_is(run, scale):
    views = [Neurons(), Boundary()]  # both are drawn from the run alone
    screen, said = Screen(views, *run, 380), set()
    screen.fit(900, scale, *run)
    for steps in (0, 1, 40):
        run.session.train(steps)
        screen.frame(*run, moving=True)
        frame, _ = screen.frame(*run, moving=False)
        text = screen.describe(*run)
        assert re.search(r"step (\d+)", text)[1] == str(run.session.trainer.steps_done)
        fresh = Screen(views, *run, 380)
        fresh.fit(900, scale, *run)
        again, _ = fresh.frame(*run, moving=False)
        assert np.array_equal(pixels(again), pixels(frame))
        assert fresh.describe(*run) == text
        said.add(text)
    assert len(said) == 3


@pytest.mark.parametrize("scale", [1, 2])
def test_every_view_speaks_of_the_frame_just_drawn(run, scale):
    views = [Neurons(), Boundary(), Curves(), Stages()]
    screen = Screen(views, *run, 440)
    screen.fit(900, scale, *run)
    for stage in ("forward", "loss", "backward", "update"):
        run.session.stepper.next_stage()
        screen.frame(*run, moving=False)
        assert f"{stage} is done" in screen.describe(*run)
    run.session.train(30)
    screen.frame(*run, moving=False)
    drawn = screen._sharpest(*run)
    assert screen.describe(*run) == drawn.describe(*run)
    for view in drawn.views:
        assert view.describe(*run) in screen.describe(*run)


@pytest.mark.parametrize("moving, form", [(True, "image/jpeg"), (False, "image/png")])
@pytest.mark.parametrize("scale", [0.5, 1, 1.5, 2, 3])
def test_moving_a_pixel_is_one_of_the_page_and_at_rest_one_of_the_screen(
    run, moving, form, scale
):
    screen = Screen(None, *run, 380)
    screen.fit(900, scale, *run)
    frame, given = screen.frame(*run, moving)
    times = 1 if moving else min(max(scale, 1), 2)
    assert given == form and pixels(frame).shape == (380 * times, 900 * times, 3)


def test_another_run_is_what_is_drawn_from_then_on(run):
    screen = Screen(None, *run, 380)
    screen.fit(900, 2, *run)
    screen.frame(*run, moving=False)
    other = LookedAt.of(Experiment(data="digits", seeds=2))
    screen.start(*other)
    fresh = Screen(None, *other, 380)
    fresh.fit(900, 2, *other)
    for moving in (True, False):
        assert screen.frame(*other, moving) == fresh.frame(*other, moving)
    assert screen.describe(*other) == fresh.describe(*other)
