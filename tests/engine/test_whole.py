"""Whole runs with everything switched on, and what is measured of them."""

import numpy as np
import pytest

from nnlab.backend import Backend, Purpose, generator
from nnlab.engine import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    CrossEntropy,
    Linear,
    Network,
    ReLU,
    Tanh,
)
from nnlab.engine.clipping import ClipNorm, ClipValue
from nnlab.engine.dropout import Dropout
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.engine.regularizers import L1, L2, WeightDecay
from nnlab.engine.residual import Residual
from nnlab.training import Trainer
from nnlab.training.checkpoint import load_checkpoint, save_checkpoint
from nnlab.training.early_stopping import EarlyStopping
from nnlab.training.metrics import confusion_matrix, r_squared
from nnlab.training.surgery import transplant

from .arrays import (
    END,
    RUN,
    assert_allclose,
    assert_array_equal,
    copied,
    exact,
    here,
    host,
    same,
    space,
)


def everything(units):
    """Layers of every kind."""
    block = Residual([Linear(units), BatchNorm(), Tanh(), Dropout(0.2)])
    return [Dropout(0.1), Linear(units), BatchNorm(), ReLU(), block, Dropout(0.5)]


STACK = everything(8)
all_replicas = pytest.mark.parametrize("replicas", [None, 1, 3])
x = np.random.default_rng(1).normal(size=(67, 3))
TASKS = {  # a loss, how many outputs it reads, targets
    "two": (BinaryCrossEntropy(), 1, (x[:, 0] * x[:, 1] > 0).astype(int)),
    "three": (CrossEntropy(), 3, np.digitize(x[:, 0], [-0.5, 0.5])),
    "numbers": (MSE(), 2, np.stack([np.sin(x[:, 0]), x[:, 1]], axis=1)),
}


def make(task="two", replicas=3, seed=2, optimizer=Adam(0.02), stack=STACK, **given):
    """47 samples in batches of 10 leave a last one of 7; 20 are watched."""
    loss, outputs, y = TASKS[task]
    dtype, backend = given.pop("dtype", "float32"), given.pop("backend", "numpy")
    layers = [*stack, Linear(outputs)]
    net = Network(3, layers, seed, replicas, dtype, backend)
    usual = dict(
        batch_size=10,
        regularizers=[L1(0.001), L2(0.01), WeightDecay(0.02)],
        clip=ClipNorm(1.0),
        schedule=lambda step: 0.99**step,
        stopping=EarlyStopping(8),
    )
    parts = (x[:47], y[:47]), (x[47:], y[47:])
    return Trainer(net, loss, optimizer, *parts, **{**usual, **given})


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("clip", [ClipNorm(0.3), ClipValue(0.05)], ids=str)
@pytest.mark.thinned(5)
def test_a_replica_is_the_run_of_its_own_seed(task, dtype, clip):
    dtype = exact(dtype)
    together = make(task, dtype=dtype, clip=clip)
    together.fit(epochs=12)
    for i in range(3):
        alone = make(task, None, 2 + i, dtype=dtype, clip=clip)
        alone.fit(epochs=12)
        same(host(together.network.parameters)[i], alone.network.parameters, END)
        same(host(together.network.state)[i], alone.network.state, END)
        for name in alone.history.keys() - {"step"}:
            ours = [values[i] for values in together.history[name]]
            same(ours[: len(alone.history[name])], alone.history[name], RUN)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values())
def test_it_is_so_with_every_optimizer(optimizer):
    given = dict(optimizer=optimizer(learning_rate=0.01), dtype=exact("float32"))
    together, alone = make(**given), make(replicas=None, seed=4, **given)
    together.fit(epochs=4)
    alone.fit(epochs=4)
    same(host(together.network.parameters)[2], alone.network.parameters, END)


@all_replicas
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("batch", [2, 7, 10])
@pytest.mark.thinned(4)
def test_the_gradient_of_training_is_the_slope_of_its_loss(
    task, replicas, batch, differences
):
    run = make(task, replicas, dtype="float64", stack=[*STACK, Tanh()])
    net, (loss, _, y) = run.network, TASKS[task]
    noise = net.draw_noise(batch)
    sample = x[:batch], y[:batch], loss, True, noise
    gradient = host(net.gradient(*sample))
    slope = differences(lambda: net.loss(*sample), net.parameters, 1e-6)
    assert np.linalg.norm(gradient - slope) <= 1e-7 * np.linalg.norm(slope)


def test_measuring_commits_nothing_and_draws_nothing():
    run, twin = make(), make()
    for _ in range(12):
        run.measure()
        some = [host(part)[:9] for part in run.parts["train"]]
        run.network.loss(*some, run.loss, True)
        run.step(), twin.step()
    assert_array_equal(run.network.parameters, twin.network.parameters)
    assert_array_equal(run.network.state, twin.network.state)


@all_replicas
def test_the_training_loss_is_told_in_three_ways(replicas):
    run = make(replicas=replicas, dtype="float64")
    losses = []
    for _ in run.steps(5):
        losses.append(host(run.last_loss) * run.rows.shape[-1])
    net, (data, y) = run.network, map(host, run.parts["train"])
    running = np.sum(losses, axis=0) / 47
    assert_allclose(run.history["train_loss_running"][-1], running, rtol=1e-12)
    assert np.isnan(run.history["train_loss_running"][0]).all()
    size = net.stack.noise_layout(47).size
    drawn = [generator(s, Purpose.MEASURE).random(size) for s in net.seeds]
    noise = here(np.stack(drawn).reshape(*net.lead, size))
    training = net.loss(data, y.astype(int), run.loss, True, noise)
    assert_allclose(run.history["train_loss_training"][-1], training, rtol=1e-12)
    measured = net.loss(data, y.astype(int), run.loss)
    assert_allclose(run.history["train_loss"][-1], measured, rtol=1e-12)
    names = ("train_loss_running", "train_loss_training", "train_loss")
    assert len({np.sum(run.history[name][-1]) for name in names}) == 3


def test_without_dropout_and_normalization_two_of_them_are_one():
    run = make(stack=[Linear(4), Tanh()])
    run.fit(epochs=2)
    assert_array_equal(run.history["train_loss_training"], run.history["train_loss"])


def test_a_full_batch_is_one_step_an_epoch():
    run = make(batch_size=None)
    run.fit(epochs=3)
    assert (run.steps_done, run.rows.shape) == (3, (3, 47))


@all_replicas
def test_r_squared_is_scikit_learns(replicas):
    metrics = pytest.importorskip("sklearn.metrics")
    run = make("numbers", replicas, dtype="float64")
    run.fit(epochs=2)
    for part, (data, y) in run.parts.items():
        outputs = host(run.network.forward(data)).reshape(-1, *y.shape)
        for i, z in enumerate(outputs):
            weights = "variance_weighted"  # one share over all outputs
            theirs = metrics.r2_score(host(y), z, multioutput=weights)
            ours = run.measure()[f"{part}_r2"].reshape(-1)[i]
            assert ours == pytest.approx(theirs, rel=1e-12)


def test_r_squared_is_1_when_right_and_0_at_the_mean():
    y = np.random.default_rng(1).normal(size=(20, 2))
    mean = np.broadcast_to(y.mean(axis=0), y.shape)
    right, middle = (float(r_squared(space(), here(z), here(y))) for z in (y, mean))
    assert right == 1.0
    assert middle == pytest.approx(0.0, abs=1e-14)


@pytest.mark.parametrize("task", ["two", "three"])
def test_the_confusion_matrix_counts_every_sample_once(task):
    run = make(task, replicas=None)
    run.fit(epochs=5)
    data, y = map(host, run.parts["validation"])
    answers = host(run.loss.predict(space(), run.network.forward(data)))
    matrix = confusion_matrix(y.astype(int), answers)
    assert matrix.sum() == 20 and matrix.shape == (len(matrix), len(matrix))
    right = run.measure()["validation_accuracy"]
    assert np.trace(matrix) / 20 == pytest.approx(right)
    assert_array_equal(matrix.sum(axis=1), np.bincount(y.astype(int)))


# Every backend finds what NumPy finds


@pytest.mark.parametrize("rule", [ClipNorm(0.5), ClipValue(0.5)], ids=str)
def test_clipping_too(rule):
    g = np.random.default_rng(1).normal(size=(3, 20)).astype("float32")
    same(rule.clip(space(), here(g)), rule.clip(np, g), strict=True)


@pytest.mark.parametrize("rule", [L1(0.1), L2(0.1)], ids=str)
def test_penalties_too(rule):
    w = np.random.default_rng(1).normal(size=(3, 20)).astype("float32")
    for what in (rule.penalty, rule.slope):
        same(what(space(), here(w)), what(np, w), strict=True)


# The table


def test_the_table_has_a_line_for_each_array():
    net = Network(3, [*STACK, Linear(2)], replicas=3)
    table = net.describe()
    lines = repr(table).splitlines()
    places = {**net.layout.places, **net.stack.state_layout.places}
    assert len(lines) == 1 + len(places)
    for name, place in places.items():
        [row] = [row for row in table.rows() if row[1] == name]
        vector = net.parameters if name in net.layout.places else net.state
        assert int(row[3]) == host(net[name]).size // 3
        start, stop = row[4].split("[")[1].rstrip("]").split(":")
        stretch = host(vector)[..., int(start) : int(stop)]
        assert_array_equal(stretch.reshape(3, *place.shape), net[name])
    assert "<td>Linear(8)</td>" in table._repr_html_()


def test_a_penalty_is_no_part_of_what_is_measured_as_loss():
    paying, free = make(), make(regularizers=[])
    for name in ("train_loss", "validation_loss"):
        assert_array_equal(paying.history[name], free.history[name])


def test_a_schedule_is_a_function_of_the_step():
    seen = []

    def schedule(step):
        seen.append(step)
        return 0.0 if step >= 3 else 1.0

    run = make(schedule=schedule, optimizer=SGD(0.1), stopping=None)
    for _ in run.steps(3):
        pass
    before = copied(run.network.parameters)
    run.fit(epochs=1)
    assert_array_equal(run.network.parameters, before)
    assert [*run.stages()][-1] == "update"
    assert seen == [0, 1, 2, 3, 4, 5]  # once a step, in one go or stage by stage


def test_a_replica_that_grows_is_alone_with_its_noise():
    """Dropout's numbers after a transplant are those of its seed, whatever R is."""

    def grown(replicas, seed):
        run = make("two", replicas, seed, dtype=exact("float32"))
        for _ in run.steps(7):
            pass
        layers = [*everything(11), Linear(1)]
        transplant(run, Network(3, layers, seed, replicas, exact("float32")))
        run.fit(epochs=3)
        return run.network.parameters

    together = grown(3, 2)
    for i in range(3):
        same(host(together)[i], grown(None, 2 + i), END)


def a_whole_run(task, replicas, optimizer, file, backend="numpy"):
    """Training, measuring, stopping, a live change, a transplant, and a checkpoint
    that another run goes on from."""
    dtype = exact("float32")
    usual = dict(optimizer=optimizer, stopping=EarlyStopping(2))
    usual |= dict(backend=backend, dtype=dtype)
    run = make(task, replicas, **usual)
    run.fit(epochs=2)
    run.change(learning_rate=0.03)
    run.step()
    save_checkpoint(run, file)
    other = make(task, replicas, **usual)
    load_checkpoint(other, file)
    other.fit(epochs=5)
    for units in (6, 11):
        layers = [*everything(units), Linear(TASKS[task][1])]
        transplant(other, Network(3, layers, 5, replicas, dtype, backend))
        other.fit(epochs=1)
    other.restore_best()
    return other


RUNS = [  # every optimizer, every task, with replicas and without
    *(("two", 3, rule) for rule in OPTIMIZERS.values()),
    *((task, replicas, Adam) for task in TASKS for replicas in (None, 1, 3)),
]


@pytest.mark.without("numpy")
@pytest.mark.parametrize("task, replicas, rule", RUNS)
def test_a_whole_run_is_that_of_numpy(task, replicas, rule, backend, tmp_path):
    numpys = a_whole_run(task, replicas, rule(0.01), tmp_path / "numpys", Backend())
    ours = a_whole_run(task, replicas, rule(0.01), tmp_path / "ours", backend)
    for name in ("parameters", "state"):
        vector = getattr(ours.network, name)
        assert type(vector) is type(here(0.0))
        same(vector, getattr(numpys.network, name), END, strict=True)
    assert ours.history.keys() == numpys.history.keys()
    for name, values in ours.history.items():
        same(values, numpys.history[name], RUN)
        assert type(here(0.0)) not in map(type, values)
