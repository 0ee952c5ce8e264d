"""What mybinder.org installs and does is what the tests have passed with."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from nnlab.jupyter import CONFIG
from nnlab.notebook_copy import FIRST, FOLDER, changed

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OVERRIDES = CONFIG / "labconfig" / "default_setting_overrides.json"
SETTINGS = json.loads(OVERRIDES.read_text("utf-8"))


def lines(path: Path) -> list[str]:
    text = path.read_text("utf-8").splitlines()
    return [line for line in text if line and not line.startswith("#")]


def test_it_installs_this_project_in_the_tested_versions():
    *options, project = lines(BINDER / "requirements.txt")
    assert options == [f"--extra-index-url {CPU_INDEX}", "-c ../constraints.txt"]
    name, extras = project.rstrip("]").split("[")
    assert name == "-e ." and extras.split(",") == ["lab", "torch"]
    assert (BINDER / "../constraints.txt").resolve() == ROOT / "constraints.txt"


@pytest.mark.parametrize("extra", ["lab", "torch"])
def test_everything_it_installs_has_a_tested_version(extra):
    pinned = dict(line.split("==") for line in lines(ROOT / "constraints.txt"))
    asked = PROJECT["optional-dependencies"][extra] + PROJECT["dependencies"]
    assert {line.split(">=")[0] for line in asked} <= pinned.keys()


def test_its_python_is_one_that_is_supported_and_tested():
    [name, version] = (BINDER / "runtime.txt").read_text("utf-8").strip().split("-")
    oldest = PROJECT["requires-python"].removeprefix(">=")
    major, minor = map(int, version.split("."))
    assert name == "python" and (major, minor) >= tuple(map(int, oldest.split(".")))
    assert f'"{version}"' in (ROOT / ".github/workflows/test.yml").read_text("utf-8")


def schema(package: str, name: str) -> dict:
    """What JupyterLab, or an extension of it, says of a plugin's settings."""
    jupyterlab = pytest.importorskip("jupyterlab.commands")
    home = Path(jupyterlab.get_app_dir())
    extensions = home.parent / "labextensions" / package / "schemas"
    places = [home / "schemas", extensions]
    [file] = [f for p in places if (f := p / package / f"{name}.json").exists()]
    return json.loads(file.read_text("utf-8"))


@pytest.mark.parametrize("plugin", SETTINGS)
def test_jupyterlab_knows_its_settings(plugin):
    known = schema(*plugin.split(":"))["properties"]
    for key, value in SETTINGS[plugin].items():
        choices = known[key].get("oneOf") or [{"const": value}]
        assert value in [choice["const"] for choice in choices]
        assert isinstance(value, {"string": str, "boolean": bool}[known[key]["type"]])


if sys.platform != "win32":  # mybinder.org runs Linux

    def test_it_brings_the_settings_and_hands_the_notebooks_out(tmp_path):
        home, prefix, path = tmp_path / "home", tmp_path / "prefix", tmp_path / "bin"
        for name in ("binder", "nnlab/jupyter", "notebooks"):
            shutil.copytree(ROOT / name, home / name)
        path.mkdir()
        (path / "python").write_text(
            f'#!/bin/sh\ncase "$2" in *prefix*) echo "{prefix}";; *Lab*) ;;\n'
            f'*) exec {sys.executable} "$@";; esac\n'
        )
        (path / "python").chmod(0o755)
        env = {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"}
        subprocess.run([home / "binder/postBuild"], check=True, env=env, cwd="/")
        for setting in CONFIG.rglob("*.json"):
            copied = prefix / "etc/jupyter" / setting.relative_to(CONFIG)
            assert copied.read_bytes() == setting.read_bytes()
        assert changed(home / FOLDER) == [] and (home / FOLDER / FIRST).exists()


def test_its_address_opens_a_notebook_that_is_handed_out():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"?urlpath=lab/tree/{FOLDER}/{FIRST})" in readme


def test_widget_messages_stay_on_the_kernels_main_thread():
    kernels = SETTINGS["@jupyterlab/apputils-extension:kernels-settings"]
    assert kernels == {"commsOverSubshells": "disabled"}
