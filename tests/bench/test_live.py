"""What `nnlab bench live` promises; the measuring itself is no test."""

import sys

import pytest

from nnlab.bench import live
from nnlab.bench.live import ROWS, main
from nnlab.bench.server import Missing, running_lab
from nnlab.bench.table import Row

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


def test_a_missing_browser_is_said_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    assert main() == 1
    said = "Playwright is missing; run: pip install playwright\n"
    assert capsys.readouterr().err == said


def test_a_missing_jupyterlab_is_said_in_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    with pytest.raises(Missing, match="JupyterLab is missing; run: pip install"):
        running_lab(tmp_path).__enter__()
