"""Notebook `01_data`: what a network may see, and when."""

from nnlab.lessons.data.exercises import standardize, stratified
from nnlab.lessons.data.experiments import (
    SIZES,
    best_of,
    chosen,
    influence,
    leaked,
    learning_curve,
    missing,
    noise,
    rare,
    resplit,
    scaled,
    with_columns,
)
from nnlab.lessons.data.explorers import (
    LEAVES,
    choose,
    deal,
    draw_rare,
    explorer,
    flip,
)
from nnlab.lessons.data.questions import ask_coins, ask_curve, ask_noise

__all__ = [
    "LEAVES",
    "SIZES",
    "ask_coins",
    "ask_curve",
    "ask_noise",
    "best_of",
    "choose",
    "chosen",
    "deal",
    "draw_rare",
    "explorer",
    "flip",
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
    "with_columns",
]
