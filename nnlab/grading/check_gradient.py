"""Check a gradient: what a part returns, compared with finite differences.

A backward pass that is slightly wrong still trains, only worse, and nothing shows it.
So every user-defined part is checked before it is used, on small random numbers, in
every shape in which the engine may call it.
"""

from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlab.backend import Backend, quiet, to_numpy
from nnlab.engine.functions import FunctionLayer, FunctionLoss
from nnlab.engine.layers import Layer
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network
from nnlab.errors import InputError, shown
from nnlab.grading.call_contract import Part, needed
from nnlab.grading.check_layer import check_layer
from nnlab.grading.check_loss import check_loss
from nnlab.grading.finite_differences import Slopes, slopes
from nnlab.grading.slope_diagnosis import Case, Sizes, judge


@dataclass(frozen=True)
class Report:
    """The number of slopes compared, and the largest relative error among them."""

    slopes: int
    error: float

    @classmethod
    def of(cls, found: list[Slopes]) -> "Report":
        """Return the report on these slopes."""
        sure = sum(int(one.sure.sum()) for one in found)
        return cls(sure, max(one.error for one in found))

    def __repr__(self) -> str:
        return (
            f"✓ {self.slopes} slopes agree with differences; the largest relative "
            f"error is {self.error:.0e}"
        )


def check_gradient(
    part: Any, x: Any = None, y: Any = None, loss: Loss | None = None
) -> Report:
    """Compare a part's backward pass with differences of its forward pass.

    Args:
        part: a layer, a loss, an activation as a pair of functions (f, slope) of z, a
            loss as a pair (value, slope) of z and y, or a whole network.
        x: samples (batch, inputs), for a network; for a layer that takes just one
            number of inputs, an example that has it.
        y: the targets of these samples, for a network.
        loss: the loss to minimize, for a network.

    Returns:
        A report that reads as one line.

    Raises:
        InputError: in one sentence, for a gradient that is wrong, saying which, by what
            factor and what that usually means; or for a part that can't be called as
            the engine will call it.

    Layers and losses are compared in float64 on small random numbers, and called with
    replicas, in float32 and at ±1000 too.

    >>> import numpy as np
    >>> check_gradient((np.sin, np.cos))  # doctest: +ELLIPSIS
    ✓ 63 slopes agree with differences; the largest relative error is ...
    >>> check_gradient((np.sin, lambda z: -np.cos(z)))
    Traceback (most recent call last):
    nnlab.errors.InputError: ∂loss/∂x of (sin, <lambda>) is -1 times what it should be:
    the sign is wrong.
    """
    if isinstance(part, Network):
        return _network(part, x, y, loss)
    given = Part.of("part", part)
    made = _pair(part) if isinstance(part, tuple) else part
    if isinstance(part, type) and issubclass(part, Layer | Loss):
        made = given.instance(part)
    if isinstance(made, Layer):
        inputs = None if x is None else np.shape(x)[-1]
        elementwise = isinstance(made, FunctionLayer)
        return Report.of(check_layer(given, made, inputs, elementwise))
    if isinstance(made, Loss):
        return Report.of(check_loss(given, made))
    raise InputError(
        "part",
        f"part={shown(part)} is not allowed: it is a layer, a loss, a network, or a "
        "pair of functions; try check_gradient((np.tanh, lambda z: 1 - "
        "np.tanh(z) ** 2)).",
    )


def _pair(pair: tuple[Any, ...]) -> FunctionLayer | FunctionLoss | None:
    """Return an activation or a loss of two functions, by their number of arguments.

    None if they are not two functions.
    """
    if len(pair) != 2 or not all(map(callable, pair)):
        return None
    return FunctionLoss(*pair) if 2 in map(_takes, pair) else FunctionLayer(*pair)


def _takes(function: Any) -> int:
    """Return how many arguments a function needs; 1 if it does not tell."""
    return len(needed(function)) or int(getattr(function, "nin", 1))


def _network(network: Network, x: Any, y: Any, loss: Loss | None) -> Report:
    """Check the gradient of every array of a network, in float64."""
    if x is None or y is None or loss is None:
        raise InputError(
            "x",
            "a network is checked on samples, targets and a loss; try "
            "check_gradient(network, x, y, MSE()).",
        )
    double = copy(network)
    double.dtype, double.backend = np.float64, Backend()
    vectors = {"parameters": network.parameters, "state": network.state}
    double.place(**{k: to_numpy(v).astype(np.float64) for k, v in vectors.items()})
    training = len(x) >= max(layer.least_batch for layer in network.layers)
    noise = double.draw_noise(len(x)) if training else None
    gradient = double.gradient(x, y, loss, training, noise)
    sizes = Sizes(len(x), double.widths[-1])
    found = []
    for name, place in double.layout.places.items():
        at, given = (place.view(np, v) for v in (double.parameters, gradient))
        with quiet():
            one = slopes(
                lambda: double.loss(x, y, loss, training, noise),
                at,
                np.ones(double.lead),
                given,
                kinks=True,  # a sum may be exactly 0, as all are of a sample of zeros
            )
        layer = Part.of("part", double.layers[place.layer])
        judge(layer, f"∂loss/∂{name}", [Case(sizes, one)])
        found.append(one)
    return Report.of(found)
