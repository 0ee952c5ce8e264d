"""How strong the slope of the loss is, layer by layer: where it fades, and where it
grows.

On its way back through the layers the gradient is multiplied by one slope after the
other. δ = ∂ℓ/∂z says how much a layer's outputs z matter to a sample's loss ℓ; what its
weights get is built from δ. Where δ shrinks from layer to layer, the first ones hardly
learn. Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward
neural networks".
"""

from typing import NamedTuple

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.diagnostics.activations_and_gradients import signals
from nnlab.engine.layout import Place
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network


class Strength(NamedTuple):
    """The length of the slope in each layer that learns (…, layers): δ, the root of
    the mean over samples of ‖∂ℓ/∂z‖², z being what the layer puts out; and weights,
    ‖∂(mean loss)/∂W‖."""

    delta: np.ndarray
    weights: np.ndarray


def learning(network: Network) -> dict[int, list[Place]]:
    """The layers that have weights, by their number, each with where these lie: all
    that it learns but what it calls a bias, within a block too. `BatchNorm` has none.
    """
    found: dict[int, list[Place]] = {}
    for place in network.stack.weights():
        found.setdefault(place.layer, []).append(place)
    return found


def strength(network: Network, x: Array, y: Array, loss: Loss) -> Strength:
    """How strong the slope is in each layer that learns, on these samples."""
    found = signals(network, x, y, loss)
    with quiet():
        deltas = [_delta(to_numpy(found.slopes[layer])) for layer in learning(network)]
        return Strength(np.stack(deltas, axis=-1), lengths(network, found.gradient))


def lengths(network: Network, vector: Array) -> np.ndarray:
    """The length of a vector like the parameters (…, P) in each layer that learns:
    (…, layers), of its weights."""
    vector = to_numpy(vector)
    return np.stack(
        [_length(vector, places) for places in learning(network).values()], axis=-1
    )


def update_ratio(network: Network, before: Array, after: Array) -> np.ndarray:
    """‖ΔW‖ / ‖W‖ (…, layers) of a step from parameters `before` to `after` (…, P): by
    what share of their size a layer's weights move. About 0.001 is often healthy."""
    before, after = to_numpy(before), to_numpy(after)
    with quiet():
        return lengths(network, after - before) / lengths(network, before)


def _delta(dy: np.ndarray) -> np.ndarray:
    """Of ∂(mean loss)/∂z, which has 1 / batch in it, to a sample's own."""
    batch = dy.shape[-2]
    return np.sqrt(batch * np.sum(np.square(dy, dtype=float), axis=(-2, -1)))


def _length(vector: np.ndarray, places: list[Place]) -> np.ndarray:
    parts = [vector[..., place.start : place.stop] for place in places]
    return np.sqrt(sum(np.sum(np.square(v, dtype=float), axis=-1) for v in parts))
