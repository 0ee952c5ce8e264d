"""Early stopping: each replica by itself, and back to its best."""

import numpy as np
import pytest

from nnlab.engine import Adam, BinaryCrossEntropy, Linear, Network, Tanh
from nnlab.engine.normalization import BatchNorm
from nnlab.errors import InputError
from nnlab.training import Trainer
from nnlab.training.early_stopping import EarlyStopping, Watch

from .arrays import (
    END,
    RUN,
    assert_allclose,
    assert_array_equal,
    copied,
    here,
    host,
    same,
    space,
)

SEEDS = 5


def make(replicas=SEEDS, seed=1, patience=3, stopping=True, n=40):
    """A network large enough to learn forty random answers by heart."""
    x = np.random.default_rng(1).normal(size=(n + 20, 4))
    y = (x[:, 0] + np.random.default_rng(2).normal(size=n + 20) > 0).astype(int)
    net = Network(
        4,
        [Linear(30), BatchNorm(), Tanh(), Linear(1)],
        seed=seed,
        replicas=replicas,
        dtype="float64",
    )
    return Trainer(
        net,
        BinaryCrossEntropy(),
        Adam(0.02),
        (x[:n], y[:n]),
        (x[n:], y[n:]),
        batch_size=16,
        stopping=EarlyStopping(patience) if stopping else None,
    )


def account(losses: list[float], patience: int) -> tuple[int, int]:
    """The epochs at which a run was best and ended, told by pencil."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


@pytest.mark.parametrize("patience", [1, 3, 10])
def test_each_replica_ends_when_its_own_loss_has_not_improved(patience):
    run, free = make(patience=patience), make(stopping=False)
    run.fit(epochs=60)
    free.fit(epochs=60)
    ends = []
    for i in range(SEEDS):
        losses = [float(loss[i]) for loss in free.history["validation_loss"]]
        best, end = account(losses, patience)
        ours = [float(loss[i]) for loss in run.history["validation_loss"]]
        assert ours[: end + 1] == losses[: end + 1]
        assert np.isnan(ours[end + 1 :]).all()
        assert run.measure()["validation_loss"][i] == losses[best]
        ends.append(end)
    assert len(set(ends)) > 1 and not run.active.any()
    assert len(run.history["step"]) == max(ends) + 1  # it ended with the last


def test_what_it_goes_back_to_is_what_it_was():
    run, free = make(), make(stopping=False)
    run.fit(epochs=60)
    losses = []
    kept = []
    for _ in range(60):
        losses.append(free.history["validation_loss"][-1])
        kept.append((copied(free.network.parameters), copied(free.network.state)))
        free.epoch()
    for i in range(SEEDS):
        best, _ = account([float(loss[i]) for loss in losses], 3)
        assert_array_equal(host(run.network.parameters)[i], kept[best][0][i])
        assert_array_equal(host(run.network.state)[i], kept[best][1][i])


def test_a_replica_is_the_run_of_its_own_seed():
    together = make()
    together.fit(epochs=60)
    for i in range(SEEDS):
        alone = make(replicas=None, seed=1 + i)
        alone.fit(epochs=60)
        same(host(together.network.parameters)[i], alone.network.parameters, END)
        same(host(together.network.state)[i], alone.network.state, END)
        for name in alone.history.keys() - {"step"}:
            ours = [values[i] for values in together.history[name]]
            same(ours[: len(alone.history[name])], alone.history[name], RUN)


def test_what_never_stopped_can_go_back_too():
    run = make(patience=1000)
    run.fit(epochs=30)
    best = np.min(run.history["validation_loss"], axis=0)
    assert (run.measure()["validation_loss"] > best).all()
    run.restore_best()
    assert_allclose(run.measure()["validation_loss"], best, rtol=1e-12)


def test_a_frozen_replica_stays_where_it_is():
    run = make(patience=1)
    while run.active.all() or not run.active.any():
        run.epoch()
    frozen = ~run.active
    before = copied(run.network.parameters), copied(run.network.state)
    run.step()
    after = host(run.network.parameters), host(run.network.state)
    for old, new in zip(before, after):
        assert_array_equal(new[frozen], old[frozen])
        assert (new[~frozen] != old[~frozen]).any(axis=-1).all()


def test_a_loss_that_is_no_number_is_no_improvement():
    xp, p = space(), here(np.arange(3.0)[:, None])
    watch = Watch(EarlyStopping(2), xp, np.array([1.0, np.nan, 1.0]), 0, p)
    for entry, loss in enumerate([[np.nan, 5.0, 0.5], [np.inf, np.nan, 0.4]], start=1):
        p += 10.0
        watch.see(xp, np.array(loss), entry, p)
    assert watch.best.tolist() == [1.0, 5.0, 0.4]
    assert watch.entry.tolist() == [0, 1, 2]
    assert watch.active.tolist() == [False, True, True]
    assert host(p).ravel().tolist() == [0.0, 21.0, 22.0]


def test_there_must_be_something_to_watch():
    x = np.zeros((10, 2))
    with pytest.raises(InputError, match="stopping needs samples"):
        Trainer(
            Network(2, [Linear(1)]),
            BinaryCrossEntropy(),
            Adam(),
            (x, np.zeros(10, int)),
            batch_size=5,
            stopping=EarlyStopping(3),
        )
    with pytest.raises(InputError, match=r"stopping=EarlyStopping\(10\)"):
        make(stopping=False).restore_best()


@pytest.mark.once
@pytest.mark.parametrize("value", [0, -1, 2.5, "3", None, float("nan")])
def test_a_patience_that_cannot_be_is_refused(value):
    with pytest.raises(InputError, match=r"^patience=") as caught:
        EarlyStopping(value)
    assert caught.value.argument == "patience"
