"""Which backend, by name; and of "auto", which is the faster one for a size.

That is looked up in `measured.json`: how long a step takes for so many parameters, as
`nnlab bench engine --backend … --store` measured it on the devices named there.
"""

import json
from functools import cache
from importlib.util import find_spec
from math import log
from pathlib import Path
from typing import Any

from nnlab.backend.backends import Backend
from nnlab.errors import InputError, unknown

BACKENDS = ("numpy", "torch", "torch:cuda", "auto")
TABLE = Path(__file__).with_name("measured.json")
NEEDED = ("torch", "array_api_compat")
Entry = dict[str, Any]  # backend, device, date, versions, and steps: [parameters, µs]


def chosen(backend: str | Backend, size: int) -> Backend:
    """The backend of this name, for `size` parameters; or the one that is given.

    Raises:
        InputError: for a name that is not known, or one whose library or device is not
            there.
    """
    if isinstance(backend, Backend):
        return backend
    if backend not in BACKENDS:
        raise unknown("backend", backend, BACKENDS)
    if backend == "numpy":
        return Backend()
    return faster(size) if backend == "auto" else _pytorch(backend)


def faster(size: int) -> Backend:
    """The backend on which a step of so many parameters took least time, of those
    that are here."""
    if lacking():
        return Backend(why="PyTorch is not installed")
    here = [entry for entry in measured() if _is_here(entry["backend"])]
    first, *others = sorted(here, key=lambda entry: _time(entry, size))
    times = [f"{one['backend']} {_time(one, size):.3g} µs" for one in (first, *others)]
    why = (
        f"the fastest measured for about {size} parameters, a step: "
        f"{', '.join(times)}; on {first['device']}, {first['date']}"
    )
    name = first["backend"]
    return Backend(why=why) if name == "numpy" else _pytorch(name, why)


@cache
def measured() -> list[Entry]:
    """What was measured, on which devices."""
    entries: list[Entry] = json.loads(TABLE.read_text("utf-8"))
    return entries


def lacking() -> list[str]:
    """What PyTorch as a backend needs, and is not installed."""
    return [name for name in NEEDED if not find_spec(name)]


def _time(entry: Entry, size: int) -> float:
    """Microseconds of a step, at the measured size that is nearest."""
    steps: list[tuple[int, float]] = entry["steps"]
    return min(steps, key=lambda step: abs(log(step[0] / max(1, size))))[1]


def _is_here(name: str) -> bool:
    if name != "torch:cuda":
        return True
    from nnlab.backend.pytorch import gpu_is_here

    return gpu_is_here()


def _pytorch(name: str, why: str = "") -> Backend:
    if lacking():
        raise InputError(
            "backend",
            f"backend={name!r} needs PyTorch, which is not installed; run: "
            "pip install 'nnlab-notebooks[torch]', which on Linux brings CUDA along, "
            "or take the command for your system from pytorch.org/get-started.",
        )
    from nnlab.backend.pytorch import on_torch

    return on_torch(name, why)
