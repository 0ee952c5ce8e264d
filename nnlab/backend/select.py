"""Selection of a backend by name, and for "auto" of the fastest one for a size.

It is looked up in `measured.json`: the time of a step by number of parameters, as
measured by `nnlab bench engine --backend … --store` on the device that is named there.
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
Times = list[tuple[int, float]]  # number of parameters, microseconds per step


def select_backend(backend: str | Backend, size: int) -> Backend:
    """Return the backend of this name, or `backend` itself if it is one.

    Args:
        backend: "numpy", "torch", "torch:cuda", "auto", or a backend.
        size: number of parameters of all replicas, for "auto".

    Raises:
        InputError: for an unknown name, or if the library or device is not available.
    """
    if isinstance(backend, Backend):
        return backend
    if backend not in BACKENDS:
        raise unknown("backend", backend, BACKENDS)
    if backend == "numpy":
        return Backend()
    return faster(size) if backend == "auto" else _pytorch(backend)


def faster(size: int) -> Backend:
    """Return the available backend with the shortest step for `size` parameters."""
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
    """Return the runs of the benchmark, those on a GPU first.

    Each is a dictionary with its `backend`, `device`, `date`, `versions`, and the times
    of `steps` by backend.
    """
    found: list[dict[str, Any]] = json.loads(table.read_text("utf-8"))
    return found


def lacking() -> list[str]:
    """Return the packages that PyTorch backends need and that are not installed."""
    return [name for name in NEEDED if not find_spec(name)]


def time_of(steps: Times, size: int) -> float:
    """Return the microseconds per step at the nearest measured size, on a log scale."""
    return min(steps, key=lambda step: abs(log(step[0] / max(1, size))))[1]


def _is_here(name: str) -> bool:
    """Return True if the device of this backend is available."""
    if name != "torch:cuda":
        return True
    from nnlab.backend.pytorch import gpu_is_here

    return gpu_is_here()


def _pytorch(name: str, why: str = "") -> Backend:
    """Return the PyTorch backend of this name, or raise an `InputError`."""
    if lacking():
        raise InputError(
            "backend",
            f"backend={name!r} needs PyTorch, which is not installed; run: "
            "pip install 'nnlab-notebooks[torch]', which on Linux brings CUDA along, "
            "or take the command for your system from pytorch.org/get-started.",
        )
    from nnlab.backend.pytorch import on_torch

    return on_torch(name, why)
