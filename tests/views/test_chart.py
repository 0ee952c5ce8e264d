"""A chart shows every seed, and says nothing that changes from run to run."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PIL import Image

from nnlab import InputError
from nnlab.stills import image_metadata
from nnlab.views.drawing.bands import over_seeds
from nnlab.views.drawing.number_format import format_number
from nnlab.views.plots.chart import (
    BELOW,
    HEIGHT,
    NAMED,
    ROOM,
    ROW,
    WIDEST,
    WIDTH,
    Chart,
    side_by_side,
)

RNG = np.random.default_rng(0)
VALUES = {name: RNG.uniform(0.2, 0.9, (4, 6)) for name in ("one", "other", "third")}
PLACES = (1, 2, 4, 8)


def lines(chart: Chart) -> list:
    [axes] = chart.figure().axes
    return axes.get_lines()


def test_every_seed_is_a_dot_at_its_height_and_each_line_a_median():
    drawn = iter(lines(Chart(VALUES, PLACES, "size", "share")))
    for values in VALUES.values():
        dots, middle = next(drawn), next(drawn)
        assert_allclose(np.reshape(dots.get_ydata(), values.shape), values)
        assert_allclose(middle.get_ydata(), over_seeds(values)[1])
        x = np.reshape(dots.get_xdata(), values.shape)
        assert (np.rint(x) == np.arange(4)[:, None]).all()


@pytest.mark.parametrize("log", [False, True])
def test_what_never_arrived_lies_at_the_top_and_is_counted(log):
    values = {name: 10 * array for name, array in VALUES.items()}
    values["other"][2, :3] = np.inf
    chart = Chart(values, PLACES, "size", "epochs", never="lost", log=log)
    [axes] = chart.figure().axes
    highest = max(np.max(v[np.isfinite(v)]) for v in values.values())
    top = highest * (ROOM**3 if log else ROOM)
    words = {text.get_text(): text for text in axes.texts}
    assert {"lost", "3"} < words.keys()
    assert_allclose(words["lost"].get_position()[1], top)
    heights = np.concatenate([line.get_ydata() for line in axes.get_lines()])
    assert np.isfinite(heights).all() and np.isclose(heights, top).sum() >= 3
    assert axes.get_yscale() == ("log" if log else "linear")


def test_it_is_a_picture_and_a_line_that_holds_on_any_machine():
    chart, again = (Chart(VALUES, PLACES, "size", "share") for _ in "12")
    shown, words = chart._repr_mimebundle_()
    assert words == image_metadata(chart.describe())
    assert words["image/png"] == {"alt": chart.describe()}
    assert shown["text/plain"] == "Chart(share by size: one, other, third)"
    assert (shown, words) == again._repr_mimebundle_()
    file = b64decode(shown["image/png"])
    assert len(file) < 20_000
    with Image.open(BytesIO(file)) as picture:
        assert picture.size == (WIDTH, HEIGHT + NAMED - BELOW + 3 * ROW)


def test_the_medians_stand_below_in_numbers():
    values = {**VALUES, "late": np.full((4, 5), np.inf)}
    values["late"][0] = [1, 2, 3, np.inf, np.inf]
    chart = Chart(values, PLACES, "size", "share")
    [axes] = chart.figure().axes
    said = [text.get_text() for text in axes.texts]
    for name, array in values.items():
        middle = np.median(array, axis=1)
        numbers = [format_number(m) if np.isfinite(m) else "—" for m in middle]
        assert "\n".join([*numbers, name]) in "\n".join(said)
        assert f"{name}: {numbers[0]} at 1, " in chart.describe()
    assert "\n3\n—\n—\n—\nlate" in "\n".join(said)


@pytest.mark.parametrize("wrong", [np.zeros(4), np.zeros((3, 6)), 0.5])
def test_values_of_another_shape_are_refused(wrong):
    with pytest.raises(InputError, match=r"values\['one'\] is .* give an array"):
        Chart({"one": wrong}, PLACES, "size", "share")


def test_equal_values_lie_side_by_side_and_others_where_they_are():
    values = np.array([[1, 1, 2, 1, np.inf], [3, 4, 5, 6, 7]])
    found = side_by_side(values)
    assert len({*found[0, [0, 1, 3]]}) == 3 and abs(found[0].sum()) < 1e-12
    assert found[0, 2] == found[0, 4] == 0 and (found[1] == 0).all()
    many = side_by_side(np.zeros((1, 500)))
    assert np.ptp(many) <= WIDEST and len({*many[0]}) == 500


def test_a_note_stands_above_and_a_seed_is_one_line_where_places_have_no_order():
    two = {"one": VALUES["one"][:2]}
    chart = Chart(two, PLACES[:2], "", "share", joined=False, note="Twice as good.")
    [axes] = chart.figure().axes
    assert axes.get_title(loc="left") == chart.note and chart.note in chart.describe()
    joined = [tuple(line.get_ydata()) for line in axes.get_lines()]
    assert {*map(tuple, two["one"].T)} <= {*joined}
    assert not axes.collections  # no band
