"""Principal components: the directions of largest variance.

Pearson 1901, "On lines and planes of closest fit to systems of points in space".
"""

import numpy as np

ROUNDING = 1e-6  # relative to the largest singular value


def main_axes(away: np.ndarray, count: int = 2) -> np.ndarray:
    """Return the directions (count, P) of largest sums of squares over the rows.

    They are orthonormal, and 0 where no variance is left. The largest entry of each is
    positive, which fixes its sign. They are computed from the smaller of the products
    of rows (T, T) and of columns (P, P).

    Args:
        away: the rows (T, P), relative to the origin: they are not centred here.
        count: the number of directions.
    """
    wide = len(away) < away.shape[1]
    values, vectors = np.linalg.eigh(away @ away.T if wide else away.T @ away)
    sizes, axes = np.sqrt(np.maximum(values[::-1], 0)), vectors.T[::-1]
    known = (sizes > ROUNDING * sizes[0])[:count]
    axes = axes[:count][known] @ away if wide else axes[:count][known]
    found = np.zeros((count, away.shape[1]))
    found[: len(axes)] = axes / np.linalg.norm(axes, axis=1, keepdims=True)
    largest = np.take_along_axis(found, np.abs(found).argmax(axis=1)[:, None], axis=1)
    return found * np.where(largest < 0, -1.0, 1.0)
