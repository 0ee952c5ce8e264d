"""Forward, loss, backward, update: neural network training in plain arrays.

Read the files in this order: layout, initializers, layers, replicas, activations,
normalization, dropout, residual, sequential, losses, functions, network, regularizers,
optimizers, schedules, clipping, update, step.
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
from nnlab.engine.clipping import ClipNorm, ClipValue
from nnlab.engine.dropout import Dropout
from nnlab.engine.functions import FunctionLayer, FunctionLoss
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
from nnlab.engine.losses.classification import BinaryCrossEntropy, CrossEntropy, Hinge
from nnlab.engine.losses.regression import MAE, MSE, Huber
from nnlab.engine.network import Network
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.optimizers.adaptive import AdaGrad, Adam, AdamW, AMSGrad, RMSprop
from nnlab.engine.optimizers.function_optimizer import FunctionOptimizer
from nnlab.engine.optimizers.sgd import SGD, Momentum, Nesterov
from nnlab.engine.regularizers import L1, L2, WeightDecay
from nnlab.engine.residual import Residual
from nnlab.engine.schedules import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    OneCycleLR,
    SequentialLR,
    StepLR,
)
from nnlab.engine.step import training_step

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
    "Dropout",
    "ExponentialLR",
    "FunctionLayer",
    "FunctionLoss",
    "FunctionOptimizer",
    "He",
    "HeUniform",
    "Hinge",
    "Huber",
    "Identity",
    "Layer",
    "LeCun",
    "LeakyReLU",
    "Linear",
    "LinearLR",
    "Momentum",
    "Nesterov",
    "Network",
    "Normal",
    "OneCycleLR",
    "Orthogonal",
    "RMSprop",
    "ReLU",
    "Residual",
    "SequentialLR",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "StepLR",
    "Tanh",
    "Uniform",
    "WeightDecay",
    "Xavier",
    "XavierUniform",
    "Zeros",
    "training_step",
]
