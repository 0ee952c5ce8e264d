"""A number that would go nowhere is refused, where it is given; and an optimizer's own
learning rate holds unless another is said."""

import pytest

from nnlab import SGD, Adam, AdamW, Experiment, Momentum
from nnlab.data.dataset import Dataset
from nnlab.engine import Linear
from nnlab.errors import InputError
from nnlab.experiment.inactive_fields import IDLE, idle


def with_parts() -> Dataset:
    return Experiment(samples=60).split().together()


NOWHERE = {
    "momentum": (dict(momentum=0.9), "optimizer='sgd' has no momentum; .*='momentum'"),
    "beta1": (dict(beta1=0.8), "try optimizer='adam'"),
    "beta2": (dict(beta2=0.9, optimizer="momentum"), "has no beta2; try .*'adam'"),
    "decay": (dict(decay=0.01, optimizer="adam"), "'rmsprop', or weight_decay"),
    "epsilon": (dict(epsilon=1e-6), "has no epsilon"),
    "a number of an object's": (
        dict(optimizer=Momentum(0.1), momentum=0.5),
        r"optimizer=Momentum\(0\.1\) brings its own numbers",
    ),
    "steps of no schedule": (dict(schedule_steps=50), "try schedule='cosine'"),
    "steps of a steady one": (dict(schedule="steady", schedule_steps=50), "'cosine'"),
    "biases of nothing": (dict(biases=True), "nothing makes weights small"),
    "luck of real data": (dict(data="wine", data_seed=3), "not drawn at random"),
    "a share of given parts": (
        dict(data=with_parts(), validation=0.3),
        "comes with its split",
    ),
    "luck of given parts": (dict(data=with_parts(), split_seed=1), "its split"),
    "an activation of none": (
        dict(hidden=(), activation="relu", initializer="he"),
        "no layer that uses it",
    ),
    "dropout of layers": (dict(hidden=(Linear(3),), dropout=0.1), "hidden layers"),
    "noise of real data": (dict(data="wine", noise=0.1), "leave noise out"),
}


@pytest.mark.parametrize("case", NOWHERE)
def test_a_number_that_goes_nowhere_is_refused(case):
    fields, told = NOWHERE[case]
    with pytest.raises(InputError, match=told) as caught:
        Experiment(**fields)
    assert caught.value.argument in fields
    rest = {k: v for k, v in fields.items() if k != caught.value.argument}
    with pytest.raises(InputError, match=told):
        Experiment(**rest).replace(
            **{caught.value.argument: fields[caught.value.argument]}
        )


@pytest.mark.parametrize("name", IDLE)
def test_what_is_not_said_or_is_absent_may_do_nothing(name):
    for value in (None, False):
        try:
            made = Experiment(**{name: value})
        except InputError as error:
            assert "would do nothing" not in str(error)
        else:
            assert getattr(made, name) == value


def test_a_whole_description_may_hold_what_does_nothing():
    whole = {**Experiment().values(), "momentum": 0.5}
    made = Experiment(**whole)
    assert "momentum" in idle(made) and made.momentum == 0.5
    assert Experiment.from_json(made.to_json()) == made
    kept = made.replace(optimizer="nesterov")  # nothing a learner set is lost
    assert kept.momentum == 0.5 and kept.make_optimizer().momentum == 0.5


def test_older_json_with_fewer_fields_is_read():
    import json

    told = json.loads(Experiment(seeds=3).to_json())
    del told["backend"], told["patience"]
    assert Experiment.from_json(json.dumps(told)) == Experiment(seeds=3)


# The learning rate


RATES = {
    "said with an object": (dict(optimizer=SGD(0.5), learning_rate=0.1), 0.1),
    "the usual one said": (dict(optimizer=Adam(0.3), learning_rate=0.1), 0.1),
    "an object's": (dict(optimizer=SGD(0.5)), 0.5),
    "a class's": (dict(optimizer=Adam), 0.001),
    "a name's": (dict(optimizer="adam"), 0.1),
    "a function's": (dict(optimizer=lambda gradient, rate: -rate * gradient), 0.1),
    "said": (dict(learning_rate=0.3), 0.3),
    "not said": (dict(learning_rate=None), 0.1),
}


@pytest.mark.parametrize("case", RATES)
def test_the_rate_that_is_shown_is_the_one_that_trains(case):
    fields, rate = RATES[case]
    made = Experiment(**fields)
    assert made.learning_rate == made.trainer().optimizer.learning_rate == rate
    again = made.replace(seeds=2)
    assert again.learning_rate == again.trainer().optimizer.learning_rate == rate
    if case != "a function's":
        assert Experiment.from_json(made.to_json()) == made


REPLACED = {
    "by an object": (dict(), dict(optimizer=Adam(0.002)), 0.002),
    "of an object by another": (
        dict(optimizer=SGD(0.5)),
        dict(optimizer=Adam(0.002)),
        0.002,
    ),
    "of an object by its own": (
        dict(optimizer=SGD(0.5)),
        dict(optimizer=SGD(0.5)),
        0.5,
    ),
    "and a rate": (dict(), dict(optimizer=Adam(0.002), learning_rate=0.1), 0.1),
    "of an object by a name": (dict(optimizer=SGD(0.5)), dict(optimizer="adam"), 0.5),
    "the rate of an object": (dict(optimizer=SGD(0.5)), dict(learning_rate=0.1), 0.1),
    "by a class": (dict(learning_rate=3.0), dict(optimizer=AdamW), 0.001),
}


@pytest.mark.parametrize("case", REPLACED)
def test_another_optimizer_brings_its_rate(case):
    fields, changes, rate = REPLACED[case]
    made = Experiment(**fields).replace(**changes)
    assert made.learning_rate == made.trainer().optimizer.learning_rate == rate


def test_a_rate_that_no_control_shows_is_refused():
    with pytest.raises(InputError, match="learning_rate=1000"):
        Experiment(optimizer=SGD(1000))


@pytest.mark.parametrize(
    "fields, told",
    [
        (dict(learning_rate="0.1"), "try learning_rate=0.1"),
        (dict(learning_rate="fast"), "try learning_rate=1e-05"),
        (dict(seeds="4"), "try seeds=4"),
        (dict(seeds=2.7), "try seeds=3"),
        (dict(l2=-1), "try l2=0.0"),
        (dict(l2=1e-9), "try l2=0.0"),
        (dict(l2=9e-7), "try l2=1e-06"),
        (dict(clip_norm="1"), "try clip_norm=1.0"),
    ],
)
def test_the_nearest_value_is_offered(fields, told):
    with pytest.raises(InputError, match=told):
        Experiment(**fields)


@pytest.mark.parametrize("name", ["l1", "l2", "weight_decay"])
def test_a_price_of_0_is_a_price(name):
    made = Experiment(**{name: 0})
    assert getattr(made, name) == 0.0 and made.trainer().update.regularizers
    assert Experiment.from_json(made.to_json()) == made


def test_adamw_without_decay_is_adam():
    fields = dict(optimizer="adamw", learning_rate=0.01, seeds=2)
    free = Experiment(weight_decay=0, **fields).run(epochs=3)
    plain = Experiment(**{**fields, "optimizer": "adam"}).run(epochs=3)
    assert (free.network.parameters == plain.network.parameters).all()
    assert Experiment(**fields).make_optimizer().weight_decay == 0.01


def test_a_function_as_optimizer_takes_the_rate_that_there_is():
    def rule(gradient, rate):
        return -rate * gradient

    before = Experiment(data="island", learning_rate=0.15)
    after = before.replace(optimizer=rule)
    assert after.learning_rate == after.trainer().optimizer.learning_rate == 0.15
    assert before.replace(optimizer=rule, learning_rate=2).learning_rate == 2
