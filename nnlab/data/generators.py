"""Data sets on the plane, generated from a formula, a noise and a seed.

Each has two classes of equal size and two features, x₁ and x₂, from about −5 to 5.
`noise` is the standard deviation of the normal noise added to each coordinate.
"""

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.errors import number, whole


def island(samples: int = 500, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Return a disc of one class, in a ring of the other.

    The radius is up to 2.4 in the disc, and from 4.1 to 5.3 in the ring. Points are
    uniform in area.

    Args:
        samples: the number of samples, at least 2.
        noise: the standard deviation of the noise of each coordinate.
        seed: the seed of the random numbers.

    Raises:
        InputError: for an argument out of range.
    """
    rng, y = luck(samples, noise, seed), _halves(samples)
    inner, outer = np.where(y == 1, 0, 4.1), np.where(y == 1, 2.4, 5.3)
    radius = np.sqrt(rng.uniform(inner**2, outer**2))
    angle = rng.uniform(0, 2 * np.pi, samples)
    return _noisy("island", _round(radius, angle), y, noise, rng)


def xor(samples: int = 500, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Return four squares, coloured like a chess board.

    The class is 1 where x₁ and x₂ agree in sign. Arguments and errors are those of
    `island`.
    """
    rng, y = luck(samples, noise, seed), _halves(samples)
    x1, x2 = rng.uniform(0.3, 5, (2, samples))
    side = rng.choice([-1, 1], samples)
    x = np.stack([side * x1, np.where(y == 1, side, -side) * x2], axis=1)
    return _noisy("xor", x, y, noise, rng)


def spiral(samples: int = 500, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Return two interleaved spiral arms, of one and a half turns each.

    Arguments and errors are those of `island`.
    """
    rng, y = luck(samples, noise, seed), _halves(samples)
    along = np.sqrt(rng.uniform(0.02, 1, samples))
    angle = 1.75 * 2 * np.pi * along + np.pi * y
    return _noisy("spiral", _round(5 * along, angle), y, noise, rng)


def moons(samples: int = 500, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Return two half circles (radius 10/3), each with an end inside the other.

    A line separates most of the points, a curve all of them. Arguments and errors are
    those of `island`.
    """
    rng, y = luck(samples, noise, seed), _halves(samples)
    x = _round(10 / 3, rng.uniform(0, np.pi, samples)) - [5 / 3, 5 / 6]
    return _noisy("moons", np.where(y == 1, -1, 1)[:, None] * x, y, noise, rng)


def gaussians(samples: int = 500, noise: float = 0.5, seed: int = 0) -> Dataset:
    """Return two Gaussian clouds about (−1.5, −1.5) and (1.5, 1.5).

    Their standard deviation is σ = √(1 + noise²). They overlap: the lowest possible
    error rate is Φ(−d/2σ), where d = 3√2 is the distance between the centres, and the
    straight line between them reaches it. Arguments and errors are those of `island`.
    """
    rng, y = luck(samples, noise, seed), _halves(samples)
    centre = np.where(y == 1, 1.5, -1.5)[:, None]
    return _noisy("gaussians", centre + rng.normal(0, 1, (samples, 2)), y, noise, rng)


def luck(samples: int, noise: float, seed: int, least: int = 2) -> np.random.Generator:
    """Check the arguments of a generator, and return its random number generator.

    Raises:
        InputError: for an argument out of range.
    """
    whole("samples", samples, least)
    number("noise", noise, 0.2, least=0)
    whole("seed", seed, least=0)
    return np.random.default_rng(seed)


def _halves(samples: int) -> np.ndarray:
    """Return alternating labels 0 and 1."""
    return np.arange(samples) % 2


def _round(radius, angle) -> np.ndarray:
    """Return points (N, 2) with these polar coordinates."""
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _noisy(name, x, y, noise, rng) -> Dataset:
    x = x + rng.normal(0, noise, x.shape)
    return Dataset(name, x, y, ("x₁", "x₂"), ("orange", "blue"), source="generated")
