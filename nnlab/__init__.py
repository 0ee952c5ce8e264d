"""nnlab: a laboratory in which neural networks are trained, live, and understood.

`import nnlab` loads NumPy and nothing heavier; the Lab, with matplotlib and the
widgets, loads when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from nnlab.engine import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    CrossEntropy,
    He,
    Layer,
    Linear,
    Momentum,
    Network,
    ReLU,
    Rule,
    Sigmoid,
    Tanh,
    Trainer,
    Xavier,
    Zeros,
)
from nnlab.errors import InputError
from nnlab.study.experiment import Experiment

if TYPE_CHECKING:
    from nnlab.lab.lab import Lab
    from nnlab.lab.registry import stop_all

__version__ = "0.1.0"
__all__ = [
    "MSE",
    "SGD",
    "Adam",
    "BinaryCrossEntropy",
    "CrossEntropy",
    "Experiment",
    "He",
    "InputError",
    "Lab",
    "Layer",
    "Linear",
    "Momentum",
    "Network",
    "ReLU",
    "Rule",
    "Sigmoid",
    "Tanh",
    "Trainer",
    "Xavier",
    "Zeros",
    "stop_all",
]
LATER = {"Lab": "nnlab.lab.lab", "stop_all": "nnlab.lab.registry"}


def __getattr__(name: str):
    if name in LATER:
        return getattr(import_module(LATER[name]), name)
    raise AttributeError(f"module 'nnlab' has no attribute {name!r}")
