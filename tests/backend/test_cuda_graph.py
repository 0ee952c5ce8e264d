"""Steps that are recorded and played are the steps that they would have been."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nnlab.backend import to_numpy
from nnlab.backend.cuda_graph import Recorded
from nnlab.engine import Adam, Linear, Network, Tanh
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.clipping import ClipNorm, ClipValue
from nnlab.engine.dropout import Dropout
from nnlab.engine.functions import FunctionLayer, FunctionLoss
from nnlab.engine.layers import Layer
from nnlab.engine.losses import LOSSES
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.engine.optimizers.function_optimizer import FunctionOptimizer
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.engine.regularizers import L1, L2, WeightDecay
from nnlab.engine.residual import Residual
from nnlab.training import Trainer
from nnlab.training.checkpoint import load_checkpoint, save_checkpoint
from nnlab.training.early_stopping import EarlyStopping
from nnlab.training.snapshot import vectors
from nnlab.training.surgery import exchange, transplant
from nnlab.training.tape import Tape

x = np.random.default_rng(1).normal(size=(47, 3))
y = (x[:, 0] * x[:, 1] > 0).astype(int)
all_replicas = pytest.mark.parametrize("replicas", [None, 1, 3])


def layers(units=6, rate=0.2):
    block = Residual([Linear(units), BatchNorm(), Tanh(), Dropout(rate)])
    return [Dropout(0.1), Linear(units), ACTIVATIONS["relu"](), block, Linear(1)]


def make(backend, replicas=3, dtype="float32", stack=None, loss=None, **given):
    """32 samples in batches of 10 leave a last one of 2; 15 are watched."""
    net = Network(3, stack or layers(), 2, replicas, dtype, backend)
    usual = dict(
        optimizer=Adam(0.02),
        train=(x[:32], y[:32]),
        validation=(x[32:], y[32:]),
        batch_size=10,
        regularizers=[L1(0.001), L2(0.01), WeightDecay(0.02)],
        clip=ClipNorm(1.0),
        schedule=lambda step: 0.99**step,
        stopping=EarlyStopping(4),
    )
    return Trainer(net, loss or LOSSES["binary cross-entropy"](), **(usual | given))


def played(trainer) -> dict[int, bool]:
    """For each size of mini-batch whether its steps are played from a recording."""
    return {
        batch: work.play is not None
        for batch, (*_, work) in trainer.run_step.works.items()
    }


def assert_same(one, other):
    for name, vector in vectors(one).items():
        theirs = to_numpy(vectors(other)[name])
        assert_array_equal(to_numpy(vector), theirs, err_msg=name, strict=True)
    assert one.history.keys() == other.history.keys()
    for name, values in one.history.items():
        assert_array_equal(values, other.history[name], err_msg=name)


def both(graphs, do, **given):
    """Does the same to a run of plain steps and to one of recorded ones."""
    runs = make("torch", **given), make(graphs, **given)
    for run in runs:
        do(run)
    assert_same(*runs)
    return runs[1]


@all_replicas
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values())
def test_a_run_is_the_same_with_everything_on(graphs, replicas, dtype, optimizer):
    given = dict(replicas=replicas, dtype=dtype, optimizer=optimizer(0.02))
    run = both(graphs, lambda run: run.fit(epochs=9), **given)
    assert played(run) == {10: True, 2: True}
    assert not run.why_not_recorded


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_loss_and_every_activation_can_be_recorded(graphs, activation, loss):
    outputs = 1 if loss in ("binary cross-entropy", "hinge") else 2
    stack = [Linear(4), ACTIVATIONS[activation](), Linear(outputs)]
    given = dict(stack=stack, loss=LOSSES[loss](), stopping=None)
    run = both(graphs, lambda run: run.fit(epochs=6), **given)
    assert all(played(run).values())


def test_samples_of_ones_own_and_numbers_of_ones_own(graphs):
    each = np.stack([x[:32], x[5:37], x[15:]]), np.stack([y[:32], y[5:37], y[15:]])
    numbers = np.array([0.1, 0.2, 0.3])
    run = both(
        graphs,
        lambda run: run.fit(epochs=6),
        train=each,
        stack=[Linear(4), ACTIVATIONS["elu"](numbers), Dropout(numbers), Linear(1)],
        optimizer=Adam(numbers, beta1=numbers),
        regularizers=[L1(numbers), L2(numbers), WeightDecay(numbers)],
        clip=ClipValue(numbers),
    )
    assert all(played(run).values())


def stop_some(run):
    run.record.watch.active = np.array([True, False, True])


CHANGES = {
    "rate": lambda run: run.change(learning_rate=0.1),
    "rates": lambda run: run.change(learning_rate=np.array([0.1, 0.2, 0.3])),
    "beta": lambda run: run.change(beta1=0.5),
    "optimizer": lambda run: run.use(OPTIMIZERS["momentum"](0.1)),
    "no penalty": lambda run: setattr(run.update, "regularizers", ()),
    "strength": lambda run: setattr(run.update, "regularizers", (L2(0.3),)),
    "decay": lambda run: setattr(run.update, "regularizers", (WeightDecay(0.3),)),
    "clip": lambda run: setattr(run.update, "clip", ClipValue(0.01)),
    "schedule": lambda run: setattr(run.update, "schedule", lambda step: 0.5),
    "dropout": lambda run: exchange(run.network, layers(rate=0.7)),
    "growth": lambda run: transplant(
        run, Network(3, layers(8), 5, run.network.replicas, backend=run.network.backend)
    ),
    "stop": stop_some,
    "weights": lambda run: run.network.parameters.__imul__(0.5),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_on_the_way_is_heard(graphs, change):
    def do(run):
        run.fit(epochs=6)
        CHANGES[change](run)
        run.fit(epochs=6)

    run = both(graphs, do, stopping=EarlyStopping(100))
    assert all(played(run).values())
    plain = make("torch", stopping=EarlyStopping(100))
    plain.fit(epochs=12)  # the change does make a difference
    changed = vectors(run)["parameters"]
    if changed.shape == plain.network.parameters.shape:
        assert (to_numpy(changed) != to_numpy(plain.network.parameters)).any()


def test_a_schedule_needs_no_new_recording(graphs):
    run = make(graphs)
    run.fit(epochs=5)
    before = {batch: work for batch, (*_, work) in run.run_step.works.items()}
    run.fit(epochs=3)
    assert {batch: work for batch, (*_, work) in run.run_step.works.items()} == before


def test_the_tape_goes_back_and_on(graphs):
    run = make(graphs, stopping=EarlyStopping(100))
    tape, seen = Tape(run), []
    for _ in run.steps(40):
        tape.record()
        seen.append(to_numpy(run.network.parameters).copy())
    for step in (17, 3, 39, 40):
        tape.rewind(step)
        assert_array_equal(to_numpy(run.network.parameters), seen[step - 1])
    assert all(played(run).values())


def test_a_checkpoint_goes_on(graphs, tmp_path):
    first, twin, other = make(graphs), make(graphs), make(graphs)
    for run in (first, twin):
        run.fit(epochs=5)
    save_checkpoint(first, tmp_path / "run")
    load_checkpoint(other, tmp_path / "run")
    other.fit(epochs=5)
    twin.fit(epochs=5)
    assert_same(other, twin)


def test_stages_one_by_one_between_played_steps(graphs):
    def do(run):
        run.fit(epochs=5)
        for _ in range(3):
            assert [*run.stages()] == ["forward", "loss", "backward", "update"]
        run.fit(epochs=5)

    both(graphs, do)


def test_functions_of_ones_own_get_numpys_arrays_and_are_not_recorded(graphs):
    seen = []

    def relu(z):
        seen.append(type(z))
        return np.where(z > 0, z, 0.1 * z).astype(float)

    slope = lambda z: np.where(z > 0, 1.0, 0.1).copy()  # noqa: E731
    cubed = FunctionLoss(
        lambda z, y: (np.abs(z - y) ** 3).mean(axis=1),
        lambda z, y: 3 * np.sign(z - y) * (z - y) ** 2,
    )
    rule = FunctionOptimizer(
        0.1, function=lambda gradient, rate: -rate * np.sign(gradient)
    )
    given = dict(
        stack=[Linear(4), FunctionLayer(relu, slope), Linear(1)],
        loss=cubed,
        optimizer=rule,
    )
    run = both(graphs, lambda run: run.fit(epochs=9), **given)
    assert played(run) == {10: False, 2: False}
    assert set(seen) == {np.ndarray}
    plain = make("numpy", **given)
    plain.fit(epochs=9)
    assert_allclose(run.history["train_loss"], plain.history["train_loss"], rtol=1e-4)


@dataclass(frozen=True)
class Asking(Layer):
    """A layer that asks the host on its way."""

    def forward(self, xp, p, x, c):
        return x * (2.0 if float(xp.max(x)) > 1 else 1.0), x

    def backward(self, xp, p, g, x, dy):
        return dy * (2.0 if float(xp.max(x)) > 1 else 1.0)


@dataclass(frozen=True)
class Sending(Asking):
    """A layer that takes something from the host on its way."""

    def forward(self, xp, p, x, c):
        return x * xp.asarray(np.arange(1.0, 5.0, dtype="float32")), x

    def backward(self, xp, p, g, x, dy):
        return dy * xp.asarray(np.arange(1.0, 5.0, dtype="float32"))


@pytest.mark.parametrize("part", [Asking(), Sending()], ids=str)
def test_what_cant_be_recorded_is_done_plainly_and_says_so(graphs, part):
    stack = [Linear(4), part, Linear(1)]
    run = both(graphs, lambda run: run.fit(epochs=9), stack=stack)
    assert played(run) == {10: False, 2: False}
    assert run.why_not_recorded.startswith("RuntimeError: ")
    assert "captur" in run.why_not_recorded


@dataclass(frozen=True)
class Wandering(Optimizer):
    """An optimizer whose numbers are another kind at every third step."""

    def coefficients(self, step, rate):
        return {"rate": rate} | ({"extra": 2.0} if step % 3 == 0 else {})

    def update(self, xp, m, g, p, c):
        return -c["rate"] * c.get("extra", 1.0) * g


def test_numbers_of_another_kind_are_heard(graphs):
    both(graphs, lambda run: run.fit(epochs=9), optimizer=Wandering(0.05))


def test_it_is_done_by_itself_at_first_and_from_the_recording_later():
    log = []
    recorded = Recorded(
        lambda number: log.append(number),
        lambda work: lambda: log.append("played"),
        lambda work: (log.append("aside"), work()),
    )
    for number in range(5):
        recorded(number)
    assert log == ["aside", 0, "aside", 1, "aside", 2, "played", "played"]


def test_what_keeps_work_from_being_recorded_is_said_with_its_place():
    done = []

    def work():
        done.append(np.asarray([1.0]).reshape(2, 2) if len(done) == 3 else 1)

    def capture(work):
        work()

    recorded = Recorded(work, capture, lambda work: work())
    for _ in range(3):
        recorded()
    assert not recorded.why_not
    with pytest.raises(ValueError, match="reshape"):  # its own fault is not hidden
        recorded()
    assert recorded.why_not.startswith("ValueError: cannot reshape")
    assert recorded.why_not.endswith("in work)")


# The stand-in


def test_the_stand_in_knows_no_python(recording):
    import torch

    number, total, one = 1.0, torch.zeros(3), torch.ones(())

    def work():
        total.add_(number)
        total.mul_(one)

    play = recording(work)
    assert total.tolist() == [0.0] * 3  # recorded, and not done
    number = 5.0
    one.fill_(2.0)
    play()
    assert total.tolist() == [2.0] * 3  # the number that was, the array that is


def test_the_stand_in_refuses_what_a_graph_refuses(recording):
    import torch

    kept = torch.ones(3)
    with pytest.raises(RuntimeError, match="not permitted"):
        recording(lambda: kept.mul_(kept.sum().item()))
    with pytest.raises(RuntimeError, match="from the host"):
        recording(lambda: kept.mul_(torch.from_numpy(np.arange(3.0))))
    assert kept.tolist() == [1.0] * 3
