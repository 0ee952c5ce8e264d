"""Whoever computes, it is the same network and the same run.

Gradients at equal parameters are in `test_pairs`, whole runs that change on their way
in `test_whole`, and the tape in `test_tape`: these are run for every backend too.
"""

import pickle
from copy import deepcopy
from sys import modules

import pytest

from nnlab.backend import Backend
from nnlab.engine import Linear, Network
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.errors import InputError
from nnlab.training.checkpoint import load_checkpoint, save_checkpoint
from nnlab.training.early_stopping import EarlyStopping
from nnlab.training.snapshot import vectors
from nnlab.training.surgery import transplant

from .arrays import RUN, assert_array_equal, copied, host, same, space
from .test_pairs import LAYERS
from .test_whole import everything, make

all_replicas = pytest.mark.parametrize("replicas", [None, 1, 3])
beside_numpy = pytest.mark.without("numpy")
LATE = EarlyStopping(1000)  # it watches, and ends nothing


def rate(step: int) -> float:
    return 0.99**step


def run_of(backend, **given):
    """A run with everything switched on, in float64; 10, 10, 10, 10 and 7 samples."""
    usual = dict(dtype="float64", stopping=LATE, schedule=rate)
    return make(**{**usual, "backend": backend, **given})


def losses_of(run, steps):
    """The loss of each step, which are made now."""
    return [copied(run.last_loss) for _ in run.steps(steps)]


def test_what_is_made_by_default_is_of_the_backend_that_the_test_is_for(backend):
    network = Network(3, [Linear(2)])
    assert network.backend is backend and network.xp is space()
    assert type(network.parameters) is type(space().zeros(1))


@beside_numpy
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@all_replicas
def test_all_start_from_the_same_numbers(backend, dtype, replicas):
    layers = [Linear(3), *LAYERS.values(), Linear(1)]
    ours, numpys = (
        Network(4, layers, 7, replicas, dtype, each) for each in (backend, Backend())
    )
    assert type(ours.parameters) is type(space().zeros(1))
    assert_array_equal(ours.parameters, numpys.parameters, strict=True)
    assert_array_equal(ours.state, numpys.state, strict=True)
    noise = (network.draw_noise(5) for network in (ours, numpys))
    assert_array_equal(*noise, strict=True)


@beside_numpy
@pytest.mark.parametrize("rule", OPTIMIZERS.values())
def test_two_hundred_steps_have_the_losses_of_numpys(backend, rule):
    runs = [run_of(each, optimizer=rule(0.01)) for each in (backend, Backend())]
    same(*(losses_of(run, 200) for run in runs), RUN)
    ours, numpys = (run.history for run in runs)
    assert ours["step"] == numpys["step"] == [*range(0, 201, 5)]
    for name in ("train_loss", "train_loss_training", "validation_loss", "penalty"):
        same(ours[name], numpys[name], RUN)


@beside_numpy
@pytest.mark.parametrize("away", [True, False], ids=["away", "home"])
@all_replicas
def test_a_checkpoint_goes_on_with_another_backend(backend, away, replicas, tmp_path):
    ways = (Backend(), backend) if away else (backend, Backend())
    first, other = (run_of(each, replicas=replicas) for each in ways)
    losses_of(first, 38)  # in the middle of an epoch
    save_checkpoint(first, tmp_path / "run")
    load_checkpoint(other, tmp_path / "run")
    for name, vector in vectors(other).items():
        assert_array_equal(vector, vectors(first)[name], err_msg=name, strict=True)
        assert type(vector) is type(other.network.parameters)
    same(losses_of(other, 60), losses_of(first, 60), RUN)
    same(other.history["train_loss"], first.history["train_loss"], RUN)


@beside_numpy
@all_replicas
def test_nothing_goes_to_the_host_or_comes_from_it_on_the_way(
    backend, replicas, monkeypatch
):
    """But for the buffers that are filled before: samples' places, noise, numbers."""
    run = run_of(backend, replicas=replicas)
    losses_of(run, 5)  # numbers that stay the same are sent once
    for _ in range(5):  # the last one is smaller
        crossings = []
        run._prepare(), run._prepare_update()
        with monkeypatch.context() as patch:
            watch(patch, crossings)
            run.run_step._compute(run.rows.shape[-1])
        assert crossings == []
        run._finish()


def watch(patch, crossings):
    """Notes whatever asks for an array of the host's, or on the host."""

    def noted(name):
        return lambda *given, **named: crossings.append(name)

    patch.setattr(space(), "asarray", noted("asarray"))
    for name, module in [*modules.items()]:
        if name.startswith("nnlab.") and hasattr(module, "to_numpy"):
            patch.setattr(module, "to_numpy", noted(name))
    if modules.get("torch"):
        for name in ("cpu", "item", "numpy", "tolist", "__array__", "__float__"):
            patch.setattr(modules["torch"].Tensor, name, noted(name))


WAYS = [deepcopy, lambda run: pickle.loads(pickle.dumps(run))]


@pytest.mark.without("strict")  # its arrays can't be copied so
@pytest.mark.parametrize("copy_of", WAYS, ids=["deepcopy", "pickle"])
def test_a_copy_of_a_run_goes_its_own_way(backend, copy_of):
    run, twin = run_of(backend), run_of(backend)
    losses_of(run, 13), losses_of(twin, 13)
    copy, theirs = copy_of(run), losses_of(twin, 20)
    for one in (copy, run):  # the copy's steps have not moved the other
        assert one.steps_done == 13
        assert_array_equal(losses_of(one, 20), theirs)
        assert_array_equal(one.network.parameters, twin.network.parameters)


@beside_numpy
@pytest.mark.parametrize("away", [True, False], ids=["away", "home"])
def test_a_network_of_another_backend_cant_take_over(backend, away):
    ways = (Backend(), backend) if away else (backend, Backend())
    run, before = run_of(ways[0]), host(run_of(ways[0]).network.parameters)
    network = Network(3, [*everything(11), Linear(1)], 5, 3, "float64", ways[1])
    with pytest.raises(InputError, match=r"and the same backend\.$") as caught:
        transplant(run, network)
    assert caught.value.argument == "network" and "\n" not in str(caught.value)
    assert_array_equal(run.network.parameters, before)
