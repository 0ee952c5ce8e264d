"""`nnlab bench live`: how quick a Lab is in a real JupyterLab, in a real browser.

Everything is measured in the page with its own clock, in one run, on whatever else the
machine has to do: server, kernel and browser share its processors.

- **frames drawn / painted**: pictures on the canvas, and repaints of the window that
  show a newer one, while the Lab of the first notebook plays at its usual speed. The
  first are those that are acknowledged; **under way** are the others, at most.
- **learning rate**: from the key that moves the slider while the Lab plays to the first
  frame that was computed with the new rate.
- **noise**: from the key to the first frame of which a pixel is another, at rest. A
  new run starts: data, networks and picture are made anew.
- **interact**: the same run, the same views and the same slider, redrawn as an inline
  figure by `ipywidgets.interact`; until the new image is decoded.
- **Pause**: from the click to the last frame that came at all, which is the sharp one.
- **another cell**: from asking the kernel to print, while the Lab trains as fast as it
  goes, to the printed text in the page.
- **training kept**: steps a second of that Lab, of those that the same trainer makes
  in the same kernel when nothing is shown.
"""

import sys
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory

import numpy as np

from nnlab.bench.browser import launched, opened, place_notebook
from nnlab.bench.explorer import Explorer, explorers, source
from nnlab.bench.page import NotebookPage
from nnlab.bench.probe import Probe, slowed
from nnlab.bench.server import Missing, running_lab
from nnlab.bench.table import Row, machine, report

SAMPLES = 40  # of each slider
PRESSES = 25  # of Pause
SLOW_PRESSES = 10
CELLS = 20  # that print
FRAMES = 200  # over which a rate is taken
APART = 10  # frames between two moves of a slider
WARM = 20  # frames before anything is measured
SLOWER = 8

ISLAND = {"data": "island", "hidden": (3,), "learning_rate": 1}
INTERACT = """\
%matplotlib inline
%config InlineBackend.print_figure_kwargs = {"bbox_inches": None}
from IPython.display import display
from ipywidgets import SelectionSlider, interact
from nnlab.study.run import Run
from nnlab.views import default_views
from nnlab.views.figure import Picture, status

class Plain(Picture):
    def draw(self, run):
        for view in self.views:
            view.update(run)
        self._say(status(run))

def redraw(noise):
    run = Run(noisy.experiment.replace(noise=noise))
    picture = Plain(default_views(run), run, noisy.picture.width)
    for artist in picture.changing:
        artist.set_animated(False)
        if artist.figure is None:
            picture.figure.add_artist(artist)
    display(picture.figure)

slider = noisy.controls.widgets["noise"]
interact(redraw, noise=SelectionSlider(options=slider.options, value=slider.value));
"""
NOTE_EDITS = """\
lab.first = []  # for each edit, the first frame drawn after it
def edit(*arguments, edit=lab._edit):
    edit(*arguments)
    lab.first.append(lab.canvas._frame + 1)
lab._edit = edit
"""
NOTE_UNDER_WAY = """\
lab.under_way = 0
def show(*arguments, show=lab.canvas.show):
    show(*arguments)
    views = lab.canvas.viewers.values()
    lab.under_way = max([lab.under_way, *(view.sent - view.seen for view in views)])
lab.canvas.show = show
"""
HEADLESS = """\
from time import monotonic
from threadpoolctl import threadpool_limits
from nnlab.study.run import Run
trainer = Run(lab.experiment).trainer
with threadpool_limits(1, "blas"):
    start = monotonic()
    for step in trainer.steps(10**9):
        if monotonic() > start + 3:
            break
print(step / (monotonic() - start))
"""
CLOCK = "print(__import__('time').monotonic(), lab.trainer.steps_done)"
ANSWER = """async code => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const start = performance.now();
    let seen = NaN;
    const future = kernel.requestExecute({code});
    future.onIOPub = ({header}) => {
        if (header.msg_type === "stream") seen = performance.now();
    };
    await future.done;
    return seen - start;
}"""


def main(json: Path | None = None) -> int:
    """Measures, prints the table, and writes it to `json`; the exit status."""
    cells = [source(**ISLAND), source("noisy", controls=("noise",), **ISLAND), INTERACT]
    try:
        with (
            TemporaryDirectory() as home,
            running_lab(Path(home)) as jupyter,
            launched() as chromium,
        ):
            file = place_notebook(cells, jupyter.root / "bench")
            with opened(file, chromium, jupyter) as notebook:
                rows = measure(notebook)
            report(machine(chromium=chromium.version), rows, json)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


def measure(notebook: NotebookPage) -> list[Row]:
    """Every row, in the order in which it is measured."""
    notebook.run_all()
    lab, noisy = explorers(notebook, "lab", "noisy")
    rows = frames(lab) + learning_rate(lab) + pause(lab) + full_speed(lab)
    return rows + noise(noisy, notebook)


def frames(lab: Explorer) -> list[Row]:
    """How many frames a second the page shows, and how many are under way."""
    lab.canvas.scroll_into_view_if_needed()
    lab.notebook.evaluate_in_kernel(NOTE_UNDER_WAY)
    lab.press("Play")
    probe = Probe(lab.output)
    probe.wait_for(WARM)
    probe = Probe(lab.output)
    probe.wait_for(FRAMES)
    drawn = [picture["time"] for picture in probe.drawn()[1:]]
    return [
        Row("frames drawn and acknowledged", rate(drawn), "1/s", "≥ 24"),
        Row("frames painted", rate(probe.painted()), "1/s", "≥ 24"),
        Row("frames under way, at most", int(lab.value("lab.under_way")), "", "≤ 2"),
    ]


def learning_rate(lab: Explorer) -> list[Row]:
    """From the key to the first frame with the new learning rate, while it plays."""
    lab.notebook.evaluate_in_kernel(NOTE_EDITS)
    lab.output.locator(".widget-slider .noUi-handle").focus()
    probe = Probe(lab.output)
    for count in range(SAMPLES):
        lab.page.keyboard.press("ArrowLeft" if count % 2 else "ArrowRight")
        probe.wait_for(APART)
    drawn, first = probe.drawn(), eval(lab.value("lab.first"))
    shown = [
        next(picture["time"] for picture in drawn if picture["frame"] >= frame)
        for frame in first
    ]
    times = np.subtract(shown, probe.inputs())
    return quick("learning rate → picture, playing", times)


def pause(lab: Explorer) -> list[Row]:
    """From the click on Pause to the last frame; also in a slow browser."""
    lab.press("Pause")
    lab.at_rest()
    times = pauses(lab, PRESSES)
    with slowed(lab.page, SLOWER):
        slow = pauses(lab, SLOW_PRESSES)
    return [
        Row("Pause → last picture, p95", p95(times), "ms", "≤ 200"),
        Row(f"the same, browser {SLOWER}× slower, longest", max(slow), "ms", "≤ 300"),
    ]


def pauses(lab: Explorer, count: int) -> list[float]:
    """For each click on Pause, how long until the last frame before the next Play."""
    probe = Probe(lab.output)
    for _ in range(count):
        lab.press("Play")
        probe.wait_for(WARM)
        lab.press("Pause")
        probe.wait_until_sharp()
        lab.at_rest()
    inputs = [*probe.inputs(), np.inf]
    drawn, times = probe.drawn(), []
    for press, following in zip(inputs[1::2], inputs[2::2]):
        last = [picture for picture in drawn if picture["time"] < following][-1]
        sharp = last["form"] == "image/png"
        times.append(last["time"] - press if sharp else np.nan)
    return times


def full_speed(lab: Explorer) -> list[Row]:
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
    answers = [lab.page.evaluate(ANSWER, f"print({cell})") for cell in range(CELLS)]
    lab.press("Pause")
    lab.at_rest()
    headless.append(float(run(HEADLESS)))
    shown = (more - done) / (end - start)
    return [
        Row("another cell answers, longest", max(answers) / 1000, "s", "≤ 0.5"),
        Row("steps of training, shown", shown, "1/s"),
        Row("steps of training, headless", mean(headless), "1/s"),
        Row("training kept", 100 * shown / mean(headless), "%", "≥ 50"),
    ]


def noise(noisy: Explorer, notebook: NotebookPage) -> list[Row]:
    """From the key to the first changed pixel, in a Lab and by `interact`."""
    ours = slide(noisy.output, keyed=True, settle=noisy.at_rest)
    theirs = slide(notebook.cell(2), settle=lambda: notebook.evaluate_in_kernel(""))
    times = median(theirs) / median(ours)
    return [
        *quick("noise → picture, at rest", ours),
        Row("the same by interact, median", median(theirs), "ms"),
        Row("the same by interact, p95", p95(theirs), "ms"),
        Row("interact takes so many times longer", times, "", "≥ 2.5"),
    ]


def slide(output, settle, keyed: bool = False) -> list[float]:
    """Moves the slider of an output step by step; how long each took to be seen."""
    output.scroll_into_view_if_needed()
    probe = Probe(output, keyed)
    output.locator(".widget-slider .noUi-handle").focus()
    times = []
    for _ in range(SAMPLES):
        times.append(probe.press("ArrowRight"))
        settle()
    return times


def quick(name: str, times) -> list[Row]:
    """What is asked of a slider."""
    return [
        Row(f"{name}, median", median(times), "ms", "≤ 50"),
        Row(f"{name}, p95", p95(times), "ms", "≤ 80"),
    ]


def p95(times) -> float:
    """What 95 of 100 do not exceed."""
    return float(np.percentile(times, 95))


def rate(times: list[float]) -> float:
    """How often a second something happened at these times, in milliseconds."""
    return 1000 * (len(times) - 1) / (times[-1] - times[0])
