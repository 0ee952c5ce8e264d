"""The engine's types hold, as strictly as they can be checked."""

from pathlib import Path

import pytest

import nnlab

HOME = Path(nnlab.__file__).parent
STRICT = [HOME / name for name in ("backend", "engine", "training")]
api = pytest.importorskip("mypy.api", reason="mypy is missing; pip install mypy")


def check(*arguments: str, cache: Path) -> tuple[str, int]:
    out, err, status = api.run(["--strict", f"--cache-dir={cache}", *arguments])
    return out + err, status


def test_the_engine_is_strictly_typed(tmp_path):
    said, status = check(*map(str, STRICT), cache=tmp_path)
    assert status == 0, said


def test_a_wrong_type_is_found(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from nnlab.engine import Linear\nlayer = Linear(units='3')\n")
    said, status = check(str(wrong), cache=tmp_path)
    assert status == 1 and 'has incompatible type "str"; expected "int"' in said
