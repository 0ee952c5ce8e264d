"""Colours say what a number is: low orange, high blue, and letters can be read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from numpy.testing import assert_array_equal

from nnlab.views.drawing import colours
from nnlab.views.drawing.colours import diverging, inked

steady = settings(deadline=None, derandomize=True, database=None)
nan, inf = float("nan"), float("inf")


def luminance(colour) -> float:
    """How light a colour is to the eye, 0 to 1 (WCAG 2)."""
    c = np.array(to_rgb(colour))
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def contrast(one, other) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "value, like",
    [(0.5, nan), (0.0, -1.0), (1.0, 2.0), (0.0, -inf), (1.0, inf)],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_has_no_colour_of_its_own_takes_the_nearest(value, like, dtype):
    one, other = diverging(np.array([value, like], dtype))
    assert_array_equal(one, other)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_without_end_are_no_cause_for_a_warning(dtype):
    big = np.finfo(dtype).max
    low, high = diverging(np.array([-big, big], dtype))
    assert_array_equal([low, high], diverging(np.array([0.0, 1.0])))


def test_low_is_orange_middle_is_white_high_is_blue():
    low, middle, high = diverging(np.array([0, 0.5, 1])).astype(int)
    assert low[0] > low[1] > low[2] and high[2] > high[1] > high[0]
    assert middle[:3].min() >= 254


def test_colours_run_from_orange_over_white_to_blue():
    red, green, blue = diverging(np.linspace(0, 1, 999))[:, :3].T.astype(int)
    assert (np.diff(blue[:500]) >= 0).all() and (np.diff(red[500:]) <= 0).all()
    assert (np.diff(green[:500]) >= 0).all() and (np.diff(green[500:]) <= 0).all()


@steady
@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_every_colour_is_opaque_and_has_its_place(values):
    values = np.array(values).reshape(-1, 1)
    for picture in (diverging(values), inked(values)):
        assert picture.shape == (*values.shape, 4) and picture.dtype == np.uint8
        assert (picture[..., 3] == 255).all()


def test_ink_is_dark_on_white_paper():
    paper, ink, less, more = inked(np.array([0.0, 1.0, -1.0, 2.0]))[:, :3] / 255
    assert_array_equal([paper, ink], [less, more])
    assert_array_equal(paper, 1.0)
    assert_array_equal(ink, to_rgb(colours.INK))


@pytest.mark.parametrize("name", ["INK", "GREY", "BLUE", "WRONG"])
def test_letters_can_be_read_on_white(name):
    assert contrast(vars(colours)[name], "white") >= 4.4


def test_classes_differ_in_lightness_too():
    orange, blue = colours.CLASSES
    assert contrast(orange, blue) >= 1.5
