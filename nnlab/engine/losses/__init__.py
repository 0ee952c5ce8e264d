"""All losses by name: three for regression, three for classification."""

from nnlab.engine.losses.classification import BinaryCrossEntropy, CrossEntropy, Hinge
from nnlab.engine.losses.loss import Loss
from nnlab.engine.losses.regression import MAE, MSE, Huber

__all__ = ["LOSSES", "Loss"]

LOSSES = {
    "mse": MSE,
    "mae": MAE,
    "huber": Huber,
    "binary cross-entropy": BinaryCrossEntropy,
    "cross-entropy": CrossEntropy,
    "hinge": Hinge,
}
