"""What may happen to a trainer on its way: stages, other rules, other widths.

Equality is bit for bit unless a tolerance is written.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.engine import (
    MSE,
    SGD,
    Adam,
    BatchNorm,
    BinaryCrossEntropy,
    FunctionOptimizer,
    Linear,
    Momentum,
    Network,
    Residual,
    Tanh,
)
from nnlab.errors import InputError
from nnlab.training import EarlyStopping, Trainer
from nnlab.training.checkpoint import load_checkpoint, save_checkpoint
from nnlab.training.surgery import feed, transplant
from nnlab.training.tape import Tape

from .arrays import (
    END,
    assert_allclose,
    assert_array_equal,
    copied,
    here,
    host,
    same,
    space,
)

STAGES = ["forward", "loss", "backward", "update"]


def sgd_by_hand(gradient, rate):
    return -rate * gradient


OPTIMIZERS = {
    "sgd": SGD(0.1),
    "momentum": Momentum(0.05),
    "adam": Adam(0.01),
    "rule": FunctionOptimizer(0.1, function=sgd_by_hand),
}
steady = settings(deadline=None, derandomize=True, database=None, max_examples=60)
all_optimizers = pytest.mark.parametrize(
    "optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS
)
all_replicas = pytest.mark.parametrize("replicas", [None, 1, 3])
all_dtypes = pytest.mark.parametrize("dtype", ["float32", "float64"])
all_batches = pytest.mark.parametrize("batch_size", [1, 10, 23])  # 10 leaves 3 over


def network_of(hidden=(4,), replicas=3, dtype="float64", seed=1, ends=(2, 1)):
    inputs, outputs = ends
    layers = [layer for units in hidden for layer in (Linear(units), Tanh())]
    stack = [*layers, Linear(outputs)]
    return Network(inputs, stack, seed=seed, replicas=replicas, dtype=dtype)


def make(optimizer=Adam(0.01), batch_size=10, **network):
    """A trainer on 23 samples, which knows 9 others."""
    rng = np.random.default_rng(0)
    parts = [(rng.normal(size=(n, 2)), rng.integers(0, 2, n)) for n in (23, 9)]
    net = network_of(**network)
    return Trainer(net, BinaryCrossEntropy(), optimizer, *parts, batch_size=batch_size)


def go(trainer, steps):
    for _ in trainer.steps(steps):
        pass


def state(trainer) -> dict[str, np.ndarray]:
    """All that training made, copied."""
    found = {"parameters": trainer.network.parameters, "steps": trainer.steps_done}
    found |= {f"moment {name}": moment for name, moment in trainer.moments.items()}
    found |= {f"history {name}": kept for name, kept in trainer.history.items()}
    return {name: copied(value) for name, value in found.items()}


def assert_same(one: dict, other: dict):
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert_array_equal(value, other[name], err_msg=name, strict=True)


# A step in four stages


@all_optimizers
@all_replicas
@all_batches
@all_dtypes
@pytest.mark.thinned(5)
def test_the_stages_one_after_another_are_a_step(
    optimizer, replicas, batch_size, dtype
):
    recipe = dict(batch_size=batch_size, replicas=replicas, dtype=dtype)
    walked, stepped = (make(optimizer, **recipe) for _ in range(2))
    for _ in range(7):
        assert list(walked.stages()) == STAGES
        stepped.step()
        assert_same(state(walked), state(stepped))
        assert_array_equal(walked.gradient, stepped.gradient)
        assert_array_equal(walked.last_loss, stepped.last_loss)
        assert_array_equal(walked.rows, stepped.rows)


@all_optimizers
@all_batches
def test_nothing_moves_before_the_update(optimizer, batch_size):
    trainer = make(optimizer, batch_size=batch_size)
    go(trainer, 2)
    for _ in range(4):
        before, stages = state(trainer), trainer.stages()
        for stage in STAGES[:3]:
            assert next(stages) == stage
            assert_same(state(trainer), before)
        assert next(stages) == "update"
        assert trainer.steps_done == before["steps"] + 1
        assert (host(trainer.network.parameters) != before["parameters"]).any()
        assert list(stages) == []


@all_replicas
def test_each_stage_leaves_what_it_is_named_for(replicas):
    trainer = make(replicas=replicas, batch_size=10)
    net, loss = trainer.network, trainer.loss
    x, y = map(host, trainer.parts["train"])
    for _ in range(4):
        stages = trainer.stages()
        next(stages)
        rows = trainer.rows.reshape(-1, trainer.rows.shape[-1])
        alone = [net.replica(i) for i in range(len(rows))]
        taken = [(n, (x[some], y[some], loss)) for n, some in zip(alone, rows)]
        next(stages)
        losses = [n.loss(*sample) for n, sample in taken]
        same(host(trainer.last_loss).ravel(), losses)
        next(stages)
        slopes = [n.gradient(*sample) for n, sample in taken]
        same(host(trainer.gradient).reshape(len(rows), -1), slopes)
        next(stages)


@all_optimizers
@all_replicas
@pytest.mark.parametrize("begun", [0, 2, 3, 4])  # an epoch has 3 steps
@pytest.mark.parametrize("stages", range(4))
@pytest.mark.thinned(5)
def test_a_step_that_broke_off_can_be_made_again(optimizer, replicas, begun, stages):
    broken, whole = (make(optimizer, replicas=replicas) for _ in range(2))
    go(broken, begun)
    for _ in range(2):
        walk = broken.stages()
        for _ in range(stages):
            next(walk)
        walk.close()
    go(broken, 5)
    go(whole, begun + 5)
    assert_same(state(broken), state(whole))


@all_replicas
@pytest.mark.parametrize("begun", [0, 2, 3, 4])
def test_an_error_in_the_rule_costs_no_step_and_no_order(replicas, begun):
    broken = []

    def rule(gradient, rate):
        if broken:
            raise ZeroDivisionError
        return -rate * gradient

    trainer = make(FunctionOptimizer(0.1, function=rule), replicas=replicas)
    other = make(SGD(0.1), replicas=replicas)
    go(trainer, begun)
    broken.append(True)
    for _ in range(3):
        before = state(trainer)
        with pytest.raises(ZeroDivisionError):
            trainer.step()
        assert_same(state(trainer), before)
    broken.clear()
    go(trainer, 5)
    go(other, begun + 5)
    assert_same(state(trainer), state(other))


# A rule of one's own


@all_replicas
@all_batches
@all_dtypes
@pytest.mark.parametrize("block", [7, 10**9])
@pytest.mark.thinned(5)
def test_sgd_as_a_plain_function_is_sgd(
    replicas, batch_size, dtype, block, backend, monkeypatch
):
    monkeypatch.setattr(type(backend), "chunk", block)
    recipe = dict(batch_size=batch_size, replicas=replicas, dtype=dtype)
    own = make(FunctionOptimizer(0.1, function=lambda g, rate: -rate * g), **recipe)
    usual = make(SGD(0.1), **recipe)
    for steps in (7, 40):
        go(own, steps), go(usual, steps)
        assert_same(state(own), state(usual))
        own.change(learning_rate=0.3), usual.change(learning_rate=0.3)


WRONG = {
    "nothing": (lambda g, rate: None, "None"),
    "a number": (lambda g, rate: 0.5, "0.5"),
    "an array of one number": (lambda g, rate: g.sum(), "an array of shape ()"),
    "a part": (lambda g, rate: g[..., :3], "an array of shape (3, 3)"),
    "an axis too many": (lambda g, rate: g[None], "an array of shape (1, 3, 17)"),
    "the transpose": (lambda g, rate: g.T, "an array of shape (17, 3)"),
    "a list": (lambda g, rate: [1, 2], "[1, 2]"),
    "words": (lambda g, rate: "down", "'down'"),
}


@pytest.mark.parametrize("function, came", WRONG.values(), ids=WRONG)
def test_what_a_rule_may_not_return_is_said_with_its_name(function, came):
    function.__name__ = "my_rule"
    trainer = make(FunctionOptimizer(0.1, function=function))
    before = state(trainer)
    with pytest.raises(InputError) as caught:
        trainer.step()
    said = str(caught.value)
    assert said.startswith(f"my_rule returned {came}, not ") and "(3, 17)" in said
    assert said.endswith("try: return -rate * gradient") and "\n" not in said
    assert caught.value.argument == "optimizer"
    assert_same(state(trainer), before)


@pytest.mark.once
@pytest.mark.parametrize("rate", [-1.0, float("nan"), "much"])
def test_the_rate_of_a_rule_is_a_rate(rate):
    with pytest.raises(InputError, match="learning_rate"):
        FunctionOptimizer(rate, function=sgd_by_hand)


# Another optimizer


@pytest.mark.parametrize("before", OPTIMIZERS)
@pytest.mark.parametrize("after", OPTIMIZERS)
@all_replicas
def test_another_optimizer_takes_over_weights_and_the_moments_it_knows(
    before, after, replicas
):
    trainer, optimizer = make(OPTIMIZERS[before], replicas=replicas), OPTIMIZERS[after]
    go(trainer, 4)
    had = state(trainer)
    trainer.use(optimizer)
    assert trainer.optimizer is optimizer
    assert trainer.changes == [(4, "optimizer", optimizer)]
    assert set(trainer.moments) == {*optimizer.moments}
    for name, moment in trainer.moments.items():
        kept = had.get(f"moment {name}", np.zeros_like(had["parameters"]))
        assert_array_equal(moment, kept, strict=True)
    same = [name for name in had if not name.startswith("moment")]
    now = state(trainer)
    assert_same({n: now[n] for n in same}, {n: had[n] for n in same})


@all_optimizers
def test_the_same_optimizer_again_changes_nothing(optimizer):
    changed, other = make(optimizer), make(optimizer)
    go(changed, 4)
    changed.use(optimizer)
    go(changed, 5)
    go(other, 9)
    assert_same(state(changed), state(other))


@pytest.mark.parametrize("before", [SGD(0.1), Momentum(0.1)], ids=str)
@pytest.mark.parametrize("begun", [1, 50])
def test_an_optimizer_that_comes_later_begins_like_a_new_one(before, begun):
    trainer, adam = make(before), Adam(0.01, epsilon=0.0)
    go(trainer, begun)
    trainer.use(adam)
    p = here(copied(trainer.network.parameters))
    m = {name: space().zeros_like(p) for name in adam.moments}
    for step in range(1, 5):
        trainer.step()
        c = adam.coefficients(step, adam.learning_rate)
        p += adam.update(space(), m, trainer.gradient, p, c)
        assert_allclose(trainer.network.parameters, p, rtol=1e-12)


# Other widths


depths = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=3
)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.thinned(3)
@steady
@given(depths, st.sampled_from([None, 1, 3]))
def test_what_fits_is_kept_and_the_rest_is_new(optimizer, pairs, replicas):
    before, after = zip(*pairs)
    trainer = make(OPTIMIZERS[optimizer], hidden=before, replicas=replicas)
    go(trainer, 4)
    old, moments, had = trainer.network, trainer.moments, state(trainer)
    fresh, given = (network_of(after, replicas) for _ in range(2))
    transplant(trainer, given)
    assert trainer.network is given
    assert trainer.changes == [(4, "network", fresh.widths)]
    for name, place in fresh.layout.places.items():
        was, drawn, mine = (host(net[name]) for net in (old, fresh, given))
        rows = [slice(min(n)) for n in zip(was.shape, drawn.shape)]
        both = np.zeros(drawn.shape, bool)
        both[tuple(rows)] = True
        assert_array_equal(mine[both], was[tuple(rows)].ravel())
        assert_array_equal(mine[~both], drawn[~both])
        for moment, vector in trainer.moments.items():
            now = place.view(np, host(vector))
            then = old.layout.places[name].view(np, host(moments[moment]))
            assert_array_equal(now[both], then[tuple(rows)].ravel())
            assert (now[~both] == 0).all()
    now = state(trainer)
    for name in had:
        if name.startswith(("history", "steps")):
            assert_array_equal(now[name], had[name])
    go(trainer, 4)
    assert trainer.steps_done == 8 and np.isfinite(host(given.parameters)).all()
    assert trainer.history["step"] == [0, 3, 6]


@all_optimizers
@all_replicas
def test_a_network_of_the_same_widths_goes_on_as_if_nothing_had_been(
    optimizer, replicas
):
    changed, other = (make(optimizer, replicas=replicas) for _ in range(2))
    go(changed, 4)
    transplant(changed, network_of(replicas=replicas, seed=1))
    go(changed, 5)
    go(other, 9)
    assert_same(state(changed), state(other))


@all_optimizers
def test_a_neuron_more_and_the_same_neuron_less_leaves_all_as_it_was(optimizer):
    trainer = make(optimizer, hidden=(4, 3))
    go(trainer, 4)
    before = state(trainer)
    for hidden in [(5, 3), (5, 7), (5, 3), (4, 3)]:
        transplant(trainer, network_of(hidden))
    assert_same(state(trainer), before)


@all_optimizers
def test_a_replica_that_grows_among_others_is_the_one_that_grows_alone(optimizer):
    together = make(optimizer, replicas=3)
    go(together, 4)
    transplant(together, network_of((6,), 3))
    go(together, 5)
    for i in range(3):
        alone = make(optimizer, replicas=None, seed=1 + i)
        go(alone, 4)
        transplant(alone, network_of((6,), None, seed=1 + i))
        go(alone, 5)
        same(host(together.network.parameters)[i], alone.network.parameters, END)


@all_replicas
@pytest.mark.parametrize("hidden", [(7,), (2,)])
def test_the_slopes_of_a_changed_network_are_right(replicas, hidden, differences):
    trainer = make(replicas=replicas)
    go(trainer, 4)
    transplant(trainer, network_of(hidden, replicas))
    go(trainer, 2)
    stages = trainer.stages()
    for stage in stages:
        if stage == "backward":
            break
    net, (x, y) = trainer.network, map(host, trainer.parts["train"])
    rows = trainer.rows.reshape(-1, trainer.rows.shape[-1])

    def loss():
        pairs = [(net.replica(i), some) for i, some in enumerate(rows)]
        return [n.loss(x[some], y[some], trainer.loss) for n, some in pairs]

    slope = differences(loss, net.parameters)
    assert_allclose(trainer.gradient, slope, rtol=1e-6, atol=1e-8)


@all_optimizers
@pytest.mark.parametrize("block", [7, 17, 10**9])  # before, a network has 17 numbers
def test_a_new_neuron_learns_in_every_block(optimizer, block, backend, monkeypatch):
    monkeypatch.setattr(type(backend), "chunk", block)
    trainer = make(optimizer)
    go(trainer, 3)
    transplant(trainer, network_of((5,)))
    before = copied(trainer.network.parameters)
    go(trainer, 3)
    assert (host(trainer.network.parameters) != before).all()


UNFIT = {
    "other inputs": dict(ends=(3, 1)),
    "other outputs": dict(ends=(2, 2)),
    "fewer replicas": dict(replicas=2),
    "more replicas": dict(replicas=4),
    "no replicas": dict(replicas=None),
}


@pytest.mark.parametrize("fields", UNFIT.values(), ids=UNFIT)
def test_a_network_that_does_not_fit_is_refused(fields):
    trainer = make()
    before, net = state(trainer), trainer.network
    with pytest.raises(InputError, match="can't take over") as caught:
        transplant(trainer, network_of((5,), **fields))
    assert caught.value.argument == "network"
    assert trainer.network is net and trainer.changes == []
    assert_same(state(trainer), before)


def test_a_network_of_other_layers_is_refused():
    trainer = make()
    before = state(trainer)
    with pytest.raises(InputError, match="the same kinds of layers"):
        transplant(trainer, network_of((5, 5)))
    assert_same(state(trainer), before)


def test_a_network_whose_block_learns_other_things_is_refused():
    layers = [Linear(4), Residual([Linear(4), BatchNorm()]), Linear(1)]
    others = [Linear(4), Residual([Linear(4), Tanh()]), Linear(1)]
    data = np.ones((5, 2)), np.zeros((5, 1))
    trainer = Trainer(Network(2, layers), MSE(), SGD(0.1), data, batch_size=5)
    with pytest.raises(InputError, match="the same kinds of layers"):
        transplant(trainer, Network(2, others))


def test_a_line_through_points_is_still_found_after_a_change_of_rules():
    x = np.linspace(-1, 1, 23)[:, None]
    line = Network(1, [Linear(1)], dtype="float64")
    trainer = Trainer(line, MSE(), Adam(0.1), (x, 2 * x + 1), batch_size=10)
    trainer.fit(epochs=50)
    trainer.use(FunctionOptimizer(0.1, function=sgd_by_hand))
    trainer.fit(epochs=200)
    assert_allclose(line.parameters, [2, 1], rtol=1e-9)


@pytest.mark.parametrize("stages", [1, 2, 3])
@pytest.mark.parametrize("other", [Adam(0.02), SGD(0.5), Momentum(0.1)], ids=str)
def test_an_optimizer_that_comes_between_two_stages_makes_the_update(stages, other):
    """It does what it would have done from the step's beginning: no gradient depends
    on it."""
    between, before = make(SGD(0.1)), make(SGD(0.1))
    for run in (between, before):
        for _ in run.steps(7):
            pass
    before.use(other)
    before.step()
    walk = between.stages()
    for _ in range(stages):
        next(walk)
    between.use(other)
    assert [*walk][-1] == "update"
    assert_same(state(between), state(before))


# Other samples


def samples(train=30, seed=7):
    """Other samples than those of `make`, as many of them to train on as is said."""
    rng = np.random.default_rng(seed)
    sizes = {"train": train, "validation": 5}
    return {
        name: (rng.normal(size=(n, 2)), rng.integers(0, 2, n))
        for name, n in sizes.items()
    }


def learned(trainer) -> dict[str, np.ndarray]:
    """What training has made of the network and the optimizer."""
    vectors = {"parameters": trainer.network.parameters, **trainer.moments}
    return {name: copied(vector) for name, vector in vectors.items()}


@all_optimizers
@all_replicas
@pytest.mark.parametrize("steps", [0, 4, 6])
@pytest.mark.parametrize("train, size", [(30, 10), (23, 10), (4, 4), (90, 7)])
def test_other_samples_leave_what_was_learned_bit_for_bit(
    optimizer, replicas, steps, train, size
):
    trainer = make(optimizer, replicas=replicas)
    go(trainer, steps)
    before, history = learned(trainer), trainer.history["step"][:]
    feed(trainer, samples(train), size)
    assert_same(learned(trainer), before)
    assert trainer.history["step"] == history and trainer.steps_done == steps
    assert trainer.epoch_done == pytest.approx(steps / 3)
    ends = -(-train // size)
    go(trainer, 2 * ends)
    assert trainer.history["step"] == [*history, steps + ends, steps + 2 * ends]
    assert trainer.epoch_done == pytest.approx(steps / 3 + 2)


@all_optimizers
@all_replicas
@pytest.mark.parametrize("times", [1, 3])
def test_the_same_samples_at_the_end_of_an_epoch_change_nothing(
    optimizer, replicas, times
):
    fed, other = (make(optimizer, replicas=replicas) for _ in range(2))
    same_parts = {name: (host(x), host(y)) for name, (x, y) in fed.parts.items()}
    go(fed, 6), go(other, 6)
    for _ in range(times):
        feed(fed, same_parts, 10)
    go(fed, 7), go(other, 7)
    assert_same(state(fed), state(other))
    assert fed.epoch_done == pytest.approx(other.epoch_done, rel=1e-12)


@pytest.mark.parametrize("train", [30, 4])
def test_every_sample_comes_once_an_epoch_from_there(train):
    trainer = make(batch_size=4)
    go(trainer, 8)
    feed(trainer, samples(train), 4)
    for _ in range(3):
        rows = []
        for _ in range(trainer.steps_per_epoch):
            trainer.step()
            rows.append(trainer.rows)
        for order in np.concatenate(rows, axis=-1):
            assert sorted(order.tolist()) == [*range(train)]


@all_optimizers
def test_a_replica_fed_among_others_is_the_one_fed_alone(optimizer):
    def fed(replicas, seed):
        trainer = make(optimizer, replicas=replicas, seed=seed)
        go(trainer, 4)
        feed(trainer, samples(), 10)
        go(trainer, 5)
        return host(trainer.network.parameters)

    together = fed(3, 1)
    for i in range(3):
        same(together[i], fed(None, 1 + i), END)


def test_epochs_of_any_step_are_those_that_were_counted_there():
    trainer, counted = make(), [0.0]
    for train, size, steps in [(23, 10, 5), (9, 2, 7), (40, 40, 3), (9, 4, 4)]:
        feed(trainer, samples(train), size)
        for _ in range(steps):
            trainer.step()
            counted.append(trainer.epoch_done)
    assert_allclose(trainer.batches.epochs(np.arange(len(counted))), counted)
    assert (np.diff(counted) > 0).all()


@pytest.mark.parametrize(
    "parts",
    [
        {"train": samples()["train"]},
        {**samples(), "train": (np.full((3, 2), np.nan), np.zeros(3, int))},
        {**samples(), "train": (np.zeros((3, 5)), np.zeros(3, int))},
    ],
)
def test_samples_that_can_not_be_learned_from_change_nothing(parts):
    trainer = make()
    go(trainer, 4)
    before, batches, given = state(trainer), trainer.batches, trainer.parts
    with pytest.raises(InputError):
        feed(trainer, parts, 10)
    assert trainer.batches is batches and trainer.parts is given
    assert trainer.changes == []
    assert_same(state(trainer), before)


def test_early_stopping_needs_samples_to_watch_among_the_others_too():
    trainer = make()
    trainer.record.stopping = EarlyStopping(3)
    before, none = state(trainer), (np.zeros((0, 2)), np.zeros(0, int))
    with pytest.raises(InputError, match="stopping needs samples to watch"):
        feed(trainer, {**samples(), "validation": none}, 10)
    assert_same(state(trainer), before)
    trainer.record.stopping = None
    feed(trainer, {**samples(), "validation": none}, 10)
    trainer.fit(1)
    assert np.isnan(host(trainer.history["validation_loss"][-1])).all()


def test_other_samples_begin_a_new_tape_and_it_rewinds():
    trainer = make(Adam(0.01))
    tape = Tape(trainer)
    for step in range(12):
        if step == 5:
            feed(trainer, samples(), 8)
        trainer.step()
        tape.record()
    there = state(trainer)
    assert tape.start == 6
    tape.rewind(7)
    tape.rewind(12)
    assert_same(state(trainer), there)


def test_a_checkpoint_knows_where_other_samples_came(tmp_path):
    one, other = make(), make()
    go(one, 4)
    for trainer in (one, other):
        feed(trainer, samples(), 8)
    go(one, 3)
    save_checkpoint(one, tmp_path / "run.npz")
    load_checkpoint(other, tmp_path / "run.npz")
    go(one, 9), go(other, 9)
    assert_same(state(one), state(other))
    assert one.epoch_done == other.epoch_done
