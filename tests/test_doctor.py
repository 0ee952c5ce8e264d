"""The doctor says what works and how to fix what does not, whatever is missing."""

import os
import subprocess
import sys
import tomllib
import webbrowser

import pytest

from nnlab import doctor
from nnlab.cli import main
from nnlab.doctor import Check, asked_for, line, remark
from nnlab.notebook_copy import hand_out, originals

PROJECT = tomllib.loads((originals().parent / "pyproject.toml").read_text("utf-8"))
LAB = [name for name, _ in asked_for("lab")]


@pytest.fixture
def alone(monkeypatch):
    """A machine with NumPy and nnlab; further distributions are added by a test."""
    versions = {"nnlab-notebooks": "0.1.0", "numpy": "2.4.6"}
    monkeypatch.setattr(doctor, "installed", lambda name: versions.get(name, ""))
    monkeypatch.setattr(doctor, "find_spec", lambda name: versions.get(name))
    return versions


@pytest.fixture
def complete(alone):
    """A machine with every part of the lab, in the oldest version that will do."""
    alone.update(asked_for("lab"))
    alone["jupyter_core"] = "5"
    return alone


def found(checks, name: str) -> Check:
    return next(check for check in checks if check.name == name)


def test_here_everything_works(capsys, tmp_path):
    assert main(["doctor", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "Everything that is needed works" in said and "BROKEN" not in said
    assert all(name in said for name in [*LAB, "numpy", "torch", "BLAS", "notebooks"])


def test_without_the_lab_it_says_what_to_install(alone, capsys, tmp_path):
    assert main(["doctor", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert said.count("is missing") >= len(LAB)
    assert said.rstrip().endswith(doctor.installing("lab"))
    assert "front end" not in said  # it is JupyterLab that knows
    assert "works  numpy" in said and "works  notebooks" in said


@pytest.mark.parametrize("name", LAB)
@pytest.mark.parametrize("version", ["", "0.0.1", "0.0"])
def test_a_part_that_is_missing_or_old_is_found(complete, name, version, tmp_path):
    assert all(check.works for check in doctor.examine(tmp_path))
    complete[name] = version
    broken = [check for check in doctor.examine(tmp_path) if not check.works]
    assert [check.name for check in broken] == [name]
    assert broken[0].fix == doctor.installing("lab")


def test_the_parts_are_those_of_the_project():
    for extra in ("lab", "torch"):
        lines = PROJECT["project"]["optional-dependencies"][extra]
        assert asked_for(extra) == [tuple(line.split(">=")) for line in lines]


def test_a_checkout_is_installed_from_where_it_is(monkeypatch, tmp_path):
    home = originals().parent
    assert doctor.installing("lab").endswith(f' -m pip install -e "{home}[lab]"')
    monkeypatch.setattr(doctor, "originals", lambda: tmp_path)
    assert doctor.installing("torch").endswith(' install "nnlab-notebooks[torch]"')


def test_another_package_called_nnlab_is_found(complete, tmp_path):
    complete["nnlab"] = "1.0"
    assert "uninstall" in found(doctor.examine(tmp_path), "nnlab-notebooks").fix
    del complete["nnlab"], complete["nnlab-notebooks"]
    check = found(doctor.examine(tmp_path), "nnlab-notebooks")
    assert not check.works and "not installed" in check.found


def test_an_engine_that_fails_is_a_finding(complete, monkeypatch, tmp_path):
    def fail():
        raise ImportError("no BLAS")

    monkeypatch.setattr("nnlab.Experiment", fail)
    checks = list(doctor.examine(tmp_path))
    assert "no BLAS" in found(checks, "numpy").found
    assert [check.name for check in checks if not check.works] == ["numpy"]


@pytest.mark.parametrize(
    "status, out, err, says",
    [
        (0, "CPU, H100\n", "", "2.13 on CPU, H100"),
        (1, "", "Traceback\nImportError: no libc10.so\n", "no libc10.so"),
        (-11, "", "", "ended at once"),
    ],
)
def test_torch_is_asked_in_its_own_process(
    complete, monkeypatch, tmp_path, status, out, err, says
):
    assert "optional" in found(doctor.examine(tmp_path), "torch").found
    complete["torch"] = "2.13"
    answer = subprocess.CompletedProcess([], status, out, err)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    check = found(doctor.examine(tmp_path), "torch")
    assert says in check.found and check.works


def test_a_front_end_that_jupyterlab_does_not_find_is_named(
    complete, monkeypatch, tmp_path
):
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda _: [str(tmp_path)])
    fix = [check.fix for check in doctor.examine(tmp_path) if not check.works]
    assert [m.split()[-1] for m in fix] == ["anywidget", "jupyterlab_widgets"]


@pytest.mark.parametrize(
    "path",
    ["firefox", "Mozilla Firefox/firefox.exe"],
    ids=["on the PATH", "in Program Files"],
)
def test_browsers_are_found(monkeypatch, tmp_path, path):
    for variable in ("PATH", *doctor.PROGRAMS):
        monkeypatch.setenv(variable, str(tmp_path))
    assert "Firefox" not in doctor.browsers().found
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).touch(mode=0o755)
    assert "Firefox" in doctor.browsers().found


def test_without_a_browser_it_says_what_to_do(monkeypatch):
    def none():
        raise webbrowser.Error

    monkeypatch.setattr("webbrowser.get", none)
    assert "open the address" in doctor.browsers().found


def test_changed_notebooks_are_named(tmp_path):
    hand_out(originals(), tmp_path)
    assert "you changed none" in doctor.notebooks(tmp_path).found
    (tmp_path / "00_start_here.ipynb").write_text("mine")
    assert "you changed 00_start_here.ipynb" in doctor.notebooks(tmp_path).found


def test_notebooks_that_are_missing_are_found(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "originals", lambda: tmp_path)
    check = doctor.notebooks(tmp_path)
    assert not check.works and str(tmp_path) in check.found


@pytest.mark.parametrize("version", ["6.31.0", "7.0.0", "7.3.1", "7.4.0", "8.0"])
def test_threads_of_widget_messages_are_noted(version):
    note = remark("ipykernel", version)
    assert ("threads" in note) == ("7.0" <= version < "7.4")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii", None])
@pytest.mark.parametrize("fix, needed", [("", True), ("x", True), ("x", False)])
def test_a_line_is_in_letters_that_the_terminal_has(encoding, fix, needed):
    text = line(Check("numpy", "2.4", fix, needed), encoding)
    assert text.encode(encoding or "utf-8") and text.endswith(" 2.4")
    assert text.index("numpy") == 9 and not {"?", "\ufffd"} & set(text)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_path_that_the_terminal_cannot_spell_is_no_error(encoding):
    script = "from nnlab import cli; cli.run = lambda _: print('✓ ř'); cli.main()"
    ran = subprocess.run(
        [sys.executable, "-c", script, "doctor"],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
    )
    assert (ran.returncode, ran.stderr) == (0, b"") and b"u2713" in ran.stdout


def test_every_name_fits_its_column():
    assert all(len(name) < 19 for name in [*LAB, doctor.DISTRIBUTION])
