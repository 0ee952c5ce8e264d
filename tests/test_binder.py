"""What mybinder.org installs is what the tests have passed with."""

import json
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SETTINGS = json.loads((BINDER / "overrides.json").read_text("utf-8"))


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


@pytest.mark.parametrize("plugin", SETTINGS)
def test_jupyterlab_knows_its_settings(plugin):
    jupyterlab = pytest.importorskip("jupyterlab.commands")
    package, name = plugin.split(":")
    file = Path(jupyterlab.get_app_dir(), "schemas", package, f"{name}.json")
    known = json.loads(file.read_text("utf-8"))["properties"]
    for key, value in SETTINGS[plugin].items():
        choices = known[key].get("oneOf") or [{"const": value}]
        assert value in [choice["const"] for choice in choices]
        assert isinstance(value, {"string": str, "boolean": bool}[known[key]["type"]])


def test_widget_messages_stay_on_the_kernels_main_thread():
    kernels = SETTINGS["@jupyterlab/apputils-extension:kernels-settings"]
    assert kernels == {"commsOverSubshells": "disabled"}
