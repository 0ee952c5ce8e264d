"""Notebooks in canonical form: only what is the same after every run."""

import json
import re
from copy import deepcopy
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)

from nnlab.canonical_notebook import WIDGET, canonical, execute, read, write

CHECK = re.compile(r"(\w+)\.(\w+)\.check\((.*)\)$")
LINK = re.compile(r"\]\((?!http)([^)#]+)\)")
ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PEAK = """
import sys
if sys.platform == "linux":  # where a child counts what its parent had, too
    [line] = [one for one in open("/proc/self/status") if one.startswith("VmHWM")]
    peak = int(line.split()[1]) * 1024
elif sys.platform == "win32":
    import psutil  # which comes with every kernel
    peak = psutil.Process().memory_info().peak_wset
else:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak)
"""
steady = settings(max_examples=50, deadline=None, derandomize=True, database=None)
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def stream(text: str, name: str = "stdout"):
    return new_output("stream", name=name, text=text)


def shown(kind: str = "display_data", **more):
    data = {"text/plain": "Lab(step=0)", "image/png": "iVBORw0KGgo="}
    data[WIDGET] = {"model_id": "8f3c", "version_major": 2, "version_minor": 0}
    return new_output(kind, data=data, metadata={"image/png": {"width": 3}}, **more)


def failed():
    return new_output("error", ename="E", evalue="no", traceback=["no"])


def restless() -> nbformat.NotebookNode:
    """A notebook with everything in it that changes from run to run."""
    outputs = [stream("1\n"), shown(), shown("execute_result", execution_count=7)]
    running = {"iopub.execute_input": "2026-01-01"}
    cells = [
        new_markdown_cell("# Title", metadata={"collapsed": True, "tags": ["keep"]}),
        new_code_cell(
            "1 + 1",
            execution_count=7,
            outputs=outputs,
            metadata={"execution": running, "scrolled": True, "tags": ["raises"]},
        ),
        new_raw_cell("as it is"),
    ]
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"8f3c": {}}}}
    metadata = {"widgets": state, "language_info": {"name": "python", "version": "3"}}
    return new_notebook(cells=cells, metadata=metadata)


CELLS = st.lists(
    st.one_of(
        st.builds(new_markdown_cell, st.text("ab\n")),
        st.builds(
            new_code_cell,
            st.text("ab\n"),
            execution_count=st.none() | st.integers(1, 9),
            outputs=st.lists(
                st.one_of(
                    st.builds(
                        stream, st.text("ab\n"), st.sampled_from(["stdout", "stderr"])
                    ),
                    st.builds(shown),
                    st.builds(failed),
                    st.builds(
                        shown, st.just("execute_result"), execution_count=st.just(3)
                    ),
                ),
                max_size=5,
            ),
            metadata=st.fixed_dictionaries({}, optional={"tags": st.just(["a"])}),
        ),
    ),
    max_size=5,
)


# The form


def test_what_changes_from_run_to_run_is_left_out():
    plain = canonical(restless())
    text = json.dumps(plain)
    for word in ("8f3c", "widget", "2026", "scrolled", "collapsed", "version", "width"):
        assert word not in text
    assert [cell.id for cell in plain.cells] == ["cell-00", "cell-01", "cell-02"]
    code = plain.cells[1]
    assert code.execution_count == code.outputs[-1].execution_count == 1


def test_what_a_reader_needs_is_kept():
    before, plain = restless(), canonical(restless())
    for one, other in zip(before.cells, plain.cells, strict=True):
        assert (one.cell_type, one.source) == (other.cell_type, other.source)
        assert one.metadata.get("tags") == other.metadata.get("tags")
    first, *rest = plain.cells[1].outputs
    assert first == stream("1\n")
    for output in rest:
        assert output.data.keys() == {"text/plain", "image/png"}
    assert plain.metadata.kernelspec.name == "python3"


def test_an_image_keeps_its_alternative_text_and_nothing_else():
    output = shown()
    output.metadata = {
        "image/png": {"alt": "a curve", "width": 3},
        "application/pdf": {"alt": "gone"},
        "needs_background": "light",
    }
    notebook = new_notebook(cells=[new_code_cell("1", outputs=[output])])
    [plain] = canonical(notebook).cells[0].outputs
    assert plain.metadata == {
        "image/png": {"alt": "a curve"},
        "needs_background": "light",
    }


@each
def test_every_image_has_an_alternative_text(path):
    for cell in read(path).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                assert len(output.metadata["image/png"]["alt"]) > 20


@steady
@given(CELLS)
def test_cells_are_counted_as_a_clean_kernel_counts_them(cells):
    code = [c for c in canonical(new_notebook(cells=cells)).cells if "outputs" in c]
    assert [cell.execution_count for cell in code] == [*range(1, len(code) + 1)]
    for cell in code:
        counts = {o.execution_count for o in cell.outputs if "execution_count" in o}
        assert counts <= {cell.execution_count}


@steady
@given(CELLS)
def test_the_form_is_valid_and_its_own_form(cells):
    notebook = new_notebook(cells=cells)
    before = deepcopy(notebook)
    plain = canonical(notebook)
    assert notebook == before  # it makes a new one
    nbformat.validate(plain)
    assert canonical(plain) == plain
    assert nbformat.reads(nbformat.writes(plain), 4) == plain


# To disk and back


def test_what_is_written_is_what_is_read(tmp_path):
    path = tmp_path / "a.ipynb"
    plain = canonical(restless())
    write(path, plain)
    assert read(path) == plain
    once = path.read_bytes()
    write(path, read(path))
    assert path.read_bytes() == once and [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("moment", ["while it writes", "before it is put in place"])
def test_a_notebook_is_written_whole_or_not_at_all(tmp_path, monkeypatch, moment):
    path = tmp_path / "a.ipynb"
    write(path, canonical(restless()))
    before = path.read_bytes()

    def late(*_):
        raise OSError("no space left")

    if moment == "while it writes":
        monkeypatch.setattr(nbformat, "writes", late)
    else:
        monkeypatch.setattr(Path, "replace", late)
    with pytest.raises(OSError, match="no space left"):
        write(path, new_notebook())
    assert path.read_bytes() == before


# Running one


def test_a_notebook_is_run_from_the_top_in_its_own_folder(tmp_path):
    pieces = "for x in range(7):\n    print(x, end='', flush=True)"
    sources = [pieces, "print(7 * x)\nx", "import os\nos.listdir()"]
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    cells = execute(notebook, tmp_path).cells
    texts = [[o.get("text") or o.data["text/plain"] for o in c.outputs] for c in cells]
    assert texts == [["0123456"], ["42\n", "6"], ["[]"]]  # no piece by itself
    assert [cell.outputs for cell in notebook.cells] == [[], [], []]


def test_a_bar_leaves_nothing_behind(tmp_path):
    """A slow machine shows one, a quick one does not."""
    run = "n = len(sweep([Experiment()], epochs=300))\nn"
    sources = [
        "from nnlab import Experiment, sweep\nfrom nnlab.experiment import results",
        f"results.PATIENCE = 1e-9\n{run}",
        f"results.PATIENCE = 1e9\n{run}",
    ]
    done = execute(new_notebook(cells=[new_code_cell(s) for s in sources]), tmp_path)
    bar, *rest = done.cells[1].outputs
    assert bar.data.keys() == {WIDGET} and len(rest) == 1
    _, slow, quick = canonical(done).cells
    assert [o.data for o in slow.outputs] == [o.data for o in quick.outputs]


# The notebooks of this package


def test_there_are_notebooks():
    assert NOTEBOOKS and NOTEBOOKS[0].name == "00_start_here.ipynb"


@each
def test_a_notebook_is_canonical(path):
    assert read(path) == canonical(read(path))


@each
def test_a_notebook_keeps_its_budget(path):
    assert path.stat().st_size <= 300_000
    for cell in read(path).cells:
        lines = cell.source.splitlines()
        if cell.cell_type == "code":
            assert len(lines) <= 15, cell.source
            assert max(map(len, lines)) <= 88, cell.source
            compile(cell.source, cell.id, "exec", flags=0x2000)  # await may stand alone


@each
def test_a_notebook_was_run_and_nothing_failed(path):
    outputs = [o for c in read(path).cells if c.cell_type == "code" for o in c.outputs]
    assert outputs and all(o.output_type != "error" for o in outputs)
    assert not any(o.get("name") == "stderr" for o in outputs)
    for output in outputs:
        assert " at 0x" not in json.dumps(output)


@each
def test_every_lab_has_its_picture(path):
    for cell in read(path).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if data.get("text/plain", "").startswith("Lab("):
                assert "image/png" in data


# Links


@each
def test_links_to_other_notebooks_lead_somewhere(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            for target in LINK.findall(cell.source):
                assert (path.parent / target).is_file(), target


def test_the_first_notebook_leads_to_all_others():
    targets = set(LINK.findall("".join(c.source for c in read(NOTEBOOKS[0]).cells)))
    lessons = {path.name for path in NOTEBOOKS[1:] if path.stem != "glossary"}
    assert lessons <= targets


# Exercises


def solved(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with the solution of its exercise in every cell that checks one."""
    copy = deepcopy(notebook)
    for cell in copy.cells:
        if found := CHECK.search(cell.source) if cell.cell_type == "code" else None:
            lesson, name, answer = found.groups()
            asked = getattr(import_module(f"nnlab.lessons.{lesson}"), name)
            given = {"[]": asked.formats.order, '"..."': repr(asked.blank)}
            code = (
                "" if answer in given else f"import numpy as np\n{asked.solved()}\n\n"
            )
            cell.source = f"{code}{lesson}.{name}.check({given.get(answer, answer)})"
    return copy


def checks(notebook: nbformat.NotebookNode) -> list[str]:
    """What every check of a notebook says."""
    return [
        cell.outputs[-1].data["text/plain"]
        for cell in notebook.cells
        if cell.cell_type == "code" and CHECK.search(cell.source)
    ]


@each
def test_exercises_are_blank_and_their_solutions_are_right(path):
    """And with them the kernel needs no more memory than it may."""
    notebook = read(path)
    assert all(said.startswith("… Not attempted yet") for said in checks(notebook))
    full = solved(notebook)
    full.cells.append(new_code_cell(PEAK))
    done = execute(full, path.parent)
    found = checks(done)
    assert len(found) == len(checks(notebook))
    assert all(said.startswith("✓ Right") for said in found), found
    [peak] = done.cells[-1].outputs
    assert 30e6 < int(peak.text) <= 500e6
