"""Activations are nonlinear functions applied elementwise: a = f(z).

Two linear layers without an activation between them are equivalent to one linear layer.
In the backward pass, the gradient is multiplied by the derivative f′(z). Where
possible, the derivative is written in terms of the output a, which is already computed.
"""

from dataclasses import dataclass
from math import pi, sqrt
from typing import Any

from nnlab.backend import Array, Named, Space, ValuesAndCache
from nnlab.engine.layers import Context, Layer
from nnlab.engine.replicas import column
from nnlab.errors import number


@dataclass(frozen=True)
class Identity(Layer):
    """a = z;  f′ = 1

    A network with no other activation is one linear layer, whatever its depth.
    """

    def forward(self, xp: Space, p: Named, z: Array, c: Context) -> ValuesAndCache:
        return z, None

    def backward(self, xp: Space, p: Named, g: Named, cache: Any, da: Array) -> Array:
        return da


@dataclass(frozen=True)
class ReLU(Layer):
    """a = max(z, 0);  f′ = 1 where a > 0, else 0 (at 0 too)

    Where f′ = 0, no gradient passes. Nair & Hinton 2010, "Rectified linear units
    improve restricted Boltzmann machines".
    """

    def forward(self, xp: Space, p: Named, z: Array, c: Context) -> ValuesAndCache:
        a = xp.maximum(z, 0.0)
        return a, a

    def backward(self, xp: Space, p: Named, g: Named, a: Array, da: Array) -> Array:
        return xp.where(a > 0, da, 0.0)


@dataclass(frozen=True)
class LeakyReLU(Layer):
    """a = z where z > 0, else slope · z;  f′ = 1 where a > 0, else slope (at 0 too)

    A ReLU with a nonzero gradient for negative inputs. The slope is at least 0. Maas et
    al. 2013, "Rectifier nonlinearities improve neural network acoustic models".

    Raises:
        InputError: if the slope is negative.
    """

    slope: float = 0.01

    def __post_init__(self) -> None:
        object.__setattr__(self, "slope", number("slope", self.slope, 0.01, least=0))

    def forward(self, xp: Space, p: Named, z: Array, c: Context) -> ValuesAndCache:
        a = xp.where(z > 0, z, column(xp, self.slope, z) * z)
        return a, a

    def backward(self, xp: Space, p: Named, g: Named, a: Array, da: Array) -> Array:
        return xp.where(a > 0, da, column(xp, self.slope, a) * da)

    def __str__(self) -> str:
        return f"LeakyReLU({self.slope:g})"


@dataclass(frozen=True)
class ELU(Layer):
    """a = z where z > 0, else α (eᶻ − 1);  f′ = 1 where z > 0, else α eᶻ (at 0 too)

    For large negative z it saturates at −α, which keeps the mean of a near 0. α is at
    least 0; for α = 1 the derivative is continuous. Clevert et al. 2016, "Fast and
    accurate deep network learning by exponential linear units (ELUs)".

    Raises:
        InputError: if α is negative.
    """

    alpha: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "alpha", number("alpha", self.alpha, 1.0, least=0))

    def forward(self, xp: Space, p: Named, z: Array, c: Context) -> ValuesAndCache:
        low = xp.minimum(z, 0.0)  # `where` evaluates both branches: no overflow
        alpha = column(xp, self.alpha, z)
        return xp.where(z > 0, z, alpha * xp.expm1(low)), (z, low)

    def backward(self, xp: Space, p: Named, g: Named, cache: Any, da: Array) -> Array:
        z, low = cache
        return xp.where(z > 0, da, column(xp, self.alpha, z) * da * xp.exp(low))

    def __str__(self) -> str:
        return f"ELU({self.alpha:g})"


@dataclass(frozen=True)
class Sigmoid(Layer):
    """a = 1 / (1 + e⁻ᶻ), computed as ½ + ½ tanh(z/2), which cannot overflow;
    f′ = a (1 − a)"""

    def forward(self, xp: Space, p: Named, z: Array, c: Context) -> ValuesAndCache:
        a = _sigmoid(xp, z)
        return a, a

    def backward(self, xp: Space, p: Named, g: Named, a: Array, da: Array) -> Array:
        return da * a * (1 - a)


@dataclass(frozen=True)
class Tanh(Layer):
    """a = tanh(z);  f′ = 1 − a²

    A sigmoid centered at 0: tanh(z) = 2 sigmoid(2z) − 1. LeCun et al. 1998, "Efficient
    BackProp".
    """

    def forward(self, xp: Space, p: Named, z: Array, c: Context) -> ValuesAndCache:
        a = xp.tanh(z)
        return a, a

    def backward(self, xp: Space, p: Named, g: Named, a: Array, da: Array) -> Array:
        return da * (1 - a * a)


@dataclass(frozen=True)
class Softplus(Layer):
    """a = ln(1 + eᶻ), computed as max(z, 0) + ln(1 + e^−|z|), which cannot overflow;
    f′ = sigmoid(z) = 1 − e⁻ᵃ

    A smooth approximation of ReLU. Dugas et al. 2001, "Incorporating second-order
    functional knowledge for better option pricing".
    """

    def forward(self, xp: Space, p: Named, z: Array, c: Context) -> ValuesAndCache:
        a = xp.maximum(z, 0.0) + xp.log1p(xp.exp(-xp.abs(z)))
        return a, a

    def backward(self, xp: Space, p: Named, g: Named, a: Array, da: Array) -> Array:
        return da * -xp.expm1(-a)


@dataclass(frozen=True)
class GELU(Layer):
    """a = ½ z (1 + t), with t = tanh(√(2/π) (z + 0.044715 z³));
    f′ = ½ (1 + t) + ½ z (1 − t²) √(2/π) (1 + 3 · 0.044715 z²)

    The tanh approximation, within 0.001, of z Φ(z), where Φ is the distribution
    function of the standard normal. Hendrycks & Gimpel 2016, "Gaussian error linear
    units (GELUs)".
    """

    def forward(self, xp: Space, p: Named, z: Array, c: Context) -> ValuesAndCache:
        t = xp.tanh(sqrt(2 / pi) * (z + 0.044715 * z * z * z))
        return 0.5 * z * (1 + t), (z, t)

    def backward(self, xp: Space, p: Named, g: Named, cache: Any, da: Array) -> Array:
        z, t = cache
        inner = sqrt(2 / pi) * (1 + 3 * 0.044715 * z * z)
        return da * (0.5 * (1 + t) + 0.5 * z * (1 - t * t) * inner)


@dataclass(frozen=True)
class SiLU(Layer):
    """a = z s, with s = sigmoid(z);  f′ = s (1 + z (1 − s))

    Also called swish. Elfwing et al. 2018, "Sigmoid-weighted linear units for neural
    network function approximation in reinforcement learning".
    """

    def forward(self, xp: Space, p: Named, z: Array, c: Context) -> ValuesAndCache:
        s = _sigmoid(xp, z)
        return z * s, (z, s)

    def backward(self, xp: Space, p: Named, g: Named, cache: Any, da: Array) -> Array:
        z, s = cache
        return da * s * (1 + z * (1 - s))


ACTIVATIONS = {
    "identity": Identity,
    "relu": ReLU,
    "leaky relu": LeakyReLU,
    "elu": ELU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "softplus": Softplus,
    "gelu": GELU,
    "silu": SiLU,
}


def _sigmoid(xp: Space, z: Array) -> Array:
    """Return 1 / (1 + e⁻ᶻ), without overflow."""
    return 0.5 + 0.5 * xp.tanh(0.5 * z)
