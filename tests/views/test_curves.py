"""Curves over steps and seconds, and of the penalty, are what was recorded."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from nnlab import Experiment, InputError
from nnlab.views import Curves
from nnlab.views.drawing.measurements import PARTS
from nnlab.views.drawing.number_format import plain
from nnlab.views.figure import Picture
from tests.support.looked_at import LookedAt

FEW = {"data": "xor", "samples": 60, "batch_size": 6, "seeds": 3, "l2": 0.01}


def drawn(view: Curves, steps: int = 35, **fields) -> tuple[LookedAt, Picture, Curves]:
    run = LookedAt.of(Experiment(**{**FEW, **fields}))
    run.session.train(steps)
    picture = Picture([view], *run)
    return run, picture, picture.views[0]


@pytest.mark.parametrize("over", ["epochs", "steps"])
def test_the_points_are_where_it_was_measured(over):
    run, _, view = drawn(Curves(over=over))
    steps = np.array([*run.session.trainer.history["step"], 35])
    assert len(steps) > 6
    unit = run.session.trainer.steps_per_epoch if over == "epochs" else 1
    for _, line in view.artists.values():
        assert_allclose(line.get_xdata(), steps / unit)


def test_over_seconds_each_point_is_when_it_was_measured(monkeypatch):
    clock = iter(np.arange(0, 1000, 0.25))
    monkeypatch.setattr("nnlab.session.session.monotonic", lambda: next(clock))
    run, _, view = drawn(Curves(over="seconds"), steps=0)
    for _ in range(5):
        run.session.train(7)
    x = view.artists["train_loss"][1].get_xdata
    view.update(*run)
    assert len(x()) == len(run.session.trainer.history["step"]) + 1
    assert x()[0] == 0 and x()[-1] == run.session.seconds and (np.diff(x()) >= 0).all()
    epoch = run.session.trainer.steps_per_epoch
    begun, half, whole = run.session.seconds_at([0, epoch // 2, epoch])
    assert begun == 0 and half == whole / 2 and whole == run.session.times[epoch]
    run.session.rewind(20)
    view.update(*run)
    assert x()[-1] < run.session.seconds


@pytest.mark.parametrize(
    "penalty", [{"l2": 0.01}, {"l2": 0.1, "l1": 0.01}, {"l2": None}]
)
def test_the_penalty_is_what_the_weights_cost(penalty):
    run, _, view = drawn(Curves(("penalty",)), **penalty)
    band, line = view.artists["penalty"]
    cost = np.array(
        [*run.session.trainer.history["penalty"], run.session.trainer.update.penalty()]
    )
    assert_allclose(line.get_ydata(), np.median(cost, axis=1))
    W = [run.session.trainer.network[name] for name in ("0.W", "2.W")]
    l1, l2 = penalty.get("l1") or 0, penalty["l2"] or 0
    now = sum(l2 / 2 * np.sum(w**2, (1, 2)) + l1 * np.abs(w).sum((1, 2)) for w in W)
    assert_allclose(cost[-1], now, rtol=1e-5)
    low, high = view.axes["penalty"].get_ylim()
    assert low == 0 and band.get_xy()[:, 1].max() <= high
    assert f"weights cost {plain(np.median(now))}." in view.describe(*run)


@pytest.mark.parametrize(
    "panels", [("loss",), ("score", "penalty"), ("penalty", "score", "loss")]
)
@pytest.mark.parametrize("data", ["xor", "hills"])
def test_panels_stand_in_the_order_given(panels, data):
    _, _, view = drawn(Curves(panels), data=data)
    bottoms = [axes.bbox.y0 for axes in view.axes.values()]
    score = "r2" if data == "hills" else "accuracy"
    assert [*view.axes] == [score if p == "score" else p for p in panels]
    assert bottoms == sorted(bottoms, reverse=True)
    lines = {f"{p}_{w}" for p in PARTS for w in view.axes if w != "penalty"}
    assert {*view.artists} == lines | ({"penalty"} & {*panels})
    labelled = [axes.get_xlabel() for axes in view.axes.values()]
    assert labelled == [*[""] * (len(panels) - 1), "epoch"]


@pytest.mark.parametrize(
    "arguments, said",
    [
        ({"panels": ("los",)}, "did you mean 'loss'"),
        ({"panels": "loss"}, "panels='l' is not known|is not allowed"),
        ({"panels": ()}, "is not allowed"),
        ({"panels": ("loss", "loss")}, "different names"),
        ({"over": "step"}, "did you mean 'steps'"),
    ],
)
def test_what_there_is_not_is_refused(arguments, said):
    with pytest.raises(InputError, match=said):
        Curves(**arguments)


@pytest.mark.parametrize("over", ["epochs", "steps", "seconds"])
def test_rewound_what_comes_after_is_pale_and_a_line_is_now(over):
    run, picture, view = drawn(Curves(over=over), steps=90)
    whole = view.artists["train_loss"][1].get_xydata().copy()
    assert len(view.later["train_loss"].get_xdata()) == 1
    assert not any(line.get_visible() for line in view.now)
    run.session.rewind(45)
    picture.draw(*run)
    now = view.artists["train_loss"][1].get_xydata()[-1]
    after = view.later["train_loss"].get_xydata()
    assert_allclose(after[0], now)
    count = len([s for s in run.session.tape.entries["step"] if s > 45])
    assert count > 3 and len(after) == 1 + count
    assert_allclose(after[1:], whole[-count - 1 : -1])  # the last is of step 90
    assert all(line.get_visible() for line in view.now)
    assert all(line.get_xdata()[0] == now[0] for line in view.now)
    run.session.train(1)  # a fork: what came after is another way
    picture.draw(*run)
    assert len(view.later["train_loss"].get_xdata()) == 1
    assert not any(line.get_visible() for line in view.now)
