"""The scale on which a network sees its data: every feature about 0, and about 1 wide.

A feature in thousands would otherwise drown one in thousandths. The mean and the spread
are computed from the training part alone: a scale that has seen the other parts has
told the network of them.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Standardizer:
    """Shifts and scales each feature: (x − mean) / deviation. So it does with
    measurements, which may be (N,) too.

    A feature that never varies has deviation 1, and so becomes 0. Mean and deviation
    are computed in float64, of numbers divided by a power of two as large as they are
    (which changes no digit), so that no sum of squares overflows.
    """

    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def fit(cls, x: np.ndarray) -> "Standardizer":
        """The one that gives these samples (N, features) mean 0 and deviation 1."""
        x = np.asarray(x, dtype=np.float64)
        low, high = x.min(axis=0), x.max(axis=0)
        size = np.ldexp(1.0, np.frexp(np.maximum(-low, high))[1] - 1)
        z = x / size
        least = np.nextafter(0.0, 1.0)  # to which the spread of the smallest rounds
        deviation = np.maximum(z.std(axis=0) * size, least)
        return cls(z.mean(axis=0) * size, np.where(low < high, deviation, 1.0))

    @classmethod
    def identity(cls, x: np.ndarray) -> "Standardizer":
        """The one that leaves samples (N, features) as they are."""
        return cls(np.zeros(x.shape[1:]), np.ones(x.shape[1:]))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return (np.asarray(x, dtype=np.float64) - self.mean) / self.std

    def back(self, z: np.ndarray) -> np.ndarray:
        """From this scale to the data's own units: what was z before it was scaled.

        >>> scale = Standardizer(mean=np.array(150.0), std=np.array(20.0))
        >>> scale(np.array([190.0])), scale.back(np.array([2.0]))
        (array([2.]), array([190.]))
        """
        return z * self.std + self.mean
