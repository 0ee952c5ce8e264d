"""The exercises of 01: a scale without a leak, and a stratified split."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nnlab.data.dataset import PARTS
from nnlab.experiment.experiment import Experiment
from nnlab.lab.exercise_card import exercise
from nnlab.lessons.data import mistakes


def _two_tables(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return a training part and another part, from another distribution."""
    rows, more, columns = rng.integers([12, 5, 3], [40, 11, 6])
    middle, spread = rng.normal(0, 20, columns), rng.uniform(0.5, 9, columns)
    train = rng.normal(middle, spread, (rows, columns))
    return train, rng.normal(middle + 3, 2 * spread, (more, columns))


def _your_scale(answer: Callable, experiment: Experiment) -> dict:
    """Return the explorer's data on the learner's scale, with the same split."""
    data, train = experiment.dataset(), experiment.split().train
    _, x = answer(train.x, data.x)
    return {"data": replace(data, x=np.asarray(x, float)), "standardize": False}


@exercise(
    title="Standardize without a leak",
    case=_two_tables,
    blank=mistakes.TRAIN_MEAN,
    hints=[
        "What may the network know of `other` before it is tested on it? Nothing: not "
        "even its mean.",
        "Two numbers for each feature: its mean and its deviation, both down the rows "
        "of `train`, `axis=0`. Both parts are shifted and scaled by these.",
        "A deviation of 0 can't divide: `np.where(deviation > 0, deviation, 1)`.",
    ],
    runs=_your_scale,
    laws=[mistakes.never_varies],
    mistakes=mistakes.STANDARDIZE,
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


def _labels(rng: np.random.Generator) -> tuple[np.ndarray, float, np.random.Generator]:
    """Return labels of classes of unequal size, a share, and a generator."""
    counts = rng.permutation([40, 20, 12]) + 4 * rng.integers(0, 4, 3)
    y = np.repeat(rng.choice(20, 3, replace=False), counts)
    return rng.permutation(y), float(rng.choice([0.25, 0.2, 0.3])), rng.spawn(1)[0]


def _your_split(answer: Callable, experiment: Experiment) -> dict:
    """Return the explorer's data, split by the learner's function.

    The test part stays as it was, sealed; the function splits the rest, with the share
    that validation had of it.
    """
    data = experiment.split().together()
    rest = np.flatnonzero(data.parts != PARTS[2])
    share = experiment.validation / (1 - experiment.test)
    rng = np.random.default_rng(experiment.split_seed)
    parts = data.parts.copy()
    for part, rows in zip(PARTS, answer(data.y[rest], share, rng)):
        parts[rest[np.asarray(rows)]] = part
    return {"data": replace(data, parts=parts), "samples": None, "noise": None}


@exercise(
    title="A stratified split",
    case=_labels,
    blank="rng.permutation(np.flatnonzero(y == label))",
    unique=False,
    hints=[
        "Go class by class: deal out the rows of one class, then those of the next.",
        "`np.flatnonzero(y == label)` are the rows of a class, and `rng.permutation` "
        "shuffles them. The first so many are for validation, all others for training.",
        "So many are `round(share * len(rows))`.",
    ],
    runs=_your_split,
    laws=mistakes.STRATIFIED,
)
def stratified(y, share, rng):
    """Write `stratified(y, share, rng)`. `y` has the label of each sample. It returns
    two arrays of row numbers, those to train on and those for validation. Of each
    class the validation part has its `share`, to within one sample. Which ones, chance
    decides: `rng`, a NumPy generator, is all the luck there is."""
    train, validation = [], []
    for label in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == label))
        count = round(share * len(rows))
        validation.extend(rows[:count])
        train.extend(rows[count:])
    return np.array(train), np.array(validation)
