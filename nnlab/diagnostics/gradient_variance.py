"""How much the gradient of a mini-batch strays from that of all samples.

Each mini-batch has a gradient of its own; their mean is the gradient of the mean loss.
If gᵢ is that of one sample, and Σ how these scatter about their mean g, then that of a
batch of B samples scatters by Σ / B. Where B is under the noise scale tr Σ / ‖g‖², a
step is more noise than gradient, and twice the batch is nearly twice as good; far above
it a larger batch is hardly any better. McCandlish et al. 2018, "An empirical model of
large-batch training".
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

FEWEST = 32  # mini-batches that a measurement is made of, at least


class Noise(NamedTuple):
    """The gradients of some mini-batches (batches, P), that of all samples (P,), how
    many samples a batch has, and of how many in all."""

    gradients: np.ndarray
    full: np.ndarray
    batch: int
    samples: int

    @property
    def spread(self) -> float:
        """The root of the mean of ‖g_B − g‖²: how far a batch's gradient strays."""
        away = self.gradients - self.full
        return float(np.sqrt(np.mean(np.sum(away * away, axis=-1))))

    @property
    def scale(self) -> float:
        """The noise scale tr Σ / ‖g‖², in samples.

        Batches are drawn without putting back, so their gradients scatter by Σ / B
        times (N − B) / (N − 1). NaN where B = N: then they do not scatter at all.
        """
        b, n = self.batch, self.samples
        if b == n:
            return nan
        with quiet():
            trace = self.spread**2 * b * (n - 1) / (n - b)
            return float(trace / np.sum(self.full**2))

    def plane(self, near: np.ndarray | None = None) -> np.ndarray:
        """The two directions (2, P) in which the gradients scatter most about that of
        all samples, at right angles; turned so that they are as near as can be to those
        of another plane, `near`."""
        axes = main_axes(self.gradients - self.full)
        if near is None:
            return axes
        left, _, right = np.linalg.svd(near @ axes.T)
        return left @ right @ axes

    def share(self, plane: np.ndarray) -> float:
        """The share of the scatter that lies in a plane."""
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
    """The gradients of whole mini-batches of `batch` of these samples, at the network's
    parameters; `network` is one network, without replicas.

    As in training, every sample comes once before any comes again; there are so many
    rounds, in orders from `seed`, that there are `least` batches. The network is used,
    not trained: Dropout is off.
    """
    part = network.features(x), network.targets(y, loss)
    n, rng = len(part[0]), np.random.default_rng(seed)
    batch = min(batch, n)
    least = 1 if batch == n else least  # they would all be the same
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
    """The gradient (K, P) in the batch of each of K rows (K, batch): one network, K
    times side by side."""
    shape = (len(rows), network.layout.size)
    many = copies_at(network, np.broadcast_to(to_numpy(network.parameters), shape))
    x, y = taken(many.xp, part, many.xp.asarray(rows.reshape(-1)), rows.shape)
    return to_numpy(many.gradient(x, y, loss)).astype(np.float64)
