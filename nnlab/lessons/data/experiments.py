"""What 01 measures: how far choosing deceives, how a choice leaks, how luck splits.

Every function takes the luck it is to have; what a notebook prints is made of many.
"""

from collections.abc import Sequence

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.data.standardizer import Standardizer
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.sweep import sweep

LINE = dict(hidden=(), seeds=1, batch_size=None, validation=0.3, test=0.1)
STEPS = 320  # of every network of the learning curve
SIZES = (10, 20, 40, 80, 160, 320)  # of a training part, each twice the one before


def best_of(models: int, points: int, seed: int) -> float:
    """The best score of so many models on so many test points, if each flips a coin for
    each point."""
    right = np.random.default_rng(seed).random((models, points)) < 0.5
    return float(right.mean(axis=1).max())


def noise(seed: int, samples: int = 100, features: int = 2000) -> Dataset:
    """Random numbers, with labels that have nothing to do with them."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(samples, features)), rng.permutation(samples) % 2
    names = tuple(f"x{i}" for i in range(features))
    return Dataset("noise", x, y, names, ("no", "yes"))


def rare(seed: int = 0) -> Dataset:
    """Points of three classes on the plane: 80 of the first, 32 of the second, and 8 of
    the third."""
    rng = np.random.default_rng(seed)
    y = np.repeat([0, 1, 2], [80, 32, 8])
    middle = np.array([[-1.5, 0.0], [1.5, 1.0], [1.0, -2.0]])
    x = middle[y] + rng.normal(0, 0.8, (len(y), 2))
    return Dataset("rare", x, y, ("x₁", "x₂"), ("many", "some", "few"))


def missing(splits: int = 1000, share: float = 0.2) -> float:
    """In how many of so many random splits of `rare`, as a share of them, the part for
    validation has no point at all of the third class."""
    rng, y = np.random.default_rng(0), rare().y
    count = round(share * len(y))
    none = [not (rng.permutation(y)[:count] == 2).any() for _ in range(splits)]
    return float(np.mean(none))


def chosen(data: Dataset, by: Dataset, keep: int = 20) -> Dataset:
    """The data with the `keep` features alone that go most with the labels in `by`."""
    together = np.abs((by.y - by.y.mean()) @ Standardizer.fit(by.x)(by.x))
    columns = np.sort(np.argsort(together)[-keep:])
    names = tuple(data.features[i] for i in columns)
    return Dataset(data.name, data.x[:, columns], data.y, names, data.classes)


def accuracies(experiments: Sequence[Experiment], epochs: int = 100) -> np.ndarray:
    """What each comes to on its validation part (experiments,), at the end."""
    runs = sweep(experiments, epochs=epochs)
    return np.array([run["validation_accuracy"][-1, 0] for run in runs])


def leaked(seeds: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Validation accuracy on noise (seeds,): with features chosen by all the data, and
    with features chosen by the training part."""
    before, after = [], []
    for seed in seeds:
        data = noise(seed)
        train = Experiment(data=data, **LINE).split().train
        before.append(Experiment(data=chosen(data, by=data), **LINE))
        after.append(Experiment(data=chosen(data, by=train), **LINE))
    return accuracies(before), accuracies(after)


def scaled(seeds: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Validation accuracy on wine (seeds,): on a scale from all the data, and on one
    from the training part; each seed is another split."""
    wine, both = Experiment(data="wine").dataset(), {"hidden": (8,), "seeds": 1}
    x = Standardizer.fit(wine.x)(wine.x)
    whole = Dataset("wine, scaled", x, wine.y, wine.features, wine.classes)
    leaky = {"data": whole, "standardize": False, **both}
    fair = {"data": "wine", **both}
    return (
        accuracies([Experiment(split_seed=s, **leaky) for s in seeds]),
        accuracies([Experiment(split_seed=s, **fair) for s in seeds]),
    )


def resplit(seeds: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Validation accuracy on breast cancer (seeds,) of a network without a hidden layer
    and of one with 16 hidden neurons; each seed is another split of the same data."""
    same = {"data": "breast cancer", "seeds": 1}
    line = [Experiment(hidden=(), split_seed=s, **same) for s in seeds]
    wide = [Experiment(hidden=(16,), split_seed=s, **same) for s in seeds]
    return accuracies(line, epochs=60), accuracies(wide, epochs=60)


def learning_curve(seeds: Sequence[int]) -> np.ndarray:
    """Validation accuracy on moons (sizes, seeds), by the size of the training part;
    every network makes as many steps, of 10 samples each."""
    moons = {"data": "moons", "noise": 0.3, "validation": 0.8, "test": 0.1}
    found = []
    for size in SIZES:
        more = {"samples": 10 * size, "batch_size": 10, "seeds": 1}
        runs = [Experiment(data_seed=s, **more, **moons) for s in seeds]
        found.append(accuracies(runs, epochs=STEPS * 10 // size))
    return np.array(found)
