"""The exercise of 01 on a scale that has seen nothing but the training part."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nnlab.experiment.experiment import Experiment
from nnlab.grading.exercise import exercise
from nnlab.grading.known_mistakes import Edit, Instead


def _two_tables(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A training part and another one, from somewhere else."""
    rows, more, columns = rng.integers([12, 5, 3], [40, 11, 6])
    middle, spread = rng.normal(0, 20, columns), rng.uniform(0.5, 9, columns)
    train = rng.normal(middle, spread, (rows, columns))
    return train, rng.normal(middle + 3, 2 * spread, (more, columns))


def _never_varies(answer: Callable, rng: np.random.Generator) -> str:
    """A feature that never varies becomes 0, and not NaN."""
    train, other = _two_tables(rng)
    train[:, 1] = other[:, 1] = 3
    if all(np.isfinite(part).all() for part in answer(train, other)):
        return ""
    return (
        "A feature that never varies has deviation 0, and to divide by 0 gives NaN; "
        "divide by 1 there, as in `np.where(deviation > 0, deviation, 1)`."
    )


def _your_scale(answer: Callable, experiment: Experiment) -> dict:
    """The explorer's data on the learner's scale, with the same split as before."""
    data, train = experiment.dataset(), experiment.split().train
    _, x = answer(train.x, data.x)
    return {"data": replace(data, x=np.asarray(x, float)), "standardize": False}


TRAIN_MEAN, TRAIN_STD = "train.mean(axis=0)", "train.std(axis=0)"
BOTH = "np.concatenate([train, other])"
SCALED, OTHER = "(train - mean) / deviation", "(other - mean) / deviation"


@exercise(
    title="Standardize without a leak",
    case=_two_tables,
    blank=TRAIN_MEAN,
    hints=[
        "What may the network know of `other` before it is tested on it? Nothing: not "
        "even its mean.",
        "Two numbers for each feature: its mean and its deviation, both down the rows "
        "of `train`, `axis=0`. Both parts are shifted and scaled by these.",
        "A deviation of 0 can't divide: `np.where(deviation > 0, deviation, 1)`.",
    ],
    runs=_your_scale,
    laws=[_never_varies],
    faults=[
        Edit(
            "the mean and the deviation are those of both parts together: what is in "
            "`other` leaks into the training part",
            "train.",
            f"{BOTH}.",
        ),
        Instead(
            "each part was standardized by itself: `other` has its own mean and "
            "deviation there, and the same sample gets two different numbers",
            lambda train, other: (
                (train - train.mean(0)) / train.std(0),
                (other - other.mean(0)) / other.std(0),
            ),
        ),
        Instead(
            "the mean and the deviation are those of `other`, and not of `train`",
            lambda train, other: (
                (train - other.mean(0)) / other.std(0),
                (other - other.mean(0)) / other.std(0),
            ),
        ),
        Edit(
            "the mean is that of both parts together: `other` leaks into it",
            TRAIN_MEAN,
            f"{BOTH}.mean(axis=0)",
        ),
        Edit(
            "the deviation is that of both parts together: `other` leaks into it",
            TRAIN_STD,
            f"{BOTH}.std(axis=0)",
        ),
        Edit("the mean is that of `other`", TRAIN_MEAN, "other.mean(axis=0)"),
        Edit("the deviation is that of `other`", TRAIN_STD, "other.std(axis=0)"),
        Edit(
            "one mean was taken of all features together: `axis=0` is missing in it",
            TRAIN_MEAN,
            "train.mean()",
        ),
        Edit(
            "one deviation was taken of all features together: `axis=0` is missing in "
            "it",
            TRAIN_STD,
            "train.std()",
        ),
        Edit(
            "the mean goes along each row, over its features: that is `axis=1`, and "
            "`axis=0` goes down each column",
            TRAIN_MEAN,
            "train.mean(axis=1, keepdims=True)",
        ),
        Edit(
            "it goes along each row, over its features: that is `axis=1`, and `axis=0` "
            "goes down each column",
            "axis=0",
            "axis=1",
        ),
        Edit("the mean was not taken away", " - mean", ""),
        Edit("the mean was added, and it is taken away", "- mean", "+ mean"),
        Edit(
            "it is the mean minus the numbers: the sign is wrong",
            "train - mean) /",
            "mean - train) /",
        ),
        Edit("it was not divided by the deviation", " / deviation, ", ", "),
        Edit("nothing was divided by the deviation", ") / deviation", ")"),
        Edit("it was multiplied by the deviation", ") / deviation", ") * deviation"),
        Edit(
            "it was divided first, and then the mean taken away: the brackets are "
            "missing",
            " - mean) / deviation",
            " / deviation - mean)",
        ),
        Edit(
            "it was divided by the variance: its square root, the deviation, is asked "
            "for",
            TRAIN_STD,
            "train.var(axis=0)",
        ),
        Edit(
            "it was divided by the square root of the deviation: `std` has the root in "
            "it already",
            TRAIN_STD,
            f"np.sqrt({TRAIN_STD})",
        ),
        Edit(
            "the deviation was divided by N − 1, which is `ddof=1`, and N is asked "
            "for, as in `np.std`",
            TRAIN_STD,
            "train.std(axis=0, ddof=1)",
        ),
        Edit(
            "the spread was measured about 0 and not about the mean",
            TRAIN_STD,
            "np.sqrt((train**2).mean(axis=0))",
        ),
        Edit(
            "the spread is the mean distance from the mean, and not the deviation",
            TRAIN_STD,
            "abs(train - train.mean(axis=0)).mean(axis=0)",
        ),
        Edit(
            "it was divided by the range, from the least to the most",
            TRAIN_STD,
            "np.ptp(train, axis=0)",
        ),
        Edit(
            "it was divided by the largest size of a number",
            TRAIN_STD,
            "abs(train).max(axis=0)",
        ),
        Edit(
            "the least was taken away, and not the mean",
            TRAIN_MEAN,
            "train.min(axis=0)",
        ),
        Edit(
            "the median was taken away, and not the mean",
            TRAIN_MEAN,
            "np.median(train, axis=0)",
        ),
        Edit(
            "the sum was taken away: the mean is the sum, divided by the number of "
            "rows",
            TRAIN_MEAN,
            "train.sum(axis=0)",
        ),
        Edit("the first row was taken away, and not the mean", TRAIN_MEAN, "train[0]"),
        Edit(
            "1 was added to every deviation, also where it is not 0",
            TRAIN_STD,
            f"1 + {TRAIN_STD}",
        ),
        Instead(
            "the two parts come back in the other order",
            lambda train, other: (
                (other - train.mean(0)) / train.std(0),
                (train - train.mean(0)) / train.std(0),
            ),
        ),
        Edit("`other` comes back as it was", OTHER, "other"),
        Edit("`train` comes back as it was", SCALED, "train"),
        Edit(
            "`train` comes back twice, and `other` not at all", "(other -", "(train -"
        ),
        Edit(
            "`other` comes back twice, and `train` not at all", "(train -", "(other -"
        ),
    ],
)
def standardize(train, other):
    """Write `standardize(train, other)`. Both are tables, a row for each sample and a
    column for each feature. It returns both, shifted and scaled so that in the training
    part every feature has mean 0 and deviation 1 (`np.std`). `other`, the validation or
    the test part, is moved by the same numbers, and must not have a say in them. A
    feature that never varies becomes 0."""
    mean = train.mean(axis=0)
    deviation = train.std(axis=0)
    deviation = np.where(deviation > 0, deviation, 1)
    return (train - mean) / deviation, (other - mean) / deviation
