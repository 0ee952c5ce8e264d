"""`nnlab bench engine --backend torch`, or `torch:cuda`: the engine on PyTorch.

The same four networks as for NumPy, and the same samples, batches and logging, on one
thread of the processor or on one GPU.

- **nnlab, by hand, PyTorch**: a step on that device. By hand is PyTorch too, but
  without autograd: the backward pass and Adam are written out. PyTorch is a
  `Sequential`, with `backward()` and `torch.optim.Adam`.
- **nnlab on NumPy**: the same step on the processor.
- **× R**: a step of R networks side by side, of which it is an R-th.
- **faster than NumPy from**: the least of the measured sizes, in parameters, from which
  on a step takes less time than with NumPy; infinite if there is none.

With `--store` the times by size go into the table by which "auto" chooses.
"""

from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib.metadata import version
from json import dumps
from math import inf
from multiprocessing import get_context
from pathlib import Path

from nnlab.atomic import write_whole
from nnlab.backend import select_backend
from nnlab.backend.select import TABLE, Times, runs
from nnlab.bench.engine_ratios import FULL, QUICK, named, one_thread, ratios
from nnlab.bench.loops import nnlab
from nnlab.bench.peers import by_hand, pytorch
from nnlab.bench.report import Row, machine, report
from nnlab.bench.stopwatch import timed
from nnlab.bench.tasks import TASKS, Task, Train, parameters

ONE, NUMPY, BY_HAND, PYTORCH = "nnlab", "nnlab on NumPy", "by hand", "PyTorch"
REPLICAS = {"torch": 64, "torch:cuda": 1024}
TARGETS = {  # of how many times as long the first takes as the second, for each task
    "torch": {
        (ONE, BY_HAND): ("≤ 1.2",) * 4,
        (PYTORCH, ONE): ("≥ 1",) * 4,
    },
    "torch:cuda": {
        (PYTORCH, ONE): ("", "≥ 5", "", ""),
        (PYTORCH, "nnlab × 1024"): ("", "≥ 5", "", ""),
    },
}
SIZES = [  # to see where one backend overtakes another
    Task((2, units, units, 1), batch=32, samples=320)
    for units in (2, 8, 24, 64, 128, 256, 512, 1024)
]


def main(
    backend: str, json: Path | None = None, quick: bool = False, keep: bool = False
) -> int:
    """Measures, prints the table, writes it to `json`, and keeps the times by size;
    the exit status."""
    select_backend(backend, 1)  # or an `InputError`, if it is not here
    effort = QUICK if quick else FULL
    with one_thread(), ProcessPoolExecutor(1, get_context("spawn")) as process:
        device, rows, steps = process.submit(measure, backend, *effort).result()
    told = machine("torch", **({"gpu": device} if device else {}))
    report(told, rows, json)
    if keep:
        store(backend, device or str(told["cpu"]), steps, TABLE)
    return 0


def measure(
    backend: str, seconds: float, repeats: int
) -> tuple[str, list[Row], dict[str, Times]]:
    """The device's name, every row, and the times of steps by size."""
    device, rows = select_backend(backend, 1).device, []
    for index, task in enumerate(TASKS):
        steps = times(loops(task, backend), task, seconds, repeats, bool(device))
        targets = {pair: bounds[index] for pair, bounds in TARGETS[backend].items()}
        rows += named(task, [Row(name, time, "µs") for name, time in steps.items()])
        rows += named(task, ratios(steps, targets))
    by_size = sizes(backend, seconds, repeats, bool(device))
    overtakes = from_which(by_size[backend], by_size["numpy"])
    return device, [*rows, Row("faster than NumPy from", overtakes, "")], by_size


def loops(task: Task, backend: str) -> dict[str, Train]:
    """The loops on this backend, and ours on NumPy, from the same parameters on."""
    network = task.network(backend=backend)
    device = backend.removeprefix("torch:") if ":" in backend else "cpu"
    start = parameters(network)
    found = {
        ONE: nnlab(task, network),
        NUMPY: nnlab(task, task.network()),
        BY_HAND: by_hand(task, start, device=device),
        PYTORCH: pytorch(task, start, device=device),
    }
    if task.many:
        count = REPLICAS[backend]
        found[f"{ONE} × {count}"] = nnlab(task, task.network(count, backend))
    return found


def times(
    trains: dict[str, Train], task: Task, seconds: float, repeats: int, on_gpu: bool
) -> dict[str, float]:
    """Microseconds of a step of one network, with each of these loops."""
    watches = timed(trains, seconds, repeats, on_gpu)
    return {
        name: 1e6 * watch.time / task.per_epoch / int(name.partition("× ")[2] or 1)
        for name, watch in watches.items()
    }


def sizes(backend: str, seconds: float, repeats: int, on_gpu: bool) -> dict[str, Times]:
    """By backend how long a step takes, for networks of ever more parameters: on NumPy,
    on PyTorch, and on this backend."""
    found: dict[str, Times] = {name: [] for name in ("numpy", "torch", backend)}
    for task in SIZES:
        trains = {name: nnlab(task, task.network(backend=name)) for name in found}
        count = task.network().layout.size
        for name, time in times(trains, task, seconds, repeats, on_gpu).items():
            found[name].append((count, round(time, 1)))
    return found


def from_which(ours: Times, theirs: Times) -> float:
    """The least size from which on we take less time than they do."""
    least = inf
    for (size, time), (_, other) in reversed([*zip(ours, theirs)]):
        if time >= other:
            break
        least = size
    return least


def store(backend: str, device: str, steps: dict[str, Times], table: Path) -> None:
    """Puts the times in the table, in place of those of another run for this backend;
    a GPU's come first."""
    run = {
        "backend": backend,
        "device": device,
        "date": f"{date.today()}",
        "versions": {name: version(name) for name in ("numpy", "torch")},
        "steps": steps,
    }
    others = [one for one in runs(table) if one["backend"] != backend]
    both = sorted([run, *others], key=lambda one: len(one["steps"]), reverse=True)
    text = f"{dumps(both, indent=1)}\n"
    write_whole(table, lambda file: file.write(text.encode()))
