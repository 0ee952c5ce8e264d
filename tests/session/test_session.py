"""A run is its experiment and its live changes, and says what the engine says."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from nnlab import Experiment, InputError
from nnlab.data.catalogue import PLANE
from nnlab.data.dataset import Dataset
from nnlab.engine.losses import LOSSES
from nnlab.session.session import Session

MEASURED = ["plane", "hills", "diabetes"]
LABELLED = [data for data in PLANE if data not in MEASURED]


def go(run: Session, steps: int) -> None:
    for _ in run.trainer.steps(steps):
        pass


def test_a_run_begins_where_its_experiment_does():
    run, trainer = Session(Experiment()), Experiment().trainer()
    assert run.trainer.steps_done == 0
    assert_array_equal(run.trainer.network.parameters, trainer.network.parameters)
    assert run.data is run.parts.train


@pytest.mark.parametrize("data", [*PLANE, "digits"])
def test_outputs_are_those_of_the_network_on_its_own_scale(data):
    run = Session(Experiment(data=data, seeds=3, hidden=(5, 4)))
    seen, _ = run.trainer.parts["validation"]
    outputs = run.outputs(run.parts.validation.x)
    assert_array_equal(outputs, run.trainer.network.forward(seen))
    trace = run.trace(run.parts.validation.x, replica=2)
    assert [z.shape[-1] for z in trace] == [5, 5, 4, 4, run.trainer.network.widths[-1]]
    assert_array_equal(trace[-1], outputs[2])


def test_it_measures_what_the_trainer_measures_once_a_step(monkeypatch):
    run, asked = Session(Experiment(seeds=2)), []
    measure = run.trainer.measure
    monkeypatch.setattr(run.trainer, "measure", lambda: asked.append(1) or measure())
    for steps in range(4):
        for name, values in measure().items():
            assert_array_equal(run.measure()[name], values)
            assert_array_equal(run.measure()[name], values)
        assert len(asked) == steps + 1
        go(run, 1)


@pytest.mark.parametrize("data", LABELLED)
@pytest.mark.parametrize("loss", LOSSES)
def test_confidence_is_a_share_and_takes_the_networks_side(data, loss):
    run = Session(Experiment(data=data, loss=loss, seeds=3))
    go(run, 30)
    x, y = run.parts.validation.x, run.parts.validation.y
    said = run.decoder.confidence(run.outputs(x))
    assert said.shape == (3, len(x)) and said.min() >= 0 and said.max() <= 1
    right = np.mean((said > 0.5) == (y == 1), axis=1)
    assert_array_equal(right.astype("float32"), run.measure()["validation_accuracy"])


def test_a_live_change_keeps_the_weights_and_moves_on_with_the_new_number():
    one, other = (Session(Experiment(seeds=2)) for _ in range(2))
    for run in (one, other):
        go(run, 7)
    before = one.trainer.network.parameters.copy()
    one.change(learning_rate=0.5)
    assert_array_equal(one.trainer.network.parameters, before)
    assert one.experiment == Experiment(seeds=2, learning_rate=0.5)
    assert one.trainer.changes == [(7, "learning_rate", 0.5)]
    go(one, 1), go(other, 1)
    moved = one.trainer.network.parameters - before
    usual = other.trainer.network.parameters - before
    np.testing.assert_allclose(moved, 5 * usual, rtol=1e-3, atol=1e-6)


def test_a_change_that_is_refused_changes_nothing():
    run = Session(Experiment())
    with pytest.raises(InputError, match="learning_rate"):
        run.change(learning_rate=-1)
    assert run.experiment == Experiment() and run.trainer.changes == []
    assert run.trainer.optimizer == Experiment().make_optimizer()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("steps", [2, 3, 4, 60])
def test_a_run_that_diverges_can_still_be_looked_at(loss, steps):
    wild = {"activation": "relu", "hidden": (8, 8), "learning_rate": 100.0}
    run = Session(Experiment(loss=loss, optimizer="momentum", **wild))
    go(run, steps)
    for network in range(run.experiment.seeds):
        said = run.decoder.confidence(run.trace(run.data.x, network)[-1])
        assert (np.isnan(said) | ((said >= 0) & (said <= 1))).all()
    assert run.decoder.confidence(run.outputs(run.data.x)).shape == (8, len(run.data))


# Stage by stage

STAGES = ["forward", "loss", "backward", "update"]


def downhill(gradient, rate):
    return -rate * gradient


ALL = ["sgd", "momentum", "adam", downhill]
all_optimizers = pytest.mark.parametrize("optimizer", ALL)


def small(**fields) -> Session:
    """60 training points; batches of 25 leave a last one of 10."""
    return Session(Experiment(samples=100, batch_size=25, **{"seeds": 2, **fields}))


def assert_same(one: Session, other: Session) -> None:
    assert one.trainer.steps_done == other.trainer.steps_done
    assert_array_equal(one.trainer.network.parameters, other.trainer.network.parameters)
    for name, moment in one.trainer.moments.items():
        assert_array_equal(moment, other.trainer.moments[name])
    assert one.trainer.history.keys() == other.trainer.history.keys()
    for name, values in one.trainer.history.items():
        assert_array_equal(values, other.trainer.history[name])
    for name, values in one.measure().items():
        assert_array_equal(values, other.measure()[name])


@all_optimizers
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_four_stages_are_a_step(optimizer, dtype):
    walked, stepped = (small(optimizer=optimizer, dtype=dtype) for _ in range(2))
    assert walked.stepper.stage is None
    for _ in range(7):
        before = walked.trainer.steps_done
        for stage in STAGES:
            assert walked.trainer.steps_done == before
            walked.stepper.next_stage()
            assert walked.stepper.stage == stage
        stepped.trainer.step()
        assert_same(walked, stepped)


@all_optimizers
@pytest.mark.parametrize("stages", range(1, 10))
def test_training_first_finishes_the_batch_under_way(optimizer, stages):
    walked, plain = (small(optimizer=optimizer) for _ in range(2))
    for _ in range(stages):
        walked.stepper.next_stage()
    begun = stages // 4  # and the one under way is the first of the next five
    assert walked.train(5) == 5 and walked.stepper.stage is None
    assert plain.train(begun + 5) == begun + 5
    assert_same(walked, plain)
    walked.stepper.next_stage()
    assert walked.stepper.stage == "forward"
    walked.stepper.finish(), plain.train(1)
    assert_same(walked, plain)


@pytest.mark.parametrize("stages", range(9))
def test_a_batch_is_finished_once(stages):
    run = small()
    for _ in range(stages):
        run.stepper.next_stage()
    for _ in range(3):
        run.stepper.finish()
        assert run.stepper.stage is None and run.trainer.steps_done == -(-stages // 4)


@pytest.mark.parametrize("drive", ["next_stage", "finish", "train", "grow"])
@pytest.mark.parametrize("begun", [0, 2, 3])
def test_an_error_in_a_rule_of_ones_own_leaves_the_run_usable(drive, begun):
    broken = []

    def moody(gradient, rate):
        if broken:
            raise ZeroDivisionError
        return -rate * gradient

    run, plain = small(optimizer=moody), small()
    run.train(begun)
    for _ in range(2):
        broken.append(True)
        for _ in range(3 if drive != "train" else 0):
            run.stepper.next_stage()
        with pytest.raises(ZeroDivisionError):
            {
                "next_stage": run.stepper.next_stage,
                "finish": run.stepper.finish,
                "train": lambda: run.train(1),
                "grow": lambda: run.grow((9,)),
            }[drive]()
        assert run.trainer.steps_done == begun
        assert run.experiment.hidden == (4,)
    broken.clear()
    for _ in range(4):
        run.stepper.next_stage()
    assert run.stepper.stage == "update"
    run.train(4)
    plain.train(begun + 5)
    assert_same(run, plain)


def test_a_rate_far_too_large_walks_without_a_warning():
    run = small(learning_rate=100, loss="mse", activation="relu", hidden=(8, 8))
    for _ in range(60):
        run.stepper.next_stage()
    run.stepper.finish()


# How long


def test_training_stops_at_its_steps_or_its_time(monkeypatch):
    ticks = iter(np.arange(0.0, 1000.0))
    monkeypatch.setattr("nnlab.session.session.monotonic", lambda: next(ticks))
    run = small()
    assert run.train(5) == 5 and run.train(0) == 0
    made = run.train(1000, seconds=20)
    assert 15 < made <= 21 and run.trainer.steps_done == 5 + made
    assert run.train(1000, seconds=0) == 1  # always one, however slow


def test_seconds_are_those_of_training_alone(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("nnlab.session.session.monotonic", lambda: now[0])

    def slow(gradient, rate):
        now[0] += 1.0
        return -rate * gradient

    run = small(optimizer=slow)
    assert run.seconds == 0
    run.train(3)
    assert run.seconds == 3.0
    now[0] += 50.0
    run.measure(), run.outputs(run.data.x), run.stepper.next_stage()
    run.train(2)
    assert run.seconds == 5.0
    run.grow((6,))
    assert run.seconds == 5.0


# Another optimizer, another width


@pytest.mark.parametrize("after", ALL)
@pytest.mark.parametrize("before", ALL)
def test_another_optimizer_goes_on_with_the_weights(before, after):
    run = small(optimizer=before)
    run.train(4)
    p = run.trainer.network.parameters.copy()
    run.change(optimizer=after, learning_rate=0.02)
    assert_array_equal(run.trainer.network.parameters, p)
    assert run.experiment == small(optimizer=after, learning_rate=0.02).experiment
    assert run.trainer.optimizer == run.experiment.make_optimizer()
    run.train(3)
    assert run.trainer.steps_done == 7


@pytest.mark.parametrize(
    "change", [{"momentum": 0.5}, {"optimizer": "adm"}, {"hidden": 3, "optimizer": 5}]
)
def test_a_change_that_the_optimizer_does_not_know_changes_nothing(change):
    run = small()
    with pytest.raises(InputError):
        run.change(**change)
    assert run.experiment == small().experiment
    assert run.trainer.changes == []


@all_optimizers
def test_a_run_that_grows_keeps_its_neurons_its_history_and_its_step(optimizer):
    run = small(optimizer=optimizer, hidden=(4, 3))
    run.train(4)
    old, measured = run.trainer.network, run.measure()
    history = {name: list(values) for name, values in run.trainer.history.items()}
    run.grow((6, 2))
    new, fresh = run.trainer.network, run.experiment.network()
    assert run.experiment == small(optimizer=optimizer, hidden=(6, 2)).experiment
    assert new.widths == fresh.widths
    assert_array_equal(new["0.W"][..., :4], old["0.W"])
    assert_array_equal(new["0.W"][..., 4:], fresh["0.W"][..., 4:])
    assert_array_equal(new["2.W"][..., :4, :], old["2.W"][..., :2])
    assert_array_equal(new["2.W"][..., 4:, :], fresh["2.W"][..., 4:, :])
    assert_array_equal(new["4.b"], old["4.b"])
    assert run.trainer.steps_done == 4
    for name, values in history.items():
        assert_array_equal(run.trainer.history[name], values)
    assert (run.measure()["train_loss"] != measured["train_loss"]).all()
    for name, values in run.trainer.measure().items():
        assert_array_equal(run.measure()[name], values)
    assert run.train(3) == 3


@pytest.mark.parametrize("stages", range(5))
def test_a_batch_under_way_is_finished_before_it_grows(stages):
    walked, plain = small(), small()
    for _ in range(stages):
        walked.stepper.next_stage()
    walked.grow((6,))
    plain.train(-(-stages // 4))
    plain.grow((6,))
    assert walked.stepper.stage is None
    assert_same(walked, plain)


@all_optimizers
def test_a_neuron_more_and_less_leaves_the_run_as_it_was(optimizer):
    run, other = small(optimizer=optimizer), small(optimizer=optimizer)
    run.train(4), other.train(4)
    run.grow((5,)), run.grow((4,))
    assert run.experiment == other.experiment
    assert_same(run, other)
    run.train(5), other.train(5)
    assert_same(run, other)


def test_a_shape_that_cannot_be_changes_nothing():
    run, other = small(), small()
    for _ in range(2):
        run.stepper.next_stage(), other.stepper.next_stage()
    with pytest.raises(InputError, match="hidden"):
        run.grow((0,))
    assert run.experiment == other.experiment and run.stepper.stage == "loss"
    run.stepper.finish(), other.stepper.finish()
    assert_same(run, other)


# Measurements


@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("data", MEASURED)
def test_an_answer_is_in_the_units_of_the_data(data, standardize):
    run = Session(
        Experiment(data=data, standardize=standardize, seeds=3, dtype="float64")
    )
    go(run, 20)
    part = run.parts.validation
    said = run.decoder.predictions(run.outputs(part.x))[..., 0]
    error = np.sum((said - part.y) ** 2, axis=1)
    spread = np.sum((part.y - part.y.mean()) ** 2)
    assert run.judged_by == "r2"
    np.testing.assert_allclose(1 - error / spread, run.measure()["validation_r2"])


@pytest.mark.parametrize("data", MEASURED)
def test_the_span_holds_every_measurement_and_shades_keep_their_order(data):
    run = Session(Experiment(data=data, seeds=2))
    low, high = (float(end[0]) for end in run.decoder.span)
    assert low <= run.data.y.min() and run.data.y.max() <= high
    assert (low == -high) == (run.data.y.min() < 0)
    z = np.linspace(-9, 9, 99)[:, None]
    shade, said = run.decoder.confidence(z), run.decoder.predictions(z)[:, 0]
    assert shade.min() == 0 and shade.max() == 1 and (np.diff(shade) >= 0).all()
    within = (low <= said) & (said <= high)
    np.testing.assert_allclose(shade[within] * (high - low) + low, said[within])


def test_labels_are_judged_by_their_accuracy_and_keep_no_scale():
    run = Session(Experiment(data="wine"))
    assert run.judged_by == "accuracy" and run.decoder.targets is None


def test_a_lost_replica_is_the_worst_by_any_measure():
    run = Session(Experiment(data="hills", seeds=3))
    values = run.measure()
    run.trainer.network.parameters[0] = np.nan
    run._measured_at = -1
    for name in ("validation_loss", "validation_r2"):
        rest = np.sort(values[name][1:])
        worse = rest[0] if name.endswith("r2") else rest[-1]
        assert run.median(name) == worse


# Live fields

LIVE = {  # a change, and where it goes to
    "l1": (0.1, "regularizers"),
    "l2": (0.2, "regularizers"),
    "weight_decay": (0.3, "regularizers"),
    "biases": (True, "regularizers"),
    "clip_norm": (0.01, "clip"),
    "clip_value": (0.01, "clip"),
    "schedule": ("cosine", "schedule"),
    "schedule_steps": (50, "schedule"),
    "dropout": (0.8, None),
}
BEFORE = {
    "biases": {"l2": 0.5},
    "schedule_steps": {"schedule": "cosine"},
    "dropout": {"dropout": 0.1, "hidden": (8,)},
}


@pytest.mark.parametrize("name", LIVE)
def test_a_live_field_changes_what_comes_and_keeps_what_is(name):
    (value, rule), before = LIVE[name], BEFORE.get(name, {})
    one, other = small(**before), small(**before)
    one.train(5), other.train(5)
    weights = one.trainer.network.parameters.copy()
    assert one.goes_on_as(one.experiment.replace(**{name: value}))
    one.change(**{name: value})
    assert_array_equal(one.trainer.network.parameters, weights)
    assert one.experiment == small(**{**before, name: value}).experiment
    assert one.trainer.changes == [(5, name, value)]
    if rule:
        made = getattr(one.experiment.trainer().update, rule)
        assert getattr(one.trainer.update, rule) == made
    assert repr(one.trainer.network) == repr(one.experiment.network())
    one.train(3), other.train(3)
    assert (one.trainer.network.parameters != other.trainer.network.parameters).any()
    one.change(**{name: getattr(other.experiment, name)})
    assert getattr(one.trainer.update, rule or "clip") == getattr(
        other.trainer.update, rule or "clip"
    )


@pytest.mark.parametrize("stages", range(1, 5))
def test_another_dropout_rate_waits_for_the_batch_under_way(stages):
    walked, plain = (small(dropout=0.2) for _ in range(2))
    for _ in range(stages):
        walked.stepper.next_stage()
    walked.change(dropout=0.6)
    plain.train(1)
    plain.change(dropout=0.6)
    assert walked.stepper.stage is None
    walked.train(4), plain.train(4)
    assert_same(walked, plain)


FIXED = {"hidden": (5,), "dropout": 0.5, "data": "xor", "seed": 3}


@pytest.mark.parametrize("name", FIXED)
def test_what_is_not_live_is_refused_and_changes_nothing(name):
    run = small()
    assert not run.goes_on_as(run.experiment.replace(**{name: FIXED[name]}))
    with pytest.raises(InputError) as caught:
        run.change(**{name: FIXED[name]})
    assert caught.value.argument == name
    assert run.experiment == small().experiment and run.trainer.changes == []


@pytest.mark.parametrize("name", ["momentum", "beta1", "decay", "weight_decay"])
@pytest.mark.parametrize("optimizer", ["momentum", "rmsprop", "adam", "adamw"])
def test_a_run_goes_on_with_the_numbers_that_its_optimizer_reads(optimizer, name):
    run = small(optimizer=optimizer)
    run.train(2)
    changed = Experiment(**{**run.experiment.values(), name: 0.5})
    same = changed.make_optimizer() == run.experiment.make_optimizer()
    assert run.goes_on_as(changed) == (not same or name == "weight_decay")
    if run.goes_on_as(changed):
        run.change(**{name: 0.5})
        assert run.trainer.optimizer == changed.make_optimizer()
        made = changed.trainer().update
        assert run.trainer.update.regularizers == made.regularizers


def test_layers_that_cannot_take_over_leave_the_run_as_it_was():
    run = small(hidden=(4, 4, 4), residual=True)
    run.train(2)
    experiment, network = run.experiment, run.trainer.network
    with pytest.raises(InputError):
        run.grow((4, 4, 5))
    assert run.experiment == experiment and run.trainer.network is network
    assert run.train(2) == 2


# Back


@pytest.mark.parametrize("stages", range(1, 4))
def test_a_change_in_the_middle_of_a_step_is_gone_back_over(stages):
    run = small(hidden=(4,))
    run.train(5)
    for _ in range(stages):
        run.stepper.next_stage()
    run.change(learning_rate=0.7)
    run.train(4)
    there, made = run.trainer.network.parameters.copy(), run.trainer.steps_done
    for step in (5, 6, 3, made):
        run.rewind(step)
    assert_array_equal(run.trainer.network.parameters, there)
    assert run.experiment.learning_rate == 0.7


@pytest.mark.parametrize("stages", range(5))
def test_a_run_goes_back_to_any_step_with_its_settings(stages):
    run = small(dropout=0.2, hidden=(4,))
    there = {0: (run.trainer.network.parameters.copy(), run.experiment)}
    for step in range(1, 31):
        if step == 12:
            run.change(learning_rate=0.5, l2=0.01)
        if step == 20:
            run.change(dropout=0.6)
        there[step - 1] = there[step - 1][0], run.experiment  # of the step to come
        run.train(1)
        there[step] = run.trainer.network.parameters.copy(), run.experiment
    for _ in range(stages):  # of the batch that is under way
        run.stepper.next_stage()
    for step in (30, 0, 11, 12, 19, 20, 21, 7):
        run.rewind(step)
        numbers, experiment = there[step]
        assert_array_equal(run.trainer.network.parameters, numbers)
        assert run.experiment == experiment and run.stepper.stage is None
        measured = run.trainer.measure()
        for name, values in run.measure().items():
            assert_array_equal(values, measured[name])
    with pytest.raises(InputError, match="is not on the tape"):
        run.rewind(40)


def test_stages_are_on_the_tape_too():
    walked, plain = small(), small()
    for _ in range(4 * 9):
        walked.stepper.next_stage()
    plain.train(9)
    for step in (3, 9, 0, 5):
        walked.rewind(step), plain.rewind(step)
        assert_same(walked, plain)


# Other points, in mid-run


def painted(run: Session, more: int = 1, label: int = 0) -> Dataset:
    """The run's data, and some training points more."""
    data = run.parts.together()
    return Dataset(
        "painted",
        np.vstack([data.x, np.full((more, 2), 0.1)]),
        np.append(data.y, [label] * more),
        data.features,
        data.classes,
        parts=np.append(data.parts, ["training"] * more),
    )


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("steps", [0, 7, 200])
def test_it_learns_from_other_points_with_all_that_it_has_learned(optimizer, steps):
    run = Session(Experiment(data="moons", optimizer=optimizer, seeds=3))
    run.train(steps)
    learned = {"p": run.trainer.network.parameters, **run.trainer.moments}
    before = {name: vector.copy() for name, vector in learned.items()}
    data = painted(run, 3)
    run.learn_from(data)
    now = {"p": run.trainer.network.parameters, **run.trainer.moments}
    for name, vector in before.items():
        assert_array_equal(now[name], vector)
    fresh = Session(run.experiment)
    assert run.experiment.data is data and run.tape.start == steps
    for part in ("train", "validation"):
        for one, other in zip(run.trainer.parts[part], fresh.trainer.parts[part]):
            assert_array_equal(one, other)
    assert_array_equal(run.scale.scale.mean, fresh.scale.scale.mean)
    run.train(5)
    there = run.trainer.network.parameters.copy()
    run.rewind(steps)
    assert_array_equal(run.trainer.network.parameters, before["p"])
    run.rewind(steps + 5)
    assert_array_equal(run.trainer.network.parameters, there)


def test_a_mini_batch_is_of_all_points_while_they_are_fewer():
    run, sizes = Session(Experiment(data="moons", samples=40, batch_size=20)), []
    few = run.parts.together()
    for count in (19, 3, 20, 24):
        rows = np.flatnonzero(few.parts == "training")[:count]
        rows = np.concatenate([rows, np.flatnonzero(few.parts == "validation")])
        run.learn_from(few.take(rows))
        sizes.append((run.experiment.batch_size, run.trainer.batch_size))
        run.train(3)
    assert sizes == [(20, 19), (20, 3), (20, 20), (20, 20)]


def test_a_mini_batch_that_leaves_one_sample_alone_is_of_all():
    run = Session(Experiment(data="moons", samples=40, batch_size=6, batch_norm=True))
    few = run.parts.together()
    for count, size in ((19, None), (18, 6)):
        rows = np.flatnonzero(few.parts == "training")[:count]
        rows = np.concatenate([rows, np.flatnonzero(few.parts == "validation")])
        run.learn_from(few.take(rows))
        assert run.experiment.batch_size == size
        run.train(3)


def test_data_of_another_kind_are_refused_and_nothing_changes():
    run = Session(Experiment(data="moons", seeds=2))
    run.train(9)
    before = run.experiment, run.parts, run.tape, run.trainer.parts
    other = Experiment(data="hills").split().together()
    lacking = painted(run)
    lacking = lacking.take(lacking.parts != "validation")
    for data in (other, Experiment(data="wine").dataset(), lacking):
        with pytest.raises(InputError):
            run.learn_from(data)
        now = run.experiment, run.parts, run.tape, run.trainer.parts
        assert all(one is other for one, other in zip(now, before))


def test_measurements_go_on_on_their_own_scale():
    run = Session(Experiment(data="hills", seeds=2))
    before, data = run.decoder.span, run.parts.together()
    higher = replace(data, y=3 * data.y)
    run.learn_from(higher)
    assert_array_equal(run.decoder.span[1], 3 * before[1])
    assert_array_equal(
        run.decoder.targets.std, Session(run.experiment).decoder.targets.std
    )
