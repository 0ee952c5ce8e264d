"""MNIST-1D: the ten digits as curves of 40 points, generated from templates.

It separates models better than images of digits do: its authors report that a linear
model reaches an accuracy of 32 %, a multilayer perceptron 68 % and a convolutional
network 94 %. Each sample starts from the template of its digit and is then padded,
stretched, scaled, shifted, sheared and covered with noise. The templates and the recipe
are those of S. Greydanus and D. Kobak, "Scaling Down Deep Learning with MNIST-1D", ICML
2024, arXiv:2011.14439, whose code is under the Apache License 2.0; the code here is our
own.
"""

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.data.generators import luck
from nnlab.errors import number

HEIGHTS = np.array(
    [
        [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
        [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
        [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
        [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
        [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
        [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
        [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
        [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
    ]
)
LENGTH = HEIGHTS.shape[1]
PADDING = 36, 60  # points added after a template, minimum and maximum
LONG, SHORT = LENGTH + PADDING[1], 40  # points during generation, and at the end
STRETCH, SHEAR = 0.4, 0.75  # ranges of the factor about 1, and slope about 0
MOVE = 48  # a sample is shifted by fewer points than this
BLUR = 2.0  # standard deviation of the smoothing filter, in points


def mnist1d(
    samples: int = 4000, noise: float = 0.02, seed: int = 0, correlated: float = 0.25
) -> Dataset:
    """Return curves (samples, 40) of ten classes of equal size.

    The whole data set is then scaled to mean 0 and standard deviation 1 by two numbers,
    as in the recipe. Greydanus & Kobak 2024, arXiv:2011.14439, code under Apache-2.0.

    Args:
        samples: the number of samples, at least 10.
        noise: the standard deviation of the white noise, before scaling.
        seed: the seed of the random numbers.
        correlated: the standard deviation of the noise outside the digit, before
            smoothing and scaling.

    Raises:
        InputError: for an argument out of range.
    """
    rng = luck(samples, noise, seed, least=10)
    number("correlated", correlated, 0.25, least=0)
    y = np.arange(samples) % 10
    x, inside = _drawn(_templates()[y], rng)
    x = np.where(inside, x, _smooth(rng.normal(0, correlated, x.shape)))
    x = x + rng.normal(0, noise, x.shape)
    slope = SHEAR * (rng.random((samples, 1)) - 0.5)
    x = _between(
        x - slope * np.linspace(-0.5, 0.5, LONG), np.linspace(0, LONG - 1, SHORT)
    )
    return Dataset(
        name="mnist1d",
        x=(x - x.mean()) / x.std(),
        y=y,
        features=tuple(f"point {i}" for i in range(SHORT)),
        classes=tuple("0123456789"),
        source="generated; Greydanus & Kobak 2024, arXiv:2011.14439, Apache-2.0",
    )


def _templates() -> np.ndarray:
    """Return the ten curves (10, 12), standardized, each starting at 0."""
    y = HEIGHTS - HEIGHTS.mean(axis=1, keepdims=True)
    y = y / y.std(axis=1, keepdims=True)
    return (y - y[:, :1]) / 6


def _drawn(templates: np.ndarray, rng) -> tuple[np.ndarray, np.ndarray]:
    """Return templates (N, 12) padded, stretched to `LONG` points, scaled and shifted;
    and a mask (N, LONG), True inside the template and False in the padding."""
    n = len(templates)
    padding = rng.integers(PADDING[0], PADDING[1] + 1, (n, 1))
    factor = 1 + STRETCH * (rng.random((n, 1)) - 0.5)
    moved = (np.arange(LONG) - rng.integers(0, MOVE, (n, 1))) % LONG
    at = moved / (LONG - 1) * (LENGTH + padding - 1)  # in points of the template
    padded = np.pad(templates, [(0, 0), (0, 1)])
    return factor * _between(padded, np.minimum(at, LENGTH)), at < LENGTH


def _between(curves: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return curves (N, n) linearly interpolated at positions (N, m) or (m,) from 0 to
    n − 1."""
    at = np.broadcast_to(at, (len(curves), at.shape[-1]))
    left = np.minimum(at.astype(int), curves.shape[1] - 2)
    low, high = (np.take_along_axis(curves, left + i, axis=1) for i in (0, 1))
    return low + (at - left) * (high - low)


def _smooth(noise: np.ndarray) -> np.ndarray:
    """Return noise (N, n) smoothed by a Gaussian filter truncated at four standard
    deviations, with mirrored ends."""
    radius = round(4 * BLUR)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / BLUR) ** 2)
    wide = np.pad(noise, [(0, 0), (radius, radius)], mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(wide, len(weights), axis=1)
    return windows @ (weights / weights.sum())
