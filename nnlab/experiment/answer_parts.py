"""Answers to exercises as parts of a network: what an answer makes is what runs.

An answer is a plain function of NumPy arrays, for one network; the part calls it for
every replica, and takes everything else from the engine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlab.backend import Array, Named, Space, ValuesAndCache, to_numpy
from nnlab.engine.layers import Context, Layer, Linear
from nnlab.engine.layout import Shapes
from nnlab.engine.losses.classification import CrossEntropy
from nnlab.engine.losses.loss import Loss
from nnlab.grading.call_contract import name_of


@dataclass(frozen=True)
class AnswerLayer(Layer):
    """z = function(x, W, b), with the parameters and the backward pass of `linear`.

    The function receives x (batch, inputs), W (inputs, units) and b (1, units), and
    returns z (batch, units), as an array or a list of rows.
    """

    linear: Linear
    function: Callable[[np.ndarray, np.ndarray, np.ndarray], Any]

    def outputs(self, inputs: int) -> int:
        return self.linear.outputs(inputs)

    def parameters(self, inputs: int) -> Shapes:
        return self.linear.parameters(inputs)

    def biases(self, inputs: int) -> tuple[str, ...]:
        return self.linear.biases(inputs)

    def init(self, rng: np.random.Generator, inputs: int) -> dict[str, np.ndarray]:
        return self.linear.init(rng, inputs)

    def forward(self, xp: Space, p: Named, x: Array, c: Context) -> ValuesAndCache:
        made = self._each(*map(to_numpy, (x, p["W"], p["b"])))
        return xp.asarray(np.asarray(made), dtype=x.dtype), x

    def backward_params(
        self, xp: Space, p: Named, g: Named, x: Array, dy: Array
    ) -> None:
        self.linear.backward_params(xp, p, g, x, dy)

    def backward(self, xp: Space, p: Named, g: Named, x: Array, dy: Array) -> Array:
        return self.linear.backward(xp, p, g, x, dy)

    def __str__(self) -> str:
        return f"{name_of(self.function)}({self.linear.units})"

    __repr__ = __str__

    def _each(self, x: np.ndarray, W: np.ndarray, b: np.ndarray) -> Any:
        """Return z of one network, or of each replica."""
        if W.ndim == 2:
            return self.function(x, W, b)
        x = np.broadcast_to(x, (len(W), *x.shape[-2:]))
        return [self.function(*one) for one in zip(x, W, b)]


@dataclass(frozen=True)
class AnswerLoss(Loss):
    """A loss from logits z (…, batch, classes), with predictions function(z).

    The function receives z (rows, classes), and returns the confidence in each class.
    """

    function: Callable[[np.ndarray], Any]
    loss: CrossEntropy = CrossEntropy()

    def targets(self, y: np.ndarray, outputs: int) -> Array:
        return self.loss.targets(y, outputs)

    def forward(self, xp: Space, z: Array, y: Array) -> ValuesAndCache:
        return self.loss.forward(xp, z, y)

    def backward(self, xp: Space, cache: Any) -> Array:
        return self.loss.backward(xp, cache)

    def predict(self, xp: Space, z: Array) -> Array:
        table = to_numpy(z).reshape(-1, z.shape[-1])
        made = np.asarray(self.function(table), table.dtype)
        return xp.asarray(made.reshape(z.shape))

    def correct(self, xp: Space, z: Array, y: Array) -> Array:
        return self.loss.correct(xp, z, y)

    def __str__(self) -> str:
        return name_of(self.function)

    __repr__ = __str__
