"""Notebook `02_forward_pass`: how numbers become a prediction."""

from nnlab.lessons.forward.exercises import activation, layer, softmax
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
    collapse,
    depth,
    heads,
    network,
    neuron,
    racing,
    sums,
    unit,
    warp,
)
from nnlab.lessons.forward.questions import (
    ask_depth,
    ask_race,
    ask_reading,
    ask_sum,
    ask_unit,
)

__all__ = [
    "DEPTHS",
    "RACERS",
    "RATES",
    "activation",
    "ask_depth",
    "ask_race",
    "ask_reading",
    "ask_sum",
    "ask_unit",
    "bends",
    "challenge",
    "collapse",
    "collapsed",
    "depth",
    "depths",
    "heads",
    "layer",
    "network",
    "neuron",
    "race",
    "racing",
    "softmax",
    "stretched",
    "sums",
    "unit",
    "warp",
]
