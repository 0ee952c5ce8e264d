"""Forward, loss, backward, update: the whole of training, in plain arrays.

Read the files in this order: layout, initializers, layers, activations, losses,
network, optimizers, adaptive, schedules, trainer.
"""

from nnlab.engine.activations import ReLU, Sigmoid, Tanh
from nnlab.engine.adaptive import AdaGrad, Adam, AdamW, AMSGrad, RMSprop
from nnlab.engine.initializers import He, Xavier, Zeros
from nnlab.engine.layers import Layer, Linear
from nnlab.engine.losses import MSE, BinaryCrossEntropy, CrossEntropy
from nnlab.engine.network import Network
from nnlab.engine.optimizers import SGD, Momentum, Nesterov, Rule
from nnlab.engine.schedules import (
    Cosine,
    Exponential,
    OneCycle,
    Product,
    Steady,
    Step,
    Then,
    WarmUp,
)
from nnlab.engine.trainer import Trainer

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
    "Exponential",
    "He",
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
]
