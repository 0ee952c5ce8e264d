"""The flat vectors of a run by name: parameters, gradient, and what the optimizer
remembers; and each of their arrays by the layer to which it belongs."""

from dataclasses import dataclass

import numpy as np

from nnlab.backend import quiet, to_numpy
from nnlab.training.trainer import Trainer


@dataclass(frozen=True)
class Summary:
    """Of some numbers: how many, their mean and standard deviation, the least and the
    greatest, and the norm √Σx². NaN and infinity go on as they are."""

    count: int
    mean: float
    std: float
    least: float
    greatest: float
    norm: float

    @classmethod
    def of(cls, values: np.ndarray) -> "Summary":
        """The summary of an array of any shape, worked out in float64."""
        x = values.astype(np.float64).ravel()
        with quiet():
            ends = float(x.min()), float(x.max())
            norm = float(np.sqrt(np.sum(x * x)))
            return cls(x.size, float(x.mean()), float(x.std()), *ends, norm)


def vectors(trainer: Trainer) -> dict[str, np.ndarray]:
    """Every vector (…, P) by name, on the host: "parameters", "gradient" (the latest,
    with penalties and clipped, 0 before the first step), and each moment by its own."""
    named = {"parameters": trainer.network.parameters, "gradient": trainer.gradient}
    return {name: to_numpy(v) for name, v in {**named, **trainer.moments}.items()}


def array(trainer: Trainer, vector: np.ndarray, name: str) -> np.ndarray:
    """What a vector (…, P) holds for the parameter of this name, as "0.W", in that
    parameter's shape."""
    return trainer.network.layout.places[name].view(np, vector)
