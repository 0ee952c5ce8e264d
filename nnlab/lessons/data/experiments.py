"""The experiments of 01: choosing deceives, a choice leaks, a split is random.

Every function takes its seeds; a notebook prints statistics over many.
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from nnlab.data.dataset import PARTS, Dataset
from nnlab.data.standardizer import Standardizer
from nnlab.experiment import build
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.sweep import sweep
from nnlab.stills import image_metadata
from nnlab.views.plots.bubbles import bubbles
from nnlab.views.view import around, grid

LINE = dict(hidden=(), seeds=1, batch_size=None, validation=0.3, test=0.1)
STEPS = 320  # of every network of the learning curve
SIZES = (10, 20, 40, 80, 160, 320)  # of a training part, each twice the one before
SIDE = 40  # places along a side of the map that is compared


def best_of(models: int, points: int, seed: int) -> float:
    """Return the best score of many models that flip a coin for each test point.

    Args:
        models: number of models.
        points: number of test points.
        seed: seed of the coins.
    """
    right = np.random.default_rng(seed).random((models, points)) < 0.5
    return float(right.mean(axis=1).max())


def noise(seed: int, samples: int = 100, features: int = 2000) -> Dataset:
    """Return random features, and labels that are independent of them."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(samples, features)), rng.permutation(samples) % 2
    names = tuple(f"x{i}" for i in range(features))
    return Dataset("noise", x, y, names, ("no", "yes"))


def rare(seed: int = 0) -> Dataset:
    """Return points of three classes on the plane: 80, 32 and 8 of them."""
    rng = np.random.default_rng(seed)
    y = np.repeat([0, 1, 2], [80, 32, 8])
    middle = np.array([[-1.5, 0.0], [1.5, 1.0], [1.0, -2.0]])
    x = middle[y] + rng.normal(0, 0.8, (len(y), 2))
    return Dataset("rare", x, y, ("x₁", "x₂"), ("many", "some", "few"))


def missing(splits: int = 1000, share: float = 0.2) -> float:
    """Return how often a random validation part of `rare` lacks the third class.

    Args:
        splits: number of random splits.
        share: share of the validation part.
    """
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


def with_columns(
    choose: Callable[[Dataset], Sequence[int]], seeds: Sequence[int]
) -> np.ndarray:
    """Return validation accuracies on noise, with columns of one's own choice (seeds,).

    Args:
        choose: a function of the training part that returns numbers of columns.
        seeds: seeds of the data.
    """
    found = []
    for seed in seeds:
        data = noise(seed)
        columns = [*choose(Experiment(data=data, **LINE).split().train)]
        names = tuple(data.features[i] for i in columns)
        few = Dataset(data.name, data.x[:, columns], data.y, names, data.classes)
        found.append(Experiment(data=few, **LINE))
    return accuracies(found)


def accuracies(experiments: Sequence[Experiment], epochs: int = 100) -> np.ndarray:
    """Return the final validation accuracy of each experiment (experiments,)."""
    runs = sweep(experiments, epochs=epochs)
    return np.array([run["validation_accuracy"][-1, 0] for run in runs])


def leaked(seeds: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return validation accuracies on noise, twice (seeds,).

    First with features chosen by all the data, then by the training part.
    """
    before, after = [], []
    for seed in seeds:
        data = noise(seed)
        train = Experiment(data=data, **LINE).split().train
        before.append(Experiment(data=chosen(data, by=data), **LINE))
        after.append(Experiment(data=chosen(data, by=train), **LINE))
    return accuracies(before), accuracies(after)


def scaled(seeds: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return validation accuracies on wine, twice (seeds,); a seed is a split.

    First scaled by all the data, then by the training part.
    """
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
    """Return validation accuracies on breast cancer, twice (seeds,); a seed is a split.

    First without a hidden layer, then with 16 hidden neurons.
    """
    same = {"data": "breast cancer", "seeds": 1}
    line = [Experiment(hidden=(), split_seed=s, **same) for s in seeds]
    wide = [Experiment(hidden=(16,), split_seed=s, **same) for s in seeds]
    return accuracies(line, epochs=60), accuracies(wide, epochs=60)


def learning_curve(seeds: Sequence[int]) -> np.ndarray:
    """Return validation accuracies on moons (sizes, seeds) by training samples.

    Every network makes `STEPS` steps of 10 samples each.
    """
    moons = {"data": "moons", "noise": 0.3, "validation": 0.8, "test": 0.1}
    found = []
    for size in SIZES:
        more = {"samples": 10 * size, "batch_size": 10, "seeds": 1}
        runs = [Experiment(data_seed=s, **more, **moons) for s in seeds]
        found.append(accuracies(runs, epochs=STEPS * 10 // size))
    return np.array(found)


@dataclass(frozen=True, eq=False)
class Influence:
    """The effect of leaving out each training point.

    Attributes:
        points: the training points.
        moved: share of the map that changes its class without the point (points,),
            mean over seeds.
        luck: share of the map on which two seeds differ, mean over pairs. An effect
            below it is no larger than that of another start.
    """

    points: Dataset
    moved: np.ndarray
    luck: float

    @property
    def most(self) -> int:
        """The number of the point that moves the boundary most."""
        return int(np.argmax(self.moved))

    def __repr__(self):
        return f"Influence({len(self.points)} points)"

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        png = bubbles(self.points, self.moved, self.luck, "moves, left out")
        shown = {"text/plain": repr(self), "image/png": b64encode(png).decode()}
        return shown, image_metadata(self.describe())

    def describe(self) -> str:
        """Return what the picture shows, in words."""
        return (
            f"Share of the map that each of {len(self.points)} points moves, left out: "
            f"{self.moved.max():.1%} the one that moves most, the median "
            f"{np.median(self.moved):.1%}; by luck {self.luck:.1%}."
        )


def influence(experiment: Experiment, epochs: int = 200) -> Influence:
    """Train without each training point in turn, all networks at once.

    Every step uses all points, so that the order of samples makes no difference.

    Args:
        experiment: an experiment on points of the plane.
        epochs: number of steps.
    """
    whole = experiment.split().together()
    rows = np.flatnonzero(whole.parts == PARTS[0])
    data = [whole, *(_without(whole, row) for row in rows)]
    same = {"samples": None, "noise": None, "batch_size": None}
    some = [experiment.replace(data=d, **same) for d in data]
    places = grid(*around(whole.x), SIDE)
    curves = sweep(some, epochs=epochs)
    all_, *others = (_calls(e, c.network, places) for e, c in zip(some, curves))
    moved = [np.mean(all_ != other) for other in others]
    pairs = [np.mean(one != other) for one, other in combinations(all_, 2)]
    return Influence(whole.take(rows), np.array(moved), float(np.mean(pairs)))


def _without(whole: Dataset, row: int) -> Dataset:
    """Return the data with one point in the test part, which no training sees."""
    parts = whole.parts.copy()
    parts[row] = PARTS[2]
    return replace(whole, parts=parts)


def _calls(e: Experiment, network, places: np.ndarray) -> np.ndarray:
    """Return the class that each network names at each place (seeds, places)."""
    z = network.forward(e.inputs(e.split())(places))
    said = build.loss(e).predict(np, z)
    two = len(e.dataset().classes) == 2
    return said[..., -1] > 0.5 if two else said.argmax(axis=-1)
