"""The command `nnlab` does what it is told, or says in a line why it cannot."""

import os
import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from jupyter_server.serverapp import ServerApp
from nbformat.v4 import new_code_cell, new_notebook

from nnlab import cli
from nnlab.canonical_notebook import canonical, read, write
from nnlab.cli import main
from nnlab.jupyter import CONFIG

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
FIRST, SECOND = "00_start_here.ipynb", "01_data.ipynb"


@pytest.fixture
def opened(monkeypatch, tmp_path):
    """What JupyterLab was started with, each time, in a folder of the test's own."""
    starts = []
    monkeypatch.setattr("jupyterlab.labapp.main", starts.append)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    monkeypatch.chdir(tmp_path)
    return starts


def place(folder: Path, name: str = FIRST) -> list[str]:
    """The options that open a notebook in a folder."""
    root = f"--ServerApp.root_dir={folder}"
    return [root, f"--LabApp.default_url=/lab/tree/{name}"]


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
def test_start_passes_jupyters_options_on_unchanged(opened, options, tmp_path):
    assert main(["start", *options]) == 0
    assert opened == [[*place(tmp_path / "nnlab-notebooks"), *options]]


@pytest.mark.parametrize(
    "options", [[], ["--no-browser"], ["--port", "8899", "a folder"]], ids=" ".join
)
@pytest.mark.parametrize(
    "asked, folder, name",
    [
        ([], "nnlab-notebooks", FIRST),
        (["my/own"], "my/own", FIRST),
        (["my/own/"], "my/own", FIRST),
        ([SECOND], "nnlab-notebooks", SECOND),
        ([f"./{SECOND}"], "nnlab-notebooks", SECOND),
        (["my", SECOND], "my", SECOND),
        ([f"my/own/{SECOND}"], "my/own", SECOND),
    ],
)
def test_a_folder_and_a_notebook_come_first(
    opened, tmp_path, capsys, asked, folder, name, options
):
    assert main(["start", *asked, *options]) == 0
    assert opened == [[*place(tmp_path / folder, name), *options]]
    assert str(tmp_path / folder) in capsys.readouterr().out
    assert {path.name for path in (tmp_path / folder).glob("*.ipynb")} == {
        path.name for path in NOTEBOOKS.glob("*.ipynb")
    }


def test_what_is_handed_out_has_no_outputs(opened, tmp_path):
    main(["start"])
    for path in NOTEBOOKS.glob("*.ipynb"):
        cells = read(tmp_path / "nnlab-notebooks" / path.name).cells
        assert [cell.source for cell in cells] == [c.source for c in read(path).cells]
        code = [cell for cell in cells if cell.cell_type == "code"]
        assert not any(cell.outputs or cell.execution_count for cell in code)


def test_a_notebook_of_the_learners_own_is_opened(opened, tmp_path):
    shutil.copy(NOTEBOOKS / FIRST, tmp_path / "my own.ipynb")
    assert main(["start", str(tmp_path), "my own.ipynb"]) == 0
    assert opened == [place(tmp_path, "my%20own.ipynb")]


@pytest.mark.parametrize("asked", [["o2.ipynb"], ["a", "o2.ipynb"], ["a/o2.ipynb"]])
def test_a_notebook_that_is_not_there_is_named_and_those_that_are(
    opened, tmp_path, capsys, asked
):
    assert main(["start", *asked]) == 1 and opened == [] and not [*tmp_path.iterdir()]
    [sentence] = capsys.readouterr().err.splitlines()
    assert sentence.startswith("NOTEBOOK='o2.ipynb' is not in ")
    assert all(path.name in sentence for path in NOTEBOOKS.glob("*.ipynb"))


def test_the_originals_are_not_opened(opened, capsys):
    before = {path: path.read_bytes() for path in NOTEBOOKS.iterdir()}
    assert main(["start", str(NOTEBOOKS)]) == 1 and opened == []
    assert "has the originals" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in NOTEBOOKS.iterdir()} == before


@pytest.mark.parametrize("theirs", ["", "/their/own"])
def test_the_server_reads_our_settings_after_those_of_the_user(
    opened, monkeypatch, theirs
):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", theirs)
    main(["start"])
    paths = os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert paths == [*filter(None, [theirs]), str(CONFIG)]


@pytest.mark.parametrize("user, leave", [(0, False), (0, True), (1, False)])
def test_root_is_told_of_the_option_that_lets_it_start(
    opened, monkeypatch, capsys, user, leave
):
    def main_of_jupyterlab(options):
        raise SystemExit(1)

    server = SimpleNamespace(allow_root=leave)
    monkeypatch.setattr("jupyterlab.labapp.main", main_of_jupyterlab)
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ServerApp, "initialized", lambda: True)
    monkeypatch.setattr(ServerApp, "instance", lambda: server)
    if user == 0 and not leave:
        assert main(["start"]) == 1
        assert capsys.readouterr().err.endswith("; add --allow-root.\n")
        return
    with pytest.raises(SystemExit):
        main(["start"])
    assert capsys.readouterr().err == ""


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


def test_start_reads_the_command_line(opened, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["nnlab", "start", "--no-browser"])
    assert main() == 0
    assert opened == [[*place(tmp_path / "nnlab-notebooks"), "--no-browser"]]


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
