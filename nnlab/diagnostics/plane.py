"""A plane through a space of many dimensions, on which what lies there can be drawn.

Of many dimensions a picture shows two: those of two features or two weights, or the two
in which some points vary most, their first two principal components. Of a point beside
the plane only its shadow is seen; how much lies in the plane, and how far beside it
something is, belongs to the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.diagnostics.pca import main_axes

TINY = 1e-9  # of a direction, what is left of it by rounding alone


@dataclass(frozen=True, eq=False)
class Plane:
    """The points origin + u · axes[0] + v · axes[1], for all u and v.

    Attributes:
        origin: where u = v = 0 (F,).
        axes: the two directions (2, F).
        readout: from a point's way from the origin to its u and v (F, 2).
        shares: of the samples' variance, the part along u and the part along v; NaN
            where that makes no sense, or is not known.
    """

    origin: np.ndarray
    axes: np.ndarray
    readout: np.ndarray
    shares: tuple[float, float] = (np.nan, np.nan)

    def at(self, uv: np.ndarray) -> np.ndarray:
        """The points (N, F) at these places of the plane (N, 2)."""
        return self.origin + uv @ self.axes

    def of(self, points: Array) -> np.ndarray:
        """Where on the plane points (…, F) are seen, looking straight at it (…, 2)."""
        return (to_numpy(points) - self.origin) @ self.readout

    def gap(self, points: Array) -> np.ndarray:
        """How far (…,) points (…, F) are from the plane."""
        away = to_numpy(points) - self.origin
        return np.linalg.norm(away - away @ self.readout @ self.axes, axis=-1)

    def share(self, path: Array) -> float:
        """The share of a path's (T, F) variance that lies along the plane; NaN for one
        that does not move."""
        away = to_numpy(path) - np.mean(to_numpy(path), axis=0)
        with quiet():
            seen = away @ self.readout @ self.axes
            return float(np.sum(seen**2) / np.sum(away**2))

    def towards(self, other: "Plane") -> "Plane":
        """The same plane, with its directions pointing the way another's do."""
        signs = np.where(np.sum(self.axes * other.axes, axis=1) < 0, -1.0, 1.0)
        axes, readout = signs[:, None] * self.axes, signs * self.readout
        return Plane(self.origin, axes, readout, self.shares)


def of_features(first: int, second: int, held: np.ndarray) -> Plane:
    """The plane of two features, the others held as in `held` (F,).

    >>> plane = of_features(0, 2, np.array([5.0, 6.0, 7.0]))
    >>> plane.at(np.array([[1.0, 2.0]]))
    array([[1., 6., 2.]])
    """
    axes = np.eye(len(held))[[first, second]]
    return Plane(held - held @ axes.T @ axes, axes, axes.T)


def spanned(origin: np.ndarray, axes: Sequence[np.ndarray]) -> Plane:
    """The plane through a point (F,) along two directions (F,), set at right angles and
    to length 1; coordinates stand in for one that is none."""
    found: list[np.ndarray] = []
    for one in (*axes, *np.eye(min(3, origin.size), origin.size)):
        for other in found:
            one = one - (one @ other) * other
        length = np.linalg.norm(one)
        if len(found) < 2 and length > TINY:
            found.append(one / length)
    both = np.stack([*found, *[np.zeros(origin.size)] * (2 - len(found))])
    return Plane(origin, both, both.T)


def principal(x: np.ndarray, deviation: np.ndarray | float = 1.0) -> Plane:
    """The plane of the first two principal components of samples (N, F).

    Each feature is divided by its `deviation` (F,) first, so that none counts for more
    because of its unit; u and v are lengths on that scale. One feature alone has a
    second direction of zeros, and samples that do not vary have shares of 0.
    """
    origin = x.mean(axis=0)
    scaled = (x - origin) / deviation
    two, whole = main_axes(scaled), np.sum(scaled**2) or 1.0
    first, second = np.sum((scaled @ two.T) ** 2, axis=0) / whole
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
