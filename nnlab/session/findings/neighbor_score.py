"""How well the nearest neighbours of a sample predict it: a yardstick without training.

A loss that stays high is no trouble where noise allows no lower one. If the neighbours
of a training sample predict it better than the network does, the inputs hold more than
was learned. Cover & Hart 1967, "Nearest neighbor pattern classification".
"""

import numpy as np

from nnlab.diagnostics.sample_losses import some
from nnlab.training.trainer import Trainer

NEIGHBORS = 5  # that predict a sample together


def neighbor_score(trainer: Trainer) -> float:
    """Return the accuracy, or R² of measurements, of predictions by neighbours.

    Each of `some` training samples is predicted by the mean target of the nearest
    others.
    """
    x, y = some(trainer, replica=0)
    x = x.astype(float)
    squares = np.sum(x * x, axis=1)
    distance = squares[:, None] + squares - 2 * x @ x.T
    np.fill_diagonal(distance, np.inf)
    count = min(NEIGHBORS, len(x) - 1)
    nearest = np.argpartition(distance, count, axis=1)[:, :count]
    labelled = trainer.record.labelled
    goal = _one_hot(y) if labelled else y.reshape(len(y), -1).astype(float)
    found = goal[nearest].mean(axis=1)
    if labelled:
        return float(np.mean(found.argmax(axis=1) == goal.argmax(axis=1)))
    error, spread = np.sum((found - goal) ** 2), np.sum((goal - goal.mean(axis=0)) ** 2)
    return float(1 - error / spread)


def _one_hot(y: np.ndarray) -> np.ndarray:
    """Return labels (N,), (N, 1) or one-hot (N, classes) as one-hot (N, classes)."""
    if y.ndim == 2 and y.shape[1] > 1:
        return y
    return np.eye(int(y.max()) + 1)[y.reshape(-1).astype(int)]
