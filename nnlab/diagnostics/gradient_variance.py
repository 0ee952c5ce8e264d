"""The noise of mini-batch gradients around the gradient of all samples.

If Σ is the covariance of the gradients of single samples around their mean g, then that
of the gradient of a batch of B samples is Σ / B. Where B is below the noise scale
tr Σ / ‖g‖², a step is more noise than gradient, and doubling the batch is nearly twice
as good; far above it a larger batch hardly helps. McCandlish et al. 2018, "An empirical
model of large-batch training".
"""

from math import nan
from typing import NamedTuple

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.diagnostics.pca import main_axes
from nnlab.diagnostics.perturbed_replicas import copies_at
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network
from nnlab.training.batches import taken

FEWEST = 32  # minimum number of mini-batches of a measurement


class Noise(NamedTuple):
    """Mini-batch gradients at one point.

    Attributes:
        gradients: the gradients of some mini-batches (batches, P).
        full: the gradient of all samples (P,).
        batch: the number of samples in a batch, B.
        samples: the number of samples in all, N.
    """

    gradients: np.ndarray
    full: np.ndarray
    batch: int
    samples: int

    @property
    def spread(self) -> float:
        """Root mean square of ‖g_B − g‖, the deviation of a batch's gradient."""
        away = self.gradients - self.full
        return float(np.sqrt(np.mean(np.sum(away * away, axis=-1))))

    @property
    def scale(self) -> float:
        """Noise scale tr Σ / ‖g‖², in samples.

        Batches are drawn without replacement, so the covariance of their gradients is
        Σ / B times (N − B) / (N − 1). NaN where B = N, since there is no variance.
        """
        b, n = self.batch, self.samples
        if b == n:
            return nan
        with quiet():
            trace = self.spread**2 * b * (n - 1) / (n - b)
            return float(trace / np.sum(self.full**2))

    def plane(self, near: np.ndarray | None = None) -> np.ndarray:
        """Return the first two principal directions (2, P) of the gradient noise.

        Args:
            near: the directions (2, P) of another plane; the result is rotated within
                its plane to be as close to them as possible.
        """
        axes = main_axes(self.gradients - self.full)
        if near is None:
            return axes
        left, _, right = np.linalg.svd(near @ axes.T)
        return left @ right @ axes

    def share(self, plane: np.ndarray) -> float:
        """Return the share of the variance that lies in a plane (2, P)."""
        away = self.gradients - self.full
        with quiet():
            return float(np.sum((away @ plane.T) ** 2) / np.sum(away**2))


def gradient_noise(
    network: Network,
    x: Array,
    y: Array,
    loss: Loss,
    batch: int,
    seed: int = 0,
    least: int = FEWEST,
) -> Noise:
    """Return the gradients of mini-batches at the network's parameters.

    As in training, each epoch uses every sample at most once, in a new order;
    incomplete batches are dropped. The network is used in evaluation mode: Dropout is
    off.

    Args:
        network: one network, without replicas.
        x: the samples (N, inputs).
        y: the targets.
        loss: the loss.
        batch: the number of samples in a batch.
        seed: the seed of the orders.
        least: the number of batches; one if a batch holds all samples.
    """
    part = network.features(x), network.targets(y, loss)
    n, rng = len(part[0]), np.random.default_rng(seed)
    batch = min(batch, n)
    least = 1 if batch == n else least  # all batches are equal
    rounds = -(-least // (n // batch))
    whole = n - n % batch
    rows = np.concatenate([rng.permutation(n)[:whole] for _ in range(rounds)])
    rows = rows.reshape(-1, batch)[:least]
    with quiet():
        some = _gradients(network, part, rows, loss)
        full = _gradients(network, part, np.arange(n)[None], loss)[0]
    return Noise(some, full, batch, n)


def _gradients(
    network: Network, part: tuple[Array, Array], rows: np.ndarray, loss: Loss
) -> np.ndarray:
    """Return the gradient (K, P) of each of K batches of rows (K, batch), computed as K
    replicas of one network."""
    shape = (len(rows), network.layout.size)
    many = copies_at(network, np.broadcast_to(to_numpy(network.parameters), shape))
    x, y = taken(many.xp, part, many.xp.asarray(rows.reshape(-1)), rows.shape)
    return to_numpy(many.gradient(x, y, loss)).astype(np.float64)
