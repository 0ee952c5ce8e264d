"""What is replaced is let go of, whole; what is shown or kept goes on."""

import asyncio
import gc
from types import SimpleNamespace
from weakref import ref

import ipywidgets
import pytest

from nnlab import Lab
from nnlab.lab import page_layout, registry
from nnlab.lab.predict.curve_input import Axes
from nnlab.lab.predict.misread_digits import Reader
from nnlab.lab.predict.predict import Predict
from nnlab.views import Gallery, Paint, WeightedSum

SMALL = {"hidden": (3,), "seeds": 2}
MAKES = {
    "a Lab": lambda: Lab(**SMALL),
    "one of few controls": lambda: Lab(controls=[], **SMALL),
    "one to paint on": lambda: Lab(views=[Paint()], **SMALL),
    "one by hand": lambda: Lab(views=[WeightedSum()], **SMALL),
    "one with a question": lambda: Lab(ask=MAKES["a question"](), **SMALL),
    "a question": lambda: Predict("How many?", pick=[1, 2], answer=2),
    "a scale": lambda: Predict("How many?", place=(0.0, 1.0), answer=0.3),
    "a curve": lambda: Predict("Which?", draw=Axes((0, 1), (0, 1)), answer=[0, 1]),
    "a reader": lambda: Reader(Lab(data="digits", seeds=1, hidden=())),
}
KINDS = pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)


SHEET = page_layout.style_sheet()


def living() -> set[str]:
    """The ids of all widgets that there are."""
    return {*ipywidgets.widgets.widget._instances}


def parts(made) -> list:
    """It, and all that stands in it."""
    return [*made.holds, made]


class Shell:
    """A notebook's shell, as far as it is asked for."""

    def __init__(self):
        self.user_ns, self.user_ns_hidden = {"_oh": {}}, {}
        self.displayhook = SimpleNamespace(_=None, __=None, ___=None)
        self.parent, self.hooks, self.count = {}, {}, 0
        self.events = SimpleNamespace(register=self.hooks.__setitem__)

    def get_parent(self):
        return self.parent

    def run(self, cell: str, *shown) -> None:
        """What `begin` began is over: it has shown these."""
        for one in shown:
            one._repr_mimebundle_()
            self.user_ns["_oh"][self.count] = one
            self.user_ns[f"_{self.count}"] = self.user_ns["_"] = one
        for hook in self.hooks.values():
            hook(None)

    def begin(self, cell: str) -> None:
        self.count += 1
        where = {"metadata": {"cellId": cell}, "header": {"msg_id": f"{self.count}"}}
        self.parent = where


@pytest.fixture(autouse=True, scope="module")
def few_objects():
    """Collecting garbage looks at what a test makes, not at all that others left."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def shell(monkeypatch):
    shell = Shell()
    monkeypatch.setattr(registry, "get_ipython", lambda: shell)
    return shell


@KINDS
def test_widgets_that_are_closed_open_again_by_their_ids(make):
    before = living()
    made = make()
    own = living() - before
    for one in parts(made):
        page_layout.close_all(one.roots, but=registry._roots(one.holds))
    for one in getattr(made, "lab", made), made:
        page_layout.close_all(one.roots, but=registry._roots(one.holds))
    assert living() == before
    for one in (*parts(getattr(made, "lab", made)), made):
        page_layout.open_all(one.roots, but=registry._roots(one.holds))
    assert living() - before == own


@KINDS
def test_what_is_closed_is_garbage(make):
    made = make()
    seen = made.box.children if isinstance(made, Lab) else ()  # its canvas among them
    known = [ref(one) for one in (made, *made.roots, *seen) if one is not SHEET]
    del seen
    for one in (*parts(getattr(made, "lab", made)), made):
        page_layout.close_all(one.roots)
    del made, one
    gc.collect()
    assert [one() for one in known] == [None] * len(known)


@KINDS
def test_it_shows_the_style_sheet_which_outlives_it(make):
    made = make()
    assert SHEET in made.roots[0].children
    for one in (*parts(getattr(made, "lab", made)), made):
        page_layout.close_all(one.roots)
    assert {SHEET.model_id, SHEET.layout.model_id} <= living()
    assert "--nnlab-ink" in SHEET._css


@KINDS
def test_a_cell_run_again_lets_go_of_what_it_made_and_showed(shell, make):
    before, known = living(), []
    for _ in range(3):
        shell.begin("a")
        made = make()
        known.append(ref(made))
        shell.run("a", made)
        del made
        gc.collect()
    assert [one() is None for one in known] == [True, True, False]
    shell.begin("a")
    shell.run("a")
    assert living() == before and [*shell.user_ns["_oh"]] == []


@pytest.mark.parametrize(
    "scene, alive",
    [
        (["a+", "a"], False),
        (["a+", "b"], True),  # another cell
        (["a+", "b+", "a"], True),  # shown in another
        (["a+", "b+", "a", "b"], False),
        (["a+", "b+", "b"], True),  # its own cell still shows it
        (["a+", "a+"], True),  # and shows it again
        (["a", "b"], True),  # made, and shown by none
        (["a", "a"], False),
        (["a", "b+"], True),
        (["a", "b+", "a"], True),
        (["a+", "a", "b+"], True),  # kept, and shown later
        (["a+", "a", "b+", "a", "c"], True),
        (["a+", "a", "b+", "b"], False),
    ],
    ids=str,
)
def test_it_lives_while_a_cell_shows_it_or_its_own_is_not_run_again(
    shell, scene, alive
):
    """ "a+" runs cell a, which shows it; it is made by the first."""
    lab = None
    for cell in scene:
        shell.begin(cell[0])
        lab = lab or Lab(**SMALL)
        shell.run(cell[0], *[lab] * cell.endswith("+"))
    assert (lab.box.comm is not None) == alive
    assert lab.trainer.steps_done == 0 and lab.box.children  # it is what it was


def test_a_question_that_two_labs_share_stays_open_with_the_later(shell):
    shell.begin("a")
    ask = MAKES["a question"]()
    shell.run("a")
    labs = []
    for _ in range(2):
        shell.begin("b")
        labs.append(Lab(ask=ask, **SMALL))
        shell.run("b", labs[-1])
    assert [lab.box.comm is None for lab in labs] == [True, False]
    assert ask.widget.comm is not None


def test_a_lab_that_could_not_be_made_leaves_no_widget():
    before = living()
    many = [
        {"views": [1]},
        {"controls": ["no"]},
        {"data": "no"},
        {"views": [Gallery()]},
    ]
    for wrong in many:
        with pytest.raises(ValueError):
            Lab(**wrong, **SMALL)
    assert living() == before


def test_its_task_ends_when_it_is_replaced(act, see, shell):
    async def scene():
        others = asyncio.all_tasks()
        shell.begin("a")
        lab = Lab(**SMALL)
        shell.run("a", lab)
        page_of = see(lab)
        lab.play()
        await page_of.until(lambda: lab.trainer.steps_done > 3)
        shell.begin("a")
        shell.run("a")
        made = lab.trainer.steps_done
        page_of.answering.cancel()
        await asyncio.sleep(3)
        assert asyncio.all_tasks() == others and lab.canvas.comm is None
        assert lab.trainer.steps_done == made
        await lab.run(steps=2)  # kept in a variable, it goes on
        assert lab.trainer.steps_done == made + 2

    act(scene)
