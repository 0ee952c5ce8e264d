"""Every view live in a Lab in a real JupyterLab, and every number of the network there.

The Labs stand in one notebook, three views each. Views of slow motion go on in
`test_slow`, and the one that is painted on in `test_paint`.
"""

import re
from collections.abc import Iterator

import pytest

from nnlab import views
from tests.support.browser import opened, place_notebook
from tests.support.explorer import Explorer, source

LABS = {  # views, and the data that shows them
    "island": ("Boundary", "Neurons(gradients=True)", "Curves"),
    "hills": ("Scatter", "HiddenSpace", "Losses"),
    "wine": ("Confusion", "TopLosses", "ActivationCurve"),
    "digits": ("Filters", "Gallery", "Histograms"),
    "xor": ("GradientFlow", "GradientNoise", "Saturation"),
    "spiral": ("Landscape", "Stability", "Numbers"),
    "moons": ("WeightedSum", "Heads"),
    "sine": ("FittedCurve",),
}
WALKED = ("Factors", "Flow", "Stages")
PAINTED = ("Paint",)
FIELDS = {"hidden": (4, 3), "optimizer": "momentum", "seeds": 3}
REGIONS = """(canvas, boxes) => boxes.map(([left, top, width, height]) => {
    const part = document.createElement("canvas");
    [part.width, part.height] = [width, height];
    part.getContext("2d").drawImage(
        canvas, left, top, width, height, 0, 0, width, height);
    return part.toDataURL();
})"""
NEURON = (3, 1)  # layer and unit: the second one of the second hidden layer
LINK = (2, 2, 1)  # layer, row and unit: what comes to it from the third one before
VALUES = """[float(v) for v in (
    lab.trainer.network['2.W'][lab.selection.replica, 2, 1],
    lab.trainer.network.layout.places['2.W'].view(
        __import__('numpy'), lab.trainer.gradient)[lab.selection.replica, 2, 1],
    lab.trainer.network.layout.places['2.W'].view(
        __import__('numpy'), lab.trainer.moments['velocity'])[
        lab.selection.replica, 2, 1])]"""
UNIT = """[float(v) for v in (
    lab.session.array('2.b', lab.selection.replica)[0, 1],
    lab.trainer.network.trace(lab.trainer.parts['train'][0])[2]
        [lab.selection.replica, :, 1].mean(),
    lab.trainer.network.trace(lab.trainer.parts['train'][0])[3]
        [lab.selection.replica, :, 1].mean(),
    lab.trainer.network.layout.places['2.b'].view(__import__('numpy'),
        lab.trainer.network.gradient(*lab.trainer.parts['train'], lab.trainer.loss))
        [lab.selection.replica, 0, 1])]"""


@pytest.fixture(scope="module")
def labs(chromium, lab) -> Iterator[dict[str, Explorer]]:
    """All the Labs, in one notebook, slow enough to be seen while they learn."""
    options = {"controls": ("learning_rate",), "speed": 100, **FIELDS}
    cells = [source(name, shown, data=name, **options) for name, shown in LABS.items()]
    file = place_notebook(cells, lab.root / "every view")
    with opened(file, chromium, lab, "lab") as notebook:
        notebook.run_all()
        yield {
            name: Explorer(notebook, name, notebook.cell(number))
            for number, name in enumerate(LABS)
        }


@pytest.fixture
def shown(labs):
    """A function that gives a Lab once it is in sight; nothing goes wrong with it."""

    def show(name: str) -> Explorer:
        lab = labs[name]
        lab.output.scroll_into_view_if_needed()
        lab.canvas.scroll_into_view_if_needed()
        lab.output.locator("canvas[data-frame]").wait_for()
        return lab

    yield show
    notebook = labs["island"].notebook
    assert notebook.errors() == []
    assert notebook.console_errors == []
    assert notebook.iopub_errors == []


def regions(lab: Explorer) -> list[str]:
    """What each view of a Lab shows now."""
    boxes = eval(lab.value("[[*map(round, box)] for box in lab.picture._boxes()]"))
    height = lab.canvas.evaluate("canvas => canvas.height")
    places = [[x, height - y - high, wide, high] for x, y, wide, high in boxes]
    return lab.canvas.evaluate(REGIONS, places)


def numbers(words: str) -> dict[str, float]:
    """Every "name −1.5" of a card in words."""
    found = re.findall(r"(\w+) ([+−][\d.e−]+)(?=[,.])", words)
    return {name: float(value.replace("−", "-")) for name, value in found}


def test_every_view_is_in_one_of_the_labs():
    tried = [*WALKED, *PAINTED, *(view for some in LABS.values() for view in some)]
    names = [view.partition("(")[0] for view in tried]
    assert sorted([*names, "View"]) == sorted(views.__all__)


@pytest.mark.parametrize("name", LABS)
def test_each_view_moves_while_it_plays_and_says_what_it_shows(shown, name):
    lab = shown(name)
    lab.press("Play")
    lab.wait("lab.trainer.steps_done > 5")
    lab.new_frame()
    before = regions(lab)  # of frames in motion, as those after
    lab.wait("lab.trainer.steps_done > 200")
    lab.new_frame()
    after = regions(lab)
    lab.press("Pause")
    lab.at_rest()
    seen = zip(LABS[name], before, after)
    assert [view for view, one, other in seen if one == other] == []
    words = lab.canvas.get_attribute("aria-label")
    said = eval(
        lab.value(
            "[view.describe(lab.session, lab.selection) for view in lab.picture.views]"
        )
    )
    for view, sentence in zip(LABS[name], said):
        assert sentence.split(":")[0].split(" at step")[0] in words, view


def test_the_card_has_the_numbers_of_the_engine(shown):
    lab = shown("island")
    lab.press("Pause") if lab.value("lab.player.playing") == "True" else None
    lab.press("Mini-batch")
    lab.at_rest()
    place = "[float(v) for v in lab.picture.views[1].centres[2][1]]"
    point(lab, eval(lab.value(place)))
    lab.wait(f"lab.selection.pointed == {NEURON}")
    lab.at_rest()
    found = numbers(lab.canvas.get_attribute("aria-label"))
    expected = dict(zip(("bias", "z", "a", "δ"), eval(lab.value(UNIT))))
    assert {k: found[k] for k in expected} == pytest.approx(expected, rel=1e-3)

    place = "[float(v) for v in lab.picture.views[1].paths[1][2 * 3 + 1][12]]"
    point(lab, eval(lab.value(place)), click=True)
    lab.wait(f"lab.selection.pinned == {LINK}")
    lab.page.mouse.move(5, 5)
    lab.wait("lab.selection.pointed is None")
    lab.at_rest()
    found = numbers(lab.canvas.get_attribute("aria-label"))
    expected = dict(zip(("weight", "gradient", "velocity"), eval(lab.value(VALUES))))
    assert {k: found[k] for k in expected} == pytest.approx(expected, rel=1e-3)


def point(lab: Explorer, place: list[float], click: bool = False) -> None:
    """The pointer to a place of the picture, in pixels from its lower left corner."""
    box = lab.canvas.bounding_box()
    at = box["x"] + place[0], box["y"] + box["height"] - place[1]
    lab.page.mouse.move(*at)
    if click:
        lab.page.mouse.click(*at)
