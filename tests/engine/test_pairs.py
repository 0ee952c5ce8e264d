"""Every layer with every loss: by differences, and by PyTorch on one flat leaf."""

from itertools import product

import numpy as np
import pytest

from nnlab.backend import Backend
from nnlab.engine import BatchNorm, Dropout, Linear, Network, Residual
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.losses import LOSSES

from .arrays import here, host, same

LAYERS = {
    **{name: activation() for name, activation in ACTIVATIONS.items()},
    "linear": Linear(3),
    "batch norm": BatchNorm(),
    "dropout": Dropout(0.4),
    "block": Residual([BatchNorm(), ACTIVATIONS["tanh"](), Dropout(0.3)]),
}
ONE = {"binary cross-entropy", "hinge"}  # losses that read one output
all_pairs = pytest.mark.parametrize(
    "layer, loss", [(layer, loss) for layer in LAYERS for loss in LOSSES]
)
all_replicas = pytest.mark.parametrize("replicas", [None, 1, 3])
SIZES = [(1, 3), (5, 3), (5, 1)]  # samples, and units of the layer
all_sizes = pytest.mark.parametrize("batch, width", SIZES)


def task(layer, loss, replicas=None, batch=5, width=3, dtype="float64"):
    """A network with the layer in its middle, and a sample for it, in training."""
    middle = LAYERS[layer]
    outputs = 1 if loss in ONE else 3
    layers = [Linear(width), middle, Linear(outputs)]
    net = Network(2, layers, seed=3, replicas=replicas, dtype=dtype)
    net.parameters += 0.1  # so that no bias is 0
    rng = np.random.default_rng(7)
    batch = max(batch, 3 * (middle.least_batch > 1))  # of 2, both are ±1 then
    x, y = rng.normal(size=(batch, 2)), rng.normal(size=(batch, outputs))
    if loss in ONE:
        y = (y[:, 0] > 0).astype(int)
    elif loss == "cross-entropy":
        y = rng.integers(0, outputs, batch)
    return net, (x, y, LOSSES[loss]())


def apart(one, other) -> float:
    """How far two vectors are apart, relative to the length of the second."""
    one, other = host(one), host(other)
    return np.linalg.norm(one - other) / np.linalg.norm(other)


@all_pairs
@all_replicas
@all_sizes
@pytest.mark.thinned(7)
@pytest.mark.parametrize("training", [True, False])
def test_pytorch_finds_the_same_loss_and_gradient(
    layer, loss, replicas, batch, width, training, torches
):
    torch = pytest.importorskip("torch")
    net, (x, y, rule) = task(layer, loss, replicas, batch, width)
    noise = net.draw_noise(len(x))
    leaf = torch.tensor(host(net.parameters), requires_grad=True)
    values = []
    for i in range(replicas or 1):
        pick = (lambda array, i=i: array) if replicas is None else lambda a, i=i: a[i]
        n = net.stack.noise_layout(len(x)).views(np, pick(host(noise)))
        s = net.stack.state_layout.views(np, pick(host(net.state)))
        a, p = torch.tensor(x), net.layout.views(torch, pick(leaf))
        for part in zip(net.layers, p, s, n):
            a = torch_layer(torch, torches, a, training, *part)
        values.append(torches(rule)(a, torch.tensor(host(net.targets(y, rule)))))
    sum(values).backward()
    ours = net.loss(x, y, rule, training, noise)
    assert host(ours).ravel() == pytest.approx([v.item() for v in values], rel=1e-12)
    gradient = net.gradient(x, y, rule, training, noise)
    assert apart(gradient, leaf.grad.numpy()) <= 1e-12


def torch_layer(torch, torches, x, training, layer, p, state, noise):
    """One layer by PyTorch, on views of the flat leaf."""
    match layer:
        case Linear():
            return x @ p["W"] + p["b"]
        case BatchNorm():
            kept = [torch.tensor(state[name][0]) for name in ("mean", "variance")]
            learned = p["gamma"][0], p["beta"][0]
            numbers = layer.momentum, layer.epsilon
            norm = torch.nn.functional.batch_norm
            return norm(x, *kept, *learned, training, *numbers)
        case Dropout():
            if not training:
                return x
            return x * torch.tensor(noise["drop"] >= layer.rate) / (1 - layer.rate)
        case Residual():
            y = x
            for i, inner in enumerate(layer.layers):
                named = [
                    {k[2:]: v for k, v in part.items() if k.startswith(f"{i}.")}
                    for part in (p, state, noise)
                ]
                y = torch_layer(torch, torches, y, training, inner, *named)
            return x + y
    return torches(layer)(x)


@all_pairs
@all_replicas
@all_sizes
@pytest.mark.thinned(7)
def test_backpropagation_is_the_slope_of_the_loss(
    layer, loss, replicas, batch, width, differences
):
    net, sample = task(layer, loss, replicas, batch, width)
    sample = (*sample, True, net.draw_noise(len(sample[0])))
    slope = differences(lambda: net.loss(*sample), net.parameters, 3e-6)
    assert apart(net.gradient(*sample), slope) <= 1e-7


@all_pairs
def test_float32_agrees_with_float64(layer, loss):
    single, sample = task(layer, loss, 3, dtype="float32")
    double, _ = task(layer, loss, 3)
    double.parameters[...] = here(host(single.parameters).astype("float64"))
    noise, sample = single.draw_noise(5), (*sample, True)
    g, value = single.gradient(*sample, noise), single.loss(*sample, noise)
    assert host(g).dtype == host(value).dtype == np.float32
    noise = here(host(noise).astype("float64"))
    assert apart(g, double.gradient(*sample, noise)) <= 2e-5


@all_pairs
def test_replicas_do_not_know_of_each_other(layer, loss):
    net, sample = task(layer, loss, 3)
    noise = net.draw_noise(5)
    together = net.gradient(*sample, True, noise)
    for i in range(3):
        alone = net.replica(i).gradient(*sample, True, here(host(noise)[i]))
        same(host(together)[i], alone)


@all_pairs
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.without("numpy")
def test_at_equal_parameters_all_find_what_numpy_finds(layer, loss, dtype):
    for i, (replicas, size) in enumerate(product([None, 1, 3], SIZES)):
        net, (x, y, rule) = task(layer, loss, replicas, *size, dtype)
        numpys = Network(2, net.layers, 3, replicas, dtype, Backend())
        numpys.parameters[...] = host(net.parameters)
        given = x, y, rule, i % 2 == 0  # in training, and not
        for one, other in (
            (net.loss(*given), numpys.loss(*given)),
            (net.gradient(*given), numpys.gradient(*given)),
        ):
            same(one, other, strict=True)
