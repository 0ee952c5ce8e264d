"""Where replicas have samples of their own, each measurement is that of the replica on
its own samples: axis 0 is replicas and never samples."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.diagnostics.activations_and_gradients import signals
from nnlab.diagnostics.edge_of_stability import stability
from nnlab.diagnostics.gradient_norms import strength
from nnlab.diagnostics.hessian import hessian_product, largest_curvature
from nnlab.diagnostics.sample_losses import (
    confusion,
    sample_losses,
    samples_of,
    some,
    worst,
)
from nnlab.diagnostics.saturation import flatness
from nnlab.diagnostics.unit_and_weight_values import of_unit
from nnlab.engine import (
    MSE,
    SGD,
    BinaryCrossEntropy,
    CrossEntropy,
    Linear,
    Network,
    Tanh,
)
from nnlab.training import Trainer

LOSSES = {
    "labels": (CrossEntropy(), 3, lambda rng, n: rng.integers(3, size=n)),
    "two": (BinaryCrossEntropy(), 1, lambda rng, n: rng.integers(2, size=n)),
    "numbers": (MSE(), 2, lambda rng, n: rng.normal(size=(n, 2))),
}


def trainers(kind: str, samples: int, replicas: int):
    """One with samples for each replica, and each replica alone on its own."""
    loss, outputs, draw = LOSSES[kind]
    rng = np.random.default_rng(3)
    x = rng.normal(size=(replicas, samples, 2))
    y = np.stack([draw(rng, samples) for _ in range(replicas)])
    layers = [Linear(4), Tanh(), Linear(outputs)]

    def made(part, seeds, count):
        network = Network(2, layers, seeds, count, dtype="float64")
        return Trainer(network, loss, SGD(0.1), part, part, batch_size=5)

    together = made((x, y), list(range(replicas)), replicas)
    alone = [made((x[i], y[i]), i, None) for i in range(replicas)]
    for trainer in (together, *alone):
        trainer.fit(epochs=2)
    return together, alone


CASES = pytest.mark.parametrize(
    "kind, samples, replicas",
    [
        *((kind, samples, 3) for kind in LOSSES for samples in (12, 300)),
        ("labels", 6, 1),
        ("two", 5, 5),
        ("numbers", 3, 3),
    ],
)


@CASES
def test_what_is_taken_of_samples_is_each_replicas_own(kind, samples, replicas):
    together, alone = trainers(kind, samples, replicas)
    for i, one in enumerate(alone):
        assert_array_equal(some(together, i)[0], some(one)[0])
        assert_array_equal(some(together)[1][i], some(one)[1])
        for found, own in zip(
            samples_of(together, i, "validation", slice(2, 5)),
            samples_of(one, part="validation", rows=slice(2, 5)),
        ):
            assert_array_equal(found, own)


@CASES
def test_each_replica_is_measured_as_it_is_alone(kind, samples, replicas):
    together, alone = trainers(kind, samples, replicas)
    rng, net, loss = np.random.default_rng(0), together.network, together.loss
    x, y = some(together)
    v = rng.normal(size=(replicas, net.layout.size))
    product = hessian_product(net, x, y, loss, v)
    losses = sample_losses(net, x, y, loss)
    (_, gradient), power = signals(net, x, y, loss), strength(net, x, y, loss)
    sharp, flat = largest_curvature(net, x, y, loss), flatness(net, x)
    *_, stable = stability(together)
    for i, one in enumerate(alone):
        own = some(one)
        same = dict(rtol=1e-9, atol=1e-12)
        assert_allclose(net.loss(x, y, loss)[i], one.network.loss(*own, loss), **same)
        assert_allclose(losses[i], sample_losses(one.network, *own, loss), **same)
        assert_array_equal(
            worst(losses[i], 3), worst(sample_losses(one.network, *own, loss), 3)
        )
        _, own_gradient = signals(one.network, *own, loss)
        assert_allclose(gradient[i], own_gradient, **same)
        assert_allclose(power.delta[i], strength(one.network, *own, loss).delta, **same)
        assert_allclose(flat.saturated[i], flatness(one.network, own[0]).saturated)
        near = hessian_product(one.network, *own, loss, v[i])
        assert_allclose(product[i], near, rtol=1e-5, atol=1e-7)
        top = largest_curvature(one.network, *own, loss).value
        assert_allclose(sharp.value[i], top, rtol=0.05)
        *_, steady = stability(one)
        assert_allclose(stable.sharpness[i], steady.sharpness, rtol=0.05)


@CASES
def test_a_unit_is_read_on_the_samples_of_its_replica(kind, samples, replicas):
    together, alone = trainers(kind, samples, replicas)
    for i, one in enumerate(alone):
        x, _ = samples_of(one)
        for sample in (None, 1):
            rows = slice(None) if sample is None else slice(sample, sample + 1)
            sums = one.network.trace(x[rows])[0][:, 2]
            found = of_unit(together, i, (0, 1), 2, sample)
            assert found["z"] == pytest.approx(sums.mean(), rel=1e-9)
            assert found["a"] == pytest.approx(np.tanh(sums).mean(), rel=1e-9)


def test_confusion_counts_each_replica_against_its_own_labels():
    y = np.array([[0, 1, 1], [1, 0, 0]])
    calls = np.array([[0, 1, 0], [1, 0, 1]])
    found = confusion(y, calls, 2)
    for i in range(2):
        assert_array_equal(found[i], confusion(y[i], calls[i], 2))
    assert_array_equal(found[0], [[1, 0], [1, 1]])
