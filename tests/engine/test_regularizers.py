"""What weights cost: the penalty, its slope, and what decays beside the optimizer."""

from itertools import islice

import numpy as np
import pytest

from nnlab.engine import MSE, SGD, Adam, AdamW, Layer, Linear, Network, Tanh
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.regularizers import L1, L2, REGULARIZERS, Penalty, WeightDecay
from nnlab.engine.residual import Residual
from nnlab.engine.update import Update
from nnlab.errors import InputError
from nnlab.training import Trainer

from .arrays import (
    END,
    RUN,
    assert_allclose,
    assert_array_equal,
    copied,
    here,
    host,
    same,
)

LAYERS = [Linear(4), BatchNorm(), Tanh(), Residual([Linear(4), Tanh()]), Linear(1)]
PENALTIES = [L1(0.01), L2(0.3), L1(0.2, biases=True), L2(0.05, biases=True)]
all_penalties = pytest.mark.parametrize("rule", PENALTIES, ids=str)
all_replicas = pytest.mark.parametrize("replicas", [None, 1, 3])


def network(replicas=None, layers=LAYERS, dtype="float64"):
    net = Network(3, layers, seed=4, replicas=replicas, dtype=dtype)
    net.parameters += 0.05  # so that no bias is 0
    return net


def trainer(rules, optimizer=SGD(0.1), replicas=None, layers=LAYERS, **given):
    x, y = np.random.default_rng(1).normal(size=(2, 30, 3))
    net, data = network(replicas, layers), (x, y[:, :1])
    usual = dict(batch_size=30, regularizers=rules)
    return Trainer(net, MSE(), optimizer, data, **{**usual, **given})


@pytest.mark.once
def test_every_regularizer_is_under_contract():
    rules = {type(rule) for rule in PENALTIES}
    assert {*REGULARIZERS.values()} == rules | {WeightDecay}
    assert all(issubclass(rule, Penalty) for rule in rules)


@all_penalties
@all_replicas
def test_the_slope_is_the_slope_of_the_penalty(rule, replicas, differences):
    net = network(replicas)
    update = Update(net, SGD(0.1), [rule])
    update.gradient[...] = 0.0
    update.finish_gradient()
    slope = differences(update.penalty, net.parameters)
    assert_allclose(update.gradient, slope, rtol=1e-7, atol=1e-9)
    assert update.penalty().shape == net.lead


@pytest.mark.parametrize("rule", [L1(1.0), L2(1.0)], ids=str)
def test_only_weights_pay_unless_one_says_otherwise(rule):
    net = network()
    paid = {"0.W", "3.0.W", "4.W"}
    for name in net.layout.places:
        update = Update(net, SGD(0.1), [rule])
        before = update.penalty()
        net[name][...] += 1.0
        assert (update.penalty() != before) == (name in paid)
        everyone = Update(net, SGD(0.1), [type(rule)(1.0, biases=True)])
        assert everyone.penalty() > update.penalty()


class Scaled(Layer):
    """A layer of a learner's own, with a weight of another name."""

    def parameters(self, inputs):
        return {"v": (1, inputs)}

    def biases(self, inputs):
        return ()

    def init(self, rng, inputs):
        return {"v": np.ones((1, inputs))}

    def forward(self, xp, p, x, c):
        return x * p["v"], x

    def backward(self, xp, p, g, x, dy):
        g["v"][...] = xp.sum(x * dy, axis=-2, keepdims=True)
        return dy * p["v"]


def test_weights_of_ones_own_pay_by_whatever_name():
    net = network(layers=[Scaled(), Linear(1)])
    free = Update(network(layers=[Linear(1)]), SGD(0.1), [L2(1.0)])
    assert Update(net, SGD(0.1), [L2(1.0)]).penalty() > free.penalty()


def test_the_formulas_are_those_of_the_books():
    net = network(layers=[Linear(1)])
    w = host(net["0.W"]).ravel()
    cost = lambda rule: float(Update(net, SGD(0.1), [rule]).penalty())  # noqa: E731
    assert cost(L1(0.3)) == pytest.approx(0.3 * np.abs(w).sum(), rel=1e-14)
    assert cost(L2(0.3)) == pytest.approx(0.15 * (w @ w), rel=1e-14)
    assert cost(WeightDecay(0.3)) == 0.0


@all_replicas
def test_the_penalty_is_reported_apart(replicas):
    paying, free = (
        trainer([L1(0.1), L2(0.2)], replicas=replicas),
        trainer([], replicas=replicas),
    )
    assert_array_equal(free.history["penalty"], [np.zeros(free.network.lead)])
    assert_array_equal(paying.measure()["train_loss"], free.measure()["train_loss"])
    both = [Update(paying.network, SGD(0.1), [rule]) for rule in (L1(0.1), L2(0.2))]
    expected = sum(host(update.penalty()) for update in both)
    assert_allclose(paying.history["penalty"][0], expected, rtol=1e-14)


@all_penalties
def test_pytorch_walks_the_same_way_with_the_penalty_in_its_loss(rule):
    torch = pytest.importorskip("torch")
    run = trainer([rule], layers=[Linear(4), Tanh(), Linear(1)])
    x, y = (torch.tensor(copied(part)) for part in run.parts["train"])
    leaf = torch.tensor(copied(run.network.parameters), requires_grad=True)
    places = run.network.layout.places
    theirs = torch.optim.SGD([leaf], 0.1)
    for _ in run.steps(50):
        W = {name: place.view(torch, leaf) for name, place in places.items()}
        z = torch.tanh(x @ W["0.W"] + W["0.b"]) @ W["2.W"] + W["2.b"]
        paying = W.values() if rule.biases else (W["0.W"], W["2.W"])
        size = (
            (lambda w: w.abs().sum())
            if isinstance(rule, L1)
            else (lambda w: (w * w).sum() / 2)
        )
        theirs.zero_grad()
        loss = torch.nn.functional.mse_loss(z, y)
        (loss + rule.strength * sum(size(w) for w in paying)).backward()
        theirs.step()
        # the batch is all samples, but in an order of its own
        assert_allclose(run.network.parameters, leaf.detach().numpy(), rtol=1e-10)


def gradients(size, steps=200):
    return np.random.default_rng(7).normal(size=(steps, size))


SAME = ["L2 is SGD's weight_decay", "WeightDecay is AdamW's", "AdamW"]


@pytest.mark.parametrize("strength", [0.0, 0.01, 0.5])
@pytest.mark.parametrize("name", SAME)
def test_with_biases_it_is_pytorchs_weight_decay(strength, name):
    torch = pytest.importorskip("torch")
    net = network()
    leaf = torch.tensor(copied(net.parameters))
    if name.startswith("L2"):
        update = Update(net, SGD(0.1), [L2(strength, biases=True)])
        theirs = torch.optim.SGD([leaf], 0.1, weight_decay=strength)
    else:
        built_in = AdamW(0.01, weight_decay=strength, biases=True)
        ways = {
            "AdamW": (built_in, []),
            "WeightDecay": (Adam(0.01), [WeightDecay(strength, True)]),
        }
        update = Update(net, *ways[name.split()[0]])
        theirs = torch.optim.AdamW([leaf], 0.01, weight_decay=strength)
    for step, g in enumerate(gradients(net.layout.size)):
        update.gradient[...], leaf.grad = here(g), torch.tensor(g)
        update.finish_gradient()
        update.prepare(step)
        update.apply()
        theirs.step()
        assert_allclose(net.parameters, leaf.numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("built_in", [False, True])
def test_decay_leaves_biases_alone_unless_asked(biases, built_in):
    if built_in:
        run = trainer([], AdamW(0.01, weight_decay=0.5, biases=biases))
    else:
        run = trainer([WeightDecay(0.5, biases)], Adam(0.01))
    free = trainer([], Adam(0.01))
    for each in (run, free):
        each.network.parameters += 0.1  # biases start at 0, where nothing shrinks
        each.step()
    alike = run.network.parameters == free.network.parameters
    assert_array_equal(alike, run.network.stack.biases() & (not biases))


def test_decay_and_l2_are_one_for_gradient_descent_and_two_for_adam():
    ways = [[L2(0.1)], [WeightDecay(0.1)]]
    by_sgd, by_adam = (
        [trainer(rules, optimizer) for rules in ways]
        for optimizer in (SGD(0.1), Adam(0.1))
    )
    for run in (*by_sgd, *by_adam):
        for _ in islice(run.steps(20), 20):
            pass
    p, q = (run.network.parameters for run in by_sgd)
    assert_allclose(p, q, rtol=1e-12)
    p, q = (host(run.network.parameters) for run in by_adam)
    assert np.abs(p - q).max() > 0.01


@pytest.mark.without("strict")  # thousands of steps
def test_the_diamond():
    """L1 puts weights at 0 that L2 only makes small: with features that do not know of
    each other, the lasso's answer is the soft threshold, and ridge's a fraction."""
    x = np.linalg.qr(np.random.default_rng(1).normal(size=(200, 6)))[0] * np.sqrt(200)
    x = np.concatenate([x, -x])  # mean 0, and XᵀX = N
    truth = np.array([2.0, -1.0, 0.5, 0.05, -0.04, 0.0])
    fits = []
    for rule in (L1(0.4), L2(0.4)):
        net = Network(6, [Linear(1)], dtype="float64")
        data = (x, (x @ truth)[:, None])
        run = Trainer(net, MSE(), SGD(0.01), data, batch_size=None, regularizers=[rule])
        for _ in run.steps(3000):
            pass
        fits.append(host(net["0.W"]).ravel())
    lasso, ridge = fits  # of Σ (w − truth)² + λ |w|, and of … + λ/2 w²
    threshold = np.sign(truth) * np.maximum(np.abs(truth) - 0.2, 0)
    assert_allclose(lasso, threshold, atol=0.005)  # a step beyond 0 is η λ long
    assert_allclose(ridge, truth / 1.2, rtol=1e-6, atol=1e-9)


@all_penalties
def test_replicas_pay_for_themselves(rule):
    together = trainer([rule, WeightDecay(0.1)], replicas=3, batch_size=7)
    together.fit(epochs=3)
    x, y = np.random.default_rng(1).normal(size=(2, 30, 3))
    for i in range(3):
        net = Network(3, LAYERS, seed=4 + i, dtype="float64")
        net.parameters += 0.05
        rules = [rule, WeightDecay(0.1)]
        alone = Trainer(
            net, MSE(), SGD(0.1), (x, y[:, :1]), batch_size=7, regularizers=rules
        )
        alone.fit(epochs=3)
        same(host(together.network.parameters)[i], net.parameters, END)
        same(together.history["penalty"][-1][i], alone.history["penalty"][-1], RUN)


@pytest.mark.once
@pytest.mark.parametrize("kind", REGULARIZERS.values())
@pytest.mark.parametrize(
    "value", [-1.0, float("nan"), float("inf"), "much", None, True]
)
def test_a_strength_that_cannot_be_is_refused(kind, value):
    with pytest.raises(InputError, match=r"^strength=.*try strength=0\.001") as caught:
        kind(value)
    assert caught.value.argument == "strength"
