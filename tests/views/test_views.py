"""Every view says of the run what the engine says, in its picture and in its words."""

from functools import partial

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.data.catalogue import FUNCTIONS, PLANE
from nnlab.engine.activations import ACTIVATIONS, LeakyReLU
from nnlab.engine.layers import Linear
from nnlab.engine.losses import LOSSES
from nnlab.engine.residual import Residual
from nnlab.views import (
    Boundary,
    Confusion,
    Curves,
    Filters,
    FittedCurve,
    Gallery,
    Neurons,
    Scatter,
    View,
    default_views,
)
from nnlab.views.drawing import closeup
from nnlab.views.drawing.colours import CLASSES, GREY, ORANGE, PALE
from nnlab.views.drawing.measurements import POINTS
from nnlab.views.drawing.number_format import plain, signed
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.drawing.wiring import columns
from nnlab.views.figure import Picture
from nnlab.views.plots.filters import LARGER, UNITS_SHOWN

PLANES = {  # experiments on the plane, of every shape and loss
    "no hidden layer": {"data": "island", "hidden": (), "seeds": 1},
    "one unit": {"data": "xor", "hidden": (1,), "seeds": 3},
    "two layers": {"data": "spiral", "hidden": (8, 8), "steps": 60},
    "a wide layer": {"data": "island", "hidden": (40,), "activation": "relu"},
    "six layers": {"data": "xor", "hidden": (2,) * 6, "activation": "sigmoid"},
    "squared error": {"data": "xor", "loss": "mse", "steps": 60},
    "hinge": {"data": "xor", "loss": "hinge", "steps": 60},
    "two outputs": {"data": "island", "loss": "cross-entropy", "steps": 60},
    "float64": {"data": "xor", "hidden": (3,), "dtype": "float64"},
}
DIGITS = {
    "no hidden layer": {"hidden": (), "seeds": 1},
    "one unit": {"hidden": (1,), "seeds": 1},
    "a layer": {"hidden": (40,), "steps": 40, "shown": 2},
    "squared error": {"hidden": (8, 8), "loss": "mse", "seeds": 3},
    "wide": {"hidden": (100,), "activation": "relu", "seeds": 1},
}
planes = pytest.mark.parametrize("fields", PLANES.values(), ids=PLANES)
digits = pytest.mark.parametrize("fields", DIGITS.values(), ids=DIGITS)
losses = pytest.mark.parametrize("loss", LOSSES)


@pytest.fixture
def begin(make_run):
    """A run, a picture with a single view of it, and that view."""

    def begin(kind: type[View], shown: int = 0, scale: float = 1, **fields):
        run = make_run(**fields)
        run.selection.replica = shown
        picture = Picture([kind()], *run, width=420, scale=scale)
        return run, picture, picture.views[0]

    return begin


def blueness(pixels: np.ndarray) -> np.ndarray:
    """Above 0 for blue, below 0 for orange."""
    return pixels[..., 2].astype(int) - pixels[..., 0]


def agree(blue: np.ndarray, value: np.ndarray, unsure: float) -> None:
    """Where a value is clear, its colour is the one for its sign."""
    clear = np.abs(value) > unsure
    assert_array_equal(blue[clear] > 0, value[clear] > 0)


# Which views


FITTING = {
    **{key: [Neurons, Boundary, Curves] for key in PLANE},
    **{key: [Neurons, FittedCurve, Curves] for key in FUNCTIONS},
    "digits": [Filters, Gallery, Curves],
    "wine": [Neurons, Boundary, Curves],
    "breast cancer": [Neurons, Boundary, Curves],
    "mnist1d": [Neurons, Confusion, Curves],
    "diabetes": [Neurons, Scatter, Curves],
}


@pytest.mark.parametrize("data", FITTING)
def test_the_views_fit_the_data(make_run, data):
    run = make_run(data=data, seeds=1)
    assert [type(view) for view in default_views(run.session)] == FITTING[data]
    for kind in (Filters, Gallery, Scatter):
        if kind not in FITTING[data]:
            fits = kind is Scatter and not run.session.data.labelled
            assert bool(kind().lacks(run.session)) != fits


def test_pixels_that_no_weights_read_are_no_filters(make_run):
    run = make_run(data="digits", hidden=(64,), residual=True, seeds=1)
    assert [type(view) for view in default_views(run.session)] == FITTING["digits"]
    two = Residual((Linear(8), Linear(64)))
    run = make_run(data="digits", hidden=(two, 8), seeds=1)
    assert next(type(view) for view in default_views(run.session)) is Neurons


# Neurons


@planes
def test_pointing_at_a_tile_finds_its_neuron_and_elsewhere_none(begin, fields):
    run, picture, view = begin(Neurons, **fields)
    network, centres = run.session.trainer.network, np.concatenate(view.centres)
    found = [view.at(x, y) for x, y in centres]
    assert found == [n if n[0] is not None else None for n in view.frames]
    shown = [neuron for neuron in found if neuron]
    assert view.neurons() == shown
    assert len(shown) == len(set(shown)) and (len(network.layers) - 1, 0) in shown
    assert all(unit < network.widths[layer + 1] for layer, unit in shown)
    rng = np.random.default_rng(0)
    for x, y in rng.uniform(0, (picture.width, picture.height), (500, 2)):
        near = np.abs(centres - (x, y)).max(1) <= view.tile / 2
        found = view.at(x, y)
        assert (found is not None and len(found) == 2) == near[2:].any()


@planes
@pytest.mark.parametrize("scale", [1, 2])
def test_pointing_near_a_line_finds_its_weight(begin, fields, scale):
    run, picture, view = begin(Neurons, scale=scale, **fields)
    network, rng = run.session.trainer.network, np.random.default_rng(0)
    ways = {}  # link → many points along it
    for layer, links, column, following in zip(
        view.linear, view.links, view.centres, view.centres[1:]
    ):
        for i, path in enumerate(links.get_paths()):
            bends = path.vertices
            fine = np.linspace(0, len(bends) - 1, 40 * len(bends))
            at = [np.interp(fine, range(len(bends)), c) for c in bends.T]
            ways[(layer, *divmod(i, len(following)))] = np.stack(at, axis=1)
        assert len(links.get_paths()) == len(column) * len(following)
    for layer, row, unit in ways:
        assert row < network[f"{layer}.W"].shape[-2]
        assert unit < network[f"{layer}.W"].shape[-1]
    tiles = np.concatenate(view.centres[1:])
    seen = set()
    for x, y in rng.uniform(
        0, (picture.width * scale, picture.height * scale), (300, 2)
    ):
        if (np.abs(tiles - (x, y)).max(1) <= view.tile / 2).any():
            continue
        away = {link: np.hypot(*(way - (x, y)).T).min() for link, way in ways.items()}
        near, found = min(away.values()), view.at(x, y)
        if near < 4.5 * scale:
            assert away[found] < near + 0.5 * scale  # lines cross
            seen.add(found)
        elif near > 5.5 * scale:
            assert found is None
    assert seen


@planes
@pytest.mark.parametrize("scale", [1, 2])
def test_a_tile_is_blue_where_its_neuron_is_high(begin, pixels, fields, scale):
    run, picture, view = begin(Neurons, scale=scale, **fields)
    last = len(run.session.trainer.network.layers) - 1
    frame, half = pixels(picture), view.tile // 2 - 4
    reach = np.abs(run.session.data.x).max() * 1.08
    across = np.arange(-half, half + 1)
    x = np.stack(np.meshgrid(across, across), -1).reshape(-1, 2) * 2 * reach / view.tile
    outputs = run.session.trace(x, run.selection.replica)
    said = run.session.trainer.loss.predict(np, outputs[-1])
    for (layer, unit), (left, bottom) in zip(
        view.frames, [place for column in view.centres for place in column]
    ):
        tile = frame[bottom - half :, left - half :][: len(across), : len(across)]
        if layer is None:
            value = x[:, unit] / reach
        elif layer == last:
            value = 2 * said[:, unit] - 1
        else:
            value = outputs[layer][:, unit] / max(1, np.abs(outputs[layer]).max())
        agree(blueness(tile).ravel(), value, unsure=0.25)
        assert (np.abs(blueness(tile)).max() > 9) == (np.abs(value).max() > 0.1)


@planes
def test_a_link_is_as_wide_as_its_weight_and_blue_if_it_adds(begin, fields):
    run, _, view = begin(Neurons, **fields)
    network = run.session.trainer.network.replica(run.selection.replica)
    linear = [n for n in network.layout.places if n.endswith("W")]
    assert len(linear) == len(view.links)
    for name, links in zip(linear, view.links):
        W = network[name][:8, :8].ravel()
        order = np.argsort(np.abs(W))
        assert (np.diff(np.array(links.get_linewidths())[order]) >= 0).all()
        blue = blueness((links.get_colors()[:, :3] * 255).astype(int))
        assert_array_equal(blue > 0, W >= 0)


def test_a_link_leads_from_its_input_to_its_output(begin):
    _, _, view = begin(Neurons, hidden=(3, 2))
    for links, column, following in zip(view.links, view.centres, view.centres[1:]):
        ends = [(p[0], p[-1]) for p in (path.vertices for path in links.get_paths())]
        assert len(ends) == len(column) * len(following)
        for i, ((x0, y0), (x1, y1)) in enumerate(ends):
            here, there = column[i // len(following)], following[i % len(following)]
            assert_allclose([x0 - view.tile / 2, y0], here)
            assert_allclose([x1 + view.tile / 2, y1], there)


@pytest.mark.parametrize("unit", range(3))
def test_the_neuron_pointed_at_is_framed(begin, unit):
    run, picture, view = begin(Neurons, hidden=(3,))
    run.selection.pointed = (1, unit)
    picture.draw(*run)
    wide = {n for n, frame in view.frames.items() if frame.get_linewidth() > 1}
    assert wide == {run.selection.pointed}


@pytest.fixture
def written(monkeypatch):
    """The words that the network's picture writes, in order."""
    words = []
    monkeypatch.setattr(
        closeup,
        "lettering",
        lambda text, *style: words.append(text) or lettering(text, *style),
    )
    return words


@planes
@pytest.mark.parametrize("scale", [1, 2])
def test_a_neuron_looked_at_is_enlarged_and_shows_what_comes_in(
    begin, fields, scale, written
):
    run, picture, view = begin(Neurons, scale=scale, **fields)
    assert view.large.tiles == [] and written == []
    network = run.session.trainer.network.replica(0)
    places = [place for column in view.centres[1:] for place in column]
    for neuron, place in zip(view.neurons(), places, strict=True):
        run.selection.pinned = neuron
        written.clear()
        picture.draw(*run)
        (corner, large), *words = view.large.tiles
        column = view.layers.index(neuron[0])
        W = network[f"{view.linear[column]}.W"][:8, neuron[1]]
        assert written == [signed(w, 2) for w in W] and len(words) == len(W)
        assert 1.4 < len(large) / view.tile < 2
        middle = np.add(corner, np.array(large.shape[1::-1]) / 2)
        assert_allclose(middle, place, atol=1)
        own = dict(zip(map(tuple, places), view.pixels.tiles[-len(places) :]))
        usual = blueness(own[tuple(place)][1]).mean()
        assert abs(blueness(large[2:-2, 2:-2]).mean() - usual) < 12


def test_a_weight_looked_at_is_written_on_its_line(begin, written):
    run, picture, view = begin(Neurons, hidden=(3, 2), seeds=2, shown=1, steps=9)
    for column, layer in enumerate(view.linear):
        W = run.session.trainer.network[f"{layer}.W"][1]
        for row, unit in np.ndindex(W.shape):
            run.selection.pointed = (layer, row, unit)
            written.clear()
            picture.draw(*run)
            assert written == [signed(W[row, unit], 2)]
            ((corner, word),) = view.large.tiles
            middle = np.add(corner, np.array(word.shape[1::-1]) / 2)
            line = view.links[column].get_paths()[row * W.shape[1] + unit].vertices
            assert np.hypot(*(line - middle).T).min() < 1


@planes
def test_the_words_tell_the_shape_and_the_heaviest_weight(begin, fields):
    run, _, view = begin(Neurons, **fields)
    network = run.session.trainer.network.replica(0)
    heavy = max(np.abs(network[n]).max() for n in network.layout.places if n[-1] == "W")
    words = view.describe(*run)
    assert f"largest weight is {heavy:.2f}" in words
    for units in run.session.experiment.hidden:
        assert f"{units} to " in words


# Boundary


def random_points(view: Boundary, run, n: int = 400):
    """Points of the plane, and the colours that are drawn there."""
    axes, rng = view.axes, np.random.default_rng(1)
    x = rng.uniform(0.98 * view.low, 0.98 * view.high, (n, 2))
    (left, bottom), picture = view.plane.tiles[0]
    at = axes.transData.transform(x) - (round(left), round(bottom))
    column, row = at.astype(int).T
    return x, blueness(picture[row, column])


@planes
def test_the_map_has_the_colour_of_the_networks_decision(begin, fields):
    run, _, view = begin(Boundary, **fields)
    x, blue = random_points(view, run)
    said = run.session.trainer.loss.predict(
        np, run.session.trainer.network.forward(run.session.scale(x))
    )
    agree(blue, 2 * said[run.selection.replica, :, -1] - 1, unsure=0.1)


def test_the_map_is_drawn_where_the_axes_are(begin, pixels):
    _, picture, view = begin(Boundary, data="xor", seeds=1, steps=60)
    (left, bottom), tile = view.plane.tiles[0]
    assert_allclose(view.axes.bbox.bounds, (left, bottom, *tile.shape[:2]), atol=1e-6)
    drawn = pixels(picture)[round(bottom) :, round(left) :][: len(tile), : len(tile)]
    same = (drawn == tile[..., :3]).all(-1)
    assert 0.5 < same.mean() < 1  # the rest lies under the points


def test_a_neuron_looked_at_is_seen_on_the_map(begin):
    run, picture, view = begin(Boundary, data="spiral", hidden=(8, 4), steps=30)
    for layer, unit in [(1, 0), (1, 7), (3, 2)]:
        for run.selection.pointed, run.selection.pinned in [
            ((layer, unit), None),
            (None, (layer, unit)),
        ]:
            picture.draw(*run)
            x, blue = random_points(view, run)
            agree(
                blue,
                run.session.trace(x, run.selection.replica)[layer][:, unit],
                unsure=0.1,
            )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_fence_is_where_the_sum_of_the_neuron_changes_sign(begin, activation):
    run, picture, view = begin(
        Boundary, data="spiral", hidden=(8, 4), activation=activation, steps=30
    )
    assert view.fence.get_segments() == []
    drawn = 0
    for layer, unit in [(1, 0), (1, 7), (3, 2), (3, 0)]:
        run.selection.pointed = (layer, unit)
        picture.draw(*run)
        sums = np.abs(
            run.session.trace(view.fine, run.selection.replica)[layer - 1][:, unit]
        )
        for line in view.fence.get_segments():
            there = run.session.trace(line, run.selection.replica)[layer - 1][:, unit]
            assert np.abs(there).max() < 0.1 * sums.max()
            drawn += 1
        x, _ = random_points(view, run)
        sides = run.session.trace(x, run.selection.replica)[layer - 1][:, unit] > 0
        crossed = bool(view.fence.get_segments())
        assert crossed or sides.all() or not sides.any()
    assert drawn
    for run.selection.pointed in (None, (4, 0), (0, 1, 1)):  # the output; a weight
        picture.draw(*run)
        assert view.fence.get_segments() == []


def test_beside_a_fence_the_thin_line_is_the_seeds_own(begin):
    run, picture, view = begin(Boundary, data="xor", seeds=3, steps=40, shown=1)
    run.selection.pointed = (1, 0)
    picture.draw(*run)
    lines = view.ghosts.get_segments()
    assert lines
    for line in lines:
        assert (
            np.abs(
                run.session.decoder.confidence(run.session.outputs(line)[1]) - 0.5
            ).max()
            < 0.1
        )
    run.selection.pointed = (0, 1, 1)  # a weight leaves the map to the network
    picture.draw(*run)
    others = view.ghosts.get_segments()
    assert others and not any(np.array_equal(a, b) for a in lines for b in others)


@losses
def test_thin_lines_are_where_other_seeds_change_their_mind(begin, loss):
    run, _, view = begin(Boundary, data="xor", seeds=3, loss=loss, steps=40, shown=1)
    lines = view.ghosts.get_segments()
    assert lines
    for line in lines:
        unsure = np.abs(
            run.session.decoder.confidence(run.session.outputs(line)) - 0.5
        ).max(axis=1)
        assert min(unsure[[0, 2]]) < 0.1


@pytest.mark.parametrize("share", [0.1, 0.3, 0.7])
def test_the_part_with_fewer_points_lies_on_top(begin, share):
    run, picture, view = begin(Boundary, data="moons", validation=share, test=0.1)
    drawn = [view.points.index(a) for a in picture.changing if a in view.points]
    few = np.argmin([len(run.session.parts.train), len(run.session.parts.validation)])
    assert sorted(drawn) == drawn[:: 1 if few else -1]


@pytest.mark.parametrize("lost", [(0,), (1, 2), (0, 1, 2)])
def test_a_lost_seed_leaves_the_map_white_and_draws_no_line(begin, lost):
    run, _, view = begin(Boundary, data="xor", seeds=3, steps=40, lost=lost)
    _, blue = random_points(view, run)
    assert (np.abs(blue).max() <= 1) == (0 in lost)
    alive = {1, 2} - {*lost}
    assert bool(view.ghosts.get_segments()) == bool(alive)


@planes
def test_points_are_those_of_training_and_validation(begin, fields):
    run, _, view = begin(Boundary, **fields)
    drawn = view.points
    assert {*view.axes.lines} == {*drawn, view.batch, *view.mark}
    assert all(isinstance(line, Line2D) for line in drawn)
    wanted = [
        (colour, marker, part.x[part.y == label])
        for part, marker in (
            (run.session.parts.train, "o"),
            (run.session.parts.validation, "s"),
        )
        for label, colour in enumerate(CLASSES)
    ]
    assert len(drawn) == len(wanted)
    for line, (colour, marker, x) in zip(drawn, wanted):
        assert (line.get_color(), line.get_marker()) == (colour, marker)
        assert_array_equal(np.stack(line.get_data(), 1), x)
        assert (view.low <= x).all() and (x <= view.high).all()


@pytest.mark.parametrize("batch_size", [1, 36])
def test_a_mini_batch_under_way_is_lit_and_the_rest_dimmed(begin, batch_size):
    recipe = dict(data="xor", samples=100, batch_size=batch_size, seeds=3)
    run, picture, view = begin(Boundary, shown=1, **recipe)
    for _ in range(9):  # with 60 samples and 36 a batch, the second batch has 24
        run.session.stepper.next_stage()
        picture.draw(*run)
        lit = np.stack(view.batch.get_data(), 1)
        assert_array_equal(lit, run.session.data.x[run.session.trainer.rows[1]])
        assert 1 <= len(lit) <= batch_size
        assert all(points.get_alpha() < 0.5 for points in view.points)
    run.session.stepper.finish()
    picture.draw(*run)
    assert len(view.batch.get_xdata()) == 0
    assert all(points.get_alpha() == 1 for points in view.points)


@pytest.mark.parametrize("shown", range(3))
def test_the_words_tell_of_the_seed_shown(begin, shown):
    run, _, view = begin(
        Boundary, data="xor", hidden=(2,), seeds=3, steps=90, shown=shown
    )
    right = run.session.trainer.measure()["train_accuracy"]
    assert len({f"{share:.0%}" for share in right}) == 3
    x = np.random.default_rng(0).uniform(view.low, view.high, (20_000, 2))
    blue = np.mean(
        run.session.decoder.confidence(run.session.trace(x, run.selection.replica)[-1])
        > 0.5
    )
    words = view.describe(*run)
    said = int(words.split("calls ")[1].split("%")[0])
    assert abs(said - 100 * blue) < 3 and "of the plane blue" in words
    assert f"{right[shown]:.0%} of training points" in words


# Gallery


@digits
def test_exactly_the_wrong_guesses_are_framed_and_named(begin, fields):
    fields = {"data": "digits", "steps": 1, **fields}
    run, _, view = begin(Gallery, **fields)
    part = run.session.parts.validation
    z = run.session.trainer.network.forward(run.session.scale(part.x))[
        run.selection.replica, :40
    ]
    wrong = z.argmax(-1) != part.y[:40]
    frames, images, words = (view.pixels.tiles[i::3] for i in range(3))
    assert len(frames) == len(images) == len(words) == 40
    orange = np.array(to_rgb(ORANGE)) * 255
    framed = [np.allclose(tile[0, 0, :3], orange, atol=1) for _, tile in frames]
    assert_array_equal(framed, wrong)
    named = view.describe(*run)
    assert f"Of 40 validation images {wrong.sum()} are wrong" in named
    pairs = [
        f"a {y} taken for {g}" for y, g in zip(part.y[:40], z.argmax(-1)) if y != g
    ]
    assert all(pair in named for pair in pairs[:5])


@pytest.mark.parametrize("noise", [False, True])
def test_before_the_first_step_every_picture_is_a_question(begin, noise):
    run, picture, view = begin(partial(Gallery, noise=noise), data="digits", seeds=1)
    words = [word for _, word in view.pixels.tiles[2::3]]
    question = lettering("?", 11, GREY)
    assert len(words) == 40
    for word in words:
        assert_array_equal(word, question)
    for _, frame in view.pixels.tiles[::3]:
        assert_array_equal(frame[0, 0], np.array([*to_rgb(PALE), 1]) * 255)
    assert view.describe(*run) == f"{40 - noise} validation images, not yet read."
    run.session.train(1)
    picture.draw(*run)
    assert len(view.describe(*run)) > 50
    assert not any(np.array_equal(w, question) for _, w in view.pixels.tiles[2::3])


def test_the_last_picture_may_be_noise_and_is_never_wrong(begin):
    fields = dict(data="digits", hidden=(16,), steps=60, seeds=2)
    run, _, view = begin(partial(Gallery, noise=True), **fields)
    _, _, usual = begin(Gallery, **fields)
    x = run.session.parts.validation.x
    assert_array_equal(view.x[:-1], x[:39])
    assert x.min() <= view.x[-1].min() and view.x[-1].max() <= x.max()
    assert np.corrcoef(x[:300].mean(0), view.x[-1])[0, 1] < 0.5
    for one, other in zip(view.pixels.tiles[: 3 * 39], usual.pixels.tiles):
        assert one[0] == other[0]
        assert_array_equal(one[1], other[1])
    says = run.session.decoder.predictions(
        run.session.trace(view.x[-1:], run.selection.replica)[-1]
    )[0]
    guess, sure = run.session.data.classes[says.argmax()], says.max()
    shown = f"{sure:.0%}" if sure < 0.99 else ">99%"
    assert view._caption(39, True) == (f"{guess} {shown}", True)
    named = view.describe(*run)
    assert named.startswith("Of 39 validation images ")
    assert named.endswith(f" It takes noise for {guess}, {shown} sure.")


def test_images_stand_upright_each_in_its_frame_with_its_word_below(begin):
    run, _, view = begin(Gallery, data="digits")
    frames, images, words = (view.pixels.tiles[i::3] for i in range(3))
    for x, (place, frame), (corner, image), (under, word) in zip(
        run.session.parts.validation.x, frames, images, words
    ):
        factor = len(image) // 8
        ink = 255 - image[::-factor, ::factor, 0].astype(int)  # the top row first
        assert_allclose(ink, x.reshape(8, 8) / 16 * 233, atol=2)
        edge = np.subtract(corner, place)
        assert_allclose(np.subtract(frame.shape, image.shape)[:2], 2 * edge[::-1])
        assert under[1] + len(word) <= place[1] + 1e-9
        centre = under[0] + word.shape[1] / 2 - place[0] - frame.shape[1] / 2
        assert abs(centre) < 1


# Filters


@digits
def test_a_filter_is_blue_where_its_weight_adds(begin, fields):
    run, _, view = begin(Filters, data="digits", **fields)
    W = run.session.trainer.network.replica(run.selection.replica)["0.W"]
    tiles = [tile[1:-1, 1:-1] for _, tile in view.pixels.tiles]
    assert len(tiles) == min(W.shape[1], UNITS_SHOWN)
    for w, tile in zip(W.T, tiles):
        factor = len(tile) // 8
        blue = blueness(tile[::-factor, ::factor])  # the top row first
        agree(blue.ravel(), w / np.abs(W).max(), unsure=0.02)
    corners = [corner for corner, _ in view.pixels.tiles]
    assert len({*corners}) == len(corners)
    words = view.describe(*run)
    assert f"{W.shape[1]} units" in words
    assert f"{plain(W.min())} (orange) to {plain(W.max())} (blue)" in words


@digits
@pytest.mark.parametrize("scale", [1, 2])
def test_pointing_at_a_filter_finds_its_neuron_and_elsewhere_none(begin, fields, scale):
    run, picture, view = begin(Filters, data="digits", scale=scale, **fields)
    network = run.session.trainer.network
    assert view.neurons() == [(view.layer, i) for i in range(view.shown)]
    assert network.widths[view.layer + 1] >= view.shown
    places = [(np.array(corner), tile) for corner, tile in view.pixels.tiles]
    for (corner, tile), neuron in zip(places, view.neurons(), strict=True):
        centre = corner + np.array(tile.shape[1::-1]) / 2
        assert view.at(*centre) == neuron
        for x, y in ((0.4, 0.4), (-0.4, 0.4), (0.4, -0.4), (-0.4, -0.4)):
            inside = centre + np.array([x, y]) * tile.shape[1::-1]
            assert view.at(*inside) == neuron
    rng = np.random.default_rng(0)
    for x, y in rng.uniform(
        0, (picture.width * scale, picture.height * scale), (300, 2)
    ):
        if found := view.at(x, y):
            corner, tile = places[found[1]]
            off = np.array([x, y]) - corner
            assert (off >= -1).all() and (off <= view.side + 1).all()
        else:
            assert all(
                (np.array([x, y]) < corner).any()
                or (np.array([x, y]) > corner + np.array(tile.shape[1::-1])).any()
                for corner, tile in places
            )


@pytest.mark.parametrize("hidden", [(), (1,), (4,), (40,), (100,)])
def test_a_filter_looked_at_is_enlarged_within_the_others(begin, hidden):
    run, picture, view = begin(Filters, data="digits", hidden=hidden, seeds=1)
    usual = view.pixels.tiles
    left, top = view.corner
    right, bottom = left + view.columns * view.side, top - view.columns * view.side
    for neuron in view.neurons():
        run.selection.pinned = neuron
        picture.draw(*run)
        *others, ((x, y), large) = view.pixels.tiles
        assert len(others) == len(usual)
        small = usual[neuron[1]][1]
        times = (len(large) - 2) / (len(small) - 2)
        assert times == LARGER or 1 <= times <= view.columns + 1
        pixel = (len(large) - 2) // 8, (len(small) - 2) // 8
        one, other = (a[1:-1:n, 1:-1:n] for a, n in zip((large, small), pixel))
        assert_array_equal(one, other)
        assert left <= x and x + large.shape[1] <= right + 1
        assert bottom - 1 <= y and y + large.shape[0] <= top + 1
    for run.selection.pinned in [
        None,
        (view.layer + 2, 0),
        (view.layer, 1024),
        (0, 1, 0),
    ]:
        picture.draw(*run)
        assert len(view.pixels.tiles) == len(usual)


# Curves

FEW = {"data": "xor", "samples": 60, "batch_size": 36, "seeds": 3, "hidden": (2,)}
NAMES = [f"{p}_{w}" for p in ("train", "validation") for w in ("loss", "accuracy")]


@pytest.mark.parametrize(
    "steps", [0, 1, POINTS - 1, POINTS, POINTS + 1, 2 * POINTS + 3]
)
def test_curves_are_the_history_up_to_now(begin, steps):
    run, _, view = begin(Curves, **FEW, steps=steps)
    history, now = run.session.trainer.history, run.session.trainer.measure()
    epochs = [*history["step"], steps]  # one step is an epoch here
    for name in NAMES:
        values = np.stack([*history[name], now[name]])
        band, line = view.artists[name]
        x, middle = line.get_data()
        assert x[0] == 0 and x[-1] == steps and (np.diff(x) >= 0).all()
        assert len(x) == min(len(epochs), POINTS + 1)
        rows = np.searchsorted(epochs, x)
        assert_array_equal(middle, np.median(values[rows], axis=1))
        corners = band.get_xy()
        for i, worst_and_best in zip(
            rows, zip(values[rows].min(1), values[rows].max(1))
        ):
            there = corners[corners[:, 0] == epochs[i]][:, 1]
            assert_array_equal([there.min(), there.max()], worst_and_best)


@pytest.mark.parametrize("rate", [0.1, 3.0, 30.0])
def test_the_axes_hold_every_number(begin, rate):
    run, picture, view = begin(Curves, **FEW, learning_rate=rate)
    for step in run.session.trainer.steps(60):
        if step % 6:
            continue
        picture.draw(*run)
        for axes, what in ((view.axes[n], n) for n in ("loss", "accuracy")):
            low, high = axes.get_ylim()
            for part in ("train", "validation"):
                band, _ = view.artists[f"{part}_{what}"]
                x, y = band.get_xy().T
                y = y[np.isfinite(y)]
                assert low <= y.min() and y.max() <= high
                assert axes.get_xlim()[0] <= x.min() and x.max() <= axes.get_xlim()[1]


@pytest.mark.parametrize("lost, median", [((0,), True), ((0, 2), False)])
def test_a_lost_seed_counts_as_the_worst(begin, lost, median):
    _, _, view = begin(Curves, **FEW, lost=lost)
    band, line = view.artists["train_loss"]
    assert np.isinf(band.get_xy()).any()
    assert np.isfinite(line.get_ydata()[-1]) == median


def test_the_words_tell_median_and_range(begin):
    run, _, view = begin(Curves, **FEW, steps=7)
    words, now = view.describe(*run), run.session.trainer.measure()
    assert words.startswith("Curves over 7.0 epochs")
    for part in ("train", "validation"):
        loss, right = now[f"{part}_loss"], np.median(now[f"{part}_accuracy"])
        assert (
            f"{part} loss {np.median(loss):.3f} (from {loss.min():.3f} to "
            f"{loss.max():.3f}), {right:.0%} right"
        ) in words


# Measurements

MEASURED = {
    "hills": {"data": "hills", "hidden": (6,), "steps": 40, "seeds": 3},
    "unscaled": {"data": "plane", "standardize": False, "steps": 40, "seeds": 3},
}
measured = pytest.mark.parametrize("fields", MEASURED.values(), ids=MEASURED)


@measured
def test_the_map_has_the_colour_of_the_height_predicted(begin, fields):
    run, _, view = begin(Boundary, **fields)
    x, blue = random_points(view, run)
    said = run.session.decoder.predictions(
        run.session.trace(x, run.selection.replica)[-1]
    )[:, 0]
    low, high = (end[0] for end in run.session.decoder.span)
    agree(blue, 2 * (said - low) / (high - low) - 1, unsure=0.1)


@measured
def test_points_are_coloured_by_their_height(begin, fields):
    run, _, view = begin(Boundary, **fields)
    for part, points in zip(
        (run.session.parts.train, run.session.parts.validation),
        np.split(np.array(view.points), 2),
    ):
        heights = {tuple(x): y for x, y in zip(part.x, part.y)}
        drawn = [[heights[tuple(x)] for x in np.stack(p.get_data(), 1)] for p in points]
        assert sum(map(len, drawn)) == len(part)
        ends = [(min(group), max(group)) for group in drawn if group]
        assert all(a[1] <= b[0] for a, b in zip(ends, ends[1:]))  # none overlap
        blue = [to_rgb(p.get_color())[2] - to_rgb(p.get_color())[0] for p in points]
        assert (np.diff(blue) > 0).all()


@measured
def test_thin_lines_are_where_other_seeds_predict_the_middle(begin, fields):
    run, _, view = begin(Boundary, shown=1, **fields)
    lines, (low, high) = view.ghosts.get_segments(), run.session.decoder.span
    assert lines
    for line in lines:
        off = np.abs(
            run.session.decoder.predictions(run.session.outputs(line))[..., 0]
            - (low + high) / 2
        )
        assert min((off / (high - low)).max(axis=1)[[0, 2]]) < 0.1


@measured
def test_the_words_tell_the_heights_predicted(begin, fields):
    run, _, view = begin(Boundary, **fields)
    said = run.session.decoder.predictions(
        run.session.trace(view.coarse, run.selection.replica)[-1]
    )
    words = view.describe(*run)
    assert f"from {plain(said.min())} (orange) to {plain(said.max())} (blue)" in words


@pytest.mark.parametrize("data", ["hills", "diabetes"])
@pytest.mark.parametrize("shown", [0, 2])
def test_a_point_is_a_prediction_over_what_was_measured(begin, data, shown):
    run, picture, view = begin(Scatter, data=data, seeds=3, shown=shown, steps=30)
    run.selection.replica = shown
    picture.draw(*run)
    for part, points in view.points.items():
        x, y = points.get_data()
        of = getattr(run.session.parts, part)
        said = run.session.decoder.predictions(run.session.outputs(of.x))[
            shown, : len(x), 0
        ]
        assert_allclose(x, of.y[: len(x)])
        assert_allclose(y, np.clip(said, view.low, view.high), rtol=1e-4)
    part = run.session.parts.validation
    said = run.session.decoder.predictions(
        run.session.trace(part.x, run.selection.replica)[-1]
    )[:, 0]
    error = np.median(np.abs(said - part.y))
    assert f"half are wrong by {plain(error)}" in view.describe(*run)


@pytest.mark.parametrize("data", ["hills", "diabetes"])
def test_curves_of_measurements_are_of_the_share_explained(begin, data):
    run, _, view = begin(Curves, data=data, seeds=3, steps=30)
    now = run.session.trainer.measure()["validation_r2"]
    _, line = view.artists["validation_r2"]
    assert line.get_ydata()[-1] == np.median(now)
    assert f"R² {np.median(now):.2f}" in view.describe(*run)


def test_a_seed_that_stopped_early_stays_where_it_is(begin):
    fields = {"data": "xor", "samples": 60, "patience": 1, "learning_rate": 1.0}
    run, picture, view = begin(Curves, **fields, seeds=8)
    run.session.train(60)
    picture.draw(*run)
    assert np.isnan(run.session.trainer.history["train_loss"]).any()
    assert not run.session.trainer.diverged.any()
    for band, line in view.artists.values():
        assert np.isfinite(line.get_ydata()).all() and np.isfinite(band.get_xy()).all()


# Networks of any layers

LAYERS = {
    "everything": {"hidden": (5, 5), "batch_norm": True, "dropout": 0.2},
    "a block": {"hidden": (4, 4), "residual": True, "batch_norm": True},
    "layers between": {"hidden": (5, LeakyReLU(0.2), 3)},
    "a block of two": {"hidden": (3, Residual((Linear(5), Linear(3))), 2)},
}


@pytest.mark.parametrize("fields", LAYERS.values(), ids=LAYERS)
def test_links_are_the_weights_wherever_they_lie(begin, fields):
    run, _, view = begin(Neurons, **fields, steps=5)
    network = run.session.trainer.network.replica(0)
    tables = [n for n in network.layout.places if n.split(".")[-1] == "W"]
    drawn = [column.weights for column in view.columns if column.weights]
    assert len(drawn) == len(set(drawn)) and {*drawn} <= {*tables}
    assert len(tables) - len(drawn) == (2 if fields["hidden"][0] == 3 else 0)
    for column, links in zip(view.columns, view.links):
        assert network.widths[column.last + 1] == column.units
        if column.weights:
            W = network[column.weights]
            assert W.shape == (column.inputs, column.units)
            blue = blueness((links.get_colors()[:, :3] * 255).astype(int))
            assert_array_equal(blue > 0, W.ravel() >= 0)
        else:
            assert links.get_segments() == []
    shape = " to ".join(str(column.units) for column in view.columns)
    assert f"then {shape} units" in view.describe(*run)


@pytest.mark.parametrize("fields", LAYERS.values(), ids=LAYERS)
def test_a_fence_is_where_what_is_bent_changes_sign(begin, fields):
    run, picture, view = begin(Boundary, **fields, steps=20)
    for column in columns(run.session.trainer.network)[:-1]:
        run.selection.pointed = (column.last, 1)
        picture.draw(*run)
        lines, layers = view.fence.get_segments(), run.session.trainer.network.layers
        assert not lines or column.sums is not None
        if column.sums is not None and column.bends is not None:
            assert layers[column.sums + 1] is column.bends
        for line in lines:
            there = run.session.trace(line, run.selection.replica)[column.sums][:, 1]
            sums = run.session.trace(view.fine, run.selection.replica)[column.sums][
                :, 1
            ]
            assert np.abs(there).max() < 0.1 * np.abs(sums).max()


@pytest.mark.parametrize("data", ["wine", "diabetes", "breast cancer"])
def test_off_the_plane_a_tile_is_samples_in_the_order_of_what_is_learned(begin, data):
    run, _, view = begin(Neurons, data=data, hidden=(3,), steps=60, seeds=1)
    y = {tuple(x): y for x, y in zip(run.session.data.x, run.session.data.y)}
    order = [y[tuple(x)] for x in view.ground]
    assert len(order) == view.side and (np.diff(order) >= 0).all()
    said = run.session.decoder.scaled(
        run.session.trace(view.ground, run.selection.replica)[-1]
    )
    tiles = view.pixels.tiles[-said.shape[1] :]
    for values, (_, tile) in zip(said.T, tiles, strict=True):
        assert (tile == tile[:, :1]).all()  # each row is one sample
        rows = blueness(tile[:: len(tile) // view.side, 0])
        agree(rows, 2 * values - 1, unsure=0.1)
    assert f"Network of {len(run.session.data.features)} inputs" in view.describe(*run)
