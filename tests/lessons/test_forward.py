"""The exercises of 02: right answers pass however they are written, wrong ones are
named."""

import math

import numpy as np
import pytest
from scipy.special import expit, log_softmax
from scipy.special import softmax as of_scipy

from nnlab.experiment.experiment import Experiment
from nnlab.lessons import forward

LAYER, CURVE, SOFTMAX = forward.layer, forward.activation, forward.softmax


# Right answers: the sums of a layer


def in_one_line(x, W, b):
    return x @ W + b


def with_loops(x, W, b):
    z = np.zeros((x.shape[0], W.shape[1]))
    for i in range(x.shape[0]):
        for j in range(W.shape[1]):
            for k in range(x.shape[1]):
                z[i, j] += x[i, k] * W[k, j]
            z[i, j] += b[0, j]
    return z


def with_lists(x, W, b):
    return [
        [sum(v * w for v, w in zip(row, column)) + c for column, c in zip(W.T, b[0])]
        for row in x
    ]


def single(x, W, b):
    return x.astype(np.float32) @ W.astype(np.float32) + b.astype(np.float32)


def by_einsum(x, W, b):
    return np.einsum("ni,iu->nu", x, W) + b


def by_products(x, W, b):
    return (x[:, :, None] * W[None]).sum(axis=1) + b


def input_by_input(x, W, b):
    z = np.tile(b, (len(x), 1))
    for k in range(x.shape[1]):
        z += np.outer(x[:, k], W[k])
    return z


def neuron_by_neuron(x, W, b):
    return np.column_stack([x @ W[:, j] + b[0, j] for j in range(W.shape[1])])


def sample_by_sample(x, W, b):
    return np.stack([W.T @ row + b.ravel() for row in x])


def turned_and_back(x, W, b):
    return (W.T @ x.T + b.T).T


def with_a_1(x, W, b):
    return np.hstack([x, np.ones((len(x), 1))]) @ np.vstack([W, b])


def by_inner(x, W, b):
    return np.inner(x, W.T) + b


# Right answers: an activation


def sine(z):
    return np.sin(z), np.cos(z)


def softplus(z):
    return np.logaddexp(0, z), expit(z)


def leaky(z):
    return np.where(z > 0, z, 0.1 * z), np.where(z > 0, 1.0, 0.1)


def mine_in_single(z):
    a = np.tanh(z.astype(np.float32))
    return a, 1 - a * a


def by_hand(z):
    a = [math.atan(v) for v in z.ravel()]
    slope = [1 / (1 + v * v) for v in z.ravel()]
    return np.reshape(a, z.shape), np.reshape(slope, z.shape)


def softsign(z):
    return z / (1 + abs(z)), 1 / (1 + abs(z)) ** 2


def stairs(z):
    return z + np.sin(3 * z) / 3, 1 + np.cos(3 * z)


def hard(z):
    return np.clip(z, -1, 1), np.where(abs(z) < 1, 1, 0)


def bowl(z):
    a = np.sqrt(1 + z * z)
    return a, z / a


def as_a_list(z):
    return [z * expit(z), expit(z) * (1 + z * (1 - expit(z)))]


# Right answers: softmax


def naive_but_shifted_by_all(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e.T / e.sum(axis=1)).T


def row_by_row(z):
    rows = []
    for row in z:
        e = [math.exp(v - max(row)) for v in row]
        rows.append([v / sum(e) for v in e])
    return np.array(rows)


def by_logarithms(z):
    return np.exp(log_softmax(z, axis=-1))


def by_differences(z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=-1)


def in_single(z):
    e = np.exp((z - z.max(-1, keepdims=True)).astype(np.float32))
    return e / e.sum(-1, keepdims=True)


def by_scipy(z):
    return of_scipy(z, axis=1)


RIGHT = [
    *(
        (LAYER, one)
        for one in (
            in_one_line,
            with_loops,
            with_lists,
            single,
            by_einsum,
            by_products,
            input_by_input,
            neuron_by_neuron,
            sample_by_sample,
            turned_and_back,
            with_a_1,
            by_inner,
        )
    ),
    *(
        (CURVE, one)
        for one in (
            sine,
            softplus,
            leaky,
            mine_in_single,
            by_hand,
            softsign,
            stairs,
            hard,
            bowl,
            as_a_list,
        )
    ),
    *(
        (SOFTMAX, one)
        for one in (
            naive_but_shifted_by_all,
            row_by_row,
            by_logarithms,
            by_differences,
            in_single,
            by_scipy,
        )
    ),
]

# Wrong answers: an activation


def hump(change):
    """The hump of the solution, with something else for its slope."""

    def answer(z):
        a = np.exp(-z * z)
        return a, change(z, a, -2 * z * a)

    return answer


def bent(function):
    """tanh, of something else than z."""

    def answer(z):
        a = np.tanh(function(z))
        return a, 1 - a * a

    return answer


def upside_down(z):
    return z / (1 + abs(z)), (1 + abs(z)) ** 2


def overflows(z):
    return np.exp(z) / (1 + np.exp(z)), expit(z) * (1 - expit(z))


def root(z):
    return np.sqrt(z), 0.5 / np.sqrt(z)


def of_zero(z):
    return np.sin(z) / z, (z * np.cos(z) - np.sin(z)) / z**2


def straight(z):
    return 2 * z - 1, 2 + 0 * z


def flat(z):
    return 1 + 0 * z, 0 * z


def shares(z):
    p = of_scipy(z, axis=-1)
    return p, p * (1 - p)


def chance(z):
    return z * (np.random.random(z.shape) > 0.5), 1 + 0 * z


def rounded(z):
    return np.round(z), 0 * z


def no_slope(z):
    return np.sin(z)


def one_number(z):
    return np.sin(z), 1.0


def words(z):
    return np.sin(z), "cos"


def summed(z):
    return np.sin(z), np.cos(z).sum(axis=-1)


def swapped(z):
    return np.cos(z), np.sin(z)


WRONG_CURVES = {
    hump(lambda z, a, s: -s): "the sign of the slope is wrong",
    hump(lambda z, a, s: a): "the curve came twice",
    hump(lambda z, a, s: 0 * z): "the slope is 0 everywhere",
    hump(lambda z, a, s: 1 + 0 * z): "the slope is 1 everywhere",
    hump(lambda z, a, s: z): "the slope is z itself",
    hump(lambda z, a, s: s / 2): "a 2 is missing",
    hump(lambda z, a, s: 2 * s): "a 2 too many",
    hump(lambda z, a, s: abs(s)): "lost its sign",
    hump(lambda z, a, s: -2 * a * np.exp(-a * a)): "taken at a",
    hump(lambda z, a, s: (4 * z * z - 2) * a): "one derivative too many",
    upside_down: "one over the slope",
    hump(lambda z, a, s: s * s): "the slope was squared",
    hump(lambda z, a, s: s * z): "multiplied by z",
    hump(lambda z, a, s: s * a): "multiplied by the curve",
    hump(lambda z, a, s: a / z): "no finite number at z = 0",
    hump(lambda z, a, s: s * (z > 0)): "0 where z < 0",
    hump(lambda z, a, s: s * (z < 0)): "0 where z > 0",
    hump(lambda z, a, s: a * (1 - a)): "slope of a sigmoid alone",
    hump(lambda z, a, s: 1 - a * a): "slope of tanh alone",
    hump(lambda z, a, s: s + 1): "1 was added",
    hump(lambda z, a, s: s - 1): "1 was taken away",
    hump(lambda z, a, s: np.cos(z)): "a small step to either side measures",
    bent(lambda z: 3 * z): "slope of tanh alone",
    bent(lambda z: -z): "the sign of the slope is wrong",
    overflows: "The curve is no finite number at z = ",
    root: "take no negative numbers",
    of_zero: "something is divided by 0",
    straight: "a straight line",
    flat: "the same everywhere",
    shares: "others change too",
    chance: "chance has no part",
    rounded: "leave out whatever rounds",
    no_slope: "It returns one value",
    one_number: "The slope is one number for all of z",
    words: "The slope is no number",
    summed: "The slope has shape (4,)",
    swapped: "slope comes first",
}
EDITS = [(one, f) for one in (LAYER, SOFTMAX) for f in one.faults]


@pytest.mark.parametrize("exercise, answer", RIGHT)
def test_a_right_answer_is_right_however_it_is_written(a_learner, exercise, answer):
    assert exercise.check(answer).right, exercise.check(answer)


def test_there_are_enough_answers_to_tell():
    named = {fault.words for _, fault in EDITS} | {*WRONG_CURVES.values()}
    assert len(RIGHT) >= 20 and len(named) >= 60


@pytest.mark.parametrize(
    "exercise, fault", EDITS, ids=lambda one: getattr(one, "words", "")
)
def test_a_wrong_layer_or_softmax_is_named(a_learner, exercise, fault):
    said = exercise.check(fault.of(exercise.reference))
    assert said.kind == "wrong" and f"It looks as if {fault.words}." in said.text


@pytest.mark.parametrize("answer", WRONG_CURVES, ids=WRONG_CURVES.get)
def test_a_wrong_curve_or_slope_is_named(a_learner, answer):
    said = CURVE.check(answer)
    assert said.kind == "wrong" and WRONG_CURVES[answer] in said.text, said.text


def test_what_depends_on_the_other_rows_is_seen():
    def answer(x, W, b):
        z = x @ W + b
        return z if len(x) > 1 else np.tanh(z)

    assert "A batch of one sample" in LAYER.check(answer).text


def test_what_depends_on_the_other_neurons_is_seen():
    def answer(x, W, b):
        return x @ W + (b if W.shape[1] > 1 else 0)

    assert "A layer of one neuron" in LAYER.check(answer).text


def test_a_softmax_that_overflows_is_seen():
    def answer(z):
        return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)

    assert "At outputs of ±1000 it breaks" in SOFTMAX.check(answer).text


def test_two_mistakes_at_once_are_both_named(a_learner):
    said = LAYER.check(lambda x, W, b: np.tanh(x) @ W - b).text
    assert "two things happened at once" in said
    assert "bent before the sum" in said and "taken away" in said


@pytest.mark.parametrize("exercise", [LAYER, CURVE, SOFTMAX], ids=lambda e: e.name)
def test_all_rungs_lead_to_the_solution(exercise):
    rungs = exercise.rungs
    for answer in (exercise.reference, rungs.order, exercise.blank):
        assert exercise.check(answer).right
    for blank in ([], "", "...", ..., None):
        assert exercise.check(blank).kind == "blank"


# In the explorer


@pytest.mark.parametrize("answer", [in_one_line, with_loops, with_lists])
def test_the_explorer_runs_the_learners_layer(answer):
    experiment = Experiment(data="moons", hidden=(3, 2), seeds=3)
    mine = experiment.replace(**LAYER.runs(answer, experiment))
    again = mine.replace(**LAYER.runs(in_one_line, mine))
    trained = [one.trainer() for one in (experiment, mine, again)]
    starts = [one.network.parameters.copy() for one in trained]
    assert np.array_equal(starts[0], starts[1]) and np.array_equal(*starts[1:])
    for one in trained:
        one.step()
    for one in trained[1:]:
        assert not np.array_equal(one.network.parameters, starts[0])
        assert np.allclose(
            one.network.parameters, trained[0].network.parameters, atol=1e-5
        )


def test_the_explorer_runs_the_learners_activation():
    experiment = Experiment(data="moons", hidden=(3,), seeds=2)
    mine = experiment.replace(**CURVE.runs(mine_in_single, experiment)).trainer()
    ours = experiment.trainer()
    for one in (mine, ours):
        one.step()
    assert np.allclose(mine.network.parameters, ours.network.parameters, atol=1e-6)
    assert "mine_in_single" in str(mine.network)


def test_the_explorer_answers_with_the_learners_softmax():
    def first_class_always(z):
        return np.eye(z.shape[-1])[np.zeros(len(z), int)]

    experiment = Experiment(data="wine", seeds=2)
    mine = experiment.replace(**SOFTMAX.runs(first_class_always, experiment))
    z = np.random.default_rng(0).normal(size=(2, 5, 3))
    assert (mine.make_loss().predict(np, z)[..., 0] == 1).all()
    ours = experiment.replace(**SOFTMAX.runs(SOFTMAX.reference, experiment))
    assert np.allclose(
        ours.make_loss().predict(np, z), experiment.make_loss().predict(np, z)
    )
