"""How sharply the loss bends while training, beside what the learning rate bears.

On a valley floor that bends with λ a step of gradient descent multiplies the distance
to the bottom by 1 − ηλ. Beyond λ = 2/η that is less than −1: every step leaps across,
farther up than it was. What is remembered of past steps moves the limit. Training with
all samples sharpens the valley up to there, and then stays at the edge. Cohen et al.
2021, "Gradient descent on neural networks typically occurs at the edge of stability".
"""

from collections.abc import Generator
from typing import NamedTuple

import numpy as np

from nnlab.diagnostics.curvature import hessian_product, lanczos
from nnlab.diagnostics.sample_losses import some
from nnlab.engine.network import Network
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.engine.optimizers.sgd import SGD, Momentum, Nesterov
from nnlab.engine.regularizers import L2
from nnlab.engine.replicas import column
from nnlab.training.trainer import Trainer

PRODUCTS = 30  # with the Hessian that a measurement takes, at most


class Stability(NamedTuple):
    """The sharpness of what training makes small (…,), how far it may be off (…,), and
    the limit (…,) up to which the next step is stable; NaN for an optimizer that has
    none."""

    sharpness: np.ndarray
    error: np.ndarray
    limit: np.ndarray


def limit(optimizer: Optimizer, rate: np.ndarray) -> np.ndarray:
    """The largest curvature at which an optimizer is stable at this rate η: 2/η for
    gradient descent, (2 + 2β)/η with momentum β, and that by 1 + 2β for Nesterov's.
    NaN for one that rescales each parameter, for which no one number says it."""
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
    """Sharpness and limit where a trainer is: better with every product, and ready with
    the last. It starts along the direction (…, P) that a measurement near it returned,
    if there was one.

    Measured on `some` of the training samples, in float64, as the network is used, and
    with what L2 adds.
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
    """What L2 adds to the bend along each parameter: (…, P), or to be broadcast."""
    weighed = np.ones(network.layout.size)
    if not rule.biases:
        weighed = weighed - network.stack.biases()
    like = np.zeros((*network.lead, weighed.size))
    return column(np, rule.strength, like) * weighed
