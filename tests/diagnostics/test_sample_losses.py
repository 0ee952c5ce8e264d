"""What is said of single samples agrees with what the engine says of all."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab import Experiment, confusion_matrix
from nnlab.diagnostics.sample_losses import (
    called,
    carried,
    confusion,
    sample_losses,
    worst,
)
from nnlab.engine.losses import LOSSES
from nnlab.session.session import Session


@pytest.fixture(params=LOSSES)
def run(request) -> Session:
    data = "diabetes" if request.param in ("mae", "huber") else "xor"
    run = Session(Experiment(data=data, loss=request.param, seeds=3, dtype="float64"))
    run.train(20)
    return run


@pytest.mark.parametrize("part", ["train", "validation"])
def test_the_losses_of_samples_have_the_loss_as_their_mean(run, part):
    trainer = run.trainer
    losses = sample_losses(trainer.network, *trainer.parts[part], trainer.loss)
    assert losses.shape == (3, len(trainer.parts[part][0]))
    assert_allclose(losses.mean(axis=1), run.measure()[f"{part}_loss"])
    x, y = trainer.parts[part]
    for i in (0, 5):
        alone = trainer.network.loss(x[[i]], np.asarray(y)[[i]], trainer.loss)
        assert_allclose(losses[:, i], alone)


@pytest.mark.parametrize("data", ["xor", "wine", "digits"])
def test_confusion_counts_are_those_of_the_engine(data):
    run = Session(Experiment(data=data, seeds=3))
    run.train(5)
    part, classes = run.parts.validation, len(run.data.classes)
    answers = run.decoder.predictions(run.outputs(part.x))
    counts = confusion(part.y, called(answers), classes)
    for own, answer in zip(counts, answers):
        assert_array_equal(own, confusion_matrix(part.y, answer))
        for i in range(classes):
            for j in range(classes):
                pairs = zip(part.y, called(answer))
                assert own[i, j] == sum(pair == (i, j) for pair in pairs)
    right = np.trace(counts, axis1=1, axis2=2) / len(part)
    assert_allclose(right, run.measure()["validation_accuracy"])


def test_a_confusion_by_hand():
    y, calls = np.array([0, 0, 1, 2]), np.array([[0, 1, 1, 1], [2, 2, 2, 2]])
    one, other = confusion(y, calls, 3)
    assert_array_equal(one, [[1, 1, 0], [0, 1, 0], [0, 1, 0]])
    assert_array_equal(other, [[0, 0, 2], [0, 0, 1], [0, 0, 1]])


def test_the_worst_come_first_and_nan_is_worse_than_all():
    losses = np.array([1.0, 5.0, np.nan, 3.0, 5.0, np.inf])
    assert worst(losses, 4).tolist() == [2, 5, 1, 4]
    assert worst(losses, 99).tolist() == [2, 5, 1, 4, 3, 0]


def test_what_few_samples_carry():
    rng = np.random.default_rng(0)
    losses = rng.exponential(size=(4, 50))
    for own, part in zip(losses, carried(losses, 0.2)):
        assert_allclose(part, sum(sorted(own)[-10:]) / sum(own))
    assert_allclose(carried(np.ones((2, 30)), 0.1), 0.1)
    assert np.isnan(carried(np.zeros(5), 0.5))
