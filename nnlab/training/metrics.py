"""Metrics for evaluation, in contrast to losses, which are for training."""

from math import nan

from nnlab.backend import Array, Named, Purpose, Space, to_numpy
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network

Part = tuple[Array, Array]  # samples and their targets


def measure(
    network: Network, loss: Loss, parts: dict[str, Part], labelled: bool
) -> Named:
    """Return the loss, and accuracy for class labels or R² otherwise, on each part.

    Args:
        network: the network, or R replicas of it.
        loss: the loss.
        parts: samples and targets of each part, by name.
        labelled: True if targets are class labels.

    Returns:
        Host arrays (…,) by name, such as "train_loss" and "train_accuracy"; NaN for a
        part without samples.
    """
    xp, measured = network.xp, {}
    with network.backend.quiet():
        for part, (x, y) in parts.items():
            if not x.shape[-2]:
                nothing = xp.full(network.lead, nan, dtype=x.dtype)
                measured[f"{part}_loss"] = nothing
                measured[f"{part}_{'accuracy' if labelled else 'r2'}"] = nothing
                continue
            z = network.output(x)
            measured[f"{part}_loss"] = xp.mean(loss.forward(xp, z, y)[0], axis=-1)
            if labelled:
                right = xp.mean(loss.correct(xp, z, y), axis=-1)
                measured[f"{part}_accuracy"] = right
            else:
                measured[f"{part}_r2"] = r_squared(xp, z, y)
    return {name: to_numpy(values) for name, values in measured.items()}


def loss_in_training_mode(
    network: Network, loss: Loss, part: Part, measured: Array
) -> Array:
    """Return the loss (…,) on a part with the layers in training mode, on the host.

    `measured`, the loss in inference mode, is returned if no layer differs between the
    two.
    """
    if not network.stack.stateful:
        return measured
    x, y = part
    with network.backend.quiet():
        noise = network.draw_noise(x.shape[-2], Purpose.MEASURE)
        known = network.contexts(x.shape[-2], noise=noise)
        z = network.output(x, known)
        return to_numpy(network.xp.mean(loss.forward(network.xp, z, y)[0], axis=-1))


def r_squared(xp: Space, z: Array, y: Array) -> Array:
    """R² = 1 − Σ (z − y)² / Σ (y − ȳ)² for each replica (…,), over samples and outputs.

    The share of the variance of the targets that is explained: 1 is perfect, 0 no
    better than their mean. It is NaN if all targets of a replica are equal.

    Args:
        xp: array namespace.
        z: predictions (…, batch, outputs).
        y: targets of the same shape.
    """
    error = xp.sum(xp.sum((z - y) * (z - y), axis=-1), axis=-1)
    varies = xp.max(y, axis=-2, keepdims=True) > xp.min(y, axis=-2, keepdims=True)
    away = xp.where(varies, y - xp.mean(y, axis=-2, keepdims=True), 0.0)
    spread = xp.sum(xp.sum(away * away, axis=-1), axis=-1)
    return xp.where(spread > 0, 1 - error / spread, nan)


def confusion_matrix(y: Array, answers: Array) -> Array:
    """Return counts (classes, classes): class i (rows) predicted as class j (columns).

    Args:
        y: class numbers (batch,).
        answers: predictions (batch, classes), or (batch, 1) with ½ between two classes.

    Computed by scikit-learn.
    """
    from sklearn import metrics  # type: ignore[import-untyped]  # not above: it takes a second to load

    two = answers.shape[-1] == 1
    called = (answers[:, 0] > 0.5).astype(int) if two else answers.argmax(axis=-1)
    classes = range(2 if two else answers.shape[-1])
    return metrics.confusion_matrix(y, called, labels=[*classes])
