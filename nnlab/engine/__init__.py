"""Forward, loss, backward, update: the whole of training, in plain arrays.

Read the files in this order: layout, initializers, layers, activations,
normalization, dropout, residual, losses, network, optimizers, regularizers, clipping,
update, samples, batches, metrics, stopping, trainer, checkpoint.
"""

from nnlab.engine.activations import ReLU, Sigmoid, Tanh
from nnlab.engine.initializers import He, Xavier, Zeros
from nnlab.engine.layers import Layer, Linear
from nnlab.engine.losses import MSE, BinaryCrossEntropy, CrossEntropy
from nnlab.engine.network import Network
from nnlab.engine.optimizers import SGD, Adam, Momentum, Rule
from nnlab.engine.trainer import Trainer

__all__ = [
    "MSE",
    "SGD",
    "Adam",
    "BinaryCrossEntropy",
    "CrossEntropy",
    "He",
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
]
