"""All optimizers by name."""

from nnlab.engine.optimizers.adaptive import AdaGrad, Adam, AdamW, AMSGrad, RMSprop
from nnlab.engine.optimizers.function_optimizer import FunctionOptimizer
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.engine.optimizers.sgd import SGD, Momentum, Nesterov

__all__ = ["OPTIMIZERS", "FunctionOptimizer", "Optimizer"]

OPTIMIZERS = {
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": AdaGrad,
    "rmsprop": RMSprop,
    "adam": Adam,
    "amsgrad": AMSGrad,
    "adamw": AdamW,
}
