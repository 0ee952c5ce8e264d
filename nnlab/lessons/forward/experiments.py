"""The experiments of 02: depth without activations, a race of activations, units.

Each function returns values over seeds; a notebook prints and draws them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nnlab.engine.activations import Identity
from nnlab.engine.layers import Linear
from nnlab.engine.network import Network
from nnlab.errors import InputError
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.sweep import sweep

DEPTHS = (1, 2, 3, 4, 5, 6, 7, 8)  # hidden layers
RACERS = ("relu", "tanh", "sigmoid")
RATES = (0.3, 1.0, 3.0)  # learning rates of the race
THERE = 0.95  # validation accuracy at which a racer has arrived
EPOCHS = 60


def collapsed(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Return the one W and b that equal all layers of a network together.

    (x W₁ + b₁) W₂ + b₂ = x (W₁ W₂) + (b₁ W₂ + b₂), and so on.

    Returns:
        W (…, inputs, outputs) and b (…, 1, outputs), with a leading axis for replicas.

    Raises:
        InputError: for a network with an activation: there is no such matrix.
    """
    W, b = np.eye(network.widths[0]), np.zeros((1, network.widths[0]))
    for number, one in enumerate(network.layers):
        if isinstance(one, Linear):
            then = network[f"{number}.W"]
            W, b = W @ then, b @ then + network[f"{number}.b"]
        elif not isinstance(one, Identity):
            raise InputError(
                "network",
                f"network has the layer {one}, which bends: no one matrix does the "
                "same; try activation='identity'.",
            )
    return W, b


def depths(
    activation: str,
    seeds: int = 8,
    first: int = 0,
    layers: Sequence[int] = DEPTHS,
) -> np.ndarray:
    """Return validation accuracies on the island (depths, seeds).

    The networks have 1 to 8 hidden `layers` of 4 neurons.
    """
    same = {"data": "island", "activation": activation, "seeds": seeds, "seed": first}
    runs = sweep([Experiment(hidden=(4,) * depth, **same) for depth in layers], EPOCHS)
    return np.array([run["validation_accuracy"][-1] for run in runs])


def race(rate: float, seeds: int = 12, first: int = 0) -> dict[str, np.ndarray]:
    """Return for each activation the epochs (seeds,) to 95 % validation accuracy.

    A network 2-8-8-1 learns the island; infinite if 60 epochs are too few.
    """
    same = {"data": "island", "hidden": (8, 8), "seeds": seeds, "seed": first}
    runs = sweep(
        [Experiment(activation=a, learning_rate=rate, **same) for a in RACERS], EPOCHS
    )
    there = [run["validation_accuracy"] >= THERE for run in runs]
    epochs = [np.where(one.any(0), one.argmax(0), np.inf) for one in there]
    return dict(zip(RACERS, epochs))


def stretched(
    factors: Sequence[float], standardize: bool, seeds: int = 12, first: int = 0
) -> np.ndarray:
    """Return validation accuracies on the island (factors, seeds).

    Args:
        factors: factors of x₁, as of another unit.
        standardize: standardize the features.
        seeds, first: number of seeds, and the first of them.
    """
    island = Experiment(data="island").dataset()
    found = []
    for factor in factors:
        x = island.x * np.array([factor, 1.0])
        data = replace(island, name=f"island, x₁ · {factor:g}", x=x)
        how = {"standardize": standardize, "seeds": seeds, "seed": first}
        [run] = sweep([Experiment(data=data, hidden=(8,), **how)], EPOCHS)
        found.append(run["validation_accuracy"][-1])
    return np.array(found)
