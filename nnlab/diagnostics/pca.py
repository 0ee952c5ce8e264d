"""The directions in which some points scatter most: principal components.

Pearson 1901, "On lines and planes of closest fit to systems of points in space".
"""

import numpy as np

ROUNDING = 1e-6  # of the widest scatter: what is less is rounding


def main_axes(away: np.ndarray, count: int = 2) -> np.ndarray:
    """The directions (count, P) along which rows (T, P), as they lie about 0, have the
    largest sums of squares: at right angles, each of length 1, and 0 where there is no
    more scatter. The largest entry of each is positive, which settles its sign.

    They are found from products of rows (T, T), or of columns (P, P) if there are
    fewer of these.
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
