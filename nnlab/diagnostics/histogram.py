"""How many numbers lie where, for each replica at once."""

import numpy as np


def shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The share of the numbers (…, N) in each bin between rising `edges` (K + 1,): a
    table (…, K) whose rows add up to 1.

    A bin holds its left edge and not its right one. What lies beyond the ends counts
    in the end bins, and NaN in the last.

    >>> shares(np.array([0.0, 0.5, 1.0, 9.0]), np.array([0.0, 1.0, 2.0]))
    array([0.5, 0.5])
    """
    bins = len(edges) - 1
    place = np.searchsorted(edges[1:-1], values, side="right")  # NaN sorts last
    rows = place.reshape(-1, values.shape[-1])
    counts = [np.bincount(row, minlength=bins) for row in rows]
    return np.array(counts).reshape(*values.shape[:-1], bins) / values.shape[-1]
