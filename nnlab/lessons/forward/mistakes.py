"""The mistakes of 02 that are known by name, for each exercise.

A catalogue lists wrong functions. A law, which holds for every right answer, names what
breaks it: a function of the answer and a generator that returns a sentence, or "".
"""

from collections.abc import Callable

import numpy as np

from nnlab.grading.compare import close
from nnlab.grading.curve_laws import Curve, WrongSlope
from nnlab.grading.known_mistakes import Edit, Instead

# The weighted sums of a layer

SUMS, BIAS = "x @ W", "sums + b"
SUMS_ALONE = "return the sums alone, the activation is a layer of its own after them"

LAYER = [
    Edit(
        "the bias is missing",
        "it is easily forgotten, since a network learns without it too, only less",
        BIAS,
        "sums",
    ),
    Edit(
        "a bias was added with each input",
        "in a loop over the inputs it belongs behind the loop, once for each neuron",
        BIAS,
        "sums + x.shape[1] * b",
    ),
    Instead(
        "the bias was added to the weights",
        "the brackets are around the wrong sum, the product comes first: `(x @ W) + b`",
        lambda x, W, b: x @ (W + b),
    ),
    Instead(
        "`x * W` stands where `x @ W` belongs",
        "`*` goes entry by entry, `@` rows times columns",
        lambda x, W, b: x * W + b,
    ),
    Instead(
        "`W` is turned round by `.T`",
        "PyTorch stores it that way, but here its rows are the inputs already",
        lambda x, W, b: x @ W.T + b,
    ),
    Instead(
        "`W` stands before `x`",
        "books write W x for a sample in a column, and here samples are rows, `x @ W`",
        lambda x, W, b: W @ x + b,
    ),
    Instead(
        "`x` is turned round by `.T`",
        "that is for samples in columns, and here its rows are the samples already",
        lambda x, W, b: x.T @ W + b,
    ),
    Instead(
        "the bias was turned round by `.T`",
        "it is a row already, (1, units), which is added to every row",
        lambda x, W, b: x @ W + b.T,
    ),
    Instead(
        "what comes back has its neurons in rows",
        "samples are rows here, so turn it round once more with `.T`",
        lambda x, W, b: (x @ W + b).T,
    ),
    Edit("it was bent by tanh", SUMS_ALONE, "return z", "return np.tanh(z)"),
    Edit(
        "it was bent by a sigmoid",
        SUMS_ALONE,
        "return z",
        "return 1 / (1 + np.exp(-z))",
    ),
    Edit(
        "what is below 0 was cut off, as ReLU does",
        SUMS_ALONE,
        "return z",
        "return np.maximum(z, 0)",
    ),
    Edit(
        "the sum was divided by the number of inputs",
        "that is a mean, as `np.mean` gives it, and a sum is asked for",
        SUMS,
        "x @ W / x.shape[1]",
    ),
    Edit(
        "every sample has the sums of the first one",
        "`x[0]` is one sample, and each row of `x` has sums of its own",
        SUMS,
        "0 * x @ W + x[:1] @ W",
    ),
    Edit(
        "the last input is left out",
        "`range(n - 1)` ends one too early, since `range(n)` already ends before n",
        SUMS,
        "x[:, :-1] @ W[:-1]",
    ),
]


def depends_on_others(answer: Callable, rng: np.random.Generator) -> str:
    """Require that one sample or one neuron alone gives what it gives among others."""
    x, W, b = (rng.normal(size=shape) for shape in ((5, 4), (4, 3), (1, 3)))
    whole = np.asarray(answer(x, W, b))
    row, unit = answer(x[:1], W, b), answer(x, W[:, :1], b[:, :1])
    if not close(row, whole[:1], 1e-3):
        return (
            "A batch of one sample comes out otherwise than the same sample among "
            "others: no row may depend on the rows beside it."
        )
    if not close(unit, whole[:, :1], 1e-3):
        return (
            "A layer of one neuron comes out otherwise than the same neuron among "
            "others: no neuron may depend on those beside it."
        )
    return ""


# Softmax

E, TOTAL = "np.exp(z)", "e.sum(axis=-1, keepdims=True)"
SHARE = f"e / {TOTAL}"


def _shifted(z: np.ndarray) -> np.ndarray:
    """Return the exponentials of each row, its largest output subtracted."""
    return np.exp(z - z.max(axis=-1, keepdims=True))


def _rows(e: np.ndarray) -> np.ndarray:
    """Return each row divided by its sum."""
    return e / e.sum(axis=-1, keepdims=True)


SOFTMAX = [
    Instead(
        "each column was made to add up to 1",
        "`axis=0` goes over the samples; a row is one sample, and its sum is over "
        "`axis=-1`",
        lambda z: np.exp(z) / np.exp(z).sum(axis=0),
        (lambda z: _shifted(z) / _shifted(z).sum(axis=0),),
    ),
    Instead(
        "the whole batch adds up to 1, and each row should",
        "`axis=-1` is missing, as in a formula that is for one sample",
        lambda z: np.exp(z) / np.exp(z).sum(),
        (lambda z: _shifted(z) / _shifted(z).sum(),),
    ),
    Edit(
        "`keepdims=True` is missing",
        "what each row has lies in a row then, and is stretched over the wrong axis",
        TOTAL,
        "e.sum(axis=-1)",
    ),
    Instead(
        "it was not divided by the row's sum",
        "e to each output is only the first half, shares come from dividing",
        np.exp,
        (_shifted,),
    ),
    Edit(
        "it was divided by the mean, and not by the sum",
        "such a row adds up to the number of classes",
        TOTAL,
        "e.mean(axis=-1, keepdims=True)",
    ),
    Edit(
        "it was divided by the root of the squares",
        "that is how a vector gets length 1, and such a row does not add up to 1",
        TOTAL,
        "np.sqrt((e**2).sum(axis=-1, keepdims=True))",
    ),
    Instead(
        "there is no exponential",
        "to divide by the sum is enough for counts, but outputs may be negative",
        _rows,
    ),
    Edit(
        "the exponential is of −z",
        "the minus belongs to the sigmoid, here the smallest output would win",
        E,
        "np.exp(-z)",
    ),
    Instead(
        "it is a sigmoid of each number by itself",
        "that is for yes or no, and the shares of a row have to add up to 1",
        lambda z: 1 / (1 + np.exp(-z)),
    ),
    Instead(
        "the shares are those of sigmoids, and not of exponentials",
        "a sigmoid stops at 1, so that large outputs get equal shares",
        lambda z: _rows(1 / (1 + np.exp(-z))),
    ),
    Edit(
        "it is argmax: a 1 for the largest, and 0 for all others",
        "that is the answer, and softmax also says how sure it is",
        SHARE,
        "1.0 * (e == e.max(axis=-1, keepdims=True))",
    ),
    Edit(
        "it is the number of the largest",
        "that is the class named, and a share for each class is asked for",
        SHARE,
        "e.argmax(axis=-1)",
    ),
    Edit(
        "the logarithm of the shares was returned",
        "the loss takes it, and the shares come first",
        SHARE,
        f"np.log({SHARE})",
    ),
    Instead(
        "softmax was taken twice",
        "shares are no outputs, and a second softmax makes them all nearly equal",
        lambda z: _rows(np.exp(_rows(_shifted(z)))),
    ),
]


def _add_up(shares: np.ndarray) -> bool:
    """Return True if shares are finite and each row adds up to 1."""
    return close(shares.sum(axis=-1), np.ones(len(shares)), 1e-5)


def overflows(answer: Callable, rng: np.random.Generator) -> str:
    """Require that shares are finite and add up to 1, however large the outputs."""
    z = np.array([[0, 1000, 999], [-1000, -1001, -999], [5, 5, 5]], float)
    found = np.asarray(answer(z))
    if _add_up(found):
        return ""
    if np.isfinite(found).all():
        return "The shares of a row do not add up to 1."
    alone = np.concatenate([answer(row[None]) for row in z])
    if _add_up(alone):
        return (
            "At outputs of ±1000 it breaks, although each row by itself does not: take "
            "the largest output of each row, `z.max(axis=-1, keepdims=True)`, and not "
            "that of the whole batch."
        )
    return (
        "At outputs of ±1000 it breaks: e¹⁰⁰⁰ is more than a number can hold, and "
        "infinity by infinity is NaN. It changes no share to take the row's largest "
        "output from all of the row before."
    )


def counts_more_than_differences(answer: Callable, rng: np.random.Generator) -> str:
    """Require that only differences of outputs count."""
    z = rng.normal(0.5, 2, (5, 4))
    if close(answer(z), answer(z + 3), 1e-4):
        return ""
    return (
        "When 3 is added to all outputs the shares change, and only differences "
        "should count."
    )


# An activation and its slope


def _in_terms_of_a(curve: Curve) -> np.ndarray:
    """Return the given slope, if it is right when it is taken at a instead of z."""
    right = close(curve.given_at(curve.a), curve.slope, 1e-3)
    return curve.found.given if right else np.full_like(curve.z, np.nan)


ACTIVATION = [
    WrongSlope(
        "the sign of the slope is wrong",
        "it is minus what it should be, as if a − got lost in the chain rule",
        lambda curve: -curve.slope,
    ),
    WrongSlope(
        "the curve came twice, and no slope",
        "`return a, slope` has a name for each",
        lambda curve: curve.a,
    ),
    WrongSlope(
        "the slope is 1 everywhere",
        "that is the slope of the straight line a = z alone",
        lambda curve: 0 * curve.z + 1,
    ),
    WrongSlope(
        "the slope was taken at a, and it belongs at z",
        "z is what came in, and a stands where z belongs in its formula",
        lambda curve: curve.slope_at(curve.a),
    ),
    WrongSlope(
        "the slope is written in terms of a, and taken at z",
        "as 1 − a² is the slope of tanh, and 1 − z² is not",
        _in_terms_of_a,
    ),
    WrongSlope(
        "the slope is 0 where z < 0, and the curve is not flat there",
        "`z > 0` is the slope of ReLU",
        lambda curve: curve.slope * (curve.z > 0),
    ),
    WrongSlope(
        "it is a (1 − a), which is the slope of a sigmoid alone",
        "every curve has its own derivative",
        lambda curve: curve.a * (1 - curve.a),
    ),
    WrongSlope(
        "it is 1 − a², which is the slope of tanh alone",
        "of tanh(3 z) it is three times that, by the chain rule",
        lambda curve: 1 - curve.a**2,
    ),
    WrongSlope(
        "the slope was multiplied by z",
        "the derivative of zⁿ is n zⁿ⁻¹, with one z less",
        lambda curve: curve.slope * curve.z,
    ),
]
