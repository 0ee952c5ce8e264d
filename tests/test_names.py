"""A name stands for one thing: of files, of what is public, and of constants."""

import ast
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

import nnlab

HOME = Path(nnlab.__file__).parent
FILES = [path for path in HOME.rglob("*.py") if path.stem != "__init__"]
VAGUE = {"MOST", "LEAST", "ENOUGH", "WHILE", "FEW", "MANY", "SOME"}


def repeated(files: list[Path]) -> list[str]:
    """The stems of more than one file, but for those that each lesson has, and for a
    file that is named for its folder."""
    lessons = HOME / "lessons"
    own = [path for path in files if path.parent.parent != lessons]
    stems = Counter(path.stem for path in own if path.stem != path.parent.name)
    return sorted(stem for stem, count in stems.items() if count > 1)


def public() -> dict[str, list[object]]:
    """What each name stands for in the packages that offer it."""
    found: dict[str, list[object]] = {}
    for path in HOME.rglob("__init__.py"):
        name = ".".join(path.parent.relative_to(HOME.parent).parts)
        package = import_module(name)
        for one in getattr(package, "__all__", ()):
            found.setdefault(one, []).append(getattr(package, one))
    return found


def constants(path: Path) -> set[str]:
    """The names that a module assigns at its top."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign):
            names = (name for target in node.targets for name in ast.walk(target))
            found |= {name.id for name in names if isinstance(name, ast.Name)}
    return found


def test_no_name_is_offered_for_two_things():
    offered = public()
    assert len(offered) > 80
    assert [n for n, things in offered.items() if len({*map(id, things)}) > 1] == []


def test_no_two_files_have_one_name():
    assert repeated(FILES) == []


def test_two_files_of_one_name_are_found():
    planted = [*FILES, HOME / "views/plots/trainer.py"]
    assert repeated(planted) == ["trainer"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOME)))
def test_a_constant_says_what_it_is(path):
    assert not constants(path) & VAGUE
