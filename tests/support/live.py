"""How quick a Lab is in a real JupyterLab, in a real browser.

Run it in a checkout: python -m tests.support.live; with --views Saturation Stability,
while these play.

Everything is measured in the page with its own clock, in one run, on whatever else the
machine has to do: server, kernel and browser share its processors.

- **frames drawn, painted**: pictures put on the canvas, and repaints of the window that
  show a newer one, while the Lab of the first notebook plays at its usual speed.
  **Under way** are those sent and not answered for.
- **learning rate → frame**: from the key that moves the slider, while the Lab plays, to
  the first frame that was drawn after the new rate was set.
- **noise → pixel**: from the key to the first frame of which a pixel is another, in a
  Lab at rest. It starts a new run: data, networks and picture are made anew.
- **interact**: the same views of the same run, with the same slider, as an inline
  figure redrawn by `ipywidgets.interact`; until the new image is decoded. For the
  learning rate the figure is kept, and 10 steps are made at each move, as a Lab makes
  in a frame; for the noise the run and the figure are made anew, as in a Lab.
- **Pause → last frame**: from the click to the last frame that came at all, which must
  be the sharp one; NaN if it isn't. Then in a browser made 8 times slower, the longest.
- **another cell answers**: from asking the kernel to print, while the Lab trains at
  full speed, to the printed text in the page; the longest.
- **training kept**: steps a second of that Lab, of those that the same trainer makes
  in the same kernel, with the same threads, when nothing is shown.
- **a frame**: what each view costs, as `frames` measures it, before the Labs are made.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from nnlab.bench.report import Row, machine, report
from nnlab.errors import InputError
from nnlab.experiment.experiment import Experiment
from tests.support import frames
from tests.support.browser import launched, opened, place_notebook
from tests.support.explorer import Explorer, explorers
from tests.support.looked_at import LookedAt
from tests.support.page import NotebookPage
from tests.support.probe import Probe, slowed
from tests.support.scene import (
    ANSWER,
    CLOCK,
    HEADLESS,
    ISLAND,
    NOTE_EDITS,
    NOTE_UNDER_WAY,
    cells,
)
from tests.support.server import Missing, running_lab

if TYPE_CHECKING:
    from playwright.sync_api import Locator

Values = dict[str, float]

SAMPLES = 40  # of each slider
PRESSES = 25  # of Pause
SLOW_PRESSES = 10
ANSWERS = 20  # of other cells
FRAMES = 200  # over which a rate is taken
APART = 10  # frames between two moves of a slider
WARM = 20  # frames before anything is measured
SLOWER = 8
ARROWS = ("ArrowRight", "ArrowLeft")  # a slider to and fro

ROWS = {  # name: unit and target
    "frames drawn": ("1/s", "≥ 24"),
    "frames painted": ("1/s", "≥ 24"),
    "frames under way, at most": ("", "≤ 2"),
    "learning rate → frame, median": ("ms", "≤ 50"),
    "learning rate → frame, p95": ("ms", "≤ 80"),
    "learning rate by interact, median": ("ms", ""),
    "learning rate: interact, times as long": ("", "≥ 2.5"),
    "noise → pixel, median": ("ms", "≤ 50"),
    "noise → pixel, p95": ("ms", "≤ 80"),
    "noise by interact, median": ("ms", ""),
    "noise: interact, times as long": ("", "≥ 2.5"),
    "Pause → last frame, p95": ("ms", "≤ 200"),
    "Pause → last frame, slow browser": ("ms", "≤ 300"),
    "Pause → last moving frame, slow browser": ("ms", ""),
    "another cell answers": ("s", "≤ 0.5"),
    "steps, shown": ("1/s", ""),
    "steps, headless": ("1/s", ""),
    "training kept": ("%", "≥ 50"),
    **frames.ROWS,
}


def main(json: Path | None = None, views: Sequence[str] = ()) -> int:
    """Measures, prints the table, and writes it to `json`; the exit status. The Lab
    that plays has these views, by name, or those that fit its data."""
    try:
        frames.made(views, LookedAt.of(Experiment(**ISLAND)))
        with (
            TemporaryDirectory() as home,
            launched() as chromium,
            running_lab(Path(home)) as jupyter,
        ):
            values = frames.costs()
            file = place_notebook(cells(views), jupyter.root / "bench")
            with opened(file, chromium, jupyter) as notebook:
                values |= measure(notebook)
            rows = [Row(name, values[name], *ROWS[name]) for name in ROWS]
            found = machine("jupyterlab", "ipykernel", chromium=chromium.version)
            report(found, rows, json)
    except (Missing, InputError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def measure(notebook: NotebookPage) -> Values:
    """The value of every row."""
    notebook.run_all()
    lab, noisy = explorers(notebook, "lab", "noisy")
    values = (
        pace(lab)
        | learning_rate(lab)
        | pause(lab)
        | full_speed(lab)
        | noise(noisy)
        | by_interact("learning rate by interact", notebook, cell=3)
        | by_interact("noise by interact", notebook, cell=4)
    )
    for ours in ("learning rate → frame", "noise → pixel"):
        name = ours.split(" →")[0]
        theirs = values[f"{name} by interact, median"]
        values[f"{name}: interact, times as long"] = theirs / values[f"{ours}, median"]
    return values


def pace(lab: Explorer) -> Values:
    """How many frames a second the page shows, and how many are under way."""
    lab.canvas.scroll_into_view_if_needed()
    lab.notebook.evaluate_in_kernel(NOTE_UNDER_WAY)
    lab.press("Play")
    probe = Probe(lab.output)
    probe.wait_for(WARM)
    probe = Probe(lab.output)
    probe.count_repaints()
    probe.wait_for(FRAMES)
    drawn = [picture["time"] for picture in probe.drawn()[1:]]
    return {
        "frames drawn": rate(drawn),
        "frames painted": rate(probe.painted()),
        "frames under way, at most": int(lab.value("lab.under_way")),
    }


def learning_rate(lab: Explorer) -> Values:
    """From the key to the first frame with the new learning rate, while it plays."""
    lab.notebook.evaluate_in_kernel(NOTE_EDITS)
    lab.rate.locator(".nnlab-range").focus()
    probe = Probe(lab.output)
    for count in range(SAMPLES):
        lab.page.keyboard.press(ARROWS[count % 2])
        probe.wait_for(APART)
    drawn, first = probe.drawn(), eval(lab.value("lab.first"))
    shown = [
        next(picture["time"] for picture in drawn if picture["frame"] >= frame)
        for frame in first
    ]
    times = np.subtract(shown, probe.inputs())
    return spread("learning rate → frame", times)


def pause(lab: Explorer) -> Values:
    """From the click on Pause to the last frame; also in a slow browser."""
    lab.press("Pause")
    lab.at_rest()
    times, _ = pauses(lab, PRESSES)
    with slowed(lab.page, SLOWER):
        slow, moving = pauses(lab, SLOW_PRESSES)
    return {
        "Pause → last frame, p95": p95(times),
        "Pause → last frame, slow browser": max(slow),
        "Pause → last moving frame, slow browser": max(moving),
    }


def pauses(lab: Explorer, count: int) -> tuple[list[float], list[float]]:
    """For each click on Pause, how long until the last frame before the next Play, and
    until the one before it, which is the last that moves."""
    probe = Probe(lab.output)
    for _ in range(count):
        lab.press("Play")
        probe.wait_for(WARM)
        lab.press("Pause")
        probe.wait_until_sharp()
        lab.at_rest()
    inputs = [*probe.inputs(), np.inf]
    drawn, times, moving = probe.drawn(), [], []
    for press, following in zip(inputs[1::2], inputs[2::2]):
        *_, before, last = [one for one in drawn if one["time"] < following]
        moving.append(max(0.0, before["time"] - press))
        sharp = last["form"] == "image/png"
        times.append(last["time"] - press if sharp else np.nan)
    return times, moving


def full_speed(lab: Explorer) -> Values:
    """What the rest of the kernel, and the training, get at full speed."""
    run = lab.notebook.evaluate_in_kernel
    headless = [float(run(HEADLESS))]
    run("lab.bar.speed.value = float('inf')")
    lab.press("Play")
    probe = Probe(lab.output)
    probe.wait_for(WARM)
    start, done = map(float, run(CLOCK).split())
    probe.wait_for(FRAMES)
    end, more = map(float, run(CLOCK).split())
    answers = [lab.page.evaluate(ANSWER, f"print({cell})") for cell in range(ANSWERS)]
    lab.press("Pause")
    lab.at_rest()
    headless.append(float(run(HEADLESS)))
    shown = (more - done) / (end - start)
    return {
        "another cell answers": max(answers) / 1000,
        "steps, shown": shown,
        "steps, headless": mean(headless),
        "training kept": 100 * shown / mean(headless),
    }


def noise(noisy: Explorer) -> Values:
    """From the key to the first changed pixel, in a Lab at rest."""
    times = slide(noisy.output, settle=noisy.at_rest, keyed=True)
    return spread("noise → pixel", times)


def by_interact(name: str, notebook: NotebookPage, cell: int) -> Values:
    """From the key to the new image in the output of a cell."""
    times = slide(notebook.cell(cell), lambda: notebook.evaluate_in_kernel(""))
    return {f"{name}, median": median(times)}


def slide(
    output: Locator, settle: Callable[[], object], keyed: bool = False
) -> list[float]:
    """Moves the slider of an output to and fro; how long each took to be seen."""
    output.scroll_into_view_if_needed()
    probe = Probe(output, keyed)
    output.locator(
        ".widget-slider .noUi-handle, .nnlab-slider .nnlab-range"
    ).first.focus()
    times = []
    for count in range(SAMPLES):
        times.append(probe.press(ARROWS[count % 2]))
        settle()
    return times


def spread(name: str, times: Sequence[float]) -> Values:
    """The middle of some times, and what few exceed."""
    return {f"{name}, median": median(times), f"{name}, p95": p95(times)}


def p95(times: Sequence[float]) -> float:
    """What 95 of 100 do not exceed."""
    return float(np.percentile(times, 95))


def rate(times: list[float]) -> float:
    """How often a second something happened at these times, in milliseconds."""
    return 1000 * (len(times) - 1) / (times[-1] - times[0])


def asked() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.live")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--views", nargs="+", default=[], help="that play, by name")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main(**vars(asked())))
