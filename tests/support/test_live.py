"""What the bench of a live Lab promises; the measuring itself is no test."""

import sys

import pytest

from nnlab import views
from nnlab.bench.report import Row
from tests.support import frames, live
from tests.support.live import ROWS, main
from tests.support.scene import cells
from tests.support.server import Missing, running_lab

PROMISED = {
    "frames drawn": "≥ 24",
    "frames painted": "≥ 24",
    "frames under way, at most": "≤ 2",
    "learning rate → frame, median": "≤ 50",
    "learning rate → frame, p95": "≤ 80",
    "learning rate: interact, times as long": "≥ 2.5",
    "noise → pixel, median": "≤ 50",
    "noise → pixel, p95": "≤ 80",
    "noise: interact, times as long": "≥ 2.5",
    "Pause → last frame, p95": "≤ 200",
    "Pause → last frame, slow browser": "≤ 300",
    "another cell answers": "≤ 0.5",
    "training kept": "≥ 50",
    **{f"{name}, a frame": "≤ 10" for name in views.__all__ if name != "View"},
}


def test_no_target_is_lowered():
    targets = {name: target for name, (_, target) in ROWS.items() if target}
    assert targets == PROMISED
    assert not any(Row(name, float("nan"), *ROWS[name]).met for name in targets)


def test_a_rate_is_taken_between_the_first_and_the_last():
    assert live.rate([0.0, 40.0, 80.0, 120.0]) == 25


def test_a_spread_has_the_names_of_its_rows():
    times = [float(ms) for ms in range(1, 102)]
    for name in ("learning rate → frame", "noise → pixel"):
        found = live.spread(name, times)
        assert found == {f"{name}, median": 51, f"{name}, p95": 96}
        assert found.keys() <= ROWS.keys()


def test_every_view_has_its_frames_timed(monkeypatch):
    monkeypatch.setattr(frames, "APART", 0)
    monkeypatch.setattr(frames, "WARM", 1)
    found = frames.costs(2)
    assert found.keys() == frames.ROWS.keys()
    known = [ms for ms in found.values() if ms == ms]
    assert min(known) > 0.01 and len(known) > len(found) / 2


@pytest.mark.parametrize(
    "name, what", [("Saturaton", "Saturation"), ("Filters", "images")]
)
def test_views_that_cannot_play_are_said_in_one_sentence(capsys, name, what):
    assert main(views=["Curves", name]) == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert sentence.startswith("views") and what in sentence


def test_the_lab_that_plays_has_the_views_that_are_asked_for():
    lab, noisy, *_ = cells(["Saturation", "HiddenSpace"])
    assert "views=[views.Saturation(), views.HiddenSpace()]" in lab
    assert "HiddenSpace" not in noisy
    assert "views=" not in cells()[0]


def test_a_missing_browser_is_said_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    assert main() == 1
    said = "Playwright is missing; run: pip install playwright\n"
    assert capsys.readouterr().err == said


def test_a_missing_jupyterlab_is_said_in_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    with pytest.raises(Missing, match="JupyterLab is missing; run: pip install"):
        running_lab(tmp_path).__enter__()
