"""Every number of a weight or a unit is the engine's, and δ is the slope it says."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab import Experiment
from nnlab.diagnostics.named_vectors import Summary, array, vectors
from nnlab.diagnostics.unit_and_weight_values import of_unit, of_weight
from nnlab.session.session import Session

EXACT = {"dtype": "float64", "seeds": 3}


def run_of(steps: int = 20, **fields) -> Session:
    run = Session(Experiment(**{**EXACT, **fields}))
    run.train(steps)
    return run


def test_the_mean_of_delta_is_the_slope_by_the_bias():
    run = run_of(data="xor", hidden=(4, 3))
    x, y = run.trainer.parts["train"]
    for replica in range(3):
        network = run.trainer.network.replica(replica)
        gradient = network.gradient(x, y, run.trainer.loss)
        for sums, bias in ((0, "0.b"), (2, "2.b"), (4, "4.b")):
            slopes = network.layout.places[bias].view(np, gradient)[0]
            for unit, slope in enumerate(slopes):
                found = of_unit(run.trainer, replica, (sums, sums), unit)
                assert_allclose(found["δ"], slope, rtol=1e-9)


def test_a_units_numbers_are_means_over_samples_or_one_samples_own():
    run = run_of(data="xor", hidden=(4, 3))
    x, _ = run.trainer.parts["train"]
    network = run.trainer.network.replica(2)
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
    assert_allclose([found.norm, found.std], [26**0.5, 6.5**0.5])
