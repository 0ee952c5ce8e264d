"""The exercise of 02 on the output: numbers become shares that add up to 1."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from nnlab.backend import Array, Space, to_numpy
from nnlab.engine.losses import LOSSES
from nnlab.grading.exercise import exercise
from nnlab.grading.known_mistakes import Edit, Instead

CrossEntropy = LOSSES["cross-entropy"]


def _outputs(rng: np.random.Generator) -> tuple[np.ndarray]:
    """What the last layer says of a batch; no two sizes are the same."""
    batch, classes = rng.choice([*range(2, 9)], 2, replace=False)
    return (rng.normal(0.5, 2, (batch, classes)),)


def _large(answer: Callable, rng: np.random.Generator) -> str:
    """However large the outputs are, the shares are finite and add up to 1."""
    z = np.array([[0, 1000, 999], [-1000, -1001, -999], [5, 5, 5]], float)
    found = np.asarray(answer(z))
    if np.isfinite(found).all() and np.allclose(found.sum(axis=-1), 1):
        return ""
    alone = np.concatenate([answer(row[None]) for row in z])
    if np.isfinite(alone).all() and np.allclose(alone.sum(axis=-1), 1):
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


def _shifted(answer: Callable, rng: np.random.Generator) -> str:
    """Only differences count."""
    [z] = _outputs(rng)
    if np.allclose(answer(z), answer(z + 3), atol=1e-4):
        return ""
    return (
        "When 3 is added to all outputs the shares change, and only differences "
        "should count."
    )


@dataclass(frozen=True)
class Yours(CrossEntropy):
    """The cross-entropy, whose answer is made by a function of the learner's."""

    function: Callable = field(kw_only=True)

    def predict(self, xp: Space, z: Array) -> Array:
        table = to_numpy(z).reshape(-1, z.shape[-1])
        made = np.asarray(self.function(table), table.dtype)
        return xp.asarray(made.reshape(z.shape))


E, TOTAL = "np.exp(z)", "e.sum(axis=-1, keepdims=True)"
SHARE = f"e / {TOTAL}"
BY_COLUMN = (
    "each column was made to add up to 1: that is `axis=0`, over the samples; a row is "
    "one sample, and its sum is over `axis=-1`"
)
ALL_IN_ALL = "the whole batch adds up to 1, and each row should: `axis=-1` is missing"


def _rows(e: np.ndarray) -> np.ndarray:
    """Each row divided by its sum."""
    return e / e.sum(axis=-1, keepdims=True)


@exercise(
    title="Softmax",
    case=_outputs,
    blank=TOTAL,
    hints=[
        "First make every output positive, with eᶻ: what is larger stays larger. Then "
        "divide each row by what it adds up to.",
        "A row's sum is `e.sum(axis=-1, keepdims=True)`: along the last axis, and kept "
        "as a column, so that each row is divided by its own.",
        "e¹⁰⁰⁰ overflows. The shares stay as they are if the same number is taken from "
        "a whole row, and with its largest one no exponent is above 0.",
    ],
    runs=lambda answer, experiment: {"loss": Yours(function=answer)},
    laws=[_large, _shifted],
    faults=[
        Instead(BY_COLUMN, lambda z: np.exp(z) / np.exp(z).sum(axis=0)),
        Edit(BY_COLUMN, TOTAL, "e.sum(axis=0)"),
        Instead(ALL_IN_ALL, lambda z: np.exp(z) / np.exp(z).sum()),
        Edit(ALL_IN_ALL, TOTAL, "e.sum()"),
        Edit(
            "`keepdims=True` is missing: the sums are a row then, and are stretched "
            "over the wrong axis",
            TOTAL,
            "e.sum(axis=-1)",
        ),
        Instead("it was not divided by the row's sum", np.exp),
        Edit("it was not divided by the row's sum", SHARE, "e"),
        Edit(
            "it was divided by the mean, and not by the sum",
            TOTAL,
            "e.mean(axis=-1, keepdims=True)",
        ),
        Edit(
            "it was divided by the root of the squares: such a row has length 1, and "
            "does not add up to 1",
            TOTAL,
            "np.sqrt((e**2).sum(axis=-1, keepdims=True))",
        ),
        Instead(
            "1 was added to the sum: then the shares add up to less than 1",
            lambda z: np.exp(z) / (1 + np.exp(z).sum(axis=-1, keepdims=True)),
        ),
        Edit(
            "each number was divided by the sum of the others, without itself",
            TOTAL,
            f"({TOTAL} - e)",
        ),
        Instead("there is no exponential: what is negative stays so", _rows),
        Edit("the exponential is of −z: the smallest output wins", E, "np.exp(-z)"),
        Instead("the exponential was taken twice", lambda z: _rows(np.exp(np.exp(z)))),
        Edit("it is 2ᶻ, not eᶻ", E, "2.0**z"),
        Edit("it is 10ᶻ, not eᶻ", E, "10.0**z"),
        Instead("the outputs were squared, and no eᶻ", lambda z: _rows(z * z)),
        Instead("the outputs lost their signs, and no eᶻ", lambda z: _rows(abs(z))),
        Edit("the exponential is of half of z", E, "np.exp(z / 2)"),
        Edit("the exponential is of twice z", E, "np.exp(2 * z)"),
        Instead("1 was taken from each exponential", lambda z: _rows(np.expm1(z))),
        Instead("1 was added to each exponential", lambda z: _rows(1 + np.exp(z))),
        Instead(
            "what is below 0 was cut off, and no eᶻ",
            lambda z: _rows(np.maximum(z, 0)),
        ),
        Instead(
            "each output went through a sigmoid first: then no share gets near 0 or 1",
            lambda z: _rows(np.exp(1 / (1 + np.exp(-z)))),
        ),
        Instead(
            "the shares are those of sigmoids, and not of exponentials",
            lambda z: _rows(1 / (1 + np.exp(-z))),
        ),
        Instead(
            "it is a sigmoid of each number by itself: the shares of a row have to add "
            "up to 1",
            lambda z: 1 / (1 + np.exp(-z)),
        ),
        Edit(
            "it is argmax: a 1 for the largest, and 0 for all others",
            SHARE,
            "1.0 * (e == e.max(axis=-1, keepdims=True))",
        ),
        Edit(
            "it is the number of the largest, not a share for each class",
            SHARE,
            "e.argmax(axis=-1)",
        ),
        Edit("the logarithm of the shares was returned", SHARE, f"np.log({SHARE})"),
        Edit("softmax was taken twice", SHARE, f"_rows(np.exp({SHARE}))"),
        Edit("it is 1 minus the share", SHARE, f"1 - {SHARE}"),
        Instead("the outputs come back as they were", np.copy),
    ],
)
def softmax(z):
    """Write `softmax(z)`: the outputs of the last layer become shares. `z` has a row
    for each sample and a column for each class, and so has what is returned. Every
    share is e to the power of its output, divided by the sum of these in its row. The
    shares of a row add up to 1, also where outputs are as large as 1000."""
    z = z - z.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)
