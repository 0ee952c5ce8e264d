"""What `nnlab bench engine` promises, and that its ratios are those of its times."""

import json
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from nnlab.bench import engine_ratios
from nnlab.bench.engine_ratios import (
    ONE_THREAD,
    TARGETS,
    main,
    memory,
    one_thread,
    ratios,
    step_times,
)
from nnlab.bench.loops import (
    JAX,
    MODULES,
    ONE,
    PACKAGES,
    PYTORCH,
    REPLICATED,
    SCIKIT,
    installed,
)
from nnlab.bench.report import Row
from nnlab.bench.tasks import REPLICAS, TASKS, Task

PROMISED = {
    "2-4-2-1, 10: PyTorch / nnlab": "≥ 7",
    "2-4-2-1, 10: PyTorch / nnlab × 64": "≥ 100",
    "2-4-2-1, 10: nnlab × 64 / JAX × 64": "≤ 2.5",
    "2-4-2-1, 10: scikit-learn / nnlab": "≥ 1",
    "2-8-8-8-8-8-8-1, 10: PyTorch / nnlab": "≥ 7",
    "2-8-8-8-8-8-8-1, 10: PyTorch / nnlab × 64": "≥ 65",
    "2-8-8-8-8-8-8-1, 10: nnlab × 64 / JAX × 64": "≤ 1.3",
    "2-8-8-8-8-8-8-1, 10: scikit-learn / nnlab": "≥ 1",
    "64-128-64-10, 64: PyTorch / nnlab": "≥ 2",
    "64-128-64-10, 64: PyTorch / nnlab × 64": "≥ 2.5",
    "64-128-64-10, 64: nnlab × 64 / JAX × 64": "≤ 3",
    "64-128-64-10, 64: scikit-learn / nnlab": "≥ 1",
    "784-512-512-10, 256: PyTorch / nnlab": "≥ 1",
    "784-512-512-10, 256: scikit-learn / nnlab": "≥ 1",
    "processors in use, at most": "≤ 1.1",
}
LOOPS = [ONE, REPLICATED, *PACKAGES]
SECONDS = st.floats(1e-6, 1e3)
PAIRS = {pair: of_tasks[0] for pair, of_tasks in TARGETS.items()}


def kept(row: str, peers: list[str]) -> bool:
    """Whether a row speaks of no other peers than these."""
    return not any(name in row for name in PACKAGES if name not in peers)


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """The rows of a quick run, by name, as JSON has them."""
    file = tmp_path_factory.mktemp("bench") / "engine.json"
    assert main(file, quick=True) == 0
    return {row["name"]: row for row in json.loads(file.read_text("utf-8"))["rows"]}


def test_no_target_is_lowered(quick):
    found = {name: row["target"] for name, row in quick.items() if row["target"]}
    assert found == {k: v for k, v in PROMISED.items() if kept(k, installed())}


def test_a_target_is_met_by_the_ratio_of_the_times_beside_it(quick):
    for task in TASKS:
        for a, b in TARGETS:
            row = quick.get(f"{task.name}: {a} / {b}")
            if row is None:
                continue
            times = [quick[f"{task.name}: {name}"]["value"] for name in (a, b)]
            assert row["value"] == pytest.approx(times[0] / times[1])
            assert row["met"] is Row("", row["value"], "", row["target"]).met


def test_a_run_says_how_much_memory_and_compiling_it_took(quick):
    for task in TASKS[:3]:
        assert quick[f"{task.name}: {REPLICATED}, memory"]["value"] > 0.1
        assert (f"{task.name}: {JAX}, compiling" in quick) == (JAX in installed())


@given(st.dictionaries(st.sampled_from(LOOPS), SECONDS))
def test_ratios_are_those_of_what_was_measured(steps):
    rows = {row.name: row for row in ratios(steps, PAIRS)}
    assert rows.keys() == {f"{a} / {b}" for a, b in PAIRS if {a, b} <= steps.keys()}
    for (a, b), target in PAIRS.items():
        if row := rows.get(f"{a} / {b}"):
            assert row.value * steps[b] == pytest.approx(steps[a])
            assert row.target == target


@given(SECONDS, st.integers(1, 50))
def test_a_step_is_that_of_one_network(seconds, per_epoch):
    task = Task((2, 1), batch=10, samples=10 * per_epoch)
    steps = step_times(task, dict.fromkeys(LOOPS, seconds))
    for name, time in steps.items():
        networks = REPLICAS if name in (REPLICATED, JAX) else 1
        assert time * per_epoch * networks == pytest.approx(1e6 * seconds)


def test_memory_is_that_of_all_the_replicas():
    small, large = (
        Task((2, 8, 1), batch=10, samples=10),
        Task((2, 800, 1), batch=10, samples=10),
    )
    numbers = REPLICAS * (2 * 800 + 800 + 800 + 1)
    assert memory(small) < 4 * 4 * numbers <= memory(large)  # p, g and two moments


def test_a_measuring_process_has_one_thread():
    modules = ["numpy", "scipy.linalg", *(MODULES[name] for name in installed())]
    with one_thread(), ProcessPoolExecutor(1, get_context("spawn")) as process:
        for module in modules:
            process.submit(exec, f"import {module}").result()
        pools = process.submit(threadpool_info).result()
    assert pools and {pool["num_threads"] for pool in pools} == {1}


def test_the_environment_is_as_it_was(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    before = dict(os.environ)
    with pytest.raises(KeyError), one_thread():
        assert ONE_THREAD.items() <= os.environ.items()
        raise KeyError
    assert dict(os.environ) == before


class NoProcess:
    """In place of the measuring process: it has measured already."""

    def __init__(self, *_):
        self.rows = [Row("a", 1.0, "µs")]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def submit(self, function, peers, *_):
        return self

    def result(self):
        return self.rows


@pytest.mark.parametrize("missing", [[], [JAX], [PYTORCH, SCIKIT], [*PACKAGES]])
def test_what_is_left_out_is_said_in_one_line_with_its_remedy(
    monkeypatch, capsys, missing
):
    here = [name for name in installed() if name not in missing]
    missing = [name for name in PACKAGES if name not in here]
    monkeypatch.setattr(engine_ratios, "ProcessPoolExecutor", NoProcess)
    monkeypatch.setattr(engine_ratios, "installed", lambda: here)
    assert main() == 0
    said = capsys.readouterr().err.splitlines()
    assert len(said) == bool(missing)
    for sentence in said:
        assert all(PACKAGES[name] in sentence for name in missing)
        assert not any(PACKAGES[name] in sentence for name in here)
        assert sentence.endswith("pip install 'nnlab-notebooks[bench]'")
