"""One module for each notebook: its explorers, its questions, its exercises."""

from nnlab.lab.predict import Predict, score

__all__ = ["Predict", "score"]
