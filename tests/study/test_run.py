"""A run is its experiment and its live changes, and says what the engine says."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import Experiment, InputError
from nnlab.data.generators import GENERATORS
from nnlab.study.run import Run

LOSSES = ["binary cross-entropy", "mse", "cross-entropy"]


def go(run: Run, steps: int) -> None:
    for _ in run.trainer.steps(steps):
        pass


def test_a_run_begins_where_its_experiment_does():
    run, trainer = Run(Experiment()), Experiment().trainer()
    assert run.trainer.steps_done == 0 and run.pointed is None and run.shown == 0
    assert_array_equal(run.trainer.network.parameters, trainer.network.parameters)
    assert run.data is run.parts.train


@pytest.mark.parametrize("data", [*GENERATORS, "digits"])
def test_outputs_are_those_of_the_network_on_its_own_scale(data):
    run = Run(Experiment(data=data, seeds=3, hidden=(5, 4)), shown=2)
    seen, _ = run.trainer.parts["validation"]
    outputs = run.outputs(run.parts.validation.x)
    assert_array_equal(outputs, run.trainer.network.forward(seen))
    trace = run.trace(run.parts.validation.x)
    assert [z.shape[-1] for z in trace] == [5, 5, 4, 4, run.trainer.network.widths[-1]]
    assert_array_equal(trace[-1], outputs[run.shown])


def test_it_measures_what_the_trainer_measures_once_a_step(monkeypatch):
    run, asked = Run(Experiment(seeds=2)), []
    measure = run.trainer.measure
    monkeypatch.setattr(run.trainer, "measure", lambda: asked.append(1) or measure())
    for steps in range(4):
        for name, values in measure().items():
            assert_array_equal(run.measure()[name], values)
            assert_array_equal(run.measure()[name], values)
        assert len(asked) == steps + 1
        go(run, 1)


@pytest.mark.parametrize("data", GENERATORS)
@pytest.mark.parametrize("loss", LOSSES)
def test_confidence_is_a_share_and_takes_the_networks_side(data, loss):
    run = Run(Experiment(data=data, loss=loss, seeds=3))
    go(run, 30)
    x, y = run.parts.validation.x, run.parts.validation.y
    said = run.confidence(run.outputs(x))
    assert said.shape == (3, len(x)) and said.min() >= 0 and said.max() <= 1
    right = np.mean((said > 0.5) == (y == 1), axis=1)
    assert_array_equal(right.astype("float32"), run.measure()["validation_accuracy"])


def test_a_live_change_keeps_the_weights_and_moves_on_with_the_new_number():
    one, other = (Run(Experiment(seeds=2)) for _ in range(2))
    for run in (one, other):
        go(run, 7)
    before = one.trainer.network.parameters.copy()
    one.change(learning_rate=0.5)
    assert_array_equal(one.trainer.network.parameters, before)
    assert one.experiment == Experiment(seeds=2, learning_rate=0.5)
    assert one.trainer.changes == [(7, "learning_rate", 0.5)]
    go(one, 1), go(other, 1)
    moved = one.trainer.network.parameters - before
    usual = other.trainer.network.parameters - before
    np.testing.assert_allclose(moved, 5 * usual, rtol=1e-3, atol=1e-6)


def test_a_change_that_is_refused_changes_nothing():
    run = Run(Experiment())
    with pytest.raises(InputError, match="learning_rate"):
        run.change(learning_rate=-1)
    assert run.experiment == Experiment() and run.trainer.changes == []
    assert run.trainer.optimizer == Experiment().make_optimizer()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("steps", [2, 3, 4, 60])
def test_a_run_that_diverges_can_still_be_looked_at(loss, steps):
    wild = {"activation": "relu", "hidden": (8, 8), "learning_rate": 100.0}
    run = Run(Experiment(loss=loss, optimizer="momentum", **wild))
    go(run, steps)
    for network in range(run.experiment.seeds):
        run.shown = network
        said = run.confidence(run.trace(run.data.x)[-1])
        assert (np.isnan(said) | ((said >= 0) & (said <= 1))).all()
    assert run.confidence(run.outputs(run.data.x)).shape == (8, len(run.data))
