"""The loss of single samples, and the confusion matrix.

A mean loss hides which samples contribute to it. Here are the losses of single samples,
the largest of them, their share of the total, and the counts of predicted classes.
"""

import numpy as np

from nnlab.backend import Array, quiet, to_numpy
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network
from nnlab.training.trainer import Trainer

SAMPLES = 256  # maximum number of samples of a measurement


def samples_of(
    trainer: Trainer,
    replica: int | None = None,
    part: str = "train",
    rows: slice = slice(None),
) -> tuple[Array, Array]:
    """Return samples (batch, inputs) of a part and their targets, as NumPy arrays.

    Args:
        trainer: the trainer.
        replica: the replica, where replicas have different samples; None for all of
            them, (R, batch, inputs) and (R, batch, …).
        part: "train" or "validation".
        rows: the rows to return.
    """
    x, y = map(to_numpy, trainer.parts[part])
    if x.ndim == 2:
        return x[rows], y[rows]
    if replica is None:
        return x[:, rows], y[:, rows]
    return x[replica, rows], y[replica, rows]


def some(trainer: Trainer, replica: int | None = None) -> tuple[Array, Array]:
    """Return training samples and targets, at most `SAMPLES` of them.

    They are all, or evenly spaced ones, in the form of `samples_of`.
    """
    apart = -(-trainer.parts["train"][0].shape[-2] // SAMPLES)
    return samples_of(trainer, replica, rows=slice(None, None, apart))


def sample_losses(network: Network, x: Array, y: Array, loss: Loss) -> np.ndarray:
    """Return the loss of each sample (…, N) in evaluation mode: Dropout is off.

    Its mean over samples equals `Network.loss`.

    Args:
        network: the network.
        x: the samples (…, N, inputs), as from `samples_of`.
        y: the targets, as from `samples_of`.
        loss: the loss.
    """
    x = network.features(x)
    y = network.targets(y, loss, x.shape[:-1])
    with quiet():
        z = network.output(x)
        return to_numpy(loss.forward(network.xp, z, y)[0])


def called(answers: np.ndarray) -> np.ndarray:
    """Return the predicted class (…, N) of each answer (…, N, outputs).

    It is the largest output; with a single output, the second class if above ½. NaN
    counts as 0, so a sample with only NaN is class 0.
    """
    answers = np.nan_to_num(answers)
    if answers.shape[-1] == 1:
        return (answers[..., 0] > 0.5).astype(int)
    return answers.argmax(axis=-1)


def confusion(y: np.ndarray, calls: np.ndarray, classes: int) -> np.ndarray:
    """Return the confusion matrix (…, classes, classes).

    Row i, column j counts the samples of class i predicted as j.

    Args:
        y: the labels (N,) or (…, N).
        calls: the predicted classes (…, N), per replica.
        classes: the number of classes.

    >>> confusion(np.array([0, 1, 1]), np.array([0, 1, 0]), 2)
    array([[1, 0],
           [1, 1]])
    """
    pairs = np.broadcast_to(y, calls.shape) * classes + calls
    rows = pairs.reshape(-1, calls.shape[-1])
    counts = [np.bincount(row, minlength=classes**2) for row in rows]
    return np.array(counts).reshape(*calls.shape[:-1], classes, classes)


def worst(losses: np.ndarray, count: int) -> np.ndarray:
    """Return the indices of the `count` largest losses (N,), the largest first.

    NaN counts as infinite, and ties keep their order.
    """
    known = np.where(np.isnan(losses), np.inf, losses)
    return np.argsort(-known, kind="stable")[:count]


def carried(losses: np.ndarray, share: float) -> np.ndarray:
    """Return the share (…,) of the total loss in the largest losses.

    NaN where the total is 0 or infinite.

    Args:
        losses: the losses (…, N).
        share: the share of samples, from 0 to 1; at least one sample is counted.

    >>> carried(np.array([1.0, 1.0, 1.0, 7.0]), 0.25)
    array(0.7)
    """
    count = max(1, round(share * losses.shape[-1]))
    most = np.sort(losses, axis=-1)[..., -count:].sum(axis=-1)
    with quiet():
        return np.asarray(most / losses.sum(axis=-1))
