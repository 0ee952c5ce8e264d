"""Histograms of many replicas at once."""

import numpy as np


def shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the share of the values in each bin (…, K); each row sums to 1.

    A bin includes its left edge and excludes its right one. Values outside the edges
    are counted in the first or last bin, and NaN in the last.

    Args:
        values: the values (…, N).
        edges: the increasing edges of the bins (K + 1,).

    >>> shares(np.array([0.0, 0.5, 1.0, 9.0]), np.array([0.0, 1.0, 2.0]))
    array([0.5, 0.5])
    """
    bins = len(edges) - 1
    place = np.searchsorted(edges[1:-1], values, side="right")  # NaN sorts last
    rows = place.reshape(-1, values.shape[-1])
    counts = [np.bincount(row, minlength=bins) for row in rows]
    return np.array(counts).reshape(*values.shape[:-1], bins) / values.shape[-1]
