"""How all tests are run: by several processes, and none of them skipped unseen.

In CI a skipped test is a failure, unless its reason is on a written list. A test that
quietly stops running looks exactly like one that passes.
"""

from __future__ import annotations

import os

import pytest
from xdist.scheduler import LoadFileScheduling

BROWSER = "tests/browser/"

# reason, word for word -> why CI may live without the test
ALLOWED_SKIPS: dict[str, str] = {}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFile:
    """With `pytest -n auto` each file is one process's."""
    config.option.loadscopereorder = False  # what needs a browser stays the first
    return LoadFile(config, log)


class LoadFile(LoadFileScheduling):
    """All of the browser's tests are one process's: two would keep a machine busy."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a browser comes first: one process has it, and takes the longest."""
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSER))


def in_ci() -> bool:
    """Tell whether this is a CI run, by the variable that CI services set."""
    return os.environ.get("CI", "").lower() not in ("", "false")


def unlisted_skips(config: pytest.Config) -> list[str]:
    """Return a line for every test, or whole module, skipped without permission."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not in_ci():
        return []
    skips = [(skip.nodeid, reason(skip)) for skip in reporter.getreports("skipped")]
    return [f"{test}: {why}" for test, why in skips if why not in ALLOWED_SKIPS]


def reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a test was skipped, as its author wrote it."""
    _path, _line, message = report.longrepr
    return message.removeprefix("Skipped: ")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a session red that is green only because tests were skipped."""
    green = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if session.exitstatus in green and unlisted_skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name the tests that turned the session red."""
    lines = unlisted_skips(config)
    if lines:
        terminalreporter.section("skipped in CI, and not in ALLOWED_SKIPS", red=True)
    for line in lines:
        terminalreporter.line(line)
