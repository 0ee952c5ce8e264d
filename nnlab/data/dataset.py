"""A data set, its three parts, and the scale on which a network sees it.

Training samples are for learning, validation samples for choosing, test samples for one
honest look at the end. Whatever is computed from data (here the mean and the
spread of each feature) is computed from the training part alone.
"""

from dataclasses import dataclass, replace

import numpy as np

from nnlab.errors import InputError


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples x (N, features) and labels y (N,): class numbers 0 … k − 1.

    `image` is the height and width of a sample that is a picture. `source` says where
    the data are from.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    classes: tuple[str, ...]
    image: tuple[int, int] | None = None
    source: str = ""

    def __post_init__(self):
        if len(self.x) != len(self.y):
            raise InputError(
                "data",
                f"data={self.name!r} has {len(self.x)} samples and {len(self.y)} "
                "labels; give one label for each sample.",
            )
        bad = np.argwhere(~np.isfinite(self.x))
        if len(bad):
            row, column = bad[0]
            raise InputError(
                "data",
                f"data={self.name!r} has {self.x[row, column]} in row {row}, column "
                f"{self.features[column]!r}; fill it in, or leave that row out.",
            )

    def __len__(self):
        return len(self.x)

    def take(self, rows: np.ndarray) -> "Dataset":
        """The data set of these rows."""
        return replace(self, x=self.x[rows], y=self.y[rows])

    def __repr__(self):
        return (
            f"Dataset({self.name}: {len(self)} samples, {len(self.features)} features, "
            f"{len(self.classes)} classes)"
        )


@dataclass(frozen=True)
class Split:
    """The three parts of a data set."""

    train: Dataset
    validation: Dataset
    test: Dataset


def split(
    data: Dataset, validation: float = 0.2, test: float = 0.2, seed: int = 0
) -> Split:
    """Splits at random and stratified: every class is shared out alike.

    `validation` and `test` are shares of the whole. Each class's count in a part is
    within 1 of its share. Raises `InputError` if a part would be empty.
    """
    rng = np.random.default_rng(seed)
    shares, owed = np.array([1 - validation - test, validation, test]), np.zeros(3)
    parts: dict[str, list] = {"training": [], "validation": [], "test": []}
    for label in np.unique(data.y):
        rows = rng.permutation(np.flatnonzero(data.y == label))
        counts = _deal(len(rows), shares, owed)
        for part, some in zip(parts.values(), np.split(rows, np.cumsum(counts)[:2])):
            part.extend(some)
    for name, part in parts.items():
        if not len(part):
            raise InputError(
                "validation" if name == "training" else name,
                f"validation={validation:g} and test={test:g} leave no {name} samples "
                f"of {len(data)}; try validation=0.2 and test=0.2.",
            )
    return Split(*(data.take(rng.permutation(part)) for part in parts.values()))


def _deal(count: int, shares: np.ndarray, owed: np.ndarray) -> np.ndarray:
    """How many of `count` rows each part gets: its share rounded down, and what is left
    over goes where most is owed. Keeps the account of what is `owed`."""
    owed += count * shares
    counts = np.floor(count * shares + 1e-9).astype(int)
    counts[np.argsort(counts - owed)[: count - counts.sum()]] += 1
    owed -= counts
    return counts


@dataclass(frozen=True, eq=False)
class Standardizer:
    """Shifts and scales each feature: (x − mean) / deviation.

    A feature that never varies has deviation 1, and so becomes 0.
    """

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def fit(cls, x: np.ndarray) -> "Standardizer":
        """The one that gives these samples (N, features) mean 0 and deviation 1."""
        varies = x.min(axis=0) < x.max(axis=0)
        return cls(x.mean(axis=0), np.where(varies, x.std(axis=0), 1.0))

    @classmethod
    def identity(cls, x: np.ndarray) -> "Standardizer":
        """The one that leaves samples (N, features) as they are."""
        return cls(np.zeros(x.shape[1]), np.ones(x.shape[1]))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return (x - self.mean) / self.deviation
