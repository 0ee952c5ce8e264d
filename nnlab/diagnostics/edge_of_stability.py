"""Sharpness during training, and the stability limit of the learning rate.

In a quadratic valley of curvature λ, a step of gradient descent multiplies the distance
to the minimum by 1 − ηλ. For λ > 2/η this is below −1, and the distance grows. Momentum
changes the limit. Full-batch training increases the sharpness up to the limit and then
stays there, at the edge of stability. Cohen et al. 2021, "Gradient descent on neural
networks typically occurs at the edge of stability".
"""

from collections.abc import Generator
from typing import NamedTuple

import numpy as np

from nnlab.diagnostics.hessian import hessian_product, lanczos
from nnlab.diagnostics.sample_losses import some
from nnlab.engine.network import Network
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.engine.optimizers.sgd import SGD, Momentum, Nesterov
from nnlab.engine.regularizers import L2
from nnlab.engine.replicas import column
from nnlab.training.trainer import Trainer

PRODUCTS = 30  # maximum number of products H v of a measurement


class Stability(NamedTuple):
    """Sharpness and stability limit, per replica.

    Attributes:
        sharpness: the largest curvature of the training objective (…,).
        error: a bound on the error of the sharpness (…,).
        limit: the largest curvature (…,) at which the next step is stable; NaN if the
            optimizer has no such limit.
    """

    sharpness: np.ndarray
    error: np.ndarray
    limit: np.ndarray


def limit(optimizer: Optimizer, rate: np.ndarray) -> np.ndarray:
    """Return the largest curvature at which an optimizer is stable at learning rate η.

    It is 2/η for gradient descent, (2 + 2β)/η with momentum β, and for Nesterov
    momentum that divided by 1 + 2β. NaN for an optimizer that rescales each parameter,
    for which no single number is enough.

    Args:
        optimizer: the optimizer.
        rate: the learning rate η of each replica (…,).
    """
    match optimizer:
        case Nesterov(momentum=beta):
            return (2 + 2 * beta) / (rate * (1 + 2 * beta))
        case Momentum(momentum=beta):
            return (2 + 2 * beta) / rate
        case SGD():
            return 2 / rate
    return rate * np.nan


def stability(
    trainer: Trainer, near: np.ndarray | None = None
) -> Generator[Stability, None, np.ndarray]:
    """Yield sharpness and limit at the current parameters, improved by each product.

    The loss is that of `some` training samples, in float64 and evaluation mode, plus L2
    penalties.

    Args:
        trainer: the trainer.
        near: the first direction (…, P), such as that returned by a previous
            measurement.

    Returns:
        The direction (…, P) of largest curvature, when the generator ends.
    """
    network, update, (x, y) = trainer.network, trainer.update, some(trainer)
    prices = [_price(network, r) for r in update.regularizers if isinstance(r, L2)]

    def product(v: np.ndarray) -> np.ndarray:
        bent = hessian_product(network, x, y, trainer.loss, v)
        return bent + sum(price * v for price in prices)

    factor = update.schedule(trainer.steps_done) if update.schedule else 1.0
    rate = np.broadcast_to(update.optimizer.learning_rate * factor, network.lead)
    with np.errstate(divide="ignore"):
        bound = limit(update.optimizer, rate)
    shape = (*network.lead, network.layout.size)
    for found in lanczos(product, shape, products=PRODUCTS, start=near):
        yield Stability(found.value, found.error, bound)
    return found.direction


def _price(network: Network, rule: L2) -> np.ndarray:
    """Return the second derivative of an L2 penalty along each parameter: (…, P), or
    broadcastable to it."""
    weighed = np.ones(network.layout.size)
    if not rule.biases:
        weighed = weighed - network.stack.biases()
    like = np.zeros((*network.lead, weighed.size))
    return column(np, rule.strength, like) * weighed
