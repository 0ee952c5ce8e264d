"""What `.ci/kernels` runs as other processors would round: all that it could decide."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = (ROOT / ".ci/kernels").read_text("utf-8")
UNAFFECTED = re.search(r"^unaffected=\(\n(.*?)^\)", SCRIPT, re.M | re.S)[1].split()
BROWSER = "tests/browser"  # where what other tests compute is looked at
COMPUTES = re.compile(
    r"nnlab\.(backend|data|diagnostics|engine|experiment|grading|lab|lessons|session"
    r"|training|views)\.\w"
    r"|nnlab\.(Experiment|Lab|sweep)\b|numpy\.testing\b"
)


def imported(file: Path) -> Iterator[str]:
    """The names that a file imports, in full."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def computing(path: Path) -> set[str]:
    """The test files there that train something, or compare numbers."""
    files = path.rglob("test_*.py") if path.is_dir() else [path]
    return {file.name for file in files if any(map(COMPUTES.match, imported(file)))}


@pytest.mark.parametrize("path", UNAFFECTED)
def test_what_is_left_out_is_there_and_computes_nothing(path):
    assert (ROOT / path).exists()
    assert path == BROWSER or not computing(ROOT / path)


@pytest.mark.parametrize("folder", ["engine", "experiment", "diagnostics", "views"])
def test_what_computes_is_found(folder):
    """The law above would hold of a search that finds nothing."""
    assert computing(ROOT / "tests" / folder)


def test_every_kernel_is_named_once():
    names = re.findall(r"\b([A-Z]\w+):\w+:\S+", SCRIPT)
    assert len({*names}) == len(names) == 5
