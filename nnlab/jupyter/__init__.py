"""What keeps notebooks alive in Jupyter: the settings of a server, what it saves, and
what its kernels say.

`CONFIG` is a folder of settings. `nnlab start` puts it on the path of those of the
server that it starts, and Binder copies it. Among them is one that turns on
`server_extension`.
"""

from pathlib import Path

CONFIG = Path(__file__).parent / "config"
