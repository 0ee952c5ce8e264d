"""Buttons in the network's picture do what they say, and none lies on another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.lab.renderer import NARROW, SHARPEST, WIDE
from nnlab.views import Boundary, Curves, Neurons, Stages
from nnlab.views.drawing.neuron_buttons import BUTTON, FIRST
from nnlab.views.figure import Picture

FEATURES = [None, ("x1",), ("x1", "x1*x2", "sin(x2)")]
SHAPES = [(), (1,), (4,), (8, 8), (1, 40), (8, 1, 8), (1, 1, 1, 1), (8, 8, 8, 8)]
steady = settings(deadline=None, derandomize=True, database=None, max_examples=20)
hidden_shapes = st.lists(st.integers(1, 12), max_size=4).map(tuple)


def view_of(make_run, width=985, scale=1.0, place=0, **fields):
    """The network's picture, `place` views from the left."""
    run = make_run(seeds=1, samples=60, batch_size=10, **fields)
    views = [Boundary(), Curves(), Stages()]
    views.insert(place, Neurons())
    picture = Picture(views, *run, width=width, height=420, scale=scale)
    return run, picture.views[place], list(picture._boxes())[place]


def wanted(hidden) -> set:
    """All that one press may make of hidden layers."""
    made = {(*hidden, hidden[-1] if hidden else FIRST)} | (
        {hidden[:-1]} if hidden else set()
    )
    for i, units in enumerate(hidden):
        more, fewer = ((*hidden[:i], units + n, *hidden[i + 1 :]) for n in (1, -1))
        made |= {more} | ({fewer} if units > 1 else set())
    return made


@steady
@given(hidden=hidden_shapes, width=st.integers(NARROW, WIDE))
def test_a_press_gives_what_its_button_says(make_run, hidden, width):
    run, view, _ = view_of(make_run, width, hidden=hidden)
    given = {view.edit(*place)["hidden"] for place, *_ in view.buttons}
    assert given == wanted(hidden)
    assert all(units >= 1 for made in given for units in made)
    for place, sign, _ in view.buttons:
        made = view.edit(*place)["hidden"]
        grows = (len(made), sum(made)) > (len(hidden), sum(hidden))
        assert sign == ("+" if grows else "−")
        assert run.session.experiment.replace(hidden=made).hidden == made


def test_each_layer_has_its_own_two_buttons_over_its_column(make_run):
    _, view, _ = view_of(make_run, WIDE, hidden=(3, 5, 2))
    for i, column in enumerate(view.centres[1:-1]):
        own = [
            (x, sign)
            for (x, _), sign, made in view.buttons
            if len(made) == 3 and made[i] != (3, 5, 2)[i]
        ]
        (left, minus), (right, plus) = sorted(own)
        assert (minus, plus) == ("−", "+")
        assert (left + right) / 2 == pytest.approx(column[0][0])


@steady
@given(
    hidden=hidden_shapes,
    width=st.integers(NARROW, WIDE),
    scale=st.sampled_from([1.0, 1.25, SHARPEST]),
    features=st.sampled_from(FEATURES),
    place=st.integers(0, 2),
)
def test_buttons_lie_apart_and_beside_the_tiles(
    make_run, hidden, width, scale, features, place
):
    _, view, box = view_of(
        make_run, width, scale, place, hidden=hidden, features=features
    )
    half = BUTTON * scale / 2
    centres = np.array([centre for centre, *_ in view.buttons])
    for i, one in enumerate(centres):
        for other in centres[:i]:
            assert np.abs(one - other).max() > 2 * half
    for tile in (tile for column in view.centres for tile in column):
        assert (np.abs(centres - tile).max(1) > half + view.tile / 2).all()
    left, bottom, wide, high = box
    assert (centres - half >= (left + 1, bottom)).all()
    assert (centres + half <= (left + wide, bottom + high)).all()
    assert len({y for _, y in centres}) == 1


@pytest.mark.parametrize("hidden", SHAPES)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_only_a_press_on_a_button_is_one(make_run, hidden, scale):
    _, view, (left, bottom, wide, high) = view_of(make_run, 985, scale, hidden=hidden)
    half = BUTTON * scale / 2
    rng = np.random.default_rng(0)
    random = rng.uniform((left, bottom), (left + wide, bottom + high), (300, 2))
    near = [
        c + rng.uniform(-2, 2, 2) * half for c, *_ in view.buttons for _ in range(9)
    ]
    for point in [*random, *near]:
        on = [made for c, _, made in view.buttons if np.abs(point - c).max() <= half]
        assert view.edit(*point) == ({"hidden": on[0]} if on else {})
        assert not on or view.at(*point) is None or len(view.at(*point)) == 3


@pytest.mark.parametrize("hidden", [(2,) * 6, (1,) * 12, (3,) * 32])
def test_where_there_is_no_room_layers_can_still_be_taken_away(make_run, hidden):
    _, view, _ = view_of(make_run, NARROW, hidden=hidden)
    given = [view.edit(*place)["hidden"] for place, *_ in view.buttons]
    assert given == [hidden[:-1], (*hidden, hidden[-1])]


def test_other_views_have_no_buttons(make_run):
    run = make_run(seeds=1)
    picture = Picture([Boundary(), Curves(), Stages()], *run, height=420)
    for view in picture.views:
        for x, y in np.random.default_rng(0).uniform(0, 420, (100, 2)):
            assert view.edit(x, y) == {}
