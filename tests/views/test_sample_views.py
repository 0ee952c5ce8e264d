"""Losses of single samples, confusion and the worst, against counting by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import InputError
from nnlab.views import Confusion, Losses, TopLosses
from nnlab.views.drawing.number_format import plain, short
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.figure import Picture
from nnlab.views.plots import confusion, top_losses


@pytest.fixture
def begin(make_run):
    def begin(view, shown=0, **fields):
        run = make_run(**{"seeds": 3, "steps": 40, **fields})
        run.selection.replica = shown
        picture = Picture([view], *run, width=420)
        return run, picture, picture.views[0]

    return begin


@pytest.fixture
def written(monkeypatch):
    """The words that a view writes in pixels, in order."""
    words = []
    for module in (confusion, top_losses):
        monkeypatch.setattr(
            module,
            "lettering",
            lambda text, *style, **named: (
                words.append(text) or lettering(text, *style, **named)
            ),
        )
    return words


def losses_of(run, part, replica):
    """The loss of each sample of a part, one at a time."""
    x, y = run.session.trainer.parts[part]
    network = run.session.trainer.network.replica(replica)
    return np.array(
        [network.loss(x[[i]], y[[i]], run.session.trainer.loss) for i in range(len(x))]
    )


# Losses


@pytest.mark.parametrize("data", ["xor", "diabetes"])
def test_the_bars_count_samples_of_each_loss(begin, data):
    run, _, view = begin(Losses(), data=data)
    edges = 10.0**view.edges
    for part, band in view.bands.items():
        each = np.array([losses_of(run, part, i) for i in range(3)])[:, :400]
        inside = np.clip(each, edges[0], edges[-1] * 0.9999)
        counts = np.array([np.histogram(own, edges)[0] for own in inside])
        share = counts / each.shape[1]
        assert_allclose(
            band.line.get_ydata()[::2], np.median(share, axis=0), atol=0.011
        )
        corners = band.area.get_xy()[: 2 * len(share[0])]
        assert_allclose(corners[::2, 1], share.min(axis=0), atol=0.011)


def test_the_words_tell_who_carries_the_loss(begin):
    run, _, view = begin(Losses(), data="xor", shown=1)
    losses = np.sort(losses_of(run, "train", 1))
    tenth = losses[-round(len(losses) / 10) :].sum() / losses.sum()
    assert f"carries {tenth:.0%} of the loss" in view.describe(*run)
    assert f"half below {short(np.median(losses))}" in view.describe(*run)


def test_the_axis_holds_the_highest_bar_and_is_drawn_anew_for_it(begin, pixels):
    run, picture, view = begin(Losses(), data="xor", steps=0, learning_rate=0.5)
    tops = set()
    for _ in range(8):
        run.session.train(30)
        picture.draw(*run)
        most = max(band.area.get_xy()[:, 1].max() for band in view.bands.values())
        tops.add(view.axes.get_ylim()[1])
        assert most <= view.axes.get_ylim()[1]
        kept, picture._background = pixels(picture), None
        picture.draw(*run)
        assert (pixels(picture) == kept).all()
    assert len(tops) > 1


# Confusion


@pytest.mark.parametrize("part", ["train", "validation"])
@pytest.mark.parametrize("shown", [0, 2])
def test_each_cell_has_its_count(begin, written, part, shown):
    run, _, view = begin(Confusion(part), shown, data="wine", steps=4)
    data = getattr(run.session.parts, part)
    says = run.session.outputs(data.x).argmax(axis=-1)
    wanted = []
    for i in range(3):
        for j in range(3):
            counts = [np.sum((data.y == i) & (own == j)) for own in says]
            if max(counts):
                wanted.append(f"{counts[shown]}" if counts[shown] else "")
                if min(counts) < max(counts):
                    wanted.append(f"{min(counts)}–{max(counts)}")
    assert written == wanted
    wrong = np.sum(says[shown] != data.y)
    assert f"{wrong} of {len(data)}" in view.describe(*run)


def test_the_diagonal_is_blue_and_what_is_wrong_orange(begin):
    _, _, view = begin(Confusion(), data="wine", steps=4)
    _, picture = view.pixels.tiles[0]
    side = len(picture) / 3
    for i in range(3):
        for j in range(3):
            corner = picture[int((2.1 - i) * side), int((j + 0.1) * side), :3].astype(
                int
            )
            if (corner < 255).any():
                assert (corner[2] > corner[0]) == (i == j)


# TopLosses


@pytest.mark.parametrize("part", ["train", "validation"])
@pytest.mark.parametrize("data", ["wine", "diabetes", "digits", "xor"])
def test_the_worst_are_those_with_the_greatest_losses(begin, data, part):
    run, _, view = begin(TopLosses(part), data=data, shown=1)
    losses = losses_of(run, part, 1)
    found = [case.row for case in view.cases(*run, 5)]
    assert_allclose(losses[found], np.sort(losses)[:-6:-1], rtol=1e-4)
    assert_allclose(
        [case.loss for case in view.cases(*run, 5)], losses[found], rtol=1e-4
    )
    assert f"number {found[0]}, " in view.describe(*run)


def test_a_case_says_what_it_is_and_what_it_was_called(begin):
    run, _, view = begin(TopLosses(), data="wine", steps=4, shown=2)
    part, names = run.session.parts.validation, run.session.data.classes
    answers = run.session.decoder.predictions(run.session.outputs(part.x))
    for case in view.cases(*run, 6):
        own, y = answers[:, case.row], part.y[case.row]
        said = names[own[2].argmax()]
        wrong = np.sum(own.argmax(axis=-1) != y)
        assert case.full == f"is {names[y]}, called {said} ({own[2].max():.0%})"
        assert case.seeds == f"wrong in {wrong} of 3 seeds"
        assert case.right == (said == names[y])


def test_of_measurements_it_says_what_all_seeds_predict(begin):
    run, _, view = begin(TopLosses(), data="diabetes", shown=1)
    part = run.session.parts.validation
    said = run.session.decoder.predictions(run.session.outputs(part.x))[:, :, 0]
    for case in view.cases(*run, 4):
        own = said[:, case.row]
        assert (
            case.full
            == f"measured {plain(part.y[case.row])}, predicted {plain(own[1])}"
        )
        assert case.seeds == f"seeds say {plain(own.min())} to {plain(own.max())}"


def test_what_is_unusual_is_farthest_from_the_mean(begin, written):
    run, _, view = begin(TopLosses(), data="wine")
    part, x = run.session.parts.validation, run.session.data.x
    row = view.cases(*run, 1)[0].row
    away = (part.x[row] - x.mean(axis=0)) / x.std(axis=0)
    most = np.abs(away).argmax()
    first = f"{run.session.data.features[most]} {plain(part.x[row, most], 4)} ("
    assert written[2].startswith(first)


def test_pictures_are_the_samples_themselves(begin):
    run, _, view = begin(TopLosses(), data="digits")
    cases = view.cases(*run, len(view.pixels.tiles) // 3)
    for case, (_, tile) in zip(cases, view.pixels.tiles[::3]):
        factor = (len(tile) - 2) // 8
        ink = 255 - tile[1:-1, 1:-1][::-factor, ::factor, 0].astype(int)
        x = run.session.parts.validation.x[case.row].reshape(8, 8)
        assert_allclose(ink, x / 16 * 233, atol=2)


@pytest.mark.parametrize("kind", [Confusion, TopLosses])
def test_a_part_that_there_is_not_is_refused(kind):
    with pytest.raises(InputError, match="part='trian' is not known; did you mean"):
        kind("trian")
