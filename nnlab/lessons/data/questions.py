"""The guesses of 01, made before its experiments."""

import numpy as np

from nnlab.lab.predict.curve_input import Axes
from nnlab.lab.predict.predict import Predict
from nnlab.lessons.data.experiments import SIZES, learning_curve


def ask_coins() -> Predict:
    """Ask how far the best of many coins gets."""
    return Predict(
        "100 models flip a coin for each of 100 test points. How many does the best of "
        "them get right?",
        place=(50, 100),
        answer=64,
        within=4,
    )


def ask_noise() -> Predict:
    """Ask what features that were chosen before the split are worth."""
    return Predict(
        "Of 2000 columns of pure noise you keep the 20 that go best with the labels, "
        "and then split. How many of 100 does a network get right on validation?",
        place=(30, 100),
        answer=84,
        within=8,
    )


def ask_curve() -> Predict:
    """Ask for the accuracy over the size of the training part, drawn by hand."""
    return Predict(
        "From 10 to 320 training samples, each time twice as many: how does the "
        "validation accuracy grow?",
        draw=Axes(
            (SIZES[0], SIZES[-1]), (0.5, 1), "training samples (doubling)", "accuracy"
        ),
        answer=lambda: np.median(learning_curve(range(10)), axis=1).tolist(),
        within=0.03,
    )
