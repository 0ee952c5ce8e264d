"""nnlab: a laboratory in which neural networks are trained, live, and understood.

`import nnlab` loads NumPy and nothing heavier; the Lab, with matplotlib and the
widgets, loads when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from nnlab.engine import (
    ELU,
    GELU,
    MAE,
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    Constant,
    CrossEntropy,
    He,
    HeUniform,
    Hinge,
    Huber,
    Identity,
    Layer,
    LeakyReLU,
    LeCun,
    Linear,
    Momentum,
    Network,
    Normal,
    Orthogonal,
    ReLU,
    Rule,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
    Trainer,
    Uniform,
    Xavier,
    XavierUniform,
    Zeros,
)
from nnlab.errors import InputError
from nnlab.study.experiment import Experiment

if TYPE_CHECKING:
    from nnlab.lab.lab import Lab
    from nnlab.lab.registry import stop_all

__version__ = "0.1.0"
__all__ = [
    "ELU",
    "GELU",
    "MAE",
    "MSE",
    "SGD",
    "Adam",
    "BinaryCrossEntropy",
    "Constant",
    "CrossEntropy",
    "Experiment",
    "He",
    "HeUniform",
    "Hinge",
    "Huber",
    "Identity",
    "InputError",
    "Lab",
    "Layer",
    "LeCun",
    "LeakyReLU",
    "Linear",
    "Momentum",
    "Network",
    "Normal",
    "Orthogonal",
    "ReLU",
    "Rule",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Tanh",
    "Trainer",
    "Uniform",
    "Xavier",
    "XavierUniform",
    "Zeros",
    "stop_all",
]
LATER = {"Lab": "nnlab.lab.lab", "stop_all": "nnlab.lab.registry"}


def __getattr__(name: str):
    if name in LATER:
        return getattr(import_module(LATER[name]), name)
    raise AttributeError(f"module 'nnlab' has no attribute {name!r}")
