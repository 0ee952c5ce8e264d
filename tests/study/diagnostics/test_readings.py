"""Every number of a weight or a unit is the engine's, and δ is the slope it says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab import Experiment
from nnlab.study.diagnostics.activation import value_and_slope
from nnlab.study.diagnostics.passes import onwards, passes
from nnlab.study.diagnostics.readings import of_unit, of_weight
from nnlab.study.diagnostics.vectors import Summary, array, vectors
from nnlab.study.run import Run

EXACT = {"dtype": "float64", "seeds": 3}
NETWORKS = {
    "plain": {"data": "xor", "hidden": (4, 3)},
    "classes": {"data": "wine", "hidden": (5,), "activation": "sigmoid"},
    "measured": {"data": "diabetes", "hidden": (4,)},
    "batch norm": {"data": "xor", "hidden": (4,), "batch_norm": True},
    "a block": {"data": "xor", "hidden": (4, 4), "residual": True},
}
networks = pytest.mark.parametrize("fields", NETWORKS.values(), ids=NETWORKS)


def run_of(steps: int = 20, **fields) -> Run:
    run = Run(Experiment(**{**EXACT, **fields}))
    run.train(steps)
    return run


@networks
def test_outputs_are_those_of_the_trace(fields):
    run = run_of(**fields)
    network, (x, y) = run.trainer.network.solo(1), run.trainer.parts["train"]
    outputs, slopes = passes(network, run.trainer.loss, x, y)
    for ours, theirs, slope in zip(outputs, network.trace(x), slopes, strict=True):
        assert_array_equal(ours, theirs)
        assert slope.shape == ours.shape


@networks
def test_a_slope_is_the_difference_that_a_nudge_makes(fields):
    run = run_of(**fields)
    network, (x, y) = run.trainer.network.solo(1), run.trainer.parts["train"]
    x, y = x[:6], y[:6]
    outputs, slopes = passes(network, run.trainer.loss, x, y)

    def loss(layer, nudged):
        z = onwards(network, layer, nudged)
        return run.trainer.loss.forward(np, z, y)[0].mean()

    for layer, (a, slope) in enumerate(zip(outputs, slopes)):
        for place in [(0, 0), (5, a.shape[1] - 1)]:
            nudge = np.zeros_like(a)
            nudge[place] = 1e-6
            rise = loss(layer, a + nudge) - loss(layer, a - nudge)
            assert_allclose(slope[place], rise / 2e-6, rtol=1e-4, atol=1e-9)


def test_the_mean_of_delta_is_the_slope_by_the_bias():
    run = run_of(data="xor", hidden=(4, 3))
    x, y = run.trainer.parts["train"]
    for replica in range(3):
        network = run.trainer.network.solo(replica)
        gradient = network.gradient(x, y, run.trainer.loss)
        for sums, bias in ((0, "0.b"), (2, "2.b"), (4, "4.b")):
            slopes = network.layout.places[bias].view(np, gradient)[0]
            for unit, slope in enumerate(slopes):
                found = of_unit(run.trainer, replica, (sums, sums), unit)
                assert_allclose(found["δ"], slope, rtol=1e-9)


def test_a_units_numbers_are_means_over_samples_or_one_samples_own():
    run = run_of(data="xor", hidden=(4, 3))
    x, _ = run.trainer.parts["train"]
    network = run.trainer.network.solo(2)
    traced = network.trace(x)
    found = of_unit(run.trainer, 2, (2, 3), 1)
    assert_allclose(found["z"], traced[2][:, 1].mean())
    assert_allclose(found["a"], traced[3][:, 1].mean())
    each = [of_unit(run.trainer, 2, (2, 3), 1, i) for i in range(len(x))]
    assert_allclose(each[9]["z"], traced[2][9, 1])
    for name in "zaδ":
        assert_allclose(np.mean([own[name] for own in each]), found[name])


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_weights_numbers_are_the_vectors_own(optimizer):
    run = run_of(data="xor", hidden=(4,), optimizer=optimizer)
    trainer, place = run.trainer, run.trainer.network.layout.places["0.W"]
    for replica in range(3):
        found = of_weight(trainer, replica, "0.W", (1, 2))
        flat = place.start + 1 * 4 + 2
        assert found.pop("weight") == trainer.network["0.W"][replica, 1, 2]
        assert found.pop("gradient") == trainer.gradient[replica, flat]
        assert found == {n: m[replica, flat] for n, m in trainer.moments.items()}


def test_arrays_and_their_sums_by_hand():
    run = run_of(data="xor", hidden=(4,), optimizer="adam")
    for name, vector in vectors(run.trainer).items():
        own = array(run.trainer, vector, "0.W")
        assert own.shape == (3, 2, 4)
        if name == "parameters":
            assert_array_equal(own, run.trainer.network["0.W"])
    values = np.array([[3.0, -4.0], [0.0, 1.0]])
    found = Summary.of(values)
    assert (found.count, found.mean, found.least, found.greatest) == (4, 0, -4, 3)
    assert_allclose([found.norm, found.deviation], [26**0.5, 6.5**0.5])


@networks
def test_going_on_from_a_layer_ends_at_the_networks_output(fields):
    run = run_of(**fields)
    network, x = run.trainer.network.solo(1), run.trainer.parts["train"][0]
    traced = network.trace(x)
    for layer, outputs in enumerate(traced):
        assert_allclose(onwards(network, layer, outputs), traced[-1], rtol=1e-12)


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu", "sigmoid"])
def test_the_slope_of_an_activation_is_its_difference(activation):
    run = run_of(0, data="xor", hidden=(4,), activation=activation)
    network, z = run.trainer.network, np.linspace(-3, 3, 50)
    values = [value_and_slope(network, network.layers[1], z + e) for e in (1e-6, -1e-6)]
    _, slope = value_and_slope(network, network.layers[1], z)
    assert_allclose(slope, (values[0][0] - values[1][0]) / 2e-6, atol=1e-6)
