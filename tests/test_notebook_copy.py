"""The learner's copy of the notebooks: brought up to date, and never written over.

The law: whatever was written and handed out before, a file that the learner changed is
byte for byte there after every start, and all others are those of the newest version.
"""

import json
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from nnlab import notebook_copy
from nnlab.errors import InputError
from nnlab.notebook_copy import CHECKOUT, FIRST, MANIFEST, changed, hand_out, manifest

NAMES = st.sampled_from(["a.ipynb", "b.ipynb", "c.ipynb"])
BYTES = st.sampled_from([b"1", b"2", b"3", b""])  # few: that they coincide is the risk
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

    @rule(versions=st.dictionaries(NAMES, BYTES))
    def a_new_version_comes_out(self, versions):
        for old in self.shipped.iterdir():
            old.unlink()
        for name, content in versions.items():
            (self.shipped / name).write_bytes(content)

    @rule(name=NAMES, content=st.binary(max_size=4) | BYTES)
    def the_learner_writes(self, name, content):
        path = self.folder / name
        if not path.exists() or path.read_bytes() != content:
            self.written[name] = content
        path.write_bytes(content)

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
            assert (self.folder / name).read_bytes() == new[name] and name in done.added
        for name in new.keys() & before.keys():
            if known.get(name) == sha256(before[name]).hexdigest():
                assert (self.folder / name).read_bytes() == new[name]
            else:
                assert (self.folder / name).read_bytes() == before[name]
        assert hand_out(self.shipped, self.folder) == notebook_copy.Handout(
            self.folder, kept=done.kept
        )
        self.written = {
            name: content
            for name, content in self.written.items()
            if new.get(name) != content  # as it was handed out: no longer theirs
            and known.get(name) != sha256(content).hexdigest()  # put back by hand
        }

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
        (folder / name).write_text(f"the first {name}")
    return folder


@pytest.fixture
def folder(shipped, tmp_path):
    """Where the learner has started once."""
    hand_out(shipped, tmp_path / "mine" / "nnlab")
    return tmp_path / "mine" / "nnlab"


def test_one_line_says_what_was_done(shipped, folder):
    assert str(hand_out(shipped, folder)) == f"Notebooks in {folder}: nothing new."
    (folder / "a.ipynb").write_text("my own")
    assert changed(folder) == ["a.ipynb"]
    assert "nothing new" in str(hand_out(shipped, folder))
    for original in shipped.iterdir():
        original.write_text("the second")
    (shipped / "c.ipynb").write_text("the second")
    line = str(hand_out(shipped, folder))
    assert "1 added, 1 updated, left as you changed them: a.ipynb (" in line
    assert "rename yours" in line and line.count("\n") == 0


def test_after_yours_is_renamed_the_new_version_comes(shipped, folder):
    (folder / "a.ipynb").write_text("my own")
    (shipped / "a.ipynb").write_text("the second")
    assert hand_out(shipped, folder).kept == ("a.ipynb",)
    (folder / "a.ipynb").rename(folder / "mine.ipynb")
    assert hand_out(shipped, folder).added == ("a.ipynb",)
    assert (folder / "a.ipynb").read_text() == "the second"
    assert (folder / "mine.ipynb").read_text() == "my own"


def test_what_is_no_notebook_of_ours_is_left_alone(shipped, folder):
    (folder / "notes.txt").write_text("mine")
    (folder / "a.ipynb").unlink()
    (folder / "a.ipynb").mkdir()
    assert hand_out(shipped, folder).kept == ()
    (shipped / "a.ipynb").write_text("the second")
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
        (shipped / "a.ipynb").write_text("a")
        (folder / MANIFEST).write_bytes(content)
        ours = manifest(folder)
        hand_out(shipped, folder)
        assert set(manifest(folder)) == {"a.ipynb", *ours}
        if not ours:
            assert content in [p.read_bytes() for p in folder.glob(".nnlab.*.json")]


@pytest.mark.parametrize("format", [0, 2, "1", None])
def test_hashes_of_another_format_are_not_believed(shipped, folder, format):
    (folder / "a.ipynb").write_text("my own")
    hashes = {"a.ipynb": sha256(b"my own").hexdigest()}
    known = {"format": format, "notebooks": hashes}
    (folder / MANIFEST).write_text(json.dumps(known))
    assert hand_out(shipped, folder).kept == ("a.ipynb",)
    assert (folder / "a.ipynb").read_text() == "my own"


def test_a_crash_while_writing_leaves_the_old_one_whole(shipped, folder, monkeypatch):
    def crash(*_):
        raise OSError(28, "No space left on device")

    (shipped / "a.ipynb").write_text("the second")
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
    assert "nnlab/lab/canvas.js" in names
