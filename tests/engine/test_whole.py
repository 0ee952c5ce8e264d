"""Whole runs with everything switched on, and what is measured of them."""

import array_api_strict
import numpy as np
import pytest
@@IMP from numpy.testing import assert_allclose, assert_array_equal

from nnlab.backend import Purpose, generator, to_numpy
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
    Trainer,
)
from nnlab.engine.adaptive import OPTIMIZERS
from nnlab.engine.checkpoint import load_checkpoint, save_checkpoint
from nnlab.engine.clipping import ClipNorm, ClipValue
from nnlab.engine.dropout import Dropout
from nnlab.engine.layers import Context
from nnlab.engine.layout import Layout, flat, shapes_of
from nnlab.engine.metrics import confusion_matrix, r_squared
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.regularizers import L1, L2, Decay
from nnlab.engine.residual import Residual
from nnlab.engine.stopping import EarlyStopping
from nnlab.engine.transplant import transplant


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
        regularizers=[L1(0.001), L2(0.01), Decay(0.02)],
        clip=ClipNorm(1.0),
        schedule=lambda step: 0.99**step,
        stopping=EarlyStopping(8),
    )
    parts = (x[:47], y[:47]), (x[47:], y[47:])
    return Trainer(net, loss, optimizer, *parts, **{**usual, **given})


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("clip", [ClipNorm(0.3), ClipValue(0.05)], ids=str)
def test_a_replica_is_the_run_of_its_own_seed(task, dtype, clip):
    together = make(task, dtype=dtype, clip=clip)
    together.fit(epochs=12)
    for i in range(3):
        alone = make(task, None, 2 + i, dtype=dtype, clip=clip)
        alone.fit(epochs=12)
        assert_array_equal(together.network.parameters[i], alone.network.parameters)
        assert_array_equal(together.network.state[i], alone.network.state)
        for name in alone.history.keys() - {"step"}:
            ours = [values[i] for values in together.history[name]]
            assert_array_equal(ours[: len(alone.history[name])], alone.history[name])


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values())
def test_it_is_so_with_every_optimizer(optimizer):
    rule = optimizer(learning_rate=0.01)
    together, alone = make(optimizer=rule), make(replicas=None, seed=4, optimizer=rule)
    together.fit(epochs=4)
    alone.fit(epochs=4)
    assert_array_equal(together.network.parameters[2], alone.network.parameters)


@all_replicas
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("batch", [2, 7, 10])
def test_the_gradient_of_training_is_the_slope_of_its_loss(
    task, replicas, batch, differences
):
    run = make(task, replicas, dtype="float64", stack=[*STACK, Tanh()])
    net, (loss, _, y) = run.network, TASKS[task]
    noise = net.draw_noise(batch)
    sample = x[:batch], y[:batch], loss, True, noise
    gradient = net.gradient(*sample)
    slope = differences(lambda: np.sum(net.loss(*sample)), net.parameters, 1e-6)
    assert np.linalg.norm(gradient - slope) <= 1e-7 * np.linalg.norm(slope)


def test_measuring_commits_nothing_and_draws_nothing():
    run, twin = make(), make()
    for _ in range(12):
        run.measure()
        run.network.loss(*[part[:9] for part in run.parts["train"]], run.loss, True)
        run.step(), twin.step()
    assert_array_equal(run.network.parameters, twin.network.parameters)
    assert_array_equal(run.network.state, twin.network.state)


@all_replicas
def test_the_training_loss_is_told_in_three_ways(replicas):
    run = make(replicas=replicas, dtype="float64")
    losses = []
    for _ in run.steps(5):
        losses.append(run.last_loss * run.rows.shape[-1])
    net, (data, y) = run.network, run.parts["train"]
    running = np.sum(losses, axis=0) / 47
    assert_allclose(run.history["train_loss_running"][-1], running, rtol=1e-12)
    assert np.isnan(run.history["train_loss_running"][0]).all()
    size = net.stack.noise_layout(47).size
    drawn = [generator(s, Purpose.MEASURE).random(size) for s in net.seeds]
    noise = np.stack(drawn).reshape(*net.lead, size)
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
        for i, z in enumerate(run.network.forward(data).reshape(-1, *y.shape)):
            weights = "variance_weighted"  # one share over all outputs
            theirs = metrics.r2_score(y, z, multioutput=weights)
            ours = run.measure()[f"{part}_r2"].reshape(-1)[i]
            assert ours == pytest.approx(theirs, rel=1e-12)


def test_r_squared_is_1_when_right_and_0_at_the_mean():
    y = np.random.default_rng(1).normal(size=(20, 2))
    assert r_squared(np, y, y) == 1.0
    mean = np.broadcast_to(y.mean(axis=0), y.shape)
    assert r_squared(np, mean, y) == pytest.approx(0.0, abs=1e-14)


@pytest.mark.parametrize("task", ["two", "three"])
def test_the_confusion_matrix_counts_every_sample_once(task):
    run = make(task, replicas=None)
    run.fit(epochs=5)
    data, y = run.parts["validation"]
    answers = run.loss.answer(np, run.network.forward(data))
    matrix = confusion_matrix(y.astype(int), answers)
    assert matrix.sum() == 20 and matrix.shape == (len(matrix), len(matrix))
    right = run.measure()["validation_accuracy"]
    assert np.trace(matrix) / 20 == pytest.approx(right)
    assert_array_equal(matrix.sum(axis=1), np.bincount(y.astype(int)))


# The array-API standard


@pytest.mark.parametrize("layer", [BatchNorm(), Dropout(0.3), STACK[4]], ids=str)
@pytest.mark.parametrize("lead", [(), (3,)], ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("training", [True, False])
def test_the_array_api_standard_is_enough(layer, lead, dtype, training):
    rng = np.random.default_rng(1)
    data, dy = rng.normal(size=(2, *lead, 5, 8)).astype(dtype)
    p = flat([layer.start(rng, 8)]) + np.zeros((*lead, 1))
    state = flat([layer.state(8)]) + np.zeros((*lead, 1))
    shapes = {name: (5, n) for name, n in layer.noise(8).items()}
    layouts = [layer.parameters(8), shapes_of(layer.state(8)), shapes]
    places = [Layout([named]) for named in layouts]
    noise = rng.random((*lead, places[2].size))

    def passes(xp, data, dy, *vectors):
        p, s, n, new, g = vectors
        views = [place.views(xp, v)[0] for place, v in zip(places, (p, s, n))]
        [after], [slopes] = places[1].views(xp, new), places[0].views(xp, g)
        c = Context(training, views[1], views[2], after)
        y, cache = layer.forward(xp, views[0], data, c)
        return y, layer.backward(xp, views[0], slopes, cache, dy), g, new

    vectors = [v.astype(dtype) for v in (p, state, noise, 0 * state, 0 * p)]
    ours = passes(np, data, dy, *[v.copy() for v in vectors])
    strict = [array_api_strict.asarray(v) for v in (data, dy, *vectors)]
    theirs = passes(array_api_strict, *strict)
    for numpy, standard in zip(ours, theirs, strict=True):
        assert numpy.dtype == dtype
        assert_array_equal(numpy, np.from_dlpack(standard), strict=True)


@pytest.mark.parametrize("rule", [ClipNorm(0.5), ClipValue(0.5)], ids=str)
def test_clipping_too(rule):
    g = np.random.default_rng(1).normal(size=(3, 20)).astype("float32")
    theirs = rule.shorten(array_api_strict, array_api_strict.asarray(g))
    assert_array_equal(rule.shorten(np, g), np.from_dlpack(theirs), strict=True)


@pytest.mark.parametrize("rule", [L1(0.1), L2(0.1)], ids=str)
def test_penalties_too(rule):
    w = np.random.default_rng(1).normal(size=(3, 20)).astype("float32")
    strict = array_api_strict.asarray(w)
    for what in (rule.penalty, rule.slope):
        theirs = np.from_dlpack(what(array_api_strict, strict))
        assert_array_equal(what(np, w), theirs, strict=True)


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
        assert int(row[3]) == net[name].size // 3
        start, stop = row[4].split("[")[1].rstrip("]").split(":")
        same = vector[..., int(start) : int(stop)].reshape(3, *place.shape)
        assert_array_equal(same, net[name])
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
    before = run.network.parameters.copy()
    run.fit(epochs=1)
    assert_array_equal(run.network.parameters, before)
    assert seen == [0, 1, 2, 3, 4]


def test_a_replica_that_grows_is_alone_with_its_noise():
    """Dropout's numbers after a transplant are those of its seed, whatever R is."""

    def grown(replicas, seed):
        run = make("two", replicas, seed)
        for _ in run.steps(7):
            pass
        layers = [*everything(11), Linear(1)]
        transplant(run, Network(3, layers, seed=seed, replicas=replicas))
        run.fit(epochs=3)
        return run.network.parameters

    together = grown(3, 2)
    for i in range(3):
        assert_array_equal(together[i], grown(None, 2 + i))


def a_whole_run(task, replicas, optimizer, file, backend="numpy"):
    """Training, measuring, stopping, a live change, a transplant, and a checkpoint
    that another run goes on from."""
    usual = dict(optimizer=optimizer, stopping=EarlyStopping(2), backend=backend)
    run = make(task, replicas, **usual)
    run.fit(epochs=3)
    run.change(learning_rate=0.03)
    run.step()
    save_checkpoint(run, file)
    other = make(task, replicas, **usual)
    load_checkpoint(other, file)
    other.fit(epochs=8)
    for units in (6, 11):
        layers = [*everything(units), Linear(TASKS[task][1])]
        transplant(other, Network(3, layers, 5, replicas, backend=backend))
        other.fit(epochs=2)
    other.restore_best()
    return other


RUNS = [  # every optimizer, every task, with replicas and without
    *(("two", 3, rule) for rule in OPTIMIZERS.values()),
    *((task, replicas, Adam) for task in TASKS for replicas in (None, 1, 3)),
]


@pytest.mark.parametrize("task, replicas, rule", RUNS)
def test_the_array_api_standard_is_enough_for_a_whole_run(
    task, replicas, rule, strict, tmp_path
):
    ours = a_whole_run(task, replicas, rule(0.01), tmp_path / "ours")
    theirs = a_whole_run(task, replicas, rule(0.01), tmp_path / "strict", strict)
    for name in ("parameters", "state"):
        vector = getattr(theirs.network, name)
        assert type(vector) is type(array_api_strict.zeros(1))
        assert_array_equal(getattr(ours.network, name), to_numpy(vector), strict=True)
    assert_array_equal(ours.gradient, to_numpy(theirs.gradient), strict=True)
    assert ours.history.keys() == theirs.history.keys()
    for name, values in theirs.history.items():
        assert_array_equal(ours.history[name], values)
        assert type(array_api_strict.zeros(1)) not in map(type, values)
