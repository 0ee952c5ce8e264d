"""Batch normalization gives every feature mean 0 and variance 1 over the mini-batch.

So the next layer receives inputs of a fixed scale, whatever the layers before it do; a
learned scale and shift restore the expressive power that is lost. In inference the
batch may be a single sample, which has no variance: running averages from training are
used instead. Ioffe & Szegedy 2015, "Batch normalization: accelerating deep network
training by reducing internal covariate shift".
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from nnlab.backend import Array, Named, Space, ValuesAndCache
from nnlab.engine.layers import Context, Layer
from nnlab.engine.layout import Shapes
from nnlab.engine.replicas import column
from nnlab.errors import InputError, number


@dataclass(frozen=True)
class BatchNorm(Layer):
    """y = γ x̂ + β, with x̂ = (x − μ) / √(σ² + ε)

    In training, μ and σ² are the mean and the variance over the batch, so the gradient
    of every sample depends on all samples of the batch:
    ∂loss/∂x = γ / √(σ² + ε) · (dy − mean dy − x̂ mean(dy x̂)).
    In inference, they are the running averages: r ← (1 − m) r + m · batch, with
    momentum m and, as in PyTorch, the unbiased variance. γ and β are (1, units), and
    both are declared as biases, so regularizers exclude them.

    Raises:
        InputError: in training, for a batch of 1 sample.
    """

    momentum: float = 0.1
    epsilon: float = 1e-5
    least_batch: ClassVar[int] = 2

    def __post_init__(self) -> None:
        momentum = number("momentum", self.momentum, fix=0.1, least=0, most=1)
        epsilon = number("epsilon", self.epsilon, fix=1e-5, least=0)
        object.__setattr__(self, "momentum", momentum)
        object.__setattr__(self, "epsilon", epsilon)

    def parameters(self, inputs: int) -> Shapes:
        return {"gamma": (1, inputs), "beta": (1, inputs)}

    def biases(self, inputs: int) -> tuple[str, ...]:
        return ("gamma", "beta")

    def init(self, rng: np.random.Generator, inputs: int) -> dict[str, np.ndarray]:
        return {"gamma": np.ones((1, inputs)), "beta": np.zeros((1, inputs))}

    def state(self, inputs: int) -> dict[str, np.ndarray]:
        return {"mean": np.zeros((1, inputs)), "variance": np.ones((1, inputs))}

    def forward(self, xp: Space, p: Named, x: Array, c: Context) -> ValuesAndCache:
        mean, variance = c.state["mean"], c.state["variance"]
        if c.training:
            mean = xp.mean(x, axis=-2, keepdims=True)
            variance = xp.mean((x - mean) * (x - mean), axis=-2, keepdims=True)
            self._keep(xp, c, x.shape[-2], mean, variance)
        root = xp.sqrt(variance + column(xp, self.epsilon, variance))
        normal = (x - mean) / root
        return p["gamma"] * normal + p["beta"], (normal, root, c.training)

    def backward(self, xp: Space, p: Named, g: Named, cache: Any, dy: Array) -> Array:
        normal, root, training = cache
        g["gamma"][...] = xp.sum(dy * normal, axis=-2, keepdims=True)
        g["beta"][...] = xp.sum(dy, axis=-2, keepdims=True)
        if training:
            batch = dy.shape[-2]
            dy = dy - g["beta"] / batch - normal * (g["gamma"] / batch)
        return p["gamma"] / root * dy

    def _keep(
        self, xp: Space, c: Context, batch: int, mean: Array, variance: Array
    ) -> None:
        """Write the running averages after this batch to the context."""
        if batch < self.least_batch:
            raise InputError(
                "batch_size",
                "BatchNorm can't train on a batch of 1 sample, which has no variance; "
                "try batch_size=2 or more.",
            )
        m, unbiased = self.momentum, batch / (batch - 1)
        kept, added, corrected = (
            column(xp, value, mean) for value in (1 - m, m, m * unbiased)
        )
        c.new["mean"][...] = kept * c.state["mean"] + added * mean
        c.new["variance"][...] = kept * c.state["variance"] + corrected * variance
