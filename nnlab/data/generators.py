"""Data sets on the plane, made from a formula, a noise and a seed.

Each has two classes in equal numbers and two features, x₁ and x₂, from about −5 to 5.
Noise moves every point by a normal step with this deviation.
"""

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.errors import number, whole


def island(samples: int = 500, noise: float = 0.2, seed: int = 0) -> Dataset:
    """A disc of one class (radius 2.4) in a sea of the other (a ring from 4.1 to 5.3).

    Points are uniform in area.
    """
    rng, y = luck(samples, noise, seed), _halves(samples)
    inner, outer = np.where(y == 1, 0, 4.1), np.where(y == 1, 2.4, 5.3)
    radius = np.sqrt(rng.uniform(inner**2, outer**2))
    angle = rng.uniform(0, 2 * np.pi, samples)
    return _noisy("island", _round(radius, angle), y, noise, rng)


def xor(samples: int = 500, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Four squares, coloured like a chess board: class 1 where x₁ and x₂ agree."""
    rng, y = luck(samples, noise, seed), _halves(samples)
    x1, x2 = rng.uniform(0.3, 5, (2, samples))
    side = rng.choice([-1, 1], samples)
    x = np.stack([side * x1, np.where(y == 1, side, -side) * x2], axis=1)
    return _noisy("xor", x, y, noise, rng)


def spiral(samples: int = 500, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Two arms that wind around each other, one turn and a half each."""
    rng, y = luck(samples, noise, seed), _halves(samples)
    along = np.sqrt(rng.uniform(0.02, 1, samples))
    angle = 1.75 * 2 * np.pi * along + np.pi * y
    return _noisy("spiral", _round(5 * along, angle), y, noise, rng)


def moons(samples: int = 500, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Two half circles (radius 10/3), each with an end within the other.

    A line tells most of the points apart, a curve all of them.
    """
    rng, y = luck(samples, noise, seed), _halves(samples)
    x = _round(10 / 3, rng.uniform(0, np.pi, samples)) - [5 / 3, 5 / 6]
    return _noisy("moons", np.where(y == 1, -1, 1)[:, None] * x, y, noise, rng)


def gaussians(samples: int = 500, noise: float = 0.5, seed: int = 0) -> Dataset:
    """Clouds about (−1.5, −1.5) and (1.5, 1.5), of deviation σ = √(1 + noise²).

    They overlap: no rule errs on fewer than Φ(−d/2σ) of all points, where d = 3√2 is
    the distance of the centres, and the straight line between them does no worse.
    """
    rng, y = luck(samples, noise, seed), _halves(samples)
    centre = np.where(y == 1, 1.5, -1.5)[:, None]
    return _noisy("gaussians", centre + rng.normal(0, 1, (samples, 2)), y, noise, rng)


def luck(samples: int, noise: float, seed: int, least: int = 2) -> np.random.Generator:
    """The random numbers for these arguments, once they have been checked."""
    whole("samples", samples, least)
    number("noise", noise, 0.2, least=0)
    whole("seed", seed, least=0)
    return np.random.default_rng(seed)


def _halves(samples: int) -> np.ndarray:
    """Labels 0 and 1 in turn."""
    return np.arange(samples) % 2


def _round(radius, angle) -> np.ndarray:
    """Points (N, 2) at these distances from the middle, in these directions."""
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _noisy(name, x, y, noise, rng) -> Dataset:
    x = x + rng.normal(0, noise, x.shape)
    return Dataset(name, x, y, ("x₁", "x₂"), ("orange", "blue"), source="generated")
