"""Forward, loss, backward, update: the whole of training, in plain arrays.

Read the files in this order: layout, initializers, layers, activations,
normalization, dropout, residual, loss, regression, classification, losses, network,
optimizers, regularizers, clipping, update, samples, batches, metrics, stopping,
trainer, checkpoint.
"""

from nnlab.engine.activations import (
    ELU,
    GELU,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
)
from nnlab.engine.classification import BinaryCrossEntropy, CrossEntropy, Hinge
from nnlab.engine.initializers import (
    Constant,
    He,
    HeUniform,
    LeCun,
    Normal,
    Orthogonal,
    Uniform,
    Xavier,
    XavierUniform,
    Zeros,
)
from nnlab.engine.layers import Layer, Linear
from nnlab.engine.network import Network
from nnlab.engine.optimizers import SGD, Adam, Momentum, Rule
from nnlab.engine.regression import MAE, MSE, Huber
from nnlab.engine.trainer import Trainer

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
    "He",
    "HeUniform",
    "Hinge",
    "Huber",
    "Identity",
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
]
