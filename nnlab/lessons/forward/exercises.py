"""The exercises of 02: the sums of a layer, an activation of one's own, softmax."""

from collections.abc import Callable

import numpy as np

from nnlab.engine.layers import Linear
from nnlab.experiment import build
from nnlab.experiment.answer_parts import AnswerLayer, AnswerLoss
from nnlab.experiment.experiment import Experiment
from nnlab.grading import curve_laws as laws
from nnlab.grading.curve_laws import activation_pair
from nnlab.lab.exercise_card import exercise
from nnlab.lessons.forward import mistakes


def _layer(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a batch and the weights and biases of a layer, all sizes different."""
    batch, inputs, units = rng.choice([*range(2, 9)], 3, replace=False)
    x, W = rng.normal(0.3, 1, (batch, inputs)), rng.normal(0.2, 1, (inputs, units))
    return x, W, rng.normal(0.2, 1, (1, units))


def _your_layers(answer: Callable, experiment: Experiment) -> dict:
    """Return the explorer's hidden layers, with sums made by the learner's function."""
    hidden = []
    for entry in experiment.hidden:
        if isinstance(entry, int):
            linear = Linear(entry, build.initializer(experiment))
            hidden += [AnswerLayer(linear, answer), build.activation(experiment)]
        elif isinstance(entry, AnswerLayer):
            hidden.append(AnswerLayer(entry.linear, answer))
        else:
            hidden.append(entry)
    return {"hidden": tuple(hidden)}


@exercise(
    title="The weighted sums of a layer",
    case=_layer,
    blank=mistakes.SUMS,
    hints=[
        "For one sample and one neuron: every input times its weight, all added up, "
        "and the bias. Say it in shapes: (batch, inputs) and (inputs, units) become "
        "(batch, units).",
        "Just that, for all samples and all neurons at once, is a matrix product; in "
        "Python it is `@`. Rows times columns.",
        "`b` has shape (1, units): NumPy adds its one row to every row.",
        "In one line: `return x @ W + b`.",
    ],
    runs=_your_layers,
    laws=[mistakes.depends_on_others],
    mistakes=mistakes.LAYER,
)
def layer(x, W, b):
    """Write `layer(x, W, b)`, the weighted sums of one layer: for each sample and each
    neuron, every input times its weight, all added up, and the neuron's bias. `x` has
    a row for each sample, (batch, inputs); `W` is (inputs, units), `b` is (1, units).
    What is returned is (batch, units), for any batch. (On paper, and in one line:
    z = x W + b.)"""
    sums = x @ W
    z = sums + b
    return z


@exercise(
    title="An activation of your own, and its slope",
    case=lambda rng: (rng.normal(size=rng.integers(2, 9, 2)),),
    blank="-2 * z * a",
    hints=[
        "Any curve does that is no straight line: a hump, a wave, a stair with round "
        "steps. Write its formula for one number, with functions of NumPy; they work "
        "on all numbers at once.",
        "The slope is the derivative: how fast a grows if z grows. For a hump "
        "a = exp(−z²) the chain rule gives −2 z · a.",
        "Not sure of a slope? Measure it: (f(z + h) − f(z − h)) / 2h with h = 1e-5.",
    ],
    unique=False,
    laws=[
        laws.returns_two,
        laws.finite,
        laws.elementwise,
        laws.nonlinear,
        laws.right_slope(mistakes.ACTIVATION),
        laws.as_a_part,
    ],
    runs=lambda answer, experiment: {"activation": activation_pair(answer)},
)
def activation(z):
    """Write `activation(z)`: a curve that nobody has thought of yet, and its slope. It
    returns two arrays of the shape of `z`, `a` and `slope`, the derivative of a in z.
    Each number is bent by itself. The slope is checked by differences: a small step to
    either side."""
    a = np.exp(-z * z)
    slope = -2 * z * a
    return a, slope


def _outputs(rng: np.random.Generator) -> tuple[np.ndarray]:
    """Return the outputs of the last layer for a batch, all sizes different."""
    batch, classes = rng.choice([*range(2, 9)], 2, replace=False)
    return (rng.normal(0.5, 2, (batch, classes)),)


@exercise(
    title="Softmax",
    case=_outputs,
    blank=mistakes.TOTAL,
    hints=[
        "First make every output positive, with eᶻ: what is larger stays larger. Then "
        "divide each row by what it adds up to.",
        "A row's sum is `e.sum(axis=-1, keepdims=True)`: along the last axis, and kept "
        "as a column, so that each row is divided by its own.",
        "e¹⁰⁰⁰ overflows. The shares stay as they are if the same number is taken from "
        "a whole row, and with its largest one no exponent is above 0.",
    ],
    runs=lambda answer, experiment: {"loss": AnswerLoss(answer)},
    laws=[mistakes.overflows, mistakes.counts_more_than_differences],
    mistakes=mistakes.SOFTMAX,
)
def softmax(z):
    """Write `softmax(z)`: the outputs of the last layer become shares. `z` has a row
    for each sample and a column for each class, and so has what is returned. Every
    share is e to the power of its output, divided by the sum of these in its row. The
    shares of a row add up to 1, also where outputs are as large as 1000."""
    z = z - z.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)
