"""Where ink lies in every view, as it was when somebody last looked at it.

Each view is drawn three times side by side, as wide as it is in a Lab of three, on
pages of 880 and 1200 pixels. What is stored is no picture but a small table: for
squares of 16 pixels how dark they are, in a digit. That is the same on any machine and
with any release of the libraries that draw, but for a square here and there, and a
change of the layout is a change of many, which a reader of the table can see. The runs
have made three steps, so that rounding has not grown.

`python tests/views/test_layout.py` stores what is drawn now. Look at it first.
"""

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from nnlab import Experiment
from nnlab.views.figure import Picture
from tests.support.looked_at import LookedAt

HERE = Path(__file__)
STORED = HERE.with_name("layouts.json")
WIDTHS = (880, 1200)
SQUARE = 16  # pixels
SMALL = {"hidden": (4, 2), "optimizer": "momentum", "l2": 0.01, "seeds": 5}
OFF = 0.1  # shades that squares may be off, on average

spec = spec_from_file_location("every", HERE.with_name("every.py"))
every = module_from_spec(spec)
spec.loader.exec_module(every)


def table(name: str, width: int) -> list[str]:
    """How dark the squares of a view are, from 0 to 9: a text for each row."""
    view = every.EVERY[name]
    run = LookedAt.of(Experiment(data=every.claims(name)[0], **SMALL))
    run.session.train(3)
    every.walk(run, view)
    run.session.seconds, run.session.times = 0.25, {0: 0.0}
    views = [view] if view.strip else [view] * 3
    picture = Picture(views, *run, width=width, height=380)
    picture.describe(*run)  # which waits for what is measured a little at a time
    picture.draw(*run)
    left, bottom, wide, high = map(round, next(picture._boxes()))
    grey = np.asarray(picture.canvas.buffer_rgba())[::-1, :, :3].mean(axis=-1)
    box = 255 - grey[bottom : bottom + high, left : left + wide]
    rows, columns = (side // SQUARE for side in box.shape)
    box = box[: rows * SQUARE, : columns * SQUARE]
    squares = box.reshape(rows, SQUARE, columns, SQUARE).mean(axis=(1, 3))
    digits = np.round(9 * np.cbrt(squares / 255)).astype(int)[::-1]
    return ["".join(map(str, row)) for row in digits]


def off(ours: list[str], stored: list[str]) -> float:
    """By how many shades squares differ, on average; infinite if the sizes do."""
    one, other = (np.array([[*map(int, row)] for row in t]) for t in (ours, stored))
    return float(np.abs(one - other).mean()) if one.shape == other.shape else np.inf


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", every.EVERY)
def test_ink_lies_where_it_lay_when_somebody_looked(name, width):
    stored = json.loads(STORED.read_text("utf-8"))
    assert f"{name}, {width}" in stored, "look at it, then store it as said above"
    ours = table(name, width)
    assert off(ours, stored[f"{name}, {width}"]) <= OFF, "\n".join(ours)


def test_nothing_is_stored_that_is_not_drawn():
    stored = json.loads(STORED.read_text("utf-8"))
    assert {*stored} == {f"{name}, {w}" for name in every.EVERY for w in WIDTHS}


def test_a_layout_that_has_moved_is_found():
    stored = json.loads(STORED.read_text("utf-8"))
    for name, rows in stored.items():
        aside, down = ["00" + row[:-2] for row in rows], rows[1:] + rows[:1]
        assert min(off(aside, rows), off(down, rows)) > 2 * OFF, name


if __name__ == "__main__":
    found = {f"{n}, {w}": table(n, w) for n in every.EVERY for w in WIDTHS}
    STORED.write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", "utf-8")
