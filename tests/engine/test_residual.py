"""A residual block is a network within a network, with a road beside it."""

import numpy as np
import pytest

from nnlab.engine import MSE, Linear, Network, ReLU, Tanh, Zeros
from nnlab.engine.dropout import Dropout
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.residual import Residual
from nnlab.errors import InputError

from .arrays import assert_allclose, host, same

BLOCK = [Linear(5), BatchNorm(), Tanh(), Dropout(0.3), Linear(3)]
STACKS = {
    "a block": [Residual(BLOCK)],
    "blocks within blocks": [
        Residual([Residual(BLOCK), Tanh(), Residual([Linear(3)])])
    ],
    "width 1": [Linear(1), Residual([Linear(1), Tanh()]), Linear(3)],
    "nothing inside": [Residual([]), Linear(3)],
}
all_stacks = pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
all_replicas = pytest.mark.parametrize("replicas", [None, 1, 3])


def task(stack, replicas=None, batch=6):
    net = Network(3, stack, seed=2, replicas=replicas, dtype="float64")
    net.parameters += 0.1  # so that no bias is 0
    x, y = np.random.default_rng(1).normal(size=(2, batch, 3))
    return net, (x, y, MSE())


@all_stacks
@all_replicas
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("batch", [2, 6])
def test_backpropagation_is_the_slope_of_the_loss(
    stack, replicas, training, batch, differences
):
    net, sample = task(stack, replicas, batch)
    if training:
        sample = (*sample, True, net.draw_noise(batch))
    gradient = host(net.gradient(*sample))
    slope = differences(lambda: net.loss(*sample), net.parameters, 1e-6)
    assert np.linalg.norm(gradient - slope) <= 1e-7 * np.linalg.norm(slope)


def test_names_are_nested_and_in_order():
    net, _ = task(STACKS["blocks within blocks"])
    assert [*net.layout.places] == [
        *(f"0.0.{name}" for name in ("0.W", "0.b", "1.gamma", "1.beta", "4.W", "4.b")),
        "0.2.0.W",
        "0.2.0.b",
    ]
    assert [*net.stack.state_layout.places] == ["0.0.1.mean", "0.0.1.variance"]
    assert [*net.stack.noise_layout(2).places] == ["0.0.3.drop"]


def test_pytorch_finds_the_same_gradient():
    torch = pytest.importorskip("torch")
    net, (x, y, loss) = task([Linear(3), Residual([Linear(4), ReLU(), Linear(3)])])
    leaf = torch.tensor(host(net.parameters), requires_grad=True)
    W = {n: p.view(torch, leaf) for n, p in net.layout.places.items()}
    h = torch.tensor(x) @ W["0.W"] + W["0.b"]
    inner = torch.relu(h @ W["1.0.W"] + W["1.0.b"])
    z = h + inner @ W["1.2.W"] + W["1.2.b"]
    torch.nn.functional.mse_loss(z, torch.tensor(y)).backward()
    assert_allclose(net.gradient(x, y, loss), leaf.grad.numpy(), rtol=1e-12, atol=1e-14)


def test_a_block_that_adds_nothing_is_not_there():
    block = Residual([Linear(7), Tanh(), Linear(3, Zeros())])
    net, (x, *_) = task([Linear(3), block])
    for name in ("1.2.W", "1.2.b"):
        net[name][...] = 0.0
    same(net.forward(x), x @ host(net["0.W"]) + host(net["0.b"]))


def test_the_gradient_reaches_the_first_layer_through_fifty_blocks():
    def slope(wrap):
        layers = [wrap([Linear(3), Tanh()]) for _ in range(50)]
        net = Network(3, [layer for some in layers for layer in some], dtype="float64")
        x, y = np.random.default_rng(1).normal(size=(2, 20, 3))
        first = net.layout.places[next(iter(net.layout.places))]
        gradient = host(net.gradient(x, y, MSE()))
        return np.abs(first.view(np, gradient)).max()

    assert slope(lambda layers: [Residual(layers)]) > 1e3 * slope(list)


def test_the_batch_it_needs_is_that_of_its_layers():
    assert Residual([]).least_batch == Residual([Linear(2)]).least_batch == 1
    assert Residual([Residual([BatchNorm()])]).least_batch == 2


def test_what_cannot_be_added_is_refused():
    with pytest.raises(
        InputError, match=r"3 numbers into 4.*try Linear\(3\)"
    ) as caught:
        Network(3, [Residual([Linear(4)])])
    assert caught.value.argument == "layers"


def test_it_reads_as_what_it_is():
    assert str(Residual([Linear(3), Tanh()])) == "Residual(Linear(3) → Tanh)"
    assert Residual([Linear(3)]) == Residual((Linear(3),))
