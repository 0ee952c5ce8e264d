"""Saturated and dead units.

The gradient of a unit is multiplied by f′(z). A unit that is flat for every sample is
dead: its weights get no gradient, and it does not change as long as its inputs do not.
Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural
networks"; Maas et al. 2013, "Rectifier nonlinearities improve neural network acoustic
models".
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from nnlab.backend import Array, Space, quiet, to_numpy
from nnlab.diagnostics.activation_curve import bends, flat, slope
from nnlab.engine.layers import Layer, widths
from nnlab.engine.network import Network
from nnlab.engine.residual import Residual


class Flatness(NamedTuple):
    """Shares of flat activations, per activation layer (…, layers).

    Attributes:
        saturated: the share of (unit, sample) pairs at which the layer is flat.
        dead: the share of units that are flat for every sample.
    """

    saturated: np.ndarray
    dead: np.ndarray


def bent(network: Network, x: Array) -> list[tuple[Layer, np.ndarray]]:
    """Return every activation with its slope f′(z) (…, batch, units).

    They are in forward order, within blocks too, for samples x (batch, inputs).
    """
    xp, x = network.xp, network.features(x)
    lead = (*network.lead, x.shape[-2])
    x = xp.broadcast_to(x, (*lead, x.shape[-1]))
    _, caches = network.forward_pass(x)
    one = x[..., :1]
    return [*_slopes(xp, network.layers, caches, network.widths[0], one)]


def flatness(network: Network, x: Array) -> Flatness:
    """Return the shares of saturated and dead units for samples x (batch, inputs)."""
    with quiet():
        found = [flat(network, *one) for one in bent(network, x)]
    saturated = [one.mean(axis=(-2, -1)) for one in found]
    dead = [one.all(axis=-2).mean(axis=-1) for one in found]
    shape = (len(found), *network.lead)
    return Flatness(*(np.reshape(n, shape).T for n in (saturated, dead)))


def _slopes(
    xp: Space, layers: Sequence[Layer], caches: list[Any], inputs: int, one: Array
) -> Iterator[tuple[Layer, np.ndarray]]:
    """Yield the activations of these layers, with their slopes."""
    for layer, cache, n in zip(layers, caches, widths(layers, inputs)):
        if isinstance(layer, Residual):
            yield from _slopes(xp, layer.layers, cache, n, one)
        elif bends(layer):
            like = xp.broadcast_to(one, (*one.shape[:-1], n))
            yield layer, to_numpy(slope(xp, layer, {}, cache, like))
