"""A checkpoint: a run that goes on from one is the run that never stopped."""

import json
import os

import numpy as np
import pytest

from nnlab.engine import (
    Adam,
    CrossEntropy,
    FunctionOptimizer,
    Layer,
    Linear,
    Momentum,
    Network,
    ReLU,
)
from nnlab.engine.clipping import ClipNorm
from nnlab.engine.dropout import Dropout
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.regularizers import L2, WeightDecay
from nnlab.engine.residual import Residual
from nnlab.errors import InputError
from nnlab.training import Trainer
from nnlab.training.checkpoint import load_checkpoint, save_checkpoint
from nnlab.training.early_stopping import EarlyStopping

from .arrays import assert_array_equal

x = np.random.default_rng(1).normal(size=(53, 4))
y = np.digitize(x[:, 0] + x[:, 1] * x[:, 2], [-0.5, 0.5])
LAYERS = [
    Linear(8),
    BatchNorm(),
    ReLU(),
    Residual([Linear(8), ReLU(), Dropout(0.2)]),
    Dropout(0.4),
    Linear(3),
]
all_replicas = pytest.mark.parametrize("replicas", [None, 1, 3])


def fading(step: int) -> float:
    return 0.995**step


def make(replicas=3, seed=3, optimizer=Adam(0.02), **given):
    """A run with everything switched on; 40 samples in batches of 9 leave one of 4."""
    dtype, layers = given.pop("dtype", "float32"), given.pop("layers", LAYERS)
    net = Network(4, layers, seed=seed, replicas=replicas, dtype=dtype)
    usual = dict(
        batch_size=9,
        regularizers=[L2(0.01), WeightDecay(0.02)],
        clip=ClipNorm(1.0),
        schedule=fading,
        stopping=EarlyStopping(4),
    )
    data = (x[:40], y[:40]), (x[40:], y[40:])
    return Trainer(net, CrossEntropy(), optimizer, *data, **{**usual, **given})


def everything(run: Trainer) -> dict:
    """All that training made."""
    found = {"parameters": run.network.parameters, "state": run.network.state}
    found |= {"gradient": run.gradient, "loss": run.last_loss, "rows": run.rows}
    found |= {f"moment {name}": moment for name, moment in run.moments.items()}
    found |= {f"history {name}": values for name, values in run.history.items()}
    if run.record.watch:
        found |= {name: getattr(run.record.watch, name) for name in ("best", "waited")}
        found |= {"active": run.active, "best ones": run.record.watch.vectors[0]}
    return found | {"steps": run.steps_done, "optimizer": repr(run.optimizer)}


def assert_same(one: Trainer, other: Trainer) -> None:
    ours, theirs = everything(one), everything(other)
    assert ours.keys() == theirs.keys()
    for name in ours:
        assert_array_equal(ours[name], theirs[name], err_msg=name)
    assert one.changes == other.changes


def go(run: Trainer, steps: int) -> Trainer:
    for _ in run.steps(steps):
        pass
    return run


@all_replicas
@pytest.mark.parametrize("at", [0, 1, 4, 5, 13, 60])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.thinned(7)
def test_to_go_on_is_never_to_have_stopped(tmp_path, replicas, at, dtype):
    whole = go(make(replicas, dtype=dtype), at)
    save_checkpoint(whole, tmp_path / "run.npz")
    resumed = make(replicas, dtype=dtype)
    load_checkpoint(resumed, tmp_path / "run.npz")
    assert_same(resumed, whole)
    for _ in range(3):
        go(whole, 7), go(resumed, 7)
        assert_same(resumed, whole)
    whole.fit(epochs=20), resumed.fit(epochs=20)
    assert_same(resumed, whole)


def test_saving_changes_nothing(tmp_path):
    run, twin = go(make(), 13), go(make(), 13)
    save_checkpoint(run, tmp_path / "run.npz")
    assert_same(go(run, 10), go(twin, 10))


def test_where_the_other_run_was_is_forgotten(tmp_path):
    run, other = go(make(), 13), go(make(), 29)
    save_checkpoint(run, tmp_path / "run.npz")
    load_checkpoint(other, tmp_path / "run.npz")
    assert_same(go(run, 20), go(other, 20))


def test_vectors_keep_their_identity(tmp_path):
    run = make()
    save_checkpoint(go(run, 3), tmp_path / "run.npz")
    before = run.network.parameters, run.network.state, run.gradient
    load_checkpoint(run, tmp_path / "run.npz")
    after = run.network.parameters, run.network.state, run.gradient
    assert all(one is other for one, other in zip(before, after))


def test_live_changes_are_part_of_it(tmp_path):
    run, other = go(make(), 6), make()
    run.change(learning_rate=0.05)
    go(run, 5).use(Momentum(0.01, momentum=0.5))
    go(run, 5)
    save_checkpoint(run, tmp_path / "run.npz")
    load_checkpoint(other, tmp_path / "run.npz")
    assert_same(other, run)
    assert_same(go(other, 20), go(run, 20))


def signs(gradient, rate):
    return -rate * np.sign(gradient)


def test_a_rule_of_ones_own_comes_from_its_own_code(tmp_path):
    run = go(make(optimizer=FunctionOptimizer(0.01, function=signs)), 6)
    run.change(learning_rate=0.02)
    save_checkpoint(go(run, 3), tmp_path / "run.npz")
    with pytest.raises(
        InputError, match="trains with FunctionOptimizer, which is code"
    ):
        load_checkpoint(make(), tmp_path / "run.npz")
    other = make(optimizer=FunctionOptimizer(0.01, function=signs))
    load_checkpoint(other, tmp_path / "run.npz")
    assert_same(go(other, 9), go(run, 9))


def test_code_that_was_used_in_between_is_only_named(tmp_path):
    run, other = go(make(), 6), make()
    run.use(FunctionOptimizer(0.01, function=signs))
    go(run, 3).use(Adam(0.02))
    save_checkpoint(go(run, 3), tmp_path / "run.npz")
    load_checkpoint(other, tmp_path / "run.npz")
    assert other.changes == [
        (6, "optimizer", "FunctionOptimizer"),
        (9, "optimizer", Adam(0.02)),
    ]
    save_checkpoint(other, tmp_path / "again.npz")
    load_checkpoint(make(), tmp_path / "again.npz")
    ours, theirs = everything(go(run, 9)), everything(go(other, 9))
    for name in ours:
        assert_array_equal(theirs[name], ours[name], err_msg=name)


class Halved(Layer):
    """A layer of a learner's own, which does not say its numbers."""

    def forward(self, xp, p, x, c):
        return 0.5 * x, None

    def backward(self, xp, p, g, cache, dy):
        return 0.5 * dy


def test_a_layer_of_ones_own_goes_on(tmp_path):
    run, other = (make(layers=[*LAYERS, Halved()]) for _ in range(2))
    save_checkpoint(go(run, 6), tmp_path / "run.npz")
    load_checkpoint(other, tmp_path / "run.npz")
    assert_same(go(other, 9), go(run, 9))


OTHERS = {
    "seeds": dict(seed=4),
    "network": dict(replicas=2),
    "layers": dict(layers=[LAYERS[0], BatchNorm(momentum=0.5), *LAYERS[2:]]),
    "dtype": dict(dtype="float64"),
    "batch_size": dict(batch_size=10),
    "regularizers": dict(regularizers=[L2(0.02), WeightDecay(0.02)]),
    "clip": dict(clip=None),
    "schedule": dict(schedule=None),
    "stopping": dict(stopping=EarlyStopping(5)),
}


@pytest.mark.thinned(4)
@pytest.mark.parametrize("what, given", OTHERS.items())
def test_another_run_is_refused_and_left_as_it_is(tmp_path, what, given):
    save_checkpoint(go(make(), 6), tmp_path / "run.npz")
    run, twin = go(make(**given), 3), go(make(**given), 3)
    with pytest.raises(
        InputError, match=rf"^run\.npz is of another run: its {what} is"
    ):
        load_checkpoint(run, tmp_path / "run.npz")
    assert_same(run, twin)


def test_other_samples_are_another_run(tmp_path):
    save_checkpoint(go(make(), 6), tmp_path / "run.npz")
    run = make()
    run.parts["train"][0][3, 2] += 1e-3
    with pytest.raises(InputError, match="its samples is"):
        load_checkpoint(run, tmp_path / "run.npz")


def npz(path, **arrays):
    with open(path, "wb") as file:
        np.savez(file, **arrays)


BROKEN = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("no checkpoint"),
    "half": lambda path: path.write_bytes(path.read_bytes()[:2000]),
    "other arrays": lambda path: npz(path, a=np.zeros(3)),
    "no json": lambda path: npz(path, json="{"),
    "a list": lambda path: npz(path, json="[1]"),
    "pickled": lambda path: npz(path, json=np.array([{}])),
    "tomorrow's": lambda path: npz(path, json=json.dumps({"format": 2})),
}


@pytest.mark.once
@pytest.mark.parametrize("breaking", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path, breaking):
    path = tmp_path / "run.npz"
    save_checkpoint(go(make(), 6), path)
    breaking(path)
    run, twin = go(make(), 3), go(make(), 3)
    with pytest.raises(InputError, match=r"^run\.npz") as caught:
        load_checkpoint(run, path)
    assert caught.value.argument == "path"
    assert_same(run, twin)


@pytest.mark.once
def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.npz"):
        load_checkpoint(make(), tmp_path / "nowhere.npz")


@pytest.mark.once
def test_a_save_that_fails_leaves_the_one_before(tmp_path, monkeypatch):
    run = go(make(), 6)
    save_checkpoint(run, tmp_path / "run.npz")
    before = (tmp_path / "run.npz").read_bytes()

    def half(file, **arrays):
        file.write(b"half of it")
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(OSError, match="no space"):
        save_checkpoint(go(run, 6), tmp_path / "run.npz")
    assert (tmp_path / "run.npz").read_bytes() == before
    assert os.listdir(tmp_path) == ["run.npz"]


# Damage


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> bytes:
    run = make()
    run.fit(3)
    run.step()
    path = tmp_path_factory.mktemp("written") / "run.npz"
    save_checkpoint(run, path)
    return path.read_bytes()


def assert_refused(path) -> None:
    """A file that is refused leaves the trainer as it was: it goes on as another."""
    run, other = make(), make()
    for one in (run, other):
        one.fit(1)
    with pytest.raises(InputError) as caught:
        load_checkpoint(run, path)
    assert path.name in str(caught.value) or caught.value.argument != "path"
    assert_same(run, other)
    for one in (run, other):
        one.fit(1)
    assert_same(run, other)


@pytest.mark.once
@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_file_leaves_the_trainer_as_it_was(written, tmp_path, seed):
    rng, damaged = np.random.default_rng(seed), bytearray(written)
    if seed % 3:
        for at in rng.integers(len(damaged), size=4):
            damaged[at] ^= 1 << rng.integers(8)
    else:
        damaged = damaged[: rng.integers(len(damaged))]
    path = tmp_path / "damaged.npz"
    path.write_bytes(damaged)
    assert_refused(path)


def fact(name: str, value):
    """Something else in the place of one of the facts."""

    def change(stored: dict) -> None:
        facts = json.loads(str(stored["json"]))
        stored["json"] = json.dumps({**facts, name: value})

    return change


def array(name: str, of):
    """Something else in the place of one of the arrays."""
    return lambda stored: stored.update({name: of(stored[name])})


CHANGED = {
    "no json": lambda stored: stored.pop("json"),
    "json of a list": lambda stored: stored.update(json="[]"),
    "no parameters": lambda stored: stored.pop("parameters"),
    "no moment": lambda stored: stored.pop("moment mean"),
    "no history": lambda stored: stored.pop("history penalty"),
    "one replica": array("parameters", lambda a: a[:1]),
    "one number": array("state", lambda a: a[..., :1]),
    "words": array("gradient", lambda a: a.astype(str)),
    "a short history": array("history train_loss", lambda a: a[:-1]),
    "a count of words": array("steps_done", lambda a: np.array("x")),
    "an order of others": array("order", lambda a: a[..., 1:]),
    "no generators": fact("order", []),
    "broken generators": fact("order", [{"state": 1}] * 3),
    "noise of nothing": fact("noise", None),
    "noise beyond": fact("noise", [[], -5]),
    "half a change": fact("changes", [[1]]),
    "half a beginning": fact("begins", [[1]]),
    "an optimizer of nothing": fact("optimizer", {}),
    "a rate of words": fact("optimizer", {"name": "Adam", "learning_rate": "x"}),
    "a kind of nothing": fact("kind", {}),
}


@pytest.mark.once
@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_what_does_not_fit_into_a_run_leaves_it_as_it_was(written, tmp_path, change):
    path = tmp_path / "changed.npz"
    path.write_bytes(written)
    with np.load(path) as file:
        stored = {name: file[name] for name in file.files}
    change(stored)
    np.savez(path, **stored)
    assert_refused(path)
