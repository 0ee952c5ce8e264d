"""Whatever one asks for works, or is refused in a sentence that names what is wrong."""

import warnings
from collections import Counter
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.engine import (
    L1,
    L2,
    BatchNorm,
    ClipNorm,
    ClipValue,
    Dropout,
    Linear,
    Network,
    Residual,
    WeightDecay,
)
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.losses import LOSSES
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.engine.schedules import SCHEDULES
from nnlab.errors import InputError
from nnlab.training import EarlyStopping, Trainer

from .arrays import host

RUNS = 400
seen: Counter = Counter()
steady = settings(max_examples=RUNS, deadline=None, derandomize=True, database=None)
rates = st.one_of(
    st.floats(0, 1), st.sampled_from([nan, -1, inf, "0.1", None, 10**400])
)
good_rates = st.floats(1e-4, 0.3)


def mostly(good, bad):
    """One of the good ones, nineteen times of twenty."""
    return st.integers(0, 19).flatmap(lambda i: bad if i == 0 else good)


numbers = mostly(good_rates, rates)
counts = mostly(st.integers(1, 6), st.sampled_from([0, -1, 2.5, "3", None, nan]))
plain = st.sampled_from([kind() for kind in ACTIVATIONS.values()])
layers = st.one_of(
    plain,
    st.builds(lambda n: ("linear", n), counts),
    st.just("norm"),
    st.builds(lambda rate: ("dropout", rate), numbers),
    st.builds(lambda inside: ("block", inside), st.lists(plain, max_size=3)),
)


def made(layer):
    match layer:
        case "norm":
            return BatchNorm()
        case ("linear", n):
            return Linear(n)
        case ("dropout", rate):
            return Dropout(rate)
        case ("block", inside):
            return Residual(inside)
    return layer


def targets(kind: str, n: int, outputs: int, rng) -> np.ndarray:
    match kind:
        case "labels":
            return rng.integers(0, max(2, outputs), n)
        case "two":
            return rng.integers(0, 2, n)
        case "words":
            return np.array(["cat", "dog"])[rng.integers(0, 2, n)]
        case "nan":
            return np.full((n, outputs), nan)
    return rng.normal(size=(n, outputs))


@steady
@given(
    stack=st.lists(layers, max_size=5),
    outputs=st.integers(1, 3),
    inputs=mostly(st.integers(1, 4), counts),
    replicas=mostly(st.sampled_from([None, 1, 3]), counts),
    dtype=mostly(st.sampled_from(["float32", "float64"]), st.sampled_from(["f", 3])),
    loss=st.sampled_from([*LOSSES]),
    fitting=mostly(st.just(True), st.just(False)),
    kind=st.sampled_from(["labels", "numbers", "two", "words", "nan"]),
    optimizer=st.sampled_from([*OPTIMIZERS.values()]),
    rate=numbers,
    batch_size=mostly(st.sampled_from([None, 2, 5, 12]), counts),
    strength=numbers,
    clip=st.sampled_from([None, ClipNorm, ClipValue]),
    patience=mostly(st.sampled_from([None, 1, 3]), counts),
    schedule=st.sampled_from([None, *SCHEDULES]),
    seed=mostly(st.integers(0, 2**40), st.sampled_from([-1, 2.5, "1"])),
    hole=mostly(st.just(False), st.just(True)),
)
def test_it_works_or_one_sentence_says_what_is_wrong(
    stack,
    outputs,
    inputs,
    replicas,
    dtype,
    loss,
    fitting,
    kind,
    optimizer,
    rate,
    batch_size,
    strength,
    clip,
    patience,
    schedule,
    seed,
    hole,
):
    rng = np.random.default_rng(1)
    if fitting:  # the targets are of the kind that the loss takes
        two = loss in ("binary cross-entropy", "hinge")
        outputs = 1 if two else outputs + (loss == "cross-entropy" and outputs == 1)
        kind = "two" if two else "labels" if loss == "cross-entropy" else "numbers"
    x = rng.normal(size=(17, inputs if isinstance(inputs, int) and inputs > 0 else 2))
    x[3] = nan if hole else 0.5
    y = targets(kind, 17, outputs, rng)
    try:
        net = Network(
            inputs,
            [*map(made, stack), Linear(outputs)],
            seed=seed,
            replicas=replicas,
            dtype=dtype,
        )
        run = Trainer(
            net,
            LOSSES[loss](),
            optimizer(learning_rate=rate),
            (x[:12], y[:12]),
            (x[12:], y[12:]),
            batch_size=batch_size,
            regularizers=[L1(strength), L2(strength), WeightDecay(strength)],
            clip=clip and clip(rate),
            stopping=None if patience is None else EarlyStopping(patience),
            schedule=None if schedule is None else _schedule(schedule),
        )
    except InputError as error:
        seen["refused"] += 1
        sentence = str(error)
        assert sentence.endswith((".", "?")) and "\n" not in sentence
        assert error.argument and len(sentence) < 400
        return
    seen["ran"] += 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run.fit(epochs=3)
    assert run.steps_done <= 3 * run.steps_per_epoch
    finite = np.isfinite(host(net.parameters)).all(axis=-1)
    assert (finite == ~run.diverged).all()
    assert host(net.parameters).dtype == host(run.gradient).dtype == net.dtype
    assert len(run.history["train_loss"]) == len(run.history["step"])


def _schedule(name: str):
    needs = {"step": {"every": 3}, "cosine": {"steps": 5}, "warm-up": {"steps": 4}}
    needs |= {"exponential": {"factor": 0.9}}
    given = needs.get(name, {"steps": 6} if "cycle" in name else {})
    return SCHEDULES[name](**given)


@pytest.mark.once
def test_at_least_half_of_it_ran():
    seen.clear()
    test_it_works_or_one_sentence_says_what_is_wrong()
    assert seen["ran"] >= seen["refused"] > RUNS / 20
