"""The map of samples with many features: its plane, its points, and what it says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import InputError
from nnlab.data.dataset import Dataset
from nnlab.views import Boundary, default_views
from nnlab.views.figure import Picture

WINE = {"data": "wine", "hidden": (5,), "seeds": 3, "steps": 40}
DIABETES = {"data": "diabetes", "hidden": (5,), "seeds": 3, "steps": 40}


@pytest.fixture
def begin(make_run):
    def begin(view, **fields):
        run = make_run(**fields)
        picture = Picture([view], *run, width=420)
        return run, picture, picture.views[0]

    return begin


def test_two_features_are_the_sides_and_the_others_hold_their_means(begin):
    run, _, view = begin(Boundary(plane=("hue", "alcohol")), **WINE)
    names, x = run.session.data.features, run.session.data.x
    hue, alcohol = names.index("hue"), names.index("alcohol")
    others = [i for i in range(13) if i not in (hue, alcohol)]
    assert_allclose(
        view.fine[:, others], np.tile(x.mean(0)[others], (len(view.fine), 1))
    )
    assert_allclose(view.fine[0, [hue, alcohol]], view.low)
    assert_allclose(view.fine[-1, [hue, alcohol]], view.high)
    assert view.axes.get_xlabel() == "hue"
    assert "hue and alcohol, 11 others at their means" in view.describe(*run)
    drawn = np.concatenate([np.stack(p.get_data(), 1) for p in view.points])
    both = np.concatenate([x, run.session.parts.validation.x])[:, [hue, alcohol]]
    assert_allclose(sorted(map(tuple, drawn)), sorted(map(tuple, both)))


def test_the_others_may_hold_as_in_a_sample(begin):
    run, _, view = begin(Boundary(("hue", "alcohol"), sample=7), **WINE)
    others = [
        i
        for i, n in enumerate(run.session.data.features)
        if n not in ("hue", "alcohol")
    ]
    assert (view.fine[:, others] == run.session.data.x[7, others]).all()
    assert "11 others as in training sample 7" in view.describe(*run)


@pytest.mark.parametrize("standardize", [True, False])
def test_components_are_those_of_what_the_network_sees(begin, standardize):
    run, _, view = begin(Boundary(), **WINE, standardize=standardize)
    seen = run.session.scale(run.session.data.x)
    _, sizes, directions = np.linalg.svd(seen - seen.mean(0), full_matrices=False)
    shares = sizes**2 / np.sum(sizes**2)
    assert f"{shares[:2].sum():.0%} of the variance" in view.describe(*run)
    assert f"component 1: {shares[0]:.0%}" in view.axes.get_xlabel()
    along = (run.session.scale(view.fine) - seen.mean(0)) @ directions[2:].T
    assert np.abs(along).max() < 1e-6  # nothing lies off the plane


@pytest.mark.parametrize("fields", [WINE, DIABETES], ids=["classes", "measured"])
@pytest.mark.parametrize("plane", [None, 2])
def test_the_map_has_the_colour_of_the_networks_word_there(begin, fields, plane):
    run, _, view = begin(Boundary(), **fields)
    if plane:
        names = tuple(run.session.data.features[:2])
        run, _, view = begin(Boundary(names), **fields)
    uv = np.random.default_rng(0).uniform(0.02, 0.98, (300, 2))
    x = view.sheet.at(view.low + uv * (view.high - view.low))
    picture = view.plane.tiles[0][1]
    column, row = (uv * len(picture)).astype(int).T
    said = run.session.decoder.scaled(run.session.trace(x, run.selection.replica)[-1])
    if run.session.data.labelled:
        sure = np.sort(said, axis=1)
        clear = sure[:, -1] - sure[:, -2] > 0.4
        strongest = {0: 0, 1: 2, 2: 1}  # orange is red, blue blue, green green
        found = picture[row, column, :3].argmax(axis=-1)
        wanted = [strongest[i] for i in said.argmax(axis=1)]
        assert np.mean(found[clear] == np.array(wanted)[clear]) > 0.97
    else:
        blue = picture[row, column, 2].astype(int) - picture[row, column, 0]
        clear = np.abs(said[:, 0] - 0.5) > 0.08
        assert ((blue > 0) == (said[:, 0] > 0.5))[clear].all()


@pytest.mark.parametrize(
    "view, said",
    [
        (Boundary(("hue", "alcohl")), "did you mean 'alcohol'?"),
        (Boundary(("hue", "hue")), "two different features; try"),
        (Boundary("component"), "did you mean 'components'?"),
        (Boundary(("hue", "alcohol"), sample=999), "training samples; try sample=106."),
    ],
)
def test_a_plane_that_there_is_not_is_refused(make_run, view, said):
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        Picture([view], *make_run(**WINE))


def test_one_feature_has_no_plane(make_run):
    x = np.arange(40.0)[:, None]
    run = make_run(data=Dataset("line", x, x[:, 0], ("a",), ()), seeds=1, batch_size=8)
    assert Boundary().lacks(run.session) == "two features"
    assert not any(isinstance(view, Boundary) for view in default_views(run.session))


def test_a_map_turned_to_other_data_is_the_one_built_for_it(make_run, pixels):
    before, after = (make_run(**WINE, split_seed=seed) for seed in (0, 1))
    for view in (Boundary(), Boundary(("hue", "alcohol"))):
        picture, fresh = (Picture([view], *run) for run in (before, after))
        picture.turn_to([view], *after)
        picture.draw(*after)
        assert (pixels(picture) == pixels(fresh)).all()


def cloud(samples: int = 60, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Three features with means of their own, within the same square."""
    rng = np.random.default_rng(seed)
    x = rng.uniform((-3, -3, seed - 3), (3, 3, seed + 3), (samples, 3))
    x[:6] = [3, 3, 0], [-3, -3, 0], [3, -3, 0], [-3, 3, 0], [3, 3, 1], [-3, -3, 1]
    return Dataset("cloud", x, x[:, 0], ("a", "b", "c"), ())


def test_a_map_of_the_same_reach_is_kept_and_its_plane_is_not(make_run, pixels):
    runs = [make_run(data=cloud, data_seed=s, batch_size=8, seeds=2) for s in (0, 4)]
    view = Boundary(("a", "b"))
    picture, fresh = (Picture([view], *run) for run in runs)
    built = picture.views
    picture.turn_to([view], *runs[1])
    picture.draw(*runs[1])
    assert picture.views is built and picture.views[0].renew(*runs[1])
    assert (picture.views[0].fine == fresh.views[0].fine).all()
    assert (pixels(picture) == pixels(fresh)).all()
