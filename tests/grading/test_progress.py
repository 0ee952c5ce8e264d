"""What was done outlives the kernel in a notebook, and leaves no file elsewhere."""

import json
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from nnlab.grading import progress
from nnlab.grading.progress import (
    FORMAT,
    KINDS,
    Progress,
    elsewhere,
    everything,
    keep,
    kept,
)

NOTHING = {kind: {} for kind in KINDS}
HERE = progress._here.__wrapped__
TEXTS = st.text(max_size=8)
PLAIN = st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner),
    max_leaves=6,
)
DONE = st.lists(st.tuples(st.sampled_from(KINDS), TEXTS, VALUES), max_size=8)
OURS = st.fixed_dictionaries(
    {
        "format": st.just(FORMAT),
        **{kind: st.dictionaries(TEXTS, VALUES) | VALUES for kind in KINDS},
    }
)
STRANGE = (  # most of it is JSON
    st.binary(max_size=40)
    | VALUES.map(lambda value: json.dumps(value).encode())
    | OURS.map(lambda value: json.dumps(value).encode())
    | st.builds(
        lambda value, format: json.dumps({**value, "format": format}).encode(),
        OURS,
        PLAIN | st.none(),
    )
    | st.sampled_from([b"", b"[" * 100_000, b"\xff\xfe{}", b"9" * 5000, b"1e999"])
)


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Start a kernel, for a notebook of this folder unless there is none."""
    monkeypatch.chdir(tmp_path)

    def start(notebook: str = "01_data.ipynb") -> None:
        monkeypatch.setenv("JPY_SESSION_NAME", notebook and str(tmp_path / notebook))
        monkeypatch.setattr(progress, "_here", cache(HERE))

    start()
    return start


def test_what_was_done_outlives_the_kernel(kernel):
    keep("guesses", "How many?", {"said": 3})
    keep("guesses", "Which?", {"said": 1})
    keep("exercises", "data.standardize", {"solved": True})
    kernel()
    assert everything("guesses") == {"How many?": {"said": 3}, "Which?": {"said": 1}}
    assert kept("exercises", "data.standardize") == {"solved": True}
    assert everything("tasks") == {} and kept("tasks", "How many?") is None


def test_each_notebook_has_its_own(kernel):
    keep("tasks", "split", True)
    kernel("02_forward_pass.ipynb")
    assert everything("tasks") == {}
    assert elsewhere("01_data")["tasks"] == {"split": True}
    assert elsewhere("03_losses") == NOTHING


@pytest.mark.parametrize("notebook", ["", "Console 1", ".ipynb", "train.py"])
def test_where_there_is_no_notebook_nothing_is_written_or_read(
    kernel, tmp_path, notebook
):
    keep("tasks", "split", True)
    written = sorted(tmp_path.rglob("*"))
    kernel(notebook)
    assert elsewhere("01_data") == NOTHING and everything("tasks") == {}
    keep("tasks", "split", 2)
    assert kept("tasks", "split") == 2
    assert sorted(tmp_path.rglob("*")) == written


def test_what_was_only_asked_for_is_not_written(kernel, tmp_path):
    assert everything("tasks") == {} and kept("tasks", "split") is None
    assert [*tmp_path.iterdir()] == []


def test_a_change_of_folder_does_not_lose_it(kernel, tmp_path, monkeypatch):
    keep("tasks", "split", 1)
    (tmp_path / "deeper").mkdir()
    monkeypatch.chdir(tmp_path / "deeper")
    keep("tasks", "split", 2)
    assert os.listdir() == []


@pytest.mark.parametrize("value", [{1, 2}, object(), {"said": print}])
def test_only_json_is_kept(kernel, value):
    keep("tasks", "split", 1)
    with pytest.raises(TypeError):
        keep("tasks", "split", value)
    assert kept("tasks", "split") == 1


def test_what_is_returned_can_be_changed_without_harm(kernel):
    value = {"said": [1]}
    keep("guesses", "a", value)
    value["said"].append(2)
    everything("guesses").clear()
    assert kept("guesses", "a") == {"said": [1]}


@pytest.mark.parametrize("obstacle", ["a file", "no folder", "a read-only folder"])
def test_where_nothing_can_be_written_it_is_kept_in_memory(
    kernel, tmp_path, monkeypatch, obstacle
):
    if obstacle == "a file":
        (tmp_path / progress.FOLDER).touch()
    if obstacle == "no folder":
        monkeypatch.setattr(progress, "FOLDER", tmp_path / "none" / "there")
    if obstacle == "a read-only folder":  # which root could write

        def refused(*_):
            raise PermissionError

        monkeypatch.setattr(progress, "write_whole", refused)
    keep("tasks", "split", True)
    assert kept("tasks", "split") is True


@given(done=DONE)
def test_a_new_kernel_finds_what_the_last_one_kept(done):
    with TemporaryDirectory() as folder:
        file = Path(folder) / "kept" / "01_data.json"
        first, expected = Progress(file), {kind: {} for kind in KINDS}
        for kind, key, value in done:
            first.keep(kind, key, value)
            expected[kind][key] = value
        assert first.values == Progress(file).values == expected
        for kind, key, _ in done:
            first.keep(kind, key, None)
        assert Progress(file).values == NOTHING


@given(content=STRANGE)
def test_a_file_that_is_not_ours_is_set_aside_and_breaks_nothing(content):
    with TemporaryDirectory() as folder:
        file = Path(folder) / "01_data.json"
        file.write_bytes(content)
        found = Progress(file)
        before = found.values
        found.keep("tasks", "split", 1)
        after = Progress(file).values
        assert after == {**before, "tasks": {**before["tasks"], "split": 1}}
        others = [path for path in file.parent.iterdir() if path != file]
        event(f"{_parses(content)} JSON, {len(others)} aside")
        if before == NOTHING and others:
            assert [path.read_bytes() for path in others] == [content]
        else:
            assert others == [] and json.loads(content)["format"] == FORMAT


def test_most_strange_files_get_past_the_parser():
    parsed = []

    @given(content=STRANGE)
    def look(content):
        parsed.append(_parses(content))

    look()
    assert sum(parsed) >= len(parsed) / 2


def _parses(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


@pytest.mark.parametrize("kind", ["folder", "link to nowhere", "pipe"])
def test_what_is_no_file_is_set_aside(tmp_path, kind):
    file = tmp_path / "01_data.json"
    if kind == "folder":
        file.mkdir()
    if kind == "link to nowhere":
        file.symlink_to(tmp_path / "nowhere")
    if kind == "pipe":
        os.mkfifo(file)
    Progress(file).keep("tasks", "split", 1)
    assert Progress(file).values["tasks"] == {"split": 1}
    assert len([*tmp_path.iterdir()]) == 2


def test_a_write_cut_short_leaves_what_there_was(tmp_path, monkeypatch):
    file = tmp_path / "01_data.json"
    Progress(file).keep("tasks", "split", 1)

    def cut(*_):
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", cut)
    Progress(file).keep("tasks", "split", 2)
    assert Progress(file).values["tasks"] == {"split": 1}
    assert os.listdir(tmp_path) == ["01_data.json"]
