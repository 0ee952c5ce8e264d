"""The limit of stability is where training on a bowl begins to diverge."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import Experiment
from nnlab.diagnostics.edge_of_stability import limit, stability
from nnlab.diagnostics.hessian import largest_curvature
from nnlab.diagnostics.sample_losses import SAMPLES, some
from nnlab.engine import L2, MSE, SGD, Adam, Linear, Momentum, Nesterov, Network
from nnlab.training import Trainer

rng = np.random.default_rng(1)
x = rng.normal(size=(30, 3))


def last(measure):
    """What it comes to, and what it leaves for the next."""
    value = None
    while True:
        try:
            value = next(measure)
        except StopIteration as end:
            return value, end.value


def on_a_bowl(optimizer, **fields):
    """A trainer on a quadratic loss, away from its lowest point."""
    net = Network(3, [Linear(1)], dtype="float64")
    net.parameters[...] = 1.0
    return Trainer(net, MSE(), optimizer, (x, x[:, 0]), batch_size=None, **fields)


@pytest.mark.parametrize("kind", [SGD, Momentum, Nesterov])
@pytest.mark.parametrize("penalties", [(), (L2(0.7, biases=True),), (L2(0.7),)])
def test_training_diverges_beyond_the_limit_and_not_before(kind, penalties):
    sharp = last(stability(on_a_bowl(kind(1.0), regularizers=penalties)))[0]
    edge = float(sharp.limit / sharp.sharpness)  # the limit goes as 1/η
    for share, stable in ((0.98, True), (1.02, False)):
        trainer = on_a_bowl(kind(edge * share), regularizers=penalties)
        before = trainer.measure()["train_loss"]
        trainer.fit(1500)
        assert (trainer.measure()["train_loss"] < 3 * before) == stable


def test_the_limit_is_that_of_each_replicas_rate_at_this_step():
    assert_allclose(limit(SGD(), np.array([0.1, 0.5])), [20, 4])
    assert np.isnan(limit(Adam(), np.array([0.1, 0.5]))).all()
    trainer = Experiment(schedule="cosine", schedule_steps=10, seeds=2).trainer()
    for _ in trainer.steps(5):
        pass
    found, _ = last(stability(trainer))
    assert_allclose(found.limit, 2 / (0.1 * trainer.update.schedule(5)))


def test_it_is_the_sharpness_of_the_loss_and_begins_where_the_last_one_ended():
    trainer = Experiment(hidden=(8,), seeds=3).trainer()
    part = some(trainer)
    found, direction = last(stability(trainer))
    expected = largest_curvature(trainer.network, *part, trainer.loss)
    assert_allclose(found.sharpness, expected.value)
    assert len([*stability(trainer, direction)]) < expected.products


def test_some_samples_are_spread_over_all():
    trainer = Experiment(samples=2000, seeds=2).trainer()
    (x, y), (all_x, _) = some(trainer), trainer.parts["train"]
    assert len(x) == len(y) <= SAMPLES < len(all_x)
    assert (x[-1] == all_x[::5][-1]).all()
