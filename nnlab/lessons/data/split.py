"""The exercise of 01 on a split in which every class has its share."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nnlab.data.dataset import PARTS
from nnlab.experiment.experiment import Experiment
from nnlab.grading.exercise import exercise
from nnlab.lessons.data.fair import LAWS


def _labels(rng: np.random.Generator) -> tuple[np.ndarray, float, np.random.Generator]:
    """Labels of some classes, of unequal size, in any order."""
    counts = rng.permutation([40, 20, 12]) + 4 * rng.integers(0, 4, 3)
    y = np.repeat(rng.choice(20, 3, replace=False), counts)
    return rng.permutation(y), float(rng.choice([0.25, 0.2, 0.3])), rng.spawn(1)[0]


def _your_split(answer: Callable, experiment: Experiment) -> dict:
    """The explorer's data, dealt out by the learner's function. The test part stays as
    it was, sealed: the function deals out the rest, with the share that validation had
    of it."""
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
    laws=LAWS,
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
