"""What the tests of the views share: runs in every state, and pictures of them."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnlab import Experiment
from nnlab.views import default_views
from nnlab.views.figure import DPI, Picture
from nnlab.views.view import View
from tests.support.looked_at import LookedAt


def run_of(steps: int = 0, lost: Sequence[int] = (), **fields) -> LookedAt:
    """A run after `steps` steps, in which the replicas `lost` have diverged."""
    run = LookedAt.of(Experiment(**fields))
    for _ in run.session.trainer.steps(steps):
        pass
    run.session.trainer.network.parameters[list(lost)] = np.nan
    return run


def picture_of(run: LookedAt, **size) -> Picture:
    """A picture with the views that fit."""
    return Picture(default_views(run.session), *run, **size)


def pixels_of(picture: Picture) -> np.ndarray:
    """What is drawn, (height, width, 3), bottom row first."""
    return np.array(picture.canvas.buffer_rgba())[::-1, :, :3]


def alone(view: View, run: LookedAt, box, size: tuple[int, int], scale: float = 1.0):
    """What one view draws on an empty page, (height, width, 3), bottom row first."""
    width, height = size
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI * scale)
    canvas = FigureCanvasAgg(figure)
    changing = view.build(figure, box, *run)
    for artist in changing:
        artist.set_animated(True)
    view.update(*run)
    canvas.draw()
    for artist in changing:
        artist.draw(canvas.renderer)
    return np.array(canvas.buffer_rgba())[::-1, :, :3]


@pytest.fixture(scope="session")
def make_run() -> Callable[..., LookedAt]:
    return run_of


@pytest.fixture(scope="session")
def make_picture() -> Callable[..., Picture]:
    return picture_of


@pytest.fixture(scope="session")
def pixels() -> Callable[[Picture], np.ndarray]:
    return pixels_of


@pytest.fixture(scope="session")
def draw_alone() -> Callable[..., np.ndarray]:
    return alone


@pytest.fixture(scope="session")
def still_life() -> Callable[..., tuple[LookedAt, Picture]]:
    """A run and its picture, made once for all tests that only look."""

    @cache
    def made(fields: tuple, size: tuple) -> tuple[LookedAt, Picture]:
        run = run_of(**dict(fields))
        return run, picture_of(run, **dict(size))

    return lambda fields, size: made(tuple(fields.items()), tuple(size.items()))
