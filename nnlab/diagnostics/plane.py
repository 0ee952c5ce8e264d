"""A plane in a space of many dimensions, for plotting.

A plot shows two dimensions: two features, two weights, or the first two principal
components of some points. Points outside the plane are projected onto it; the plot
should also report the share of the variance in the plane and the distances from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.diagnostics.pca import main_axes

TINY = 1e-9  # length below which a remainder is rounding error


@dataclass(frozen=True, eq=False)
class Plane:
    """The points origin + u · axes[0] + v · axes[1], for all u and v.

    Attributes:
        origin: the point at u = v = 0 (F,).
        axes: the two directions (2, F).
        readout: maps point − origin to (u, v): a matrix (F, 2).
        shares: the shares of the samples' variance along u and along v; NaN if
            undefined or unknown.
    """

    origin: np.ndarray
    axes: np.ndarray
    readout: np.ndarray
    shares: tuple[float, float] = (np.nan, np.nan)

    def at(self, uv: np.ndarray) -> np.ndarray:
        """Return the points (N, F) at plane coordinates (N, 2)."""
        return self.origin + uv @ self.axes

    def of(self, points: Array) -> np.ndarray:
        """Return the plane coordinates (…, 2) of points (…, F).

        Points are projected orthogonally.
        """
        return (to_numpy(points) - self.origin) @ self.readout

    def gap(self, points: Array) -> np.ndarray:
        """Return the distances (…,) of points (…, F) from the plane."""
        away = to_numpy(points) - self.origin
        return np.linalg.norm(away - away @ self.readout @ self.axes, axis=-1)

    def share(self, path: Array) -> float:
        """Return the share of a path's (T, F) variance in the plane.

        NaN for a constant path.
        """
        away = to_numpy(path) - np.mean(to_numpy(path), axis=0)
        with quiet():
            seen = away @ self.readout @ self.axes
            return float(np.sum(seen**2) / np.sum(away**2))

    def towards(self, other: "Plane") -> "Plane":
        """Return the same plane, with the signs of its axes aligned to another's."""
        signs = np.where(np.sum(self.axes * other.axes, axis=1) < 0, -1.0, 1.0)
        axes, readout = signs[:, None] * self.axes, signs * self.readout
        return Plane(self.origin, axes, readout, self.shares)


def of_features(first: int, second: int, held: np.ndarray) -> Plane:
    """Return the plane of two features, with the others fixed.

    Args:
        first: the index of the feature along u.
        second: the index of the feature along v.
        held: the values of all features (F,); those of the two are ignored.

    >>> plane = of_features(0, 2, np.array([5.0, 6.0, 7.0]))
    >>> plane.at(np.array([[1.0, 2.0]]))
    array([[1., 6., 2.]])
    """
    axes = np.eye(len(held))[[first, second]]
    return Plane(held - held @ axes.T @ axes, axes, axes.T)


def spanned(origin: np.ndarray, axes: Sequence[np.ndarray]) -> Plane:
    """Return the plane through a point along two directions, orthonormalized.

    A direction that is 0, or parallel to the first, is replaced by a coordinate axis.

    Args:
        origin: the point (F,).
        axes: the two directions (F,).
    """
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
    """Return the plane of the first two principal components of samples.

    u and v are lengths on the scale of the divided features. With one feature, the
    second direction is 0; samples without variance have shares of 0.

    Args:
        x: the samples (N, F).
        deviation: the scale of each feature (F,), by which it is divided first, so that
            its unit does not matter.
    """
    origin = x.mean(axis=0)
    scaled = (x - origin) / deviation
    two, whole = main_axes(scaled), np.sum(scaled**2) or 1.0
    first, second = np.sum((scaled @ two.T) ** 2, axis=0) / whole
    scale = np.broadcast_to(deviation, origin.shape)
    return Plane(origin, two * scale, two.T / scale[:, None], (first, second))


def turned(plane: Plane, x: np.ndarray, towards: np.ndarray) -> Plane:
    """Return the same plane with rotated or reflected axes.

    This keeps the orientation of a plot while the plane changes.

    The rotation solves the orthogonal Procrustes problem; Schönemann 1966, "A
    generalized solution of the orthogonal Procrustes problem". The shares are those of
    the new axes.

    Args:
        plane: the plane.
        x: the samples (N, F).
        towards: the plane coordinates (N, 2) that those of x should be close to.
    """
    uv = plane.of(x)
    left, _, right = np.linalg.svd(uv.T @ (towards - towards.mean(axis=0)))
    turn = left @ right
    moved = (uv @ turn).var(axis=0)
    shares = sum(plane.shares) * moved / (moved.sum() or 1.0)
    return Plane(
        plane.origin, turn.T @ plane.axes, plane.readout @ turn, tuple(shares.tolist())
    )
