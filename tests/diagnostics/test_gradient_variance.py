"""The noise of mini-batches is that of single samples, divided by how many."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import Experiment
from nnlab.diagnostics.gradient_variance import gradient_noise
from nnlab.engine import MSE, BatchNorm, CrossEntropy, Linear, Network, Tanh

rng = np.random.default_rng(4)
x, labels = rng.normal(size=(60, 3)), rng.integers(0, 3, 60)
NET = Network(3, [Linear(4), BatchNorm(), Tanh(), Linear(3)], dtype="float64")
DATA = x, labels, CrossEntropy()


def test_gradients_are_those_of_batches_of_these_samples():
    found = gradient_noise(NET, *DATA, batch=7, least=20)
    assert found.gradients.shape == (20, NET.layout.size) and found.batch == 7
    assert_allclose(found.full, NET.gradient(*DATA), rtol=1e-12)
    order = np.random.default_rng(0).permutation(60)[:7]
    own = NET.gradient(x[order], labels[order], CrossEntropy())
    assert_allclose(found.gradients[0], own, rtol=1e-9, atol=1e-15)
    again = gradient_noise(NET, *DATA, batch=7, least=20)
    assert (again.gradients == found.gradients).all()


def test_rounds_show_every_sample_once_so_their_mean_is_the_full_gradient():
    found = gradient_noise(NET, *DATA, batch=12, least=10)
    assert_allclose(found.gradients[:5].mean(axis=0), found.full, atol=1e-14)
    assert_allclose(found.gradients[5:].mean(axis=0), found.full, atol=1e-14)


@pytest.mark.parametrize("batch", [1, 4, 30])
def test_the_noise_scale_is_that_of_single_samples(batch):
    """tr Σ / ‖g‖² by brute force: the gradient of every sample alone."""
    each = [NET.gradient(x[[i]], labels[[i]], CrossEntropy()) for i in range(60)]
    g = np.mean(each, axis=0)
    expected = np.mean(np.sum((np.array(each) - g) ** 2, axis=1)) / (g @ g)
    found = gradient_noise(NET, *DATA, batch=batch, least=1200)
    assert_allclose(found.scale, expected, rtol=1e-10 if batch == 1 else 0.1)


def test_all_samples_at_once_make_no_noise():
    found = gradient_noise(NET, *DATA, batch=60, least=5)
    assert_allclose(found.spread, 0, atol=1e-14)
    assert np.isnan(found.scale)
    assert np.isfinite(found.plane()).all()


def test_the_plane_is_that_of_the_largest_singular_values():
    found = gradient_noise(NET, *DATA, batch=5)
    plane = found.plane()
    s = np.linalg.svd(found.gradients - found.full, compute_uv=False)
    assert_allclose(plane @ plane.T, np.eye(2), atol=1e-12)
    assert_allclose(found.share(plane), (s[:2] ** 2).sum() / (s**2).sum())


def test_a_plane_turned_towards_another_is_the_same_plane():
    found = gradient_noise(NET, *DATA, batch=5)
    plane = found.plane()
    turned = found.plane(near=-plane[::-1])
    assert_allclose(turned, -plane[::-1], atol=1e-12)
    assert_allclose(turned.T @ turned, plane.T @ plane, atol=1e-12)


def test_of_one_number_and_of_every_run():
    line = Network(1, [Linear(1)], dtype="float64")
    gradient_noise(line, x[:, :1], x[:, 1], MSE(), batch=1000).plane()
    for data in ("island", "digits", "diabetes", "wine"):
        trainer = Experiment(data=data, seeds=2).trainer()
        net, part = trainer.network.replica(1), trainer.parts["train"]
        found = gradient_noise(net, *part, trainer.loss, trainer.batch_size)
        assert_allclose(found.full, net.gradient(*part, trainer.loss), atol=1e-6)
        assert found.scale > 0
