"""The rule of `conftest.py`: in CI, only skips with a listed reason are green."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ("pytester",)

RULE = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
GREEN, RED = pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED

SKIPS = {
    "mark": "@pytest.mark.skip(reason='too slow')\ndef test_it(): pass",
    "call": "def test_it(): pytest.skip('too slow')",
    "module": "pytest.skip('too slow', allow_module_level=True)",
}
XFAIL = "@pytest.mark.xfail(reason='too slow')\ndef test_it(): assert False"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Return a function that runs a test file under the rule."""

    def run(test: str, ci: str | None, rule: str = RULE) -> pytest.RunResult:
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # faster
        monkeypatch.delenv("CI", raising=False)
        if ci is not None:
            monkeypatch.setenv("CI", ci)
        pytester.makeconftest(rule)
        pytester.makepyfile(f"import pytest\ndef test_other(): pass\n{test}")
        return pytester.runpytest_inprocess()

    return run


@pytest.mark.parametrize("kind", SKIPS)
def test_a_skip_is_red_in_ci_and_named(run, kind):
    result = run(SKIPS[kind], ci="true")
    assert result.ret == RED
    result.stdout.fnmatch_lines(["test_a_skip*.py*: too slow"])


@pytest.mark.parametrize("ci", [None, "", "false"])
def test_a_skip_is_green_elsewhere(run, ci):
    result = run(SKIPS["mark"], ci=ci)
    assert result.ret == GREEN
    result.stdout.no_fnmatch_line("*not in ALLOWED_SKIPS*")


def test_a_listed_reason_is_green_in_ci(run):
    empty = "ALLOWED_SKIPS: dict[str, str] = {}"
    assert empty in RULE
    listed = RULE.replace(empty, "ALLOWED_SKIPS = {'too slow': 'as an example'}")
    assert run(SKIPS["mark"], ci="true", rule=listed).ret == GREEN


def test_an_expected_failure_is_no_skip(run):
    assert run(XFAIL, ci="true").ret == GREEN


def test_what_needs_a_browser_comes_first(request: pytest.FixtureRequest):
    needs = [one.nodeid.startswith("tests/browser/") for one in request.session.items]
    assert needs == sorted(needs, reverse=True)
