"""Gradient norms per layer, which show vanishing and exploding gradients.

In the backward pass the gradient is multiplied by the derivative of each layer in turn.
δ = ∂ℓ/∂z is the gradient of a sample's loss ℓ by a layer's outputs z, and the gradient
of its weights is computed from δ. If δ shrinks from layer to layer, the first layers
hardly learn. Glorot & Bengio 2010, "Understanding the difficulty of training deep
feedforward neural networks".
"""

from typing import NamedTuple

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.diagnostics.activations_and_gradients import signals
from nnlab.engine.layout import Place
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network


class Strength(NamedTuple):
    """Gradient norms of each layer with weights (…, layers).

    Attributes:
        delta: the root mean square over samples of ‖∂ℓ/∂z‖, z being the layer's output.
        weights: ‖∂(mean loss)/∂W‖.
    """

    delta: np.ndarray
    weights: np.ndarray


def learning(network: Network) -> dict[int, list[Place]]:
    """Return the layers with weights, by index, each with the places of its weights.

    Weights are all learned parameters but biases, within blocks too. `BatchNorm` has
    none.
    """
    found: dict[int, list[Place]] = {}
    for place in network.stack.weights():
        found.setdefault(place.layer, []).append(place)
    return found


def strength(network: Network, x: Array, y: Array, loss: Loss) -> Strength:
    """Return the gradient norms of each layer with weights.

    Args:
        network: the network, used in evaluation mode.
        x: the samples (batch, inputs).
        y: the targets.
        loss: the loss.
    """
    found, gradient = signals(network, x, y, loss)
    with quiet():
        deltas = [_delta(to_numpy(found.slopes[layer])) for layer in learning(network)]
        return Strength(np.stack(deltas, axis=-1), lengths(network, gradient))


def lengths(network: Network, vector: Array) -> np.ndarray:
    """Return the norm (…, layers) of each layer's weights in a flat vector (…, P)."""
    vector = to_numpy(vector)
    return np.stack(
        [_length(vector, places) for places in learning(network).values()], axis=-1
    )


def update_ratio(network: Network, before: Array, after: Array) -> np.ndarray:
    """Return ‖ΔW‖ / ‖W‖ (…, layers), the relative change by a step.

    About 0.001 is often healthy.

    Args:
        network: the network.
        before: the parameters before the step (…, P).
        after: the parameters after it (…, P).
    """
    before, after = to_numpy(before), to_numpy(after)
    with quiet():
        return lengths(network, after - before) / lengths(network, before)


def _delta(dy: np.ndarray) -> np.ndarray:
    """Return the root mean square of ‖∂ℓ/∂z‖, from ∂(mean loss)/∂z of each sample."""
    batch = dy.shape[-2]
    return np.sqrt(batch * np.sum(np.square(dy, dtype=float), axis=(-2, -1)))


def _length(vector: np.ndarray, places: list[Place]) -> np.ndarray:
    parts = [vector[..., place.start : place.stop] for place in places]
    return np.sqrt(sum(np.sum(np.square(v, dtype=float), axis=-1) for v in parts))
