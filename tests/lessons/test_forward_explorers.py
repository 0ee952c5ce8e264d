"""The Labs of the second notebook: by hand, of one seed, and what they promise."""

import numpy as np
import pytest

from nnlab import InputError, Lab
from nnlab.lessons import forward
from nnlab.lessons.forward.explorers import CENTRES, three_clouds
from nnlab.views import Boundary, Heads, HiddenSpace, Neurons, WeightedSum
from nnlab.views.drawing.output_functions import used
from nnlab.views.panels.weighted_terms import terms

LABS = {
    forward.neuron: [Boundary, WeightedSum],
    forward.network: [Neurons, Boundary, WeightedSum],
    forward.warp: [Neurons, Boundary, HiddenSpace],
    forward.heads: [Boundary, Heads],
}


@pytest.mark.parametrize("make", LABS, ids=lambda make: make.__name__)
def test_each_has_one_network_and_all_but_the_warp_are_worked_by_hand(make):
    lab = make()
    assert isinstance(lab, Lab) and lab.hand.at_work == (make != forward.warp)
    assert [type(view) for view in lab.picture.views] == LABS[make]
    assert lab.experiment.seeds == 1 and lab.trainer.steps_done == 0


def test_the_one_neuron_sees_the_coordinates_as_they_are():
    lab = forward.neuron()
    shown = terms(lab.session, lab.selection)
    x = lab.session.data.x[0].astype("float32")
    np.testing.assert_array_equal(shown.values, x)
    assert [name for name, _ in shown.after] == ["sigmoid"]


@pytest.mark.parametrize("make", LABS, ids=lambda make: make.__name__)
def test_what_is_there_to_be_learned_is_learned(make):
    run = make().session
    run.train(1500)
    assert run.median("validation_accuracy") > 0.95


def test_with_a_linear_activation_the_grid_is_sheared_and_no_more():
    """What the layer makes of the middle of two points is the middle of what it makes
    of them."""
    lab = forward.warp()
    bent = []
    for activation in ("tanh", "identity"):
        lab.change(activation=activation)
        x = lab.session.data.x[:40]
        ends = lab.session.trace(x, lab.selection.replica)[3]
        middle = lab.session.trace((x[:20] + x[20:]) / 2, lab.selection.replica)[3]
        bent.append(np.abs((ends[:20] + ends[20:]) / 2 - middle).max())
    assert bent[1] < 1e-5 < 0.05 < bent[0]


def test_three_classes_are_read_by_softmax():
    lab = forward.heads()
    assert used(lab.trainer.loss) == "softmax"
    assert len(lab.session.data.classes) == lab.trainer.network.widths[-1] == 3


def test_three_clouds_are_three_clouds():
    data = three_clouds(samples=3000, noise=0.7, seed=4)
    for label, centre in enumerate(CENTRES):
        cloud = data.x[data.y == label]
        np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=0.1)
        np.testing.assert_allclose(cloud.std(axis=0), 0.7, atol=0.06)
    with pytest.raises(InputError, match="samples=2 is not allowed"):
        three_clouds(samples=2)


def test_what_a_lesson_brings_is_no_code_of_the_learners():
    lab = forward.heads()
    assert callable(lab.experiment.data) and lab.bar.badge.value == ""
    lab.change(activation=(np.sin, np.cos), hidden=(3,))
    assert "sin" in lab.bar.badge.value and "clouds" not in lab.bar.badge.value
