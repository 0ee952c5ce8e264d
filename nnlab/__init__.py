"""nnlab: a laboratory in which neural networks are trained, live, and understood.

`import nnlab` loads NumPy and nothing heavier; the Lab, with matplotlib and the
widgets, loads when it is first asked for.
"""

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
    Sigmoid,
    Tanh,
    Trainer,
    Xavier,
    Zeros,
)
from nnlab.errors import InputError
from nnlab.study.experiment import Experiment

if TYPE_CHECKING:
    from nnlab.lab.lab import Lab, stop_all

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
    "Sigmoid",
    "Tanh",
    "Trainer",
    "Xavier",
    "Zeros",
    "stop_all",
]


def __getattr__(name: str):
    if name in ("Lab", "stop_all"):
        from nnlab.lab import lab

        return getattr(lab, name)
    raise AttributeError(f"module 'nnlab' has no attribute {name!r}")
