"""One module for each notebook: its explorers, its questions, its exercises."""

from nnlab.lab.predict import Predict, score
from nnlab.lab.sketch import Axes
from nnlab.lessons.luck import learner
from nnlab.lessons.terms import glossary
from nnlab.views.chart import Chart

__all__ = ["Axes", "Chart", "Predict", "glossary", "learner", "score"]
