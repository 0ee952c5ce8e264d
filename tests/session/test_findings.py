"""Each rule speaks of the runs made to show it, and healthy runs are left alone."""

import re
from copy import deepcopy
from functools import cache
from time import process_time

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.metrics import r2_score
from sklearn.neighbors import NearestNeighbors

from nnlab import Experiment, views
from nnlab.diagnostics.sample_losses import some
from nnlab.engine.initializers import Normal
from nnlab.session.findings import RULES, Finding, findings
from nnlab.session.findings.finding import number_text
from nnlab.session.findings.loss_course import FITTED, Course, chance
from nnlab.session.findings.loss_rules import SWING
from nnlab.session.findings.neighbor_score import NEIGHBORS, neighbor_score
from nnlab.session.session import Session

SEEDS = 4
SENTENCE = re.compile(r"[A-Z][^.]*(?:\.\d[^.]*)*\.")  # a point within is of a number

# Runs made to show something: (rule, view, steps, experiment, change, steps after it)


def case(rule: str, view: str, steps: int, then: dict | None = None, **fields):
    return pytest.param(
        rule, view, steps, fields, then, id=f"{rule} {fields['data']} {len(fields)}"
    )


def calm(**fields) -> dict:
    """The same run with a small step, once a large one has done its harm."""
    return {"learning_rate": 0.01, **fields}


WIDE = Normal(1.0)  # of weights that enlarge what goes through a layer
HUGE = Normal(30.0)  # of weights that drive units to their ends
FAINT = Normal(0.05)  # of weights that shrink what goes through a layer

SHOWN = [
    case("at chance", "Curves", 450, data="hills", learning_rate=1e-5),
    case("at chance", "Curves", 450, data="digits", hidden=(16,), learning_rate=1e-5),
    case("at chance", "Curves", 450, data="wine", hidden=(8, 8), initializer="zeros"),
    case("at chance", "Curves", 450, data="xor", hidden=(), optimizer="adam"),
    case("plateau", "Curves", 1500, data="spiral", hidden=(8, 8, 8), l2=0.01),
    case(
        "plateau",
        "Curves",
        1500,
        data="digits",
        hidden=(1,),
        optimizer="adam",
        learning_rate=0.02,
    ),
    case(
        "plateau",
        "Curves",
        1500,
        data="hills",
        hidden=(1,),
        optimizer="momentum",
        learning_rate=0.02,
    ),
    case("plateau", "Curves", 1500, data="spiral", hidden=()),
    case("plateau", "Curves", 2000, data="island", hidden=(1,), learning_rate=0.3),
    case(
        "units dead",
        "Saturation",
        60,
        calm(),
        data="digits",
        hidden=(16, 16),
        activation="relu",
        learning_rate=10.0,
    ),
    case(
        "units dead",
        "Saturation",
        60,
        calm(),
        data="moons",
        hidden=(8, 8, 8),
        activation="relu",
        learning_rate=10.0,
        optimizer="momentum",
    ),
    case(
        "units dead",
        "Saturation",
        60,
        calm(),
        data="wine",
        hidden=(8, 8),
        activation="relu",
        learning_rate=10.0,
        optimizer="momentum",
    ),
    case(
        "units saturated",
        "Saturation",
        500,
        data="spiral",
        hidden=(8, 8),
        initializer=HUGE,
        learning_rate=0.003,
    ),
    case(
        "units saturated",
        "Saturation",
        500,
        data="xor",
        hidden=(4,),
        activation="sigmoid",
        initializer=Normal(100.0),
        learning_rate=0.01,
    ),
    case(
        "units saturated",
        "Saturation",
        500,
        data="digits",
        hidden=(16, 16),
        initializer=Normal(10.0),
        learning_rate=0.001,
    ),
    case(
        "gradient fades",
        "GradientFlow",
        500,
        data="moons",
        hidden=(8,) * 6,
        initializer=FAINT,
    ),
    case(
        "gradient fades",
        "GradientFlow",
        500,
        data="hills",
        hidden=(8,) * 5,
        activation="sigmoid",
    ),
    case(
        "gradient fades",
        "GradientFlow",
        700,
        data="mnist1d",
        hidden=(16,) * 6,
        activation="sigmoid",
    ),
    case(
        "gradient explodes",
        "GradientFlow",
        300,
        data="digits",
        hidden=(16,) * 6,
        activation="relu",
        initializer=WIDE,
        learning_rate=1e-5,
    ),
    case(
        "gradient explodes",
        "GradientFlow",
        300,
        data="spiral",
        hidden=(16,) * 8,
        activation="relu",
        initializer=WIDE,
        learning_rate=1e-5,
    ),
    case(
        "gradient explodes",
        "GradientFlow",
        300,
        data="moons",
        hidden=(32,) * 6,
        activation="relu",
        initializer=WIDE,
        learning_rate=1e-5,
    ),
    case(
        "validation turns",
        "Curves",
        1000,
        data="diabetes",
        hidden=(64, 64),
        optimizer="adam",
        learning_rate=0.01,
    ),
    case(
        "validation turns",
        "Curves",
        1500,
        data="breast cancer",
        hidden=(32, 32),
        activation="relu",
        optimizer="adam",
        learning_rate=0.01,
    ),
    case(
        "validation turns",
        "Curves",
        1500,
        data="gaussians",
        samples=100,
        noise=1.5,
        hidden=(32, 32),
        activation="relu",
        optimizer="adam",
        learning_rate=0.01,
    ),
    case(
        "step too large",
        "Stability",
        1000,
        data="island",
        hidden=(8,),
        activation="relu",
        learning_rate=20.0,
    ),
    case(
        "step too large",
        "Stability",
        300,
        data="spiral",
        hidden=(),
        batch_size=None,
        learning_rate=30.0,
    ),
    case(
        "step too large",
        "Stability",
        300,
        data="spiral",
        hidden=(8,),
        batch_size=None,
        learning_rate=20.0,
    ),
    case(
        "step too large",
        "Curves",
        1000,
        data="digits",
        hidden=(32,),
        optimizer="adam",
        learning_rate=1.0,
    ),
    case(
        "step too large",
        "Curves",
        600,
        data="gaussians",
        optimizer="adam",
        hidden=(8, 8),
        learning_rate=3.0,
    ),
    case("stopped early", "Curves", 2000, data="wine", patience=3, learning_rate=1.0),
    case("stopped early", "Curves", 2000, data="xor", patience=1, learning_rate=5.0),
    case(
        "stopped early",
        "Curves",
        2000,
        data="diabetes",
        hidden=(32,),
        patience=5,
        optimizer="adam",
    ),
    case("diverged", "Curves", 200, data="plane", hidden=(8,), learning_rate=3.0),
    case("diverged", "Curves", 200, data="diabetes", hidden=(), learning_rate=5.0),
    case(
        "diverged",
        "Curves",
        200,
        data="wine",
        activation="relu",
        batch_size=None,
        learning_rate=30.0,
    ),
]


def made(steps: int, fields: dict, then: dict | None = None) -> Session:
    run = Session(Experiment(**{"seeds": SEEDS, **fields}))
    run.train(steps)
    if then:
        run.change(**then)
        run.train(300)
    return run


@cache
def shown(number: int) -> tuple[Session, list[Finding]]:
    """The run of a case, and what is found in it."""
    _, _, steps, fields, then = SHOWN[number].values
    run = made(steps, fields, then)
    return run, findings(run)


def each(test):
    ids = [one.id for one in SHOWN]
    return pytest.mark.parametrize("number", range(len(SHOWN)), ids=ids)(test)


@each
def test_what_a_run_was_made_to_show_is_said_first_with_its_view(number):
    rule, view, *_ = SHOWN[number].values
    first = shown(number)[1][0]
    assert (first.rule, first.view) == (rule, view)


@each
def test_a_text_is_one_sentence_with_numbers_that_names_its_view(number):
    run, found = shown(number)
    for one in found:
        assert SENTENCE.fullmatch(one.text)
        assert re.search(r"\d", one.text) and "nan" not in one.text
        assert re.search(rf"\b{one.view}\b", one.text)
        assert getattr(views, one.view)().lacks(run) == ""


def test_every_rule_is_shown_three_times_on_different_data():
    data: dict[str, set] = {}
    for one in SHOWN:
        data.setdefault(one.values[0], set()).add(one.values[3]["data"])
    assert len(data) == len(RULES) + 4  # two endings; dead and saturated; fades and …
    assert min(map(len, data.values())) >= 3


# Healthy runs: of these nothing is said, neither early nor in the middle nor at the end

BEST = {  # accuracy or R² on the validation part of the best of 27 recipes
    "island": 1.0,
    "xor": 1.0,
    "spiral": 1.0,
    "moons": 1.0,
    "gaussians": 0.98,
    "plane": 0.94,
    "hills": 0.95,
    "mnist1d": 0.54,
    "digits": 0.97,
    "breast cancer": 0.97,
    "wine": 0.97,
    "diabetes": 0.55,
}
RECIPES = {
    "sgd": {"hidden": (8,), "learning_rate": 0.3},
    "all at once": {"hidden": (8,), "learning_rate": 0.5, "batch_size": None},
    "deep": {"hidden": (4, 4, 4, 4)},
    "momentum": {"hidden": (8, 8), "optimizer": "momentum", "learning_rate": 0.05},
    "adam": {"hidden": (8, 8), "optimizer": "adam", "learning_rate": 0.01},
    "relu": {
        "hidden": (32, 32),
        "activation": "relu",
        "optimizer": "adam",
        "learning_rate": 0.003,
    },
    "narrow relu": {
        "hidden": (4,),
        "activation": "relu",
        "optimizer": "adam",
        "learning_rate": 0.02,
    },
    "sigmoid": {
        "hidden": (16,),
        "activation": "sigmoid",
        "optimizer": "rmsprop",
        "learning_rate": 0.01,
    },
    "dropout": {
        "hidden": (32,),
        "activation": "relu",
        "dropout": 0.1,
        "optimizer": "adamw",
        "learning_rate": 0.01,
    },
    "batch norm": {
        "hidden": (16, 16),
        "activation": "relu",
        "batch_norm": True,
        "optimizer": "adam",
        "learning_rate": 0.01,
    },
    "l2": {"hidden": (8,), "optimizer": "momentum", "learning_rate": 0.02, "l2": 0.01},
    "linear": {"hidden": (), "optimizer": "adam", "learning_rate": 0.01},
}
WELL = {  # steps, and the recipes that train well
    "island": (1000, "sgd, all at once, deep, momentum, adam, relu, sigmoid, dropout"),
    "xor": (1000, "sgd, momentum, adam, relu, batch norm"),
    "spiral": (2000, "relu, batch norm"),
    "moons": (1000, "sgd, deep, adam, narrow relu, sigmoid"),
    "gaussians": (1000, "all at once, deep, relu, narrow relu, linear"),
    "plane": (1000, "momentum, adam, narrow relu, dropout, linear"),
    "hills": (1500, "momentum, adam, relu"),
    "mnist1d": (2000, "dropout"),
    "digits": (1000, "sgd, adam, relu, dropout"),
    "breast cancer": (300, "deep, l2, linear"),
    "wine": (400, "sgd, momentum, sigmoid, l2, linear"),
    "diabetes": (400, "l2, linear"),
}
PAIRS = [(data, one) for data, (_, all_) in WELL.items() for one in all_.split(", ")]
SHARES = (0.05, 0.15, 0.3, 0.5, 0.75, 1.0)  # of the run, at which it is looked at


@pytest.mark.parametrize("data, recipe", PAIRS)
def test_of_a_healthy_run_nothing_is_said(data, recipe):
    run, said = made(0, {"data": data, **RECIPES[recipe]}), []
    for share in SHARES:
        run.train(int(share * WELL[data][0]) - run.trainer.steps_done)
        said += findings(run)
    assert said == []
    loss = np.median(np.stack(run.trainer.history["validation_loss"]), axis=1)
    assert run.median(f"validation_{run.judged_by}") >= 0.9 * BEST[data]
    assert loss[-1] - loss.min() < 0.1 * chance(run)


def test_healthy_runs_are_of_all_data_and_recipes():
    assert len(PAIRS) >= 40 and {one for _, one in PAIRS} == RECIPES.keys()


NOISY = [
    {"data": "gaussians", "noise": 2.0, "hidden": (), "optimizer": "adam"},
    {"data": "gaussians", "noise": 2.0, "hidden": (8,)},
    {"data": "moons", "noise": 1.5, "hidden": (4,)},
]


@pytest.mark.parametrize("fields", NOISY)
def test_a_loss_that_noise_keeps_high_is_no_plateau(fields):
    run = made(1000, fields)
    course = Course(run)
    assert np.median(course.level()) > FITTED and not course.falling.any()
    assert findings(run) == []


@pytest.mark.parametrize("steps", [400, 450, 500])
def test_a_loss_that_falls_slowly_needs_no_words(steps):
    run = made(steps, {"data": "hills", "hidden": (8,), "learning_rate": 0.001})
    assert (Course(run).level() > 0.9).all()
    assert findings(run) == []


@pytest.mark.parametrize("steps, rules", [(100, []), (600, ["step too large"])])
def test_ten_epochs_are_too_few_for_a_swing(steps, rules):
    run = made(steps, {"data": "hills", "hidden": (8,), "learning_rate": 0.5})
    change = np.abs(np.diff(Course(run).recent, axis=0)).mean(axis=0)
    assert (change > SWING).sum() > SEEDS / 2
    assert [one.rule for one in findings(run)] == rules


@pytest.mark.parametrize("epochs, rules", [(1, []), (4, []), (5, ["validation turns"])])
def test_validation_must_stay_worse_to_have_turned(epochs, rules):
    run = made(1000, {"data": "moons", "hidden": (8,)})
    losses = run.trainer.history["validation_loss"]
    losses[50][...] = 0.99 * np.stack(losses).min(axis=0)
    for values in losses[-epochs:]:
        values[...] = 0.5
    assert [one.rule for one in findings(run)] == rules


# What it says


def found_in(run: Session) -> dict[str, str]:
    return {one.rule: one.text for one in findings(run)}


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"\d+(?:\.\d+)?(?:e-\d+)?", text)]


def test_a_loss_at_chance_is_told_with_chance_and_how_far_the_weights_went():
    run = made(450, {"data": "moons", "learning_rate": 1e-5})
    text = found_in(run)["at chance"]
    begun = run.tape.snapshots[0].vectors["parameters"]
    moved = np.linalg.norm(run.trainer.network.parameters - begun, axis=-1)
    share = 100 * np.median(moved / np.linalg.norm(begun, axis=-1))
    loss = run.median("train_loss")
    known = [450, loss, SEEDS, SEEDS, np.log(2)]
    assert numbers(text)[:5] == pytest.approx(known, rel=0.05)
    assert numbers(text)[-1] == pytest.approx(share, rel=0.05)


def test_a_plateau_is_told_with_its_value_and_its_length():
    fields = {"data": "hills", "hidden": (1,), "optimizer": "momentum"}
    run = made(1500, {**fields, "learning_rate": 0.02})
    loss, few, of, still, whole = numbers(found_in(run)["plateau"])[:5]
    history = np.stack(run.trainer.history["train_loss"])
    assert loss == pytest.approx(np.median(history[-1]), rel=0.05)
    assert of == SEEDS and few > SEEDS / 2 and whole == 150 and 50 <= still <= 150
    flat = np.median(history[-int(still) :], axis=1)
    assert np.ptp(flat) < 0.1


def test_dead_units_are_those_that_give_0_for_every_sample():
    run = made(60, {"data": "xor", "activation": "relu", "hidden": (6, 5)})
    for replica in range(SEEDS):
        run.trainer.network.replica(replica)["2.b"][..., :4] = -100.0
        run.trainer.network.replica(replica)["4.W"][...] = 0.0
    run.change(learning_rate=1e-5)
    run.train(100)
    assert numbers(found_in(run)["units dead"])[:4] == [2, 4, 5, SEEDS]
    a = [run.trace(run.data.x, replica)[3] for replica in range(SEEDS)]
    assert (np.stack(a).max(axis=1) == 0).sum(axis=-1).tolist() == [4] * SEEDS


def test_a_fading_gradient_is_told_by_the_norms_of_its_layers():
    run = made(300, {"data": "xor", "hidden": (8,) * 6, "activation": "sigmoid"})
    _, layers, ratio = numbers(found_in(run)["gradient fades"])
    network, (x, y) = run.trainer.network, run.trainer.parts["train"]
    outputs = [network.replica(i) for i in range(SEEDS)]
    first = []
    for one in outputs:
        gradient = one.gradient(x, y, run.trainer.loss)
        views_ = one.layout.views(np, gradient)
        first.append(np.linalg.norm(views_[0]["b"]) / np.linalg.norm(views_[12]["b"]))
    assert layers == 7
    assert np.log10(ratio) == pytest.approx(np.log10(np.median(first)), abs=1)


def test_a_turn_is_told_with_the_best_and_the_present():
    fields = {"data": "diabetes", "hidden": (64, 64), "optimizer": "adam"}
    run = made(800, {**fields, "learning_rate": 0.01})
    text = found_in(run)["validation turns"]
    loss = np.stack(run.trainer.history["validation_loss"])
    low, high = loss.min(axis=0), loss[-5:].mean(axis=0)
    said = re.search(
        r"lowest, ([\d.]+), at epoch (\d+) to (\d+), and is ([\d.]+)", text
    )
    assert float(said[1]) == pytest.approx(np.median(low), rel=0.1)
    assert float(said[4]) == pytest.approx(np.median(high), rel=0.1)
    best = loss.argmin(axis=0)
    assert [int(said[2]), int(said[3])] == [best.min(), best.max()]


def test_a_sharpness_above_its_limit_is_told():
    number = max(i for i, one in enumerate(SHOWN) if "Stability" in one.values)
    run, found = shown(number)
    said = re.search(r"is (\d+)% of their limit ([\d.]+)", found[0].text)
    assert float(said[2]) == 2 / run.experiment.learning_rate and int(said[1]) > 100


@pytest.mark.parametrize("seeds", [1, 3])
def test_networks_are_counted_where_there_are_several(seeds):
    run = made(450, {"data": "xor", "hidden": (), "seeds": seeds, "optimizer": "adam"})
    text = found_in(run)["at chance"]
    assert ("networks" in text) == (seeds > 1)
    assert (f" in {seeds} of {seeds} networks," in text) == (seeds > 1)


def test_networks_that_are_lost_are_counted_apart():
    run = made(450, {"data": "xor", "hidden": (), "optimizer": "adam"})
    run.trainer.network.parameters[1] = np.nan
    found = findings(run)
    assert [one.rule for one in found[:2]] == ["diverged", "at chance"]
    assert found[0].text.startswith("1 of 4 networks have diverged")
    assert " in 3 of 3 networks that still train," in found[1].text


def test_all_that_stopped_are_told_with_their_best_epochs():
    run = made(3000, {"data": "wine", "patience": 3, "learning_rate": 1.0})
    assert not run.trainer.active.any()
    (only,) = findings(run)
    best = run.trainer.record.best
    assert only.text.startswith("All 4 networks have stopped early, with patience=3,")
    assert f"at epoch {best.min()} to {best.max()}:" in only.text


def test_while_one_still_trains_none_is_said_to_have_stopped():
    run = Session(Experiment(data="wine", patience=3, learning_rate=1.0, seeds=8))
    while run.trainer.active.all():
        run.train(10)
    assert run.trainer.active.any() and "stopped early" not in found_in(run)


# Chance


@pytest.mark.parametrize(
    "loss", ["binary cross-entropy", "cross-entropy", "mse", "mae", "huber", "hinge"]
)
def test_chance_is_the_best_loss_of_a_constant(loss):
    data = "wine" if loss == "cross-entropy" else "breast cancer"
    run = Session(Experiment(data=data, loss=loss, seeds=2))
    y, now = run.trainer.parts["train"][1], chance(run)
    if loss == "cross-entropy":
        share = np.bincount(run.data.y) / len(y)
        assert now == pytest.approx(-np.sum(share * np.log(share)))
        return
    z = np.broadcast_to(np.linspace(-2, 2, 4001)[:, None, None], (4001, len(y), 1))
    best = run.trainer.loss.forward(np, z, y)[0].mean(axis=-1).min()
    assert now == pytest.approx(best, rel=0.02)
    assert now >= best - 1e-6


def test_chance_is_the_variance_of_measurements():
    run = Session(Experiment(data="hills", standardize=False, seeds=2))
    assert chance(run) == pytest.approx(np.var(run.data.y), rel=1e-5)


def test_targets_without_spread_are_no_trouble():
    run = made(450, {"data": "plane", "standardize": False})
    _, y = run.trainer.parts["train"]
    y[...] = 0.0
    assert np.isnan(chance(run)) and findings(run) == []


@pytest.mark.parametrize("data", ["spiral", "wine", "digits", "hills", "diabetes"])
def test_neighbors_predict_as_a_library_says(data):
    trainer = Session(Experiment(data=data, seeds=1)).trainer
    x, y = some(trainer, replica=0)
    near = NearestNeighbors(n_neighbors=NEIGHBORS).fit(x).kneighbors()[1]  # of others
    if trainer.record.labelled:
        goal = np.eye(int(y.max()) + 1)[y.reshape(-1).astype(int)]
        right = goal[near].mean(axis=1).argmax(axis=1) == goal.argmax(axis=1)
        known = right.mean()
    else:
        known = r2_score(y, y[near].mean(axis=1))
    assert neighbor_score(trainer) == pytest.approx(known, abs=0.01)


# Nothing is changed, and nothing is said before it can be known

SEEN = [
    {"data": "moons", "dropout": 0.2, "batch_norm": True, "hidden": (8, 8)},
    {"data": "island", "activation": "relu", "learning_rate": 20.0},
    {"data": "xor", "hidden": (8,) * 6, "activation": "sigmoid"},
    {"data": "digits", "patience": 2, "optimizer": "adam"},
]


def states(run: Session) -> list:
    trainer = run.trainer
    generators = [*trainer.batches.generators, *trainer.noise.generators]
    return [deepcopy(rng.bit_generator.state) for rng in generators]


def everything(run: Session) -> list:
    trainer = run.trainer
    vectors = trainer.network.parameters, trainer.network.state, trainer.gradient
    vectors = [*vectors, *trainer.moments.values()]
    history = [np.array(values) for values in trainer.history.values()]
    return [np.array(vector) for vector in vectors] + history


def assert_same(one: Session, other: Session) -> None:
    for a, b in zip(everything(one), everything(other), strict=True):
        assert_array_equal(a, b)
    assert states(one) == states(other)
    assert one.trainer.changes == other.trainer.changes
    assert repr(one.tape) == repr(other.tape)
    assert len(one.tape.snapshots) == len(other.tape.snapshots)


@pytest.mark.parametrize("fields", SEEN, ids=lambda fields: fields["data"])
def test_a_run_that_is_looked_at_continues_bit_for_bit(fields):
    looked, alone = (Session(Experiment(seeds=3, **fields)) for _ in range(2))
    for steps in (0, 7, 200, 33, 160):
        looked.train(steps)
        alone.train(steps)
        before = np.random.get_state()[1].copy()
        assert findings(looked) == findings(looked)
        assert_array_equal(np.random.get_state()[1], before)
        assert_same(looked, alone)
    looked.rewind(207)
    alone.rewind(207)
    assert_same(looked, alone)


@pytest.mark.parametrize("advance", ["next_stage", "next_moment"])
def test_a_step_under_way_is_left_alone(advance):
    looked, alone = (made(450, {"data": "xor", "hidden": ()}) for _ in range(2))
    for _ in range(9):
        getattr(looked.stepper, advance)()
        getattr(alone.stepper, advance)()
        assert findings(looked)[0].rule == "at chance"
        assert_same(looked, alone)


@pytest.mark.parametrize("steps", [0, 1, 40])
def test_nothing_is_said_of_the_first_steps(steps):
    assert findings(made(steps, {"data": "xor", "hidden": (8,) * 8})) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda run: run.change(learning_rate=0.2),
        lambda run: run.grow((2,)),
        lambda run: run.set_by_hand(0, "0.W", (0, 0), 1.0),
    ],
)
def test_a_change_makes_what_was_said_out_of_date(change):
    run = made(1500, {"data": "xor", "hidden": (1,), "optimizer": "adam"})
    assert "plateau" in found_in(run)
    change(run)
    assert findings(run) == []
    run.train(20)
    assert findings(run) == []


def test_without_validation_the_rest_is_said():
    run = made(450, {"data": "xor", "hidden": (), "validation": 0.0})
    assert [*found_in(run)] == ["at chance"]


def test_a_long_run_is_looked_at_at_few_epochs():
    run = made(4000, {"data": "xor", "hidden": (1,), "batch_size": None})
    assert len(Course(run).rows) == 300 and Course(run).rows[-1] == 4000
    assert "plateau" in found_in(run)


@pytest.mark.parametrize(
    "bound, fields",
    [
        (0.03, {"data": "moons", "hidden": (8, 8)}),
        (0.03, {"data": "xor", "hidden": (8,) * 6, "activation": "sigmoid"}),
        (0.03, {"data": "island", "activation": "relu", "learning_rate": 20.0}),
        (0.15, {"data": "digits", "hidden": (64, 64), "learning_rate": 1e-5}),
        (0.15, {"data": "digits", "optimizer": "adam", "learning_rate": 1.0}),
    ],
)
def test_it_costs_little(bound, fields):
    run = made(600, {"seeds": 8, **fields})
    times = []
    for _ in range(5):
        begin = process_time()
        findings(run)
        times.append(process_time() - begin)
    assert min(times) < bound


@pytest.mark.parametrize(
    "value, text", [(0.6931, "0.69"), (1234.5, "1234"), (2e-5, "2e-05"), (3e7, "3e+07")]
)
def test_a_number_has_two_digits(value, text):
    assert number_text(value) == text
