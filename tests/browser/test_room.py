"""A Lab on pages of every width, zoomed, on the whole screen, and on a dark page."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.support.explorer import Explorer

WIDTHS = [480, 900, 1280, 1920]  # of the window


def resized(lab: Explorer, width: int, height: int = 900) -> None:
    """The window is so wide now, without the file browser, and the Lab has followed."""
    lab.page.set_viewport_size({"width": width, "height": height})
    fitting = "() => document.querySelector('.nnlab-frame').clientWidth"
    lab.page.wait_for_timeout(300)
    wide = min(max(int(lab.page.evaluate(fitting)), 320), 1900)
    lab.wait(f"lab.canvas.width == {wide}")
    lab.at_rest()


def boxes(lab: Explorer) -> list[tuple[float, float, float, float]]:
    """Where the views are: left, bottom, width, height, in pixels of the page."""
    return eval(lab.value("[tuple(map(float, box)) for box in lab.picture._boxes()]"))


def test_the_picture_has_the_width_of_the_page_and_words_their_size(explorer):
    explorer.notebook.command("application:toggle-left-area")
    for width in WIDTHS:
        fits(explorer, width)


def fits(explorer: Explorer, width: int) -> None:
    """Check that on a window of this width nothing is narrow, small or sticks out."""
    resized(explorer, width)
    canvas = explorer.canvas.bounding_box()
    frame = explorer.output.locator(".nnlab-frame").bounding_box()
    assert canvas["width"] == pytest.approx(frame["width"], abs=1.5)
    drawn = explorer.canvas.evaluate("c => c.width")
    assert drawn == pytest.approx(canvas["width"], abs=1)  # a pixel is one of the page
    lab = explorer.output.locator(".nnlab-lab").evaluate(
        "lab => [lab.scrollWidth, lab.clientWidth]"
    )
    assert lab[0] <= lab[1]  # nothing sticks out
    places = boxes(explorer)
    rows = 3 if canvas["width"] < 650 else 1 if canvas["width"] > 720 else 2
    assert len({round(bottom) for _, bottom, _, _ in places}) == rows
    if width == 1920:
        assert canvas["width"] > 1500 and places[0][3] > 400
    small = explorer.output.evaluate(
        """lab => [...lab.querySelectorAll('.nnlab-lab *')].filter(one =>
            one.checkVisibility() && [...one.childNodes].some(child =>
            child.nodeType === 3 && child.textContent.trim()))
            .map(one => parseFloat(getComputedStyle(one).fontSize))"""
    )
    assert min(small) >= 11


def test_zoom_enlarges(explorer):
    """To zoom by a half is a page of two thirds the width, and more pixels for each."""
    resized(explorer, 1280)
    box = explorer.canvas.bounding_box()
    area = box["width"] * box["height"]
    client = explorer.page.context.new_cdp_session(explorer.page)
    client.send(
        "Emulation.setDeviceMetricsOverride",
        {"width": 853, "height": 600, "deviceScaleFactor": 1.5, "mobile": False},
    )
    explorer.wait("lab.screen._scale == 1.5 and lab.canvas.width < 650")
    explorer.at_rest()
    box = explorer.canvas.bounding_box()
    assert box["width"] * box["height"] * 1.5**2 > 1.5 * area  # on the screen
    drawn = explorer.canvas.evaluate("c => c.width")
    assert drawn == pytest.approx(1.5 * box["width"], abs=2)


def test_on_the_whole_screen_it_fills_it_and_comes_back(explorer):
    resized(explorer, 1280, 1000)
    before = explorer.canvas.bounding_box()
    explorer.press("The whole screen")
    explorer.page.wait_for_function("() => document.fullscreenElement !== null")
    explorer.wait(f"lab.canvas.width > {before['width']} + 200")
    explorer.at_rest()
    lab = explorer.page.locator(".nnlab-lab").bounding_box()
    box = explorer.canvas.bounding_box()
    assert box["height"] > before["height"] + 100
    assert box["y"] + box["height"] < lab["height"] == 1000
    explorer.press("The whole screen")
    explorer.wait(f"lab.canvas.width == {round(before['width'])}")
    explorer.at_rest()
    assert explorer.canvas.bounding_box()["height"] == before["height"]


def test_settings_and_what_is_clicked_move_no_picture(open_lab):
    lab = open_lab(
        views=["Neurons", "Boundary", "WeightedSum"], hidden=(3, 2), controls=None
    )
    before = lab.canvas.bounding_box()
    lab.press("All settings")
    lab.output.get_by_label("clip norm", exact=True).wait_for()
    assert lab.canvas.bounding_box() == before
    heights = set()
    for column, unit in ((1, 0), (2, 0), (2, 1), (3, 0)):
        place = f"[float(v) for v in lab.picture.views[0].centres[{column}][{unit}]]"
        x, y = eval(lab.value(place))
        lab.page.mouse.click(before["x"] + x, before["y"] + before["height"] - y)
        lab.wait(
            f"lab.selection.pinned is not None and lab.selection.pinned[1] == {unit}"
        )
        lab.at_rest()
        assert lab.canvas.bounding_box() == before
        heights.add(lab.output.locator(".nnlab-hand").bounding_box()["y"])
    assert len(heights) == 1


def dark(lab: Explorer) -> None:
    lab.notebook.command("apputils:change-theme", theme="JupyterLab Dark")
    lab.page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")


def lightness(image: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(image)).convert("L"))


CHART = """import numpy as np
from nnlab.views.plots.chart import Chart
Chart({"a": np.ones((2, 3))}, ["x", "y"], "along", "measured")"""
ASK = """from nnlab.lessons import Predict
Predict("How many?", pick=[1, 2], answer=2)"""
CARD = "from nnlab.lessons import forward\nforward.layer"
FEEDBACK = "forward.layer.check(2)"


def test_on_a_dark_page_all_of_ours_is_dark_and_can_be_read(lab_page):
    notebook = lab_page(
        ["from nnlab import Lab\nLab(hidden=(3,))", CHART, ASK, CARD, FEEDBACK]
    )
    notebook.run_all()
    notebook.page.locator("canvas[data-frame]").wait_for()
    page = notebook.page
    page.set_viewport_size({"width": 1280, "height": 2400})  # all of it in sight
    seen = {}
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.command("apputils:change-theme", theme=theme)
        page.wait_for_timeout(600)
        for index in range(5):
            area = notebook.cell(index).locator(".jp-OutputArea-output").first
            seen[theme, index] = lightness(area.screenshot())
    for index in range(5):
        light, dim = (
            seen[theme, index] for theme in ("JupyterLab Light", "JupyterLab Dark")
        )
        assert np.median(light) > 200, index
        assert np.median(dim) < 70, index
        assert (dim > 100).sum() > 0.002 * dim.size, index  # and there are words on it


def test_on_a_small_whole_screen_nothing_is_squeezed_or_out_of_reach(explorer):
    width, height = 853, 600
    resized(explorer, width, height)
    explorer.press("All settings")
    explorer.output.get_by_label("clip norm", exact=True).wait_for()
    rows = ".nnlab-lab .nnlab-row, .nnlab-lab .nnlab-film, .nnlab-lab .nnlab-slider"
    sizes = f"() => [...document.querySelectorAll('{rows}')].map(r => r.clientHeight)"
    explorer.press("The whole screen")
    explorer.page.wait_for_function("() => document.fullscreenElement !== null")
    explorer.at_rest()
    shown = [high for high in explorer.page.evaluate(sizes) if high]
    assert min(shown) >= 20
    lab = explorer.page.locator(".nnlab-lab")
    tall, seen = lab.evaluate("l => [l.scrollHeight, l.clientHeight]")
    assert tall > seen == height  # it scrolls
    for name in ("Play", "The whole screen"):
        explorer.output.get_by_role("button", name=name).scroll_into_view_if_needed()
        explorer.output.get_by_role("button", name=name).click(trial=True)
    assert explorer.canvas.bounding_box()["height"] >= 370


def test_settings_have_room_for_their_numbers(explorer):
    resized(explorer, 1280)
    explorer.press("All settings")
    explorer.output.get_by_label("clip norm", exact=True).wait_for()
    outside = explorer.output.evaluate(
        """lab => [...lab.querySelectorAll('.nnlab-table .nnlab-number')].filter(one =>
            one.getBoundingClientRect().right >
            one.closest('.nnlab-table').getBoundingClientRect().right + 1).length"""
    )
    assert outside == 0
