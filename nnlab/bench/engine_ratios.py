"""`nnlab bench engine`: how quick the engine is beside PyTorch, scikit-learn and JAX.

Four networks of tanh layers, in float32, trained by Adam on the same samples: whole
training loops, as they stand in `nnlab.bench.peers`. All run in one new process, in
turn, and on one thread.

- **nnlab, PyTorch, scikit-learn**: a step of one network, with all that belongs to it:
  drawing its batch, keeping its loss, and its part of the measuring after every epoch.
- **nnlab × 64, JAX × 64**: the same of 64 networks side by side, each with batches of
  its own; a 64th of it. PyTorch trains networks one by one, so there it is a step.
- **a / b**: how many times as long a step of a takes as one of b.
- **JAX × 64, compiling**: what the first epoch takes longer than the second.
- **nnlab × 64, memory**: what an epoch needs at its height, network and samples
  included, as Python and NumPy tell `tracemalloc`.
- **spread**: how far apart the quarters of the repeats are, where they are furthest.
- **processors in use**: if this is above one, some loop had more than its thread.
"""

import os
import sys
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from nnlab.bench.loops import (
    JAX,
    ONE,
    PACKAGES,
    PYTORCH,
    REPLICATED,
    SCIKIT,
    installed,
    loops,
    nnlab,
)
from nnlab.bench.report import Row, machine, report
from nnlab.bench.stopwatch import Stopwatch, timed
from nnlab.bench.tasks import REPLICAS, TASKS, Task

FULL = (0.3, 9)  # seconds of a run, and runs
QUICK = (0.05, 1)
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NPROC": "1",  # which XLA's own pool of threads goes by
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "JAX_PLATFORMS": "cpu",
}
TARGETS = {  # of how many times as long the first takes as the second, for each task
    (PYTORCH, ONE): ("≥ 7", "≥ 7", "≥ 2", "≥ 1"),
    (PYTORCH, REPLICATED): ("≥ 100", "≥ 65", "≥ 2.5", ""),
    (REPLICATED, JAX): ("≤ 2.5", "≤ 1.3", "≤ 3", ""),
    (SCIKIT, ONE): ("≥ 1", "≥ 1", "≥ 1", "≥ 1"),
}


def main(json: Path | None = None, quick: bool = False) -> int:
    """Measures, prints the table, and writes it to `json`; the exit status."""
    peers = installed()
    if missing := [PACKAGES[name] for name in PACKAGES if name not in peers]:
        print(left_out(missing), file=sys.stderr)
    effort = QUICK if quick else FULL
    with one_thread(), ProcessPoolExecutor(1, get_context("spawn")) as process:
        rows = process.submit(measure, peers, *effort).result()
    report(machine(*(PACKAGES[name] for name in peers)), rows, json)
    return 0


def left_out(missing: list[str]) -> str:
    """The sentence about packages that are not on this machine."""
    return (
        f"{' and '.join(missing)}: not installed, so left out; run: "
        "pip install 'nnlab-notebooks[bench]'"
    )


@contextmanager
def one_thread() -> Iterator[None]:
    """A process started within this computes on one thread, and on no other device."""
    before = dict(os.environ)
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def measure(peers: list[str], seconds: float, repeats: int) -> list[Row]:
    """Every row, from so many runs of so many seconds for each task and loop."""
    rows, processors = [], 0.0
    for index, task in enumerate(TASKS):
        watches = timed(loops(task, peers), seconds, repeats)
        targets = {pair: of_tasks[index] for pair, of_tasks in TARGETS.items()}
        rows += rows_of(task, watches, targets)
        processors = max(processors, *(max(w.processors) for w in watches.values()))
    return [*rows, Row("processors in use, at most", processors, "", "≤ 1.1")]


def rows_of(
    task: Task, watches: dict[str, Stopwatch], targets: dict[tuple[str, str], str]
) -> list[Row]:
    """The rows of a task: times, ratios, and what else there is to know."""
    steps = step_times(task, {name: watch.time for name, watch in watches.items()})
    rows = [Row(name, time, "µs") for name, time in steps.items()]
    rows += ratios(steps, targets)
    if JAX in watches:
        rows.append(Row(f"{JAX}, compiling", watches[JAX].first, "s"))
    if REPLICATED in watches:
        rows.append(Row(f"{REPLICATED}, memory", memory(task) / 1e6, "MB"))
    spread = max(watch.spread for watch in watches.values())
    return named(task, [*rows, Row("spread", 100 * spread, "%")])


def named(task: Task, rows: list[Row]) -> list[Row]:
    """The rows with the name of their task."""
    return [Row(f"{task.name}: {r.name}", r.value, r.unit, r.target) for r in rows]


def step_times(task: Task, epochs: dict[str, float]) -> dict[str, float]:
    """Microseconds of a step of one network, given the seconds of an epoch."""
    networks = {REPLICATED: REPLICAS, JAX: REPLICAS}
    return {
        name: 1e6 * time / task.per_epoch / networks.get(name, 1)
        for name, time in epochs.items()
    }


def ratios(steps: dict[str, float], targets: dict[tuple[str, str], str]) -> list[Row]:
    """How many times as long one takes as the other, where both were measured."""
    return [
        Row(f"{a} / {b}", steps[a] / steps[b], "", target)
        for (a, b), target in targets.items()
        if {a, b} <= steps.keys()
    ]


def memory(task: Task) -> int:
    """Bytes that the replicas need at most, in an epoch with all that it takes."""
    tracemalloc.start()
    try:
        nnlab(task, task.network(REPLICAS))(1)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
