"""A schedule is a plain function of the step: PyTorch's factors, one by one."""

from dataclasses import fields, replace
from math import inf, isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nnlab.engine import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    OneCycleLR,
    SequentialLR,
    StepLR,
)
from nnlab.engine.schedules import SCHEDULES
from nnlab.errors import InputError

pytestmark = pytest.mark.once
steady = settings(deadline=None, derandomize=True, database=None)

STEPS = 200
PEAK = 0.3  # the learning rate; factors are of it


def linear(s, o, steps, start):
    return s.LinearLR(o, start_factor=start, total_iters=steps)


def one_cycle(s, o, steps=STEPS, **numbers):
    return s.OneCycleLR(o, PEAK, total_steps=steps, cycle_momentum=False, **numbers)


PAIRS = {  # ours, and PyTorch's for an optimizer `o`, made by `s`
    "steady": (ConstantLR(), lambda s, o: s.ConstantLR(o, factor=1.0)),
    "step": (StepLR(30), lambda s, o: s.StepLR(o, 30)),
    "step, often": (StepLR(1, 0.97), lambda s, o: s.StepLR(o, 1, 0.97)),
    "step, late": (StepLR(500), lambda s, o: s.StepLR(o, 500)),
    "exponential": (ExponentialLR(0.97), lambda s, o: s.ExponentialLR(o, 0.97)),
    "exponential, up": (ExponentialLR(1.03), lambda s, o: s.ExponentialLR(o, 1.03)),
    "cosine": (CosineAnnealingLR(STEPS), lambda s, o: s.CosineAnnealingLR(o, STEPS)),
    "cosine, low": (
        CosineAnnealingLR(300, low=0.1),
        lambda s, o: s.CosineAnnealingLR(o, 300, eta_min=0.1 * PEAK),
    ),
    "warm-up": (LinearLR(), lambda s, o: s.LinearLR(o)),
    "warm-up, long": (LinearLR(70, 0.01), lambda s, o: linear(s, o, 70, 0.01)),
    "warm-up, none": (LinearLR(7, 1.0), lambda s, o: linear(s, o, 7, 1.0)),
    "one cycle": (OneCycleLR(STEPS), one_cycle),
    "one cycle, early": (
        OneCycleLR(STEPS, rise=0.05, start=0.5, end=0.005),
        lambda s, o: one_cycle(
            s, o, pct_start=0.05, div_factor=2, final_div_factor=100
        ),
    ),
    "one cycle, all down": (
        OneCycleLR(STEPS, rise=0.0),
        lambda s, o: one_cycle(s, o, pct_start=0.0),
    ),
    "one cycle, all up": (
        OneCycleLR(STEPS, rise=1.0),
        lambda s, o: one_cycle(s, o, pct_start=1.0),
    ),
    "then": (
        SequentialLR(LinearLR(20, 0.1), 20, CosineAnnealingLR(180)),
        lambda s, o: s.SequentialLR(
            o, [linear(s, o, 20, 0.1), s.CosineAnnealingLR(o, 180)], [20]
        ),
    ),
    "then, cut short": (
        SequentialLR(LinearLR(50, 0.1), 20, StepLR(30)),
        lambda s, o: s.SequentialLR(o, [linear(s, o, 50, 0.1), s.StepLR(o, 30)], [20]),
    ),
    "then and then": (
        SequentialLR(
            LinearLR(10, 0.1), 10, SequentialLR(ConstantLR(), 90, ExponentialLR(0.95))
        ),
        lambda s, o: s.SequentialLR(
            o,
            [
                linear(s, o, 10, 0.1),
                s.ConstantLR(o, factor=1.0),
                s.ExponentialLR(o, 0.95),
            ],
            [10, 100],
        ),
    ),
    "product": (
        ChainedScheduler(LinearLR(20, 0.1), ExponentialLR(0.97)),
        lambda s, o: s.ChainedScheduler(
            [linear(s, o, 20, 0.1), s.ExponentialLR(o, 0.97)]
        ),
    ),
    "product of three": (
        ChainedScheduler(
            LinearLR(20, 0.1), ChainedScheduler(ExponentialLR(0.99), StepLR(50, 0.5))
        ),
        lambda s, o: s.ChainedScheduler(
            [linear(s, o, 20, 0.1), s.ExponentialLR(o, 0.99), s.StepLR(o, 50, 0.5)]
        ),
    ),
}
EVERY = [ours for ours, _ in PAIRS.values()]
all_schedules = pytest.mark.parametrize("schedule", EVERY, ids=PAIRS)


def factors(schedule, steps=STEPS):
    return np.array([schedule(step) for step in range(steps)])


def torchs(made, steps=STEPS):
    """The learning rate of PyTorch's scheduler at each step, over the peak."""
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.ones(1)], PEAK)
    scheduler, rates = made(torch.optim.lr_scheduler, optimizer), []
    for step in range(steps):
        rates.append(optimizer.param_groups[0]["lr"] / PEAK)
        optimizer.step()
        if step < steps - 1:
            scheduler.step()
    return np.array(rates)


def test_every_schedule_is_under_contract():
    assert {type(ours) for ours in EVERY} == {
        *SCHEDULES.values(),
        SequentialLR,
        ChainedScheduler,
    }


@pytest.mark.parametrize("ours, theirs", PAIRS.values(), ids=PAIRS)
def test_every_factor_is_pytorchs(ours, theirs):
    assert_allclose(factors(ours), torchs(theirs), rtol=1e-12, atol=1e-14)


@steady
@given(
    st.integers(2, 60), st.floats(0.0, 1.0), st.floats(1.0, 100.0), st.floats(1.0, 1e5)
)
def test_any_cycle_is_pytorchs(steps, rise, div, final):
    if rise * steps == 1:  # where PyTorch divides by 0
        return
    ours = OneCycleLR(steps, rise, 1 / div, 1 / div / final)
    numbers = {"pct_start": rise, "div_factor": div, "final_div_factor": final}
    theirs = torchs(lambda s, o: one_cycle(s, o, steps, **numbers), steps)
    assert_allclose(factors(ours, steps), theirs, rtol=1e-9, atol=1e-12)


@steady
@given(st.integers(1, 60), st.floats(0.01, 1.0))
def test_any_warm_up_is_pytorchs(steps, start):
    theirs = torchs(lambda s, o: linear(s, o, steps, start), 70)
    assert_allclose(factors(LinearLR(steps, start), 70), theirs, rtol=1e-9)


@steady
@given(st.integers(2, 60), st.floats(0.0, 1.0))
def test_any_cosine_is_pytorchs_on_its_way_down(steps, low):
    def theirs(s, o):
        return s.CosineAnnealingLR(o, steps, eta_min=low * PEAK)

    ours = factors(CosineAnnealingLR(steps, low), steps + 1)
    assert_allclose(ours, torchs(theirs, steps + 1), rtol=1e-9, atol=1e-12)


@all_schedules
def test_it_is_a_plain_function_of_the_step(schedule):
    """In any order, however often."""
    order = np.random.default_rng(0).permutation(STEPS)
    there = {step: schedule(step) for step in order.tolist()}
    assert [there[step] for step in range(STEPS)] == factors(schedule).tolist()
    assert all(type(factor) is float for factor in map(schedule, range(STEPS)))
    assert schedule == replace(schedule) and hash(schedule) == hash(replace(schedule))


@pytest.mark.parametrize(
    "schedule, rest",
    [
        (CosineAnnealingLR(5), 0.0),
        (CosineAnnealingLR(5, low=0.2), 0.2),
        (LinearLR(5), 1.0),
        (OneCycleLR(5), 1 / 250_000),
        (OneCycleLR(1), 1 / 250_000),
        (OneCycleLR(5, rise=1.0, end=0.1), 0.1),
        (SequentialLR(ConstantLR(), 3, CosineAnnealingLR(2, low=0.5)), 0.5),
    ],
    ids=str,
)
def test_it_rests_where_it_ended(schedule, rest):
    assert {schedule(step) for step in (5, 6, 11, 10**6, 10**30)} == {rest}


@pytest.mark.parametrize("steps, rise", [(10, 0.3), (200, 0.3), (50, 0.5), (10, 0.1)])
def test_a_cycle_has_its_peak_where_it_says(steps, rise):
    cycle = factors(OneCycleLR(steps, rise), steps)
    top = round(rise * steps) - 1
    assert cycle.argmax() == top and cycle[top] == 1.0
    assert (np.diff(cycle[: top + 1]) > 0).all() and (np.diff(cycle[top:]) < 0).all()
    assert_allclose(cycle[-1], 1 / 250_000)


def test_it_starts_at_the_start():
    assert LinearLR(5, start=0.0)(0) == 0.0
    assert CosineAnnealingLR(5)(0) == ExponentialLR(0.9)(0) == StepLR(5)(0) == 1.0
    assert_allclose(OneCycleLR(100)(0), 1 / 25)


def test_growth_has_no_end():
    assert ExponentialLR(2.0)(2000) == StepLR(1, factor=2)(2000) == inf
    assert ExponentialLR(0.0)(0) == 1.0 and ExponentialLR(0.0)(1) == 0.0


def test_a_function_of_ones_own_is_a_schedule():
    schedule = SequentialLR(
        lambda step: 0.5, 3, ChainedScheduler(ConstantLR(), lambda step: 1 / (1 + step))
    )
    assert factors(schedule, 6).tolist() == [0.5, 0.5, 0.5, 1.0, 1 / 2, 1 / 3]


# Bad input

GOOD = {
    StepLR: {"every": 5},
    ExponentialLR: {"factor": 0.9},
    CosineAnnealingLR: {"steps": 5},
    LinearLR: {},
    OneCycleLR: {"steps": 5},
    SequentialLR: {"first": ConstantLR(), "steps": 5, "second": ConstantLR()},
    ChainedScheduler: {"first": ConstantLR(), "second": ConstantLR()},
}
FIELDS = [(kind, field) for kind in GOOD for field in fields(kind)]
IDS = [f"{kind.__name__}.{field.name}" for kind, field in FIELDS]
all_fields = pytest.mark.parametrize("kind, field", FIELDS, ids=IDS)


@all_fields
@pytest.mark.parametrize(
    "value", [-1, -0.5, float("nan"), inf, "much", None, True, [3], -(10**400)], ids=str
)
def test_a_value_that_cannot_be_is_refused(kind, field, value):
    with pytest.raises(InputError) as caught:
        kind(**{**GOOD[kind], field.name: value})
    assert caught.value.argument == field.name
    assert str(caught.value).startswith(f"{field.name}=")
    assert f"; try {field.name}=" in str(caught.value)


@all_fields
@pytest.mark.parametrize("value", [-1, 1.5, "much"])
def test_the_fix_that_an_error_names_is_allowed(kind, field, value):
    try:
        kind(**{**GOOD[kind], field.name: value})
    except InputError as error:
        fix = str(error).split(f"; try {field.name}=")[1].removesuffix(".")
        value = eval(fix, {"ConstantLR": ConstantLR})
        kind(**{**GOOD[kind], field.name: value})


@pytest.mark.parametrize("value, near", [(-0.5, "0"), (1.5, "1"), (1e300, "1")])
def test_the_fix_is_the_nearest(value, near):
    with pytest.raises(InputError, match=rf"at most 1; try low={near}\."):
        CosineAnnealingLR(5, low=value)


anything = st.one_of(
    st.floats(-0.1, 1.5),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.none(),
    st.text(max_size=3),
)


@steady
@given(st.sampled_from([*GOOD]), st.data())
def test_anything_is_one_error_or_a_factor(kind, data):
    names = [field.name for field in fields(kind)]
    name = data.draw(st.sampled_from(names or [None]))
    values = {**GOOD[kind], name: data.draw(anything)}
    try:
        schedule = kind(**values)
    except InputError as error:
        assert error.argument == name and "\n" not in str(error)
        return
    for step in (0, 1, 2, 7, 1000):
        factor = schedule(step)
        assert factor >= 0
        assert isfinite(factor) or values["factor"] > 1
        assert factor <= 1 or values["factor"] > 1
