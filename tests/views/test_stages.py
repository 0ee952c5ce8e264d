"""The view of a mini-batch in four stages, and the line of code that it shows."""

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from numpy.testing import assert_allclose

from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.engine.optimizers.function_optimizer import FunctionOptimizer
from nnlab.views import Boundary, Neurons, Stages
from nnlab.views.drawing.colours import GOLD, LIT, PALE
from nnlab.views.figure import Picture
from nnlab.views.plots import stages
from nnlab.views.plots.stages import STAGES, rule

FEW = {"data": "xor", "samples": 100, "batch_size": 36, "seeds": 3, "hidden": (2,)}
LONG = "gradient" + " + 0 * gradient" * 12


def plain(gradient, rate):
    return -rate * gradient


def thoughtful(gradient, rate):
    """Says return in its first line, and returns in its last."""
    if rate < 0:
        return gradient
    step = rate * gradient
    return -step


def never(gradient, rate):
    raise ArithmeticError


def endless(gradient, rate):
    return -rate * (gradient + 0 * gradient + 0 * gradient + 0 * gradient)


short = lambda gradient, rate: -rate * np.sign(gradient)  # noqa: E731


def without_source():
    """A function as it is where no source is kept."""
    made = {}
    exec(f"def typed(gradient, rate): return -rate * ({LONG})", made)
    return made["typed"]


@pytest.fixture
def said(monkeypatch):
    """What the view writes when it is brought up to date: the words, in order."""
    words = []
    lettering = stages.lettering

    def noting(text, *style):
        tile = lettering(text, *style)
        words.append(text)
        return tile

    monkeypatch.setattr(stages, "lettering", noting)
    return words


@pytest.fixture
def begin(make_run):
    def begin(width=985, scale=1.0, **fields):
        run = make_run(**{**FEW, **fields})
        views = [Boundary(), Stages()]
        return run, Picture(views, *run, width=width, height=420, scale=scale)

    return begin


def lit(view: Stages) -> list[str]:
    """The stages that are lit."""
    found = []
    for stage, frame in zip(STAGES, view.frames, strict=True):
        face, edge = frame.get_facecolor(), frame.get_edgecolor()
        if face == to_rgba(LIT):
            assert edge == to_rgba(GOLD)
            found.append(stage)
        else:
            assert (face, edge) == (to_rgba("white"), to_rgba(PALE))
    return found


def numbers(run) -> dict[str, str]:
    """What each stage has to say, from the trainer."""
    trainer = run.session.trainer
    gradient = trainer.gradient[run.selection.replica]
    return {
        "forward": f"{len(trainer.rows[run.selection.replica])} samples",
        "loss": f"how wrong: {trainer.last_loss[run.selection.replica]:.3f}",
        "backward": f"largest {np.abs(gradient).max():.3f}",
        "update": rule(run.session),
    }


@pytest.mark.parametrize("shown", [0, 2])
def test_the_stage_of_the_run_is_lit_and_those_before_it_speak(begin, said, shown):
    run, picture = begin()
    view, run.selection.replica = picture.views[1], shown
    for step in range(12):
        said.clear()
        picture.draw(*run)
        assert lit(view) == ([] if step == 0 else [run.session.stepper.stage])
        done = 0 if step == 0 else 1 + STAGES.index(run.session.stepper.stage)
        words = "\n".join(said)
        for i, (stage, number) in enumerate(numbers(run).items()):
            assert f"{i + 1}  {stage}" in said
            assert (number in words) == (i < done)
        run.session.stepper.next_stage()
        assert run.session.stepper.stage == STAGES[step % 4]


def test_the_stages_stand_in_a_row_and_apart(begin):
    _, picture = begin(scale=1.25)
    boxes = np.array(picture.views[1].boxes)
    left, bottom, width, height = boxes.T
    assert (left[1:] - (left + width)[:-1] >= 10).all()
    assert_allclose(bottom, bottom[0])
    assert_allclose(height, height[0])
    assert left[0] > 0 and (left + width)[-1] < picture.width


def test_a_batch_carried_to_its_end_lights_nothing(begin):
    run, picture = begin()
    run.session.stepper.next_stage(), run.session.stepper.next_stage()
    picture.draw(*run)
    assert lit(picture.views[1]) == ["loss"]
    run.session.train(3)
    picture.draw(*run)
    assert lit(picture.views[1]) == []


def test_a_reader_hears_which_stage_is_done_and_what_came_of_it(begin):
    run, picture = begin()
    view = picture.views[1]
    assert view.describe(*run) == "Stages of a mini-batch: none is under way."
    for _ in range(8):
        run.session.stepper.next_stage()
        words = view.describe(*run)
        assert words.startswith(
            f"Stages of a mini-batch: {run.session.stepper.stage} is done: "
        )
        assert numbers(run)[
            run.session.stepper.stage
        ] in words and words in picture.describe(*run)
    run.session.stepper.finish()
    assert view.describe(*run).endswith("none is under way.")


LINES = {  # of each optimizer, the one that gives the change
    "sgd": 'return -c["rate"] * g',
    "momentum": 'return -c["rate"] * v',
    "nesterov": 'return -c["rate"] * (g + c["beta"] * v)',
    "adagrad": 'return -c["rate"] * g / (xp.sqrt(s) + c["epsilon"])',
    "rmsprop": 'return -c["rate"] * g / (xp.sqrt(s) + c["epsilon"])',
    "adam": ('return -c["rate"] * mean / (xp.sqrt(square) * c["root"] + c["epsilon"])'),
    "amsgrad": (
        'return -c["rate"] * mean / (xp.sqrt(square) * c["root"] + c["epsilon"])'
    ),
    "adamw": (
        'return -c["rate"] * mean / (xp.sqrt(square) * c["root"] + c["epsilon"])'
    ),
}


@pytest.mark.parametrize(
    "optimizer, line",
    [
        *LINES.items(),
        (plain, "return -rate * gradient"),
        (thoughtful, "return -step"),
        (short, "lambda gradient, rate: -rate * np.sign(gradient)"),
        (never, "raise ArithmeticError"),
        (without_source(), "typed"),
        (max, "max"),
    ],
)
def test_the_rule_is_the_line_that_gives_the_change(make_run, optimizer, line):
    run = make_run(**FEW)
    named = isinstance(optimizer, str)
    run.session.trainer.use(
        OPTIMIZERS[optimizer]() if named else FunctionOptimizer(function=optimizer)
    )
    assert rule(run.session).split("  #")[0] == line


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_has_a_line_to_show(make_run, optimizer):
    """None longer than Adam's, which is known to fit."""
    run = make_run(**FEW)
    run.session.trainer.use(OPTIMIZERS[optimizer]())
    line = rule(run.session)
    assert line.startswith("return ") and len(line) <= len(LINES["adam"])


def test_the_line_follows_a_change_in_mid_run(make_run):
    run = make_run(**FEW, steps=2)
    run.session.change(optimizer=plain)
    assert rule(run.session) == "return -rate * gradient"
    run.session.change(optimizer="momentum")
    assert rule(run.session) == 'return -c["rate"] * v'


@pytest.mark.parametrize("optimizer", ["adam", plain, endless, without_source()])
@pytest.mark.parametrize("width, scale", [(760, 1), (985, 1.25), (1400, 2)])
def test_every_word_stays_in_the_frame_of_its_stage(begin, optimizer, width, scale):
    run, picture = begin(width, scale, optimizer=optimizer, hidden=(64, 64))
    for _ in range(4):
        run.session.stepper.next_stage()
    picture.draw(*run)
    view = picture.views[1]
    assert len(view.words.tiles) == 10  # four names, four sentences, two numbers
    for (x, y), tile in view.words.tiles:
        x, y = x / scale, y / scale
        wide, high = tile.shape[1] / scale, tile.shape[0] / scale
        homes = [
            left <= x and x + wide < left + width
            for left, bottom, width, height in view.boxes
            if bottom <= y + 2 and y + high <= bottom + height + 2
        ]
        assert sum(homes) == 1


def test_words_that_fit_are_not_changed(begin, said):
    run, picture = begin(1400, optimizer=plain)
    for _ in range(4):
        run.session.stepper.next_stage()
    said.clear()
    picture.draw(*run)
    assert rule(run.session) in said and not any("…" in words for words in said)


@pytest.mark.parametrize("data", ["island", "digits"])
def test_stages_are_for_any_data(make_run, data):
    run = make_run(data=data, seeds=1)
    picture = Picture([Stages()], *run)
    run.session.stepper.next_stage()
    picture.draw(*run)
    assert lit(picture.views[0]) == ["forward"]


def test_views_beside_it_do_not_move_it(make_run):
    run = make_run(**FEW)
    alone = Picture([Stages()], *run, height=420).views[0].boxes
    among = Picture([Neurons(), Stages(), Boundary()], *run, height=420).views[1].boxes
    assert_allclose(alone, among)
