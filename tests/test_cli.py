"""The command `nnlab` does what it is told, or says in a line why it cannot."""

import shutil
import sys
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from nnlab import cli
from nnlab.canonical_notebook import canonical, read, write
from nnlab.cli import main
from nnlab.notebook_copy import MANIFEST

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
PLACE = [
    f"--ServerApp.root_dir={NOTEBOOKS}",
    "--LabApp.default_url=/lab/tree/00_start_here.ipynb",
]


@pytest.fixture
def opened(monkeypatch):
    """What JupyterLab was started with, each time."""
    starts = []
    monkeypatch.setattr("jupyterlab.labapp.main", starts.append)
    return starts


@pytest.fixture
def notebook(tmp_path):
    """A notebook in canonical form, in a folder of its own."""
    path = tmp_path / "a.ipynb"
    write(path, canonical(new_notebook(cells=[new_code_cell("print(6 * 7)")])))
    return path


def spoil(path: Path, **changes) -> None:
    found = read(path)
    found.cells[0].update(changes)
    nbformat.write(found, path)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"]])
def test_help_names_every_command(capsys, arguments):
    with pytest.raises(SystemExit) as done:
        main(arguments)
    said = capsys.readouterr().out
    assert done.value.code == 0
    for command in ("start", "doctor", "bench", "notebooks"):
        assert f"nnlab {command}" in said and main.__doc__ not in said


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["strat"],
        ["--no-browser"],
        ["notebooks", "--chek"],
        ["notebooks", "-x"],
        ["doctor", "a", "b"],
        ["bench"],
        ["bench", "lief"],
        ["bench", "live", "--jso", "a"],
        ["bench", "live", "--quick"],
    ],
    ids=" ".join,
)
def test_what_is_not_known_is_refused_and_nothing_runs(opened, capsys, arguments):
    with pytest.raises(SystemExit) as done:
        main(arguments)
    printed = capsys.readouterr()
    assert done.value.code == 2 and opened == [] and printed.out == ""
    assert printed.err.startswith("usage: nnlab")


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--no-browser"],
        ["--port", "8899", "--ip=0.0.0.0"],
        ["--ServerApp.port=0", "--LabApp.expose_app_in_browser=True", "-y"],
        ["--check", "--no-browser"],
        ["--debug", "--ServerApp.root_dir", "/tmp/a folder", "--no-browser"],
    ],
    ids=" ".join,
)
def test_start_passes_jupyters_options_on_unchanged(opened, options):
    assert main(["start", *options]) == 0
    assert opened == [[*PLACE, *options]]


@pytest.mark.parametrize(
    "options", [[], ["--no-browser"], ["--port", "8899", "a folder"]], ids=" ".join
)
def test_a_folder_comes_first_and_receives_the_notebooks(
    opened, tmp_path, capsys, options
):
    folder = tmp_path / "my" / "notebooks"
    assert main(["start", str(folder), *options]) == 0
    assert opened == [[f"--ServerApp.root_dir={folder}", PLACE[1], *options]]
    assert (folder / cli.FIRST).read_bytes() == (NOTEBOOKS / cli.FIRST).read_bytes()
    assert str(folder) in capsys.readouterr().out


def test_the_checkouts_own_folder_is_opened_as_it_is(opened, capsys):
    assert main(["start", str(NOTEBOOKS)]) == 0 and opened == [PLACE]
    assert capsys.readouterr().out == "" and not (NOTEBOOKS / MANIFEST).exists()


def test_outside_a_checkout_a_folder_here_is_the_default(opened, monkeypatch, tmp_path):
    monkeypatch.setattr(cli, "NOTEBOOKS", shutil.copytree(NOTEBOOKS, tmp_path / "a"))
    monkeypatch.chdir(tmp_path)
    assert main(["start", "--port", "8899"]) == 0
    folder = tmp_path / "nnlab-notebooks"
    assert opened == [[f"--ServerApp.root_dir={folder}", *PLACE[1:], "--port", "8899"]]
    assert (folder / cli.FIRST).exists()


def test_a_folder_that_is_a_file_is_refused_in_a_sentence(opened, tmp_path, capsys):
    (tmp_path / "notes").write_text("mine")
    assert main(["start", str(tmp_path / "notes")]) == 1 and opened == []
    [sentence] = capsys.readouterr().err.splitlines()
    assert sentence.startswith("FOLDER=") and (tmp_path / "notes").is_file()


@pytest.mark.parametrize(
    "options, asked",
    [([], (None, False)), (["--quick", "--json", "a"], (Path("a"), True))],
)
@pytest.mark.parametrize("status", [0, 1])
def test_bench_engine_measures(monkeypatch, options, asked, status):
    calls = []
    engine = ModuleType("nnlab.bench.engine_ratios")
    engine.main = lambda json, quick: calls.append((json, quick)) or status
    monkeypatch.setitem(sys.modules, "nnlab.bench", ModuleType("nnlab.bench"))
    monkeypatch.setitem(sys.modules, "nnlab.bench.engine_ratios", engine)
    assert main(["bench", "engine", *options]) == status and calls == [asked]


def test_start_reads_the_command_line(opened, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["nnlab", "start", "--no-browser"])
    assert main() == 0 and opened == [[*PLACE, "--no-browser"]]


def test_without_jupyterlab_start_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    assert main(["start"]) == 1
    assert "pip install" in capsys.readouterr().err


def test_without_its_notebooks_start_says_so(opened, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(cli, "NOTEBOOKS", tmp_path)
    assert main(["start"]) == 1 and opened == []
    assert str(tmp_path) in capsys.readouterr().err


# Notebooks


def test_the_notebooks_of_this_package_are_canonical(capsys):
    assert main(["notebooks", "--check"]) == 0
    assert capsys.readouterr().err == ""


FAULTS = {
    "an execution count": {"execution_count": 7},
    "no execution count": {"execution_count": None},
    "an id of its own": {"id": "e8f1a2"},
    "metadata": {"metadata": {"scrolled": True}},
}


@pytest.mark.parametrize("changes", FAULTS.values(), ids=FAULTS)
def test_check_goes_red_and_leaves_the_file_alone(notebook, capsys, changes):
    assert main(["notebooks", "--check", str(notebook)]) == 0
    spoil(notebook, **changes)
    before = notebook.read_bytes()
    assert main(["notebooks", "--check", str(notebook)]) == 1
    assert str(notebook) in capsys.readouterr().err
    assert notebook.read_bytes() == before


def test_one_that_is_not_canonical_is_enough(notebook, capsys):
    other = shutil.copy(notebook, notebook.with_name("b.ipynb"))
    spoil(other, execution_count=3)
    assert main(["notebooks", "--check", str(notebook), str(other)]) == 1
    said = capsys.readouterr().err
    assert str(other) in said and str(notebook) not in said


def test_without_paths_all_notebooks_are_meant(notebook, monkeypatch, capsys):
    monkeypatch.setattr(cli, "NOTEBOOKS", notebook.parent)
    spoil(shutil.copy(notebook, notebook.with_name("b.ipynb")), execution_count=3)
    assert main(["notebooks", "--check"]) == 1
    assert "b.ipynb" in capsys.readouterr().err


def test_notebooks_are_run_and_written_in_canonical_form(notebook, capsys):
    spoil(notebook, execution_count=5, outputs=[])
    assert main(["notebooks", str(notebook)]) == 0
    cell = read(notebook).cells[0]
    assert cell.outputs[0].text == "42\n" and cell.execution_count == 1
    assert main(["notebooks", "--check", str(notebook)]) == 0
    assert [*notebook.parent.iterdir()] == [notebook]


def test_a_notebook_that_is_not_there_is_named(tmp_path, capsys):
    missing = tmp_path / "missing.ipynb"
    for check in ([], ["--check"]):
        assert main(["notebooks", *check, str(missing)]) != 0
        assert str(missing) in capsys.readouterr().err


@pytest.mark.parametrize("check", [[], ["--check"]])
@pytest.mark.parametrize("text", ["{", "", "[]", '{"cells": 3}', "\x00", None])
def test_what_is_no_notebook_is_named(tmp_path, capsys, text, check):
    path = tmp_path / "a.ipynb"
    path.mkdir() if text is None else path.write_text(text)
    assert main(["notebooks", str(path), *check]) == 1
    said = capsys.readouterr().err
    assert "a.ipynb' is no notebook" in said and said.count("\n") == 1
