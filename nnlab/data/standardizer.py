"""Standardize features to mean 0 and standard deviation 1.

Otherwise features with large units would dominate those with small ones. Mean and
deviation are computed from the training part only: a scale fitted to the other parts
would leak information about them.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Standardizer:
    """Shift and scale each feature: (x − mean) / std.

    Targets, (N,) too, are handled alike.

    A constant feature has std 1, and so becomes 0. Mean and deviation are computed in
    float64, after division by a power of two (which is exact), so that no sum of
    squares overflows.

    Attributes:
        mean: the mean of each feature (features,).
        std: the standard deviation of each feature (features,).
    """

    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def fit(cls, x: np.ndarray) -> "Standardizer":
        """Return the standardizer fitted to samples (N, features)."""
        x = np.asarray(x, dtype=np.float64)
        low, high = x.min(axis=0), x.max(axis=0)
        size = np.ldexp(1.0, np.frexp(np.maximum(-low, high))[1] - 1)
        z = x / size
        least = np.nextafter(0.0, 1.0)  # smallest positive number: std may round to 0
        deviation = np.maximum(z.std(axis=0) * size, least)
        return cls(z.mean(axis=0) * size, np.where(low < high, deviation, 1.0))

    @classmethod
    def identity(cls, x: np.ndarray) -> "Standardizer":
        """Return the standardizer that leaves samples (N, features) unchanged."""
        return cls(np.zeros(x.shape[1:]), np.ones(x.shape[1:]))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return (np.asarray(x, dtype=np.float64) - self.mean) / self.std

    def back(self, z: np.ndarray) -> np.ndarray:
        """Return standardized values z in original units: z · std + mean.

        >>> scale = Standardizer(mean=np.array(150.0), std=np.array(20.0))
        >>> scale(np.array([190.0])), scale.back(np.array([2.0]))
        (array([2.]), array([190.]))
        """
        return z * self.std + self.mean
