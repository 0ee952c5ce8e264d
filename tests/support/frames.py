"""What a frame of each view costs, in this process and without a browser.

Each view is drawn alone, as wide as in a Lab of three, on a page of 880 pixels. A frame
is what it is while a Lab plays: ten steps are made, and then the view is brought up to
date and its changing artists, with the two lines above and below, are drawn on the
background that is kept. A view of slow motion goes one moment on instead. Frames come
no quicker than 24 a second, since some views measure for a share of the time between
them; those that draw their background anew are left out, and so are the first ones.
"""

from collections.abc import Iterator, Sequence
from math import nan
from statistics import median
from time import monotonic, perf_counter, sleep

from nnlab import views
from nnlab.errors import unknown
from nnlab.experiment.experiment import Experiment
from nnlab.views.figure import GAP, Picture
from nnlab.views.view import View
from tests.support.looked_at import LookedAt

NAMES = tuple(name for name in views.__all__ if name != "View")
# Each view is shown on the first of these that it can show
DATA = ("island", "hills", "digits", "sine")
FIELDS = {"hidden": (8, 8), "optimizer": "momentum"}
WIDTH = round((880 - 2 * GAP) / 3)
HEIGHT = 380
FRAMES, WARM = 40, 10
STEPS = 10  # from a frame to the next
APART = 1 / 24  # seconds
ROWS = {f"{name}, a frame": ("ms", "≤ 10") for name in NAMES}


def costs(frames: int = FRAMES) -> dict[str, float]:
    """The middle of what so many frames of each view took, in milliseconds; NaN if all
    drew their background anew."""
    found = {}
    for name in NAMES:
        view = getattr(views, name)()
        times = [*timed(view, run_for(view), frames)]
        found[f"{name}, a frame"] = 1000 * median(times) if times else nan
    return found


def made(names: Sequence[str], run: LookedAt) -> list[View]:
    """Views by their names, once it is known that they can show this run; else an
    `InputError`."""
    for name in names:
        if name not in NAMES:
            raise unknown("views", name, NAMES)
    found = [getattr(views, name)() for name in names]
    for view in found:
        view.check(*run)
    return found


def run_for(view: View) -> LookedAt:
    """A run that a view can show."""
    runs = (LookedAt.of(Experiment(data=data, **FIELDS)) for data in DATA)
    return next(run for run in runs if not view.lacks(run.session))


def timed(view: View, run: LookedAt, frames: int) -> Iterator[float]:
    """Seconds that each of so many frames took, on the background that is kept."""
    picture = Picture([view], *run, width=WIDTH, height=HEIGHT)
    for count in range(WARM + frames):
        begin = monotonic()
        run.session.stepper.next_moment() if view.slow else run.session.train(STEPS)
        run.session.measure()  # which all views share
        kept, start = picture._background, perf_counter()
        picture.draw(*run)
        taken = perf_counter() - start
        if count >= WARM and picture._background is kept:
            yield taken
        sleep(max(0.0, begin + APART - monotonic()))
