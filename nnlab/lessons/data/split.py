"""The exercise of 01 on a split in which every class has its share."""

import numpy as np

from nnlab.lessons.data.fair import LAWS
from nnlab.lessons.exercise import exercise


def _labels(rng: np.random.Generator) -> tuple[np.ndarray, float, np.random.Generator]:
    """Labels of some classes, of unequal size, in any order."""
    counts = rng.permutation([40, 20, 12]) + 4 * rng.integers(0, 4, 3)
    y = np.repeat(rng.choice(20, 3, replace=False), counts)
    return rng.permutation(y), float(rng.choice([0.25, 0.2, 0.3])), rng.spawn(1)[0]


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
