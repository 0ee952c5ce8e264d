"""The settings turn on an extension, which a server takes."""

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("jupyter_server")

from jupyter_server.extension.manager import ExtensionManager
from jupyter_server.services.contents.manager import ContentsManager

from nnlab.jupyter import CONFIG, server_extension
from nnlab.jupyter.widget_state import keep_shown

[SETTING] = (CONFIG / "jupyter_server_config.d").glob("*.json")
TURNED_ON = json.loads(SETTING.read_text("utf-8"))["ServerApp"]["jpserver_extensions"]


class Server:
    """As much of a server as the extension needs."""

    def __init__(self):
        self.contents_manager = ContentsManager()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("PYTHONSTARTUP", "own.py")
    monkeypatch.setenv(server_extension.THEIRS, "")
    return Server()


def test_a_server_finds_the_extension_that_is_turned_on():
    manager = ExtensionManager()
    manager.from_jpserver_extensions(TURNED_ON)
    [found] = manager.extensions.values()
    assert found.enabled and found.module is server_extension


def test_it_adds_to_what_the_server_does_and_replaces_nothing(server):
    server.contents_manager.pre_save_hook = print
    server_extension._load_jupyter_server_extension(server)
    assert server.contents_manager.pre_save_hook is print
    assert keep_shown in server.contents_manager._pre_save_hooks
    assert os.environ["PYTHONSTARTUP"] == str(server_extension.STARTUP)
    assert os.environ[server_extension.THEIRS] == "own.py"


SCRIPT = """\
import runpy, sys
names = [name for name in runpy.run_path(sys.argv[1]) if name[:2] != "__"]
print(names, {"nnlab", "IPython"} & {*sys.modules})
"""


@pytest.mark.parametrize("own, names", [("", []), ("mine = 1", ["mine"])])
def test_python_in_a_terminal_starts_as_it_did(tmp_path, own, names):
    (tmp_path / "own.py").write_text(own)
    theirs = str(tmp_path / "own.py") if own else ""
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, server_extension.STARTUP],
        env={**os.environ, server_extension.THEIRS: theirs},
        capture_output=True,
        text=True,
    )
    assert (ran.stdout, ran.stderr) == (f"{names} set()\n", "")
