"""Which backend, by name; and for "auto" which one is fastest for a size.

That is looked up in `measured.json`: how long a step takes for so many parameters, as
`nnlab bench engine --backend … --store` measured it on the device that is named there.
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
Times = list[tuple[int, float]]  # parameters, and microseconds of a step


def select_backend(backend: str | Backend, size: int) -> Backend:
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
    run = next(run for run in runs() if _is_here(run["backend"]))
    times = {name: time_of(steps, size) for name, steps in run["steps"].items()}
    fastest, *others = sorted(times, key=lambda name: times[name])
    beside = " and ".join(f"{times[name]:.3g} with {name}" for name in others)
    why = (
        f"a step of about {size} parameters took {times[fastest]:.3g} µs, and "
        f"{beside}, on {run['device']}, {run['date']}"
    )
    return Backend(why=why) if fastest == "numpy" else _pytorch(fastest, why)


@cache
def runs(table: Path = TABLE) -> list[dict[str, Any]]:
    """Runs of the bench, those on a GPU first. Each says for which `backend` it was,
    on what `device`, the `date`, the `versions`, and by backend the `steps`."""
    found: list[dict[str, Any]] = json.loads(table.read_text("utf-8"))
    return found


def lacking() -> list[str]:
    """What PyTorch as a backend needs, and is not installed."""
    return [name for name in NEEDED if not find_spec(name)]


def time_of(steps: Times, size: int) -> float:
    """Microseconds of a step, at the measured size that is nearest."""
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
