"""nnlab: a laboratory in which neural networks are trained, live, and understood.

`import nnlab` loads NumPy and nothing heavier; the Lab, with matplotlib and the
widgets, loads when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from nnlab.data.dataset import Dataset
from nnlab.data.splits import split
from nnlab.data.table import Table
from nnlab.engine import (
    ELU,
    GELU,
    L1,
    L2,
    MAE,
    MSE,
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    BatchNorm,
    BinaryCrossEntropy,
    ChainedScheduler,
    ClipNorm,
    ClipValue,
    Constant,
    ConstantLR,
    CosineAnnealingLR,
    CrossEntropy,
    Dropout,
    ExponentialLR,
    FunctionLayer,
    FunctionLoss,
    FunctionOptimizer,
    He,
    HeUniform,
    Hinge,
    Huber,
    Identity,
    Layer,
    LeakyReLU,
    LeCun,
    Linear,
    LinearLR,
    Momentum,
    Nesterov,
    Network,
    Normal,
    OneCycleLR,
    Orthogonal,
    ReLU,
    Residual,
    RMSprop,
    SequentialLR,
    Sigmoid,
    SiLU,
    Softplus,
    StepLR,
    Tanh,
    Uniform,
    WeightDecay,
    Xavier,
    XavierUniform,
    Zeros,
)
from nnlab.engine.losses.loss import Loss
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.errors import InputError
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.sweep import sweep
from nnlab.grading.check_gradient import check_gradient
from nnlab.training import (
    EarlyStopping,
    Tape,
    Trainer,
    confusion_matrix,
    load_checkpoint,
    r_squared,
    save_checkpoint,
)

if TYPE_CHECKING:
    from nnlab.lab.lab import Lab
    from nnlab.lab.registry import stop_all

__version__ = "0.1.0"
__all__ = [
    "ELU",
    "GELU",
    "L1",
    "L2",
    "MAE",
    "MSE",
    "SGD",
    "AMSGrad",
    "AdaGrad",
    "Adam",
    "AdamW",
    "BatchNorm",
    "BinaryCrossEntropy",
    "ChainedScheduler",
    "ClipNorm",
    "ClipValue",
    "Constant",
    "ConstantLR",
    "CosineAnnealingLR",
    "CrossEntropy",
    "Dataset",
    "Dropout",
    "EarlyStopping",
    "Experiment",
    "ExponentialLR",
    "FunctionLayer",
    "FunctionLoss",
    "FunctionOptimizer",
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
    "LinearLR",
    "Loss",
    "Momentum",
    "Nesterov",
    "Network",
    "Normal",
    "OneCycleLR",
    "Optimizer",
    "Orthogonal",
    "RMSprop",
    "ReLU",
    "Residual",
    "SequentialLR",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "StepLR",
    "Table",
    "Tanh",
    "Tape",
    "Trainer",
    "Uniform",
    "WeightDecay",
    "Xavier",
    "XavierUniform",
    "Zeros",
    "check_gradient",
    "confusion_matrix",
    "load_checkpoint",
    "r_squared",
    "save_checkpoint",
    "split",
    "stop_all",
    "sweep",
]
LATER = {"Lab": "nnlab.lab.lab", "stop_all": "nnlab.lab.registry"}


def __getattr__(name: str):
    if name in LATER:
        return getattr(import_module(LATER[name]), name)
    raise AttributeError(f"module 'nnlab' has no attribute {name!r}")
