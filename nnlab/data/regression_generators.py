"""Heights over the plane, with noise: data sets for regression.

Points are uniform in the square from −5 to 5, and heights y range from about −1 to 1.
`noise` is the standard deviation of the normal error of y, so no model is expected to
have a smaller root mean square error on new samples.
"""

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.data.generators import luck

SLOPES = 0.12, -0.08  # of the plane, along x₁ and x₂
HILLS = ((-3, 3, 1), (3, -3, 1), (0, 0, 1), (3, 3, -1), (-3, -3, -1))  # x₁, x₂, height
WIDTH = 1.5  # of a hill, as a standard deviation


def plane(samples: int = 500, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Return y = 0.12 x₁ − 0.08 x₂ + noise, which one linear neuron can learn.

    Args:
        samples: the number of samples, at least 2.
        noise: the standard deviation of the error of y.
        seed: the seed of the random numbers.

    Raises:
        InputError: for an argument out of range.
    """
    return _measured("plane", lambda x: x @ SLOPES, samples, noise, seed)


def hills(samples: int = 500, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Return y = Σ ± exp(−‖x − c‖² / 2w²) + noise, with w = 1.5.

    These are three hills and two hollows. A linear model can't fit them, a hidden layer
    can. Arguments and errors are those of `plane`.
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
