"""What `01_data` shows and asks: what a network may see, and when."""

from pathlib import Path

import numpy as np

from nnlab.lab.lab import Lab
from nnlab.lab.predict.curve_input import Axes
from nnlab.lab.predict.predict import Predict
from nnlab.lessons.data.experiments import (
    SIZES,
    best_of,
    chosen,
    leaked,
    learning_curve,
    missing,
    noise,
    rare,
    resplit,
    scaled,
)
from nnlab.lessons.data.influence import influence
from nnlab.lessons.data.scale import standardize
from nnlab.lessons.data.split import stratified
from nnlab.views import Curves, Neurons, Paint

__all__ = [
    "LEAVES",
    "SIZES",
    "ask_coins",
    "ask_curve",
    "ask_noise",
    "best_of",
    "chosen",
    "explorer",
    "influence",
    "leaked",
    "learning_curve",
    "missing",
    "noise",
    "rare",
    "resplit",
    "scaled",
    "standardize",
    "stratified",
]


LEAVES = Path(__file__).with_name("leaves.csv")  # made up, for a first table


def explorer(**fields) -> Lab:
    """Two moons to paint on, and everything that decides what a network sees of them;
    or other data, as in `explorer(data="island")`."""
    moons = {} if "data" in fields else {"data": "moons", "noise": 0.3}
    return Lab(
        views=[Neurons(), Paint(), Curves()],
        controls=(
            "data",
            "noise",
            "samples",
            "validation",
            "split_seed",
            "standardize",
        ),
        **{**moons, "hidden": (8,), "learning_rate": 0.3, **fields},
    )


def ask_coins() -> Predict:
    """How far the best of many coins gets."""
    return Predict(
        "100 models flip a coin for each of 100 test points. How many does the best of "
        "them get right?",
        place=(50, 100),
        answer=64,
        within=4,
    )


def ask_noise() -> Predict:
    """What the choice of features does, if it is made too soon."""
    return Predict(
        "Of 2000 columns of pure noise you keep the 20 that go best with the labels, "
        "and then split. How many of 100 does a network get right on validation?",
        place=(30, 100),
        answer=84,
        within=8,
    )


def ask_curve() -> Predict:
    """How accuracy grows with the training part, drawn by hand."""
    return Predict(
        "From 10 to 320 training samples, each time twice as many: how does the "
        "validation accuracy grow?",
        draw=Axes(
            (SIZES[0], SIZES[-1]), (0.5, 1), "training samples (doubling)", "accuracy"
        ),
        answer=lambda: np.median(learning_curve(range(10)), axis=1).tolist(),
        within=0.03,
    )
