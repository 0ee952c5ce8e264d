"""The guesses of 02, made before its experiments."""

from nnlab.lab.predict.predict import Predict
from nnlab.lessons.forward.experiments import RACERS


def ask_sum() -> Predict:
    """Ask for the weighted sum of one neuron, worked out by hand."""
    return Predict(
        "A neuron has w₁ = 2, w₂ = −1 and b = 0.5. What is its sum z at x₁ = 1, "
        "x₂ = 3? (Paper is allowed.)",
        place=(-5.0, 5.0),
        answer=-0.5,
        within=0.1,
    )


def ask_reading() -> Predict:
    """Ask which reading of the outputs belongs to a question."""
    return Predict(
        "A network is to say which of three growers a wine is from, and how sure it is "
        "of each. By what are its last numbers read?",
        pick=["identity", "sigmoid", "softmax", "argmax"],
        answer="softmax",
    )


def ask_depth() -> Predict:
    """Ask what eight layers without an activation are worth."""
    return Predict(
        "Eight hidden layers of four neurons each, none of which bends its sum "
        "(a = z). How many of 100 points of the island do they get right?",
        place=(40, 100),
        answer=50,
        within=6,
    )


def ask_race() -> Predict:
    """Ask which activation learns first."""
    return Predict(
        "Same network, same data, same learning rate, only the bend is another one. "
        "Which one learns the island in the fewest epochs?",
        pick=list(RACERS),
        answer="relu",
    )


def ask_unit() -> Predict:
    """Ask what another unit of one feature does."""
    return Predict(
        "x₁ is written in centimetres instead of metres: every x₁ is 100 times as "
        "large. Nothing else changes. How many of 100 points of the island does the "
        "network get right then?",
        place=(40, 100),
        answer=49,
        within=6,
    )
