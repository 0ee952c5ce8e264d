"""The directions in which some points scatter most: principal components.

Pearson 1901, "On lines and planes of closest fit to systems of points in space".
"""

import numpy as np

LEAST = 1e-6  # of the widest scatter: what is less is rounding


def main_axes(away: np.ndarray, count: int = 2) -> np.ndarray:
    """The directions (count, P) along which rows (T, P), as they lie about 0, have the
    largest sums of squares: at right angles, each of length 1; 0 where there is no more
    scatter. T may be much smaller than P: it is found from the (T, T) products of
    rows."""
    values, vectors = np.linalg.eigh(away @ away.T)
    lengths = np.sqrt(np.maximum(values[::-1], 0))[:count]
    found = np.zeros((count, away.shape[1]))
    known = lengths > LEAST * lengths[0]
    axes = vectors[:, ::-1][:, :count].T @ away
    found[: len(known)][known] = axes[known] / lengths[known, None]
    return found
