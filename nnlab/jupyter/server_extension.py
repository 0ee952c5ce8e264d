"""The extension of a Jupyter server that `CONFIG` turns on."""

import os
from pathlib import Path
from typing import Any

from nnlab.jupyter.widget_state import keep_shown

STARTUP = Path(__file__).with_name("startup.py")
THEIRS = "NNLAB_THEIR_PYTHONSTARTUP"  # that of the user


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Have the server save what outputs show, and its kernels run `startup.py`."""
    server.contents_manager.register_pre_save_hook(keep_shown)
    os.environ[THEIRS] = os.environ.get("PYTHONSTARTUP", "")
    os.environ["PYTHONSTARTUP"] = str(STARTUP)
