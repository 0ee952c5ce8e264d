"""What the first notebook shows: every function gives its Lab, every remark is true."""

import numpy as np
import pytest

from nnlab import Experiment, Lab
from nnlab.lab.predict.misread_digits import Reader
from nnlab.lessons import score, start_here
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views import Boundary, Curves, Filters, Gallery, Neurons, Stages
from tests.support.fresh_kernel import restart


@pytest.fixture(autouse=True)
def no_guesses(monkeypatch):
    restart(monkeypatch)


class Measured:
    """A run of which only the outcome is known: one accuracy for each network."""

    def __init__(self, right, hidden=(3,), steps=1, seconds=0.25):
        self.right, self.seconds = np.array(right), seconds
        self.experiment = Experiment(hidden=hidden, seeds=len(right))
        self.trainer = type("Trainer", (), {"steps_done": steps})

    def measure(self):
        return {"validation_accuracy": self.right}

    def median(self, name):
        return float(np.median(self.measure()[name]))


LABS = {
    start_here.island: (
        {"data": "island", "hidden": (1,), "learning_rate": 1},
        [Neurons, Boundary, Curves],
    ),
    start_here.ruin: (
        {"data": "island", "hidden": (3,), "learning_rate": 0.003},
        [Neurons, Boundary, Curves],
    ),
    start_here.mini_batch: (
        {"data": "island", "hidden": (3,), "learning_rate": 0.15},
        [Neurons, Boundary, Curves, Stages],
    ),
    start_here.digits: (start_here.DIGITS.values(), [Filters, Gallery, Curves]),
    start_here.playground: (
        {
            "data": "spiral",
            "hidden": (8, 8),
            "optimizer": "momentum",
            "learning_rate": 0.1,
        },
        [Neurons, Boundary, Curves],
    ),
}


@pytest.mark.parametrize("make", LABS, ids=lambda make: make.__name__)
def test_each_function_gives_its_lab_at_its_start(make):
    fields, views = LABS[make]
    lab = make()
    assert isinstance(lab, Lab) and lab.experiment == Experiment(**fields)
    assert [type(view) for view in lab.picture.views] == views
    assert lab.trainer.steps_done == 0 and lab.message.text == ""
    assert make() is not lab


def test_only_two_ask_first():
    asking = {make.__name__ for make in LABS if make()._ask}
    assert asking == {"island", "digits"}


@pytest.mark.parametrize("guess", [1, 2, 3, 4, 8])
def test_a_guess_on_the_island_is_that_many_neurons(guess):
    lab = start_here.island()
    lab._ask.make(guess, 0.5)
    assert lab.experiment.hidden == (guess,)
    assert ("1 of 1 right" in repr(score())) == (guess == 3)


# Remarks


def test_before_the_first_step_nothing_is_said():
    for remark in (start_here.fenced, start_here.read):
        assert remark(Measured([1.0, 1.0], steps=0), Selection()) == ""


@pytest.mark.parametrize("neurons, lines", [(1, "1 line:"), (3, "3 lines:")])
@pytest.mark.parametrize(
    "right, said",
    [
        ([0.5, 0.93, 0.2], "0 of 3 networks fence"),
        ([0.94, 0.93, 1.0], "2 of 3 networks fence"),
        ([0.94, 0.99, 1.0], "all 3 networks fence"),
    ],
)
def test_the_remark_counts_the_networks_that_fence_the_island_in(
    neurons, lines, right, said
):
    remark = start_here.fenced(Measured(right, hidden=(neurons,)), Selection())
    assert remark.startswith(lines) and said in remark
    assert ("one more" in remark) == ("all" not in said)


@pytest.mark.parametrize("right, said", [([0.5, 0.5], "0 of 2"), ([1.0, 0.9], "1 of")])
def test_the_remark_knows_a_network_without_hidden_layers(right, said):
    remark = start_here.fenced(Measured(right, hidden=()), Selection())
    assert said in remark and "“layer”" in remark


@pytest.mark.parametrize("right, said", [([0.0], 0), ([0.5, 0.9, 0.8], 80), ([1], 100)])
def test_the_remark_says_how_many_are_read(right, said):
    remark = start_here.read(Measured(right, seconds=0.123), Selection())
    assert remark.startswith(f"{said} of 100 after 0.12 s")


@pytest.mark.parametrize("neurons, fenced", [(1, False), (3, True)])
def test_the_answer_is_what_the_lab_comes_to(neurons, fenced):
    run = Session(start_here.island().experiment.replace(hidden=(neurons,)))
    run.train(1500)
    assert ("all 8 networks" in start_here.fenced(run, Selection())) == fenced


def test_the_answer_for_the_digits_is_what_the_lab_comes_to():
    run = Session(start_here.DIGITS)
    run.train(start_here.QUICK)
    assert start_here.after_the_start() == round(
        100 * run.median("validation_accuracy")
    )
    assert start_here.read(run, Selection()).startswith(
        f"{start_here.after_the_start()} of 100"
    )


def test_the_reader_reads_for_its_lab():
    lab = start_here.digits()
    reader = start_here.your_turn(lab)
    assert isinstance(reader, Reader) and reader.lab is lab


@pytest.mark.parametrize("make", LABS, ids=lambda make: make.__name__)
def test_the_first_notebook_speaks_of_no_gradient_and_of_no_index(make):
    """What a neuron or a wire says of itself needs nothing that comes later."""
    lab = make()
    lab.session.train(3)
    network = next((v for v in lab.picture.views if isinstance(v, Neurons)), None)
    looked_at = [] if network is None else [*network.neurons()[:1], (0, 0, 0)]
    for lab.selection.pinned in (None, *looked_at):
        said = lab.screen.describe(lab.session, lab.selection)
        assert "δ" not in said and "W[" not in said and "gradient" not in said
    if network is not None:
        assert "From x₁ to neuron 1: weight " in said
