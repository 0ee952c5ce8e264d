"""Dropout sets a random subset of units to 0 in training, a new one at every step.

No unit can rely on the presence of another one, so what is learned is spread over many
units. The remaining units are scaled up to preserve the expected sum, so that inference
needs no correction. Srivastava et al. 2014, "Dropout: a simple way to prevent neural
networks from overfitting".
"""

from dataclasses import dataclass
from typing import Any

from nnlab.backend import Array, Named, Space, ValuesAndCache
from nnlab.engine.layers import Context, Layer
from nnlab.engine.replicas import column
from nnlab.errors import number


@dataclass(frozen=True)
class Dropout(Layer):
    """y = x / (1 − rate) with probability 1 − rate, else 0; in use, y = x

    The random numbers of the step decide: a unit is kept where its number, uniform in
    [0, 1), is at least `rate`.

    Raises:
        InputError: if `rate` is not in [0, 1).
    """

    rate: float = 0.5

    def __post_init__(self) -> None:
        rate = number("rate", self.rate, fix=0.5, least=0, below=1)
        object.__setattr__(self, "rate", rate)

    def noise(self, inputs: int) -> dict[str, int]:
        return {"drop": inputs}

    def forward(self, xp: Space, p: Named, x: Array, c: Context) -> ValuesAndCache:
        if not c.training:
            return x, None
        stays = c.noise["drop"] >= column(xp, self.rate, x)
        return self._pass(xp, stays, x), stays

    def backward(self, xp: Space, p: Named, g: Named, stays: Any, dy: Array) -> Array:
        return dy if stays is None else self._pass(xp, stays, dy)

    def _pass(self, xp: Space, stays: Any, x: Array) -> Array:
        return xp.where(stays, x * column(xp, 1 / (1 - self.rate), x), 0.0)

    def __str__(self) -> str:
        return f"Dropout({self.rate:g})"
