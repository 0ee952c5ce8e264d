"""Who computes, by name; and which one "auto" is."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

from nnlab import Experiment
from nnlab.backend import BACKENDS, Backend, select, select_backend, to_numpy
from nnlab.engine import Linear, Network
from nnlab.errors import InputError

RUN = {
    "backend": "torch",
    "device": "a processor",
    "date": "2026-01-02",
    "versions": {},
    "steps": {
        "numpy": [[10, 50.0], [1000, 100.0], [100_000, 9000.0]],
        "torch": [[10, 200.0], [1000, 210.0], [100_000, 3000.0]],
    },
}
GPU = {
    **RUN,
    "backend": "torch:cuda",
    "device": "a card",
    "steps": {**RUN["steps"], "torch:cuda": [[10, 60.0], [1000, 60.0]]},
}


@pytest.fixture
def table(monkeypatch):
    """What was measured, as a test says it."""

    def measured(*runs):
        monkeypatch.setattr(select, "runs", lambda: runs)

    measured(RUN)
    return measured


@pytest.fixture
def no_torch(monkeypatch):
    """As if PyTorch were not installed."""
    monkeypatch.setattr(select, "find_spec", lambda name: None)


def test_the_names():
    assert select_backend("numpy", 10) == Backend()
    assert select_backend("numpy", 10).xp.tanh is np.tanh
    one = Backend("mine")
    assert select_backend(one, 10) is one
    with pytest.raises(InputError, match=r"'torhc' is not known; did you mean 'torch'"):
        select_backend("torhc", 10)
    with pytest.raises(InputError, match="backend=None is not known"):
        select_backend(None, 10)


@pytest.mark.parametrize("size, name", [(1, "numpy"), (900, "numpy"), (10**6, "torch")])
def test_auto_is_the_one_that_took_least_time_at_the_nearest_size(table, size, name):
    pytest.importorskip("torch")
    found = select_backend("auto", size)
    assert found.name == name
    assert type(found) is type(select_backend(name, size))
    steps = RUN["steps"][name]
    nearest = min(steps, key=lambda step: abs(np.log(step[0] / size)))
    assert f"{nearest[1]:.3g} µs" in found.why  # it says why
    assert "a processor, 2026-01-02" in found.why
    assert str(found) == f"{name} ({found.why})"


def test_auto_is_the_gpu_where_one_is_and_was_measured(table, monkeypatch):
    pytorch = pytest.importorskip("nnlab.backend.pytorch")
    table(GPU, RUN)
    monkeypatch.setattr(pytorch, "gpu_is_here", lambda: True)
    assert select_backend("auto", 1000).name == "torch:cuda"
    assert select_backend("auto", 10).name == "numpy"
    monkeypatch.setattr(pytorch, "gpu_is_here", lambda: False)
    assert select_backend("auto", 1000).name == "numpy"
    assert "a processor" in select_backend("auto", 1000).why


def test_what_is_stored_was_measured():
    runs = select.runs()
    assert {run["backend"] for run in runs} <= {*BACKENDS}
    assert any(run["backend"] == "torch" for run in runs)
    for run in runs:
        assert (
            run["device"] and run["date"] and {"numpy", "torch"} <= {*run["versions"]}
        )
        assert {"numpy", "torch", run["backend"]} == {*run["steps"]}
        for steps in run["steps"].values():
            sizes, times = np.array(steps).T
            assert len(sizes) >= 8 and (np.diff(sizes) > 0).all() and (times > 1).all()


def test_without_pytorch_auto_is_numpy_and_the_others_say_how_to_get_it(no_torch):
    assert select_backend("auto", 10**9) == Backend(why="PyTorch is not installed")
    for name in ("torch", "torch:cuda"):
        with pytest.raises(InputError) as caught:
            Network(2, [Linear(1)], backend=name)
        assert caught.value.argument == "backend"
        said = str(caught.value)
        assert said.startswith(
            f"backend={name!r} needs PyTorch, which is not installed"
        )
        assert "pip install 'nnlab-notebooks[torch]'" in said and "CUDA" in said
        with pytest.raises(InputError, match="nnlab-notebooks"):
            Experiment(backend=name)


def test_without_a_gpu_it_says_so(monkeypatch):
    pytorch = pytest.importorskip("nnlab.backend.pytorch")
    monkeypatch.setattr(pytorch, "gpu_is_here", lambda: False)
    with pytest.raises(InputError, match=r"'torch:cuda' needs an NVIDIA GPU.*='torch'"):
        Experiment(backend="torch:cuda")


def test_a_network_on_pytorch_can_be_copied_and_pickled():
    pytest.importorskip("torch")
    net = Network(2, [Linear(3)], replicas=2, backend="torch")
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert other.backend == net.backend
        other["0.W"][...] = 7.0
        assert (to_numpy(other.parameters) == 7.0).sum() == 12
        assert (to_numpy(net.parameters) != 7.0).all()


def test_choosing_numpy_loads_no_pytorch():
    script = (
        "import sys; from nnlab.backend import select_backend as select; "
        "select('numpy', 9); select('auto', 9); print('torch' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.stdout == "False\n"
