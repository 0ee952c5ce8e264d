"""A picture is the state of its run, whole and sharp, whatever the run has come to."""

from io import BytesIO

import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from nnlab import InputError
from nnlab.data.dataset import Dataset
from nnlab.lab.renderer import NARROW, SHARPEST, WIDE
from nnlab.views import (
    Boundary,
    Curves,
    Gallery,
    Losses,
    Neurons,
    Stages,
    default_views,
)
from nnlab.views.drawing.colours import classes, rgba
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.figure import FOOTER, GAP, HEADER, Picture, footer, status

WILD = {"activation": "relu", "loss": "mse", "learning_rate": 100.0, "hidden": (8,)}
STATES = {  # the experiment, after how many steps, with which replicas lost
    "no hidden layer": {"data": "island", "hidden": ()},
    "one unit, one seed": {"data": "xor", "hidden": (1,), "seeds": 1},
    "three seeds": {"data": "spiral", "hidden": (8, 8), "seeds": 3},
    "a wide layer": {"data": "island", "hidden": (40,), "activation": "relu"},
    "six layers": {"data": "xor", "hidden": (2,) * 6, "activation": "sigmoid"},
    "squared error": {"data": "spiral", "loss": "mse", "steps": 30},
    "two outputs": {"data": "island", "loss": "cross-entropy", "steps": 30},
    "float64": {"data": "xor", "dtype": "float64"},
    "pixels unscaled": {"data": "digits", "standardize": False},
    "digits, no hidden layer": {"data": "digits", "hidden": ()},
    "digits, one unit": {"data": "digits", "hidden": (1,), "seeds": 1},
    "digits, squared error": {"data": "digits", "hidden": (8, 8), "loss": "mse"},
    "digits, a wide layer": {"data": "digits", "hidden": (100,), "steps": 40},
    "the seed shown is lost": {"data": "island", "lost": (0,)},
    "another seed is lost": {"data": "island", "lost": (5,)},
    "all seeds are lost": {"data": "xor", "lost": range(8)},
    "digits, one seed lost": {"data": "digits", "lost": (0,)},
    "digits, all seeds lost": {"data": "digits", "lost": range(8)},
    "huge numbers": {"data": "island", "steps": 3, **WILD},
    "huge numbers, digits": {"data": "digits", "steps": 3, **WILD},
    "lost in earnest": {"data": "xor", "steps": 200, **WILD},
}
SIZES = {  # what pages ask for
    "usual": {},
    "narrow": {"width": NARROW},
    "wide": {"width": WIDE},
    "sharp": {"scale": SHARPEST},
    "sharper than most": {"width": 985, "scale": 1.25},
}
WHOLE = [(state, "usual") for state in STATES]
WHOLE += [("six layers", size) for size in SIZES if size != "usual"]
WHOLE += [("digits, a wide layer", size) for size in SIZES if size != "usual"]
whole = pytest.mark.parametrize("state, size", WHOLE)


@pytest.fixture
def life(still_life, state, size):
    return still_life(STATES[state], SIZES[size])


def opened(encoded: bytes) -> Image.Image:
    return Image.open(BytesIO(encoded))


def clash(boxes: list) -> list[tuple[str, str]]:
    """Pairs of texts, of which one lies on the other."""
    return [
        (one, other)
        for i, (one, a) in enumerate(boxes)
        for other, b in boxes[:i]
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1
        and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]


# In every state


@whole
def test_it_draws_and_has_the_size_asked_for(life):
    _, picture = life
    asked = (picture.width * picture.scale, picture.height * picture.scale)
    for encoded in (picture.png(), picture.jpeg(), picture.still()):
        assert opened(encoded).size == tuple(map(int, asked))


@whole
def test_nothing_is_cut_off_at_its_edges(life, pixels):
    frame = pixels(life[1])
    edges = {"bottom": frame[:2], "top": frame[-2:]}
    edges |= {"left": frame[:, :2], "right": frame[:, -2:]}
    assert [edge for edge, strip in edges.items() if (strip < 255).any()] == []


@whole
def test_no_words_lie_on_other_words(life, monkeypatch):
    run, picture = life
    drawn, draw_text = [], RendererAgg.draw_text

    def noting(renderer, *args, mtext=None, **named):
        drawn.append((mtext.get_text(), mtext.get_window_extent(renderer)))
        return draw_text(renderer, *args, mtext=mtext, **named)

    monkeypatch.setattr(RendererAgg, "draw_text", noting)
    picture._background = None
    picture.draw(*run)
    assert len(drawn) > 5
    assert clash(drawn) == []


@whole
def test_drawn_twice_it_is_the_same(life, pixels):
    run, picture = life
    before = pixels(picture)
    picture.draw(*run)
    assert_array_equal(pixels(picture), before)


@pytest.mark.parametrize(
    "state, size",
    [
        ("three seeds", "usual"),
        ("two outputs", "sharp"),
        ("six layers", "wide"),
        ("digits, a wide layer", "usual"),
        ("all seeds are lost", "usual"),
    ],
)
def test_the_still_is_small_and_like_the_frame(life):
    _, picture = life
    still, png = opened(picture.still()), opened(picture.png())
    assert still.mode == "P" and len(still.getcolors()) <= 256
    off = np.abs(np.asarray(still.convert("RGB"), int) - np.asarray(png, int))
    assert off.mean() < 3
    if picture.scale == 1:
        assert len(picture.still()) < 60_000


@whole
def test_its_words_are_one_paragraph(life):
    run, picture = life
    words = picture.describe(*run)
    assert words.startswith(status(*run)) and words.endswith(".")
    assert "\n" not in words and "  " not in words
    assert all(view.describe(*run) in words for view in picture.views)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("data", ["island", "digits"])
def test_every_view_stays_in_its_box(make_run, draw_alone, data, size):
    run = make_run(data=data, hidden=(8, 8), steps=30)
    picture = Picture(default_views(run.session), *run, **SIZES[size])
    paper = (picture.width, picture.height)
    for view, box in zip(picture.views, list(picture._boxes())):
        drawn = draw_alone(type(view)(), run, box, paper, picture.scale)
        left, bottom, right, top = box[0], box[1], box[0] + box[2], box[1] + box[3]
        inside = np.zeros(drawn.shape[:2], bool)
        inside[int(bottom) : int(np.ceil(top)), int(left) : int(np.ceil(right))] = True
        assert (drawn[inside] < 255).any()
        rows, columns = np.nonzero((drawn < 255).any(-1) & ~inside)
        assert not len(rows), (type(view).__name__, box, {*rows}, {*columns})


def test_boxes_lie_side_by_side_between_header_and_footer(still_life):
    _, picture = still_life(STATES["three seeds"], SIZES["sharp"])
    boxes = np.array(list(picture._boxes())) / picture.scale
    left, bottom, width, height = boxes.T
    shares = [view.share for view in picture.views]
    assert_allclose(bottom, FOOTER)
    assert_allclose(height, 340 - HEADER - FOOTER)
    assert_allclose(left[1:] - (left + width)[:-1], GAP)
    assert_allclose([left[0], (left + width)[-1]], [0, picture.width])
    assert_allclose(width / width.sum(), np.divide(shares, sum(shares)))


@pytest.mark.parametrize("place", range(3))
def test_a_strip_has_a_row_of_its_own_below_the_others(make_run, place):
    views = [Neurons(), Boundary()]
    views.insert(place, Stages())
    picture = Picture(views, *make_run(), height=420, scale=SHARPEST)
    boxes = np.array(list(picture._boxes())) / picture.scale
    strip, (one, other) = boxes[place], np.delete(boxes, place, axis=0)
    assert_allclose(strip, (0, FOOTER, picture.width, Stages.strip))
    assert_allclose(one[1::2], (FOOTER + Stages.strip, 420 - HEADER - one[1]))
    assert_allclose(other[1::2], one[1::2])
    assert_allclose([one[0], other[0] - one[0] - one[2]], [0, GAP])
    assert_allclose(other[0] + other[2], picture.width)


# As the run goes on


@pytest.mark.parametrize(
    "state", ["three seeds", "two outputs", "digits, a wide layer", "huge numbers"]
)
def test_a_frame_on_the_kept_background_is_the_frame_drawn_anew(
    make_run, make_picture, pixels, state
):
    run = make_run(**{**STATES[state], "steps": 0})
    picture = make_picture(run)
    for _ in range(6):
        for _ in run.session.trainer.steps(15):
            pass
        picture.draw(*run)
    kept = pixels(picture)
    picture._background = None
    picture.draw(*run)
    assert_array_equal(pixels(picture), kept)


@pytest.mark.parametrize(
    "state", ["three seeds", "two outputs", "digits, no hidden layer"]
)
def test_only_the_axes_of_the_curves_remember(make_run, make_picture, pixels, state):
    run = make_run(**{**STATES[state], "steps": 0})
    picture = make_picture(run)
    for _ in range(6):
        for _ in run.session.trainer.steps(15):
            pass
        picture.draw(*run)
    boxes = zip(picture.views, picture._boxes())
    (left, bottom, width, height) = next(b for v, b in boxes if isinstance(v, Curves))
    frames = [pixels(picture), pixels(make_picture(run))]
    for frame in frames:
        top = int(bottom + height)
        frame[int(bottom) : top, int(left) : int(left + width)] = 255
    assert_array_equal(*frames)


def test_looking_does_not_disturb_the_run(make_run, make_picture, pixels):
    watched, alone = (make_run(data="xor", seeds=3) for _ in range(2))
    picture = make_picture(watched)
    for _ in watched.session.trainer.steps(20):
        picture.draw(*watched)
    for _ in alone.session.trainer.steps(20):
        pass
    frames = [pixels(make_picture(run)) for run in (watched, alone)]
    assert_array_equal(*frames)


@pytest.mark.parametrize("shown", range(3))
def test_the_seed_shown_is_the_one_chosen(make_run, make_picture, pixels, shown):
    run, other = (make_run(data="xor", seeds=3, steps=20) for _ in range(2))
    picture = make_picture(run)
    run.selection.replica = other.selection.replica = shown
    picture.draw(*run)
    assert_array_equal(pixels(picture), pixels(make_picture(other)))
    assert f"seed {shown} shown" in status(*run)


# The line that says where the run is


def test_the_status_says_what_the_trainer_says(make_run):
    run = make_run(data="xor", seeds=3, steps=25)
    now = run.session.trainer.measure()
    assert status(*run) == (
        f"epoch {25 / run.session.trainer.steps_per_epoch:.1f} · step 25 · validation: "
        f"loss {np.median(now['validation_loss']):.3f}, "
        f"{np.median(now['validation_accuracy']):.1%} right (median of 3 seeds) · "
        f"seed 0 shown: {now['validation_accuracy'][0]:.0%}"
    )


def test_a_lost_seed_does_not_take_the_median_with_it(make_run):
    run = make_run(data="xor", lost=(2,))
    assert "nan" not in status(*run)
    assert "loss 0." in status(*run)


@pytest.mark.parametrize("size", ["narrow", "usual", "sharp"])
@pytest.mark.parametrize("data", ["island", "digits"])
def test_the_status_of_a_long_run_fits(make_run, make_picture, pixels, data, size):
    run = make_run(data=data, seeds=64, seed=1000)
    run.session.trainer.steps_done = 999_999
    picture = make_picture(run, **SIZES[size])
    header = pixels(picture)[-int(HEADER * picture.scale) :]
    assert (header < 255).any() and (header[:, -2:] == 255).all()


@pytest.mark.parametrize("scale", [1.0, 1.25, SHARPEST])
def test_the_status_stands_apart_from_the_title(make_run, pixels, scale):
    frame = pixels(Picture([], *make_run(), scale=scale))[-int(HEADER * scale) :]
    inked = np.flatnonzero((frame < 255).any((0, 2))) / scale
    assert 10 < np.diff(inked).max() < 16


LOOKS = {  # what the learner looks at, in a network 2 → 3 → tanh → 2 → tanh → 1
    "nothing": (None, None, "seed 1 shown: {right}"),
    "a neuron pointed at": ((1, 1), None, "neuron 2 of layer 1"),
    "a neuron pinned": (None, (3, 0), "neuron 1 of layer 2"),
    "one pointed at beside the pinned": ((1, 2), (3, 0), "neuron 3 of layer 1"),
    "the output": (None, (4, 0), "the output"),
    "a weight": ((0, 1, 2), (3, 0), "weight {0.W:1,2} into neuron 3 of layer 1"),
    "a later weight": (None, (2, 0, 1), "weight {2.W:0,1} into neuron 2 of layer 2"),
    "a last weight": ((4, 1, 0), None, "weight {4.W:1,0} into the output"),
}


@pytest.mark.parametrize("pointed, pinned, said", LOOKS.values(), ids=LOOKS)
def test_the_status_names_what_is_looked_at(make_run, pointed, pinned, said):
    run = make_run(data="xor", hidden=(3, 2), seeds=2, steps=5)
    run.selection.replica, run.selection.pointed, run.selection.pinned = (
        1,
        pointed,
        pinned,
    )
    right = run.session.measure()["validation_accuracy"][1]
    said = said.replace("{right}", f"{right:.0%}")
    if "{" in said:
        name, at = said[said.index("{") + 1 : said.index("}")].split(":")
        weight = run.session.trainer.network[name][(1, *map(int, at.split(",")))]
        said = said.replace(f"{{{name}:{at}}}", f"{weight:+.2f}")
    assert status(*run).endswith(f" · {said}")


# The line below


@pytest.mark.parametrize("hidden, parameters", [((), 3), ((3,), 13), ((4, 2), 25)])
def test_the_footer_says_how_large_how_sure_and_how_long(make_run, hidden, parameters):
    run = make_run(data="xor", hidden=hidden, seeds=3, steps=25)
    run.session.seconds = 1.25
    right = run.session.trainer.measure()["validation_accuracy"]
    assert footer(run.session) == (
        f"{parameters} parameters × 3 seeds · validation {np.median(right):.1%} right "
        f"({right.min():.1%} to {right.max():.1%}) · trained for 1.25 s"
    )


@pytest.mark.parametrize("size", SIZES)
def test_the_footer_is_drawn_below_the_views_and_fits(make_run, pixels, size):
    run = make_run(data="digits", hidden=(1024, 1024), seeds=2)
    run.session.seconds = 9999.9
    picture = Picture([], *run, **SIZES[size])
    rows = pixels(picture)[: int(FOOTER * picture.scale)]
    assert (rows < 255).any() and (rows[:, -2:] == 255).all()
    before = rows.copy()
    run.session.seconds = 1111.1
    picture.draw(*run)
    assert (pixels(picture)[: len(rows)] != before).any()


# Words as small pictures


@pytest.mark.parametrize("text", ["epoch 1.0 · step 12", "✗9", "gjpqy", "ÄÖ|", " "])
@pytest.mark.parametrize("size", [8, 11, 12.5, 25])
def test_letters_stand_whole_on_white(text, size):
    words = lettering(text, size, "#16324a")
    assert words.dtype == np.uint8 and (words[..., 3] == 255).all()
    ink = (words[..., :3] < 255).any(-1)
    assert ink.any() == bool(text.strip())
    assert not ink[0].any() and not ink[:, -1].any()


def test_letters_stand_upright():
    ink = (lettering("L", 20, "black")[..., :3] < 128).any(-1)
    rows = np.flatnonzero(ink.any(1))
    assert ink[rows[0]].sum() > 2 * ink[rows[-1]].sum()  # the foot is the bottom row


# From one run to another

TURNS = [
    {"noise": 0.3},
    {"noise": 1.9},
    {"seed": 8},
    {"samples": 90},
    {"validation": 0.4},
    {"hidden": (4,)},
    {"hidden": (3, 3)},
    {"activation": "relu"},
    {"features": ("x1", "x2", "x1*x2")},
    {"standardize": False},
    {"loss": "mse"},
    {"data": "xor"},
    {"data": "digits"},
    {"seeds": 2},
    {"batch_size": 200},
]


@pytest.mark.parametrize("steps", [0, 400])
@pytest.mark.parametrize("change", TURNS, ids=str)
def test_a_picture_turned_to_another_run_is_the_one_built_for_it(
    make_run, make_picture, pixels, change, steps
):
    before, after = make_run(steps, hidden=(3,)), make_run(**{"hidden": (3,), **change})
    picture, fresh = make_picture(before), make_picture(after)
    picture.draw(*before)
    picture.turn_to(default_views(after.session), *after)
    for _ in range(2):
        picture.draw(*after)
        fresh.draw(*after)
        assert_array_equal(pixels(picture), pixels(fresh))
        after.session.train(30)


def test_a_run_of_the_same_shape_needs_no_new_picture(make_run, make_picture):
    picture = make_picture(make_run())
    before = picture.views
    picture.turn_to(default_views(make_run().session), *(run := make_run(noise=0.25)))
    picture.draw(*run)
    assert picture.views is before


def test_a_still_picture_keeps_the_colour_of_a_class_of_a_few_points(make_run):
    rng, y = np.random.default_rng(0), np.repeat([0, 1, 2], [80, 32, 8])
    x = rng.normal(0, 0.8, (120, 2)) + np.stack([3 * (y > 0) - 1.5, -2 * (y == 2)], 1)
    few = Dataset("few", x, y, ("x", "y"), ("many", "some", "few"))
    picture = Picture(
        default_views((run := make_run(data=few)).session), *run, height=380
    )
    still = np.asarray(opened(picture.still()).convert("RGB"), int).reshape(-1, 3)
    for colour in map(rgba, classes(3)):
        assert np.abs(still - colour[:3].astype(int)).max(axis=1).min() <= 8, colour


class Stubborn(Losses):
    """A view that is always built anew."""

    def renew(self, session, selection):
        return False

    follow = renew


@pytest.mark.parametrize("turn", ["turn_to", "follow"])
def test_a_view_that_must_be_built_anew_leaves_the_others_as_they_are(
    make_run, pixels, turn
):
    views = [Neurons(), Stubborn(), Boundary()]
    before, after = make_run(hidden=(3,)), make_run(hidden=(3,), noise=0.3)
    picture, fresh = Picture(views, *before), Picture(views, *after)
    first, last = picture.views[0], picture.views[2]
    stubborn, children = picture.views[1], len(picture.figure.get_children())
    for _ in range(3):
        getattr(picture, turn)(views, *after)
    assert picture.views[0] is first and picture.views[2] is last
    assert picture.views[1] is not stubborn
    assert len(picture.figure.get_children()) == children
    for _ in range(2):
        picture.draw(*after)
        fresh.draw(*after)
        assert_array_equal(pixels(picture), pixels(fresh))
        after.session.train(30)


def test_a_view_that_cannot_show_a_run_leaves_the_picture_as_it_was(make_run):
    picture = Picture([Stubborn(), Neurons()], *make_run(hidden=(3,)))
    before = [*picture.views]
    with pytest.raises(InputError):
        picture.turn_to([Stubborn(), Gallery()], *make_run(hidden=(3,)))
    assert picture.views == before
