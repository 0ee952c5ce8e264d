"""What a run says at its end is said of one network: the one that it gives."""

import signal

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import Experiment, sweep
from nnlab.experiment.results import RunResult
from nnlab.experiment.sweep import Group
from nnlab.session.session import Session
from nnlab.views.drawing.measurements import bests

NOISY = dict(noise=0.5, learning_rate=1.0, hidden=(8,), seeds=6, samples=120)
EARLY = {
    "none has stopped": dict(patience=50),
    "some have": dict(patience=3),
    "all have": dict(patience=1),
    "they diverge": dict(patience=3, learning_rate=100, loss="mse", activation="relu"),
    "there is no patience": dict(),
    "measurements": dict(patience=4, data="hills", learning_rate=0.3),
    "dropout": dict(patience=4, dropout=0.3),
    "batch norm": dict(patience=4, batch_norm=True),
}


@pytest.mark.parametrize("case", EARLY)
def test_the_end_the_score_and_the_best_row_are_of_one_network(case):
    experiment = Experiment(**{**NOISY, **EARLY[case]})
    found = experiment.run(epochs=25)
    parts = experiment.split()
    for part, name in ((parts.train, "train"), (parts.validation, "validation")):
        for what, score in experiment.score(found.network, part).items():
            assert_array_equal(found.end(f"{name}_{what}"), score)
    losses = found["validation_loss"]
    if experiment.patience is None:
        assert found.best is None
        assert_array_equal(found.end("validation_loss"), losses[-1])
    else:
        assert_array_equal(found.end("validation_loss"), np.nanmin(losses, axis=0))
        assert_array_equal(found.best, np.nanargmin(losses, axis=0))
        assert_array_equal(found.end("step"), found["step"][found.best])


def test_some_have_stopped_and_others_have_not_and_each_is_at_its_best():
    """By whatever patience, as rounding decides: or else the law shows less."""
    made = [Experiment(**NOISY, patience=patience) for patience in (1, 2, 3, 4)]
    for found in sweep(made, epochs=25):
        stopped = np.isnan(found["validation_loss"][-1])
        if 0 < stopped.sum() < 6:
            best = np.nanmin(found["validation_loss"], axis=0)
            assert_array_equal(found.end("validation_loss"), best)
            return
    raise AssertionError("all have stopped, or none")


@pytest.mark.parametrize("case", EARLY)
def test_in_a_sweep_it_is_as_alone(case):
    made = [Experiment(**{**NOISY, **EARLY[case]}, seed=seed) for seed in (0, 40)]
    for found, experiment in zip(sweep(made, epochs=12), made):
        alone = experiment.run(epochs=12)
        assert_array_equal(found.network.parameters, alone.network.parameters)
        for name in alone:
            assert_array_equal(found.end(name), alone.end(name))


def test_the_script_ends_where_the_run_does(capsys):
    experiment = Experiment(**NOISY, patience=3)
    exec(experiment.code(epochs=25), scope := {})
    found = experiment.run(epochs=25)
    assert_array_equal(scope["network"].parameters, found.network.parameters)
    assert "restore_best" not in Experiment(**NOISY).code()


def test_the_curves_mark_the_best_of_each_seed():
    run = Session(Experiment(**NOISY, patience=3))
    run.train(25 * run.trainer.steps_per_epoch)
    when, losses = bests(run)
    history = np.array(run.trainer.history["validation_loss"])
    order = np.argsort(np.nanargmin(history, axis=0), kind="stable")
    assert_array_equal(np.sort(losses), np.sort(np.nanmin(history, axis=0)))
    assert_array_equal(when, np.nanargmin(history, axis=0)[order])
    stopped = ~run.trainer.active
    now = run.measure()["validation_loss"][stopped]
    assert_array_equal(now, np.nanmin(history, axis=0)[stopped])


def test_other_samples_are_no_worse_for_what_was_best_before():
    run = Session(Experiment(**NOISY, patience=3))
    run.train(5 * run.trainer.steps_per_epoch)
    run.learn_from(Experiment(**{**NOISY, "data_seed": 5}).dataset())
    assert (run.trainer.record.best == -1).all()
    run.train(5 * run.trainer.steps_per_epoch)
    history = np.array(run.trainer.history["validation_loss"])
    best = run.trainer.record.best
    after = best >= 0
    assert (best[after] > 5).all()
    found = history[best[after], np.flatnonzero(after)]
    assert_array_equal(found, np.nanmin(history[6:], axis=0)[after])


# What is written down


def test_a_measure_that_is_0_is_a_measure():
    experiment = Experiment(data="gaussians", noise=0.01, seeds=2, hidden=())
    found = experiment.run(epochs=1)
    zeros = {name: np.zeros_like(values) for name, values in found.items()}
    told = repr(RunResult({**zeros, "step": found["step"]}, found.network, 0.0))
    for name in found:
        assert (f"\n{name} " in told) == (name != "step")
    assert all(line.endswith(" 0   0 … 0") for line in told.splitlines()[1:])


def test_the_time_of_a_sweep_is_shared_out():
    made = [Experiment(seeds=n, samples=60) for n in (1, 3, 4)]
    group = Group(made)
    group.epoch()
    shares = [result.seconds for result in group.results()]
    assert np.allclose(np.array(shares) / sum(shares), [1 / 8, 3 / 8, 4 / 8], rtol=0.2)


# An interrupt


@pytest.fixture(autouse=True)
def an_interrupt_is_an_exception():
    """Also where whoever started the tests lets this signal pass unheard."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Interrupted(Experiment):
    """One whose third epoch is interrupted, after one of its steps."""

    at = 2 * 3 + 1  # three steps an epoch

    def trainer(self):
        trainer = super().trainer()
        step, at = trainer.step, self.at

        def interrupted():
            if trainer.steps_done == at:
                signal.raise_signal(signal.SIGINT)
            step()

        trainer.step = interrupted
        return trainer


FEW = dict(samples=160, batch_size=32, seeds=3, dropout=0.2, optimizer="adam")


@pytest.mark.parametrize("fields", [{}, dict(patience=3), dict(batch_norm=True)])
def test_an_interrupted_run_keeps_its_whole_epochs(capsys, fields):
    found = Interrupted(**FEW, **fields).run(epochs=1000)
    whole = Experiment(**FEW, **fields).run(epochs=2)
    assert found.epochs == 2
    assert_array_equal(found.network.parameters, whole.network.parameters)
    assert_array_equal(found.network.state, whole.network.state)
    for name in whole:
        assert_array_equal(found[name], whole[name])
    assert "interrupted: 2 of 1000 epochs are kept" in capsys.readouterr().err


def test_an_interrupt_in_the_first_epoch_goes_on(monkeypatch, capsys):
    monkeypatch.setattr(Interrupted, "at", 1)
    with pytest.raises(KeyboardInterrupt):
        Interrupted(**FEW).run(epochs=10)


def test_an_interrupted_sweep_keeps_what_there_is(monkeypatch, capsys):
    made = [Experiment(**FEW), Experiment(**FEW, learning_rate=0.01), Experiment()]
    epoch, calls = Group.epoch, []

    def interrupted(group):
        calls.append(group)
        if len(calls) == 3:
            raise KeyboardInterrupt
        epoch(group)

    monkeypatch.setattr(Group, "epoch", interrupted)
    one, other, third = sweep(made, epochs=50)
    assert (one.epochs, other.epochs, third.epochs) == (2, 2, 0)
    assert_array_equal(one["train_loss"], made[0].run(epochs=2)["train_loss"])
