"""The notebook that `live` measures, and what it has the kernel and the page do there.

Two Labs, and their pictures once more as inline figures by `interact`.
"""

from collections.abc import Sequence

from tests.support.explorer import source

ISLAND = {"data": "island", "hidden": (3,), "learning_rate": 1}
INLINE = """\
%matplotlib inline
%config InlineBackend.print_figure_kwargs = {"bbox_inches": None}
from IPython.display import display
from ipywidgets import SelectionSlider, interact
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.figure import Picture

class Plain(Picture):
    def draw(self, session, selection):
        for view in self.views:
            view.update(session, selection)
        self._say(session, selection)

def inline(session, lab):
    views = [type(view)() for view in lab.picture.views]
    picture = Plain(views, session, Selection(), lab.picture.width)
    for artist in picture.changing:
        artist.set_animated(False)
        if artist.figure is None:
            picture.figure.add_artist(artist)
    return picture

def copy(slider):
    steps, decades = (1, 1.3, 1.6, 2, 2.5, 3, 4, 5, 6, 8), range(-5, 2)
    marks = [float(f"{step}e{decade}") for decade in decades for step in steps]
    if not slider.log:
        marks = [i / 100 for i in range(round(100 * slider.high) + 1)]
    return SelectionSlider(options=marks, value=slider.value)
"""
INTERACT_RATE = """\
run = Session(lab.experiment)
picture = inline(run, lab)

def move(learning_rate):
    run.change(learning_rate=learning_rate)
    for _ in run.trainer.steps(10):
        pass
    picture.draw(run, Selection())
    display(picture.figure)

interact(move, learning_rate=copy(lab.controls.widgets["learning_rate"]));
"""
INTERACT_NOISE = """\
def anew(noise):
    run = Session(noisy.experiment.replace(noise=noise))
    display(inline(run, noisy).figure)

interact(anew, noise=copy(noisy.controls.widgets["noise"]));
"""


def cells(views: Sequence[str] = ()) -> list[str]:
    """The cells of the notebook. The Lab that plays has these views, or those that fit;
    the one at rest always has the latter, which a little noise changes for sure."""
    return [
        source(views=views, **ISLAND),
        source("noisy", controls=("noise",), **ISLAND),
        INLINE,
        INTERACT_RATE,
        INTERACT_NOISE,
    ]


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
from nnlab.session.session import Session
trainer = Session(lab.experiment).trainer
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
