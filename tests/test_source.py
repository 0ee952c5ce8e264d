"""The source is formatted and linted as the project says, in one version everywhere."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import nnlab

ROOT = Path(__file__).parents[1]
HOME = Path(nnlab.__file__).parent
PINNED = (ROOT / "constraints.txt").read_text("utf-8")
pytest.importorskip("ruff", reason="ruff is missing; pip install ruff")


def ruff(*arguments: str, **options: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "ruff", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, **options)


@pytest.mark.parametrize("asked", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_finds_nothing(asked):
    found = ruff(*asked, "--no-cache", ".")
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    "asked, text",
    [(["check"], "import os\n"), (["format", "--check"], "x = ( 1 )\n")],
    ids=["check", "format"],
)
def test_ruff_finds_what_is_planted(asked, text):
    planted = ["--no-cache", "--stdin-filename", "nnlab/planted.py", "-"]
    assert ruff(*asked, *planted, input=text).returncode == 1


def test_the_citation_is_of_this_version():
    said = (ROOT / "CITATION.cff").read_text("utf-8")
    assert re.search(r"^version: (.+)$", said, re.M)[1] == nnlab.__version__


def test_addresses_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    source = project["urls"]["Source"]
    said = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"repository-code: {source}\n" in said
    assert all(url.startswith(source) for url in project["urls"].values())


def foreign(tree: ast.Module) -> Iterator[str]:
    """Private members that are used of another object than the one whose they are."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or not node.attr.startswith("_"):
            continue
        owner = ast.unparse(node.value)
        own = owner in ("self", "cls") or owner.startswith(("super(", "cls.__new__("))
        if not own and not node.attr.endswith("_"):  # which Python and IPython call
            yield ast.unparse(node)


def test_nobody_touches_a_private_member_of_another_object():
    touched = [
        f"{path.name}: {name}"
        for path in sorted(HOME.rglob("*.py"))
        for name in foreign(ast.parse(path.read_text()))
    ]
    assert touched == []


@pytest.mark.parametrize(
    "line, found",
    [
        ("lab._start()", ["lab._start"]),
        ("self.lab._start()", ["self.lab._start"]),
        ("self._start(), cls._make(), super()._start()", []),
        ("card._repr_html_(), thing.__name__", []),
    ],
)
def test_a_private_member_of_another_object_is_found(line, found):
    assert [*foreign(ast.parse(line))] == found
