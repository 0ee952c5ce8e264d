"""A picture has room for its words and its views on a page of any width."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.lab.renderer import NARROW, SHARPEST, WIDE
from nnlab.views import Boundary, Curves, Neurons, Stages
from nnlab.views.drawing.text_layer import length
from nnlab.views.figure import CROWDED, EDGE, GAP, STACKED, Picture, rows, wrapped
from tests.views.conftest import run_of

steady = settings(max_examples=60, deadline=None, derandomize=True, database=None)
shares = st.lists(st.sampled_from([0.85, 1.0, 1.15, 1.4]), max_size=9)


@steady
@given(shares, st.integers(NARROW, WIDE))
def test_rows_hold_every_view_once_and_none_is_crowded(views, width):
    found = rows(views, width)
    assert sum(found) == len(views) and all(count > 0 for count in found)
    if width < STACKED:
        assert found == [1] * len(views)
        return
    begin = 0
    for count in found:
        total = sum(views[begin : begin + count])
        assert count == 1 or total * CROWDED <= 1.45 * width
        begin += count
    if sum(views) * CROWDED <= width:
        assert len(found) <= 1


@steady
@given(
    st.lists(st.text("abcde ", min_size=1, max_size=12), max_size=12).map(" · ".join),
    st.integers(200, 600),
)
def test_words_are_wrapped_and_none_is_lost(text, width):
    lines = wrapped(text, 12.5, width)
    said = [word for line in lines for word in line.split() if word != "·"]
    assert said == [word for word in text.split() if word != "·"]
    assert all(length(line, 12.5) <= width for line in lines if " " in line)


@pytest.mark.parametrize("scale", [1.0, 1.5, SHARPEST])
@pytest.mark.parametrize("width", [NARROW, 467, 640])
def test_no_word_above_or_below_a_narrow_picture_is_cut(width, scale):
    run = run_of(30, data="spiral", hidden=(8, 8))
    picture = Picture([Neurons(), Boundary(), Curves()], *run, width=width, scale=scale)
    for (left, bottom), tile in picture._status.tiles:
        assert left + tile.shape[1] <= width * scale
        assert 0 <= bottom and bottom + tile.shape[0] <= picture.height * scale


@pytest.mark.parametrize("width", [NARROW, 640, 880, 1400])
def test_views_lie_within_the_picture_and_not_on_each_other(width):
    views = [Neurons(), Boundary(), Curves(), Stages(), Curves(), Boundary()]
    picture = Picture(views, *run_of(), width=width, height=420)
    boxes = [*picture._boxes()]
    for left, bottom, wide, high in boxes:
        assert left >= 0 and left + wide <= width + 1e-6
        assert bottom >= 0 and bottom + high <= picture.height
    for i, (left, bottom, wide, high) in enumerate(boxes):
        for x, y, w, h in boxes[:i]:
            aside = left + wide <= x + 1e-6 or x + w <= left + 1e-6
            assert aside or bottom + high <= y or y + h <= bottom
    if width < STACKED:
        assert all(wide == width - 2 * EDGE for _, _, wide, high in boxes if high > 100)


@pytest.mark.parametrize("views", [1, 3, 5])
def test_it_is_as_high_as_a_screen_has_room(views):
    run = run_of()
    picture = Picture([Curves()] * views, *run, width=1000, height=380)
    picture.fill(900, *run)
    assert 900 - GAP - views <= picture.height <= 900
    before = picture.height
    picture.fill(300, *run)
    assert picture.height == before
