"""The mistakes of 01 that are known by name, for each exercise.

There is one right scale, so a wrong one is compared with wrong functions. There are
many right splits, so laws name what is wrong with one: each is a function of the answer
and a generator that returns a sentence, or "".
"""

from collections.abc import Callable

import numpy as np

from nnlab.grading.known_mistakes import Edit, Instead

# A scale

TRAIN_MEAN, TRAIN_STD = "train.mean(axis=0)", "train.std(axis=0)"
BOTH, OTHER = "np.concatenate([train, other])", "(other - mean) / deviation"

STANDARDIZE = [
    Edit(
        "the mean and the deviation are those of both parts together",
        "scaled before the split, what is in `other` leaks into the training part",
        "train.",
        f"{BOTH}.",
    ),
    Instead(
        "each part was standardized by itself",
        "`other` has its own mean and deviation then, as of a scaler that was fitted "
        "twice, and the same sample gets two different numbers",
        lambda train, other: (
            (train - train.mean(0)) / train.std(0),
            (other - other.mean(0)) / other.std(0),
        ),
    ),
    Edit(
        "the mean is that of both parts together",
        "a single number from `other` is a leak too",
        TRAIN_MEAN,
        f"{BOTH}.mean(axis=0)",
    ),
    Edit(
        "the deviation is that of both parts together",
        "a single number from `other` is a leak too",
        TRAIN_STD,
        f"{BOTH}.std(axis=0)",
    ),
    Edit(
        "one mean was taken of all features together",
        "`axis=0` is missing in it, and without it NumPy takes all numbers",
        TRAIN_MEAN,
        "train.mean()",
    ),
    Edit(
        "one deviation was taken of all features together",
        "`axis=0` is missing in it, and without it NumPy takes all numbers",
        TRAIN_STD,
        "train.std()",
    ),
    Edit(
        "it goes along each row, over its features",
        "that is `axis=1`, and `axis=0` goes down each column",
        "axis=0",
        "axis=1",
    ),
    Edit(
        "the mean was not taken away",
        "to scale is only half of it, every feature is to have mean 0",
        " - mean",
        "",
    ),
    Edit(
        "nothing was divided by the deviation",
        "to shift is only half of it, every feature is to have deviation 1",
        ") / deviation",
        ")",
    ),
    Edit(
        "only the mean was divided by the deviation",
        "the brackets are missing, and division comes before minus",
        " - mean) / deviation",
        " - mean / deviation)",
    ),
    Edit(
        "it was divided by the variance",
        "its square root, the deviation, is asked for",
        TRAIN_STD,
        "train.var(axis=0)",
    ),
    Edit(
        "the deviation was divided by N − 1",
        "that is `ddof=1`, as in pandas and PyTorch, and `np.std` divides by N",
        TRAIN_STD,
        "train.std(axis=0, ddof=1)",
    ),
    Instead(
        "it is scaled from 0 to 1, by the least and the most",
        "that is another scale, and mean 0 and deviation 1 are asked for",
        lambda train, other: (
            (train - train.min(0)) / np.ptp(train, axis=0),
            (other - train.min(0)) / np.ptp(train, axis=0),
        ),
    ),
    Edit(
        "`other` comes back as it was",
        "the network has to see it on the same scale",
        OTHER,
        "other",
    ),
    Edit(
        "`train` comes back twice, and `other` not at all",
        "a copied line still has its old name in it",
        "(other -",
        "(train -",
    ),
]


def never_varies(answer: Callable, rng: np.random.Generator) -> str:
    """Require that a feature that never varies does not become NaN."""
    train, other = rng.normal(size=(12, 3)), rng.normal(size=(5, 3))
    train[:, 1] = other[:, 1] = 3
    if all(np.isfinite(part).all() for part in answer(train, other)):
        return ""
    return (
        "A feature that never varies has deviation 0, and to divide by 0 gives NaN; "
        "divide by 1 there, as in `np.where(deviation > 0, deviation, 1)`."
    )


# A split

Answer = Callable[..., tuple[np.ndarray, np.ndarray]]
SHARES = 0.25, 0.5
CLASSES = {3: 40, 7: 24, 11: 8}  # label → samples; each share is a whole number
SPLITS = 12  # splits in which the share of each class is counted
DRAWS = 80  # splits after which every row has been chosen, all but surely


def _labels(rng: np.random.Generator) -> np.ndarray:
    return rng.permutation(np.repeat([*CLASSES], [*CLASSES.values()]))


def _dealt(
    answer: Answer, y: np.ndarray, seed: int, share: float = SHARES[0]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the split that the answer makes with this seed, as arrays."""
    train, validation = answer(y, share, np.random.default_rng(seed))
    return np.asarray(train), np.asarray(validation)


def rows(answer: Answer, rng: np.random.Generator) -> str:
    """Require two arrays of row numbers."""
    y = _labels(rng)
    found = answer(y, SHARES[0], np.random.default_rng(0))
    if not isinstance(found, tuple | list) or len(found) != 2:
        return (
            "It returns one value; return two: the rows to train on, and "
            "those for validation; `return train, validation`."
        )
    return _numbers([np.asarray(part) for part in found], len(y))


def _numbers(parts: list[np.ndarray], count: int) -> str:
    """Return what the parts are, if they are no row numbers below `count`."""
    if any(part.dtype == bool for part in parts):
        return (
            "It returns a yes or no for each row; `np.flatnonzero` gives the numbers."
        )
    if any(part.ndim != 1 or part.dtype.kind not in "ui" for part in parts):
        return "It returns something else than a plain list of whole row numbers."
    if all(set(part.tolist()) <= {*CLASSES} for part in parts):
        return "It returns labels, `y[rows]`; return the numbers of the rows."
    if any(part.size and not 0 <= part.min() <= part.max() < count for part in parts):
        return (
            "It returns row numbers that do not exist: of N rows the first is 0 and "
            "the last N − 1."
        )
    return ""


def once(answer: Answer, rng: np.random.Generator) -> str:
    """Require that every row is in one part, once."""
    y = _labels(rng)
    train, validation = _dealt(answer, y, 1)
    if max(train.max(initial=0), validation.max(initial=0)) < max(CLASSES.values()):
        return (
            "It counts the rows of a class from 0: these are places within the class. "
            "`np.flatnonzero(y == label)` says which rows of `y` they are."
        )
    return (
        _in_both(train, validation, len(y))
        or _twice("training", train)
        or _twice("validation", validation)
        or _lost(y, np.concatenate([train, validation]))
    )


def _in_both(train: np.ndarray, validation: np.ndarray, count: int) -> str:
    """Return how many rows are in both parts, in words; "" if none is."""
    both = np.intersect1d(train, validation)
    if len(both) and len(np.union1d(train, validation)) == len(train) == count:
        return (
            "The training part is everything: the rows for validation are in it too, "
            "and what was trained on is no test."
        )
    if len(both):
        return (
            f"{len(both)} of {len(validation)} rows for validation are in the training "
            "part too: what was trained on is no test."
        )
    return ""


def _twice(name: str, part: np.ndarray) -> str:
    """Return a sentence if a row comes twice in a part; "" otherwise."""
    if len(np.unique(part)) == len(part):
        return ""
    return (
        f"Some rows are in the {name} part twice: it draws with replacement; "
        "`rng.permutation` shuffles, and no row comes twice."
    )


def _lost(y: np.ndarray, dealt: np.ndarray) -> str:
    """Return which rows are in no part, in words; "" if none is lost."""
    lost = np.setdiff1d(np.arange(len(y)), dealt)
    if not len(lost):
        return ""
    for label, count in CLASSES.items():
        if np.sum(y[lost] == label) == count:
            return (
                f"All {count} samples of class {label} are lost: the labels need not "
                "be 0, 1, 2; `np.unique(y)` says which there are."
            )
    return (
        f"{len(lost)} of {len(y)} rows are in neither part: what validation does not "
        "take, `rows[count:]`, is for training."
    )


def share(answer: Answer, rng: np.random.Generator) -> str:
    """Require the share of every class in validation, to within one sample."""
    y, sizes = _labels(rng), np.array([*CLASSES.values()])
    for asked in SHARES:
        found = [_dealt(answer, y, seed, asked)[1] for seed in range(SPLITS)]
        counts = np.array([[np.sum(y[v] == k) for k in CLASSES] for v in found])
        off = np.abs(counts - asked * sizes).max(axis=1)
        if off.max() > 1:
            sentence = _shares(counts, asked * sizes, sizes)
            return f"{sentence} {_told(counts[np.argmax(off)], asked, sizes)}"
    return ""


def _told(counts: np.ndarray, asked: float, sizes: np.ndarray) -> str:
    """Return how many samples of each class validation has, in words."""
    names, many, found = (", ".join(map(str, n)) for n in (CLASSES, sizes, counts))
    return (
        f"(With share={asked:g} of the {many} samples of the classes {names}, "
        f"validation has {found}.)"
    )


def _shares(counts: np.ndarray, owed: np.ndarray, sizes: np.ndarray) -> str:
    """Return what such counts of validation (splits, classes) mean."""
    if np.abs(counts - (sizes - owed)).max() <= 1:
        return (
            "The parts come in the other order, or `share` is taken for training: the "
            "share is that of validation."
        )
    if not counts.any():
        return "The validation part is empty."
    if not np.ptp(counts, axis=1).any():
        return (
            f"It takes equally many of every class, {counts[0, 0]}, and each class has "
            "its own share: `round(share * len(rows))`."
        )
    if (counts == 0).all(axis=0).any():
        return (
            "A whole class is missing from the validation part: the rows are cut as "
            "they lie, or in the order of their labels."
        )
    if np.abs(counts.sum(axis=1) - owed.sum()).max() <= 2:
        return (
            "As a whole the share is right, and in some class it is not: this split is "
            "random, and not stratified. Deal out class by class."
        )
    times = counts.sum() / (len(counts) * owed.sum())
    return f"The validation part is {times:.3g} times as large as it should be."


def chance(answer: Answer, rng: np.random.Generator) -> str:
    """Require another split for another seed, and a chance for every row."""
    y = _labels(rng)
    drawn = [frozenset(_dealt(answer, y, seed)[1].tolist()) for seed in range(DRAWS)]
    if len(set(drawn)) == 1:
        return (
            "Another `rng` gives the same split: there is no luck in it. Shuffle the "
            "rows of each class with the `rng` that comes in."
        )
    never = sorted({*range(len(y))} - frozenset.union(*drawn))
    if never:
        return (
            f"In {DRAWS} splits {len(never)} of {len(y)} rows were never in the "
            "validation part: not every row has its chance. Shuffle all rows of a "
            "class."
        )
    return ""


def repeats(answer: Answer, rng: np.random.Generator) -> str:
    """Require the same split for the same seed."""
    y = _labels(rng)
    first, again = _dealt(answer, y, 3), _dealt(answer, y, 3)
    if all(map(np.array_equal, first, again)):
        return ""
    return (
        "The same `rng` gives another split when it is asked again: the luck comes "
        "from elsewhere, as from `np.random`; use the `rng` that comes in."
    )


STRATIFIED = [rows, once, share, repeats, chance]
