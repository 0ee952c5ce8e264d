"""An activation bends each number by itself: a = f(z).

Without one between them, two linear layers are one linear layer. Going back, each
slope f′(z) scales the gradient that passes. The slopes below are written from the
output a, which is at hand already.
"""

from dataclasses import dataclass

from nnlab.engine.layers import Layer


@dataclass(frozen=True)
class ReLU(Layer):
    """a = max(z, 0);  f′ = 1 where a > 0, else 0 (at 0 too)"""

    def forward(self, xp, p, z, c):
        a = xp.maximum(z, 0.0)
        return a, a

    def backward(self, xp, p, g, a, da):
        return xp.where(a > 0, da, 0.0)


@dataclass(frozen=True)
class Sigmoid(Layer):
    """a = 1 / (1 + e⁻ᶻ), computed as ½ + ½ tanh(z/2), which cannot overflow;
    f′ = a (1 − a)"""

    def forward(self, xp, p, z, c):
        a = 0.5 + 0.5 * xp.tanh(0.5 * z)
        return a, a

    def backward(self, xp, p, g, a, da):
        return da * a * (1 - a)


@dataclass(frozen=True)
class Tanh(Layer):
    """a = tanh(z);  f′ = 1 − a²"""

    def forward(self, xp, p, z, c):
        a = xp.tanh(z)
        return a, a

    def backward(self, xp, p, g, a, da):
        return da * (1 - a * a)


ACTIVATIONS = {"relu": ReLU, "sigmoid": Sigmoid, "tanh": Tanh}
