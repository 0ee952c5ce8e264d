"""What the views of diagnostics draw and say is what is measured."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import InputError
from nnlab.backend import to_numpy
from nnlab.diagnostics import gradient_norms, hessian, saturation
from nnlab.diagnostics.loss_surface import POINTS
from nnlab.diagnostics.sample_losses import some
from nnlab.views import GradientFlow, GradientNoise, Landscape, Saturation, Stability
from nnlab.views.drawing.bands import over_seeds
from nnlab.views.drawing.colours import inked
from nnlab.views.drawing.number_format import short
from nnlab.views.figure import Picture
from nnlab.views.plots.gradient_flow import DARK, WHITE
from nnlab.views.view import Pixels
from tests.support.looked_at import LookedAt

WEIGHTS = (("0.W", 0, 0), ("0.W", 1, 0))
MADE = {
    "barcode": GradientFlow,
    "noise": GradientNoise,
    "health": Saturation,
    "landscape": Landscape,
    "random landscape": lambda: Landscape("random"),
    "landscape of weights": lambda: Landscape(WEIGHTS),
    "stability": Stability,
}
STATES = {
    "points, five seeds": {"data": "spiral", "hidden": (8, 8), "seeds": 5, "steps": 40},
    "points, one seed, at the start": {"data": "island", "seeds": 1},
    "images": {"data": "digits", "hidden": (6,), "seeds": 2, "steps": 20},
    "measurements": {"data": "diabetes", "seeds": 3, "steps": 20, "batch_size": None},
    "columns": {"data": "wine", "seeds": 1, "steps": 20, "activation": "relu"},
    "no hidden layer": {"data": "plane", "hidden": (), "seeds": 2, "steps": 5},
    "many layers": {"data": "moons", "hidden": (3,) * 20, "seeds": 2, "steps": 5},
    "one is lost": {"data": "island", "seeds": 3, "steps": 20, "lost": (1,)},
    "all are lost": {"data": "island", "seeds": 2, "steps": 20, "lost": (0, 1)},
    "without a limit": {"data": "xor", "seeds": 2, "optimizer": "adam", "steps": 3},
}
made = pytest.mark.parametrize("make", MADE.values(), ids=MADE)


@pytest.fixture
def begin(make_run):
    """A run that its tape knows, and a view of it that has measured all it may."""

    def begin(
        view, shown: int = 0, steps: int = 48, **fields
    ) -> tuple[LookedAt, object]:
        run = make_run(**{"data": "spiral", "hidden": (8, 8), "seeds": 3, **fields})
        run.selection.replica = shown
        run.session.train(steps)
        picture = Picture([view], *run, width=420)
        picture.describe(*run)
        picture.draw(*run)
        return run, picture.views[0]

    return begin


@pytest.mark.parametrize(
    "state, width",
    [*((state, 880) for state in STATES), *((state, 1200) for state in [*STATES][:3])],
)
@made
def test_it_stays_in_its_box_whatever_the_run_and_says_so(
    make_run, draw_alone, make, state, width
):
    run, view = make_run(**STATES[state]), make()
    view.check(*run)
    box = (width / 3, 20, width / 3 - 14, 320)
    drawn = draw_alone(view, run, box, (width, 380))
    left, bottom, wide, tall = (round(side) for side in box)
    inside = np.zeros(drawn.shape[:2], bool)
    inside[bottom : bottom + tall + 1, left : left + wide + 2] = True
    assert (drawn[inside] < 255).any()
    assert (drawn[~inside] == 255).all()
    words = view.describe(*run)
    assert words.endswith(".") and "\n" not in words and "nan" not in words.lower()


@made
def test_it_fits_a_low_picture_and_a_sharp_one(make_run, make):
    run = make_run(data="spiral", seeds=2)
    for size in ({"height": 200}, {"scale": 2.0}):
        picture = Picture([make(), make(), make()], *run, **size)
        run.session.train(20)
        picture.draw(*run)


@made
def test_it_goes_along_with_the_run(make_run, make):
    """Forward, back, another seed, and a run that grew."""
    run = make_run(data="spiral", hidden=(4,), seeds=3)
    picture = Picture([make()], *run)
    run.session.train(70)
    picture.draw(*run)
    run.session.rewind(10)
    run.selection.replica = 2
    picture.draw(*run)
    run.session.change(learning_rate=0.5)
    run.session.train(20)
    picture.draw(*run)
    assert picture.describe(*run)
    run.session.grow((6,))
    picture.start([make()], *run)
    picture.draw(*run)
    assert picture.describe(*run)


def test_health_draws_the_medians_of_what_is_measured(begin):
    run, view = begin(Saturation())
    network, (x, _) = run.session.trainer.network, some(run.session.trainer)
    flat = saturation.flatness(network, x)
    before = network.parameters.copy()
    run.session.trainer.step()
    pace = gradient_norms.update_ratio(network, before, network.parameters)
    for bands, values in zip(view.bands, (flat.saturated, flat.dead, pace)):
        assert len(bands) == values.shape[1]
        for band, own in zip(bands, values.T):
            steps, heights = band.line.get_data()
            assert_allclose(steps, [0, 16, 32, 48])
            assert_allclose(heights[-1], np.median(own), rtol=1e-6)
            assert_allclose(band.area.get_xy()[4], [48, own.max()], rtol=1e-6)


def test_health_says_first_what_is_flat_and_dead(begin):
    run, view = begin(Saturation(), activation="relu", hidden=(5,))
    run.session.trainer.network["0.b"][:, :, :3] = -100
    run.session.trainer.network["0.b"][:, :, 3:] = 100
    for _ in run.session.trainer.steps(1):  # nothing moves what is dead
        pass
    assert "layer 1 60% saturated, 60% of units dead" in view.describe(*run)


def test_stability_draws_the_sharpness_and_its_limit(begin):
    run, view = begin(Stability(), learning_rate=0.5, schedule="cosine")
    network, part = run.session.trainer.network, some(run.session.trainer)
    found = hessian.largest_curvature(network, *part, run.session.trainer.loss).value
    _, heights = view.sharp.line.get_data()
    assert_allclose(heights[-1], np.median(found), rtol=1e-3)
    limit = 2 / (0.5 * run.session.trainer.update.schedule(48))
    assert_allclose(view.limit.line.get_ydata()[-1], limit)
    left, _, width, _ = view.bar
    used = np.median(found) / limit
    assert_allclose(view.middle.get_xdata(), left + width * used / 1.5, rtol=1e-3)
    assert f"{used:.0%} used" in view.describe(*run)


def test_stability_says_which_seeds_are_beyond_the_limit(begin):
    run, view = begin(Stability(), learning_rate=50, steps=0)
    assert "3 of 3 seeds beyond it" in view.describe(*run)
    run, view = begin(Stability(), optimizer="adam")
    assert "no one limit" in view.describe(*run)


def test_the_barcode_has_a_shade_for_each_layer_and_moment(begin):
    run, view = begin(GradientFlow(), shown=1)
    network, part = run.session.trainer.network, some(run.session.trainer)
    found = gradient_norms.strength(network, *part, run.session.trainer.loss)
    stripes = [picture for _, picture in view.pictures.tiles[::2]]
    for stripe, value in zip(stripes, np.concatenate([n[1] for n in found])):
        shade = inked((np.log10(value) - WHITE) / (DARK - WHITE))
        assert np.abs(stripe[0, -1].astype(int) - shade).max() <= 1
    words = view.describe(*run)
    assert f"1 {short(found.delta[1, 0])} and {short(found.weights[1, 0])}" in words
    ratio = short(found.delta[1, 0] / found.delta[1, -1])
    assert f"to {ratio} times" in words


def test_the_cloud_is_that_of_the_seed_shown(begin):
    run, view = begin(GradientNoise(), shown=2)
    network, part = (
        run.session.trainer.network.replica(2),
        run.session.trainer.parts["train"],
    )
    full = to_numpy(network.gradient(*part, run.session.trainer.loss))
    step, clouds = view.past.values(run.session)[-1]
    assert step == 48 and len(clouds) == 3
    assert_allclose(clouds[2].length, np.linalg.norm(full), rtol=1e-5)
    assert_allclose(view.dots.get_xydata(), clouds[2].dots)
    assert_allclose(view.ring.get_xydata()[0], clouds[2].zero)
    scales = [one.scale for one in clouds]
    assert_allclose(view.band.line.get_ydata()[-1], np.median(scales))
    assert f"noise scale is {short(np.median(scales))} samples" in view.describe(*run)


def test_batches_of_all_samples_make_no_noise(begin):
    run, view = begin(GradientNoise(), batch_size=None)
    assert "no noise" in view.describe(*run) and not view.band.line.get_ydata().size


@pytest.mark.parametrize("plane", ["path", "random", WEIGHTS])
def test_the_map_has_the_loss_and_the_path_of_the_seed_shown(begin, plane):
    run, view = begin(Landscape(plane), shown=1, dtype="float64", steps=64)
    relief, network = view.drawn.relief, run.session.trainer.network.replica(1)
    part = some(run.session.trainer)
    for row, column in ((0, 0), (7, 20), (POINTS - 1, 3)):
        at = np.linspace(-1, 1, POINTS)[[column, row]]
        place = relief.centre + relief.half * at
        there = run.session.trainer.network.replica(1)
        there.place(parameters=relief.plane.origin + place @ relief.plane.axes)
        loss = there.loss(*part, run.session.trainer.loss)
        assert_allclose(relief.heights[row, column], loss, rtol=1e-9)
    end = view.path.get_xydata()[-1]
    shadow = relief.plane.of(network.parameters)
    if plane == WEIGHTS:
        shadow = [network["0.W"][0, 0], network["0.W"][1, 0]]
    assert_allclose(end, shadow, atol=1e-12)
    path = np.array([*_path(run, 1), network.parameters])
    *_, now = gaps = relief.plane.gap(path).round(9)
    share = relief.plane.share(path)
    words = view.describe(*run)
    assert f"up to {short(gaps.max())} beside it, now {short(now)};" in words
    assert f"{share:.0%} of the path's variance" in words


def test_a_map_of_two_weights_follows_them(begin):
    run, view = begin(Landscape(WEIGHTS), steps=16)
    assert view.axes.get_xlabel() == "0.W[0, 0]"
    W = run.session.trainer.network.replica(0)["0.W"]
    assert view.drawn.relief.holds([0, 0]) and view.now.get_xdata() == [W[0, 0]]


@pytest.mark.parametrize(
    "plane", ["pca", None, 3, ("0.W", "2.W"), (("9.W", 0, 0),) * 2]
)
def test_a_plane_that_is_not_there_is_said(make_run, plane):
    with pytest.raises(InputError, match=r"plane|weights"):
        Landscape(plane).check(*make_run(data="spiral"))


def test_what_one_picture_measured_another_of_the_same_view_knows(begin):
    view = Stability()
    run, _ = begin(view)
    found = view.past.values(run.session)
    assert len(found) == 4
    other = Picture([view], *run, width=600).views[0]
    assert_allclose(other.sharp.line.get_xdata(), [step for step, _ in found])


@pytest.mark.parametrize("seeds", [1, 2, 5])
def test_over_seeds_leaves_out_what_is_not_finite(seeds):
    values = np.random.default_rng(0).normal(size=(4, seeds))
    low, middle, high = over_seeds(values)
    assert_allclose(middle, np.median(values, axis=1))
    assert_allclose((low, high), (values.min(axis=1), values.max(axis=1)))
    lost = np.concatenate([values, np.full((4, 2), np.nan), np.full((4, 1), np.inf)], 1)
    assert_allclose(over_seeds(lost), [low, middle, high])
    assert np.isnan(over_seeds(np.full((2, 3), np.nan))).all()


NUMBERS = {0.0312: "0.031", 1234.5: "1234", 2.4e-5: "2e−5", 0: "0", 31.4: "31"}


@pytest.mark.parametrize("value, said", [*NUMBERS.items(), (99.7, "100")])
def test_a_number_in_few_letters(value, said):
    assert short(value) == said


def test_no_tile_lies_on_another(begin):
    """The names beside the ends of lines, however near the lines are."""
    _, view = begin(Saturation(), hidden=(3,) * 9, activation="sigmoid")
    assert isinstance(view.words, Pixels)
    places = [(x, y, p.shape) for (x, y), p in view.words.tiles]
    assert len(places) == 18
    for i, (x, y, (high, wide, _)) in enumerate(places):
        for X, Y, (tall, _, _) in places[:i]:
            assert abs(x - X) > wide or y >= Y + tall - 1 or Y >= y + high - 1


def _path(run: LookedAt, seed: int) -> list[np.ndarray]:
    return [one.vectors["parameters"][seed] for one in run.session.tape.snapshots]
