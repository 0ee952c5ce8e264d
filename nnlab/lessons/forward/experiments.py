"""What 02 measures: what depth is worth without bends, which bend learns first, and
what a feature's size does.

Each function gives values over seeds; what a notebook prints and draws is made of them.
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
    """The one W and b that do what all layers of a network do together: with replicas,
    (R, inputs, outputs) and (R, 1, outputs).

    (x W₁ + b₁) W₂ + b₂ = x (W₁ W₂) + (b₁ W₂ + b₂), and so on. Raises `InputError` for a
    network with a layer that bends: there is no such matrix.
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


def depths(activation: str, seeds: int = 8, first: int = 0) -> np.ndarray:
    """Validation accuracy on the island (depths, seeds) of networks with 1 to 8 hidden
    layers of 4 neurons."""
    same = {"data": "island", "activation": activation, "seeds": seeds, "seed": first}
    runs = sweep([Experiment(hidden=(4,) * depth, **same) for depth in DEPTHS], EPOCHS)
    return np.array([run["validation_accuracy"][-1] for run in runs])


def race(rate: float, seeds: int = 12, first: int = 0) -> dict[str, np.ndarray]:
    """For each racer, the epochs (seeds,) that 2-8-8-1 needs on the island until its
    validation accuracy has been 95 % once; infinite if 60 are too few."""
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
    """Validation accuracy on the island (factors, seeds) if x₁ is so many times as
    large, as in another unit."""
    island = Experiment(data="island").dataset()
    found = []
    for factor in factors:
        x = island.x * np.array([factor, 1.0])
        data = replace(island, name=f"island, x₁ · {factor:g}", x=x)
        how = {"standardize": standardize, "seeds": seeds, "seed": first}
        [run] = sweep([Experiment(data=data, hidden=(8,), **how)], EPOCHS)
        found.append(run["validation_accuracy"][-1])
    return np.array(found)
