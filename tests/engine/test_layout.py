"""A layout says where each array lies: once, without gaps, and as views."""

from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.engine.layout import Layout

from .arrays import assert_array_equal, here, host, space

shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)
stacks = st.lists(st.dictionaries(st.sampled_from("Wbγβ"), shapes), max_size=5)
leads = st.sampled_from([(), (1,), (3,)])
steady = settings(deadline=None, derandomize=True, database=None, max_examples=60)


@pytest.mark.once
@steady
@given(stacks)
def test_the_arrays_lie_end_to_end_in_order(stack):
    layout = Layout(stack)
    places = list(layout.places.values())
    assert [place.shape for place in places] == [s for d in stack for s in d.values()]
    assert [place.stop - place.start for place in places] == [
        prod(place.shape) for place in places
    ]
    ends = [0, *(place.stop for place in places)]
    assert ends == [*(place.start for place in places), layout.size]


@steady
@given(stack=stacks, lead=leads)
def test_writing_to_the_views_writes_every_number_of_the_vector(stack, lead):
    xp, layout = space(), Layout(stack)
    vector = here(np.zeros((*lead, layout.size)))
    for named, views in zip(stack, layout.views(xp, vector), strict=True):
        assert list(views) == list(named)
        for name, view in views.items():
            assert view.shape == (*lead, *named[name])
            view[...] = view + 1.0
    assert xp.all(vector == 1.0)


@steady
@given(stack=stacks, lead=leads)
def test_a_view_holds_its_stretch_in_c_order(stack, lead):
    layout = Layout(stack)
    vector = np.arange(float(prod(lead) * layout.size)).reshape(*lead, layout.size)
    views = layout.views(space(), here(vector))
    flat = [host(a).reshape(*lead, -1) for named in views for a in named.values()]
    assert_array_equal(np.concatenate([vector[..., :0], *flat], -1), vector)


@st.composite
def relatives(draw):
    """Two stacks with arrays of the same names and numbers of axes, in part."""
    axes = st.dictionaries(st.sampled_from("Wbγβ"), st.integers(1, 3))
    named = draw(st.lists(axes, min_size=1, max_size=3))
    stacks = []
    for _ in range(2):
        depth = draw(st.integers(1, len(named)))
        stacks.append(
            [
                {
                    n: tuple(draw(st.integers(1, 4)) for _ in range(k))
                    for n, k in d.items()
                }
                for d in named[:depth]
            ]
        )
    return stacks


@steady
@given(stacks=relatives(), lead=leads)
def test_a_layout_inherits_the_numbers_that_both_have_and_no_others(stacks, lead):
    xp, (mine, theirs) = space(), map(Layout, stacks)
    vector = here(np.zeros((*lead, mine.size)))
    kept = 1.0 + np.arange(prod(lead) * theirs.size).reshape(*lead, theirs.size)
    old = here(kept)
    mine.inherit(xp, vector, theirs, old)
    assert_array_equal(old, kept)
    for name, place in mine.places.items():
        now, other = place.view(xp, vector), theirs.places.get(name)
        expected = np.zeros(now.shape)
        if other:
            there = host(other.view(xp, old))
            both = tuple(slice(min(n)) for n in zip(now.shape, there.shape))
            expected[both] = there[both]
        assert_array_equal(now, expected)
