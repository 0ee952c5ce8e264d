"""Which units are flat: where an activation's slope is nearly 0, nothing is learned.

What comes back to a unit is multiplied by f′(z). Far out on a tanh or a sigmoid, and on
the low side of a ReLU, that is 0 or nearly, and the sample teaches the unit nothing. A
unit that is flat for every sample is dead: as long as its inputs stay as they are, it
is a constant. Glorot & Bengio 2010, "Understanding the difficulty of training deep
feedforward neural networks"; Maas et al. 2013, "Rectifier nonlinearities improve neural
network acoustic models".
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from nnlab.backend import Array, Space, quiet, to_numpy
from nnlab.engine.layers import Context, Layer, widths
from nnlab.engine.network import Network
from nnlab.engine.residual import Residual

FLAT = 0.05  # of an activation's steepest slope: what is less is flat
REACH = np.linspace(-8, 8, 321).reshape(-1, 1)  # where the steepest slope is sought


class Flatness(NamedTuple):
    """For each layer of activations (…, layers): the share of units and samples at
    which it is flat, and the share of units that are flat for every sample."""

    saturated: np.ndarray
    dead: np.ndarray


def bends(layer: Layer) -> bool:
    """Whether a layer bends each number by itself, as an activation does: it has as
    many outputs as inputs, and nothing of its own."""
    own = (layer.parameters(2), layer.state(2), layer.noise(2))
    return layer.outputs(2) == 2 and not any(own)


def bent(network: Network, x: Array) -> list[tuple[Layer, np.ndarray]]:
    """Every activation, first to last, within blocks too, and its slope f′(z)
    (…, batch, units) for samples x (batch, inputs)."""
    xp, x = network.xp, network.features(x)
    lead = (*network.lead, x.shape[-2])
    x = xp.broadcast_to(x, (*lead, x.shape[-1]))
    _, caches = network.forward_pass(x)
    ones = xp.ones_like(x[..., :1])
    return [*_slopes(xp, network.layers, caches, network.widths[0], ones)]


def flatness(network: Network, x: Array) -> Flatness:
    """How much of the network is flat for samples x (batch, inputs)."""
    with quiet():
        flat = [_flat(network, layer, slope) for layer, slope in bent(network, x)]
    saturated = [one.mean(axis=(-2, -1)) for one in flat]
    dead = [one.all(axis=-2).mean(axis=-1) for one in flat]
    shape = (len(flat), *network.lead)
    return Flatness(*(np.reshape(n, shape).T for n in (saturated, dead)))


def _slopes(
    xp: Space, layers: Sequence[Layer], caches: list[Any], inputs: int, ones: Array
) -> Iterator[tuple[Layer, np.ndarray]]:
    for layer, cache, n in zip(layers, caches, widths(layers, inputs)):
        if isinstance(layer, Residual):
            yield from _slopes(xp, layer.layers, cache, n, ones)
        elif bends(layer):
            dy = xp.broadcast_to(ones, (*ones.shape[:-1], n))
            yield layer, to_numpy(layer.backward(xp, {}, {}, cache, dy))


def _flat(network: Network, layer: Layer, slope: np.ndarray) -> np.ndarray:
    """Where (…, batch, units) it is flat; a slope that is no number is flat too."""
    xp = network.xp
    z = xp.asarray(REACH.astype(network.dtype))
    _, cache = layer.forward(xp, {}, z, Context())
    everywhere = to_numpy(layer.backward(xp, {}, {}, cache, xp.ones_like(z)))
    return ~(np.abs(slope) >= FLAT * np.abs(everywhere).max())
