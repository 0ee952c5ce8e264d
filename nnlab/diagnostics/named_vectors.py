"""The flat vectors of a run by name: parameters, gradient and optimizer moments."""

from dataclasses import dataclass

import numpy as np

from nnlab.backend import quiet, to_numpy
from nnlab.training.trainer import Trainer


@dataclass(frozen=True)
class Summary:
    """Summary statistics of an array; NaN and infinity propagate.

    Attributes:
        count: the number of values.
        mean: their mean.
        std: their standard deviation.
        least: the minimum.
        greatest: the maximum.
        norm: the norm √Σx².
    """

    count: int
    mean: float
    std: float
    least: float
    greatest: float
    norm: float

    @classmethod
    def of(cls, values: np.ndarray) -> "Summary":
        """Return the summary of an array of any shape, computed in float64."""
        x = values.astype(np.float64).ravel()
        with quiet():
            ends = float(x.min()), float(x.max())
            norm = float(np.sqrt(np.sum(x * x)))
            return cls(x.size, float(x.mean()), float(x.std()), *ends, norm)


def vectors(trainer: Trainer) -> dict[str, np.ndarray]:
    """Return every flat vector (…, P) by name, as NumPy arrays.

    These are "parameters", "gradient" (the latest, with penalties and clipping; 0
    before the first step), and each moment of the optimizer.
    """
    named = {"parameters": trainer.network.parameters, "gradient": trainer.gradient}
    return {name: to_numpy(v) for name, v in {**named, **trainer.moments}.items()}


def array(trainer: Trainer, vector: np.ndarray, name: str) -> np.ndarray:
    """Return one parameter array's part of a flat vector (…, P).

    It has the shape of the parameter array.

    Args:
        trainer: the trainer.
        vector: the flat vector.
        name: the name of the array, such as "0.W".
    """
    return trainer.network.layout.places[name].view(np, vector)
