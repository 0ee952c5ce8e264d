"""A plane through a space of many features, on which samples can be drawn.

Either two of the features span it and all others are held still, or the two directions
in which the samples vary most: their first two principal components, the right singular
vectors of the centred table of samples. Pearson 1901, "On lines and planes of closest
fit to systems of points in space".
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Plane:
    """The points origin + u · axes[0] + v · axes[1], for all u and v.

    Attributes:
        origin: where u = v = 0 (F,).
        axes: the two directions (2, F).
        readout: from a sample's way from the origin to its u and v (F, 2).
        shares: of the samples' variance, the part along u and the part along v; NaN
            where that makes no sense, since the features have units of their own.
    """

    origin: np.ndarray
    axes: np.ndarray
    readout: np.ndarray
    shares: tuple[float, float]

    def at(self, uv: np.ndarray) -> np.ndarray:
        """The points (N, F) at these places of the plane (N, 2)."""
        return self.origin + uv @ self.axes

    def of(self, x: np.ndarray) -> np.ndarray:
        """Where on the plane samples (N, F) are seen, looking straight at it (N, 2)."""
        return (x - self.origin) @ self.readout


def of_features(first: int, second: int, held: np.ndarray) -> Plane:
    """The plane of two features, the others held as in `held` (F,).

    >>> plane = of_features(0, 2, np.array([5.0, 6.0, 7.0]))
    >>> plane.at(np.array([[1.0, 2.0]]))
    array([[1., 6., 2.]])
    """
    axes = np.eye(len(held))[[first, second]]
    return Plane(held - held @ axes.T @ axes, axes, axes.T, (np.nan, np.nan))


def principal(x: np.ndarray, deviation: np.ndarray | float = 1.0) -> Plane:
    """The plane of the first two principal components of samples (N, F).

    Each feature is divided by its `deviation` (F,) first, so that none counts for more
    because of its unit; u and v are lengths on that scale. The largest entry of a
    direction is positive, which settles its sign. One feature alone has a second
    direction of zeros, and samples that do not vary have shares of 0.
    """
    origin = x.mean(axis=0)
    scaled = (x - origin) / deviation
    _, sizes, directions = np.linalg.svd(scaled, full_matrices=False)
    two = np.zeros((2, x.shape[1]))
    two[: len(directions)] = directions[:2]
    largest = np.take_along_axis(two, np.abs(two).argmax(axis=1)[:, None], axis=1)
    two *= np.where(largest < 0, -1.0, 1.0)
    first, second, *_ = [*sizes**2 / (np.sum(sizes**2) or 1.0), 0.0]
    scale = np.broadcast_to(deviation, origin.shape)
    return Plane(origin, two * scale, two.T / scale[:, None], (first, second))


def turned(plane: Plane, x: np.ndarray, towards: np.ndarray) -> Plane:
    """The same plane with its axes turned, or mirrored, so that samples x (N, F) lie as
    near to `towards` (N, 2) as a turn can bring them.

    So a picture keeps its orientation while the plane moves. The turn is that of the
    orthogonal Procrustes problem; Schönemann 1966, "A generalized solution of the
    orthogonal Procrustes problem". The shares are those of the axes as they are then.
    """
    uv = plane.of(x)
    left, _, right = np.linalg.svd(uv.T @ (towards - towards.mean(axis=0)))
    turn = left @ right
    moved = (uv @ turn).var(axis=0)
    shares = sum(plane.shares) * moved / (moved.sum() or 1.0)
    return Plane(
        plane.origin, turn.T @ plane.axes, plane.readout @ turn, tuple(shares.tolist())
    )
