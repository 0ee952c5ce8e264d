"""The Hessian's products, its largest eigenvalue, and what they say of a step."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import Experiment
from nnlab.diagnostics.hessian import (
    hessian_product,
    largest_curvature,
    largest_eigenvalue,
    precise,
    predicted_change,
)
from nnlab.engine import (
    MSE,
    SGD,
    BatchNorm,
    CrossEntropy,
    Dropout,
    Linear,
    Network,
    ReLU,
    Residual,
    Tanh,
    Xavier,
)
from nnlab.training import Trainer

rng = np.random.default_rng(5)
x, labels = rng.normal(size=(30, 3)), rng.integers(0, 3, 30)
SMALL = [
    [Linear(4), Tanh(), Linear(3)],
    [Linear(4), BatchNorm(), ReLU(), Residual((Linear(4), Tanh())), Linear(3)],
]


def dense(net: Network, *data, **how) -> np.ndarray:
    """The Hessian (P, P), column by column, from gradients far apart."""
    net = precise(net)
    p, h = net.parameters.copy(), 1e-5
    columns = []
    for one in np.eye(p.size):
        slopes = []
        for sign in (1, -1):
            net.parameters[...] = p + sign * h * one
            slopes.append(net.gradient(*data, **how))
        columns.append((slopes[0] - slopes[1]) / (2 * h))
    return np.array(columns)


@pytest.mark.parametrize("layers", SMALL)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_products_are_those_of_the_dense_hessian(layers, dtype):
    net, data = Network(3, layers, replicas=3, dtype=dtype), (x, labels, CrossEntropy())
    v = rng.normal(size=net.parameters.shape)
    found = hessian_product(net, *data, v)
    for i in range(3):
        expected = dense(net.replica(i), *data) @ v[i]
        assert_allclose(found[i], expected, rtol=0, atol=1e-6 * abs(expected).max())
        alone = hessian_product(net.replica(i), *data, v[i])
        assert_allclose(alone, found[i], rtol=0, atol=1e-7 * abs(expected).max())


def test_of_a_quadratic_they_are_exact_and_symmetric():
    net = Network(3, [Linear(1)], dtype="float64")
    X = np.column_stack([x, np.ones(30)])
    H = 2 / 30 * X.T @ X
    v, w = rng.normal(size=(2, 4))
    found = hessian_product(net, x, x[:, 0], MSE(), v)
    assert_allclose(found, H @ v, rtol=1e-7)
    assert_allclose(hessian_product(net, x, x[:, 0], MSE(), 0 * v), 0)
    other = hessian_product(net, x, x[:, 0], MSE(), w)
    assert_allclose(w @ found, v @ other, rtol=1e-7)


def test_a_product_leaves_the_network_alone():
    net = Network(3, SMALL[1], replicas=2)
    before, state = net.parameters.copy(), net.state.copy()
    hessian_product(net, x, labels, CrossEntropy(), before, training=True)
    assert (net.parameters == before).all() and (net.state == state).all()


def test_in_training_it_is_that_of_the_loss_with_this_noise():
    net = Network(3, [Linear(4), Dropout(0.5), Tanh(), Linear(3)], dtype="float64")
    noise, v = net.draw_noise(30), rng.normal(size=net.layout.size)
    data, how = (x, labels, CrossEntropy()), {"training": True, "noise": noise}
    expected = dense(net, *data, **how) @ v
    assert_allclose(hessian_product(net, *data, v, **how), expected, atol=1e-7)
    assert_allclose(hessian_product(net, *data, v, training=True), expected, atol=1e-7)


def test_a_kink_exactly_there_is_no_bend():
    """Behind a layer that is dead for a sample, with biases of 0, a sum is exactly 0:
    gradients on both sides of it differ by a finite step over any distance."""
    net = Network(1, [Linear(1), ReLU(), Linear(4), ReLU(), Linear(1)], dtype="float64")
    net["0.W"][...] = 1.0
    x = np.array([[-1.0], [-2.0], [0.5]])
    for v in rng.normal(size=(8, net.layout.size)):
        found = hessian_product(net, x, np.ones(3), MSE(), v)
        assert np.abs(found).max() < 100 * np.linalg.norm(v)


@pytest.mark.parametrize("values", [[5, 2, 1, 0.5], [1, -9, 0, 0.5], [-3, -3, -3, -7]])
def test_of_a_matrix_it_is_the_largest_not_the_largest_in_size(values):
    turn, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    H = turn @ np.diag(values) @ turn.T
    found = largest_eigenvalue(lambda v: v @ H, (4,), tolerance=1e-9)
    assert_allclose(found.value, max(values), atol=1e-9)
    assert_allclose(H @ found.direction, max(values) * found.direction, atol=1e-8)


def test_work_is_bounded_and_the_error_is_a_bound():
    H = np.diag(np.linspace(0, 1, 500) ** 3)
    for products in (2, 5, 20):
        found = largest_eigenvalue(lambda v: v @ H, (500,), 0.0, products)
        assert found.products == products
        assert (
            found.value <= 1 and np.abs(np.diag(H) - found.value).min() <= found.error
        )
    again = largest_eigenvalue(lambda v: v @ H, (500,), 1e-3, 50, found.direction)
    cold = largest_eigenvalue(lambda v: v @ H, (500,), 1e-3, 50)
    assert again.products < cold.products < 50
    assert abs(again.value - 1) <= 1e-3 and abs(cold.value - 1) <= 1e-3


@pytest.mark.parametrize("layers", SMALL)
def test_sharpness_is_that_of_the_dense_hessian(layers):
    net, data = Network(3, layers, replicas=3), (x, labels, CrossEntropy())
    found = largest_curvature(net, *data, tolerance=1e-6)
    for i in range(3):
        most = np.linalg.eigvalsh(dense(net.replica(i), *data)).max()
        assert_allclose(found.value[i], most, rtol=1e-5)
    assert_allclose(
        largest_curvature(net.replica(1), *data, 1e-6).value, found.value[1]
    )


def test_a_diverged_replica_keeps_it_to_itself():
    net, data = Network(3, SMALL[0], replicas=3), (x, labels, CrossEntropy())
    expected = largest_curvature(net, *data).value
    net.parameters[1] = np.nan
    found = largest_curvature(net, *data, start=net.parameters).value
    assert np.isnan(found[1])
    assert_allclose(found[[0, 2]], expected[[0, 2]], rtol=1e-3)


def test_gradient_descent_on_a_quadratic_is_stable_up_to_two_over_it():
    net = Network(3, [Linear(1)], dtype="float64")
    most = largest_curvature(net, x, x[:, 0], MSE(), 1e-9).value
    for share, stable in ((0.99, True), (1.01, False)):
        trainer = Trainer(
            net.replica(0), MSE(), SGD(share * 2 / most), (x, x[:, 0]), None, None
        )
        net.parameters[...] = 1.0
        before = trainer.measure()["train_loss"]
        trainer.fit(400)
        assert (trainer.measure()["train_loss"] < before) == stable


def test_training_rises_to_the_edge_of_stability_and_hovers_there():
    """Cohen et al. 2021: full-batch gradient descent sharpens until λ is about 2/η,
    and the loss goes on falling.

    It is chaotic there: one seed may rest below the edge or be thrown far above it,
    and another processor's rounding makes it another seed. So the median is judged. Of
    64 seeds it lies within .01 of the edge, and the loss at 0.4 of what it was.
    """
    rate = 0.05
    hidden = [Linear(16, Xavier()), Tanh(), Linear(16, Xavier()), Tanh()]
    net = Network(1, [*hidden, Linear(1, Xavier())], replicas=16, dtype="float64")
    x = np.linspace(-1, 1, 20)[:, None]
    data = x, np.sin(4 * x[:, 0])
    trainer = Trainer(net, MSE(), SGD(rate), data, batch_size=None)

    def share():
        """The curvature of each seed, in parts of the edge's."""
        return largest_curvature(net, *data, MSE()).value * rate / 2

    assert (share() < 0.5).all()
    trainer.fit(2200)
    for _ in range(8):
        assert abs(np.median(share()) - 1) < 0.05
        trainer.fit(100)
    losses = np.array(trainer.history["train_loss"])
    fell = np.median(losses[-500:], axis=0) / np.median(losses[1000:1500], axis=0)
    assert np.median(fell) < 0.75


@pytest.mark.parametrize("training", [False, True])
def test_predicted_change_is_right_to_second_order(training):
    """The error is that of a series cut off: η half as large, an eighth of it."""
    net = Network(3, [Linear(4), Dropout(0.3), Tanh(), Linear(3)], dtype="float64")
    data, how = (x, labels, CrossEntropy()), {"training": training}
    if training:
        how["noise"] = net.draw_noise(30)
    g, p, before = (
        net.gradient(*data, **how),
        net.parameters.copy(),
        net.loss(*data, **how),
    )
    errors = []
    for rate in (0.2, 0.1, 0.05):
        net.parameters[...] = p
        predicted = predicted_change(net, *data, -rate * g, **how)
        assert_allclose(predicted.slope, -rate * g @ g)
        assert predicted.total == predicted.slope + predicted.bend
        net.parameters[...] = p - rate * g
        errors.append(abs(net.loss(*data, **how) - before - predicted.total))
    assert_allclose(np.divide(errors[:-1], errors[1:]), 8, rtol=0.15)


def test_of_a_run_in_float32_too():
    trainer = Experiment(hidden=(8, 8), seeds=2).trainer()
    data = *trainer.parts["train"], trainer.loss
    found = largest_curvature(trainer.network, *data)
    for i in range(2):
        most = np.linalg.eigvalsh(dense(trainer.network.replica(i), *data)).max()
        assert_allclose(found.value[i], most, rtol=1e-3)
