"""A script that an experiment writes stands alone, reads well, and makes the run."""

import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import nnlab.engine
from nnlab import (
    Experiment,
    Huber,
    InputError,
    LeakyReLU,
    Linear,
    LinearLR,
    Residual,
    SequentialLR,
)
from nnlab.data.generators import island
from nnlab.engine.schedules import CosineAnnealingLR
from nnlab.experiment.source_repr import word

RUNS = [
    dict(),
    dict(data="xor", samples=120, noise=0.4, features=("x1", "x1*x2"), hidden=()),
    dict(data="diabetes", optimizer="adam", l1=0.01, loss=Huber(0.5), seed=3),
    dict(data="hills", standardize=False, initializer="he uniform", split_seed=1),
    dict(
        data="wine",
        hidden=(8, 8),
        residual=True,
        batch_norm=True,
        dropout=0.2,
        activation=LeakyReLU(0.2),
        schedule=SequentialLR(LinearLR(5), 5, CosineAnnealingLR(50)),
        clip_norm=1.0,
        patience=5,
        batch_size=None,
        dtype="float64",
    ),
]


@pytest.mark.parametrize("fields", RUNS, ids=str)
def test_a_script_makes_the_run_in_a_python_of_its_own(fields, tmp_path):
    experiment = Experiment(seeds=2, **fields)
    code = experiment.code(epochs=3)
    assert max(map(len, code.splitlines())) <= 88 and code.count("\n") <= 40
    script, out = tmp_path / "run.py", tmp_path / "out.npy"
    save = f"import numpy\nnumpy.save({str(out)!r}, network.parameters)\n"
    script.write_text(code + save, "utf-8")
    ran = subprocess.run(
        [sys.executable, "-W", "error", script],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert ran.stderr == "" and ran.stdout.startswith("{'train_loss': array(")
    assert_array_equal(np.load(out), experiment.run(epochs=3).network.parameters)


WORDS = [
    (0.1, "0.1"),
    (None, "None"),
    ((8,), "(8,)"),
    ("relu", "'relu'"),
    (LeakyReLU(), "LeakyReLU()"),
    (LeakyReLU(0.2), "LeakyReLU(0.2)"),
    (Residual((Linear(4),)), "Residual((Linear(4),))"),
    (np.sin, "np.sin"),
]


@pytest.mark.parametrize("value, written", WORDS, ids=str)
def test_a_value_is_written_as_code(value, written):
    assert word(value) == written


def twice(z):
    return 2 * z


def two(z):
    return 2.0


def test_what_is_yours_is_named_first_and_called_by_its_name():
    experiment = Experiment(activation=(twice, two), seeds=2)
    code = experiment.code(epochs=2)
    assert "# yours, from a cell of your own: twice, two" in code
    made = {"twice": twice, "two": two}
    exec(code, made)
    same = experiment.run(epochs=2).network.parameters
    assert_array_equal(made["network"].parameters, same)


def test_functions_of_numpys_need_no_cell():
    experiment = Experiment(activation=(np.sin, np.cos), seeds=2)
    code = experiment.code(epochs=1)
    assert "yours" not in code and "FunctionLayer(np.sin, slope=np.cos)" in code
    exec(code, made := {})
    assert_array_equal(
        made["network"].parameters, experiment.run(epochs=1).network.parameters
    )


@pytest.mark.parametrize(
    "field, value",
    [
        ("optimizer", lambda gradient, rate: -rate * gradient),
        ("schedule", lambda step: 0.5),
        ("activation", (np.sin, lambda z: np.cos(z))),
        ("optimizer", partial(lambda gradient, rate: -rate * gradient)),
        ("data", replace(island(90), name="my houses")),
    ],
)
def test_what_has_no_name_is_refused(field, value):
    with pytest.raises(InputError, match="has no name that a script can call it by"):
        Experiment(**{field: value}).code()


@pytest.mark.parametrize("epochs", [0, -1, "x"])
def test_a_script_trains_for_an_epoch_at_least(epochs):
    with pytest.raises(InputError, match="epochs="):
        Experiment().code(epochs)


def test_a_part_that_nnlab_does_not_offer_is_imported_from_its_file(monkeypatch):
    """So that a new optimizer needs no place beside its file and the dictionary."""
    monkeypatch.setattr(nnlab.engine, "__all__", [])
    code = Experiment(optimizer="adam").code(epochs=1)
    assert "from nnlab.engine.optimizers.adaptive import Adam\n" in code
