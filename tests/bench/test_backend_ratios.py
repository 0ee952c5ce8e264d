"""What `nnlab bench engine --backend` promises, and what it stores."""

import json
from math import inf

import numpy as np
import pytest

from nnlab.backend import select
from nnlab.bench import backend_ratios
from nnlab.bench.backend_ratios import (
    BY_HAND,
    NUMPY,
    ONE,
    PYTORCH,
    REPLICAS,
    SIZES,
    TARGETS,
    from_which,
    loops,
    main,
    store,
)
from nnlab.bench.report import Row
from nnlab.bench.tasks import TASKS, Task
from nnlab.cli import main as cli
from nnlab.errors import InputError

pytest.importorskip("torch")
PROMISED = {
    **{f"{task.name}: nnlab / by hand": "≤ 1.2" for task in TASKS},
    **{f"{task.name}: PyTorch / nnlab": "≥ 1" for task in TASKS},
}
SMALL = [
    Task((2, 4, 1), batch=10, samples=30),
    Task((5, 6, 10), batch=8, samples=16, many=False),
]


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """The rows of a quick run on the processor, by name, as JSON has them."""
    file = tmp_path_factory.mktemp("bench") / "torch.json"
    before = select.TABLE.read_text("utf-8")
    assert main("torch", file, quick=True) == 0
    assert select.TABLE.read_text("utf-8") == before  # nobody asked to store it
    return {row["name"]: row for row in json.loads(file.read_text("utf-8"))["rows"]}


def test_no_target_is_lowered(quick):
    found = {name: row["target"] for name, row in quick.items() if row["target"]}
    assert found == PROMISED
    assert TARGETS["torch:cuda"] == {
        (PYTORCH, ONE): ("", "≥ 5", "", ""),
        (PYTORCH, "nnlab × 1024"): ("", "≥ 5", "", ""),
    }
    assert REPLICAS["torch:cuda"] == 1024 and TASKS[1].widths == (2, *[8] * 6, 1)


def test_a_target_is_met_by_the_ratio_of_the_times_beside_it(quick):
    for task in TASKS:
        for a, b in TARGETS["torch"]:
            row = quick[f"{task.name}: {a} / {b}"]
            times = [quick[f"{task.name}: {name}"]["value"] for name in (a, b)]
            assert row["value"] == pytest.approx(times[0] / times[1])
            assert row["met"] is Row("", row["value"], "", row["target"]).met
        for name in (ONE, NUMPY, BY_HAND, PYTORCH):
            assert quick[f"{task.name}: {name}"]["value"] > 1
    assert "faster than NumPy from" in quick


@pytest.mark.parametrize("task", SMALL)
def test_all_loops_train_the_same_network(task, monkeypatch):
    """With steps that change nothing they measure the same."""
    for module in ("peers", "loops"):
        monkeypatch.setattr(f"nnlab.bench.{module}.RATE", 1e-12)
    found = {name: train(2) for name, train in loops(task, "torch").items()}
    assert (f"{ONE} × 64" in found) == task.many
    first = found[NUMPY][1]
    for name in (ONE, BY_HAND, PYTORCH):
        losses, measured = found[name]
        assert len(losses) == 2 * task.per_epoch
        np.testing.assert_allclose(measured, first, rtol=1e-5)


def test_the_time_of_many_is_divided_by_their_number(monkeypatch):
    class Watch:
        time = 0.0032

    trains = {"one": None, "many × 64": None}
    monkeypatch.setattr(backend_ratios, "timed", lambda t, *_: dict.fromkeys(t, Watch))
    found = backend_ratios.times(trains, Task((2, 1), 10, 320), 1, 1, False)
    assert found == pytest.approx({"one": 100.0, "many × 64": 100 / 64})


@pytest.mark.parametrize(
    "ours, least",
    [
        ((9, 9, 9), inf),
        ((9, 9, 1), 30),
        ((9, 1, 1), 20),
        ((1, 1, 1), 10),
        ((1, 9, 1), 30),
        ((1, 1, 5), inf),
    ],
)
def test_from_which_size_on(ours, least):
    sizes = (10, 20, 30)
    assert from_which([*zip(sizes, ours)], [*zip(sizes, (5, 5, 5))]) == least


def test_sizes_grow_and_reach_a_million():
    counts = [task.network().layout.size for task in SIZES]
    assert counts == sorted(set(counts))
    assert counts[0] < 20 and counts[-1] > 1_000_000


def test_what_is_stored_replaces_that_of_the_same_backend(tmp_path):
    table = tmp_path / "measured.json"
    table.write_text("[]")
    steps = {"numpy": [(1, 2.0)], "torch": [(1, 3.0)]}
    store("torch", "old", steps, table)
    select.runs.cache_clear()
    store("torch:cuda", "card", steps | {"torch:cuda": [(1, 4.0)]}, table)
    select.runs.cache_clear()
    store("torch", "new", steps, table)
    select.runs.cache_clear()
    gpu, cpu = select.runs(table)
    assert (gpu["device"], cpu["device"]) == ("card", "new")
    assert gpu["steps"]["torch:cuda"] == [[1, 4.0]]
    assert cpu["versions"]["torch"] and len(cpu["date"]) == 10
    select.runs.cache_clear()


def test_without_a_gpu_nothing_is_measured_for_one(monkeypatch, capsys):
    from nnlab.backend import pytorch

    monkeypatch.setattr(pytorch, "gpu_is_here", lambda: False)
    with pytest.raises(InputError, match="needs an NVIDIA GPU"):
        main("torch:cuda")
    assert cli(["bench", "engine", "--backend", "torch:cuda", "--store"]) == 1
    assert "needs an NVIDIA GPU" in capsys.readouterr().err
