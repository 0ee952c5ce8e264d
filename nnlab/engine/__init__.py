"""Forward, loss, backward, update: the whole of training, in plain arrays.

Read the files in this order: layout, initializers, layers, replicas, activations,
normalization, dropout, residual, stack, loss, regression, classification, losses,
functions, network, regularizers, optimizers, adaptive, schedules, clipping, update,
samples, batches, metrics, stopping, history, trainer, transplant, hand,
snapshot, checkpoint, tape.
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
from nnlab.engine.adaptive import AdaGrad, Adam, AdamW, AMSGrad, RMSprop
from nnlab.engine.checkpoint import load_checkpoint, save_checkpoint
from nnlab.engine.classification import BinaryCrossEntropy, CrossEntropy, Hinge
from nnlab.engine.clipping import ClipNorm, ClipValue
from nnlab.engine.dropout import Dropout
from nnlab.engine.functions import Cost, Curve
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
from nnlab.engine.metrics import confusion_matrix, r_squared
from nnlab.engine.network import Network
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.optimizers import SGD, Momentum, Nesterov, Rule
from nnlab.engine.regression import MAE, MSE, Huber
from nnlab.engine.regularizers import L1, L2, Decay
from nnlab.engine.residual import Residual
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
from nnlab.engine.stopping import EarlyStopping
from nnlab.engine.tape import Tape
from nnlab.engine.trainer import Trainer

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
    "ClipNorm",
    "ClipValue",
    "Constant",
    "Cosine",
    "Cost",
    "CrossEntropy",
    "Curve",
    "Decay",
    "Dropout",
    "EarlyStopping",
    "Exponential",
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
    "Nesterov",
    "Network",
    "Normal",
    "OneCycle",
    "Orthogonal",
    "Product",
    "RMSprop",
    "ReLU",
    "Residual",
    "Rule",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Steady",
    "Step",
    "Tanh",
    "Tape",
    "Then",
    "Trainer",
    "Uniform",
    "WarmUp",
    "Xavier",
    "XavierUniform",
    "Zeros",
    "confusion_matrix",
    "load_checkpoint",
    "r_squared",
    "save_checkpoint",
]
