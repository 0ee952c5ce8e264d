"""A notebook is saved with the widgets that it shows, whichever the page knows.

The law: after each save an output shows a widget only if its state, and that of all
within it, is in the file, from the page if it has it, or else as it was before; and no
other state is.
"""

import json
import tempfile
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("jupyter_server")

from nnlab.jupyter.widget_state import REFERENCE, STATE, VIEW, keep_shown, reachable

IDS = st.sampled_from([*"abcdef"])
steady = settings(deadline=None, derandomize=True, database=None, max_examples=100)


def state(value: int, parts: list[str], link: bool) -> dict:
    """A widget's state, with some parts within it, one of them more deeply."""
    names = [f"{REFERENCE}{part}" for part in parts]
    within = {"value": value, "children": names[1:], "deep": {"one": [names[:1]]}}
    return {"model_name": "LinkModel" if link else "BoxModel", "state": within}


STATES = st.dictionaries(
    IDS, st.builds(state, st.integers(0, 9), st.lists(IDS, max_size=3), st.booleans())
)


def output(shown: str) -> dict:
    view = {"version_major": 2, "version_minor": 0, "model_id": shown}
    return {"output_type": "display_data", "data": {VIEW: view, "text/plain": shown}}


def notebook(shown: list[str], states: dict | None) -> dict:
    cells = [{"cell_type": "code", "outputs": [output(name)]} for name in shown]
    words = {"cell_type": "markdown", "source": "words"}
    error = {"cell_type": "code", "outputs": [{"output_type": "error"}]}
    widgets = {"widgets": {STATE: {"version_major": 2, "state": states}}}
    metadata = {} if states is None else widgets
    return {"cells": [words, *cells, error], "metadata": metadata}


class Folder:
    """A server's folder with one notebook."""

    def __init__(self, home: str):
        self.manager = SimpleNamespace(root_dir=home)
        self.file = Path(home) / "a b.ipynb"

    def save(self, content: dict, path: str = "a b.ipynb") -> dict:
        """Saves a notebook as the server does; returns what it has saved."""
        model = {"type": "notebook", "content": deepcopy(content)}
        keep_shown(model=model, path=path, contents_manager=self.manager)
        self.file.write_text(json.dumps(model["content"]))
        return model["content"]


@pytest.fixture
def folder(tmp_path):
    return Folder(str(tmp_path))


def states(saved: dict) -> dict:
    return saved["metadata"]["widgets"][STATE]["state"]


def shown_in(saved: dict) -> set[str]:
    data = [o.get("data", {}) for c in saved["cells"] for o in c.get("outputs", [])]
    return {one[VIEW]["model_id"] for one in data if VIEW in one}


@steady
@given(st.lists(st.tuples(st.lists(IDS, max_size=4), STATES), min_size=1, max_size=4))
def test_what_is_shown_has_its_state_and_nothing_else_is_saved(saves):
    with tempfile.TemporaryDirectory() as home:
        folder, before = Folder(home), {}
        for shown, page in saves:
            saved = folder.save(notebook(shown, page))
            known = {**before, **page}
            assert shown_in(saved) == {*shown} & {*known}
            assert states(saved) == reachable(known, {*shown})
            texts = [
                c["outputs"][0]["data"]["text/plain"] for c in saved["cells"][1:-1]
            ]
            assert texts == shown
            before = states(saved)


@steady
@given(STATES, st.sets(IDS))
def test_states_are_of_roots_of_what_is_in_them_and_of_links_among_these(known, roots):
    found = reachable(known, roots)
    assert {*roots} & {*known} <= {*found} and found.items() <= known.items()
    for name, one in known.items():
        parts = {part.removeprefix(REFERENCE) for part in one["state"]["children"]}
        parts |= {p.removeprefix(REFERENCE) for p in one["state"]["deep"]["one"][0]}
        if name in found:
            assert parts & {*known} <= {*found}
        else:
            linked = one["model_name"] == "LinkModel" and parts <= {*found}
            assert name not in roots and not linked


@steady
@given(st.lists(IDS, max_size=4), STATES)
def test_a_page_whose_kernel_has_ended_saves_what_it_had(shown, page):
    with tempfile.TemporaryDirectory() as home:
        folder = Folder(home)
        alive = folder.save(notebook(shown, page))
        assert folder.save(notebook(shown, {})) == alive


def test_a_widget_nobody_knows_leaves_its_picture(folder):
    saved = folder.save(notebook(["a"], {}))
    assert [o["data"] for o in saved["cells"][1]["outputs"]] == [{"text/plain": "a"}]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"metadata": 3}',
        b'{"metadata": {"widgets": []}}',
        json.dumps(notebook([], 3)).encode(),
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_file_that_is_spoiled_is_no_hindrance(folder, content):
    folder.file.write_bytes(content)
    page = {"a": state(1, [], False)}
    assert states(folder.save(notebook(["a", "b"], page))) == page


def test_a_notebook_without_states_is_saved_as_it_is(folder):
    assert folder.save(notebook(["a"], None)) == notebook(["a"], None)


def test_what_is_no_notebook_is_left_alone(folder):
    model = {"type": "file", "content": "text", "format": "text"}
    keep_shown(model=model, path="notes.txt", contents_manager=folder.manager)
    assert model["content"] == "text"
