"""The exercise of 02 on the weighted sums of a layer: any batch, in one line."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space, ValuesAndCache, to_numpy
from nnlab.engine.layers import Context, Linear
from nnlab.experiment import build
from nnlab.experiment.experiment import Experiment
from nnlab.grading.call_contract import name_of
from nnlab.grading.exercise import exercise
from nnlab.grading.known_mistakes import Edit, Instead


def _layer(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A batch, and the weights and biases of a layer; no two sizes are the same."""
    batch, inputs, units = rng.choice([*range(2, 9)], 3, replace=False)
    x, W = rng.normal(0.3, 1, (batch, inputs)), rng.normal(0.2, 1, (inputs, units))
    return x, W, rng.normal(0.2, 1, (1, units))


def _one_alone(answer: Callable, rng: np.random.Generator) -> str:
    """One sample alone, or one neuron alone, is what it is among others."""
    x, W, b = _layer(rng)
    whole = np.asarray(answer(x, W, b))
    row, unit = answer(x[:1], W, b), answer(x, W[:, :1], b[:, :1])
    if not _same(row, whole[:1]):
        return (
            "A batch of one sample comes out otherwise than the same sample among "
            "others: no row may depend on the rows beside it."
        )
    if not _same(unit, whole[:, :1]):
        return (
            "A layer of one neuron comes out otherwise than the same neuron among "
            "others: no neuron may depend on those beside it."
        )
    return ""


def _same(found: Any, right: np.ndarray) -> bool:
    return np.shape(found) == right.shape and np.allclose(found, right, atol=1e-3)


@dataclass(frozen=True, repr=False)
class Yours(Linear):
    """A layer whose sums are made by a function of the learner's; back goes ours."""

    function: Callable = field(kw_only=True)

    def forward(self, xp: Space, p: Named, x: Array, c: Context) -> ValuesAndCache:
        made = self._each(*map(to_numpy, (x, p["W"], p["b"])))
        return xp.asarray(np.asarray(made), dtype=x.dtype), x

    def __repr__(self) -> str:
        return f"{name_of(self.function)}({self.units})"

    __str__ = __repr__

    def _each(self, x: np.ndarray, W: np.ndarray, b: np.ndarray) -> Any:
        """Network by network, if there are several."""
        if W.ndim == 2:
            return self.function(x, W, b)
        x = np.broadcast_to(x, (len(W), *x.shape[-2:]))
        return [self.function(*one) for one in zip(x, W, b)]


def _your_layers(answer: Callable, experiment: Experiment) -> dict:
    """The explorer's hidden layers, with sums by the learner's function."""
    hidden = []
    for entry in experiment.hidden:
        if isinstance(entry, int):
            start, bend = build.initializer(experiment), build.activation(experiment)
            hidden += [Yours(entry, start, function=answer), bend]
        elif isinstance(entry, Yours):
            hidden.append(Yours(entry.units, entry.initializer, function=answer))
        else:
            hidden.append(entry)
    return {"hidden": tuple(hidden)}


SUMS, BIAS = "x @ W", "sums + b"


@exercise(
    title="The weighted sums of a layer",
    case=_layer,
    blank=SUMS,
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
    laws=[_one_alone],
    faults=[
        Edit("the bias is missing", BIAS, "sums"),
        Edit("the bias was taken away, and it is added", BIAS, "sums - b"),
        Edit("it was multiplied by the bias, which is added", BIAS, "sums * b"),
        Edit("the bias was added twice", BIAS, "sums + 2 * b"),
        Edit(
            "only the first neuron's bias was taken, for all of them",
            BIAS,
            "sums + b[0, 0]",
        ),
        Edit(
            "the biases were added up before: each neuron has its own",
            BIAS,
            "sums + b.sum()",
        ),
        Edit("1 was added in place of the bias", BIAS, "sums + 1"),
        Edit(
            "a bias was added with each input, and it is added once for each neuron",
            BIAS,
            "sums + x.shape[1] * b",
        ),
        Instead(
            "`x * W` stands where `x @ W` belongs: `*` goes entry by entry, `@` rows "
            "times columns",
            lambda x, W, b: x * W + b,
        ),
        Instead(
            "`W` is turned round by `.T`: its rows are the inputs already",
            lambda x, W, b: x @ W.T + b,
        ),
        Instead(
            "`W` stands before `x`: the rows of `x` meet the columns of `W` in `x @ W`",
            lambda x, W, b: W @ x + b,
        ),
        Instead(
            "`x` is turned round by `.T`: its rows are the samples already",
            lambda x, W, b: x.T @ W + b,
        ),
        Instead(
            "the bias was turned round by `.T`: it is a row already",
            lambda x, W, b: x @ W + b.T,
        ),
        Instead(
            "the bias was added to the inputs, before the sum",
            lambda x, W, b: (x + b) @ W,
        ),
        Instead(
            "it is made for neurons in rows, `W @ x.T`, and turned round no more: "
            "samples are rows here",
            lambda x, W, b: (x @ W + b).T,
        ),
        Edit(
            "it was bent by tanh: return the sums alone, the activation comes "
            "after them",
            "return z",
            "return np.tanh(z)",
        ),
        Edit(
            "it was bent by a sigmoid: return the sums alone",
            "return z",
            "return 1 / (1 + np.exp(-z))",
        ),
        Edit(
            "what is below 0 was cut off, as ReLU does: return the sums alone",
            "return z",
            "return np.maximum(z, 0)",
        ),
        Edit("the inputs were bent before the sum", SUMS, "np.tanh(x) @ W"),
        Edit("the inputs were squared before the sum", SUMS, "x**2 @ W"),
        Edit("the weights lost their signs", SUMS, "x @ abs(W)"),
        Edit("the inputs lost their signs", SUMS, "abs(x) @ W"),
        Edit(
            "the sum was divided by the number of inputs: that is a mean, and a sum is "
            "asked for",
            SUMS,
            "x @ W / x.shape[1]",
        ),
        Edit(
            "the sum was divided by the number of samples: nothing is averaged over "
            "the batch here",
            SUMS,
            "x @ W / len(x)",
        ),
        Edit("the last input is left out", SUMS, "x[:, :-1] @ W[:-1]"),
        Edit("the first input is left out", SUMS, "x[:, 1:] @ W[1:]"),
        Edit("only the first input counts", SUMS, "x[:, :1] @ W[:1]"),
        Edit(
            "every sample has the sums of the first one",
            SUMS,
            "0 * x @ W + x[:1] @ W",
        ),
        Edit(
            "every sample has the mean of all: each row of `x` has sums of its own",
            SUMS,
            "0 * x @ W + x.mean(axis=0) @ W",
        ),
        Edit(
            "the batch was added up: each row of `x` has sums of its own",
            SUMS,
            "0 * x @ W + x.sum(axis=0) @ W",
        ),
        Edit(
            "the mean of the batch was taken away first: no row has a say in another",
            SUMS,
            "(x - x.mean(axis=0)) @ W",
        ),
        Edit(
            "every neuron has the weights of the first one",
            SUMS,
            "x @ (W[:, :1] + 0 * W)",
        ),
        Edit(
            "each input was multiplied by all its weights together: every neuron has "
            "weights of its own",
            SUMS,
            "x @ (W.sum(axis=1, keepdims=True) + 0 * W)",
        ),
        Edit("the largest product was taken, and not the sum", SUMS, "_largest(x, W)"),
        Edit(
            "the products were multiplied with each other: they are added",
            SUMS,
            "_multiplied(x, W)",
        ),
        Edit(
            "inputs and weights were added: each input is multiplied by its weight",
            SUMS,
            "x.sum(axis=1, keepdims=True) + W.sum(axis=0)",
        ),
        Edit("the weights were turned upside down", SUMS, "x @ W[::-1]"),
        Edit("the neurons come in the other order", SUMS, "x @ W[:, ::-1]"),
    ],
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


def _largest(x: np.ndarray, W: np.ndarray) -> np.ndarray:
    return (x[:, :, None] * W).max(axis=1)


def _multiplied(x: np.ndarray, W: np.ndarray) -> np.ndarray:
    return (x[:, :, None] * W).prod(axis=1)
