"""The learner's copy of the notebooks: brought up to date, and never written over.

The law: whatever was written, run and handed out before, a file whose sources the
learner changed is byte for byte there after every start, and so is one that has run and
has no newer version. All others are those of the newest version, without outputs.
"""

import json
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nnlab import notebook_copy
from nnlab.errors import InputError
from nnlab.jupyter import CONFIG
from nnlab.notebook_copy import (
    CHECKOUT,
    FIRST,
    MANIFEST,
    changed,
    hand_out,
    manifest,
    sources_hash,
    without_outputs,
)


def notebook(source: str | list[str], runs: int = 0, kind: str = "code") -> bytes:
    """A notebook of one cell and a heading, run so many times."""
    stream = {"output_type": "stream", "name": "stdout", "text": f"run {runs}"}
    cell = {"cell_type": kind, "source": source, "metadata": {"seen": runs}}
    if kind == "code":
        outputs = [stream] if runs else []
        cell |= {"execution_count": runs or None, "outputs": outputs}
    title = {"cell_type": "markdown", "source": ["# T\n", "é"], "metadata": {}}
    found = {"cells": [title, cell], "metadata": {"runs": runs}}
    found |= {"nbformat": 4, "nbformat_minor": 5}
    return json.dumps(found, indent=runs, sort_keys=bool(runs)).encode()


def told(content: bytes) -> list[tuple[str, str]] | None:
    """What a notebook's cells are and say; None of what is no notebook."""
    try:
        cells = json.loads(content)["cells"]
    except (ValueError, TypeError, KeyError):
        return None
    return [(cell["cell_type"], "".join(cell["source"])) for cell in cells]


def outputs(content: bytes) -> list:
    return [cell.get("outputs", []) for cell in json.loads(content)["cells"]]


NAMES = st.sampled_from(["a.ipynb", "b.ipynb", "c.ipynb"])
NOTEBOOKS = st.builds(  # few: that they coincide is the risk
    notebook, st.sampled_from(["1", "2", ["3\n", "4"], ""]), st.integers(0, 2)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
)
HASHES = st.fixed_dictionaries({"format": JSON, "notebooks": JSON})
steady = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=60,
    stateful_step_count=20,
)
STRANGE = st.binary() | (JSON | HASHES).map(lambda value: json.dumps(value).encode())


class Learning(RuleBasedStateMachine):
    """A learner writes, deletes and starts, while new versions of nnlab come out."""

    def __init__(self):
        super().__init__()
        self.home = tempfile.TemporaryDirectory()
        self.shipped = Path(self.home.name) / "shipped"
        self.folder = Path(self.home.name) / "folder"
        self.shipped.mkdir()
        self.folder.mkdir()
        self.written: dict[str, bytes] = {}

    def teardown(self):
        self.home.cleanup()

    @rule(versions=st.dictionaries(NAMES, NOTEBOOKS))
    def a_new_version_comes_out(self, versions):
        for old in self.shipped.iterdir():
            old.unlink()
        for name, content in versions.items():
            (self.shipped / name).write_bytes(content)

    @rule(name=NAMES, content=st.binary(max_size=4) | NOTEBOOKS)
    def the_learner_writes(self, name, content):
        path = self.folder / name
        if not path.exists() or path.read_bytes() != content:
            self.written[name] = content
        path.write_bytes(content)

    @rule(name=NAMES, runs=st.integers(0, 2))
    def the_learner_runs(self, name, runs):
        path = self.folder / name
        if path.exists() and (cells := told(path.read_bytes())):
            path.write_bytes(notebook(cells[1][1], runs))
            if name in self.written:
                self.written[name] = path.read_bytes()

    @rule(name=NAMES)
    def the_learner_deletes(self, name):
        self.written.pop(name, None)
        (self.folder / name).unlink(missing_ok=True)

    @rule(content=st.none() | STRANGE)
    def the_manifest_is_lost_or_spoiled(self, content):
        path = self.folder / MANIFEST
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)

    @rule()
    def the_learner_starts(self):
        before = {p.name: p.read_bytes() for p in self.folder.glob("*.ipynb")}
        known = manifest(self.folder)
        done = hand_out(self.shipped, self.folder)
        new = {p.name: p.read_bytes() for p in self.shipped.iterdir()}
        for name in new.keys() - before.keys():
            assert name in done.added
            assert not any(outputs((self.folder / name).read_bytes()))
            assert told((self.folder / name).read_bytes()) == told(new[name])
        for name in new.keys() & before.keys():
            after, here = (self.folder / name).read_bytes(), told(before[name])
            handed_out = known.get(name) == sources_hash(before[name])
            if here is not None and handed_out and here != told(new[name]):
                assert told(after) == told(new[name]) and name in done.updated
                assert not any(outputs(after))
            else:
                assert after == before[name]
        assert hand_out(self.shipped, self.folder) == notebook_copy.Handout(
            self.folder, kept=done.kept
        )
        self.written = {
            name: content
            for name, content in self.written.items()
            if not self.is_handed_out(content, new.get(name, b""), known.get(name))
        }

    def is_handed_out(self, content: bytes, new: bytes, known: str | None) -> bool:
        """Whether the learner has written what is, or was, handed out."""
        same = told(content) == told(new) or known == sources_hash(content)
        return told(content) is not None and same

    @invariant()
    def what_the_learner_wrote_is_there(self):
        for name, content in self.written.items():
            assert (self.folder / name).read_bytes() == content

    @invariant()
    def no_draft_is_left(self):
        assert {p.suffix for p in self.folder.iterdir()} <= {".ipynb", ".json"}


TestLearning = Learning.TestCase
TestLearning.settings = steady


@pytest.fixture
def shipped(tmp_path):
    """Two notebooks as this version of nnlab ships them."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    for name in ("a.ipynb", "b.ipynb"):
        (folder / name).write_bytes(notebook(f"the first {name}", runs=1))
    return folder


@pytest.fixture
def folder(shipped, tmp_path):
    """Where the learner has started once."""
    hand_out(shipped, tmp_path / "mine" / "nnlab")
    return tmp_path / "mine" / "nnlab"


def test_one_line_says_what_was_done(shipped, folder):
    assert str(hand_out(shipped, folder)) == f"Notebooks in {folder}: nothing new."
    (folder / "b.ipynb").write_bytes(notebook("the first b.ipynb", runs=2))
    assert changed(folder) == []
    (folder / "a.ipynb").write_bytes(notebook("my own"))
    assert changed(folder) == ["a.ipynb"]
    assert "nothing new" in str(hand_out(shipped, folder))
    for original in shipped.iterdir():
        original.write_bytes(notebook("the second"))
    (shipped / "c.ipynb").write_bytes(notebook("the second"))
    line = str(hand_out(shipped, folder))
    assert "1 added, 1 updated, left as you changed them: a.ipynb (" in line
    assert "rename yours" in line and line.count("\n") == 0


def test_after_yours_is_renamed_the_new_version_comes(shipped, folder):
    (folder / "a.ipynb").write_bytes(notebook("my own"))
    (shipped / "a.ipynb").write_bytes(notebook("the second"))
    assert hand_out(shipped, folder).kept == ("a.ipynb",)
    (folder / "a.ipynb").rename(folder / "mine.ipynb")
    assert hand_out(shipped, folder).added == ("a.ipynb",)
    assert told((folder / "a.ipynb").read_bytes())[1] == ("code", "the second")
    assert told((folder / "mine.ipynb").read_bytes())[1] == ("code", "my own")


def test_what_is_no_notebook_of_ours_is_left_alone(shipped, folder):
    (folder / "notes.txt").write_text("mine")
    (folder / "a.ipynb").unlink()
    (folder / "a.ipynb").mkdir()
    assert hand_out(shipped, folder).kept == ()
    (shipped / "a.ipynb").write_bytes(notebook("the second"))
    assert hand_out(shipped, folder).kept == ("a.ipynb",)
    assert (folder / "notes.txt").read_text() == "mine" and (
        folder / "a.ipynb"
    ).is_dir()


@steady
@given(content=STRANGE)
def test_a_manifest_that_is_not_ours_is_set_aside(content):
    with tempfile.TemporaryDirectory() as home:
        shipped, folder = Path(home) / "shipped", Path(home) / "folder"
        shipped.mkdir()
        folder.mkdir()
        (shipped / "a.ipynb").write_bytes(notebook("a"))
        (folder / MANIFEST).write_bytes(content)
        ours = manifest(folder)
        hand_out(shipped, folder)
        assert set(manifest(folder)) == {"a.ipynb", *ours}
        if not ours:
            assert content in [p.read_bytes() for p in folder.glob(".nnlab.*.json")]


@pytest.mark.parametrize("format", [0, 1, "2", None])
def test_hashes_of_another_format_are_not_believed(shipped, folder, format):
    (folder / "a.ipynb").write_bytes(notebook("my own"))
    hashes = {"a.ipynb": sources_hash(notebook("my own"))}
    known = {"format": format, "notebooks": hashes}
    (folder / MANIFEST).write_text(json.dumps(known))
    assert hand_out(shipped, folder).kept == ("a.ipynb",)
    assert (folder / "a.ipynb").read_bytes() == notebook("my own")
    (folder / MANIFEST).write_text(json.dumps({**known, "format": 2}))
    assert hand_out(shipped, folder).updated == ("a.ipynb",)


SOURCES = st.text(max_size=3) | st.lists(st.text(max_size=2), max_size=2)
RUN = st.tuples(SOURCES, st.integers(0, 2), st.sampled_from(["code", "raw"]))


@steady
@given(RUN, RUN)
def test_a_notebook_is_judged_by_its_sources_alone(one, other):
    one, other = notebook(*one), notebook(*other)
    same = sources_hash(one) == sources_hash(other)
    assert same == (told(one) == told(other))
    assert sources_hash(without_outputs(one)) == sources_hash(one)
    assert not any(outputs(without_outputs(one)))


@steady
@given(STRANGE | JSON.map(lambda cells: json.dumps({"cells": cells}).encode()))
def test_what_is_no_notebook_is_the_learners(content):
    with tempfile.TemporaryDirectory() as home:
        shipped, folder = Path(home) / "shipped", Path(home) / "folder"
        shipped.mkdir()
        folder.mkdir()
        (shipped / "a.ipynb").write_bytes(notebook("a"))
        (folder / "a.ipynb").write_bytes(content)
        assert hand_out(shipped, folder).kept == ("a.ipynb",)
        assert (folder / "a.ipynb").read_bytes() == content


def test_the_originals_are_never_written_to(shipped, tmp_path):
    before = {path: path.read_bytes() for path in shipped.iterdir()}
    for folder in (shipped, tmp_path / "a" / ".." / "shipped"):
        with pytest.raises(InputError, match="has the originals") as raised:
            hand_out(shipped, folder)
        assert raised.value.argument == "FOLDER"
    assert {path: path.read_bytes() for path in shipped.iterdir()} == before


def test_a_crash_while_writing_leaves_the_old_one_whole(shipped, folder, monkeypatch):
    def crash(*_):
        raise OSError(28, "No space left on device")

    (shipped / "a.ipynb").write_bytes(notebook("the second"))
    before = {path: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(InputError, match="No space left"):
        hand_out(shipped, folder)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    monkeypatch.undo()
    assert hand_out(shipped, folder).updated == ("a.ipynb",)


def test_a_folder_that_cannot_be_one_is_named_in_a_sentence(shipped, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    for folder, why in ((file, "is a file"), (file / "sub", "cannot be written")):
        with pytest.raises(InputError, match=why) as raised:
            hand_out(shipped, folder)
        sentence = str(raised.value)
        assert raised.value.argument == "FOLDER" and sentence.startswith("FOLDER='")
        assert "try nnlab start" in sentence and sentence.endswith(".")
    assert file.read_text() == "mine"


def test_the_notebooks_that_came_with_nnlab_are_found():
    assert notebook_copy.originals() == CHECKOUT and (CHECKOUT / FIRST).exists()


def test_a_wheel_holds_the_notebooks(tmp_path):
    wheel = pytest.importorskip("hatchling.builders.wheel")
    builder = wheel.WheelBuilder(str(CHECKOUT.parent))
    [built] = builder.build(directory=str(tmp_path), versions=["standard"])
    names = set(zipfile.ZipFile(built).namelist())
    ours = {f"nnlab/notebooks/{path.name}" for path in CHECKOUT.glob("*.ipynb")}
    assert f"nnlab/notebooks/{FIRST}" in ours
    assert {name for name in names if name.endswith(".ipynb")} == ours
    settings = {p.relative_to(CHECKOUT.parent) for p in CONFIG.rglob("*.json")}
    assert {"nnlab/lab/canvas.js", *map(Path.as_posix, settings)} <= names
