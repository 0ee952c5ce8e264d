"""A JupyterLab of one's own, which shares nothing with that of the developer."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from nnlab.jupyter import CONFIG

SERVER_SECONDS = 60  # a cold start on a busy machine; 2-3 s is usual
EXTENSIONS = ("notebook", "voila.server_extension")  # beside JupyterLab


class Missing(RuntimeError):
    """Something that is needed is not installed; says what mends it."""


@dataclass(frozen=True)
class Jupyter:
    """A running JupyterLab: its address, its token and the folder that it serves."""

    url: str
    token: str
    root: Path

    @property
    def headers(self) -> dict[str, str]:
        """What a request to the server's REST interface must carry."""
        return {"Authorization": f"token {self.token}"}

    def address_of(self, notebook: Path, interface: str = "lab") -> str:
        """Return the page of a notebook, in a workspace that nobody else uses.

        The interface is "lab", or "notebooks" for that of Notebook 7.
        """
        path = notebook.relative_to(self.root).as_posix()
        if interface == "lab":
            path = f"workspaces/{secrets.token_hex(4)}/tree/{path}"
        return f"{self.url}{interface}/{path}?token={self.token}"


@contextmanager
def running_lab(home: Path) -> Iterator[Jupyter]:
    """Run a server whose every folder lies below `home`.

    Raises:
        Missing: there is no JupyterLab.
    """
    if find_spec("jupyterlab") is None:
        raise Missing('JupyterLab is missing; run: pip install "nnlab-notebooks[lab]"')
    token = secrets.token_hex(16)
    root = home / "root"
    root.mkdir()
    with (
        (home / "lab.log").open("wb") as log,
        subprocess.Popen(
            lab_command(home, root, token),
            env=lab_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            port = wait_for_port(process, home)
            yield Jupyter(f"http://127.0.0.1:{port}/", token, root)
        finally:
            stop(process)


def lab_command(home: Path, root: Path, token: str) -> list[str]:
    """Return the command line: a free port, a secret token, nothing from outside."""
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": 0,  # the system picks a free one
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.root_dir": root,
        "ServerApp.jpserver_extensions": dict.fromkeys(EXTENSIONS, True),
        "IdentityProvider.token": token,
        "LabApp.expose_app_in_browser": True,
        "JupyterNotebookApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly",
        "LabApp.user_settings_dir": home / "settings",
        "LabApp.workspaces_dir": home / "workspaces",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "jupyterlab", *arguments]


def lab_environment(home: Path) -> dict[str, str]:
    """Return our environment with Jupyter's and IPython's folders moved to `home`."""
    personal = ("JUPYTER", "IPYTHON", "PYTHONSTARTUP")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(personal)}
    return inherited | {
        "JUPYTER_CONFIG_PATH": str(CONFIG),  # as `nnlab start` has it
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def wait_for_port(process: subprocess.Popen, home: Path) -> int:
    """Wait until the server has written down its port, or fail with its log."""
    deadline = time.monotonic() + SERVER_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        for file in (home / "runtime").glob("jpserver-*.json"):
            try:
                return json.loads(file.read_text())["port"]
            except json.JSONDecodeError:
                pass  # caught in the middle of being written
        time.sleep(0.05)
    log = (home / "lab.log").read_text(errors="replace")
    raise RuntimeError(f"JupyterLab did not come up:\n{log}")


def stop(process: subprocess.Popen) -> None:
    """Ask the server to end (it ends its kernels first), and insist if need be."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
