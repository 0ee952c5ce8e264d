"""What is selected: neuron or weight, sample or place, and in another session."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab.experiment.experiment import Experiment
from nnlab.session.selection import Selection
from nnlab.session.session import Session

LOOKS = [None, (1, 0), (1, 3), (0, 0, 0), (2, 3, 0)]
PLACE = np.array([0.5, 1.0])


def session(**fields) -> Session:
    return Session(Experiment(**{"seeds": 3, "hidden": (3, 2), **fields}))


@pytest.mark.parametrize("pinned", LOOKS)
@pytest.mark.parametrize("pointed", LOOKS)
def test_what_is_pointed_at_comes_before_what_is_pinned(pointed, pinned):
    selection = Selection(pointed=pointed, pinned=pinned)
    focus = selection.focus
    assert focus == (pinned if pointed is None else pointed)
    kinds = {2: (focus, None), 3: (None, focus), 0: (None, None)}
    assert (selection.neuron, selection.link) == kinds[len(focus or ())]
    selection.forget_neurons()
    assert selection.focus is selection.neuron is selection.link is None


def test_the_probe_is_what_is_pointed_at_or_clicked_or_the_sample():
    run, selection = session(batch_size=10), Selection(replica=1)
    assert selection.probe(run) is selection.row(run) is None
    selection.sample = 5
    assert_array_equal(selection.probe(run), run.data.x[5])
    selection.place, selection.over = PLACE, np.array([2.0, 1.0])
    assert selection.probe(run) is selection.over
    selection.over = None
    assert selection.probe(run) is PLACE
    selection.place, selection.sample = None, 10_000
    assert selection.row(run) == len(run.data) - 1
    selection.sample = 3
    run.stepper.next_moment()
    assert selection.row(run) == run.trainer.rows[1][3]


def test_another_session_has_what_it_can_have_of_it():
    before = session()
    chosen = Selection(2, (0, 1), (1, 0), PLACE, PLACE, sample=4, weight=10)
    same = chosen.for_session(session(learning_rate=0.5), before)
    assert (same.replica, same.sample, same.weight) == (2, 4, 10)
    assert same.place is PLACE and same.over is None and same.focus is None
    fewer = chosen.for_session(session(seeds=2, hidden=()), before)
    assert (fewer.replica, fewer.weight) == (1, 0)
    other = chosen.for_session(session(data="moons"), before)
    assert other.place is None and other.sample == 4
