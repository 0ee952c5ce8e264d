"""nnlab: a laboratory in which neural networks are trained, live, and understood.

`import nnlab` loads NumPy and nothing heavier; the Lab, with matplotlib and the
widgets, loads when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from nnlab.engine import (
    MSE,
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    BinaryCrossEntropy,
    Cosine,
    CrossEntropy,
    Exponential,
    He,
    Layer,
    Linear,
    Momentum,
    Nesterov,
    Network,
    OneCycle,
    Product,
    ReLU,
    RMSprop,
    Rule,
    Sigmoid,
    Steady,
    Step,
    Tanh,
    Then,
    Trainer,
    WarmUp,
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
    "AMSGrad",
    "AdaGrad",
    "Adam",
    "AdamW",
    "BinaryCrossEntropy",
    "Cosine",
    "CrossEntropy",
    "Experiment",
    "Exponential",
    "He",
    "InputError",
    "Lab",
    "Layer",
    "Linear",
    "Momentum",
    "Nesterov",
    "Network",
    "OneCycle",
    "Product",
    "RMSprop",
    "ReLU",
    "Rule",
    "Sigmoid",
    "Steady",
    "Step",
    "Tanh",
    "Then",
    "Trainer",
    "WarmUp",
    "Xavier",
    "Zeros",
    "stop_all",
]
LATER = {"Lab": "nnlab.lab.lab", "stop_all": "nnlab.lab.registry"}


def __getattr__(name: str):
    if name in LATER:
        return getattr(import_module(LATER[name]), name)
    raise AttributeError(f"module 'nnlab' has no attribute {name!r}")
