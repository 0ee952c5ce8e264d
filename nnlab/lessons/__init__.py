"""One module for each notebook: its explorers, its questions, its exercises."""

from nnlab.lab.predict import Predict, score
from nnlab.lab.sketch import Axes
from nnlab.lessons.luck import learner
from nnlab.lessons.terms import glossary

__all__ = ["Axes", "Predict", "glossary", "learner", "score"]
