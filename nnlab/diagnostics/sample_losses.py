"""What a network makes of each sample, one by one: how wrong it is, and how.

A mean over samples hides who is behind it. Here are the losses of single samples, the
worst of them, how much of the whole they carry, and which class is taken for which.
"""

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network
from nnlab.training.trainer import Trainer

SAMPLES = 256  # that a measurement needs, at most


def samples_of(
    trainer: Trainer,
    replica: int | None = None,
    part: str = "train",
    rows: slice = slice(None),
) -> tuple[Array, Array]:
    """These rows of a part's samples (batch, inputs) and their targets, on the host.

    Where replicas have samples of their own, those of one `replica`, or of all:
    (R, batch, inputs) and (R, batch, …).
    """
    x, y = map(to_numpy, trainer.parts[part])
    if x.ndim == 2:
        return x[rows], y[rows]
    if replica is None:
        return x[:, rows], y[:, rows]
    return x[replica, rows], y[replica, rows]


def some(trainer: Trainer, replica: int | None = None) -> tuple[Array, Array]:
    """Training samples and their targets, as `samples_of` has them: all, or `SAMPLES`
    at most, evenly from first to last."""
    apart = -(-trainer.parts["train"][0].shape[-2] // SAMPLES)
    return samples_of(trainer, replica, rows=slice(None, None, apart))


def sample_losses(network: Network, x: Array, y: Array, loss: Loss) -> np.ndarray:
    """The loss of each sample (…, N), as the network is used: Dropout is off.

    x (…, N, inputs) and y are samples and targets as `samples_of` has them. The mean
    over samples is the loss that `Network.loss` gives.
    """
    x = network.features(x)
    y = network.targets(y, loss, x.shape[:-1])
    with quiet():
        z, _ = network.forward_pass(x)
        return to_numpy(loss.forward(network.xp, z, y)[0])


def called(answers: np.ndarray) -> np.ndarray:
    """The class that each answer (…, N, outputs) stands for: the largest, or of a
    single output the second class above a ½ (…, N). What is NaN is class 0."""
    answers = np.nan_to_num(answers)
    if answers.shape[-1] == 1:
        return (answers[..., 0] > 0.5).astype(int)
    return answers.argmax(axis=-1)


def confusion(y: np.ndarray, calls: np.ndarray, classes: int) -> np.ndarray:
    """How often class i was called j: counts (…, classes, classes).

    y (N,) or (…, N) are labels, and `calls` (…, N) what each replica called the
    samples.

    >>> confusion(np.array([0, 1, 1]), np.array([0, 1, 0]), 2)
    array([[1, 0],
           [1, 1]])
    """
    pairs = np.broadcast_to(y, calls.shape) * classes + calls
    rows = pairs.reshape(-1, calls.shape[-1])
    counts = [np.bincount(row, minlength=classes**2) for row in rows]
    return np.array(counts).reshape(*calls.shape[:-1], classes, classes)


def worst(losses: np.ndarray, count: int) -> np.ndarray:
    """The numbers of the samples with the greatest losses (N,), the worst first; what
    is NaN is worse than all, and of equals the first comes first."""
    known = np.where(np.isnan(losses), np.inf, losses)
    return np.argsort(-known, kind="stable")[:count]


def carried(losses: np.ndarray, share: float) -> np.ndarray:
    """The part of the whole loss (…,) that lies on this share of the samples, those
    with the greatest losses (…, N); NaN where there is no loss, or an infinite one.

    >>> carried(np.array([1.0, 1.0, 1.0, 7.0]), 0.25)
    array(0.7)
    """
    count = max(1, round(share * losses.shape[-1]))
    most = np.sort(losses, axis=-1)[..., -count:].sum(axis=-1)
    with quiet():
        return np.asarray(most / losses.sum(axis=-1))
