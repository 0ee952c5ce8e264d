"""A height over every point of the plane, measured with an error: data for regression.

Points are uniform in the square from −5 to 5, heights y from about −1 to 1. Noise is an
error of y alone, normal with this deviation, so no network should come closer to the
samples than that.
"""

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.data.generators import luck

SLOPES = 0.12, -0.08  # of the plane, along x₁ and x₂
HILLS = ((-3, 3, 1), (3, -3, 1), (0, 0, 1), (3, 3, -1), (-3, -3, -1))  # x₁, x₂, height
WIDTH = 1.5  # of a hill, as a deviation


def plane(samples: int = 500, noise: float = 0.1, seed: int = 0) -> Dataset:
    """y = 0.12 x₁ − 0.08 x₂: one neuron without an activation can learn it."""
    return _measured("plane", lambda x: x @ SLOPES, samples, noise, seed)


def hills(samples: int = 500, noise: float = 0.1, seed: int = 0) -> Dataset:
    """y = Σ ± exp(−‖x − c‖² / 2w²): three hills and two hollows, all w = 1.5 wide.

    No plane comes near it, a hidden layer does.
    """
    return _measured("hills", _bumps, samples, noise, seed)


def _bumps(x: np.ndarray) -> np.ndarray:
    *centre, height = np.transpose(HILLS)
    squares = np.sum((x[:, :, None] - centre) ** 2, axis=1)  # (N, hills)
    return np.exp(-squares / (2 * WIDTH**2)) @ height


def _measured(name, surface, samples, noise, seed) -> Dataset:
    rng = luck(samples, noise, seed)
    x = rng.uniform(-5, 5, (samples, 2))
    y = surface(x) + rng.normal(0, noise, samples)
    return Dataset(name, x, y, ("x₁", "x₂"), classes=(), source="generated")
