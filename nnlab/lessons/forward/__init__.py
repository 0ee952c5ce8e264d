"""What `02_forward_pass` shows and asks: how numbers become a prediction."""

from nnlab.lessons.forward.activation import activation
from nnlab.lessons.forward.collapse import collapse
from nnlab.lessons.forward.experiments import (
    DEPTHS,
    RACERS,
    RATES,
    collapsed,
    depths,
    race,
    stretched,
)
from nnlab.lessons.forward.explorers import (
    bends,
    challenge,
    heads,
    network,
    neuron,
    sums,
    warp,
)
from nnlab.lessons.forward.layer import layer
from nnlab.lessons.forward.predictions import ask_depth, ask_race, ask_unit
from nnlab.lessons.forward.softmax import softmax

__all__ = [
    "DEPTHS",
    "RACERS",
    "RATES",
    "activation",
    "ask_depth",
    "ask_race",
    "ask_unit",
    "bends",
    "challenge",
    "collapse",
    "collapsed",
    "depths",
    "heads",
    "layer",
    "network",
    "neuron",
    "race",
    "softmax",
    "stretched",
    "sums",
    "warp",
]
