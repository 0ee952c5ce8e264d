"""An experiment is the same experiment, whoever computes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import Experiment, check_gradient, sweep
from nnlab.backend import to_numpy
from nnlab.diagnostics.loss_on_plane import surface
from nnlab.session.session import Session

pytest.importorskip("torch")
SMALL = dict(samples=60, seeds=2, dtype="float64")
EVERYTHING = dict(
    hidden=(5, 5),
    optimizer="adamw",
    batch_norm=True,
    dropout=0.2,
    residual=True,
    l1=0.001,
    l2=0.01,
    clip_norm=1.0,
    schedule="cosine",
    patience=4,
)


def both(**fields):
    return [Experiment(**SMALL | fields, backend=name) for name in ("numpy", "torch")]


@pytest.mark.parametrize("data", ["island", "hills", "spiral"])
@pytest.mark.parametrize("more", [{}, EVERYTHING], ids=["plain", "everything"])
def test_the_curves_are_the_same(data, more):
    ours, theirs = (e.run(epochs=8) for e in both(data=data, **more))
    assert ours.keys() == theirs.keys()
    for name in ours:
        assert_allclose(theirs[name], ours[name], rtol=1e-8, atol=1e-8)
        assert isinstance(theirs[name], np.ndarray)
    assert theirs.network.backend.name == "torch"
    assert repr(theirs) == repr(ours)


def test_a_sweep_has_a_group_for_each_backend():
    rates = (0.1, 0.3)
    mixed = [e for rate in rates for e in both(learning_rate=rate)]
    found = sweep(mixed, epochs=4)
    for e, curves in zip(mixed, found):
        assert curves.network.backend.name == e.backend
        assert_allclose(curves["train_loss"], e.run(4)["train_loss"], rtol=1e-10)


def test_auto_in_a_sweep_starts_as_each_does_alone():
    fields = [dict(initializer="orthogonal"), dict(initializer="xavier", seed=5)]
    for one, e in zip(sweep([Experiment(**SMALL, **f) for f in fields], 2), fields):
        auto = sweep([Experiment(**SMALL, **f, backend="auto") for f in fields], 2)
        assert_allclose(one["train_loss"], auto[fields.index(e)]["train_loss"], 1e-10)


def test_json_and_code_say_who_computes(capsys):
    _, e = both()
    assert Experiment.from_json(e.to_json()) == e
    scope = {}
    exec(e.code(epochs=2), scope)
    assert scope["network"].backend.name == "torch"
    theirs = to_numpy(scope["network"].parameters)
    assert_allclose(theirs, to_numpy(e.run(2).network.parameters), rtol=1e-12)
    assert "backend" not in Experiment().code()


def test_a_run_hands_out_numpys_arrays():
    ours, theirs = map(Session, both(hidden=(3,)))
    for run in (ours, theirs):
        run.train(20)
        run.change(learning_rate=0.3)
        run.stepper.next_stage()
        run.grow((4,))
        run.train(10)
    points = ours.data.x[:7]
    for one, other in zip(ours.trace(points, 0), theirs.trace(points, 0), strict=True):
        assert type(other) is np.ndarray
        assert_allclose(other, one, rtol=1e-8)
    assert_allclose(theirs.outputs(points), ours.outputs(points), rtol=1e-8)
    said = (one.decoder.predictions(one.outputs(points)) for one in (theirs, ours))
    assert_allclose(*said)


def test_the_tape_of_a_run_goes_back():
    _, e = both(**EVERYTHING)
    run = Session(e)
    run.train(12)
    there = to_numpy(run.trainer.network.parameters).copy()
    run.train(9)
    run.rewind(12)
    assert (to_numpy(run.trainer.network.parameters) == there).all()


def test_a_surface_and_a_checked_gradient():
    ours, theirs = (e.network() for e in both())
    x, y = np.random.default_rng(0).normal(size=(9, 2)), np.arange(9) % 2
    loss = Experiment().make_loss()
    directions = np.eye(ours.layout.size)[:2]
    steps = np.linspace(-1, 1, 5)
    one, other = (
        surface(net.replica(0), x, y, loss, *directions, steps)
        for net in (ours, theirs)
    )
    assert_allclose(other, one, rtol=1e-10)
    one, other = (check_gradient(net, x, y, loss) for net in (ours, theirs))
    assert repr(other) == repr(one)
