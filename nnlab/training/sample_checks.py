"""Validation of the data for a trainer."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from nnlab.backend import Array, check_aligned, host, to_numpy
from nnlab.engine.layers import Layer
from nnlab.engine.losses import Loss
from nnlab.engine.network import Network
from nnlab.errors import InputError, at_least_one, shown


def pair(name: str, given: Any) -> tuple[Array, Array]:
    """Return samples and targets, after checking that `given` is a pair.

    Raises:
        InputError: for anything else.
    """
    if isinstance(given, tuple | list) and len(given) == 2:
        x, y = given
        return x, y
    what = (
        f"an array of shape {given.shape}" if hasattr(given, "shape") else shown(given)
    )
    raise InputError(
        name,
        f"{name}={what} is not allowed: it is samples and their targets, together; try "
        f"{name}=(x, y).",
    )


def checked(
    network: Network, loss: Loss, name: str, x: Array, y: Array
) -> tuple[Array, Array]:
    """Return samples and targets as arrays of the network, after validation.

    Args:
        network: the network, or R replicas of it.
        loss: the loss.
        name: name of the part; only "validation" may be empty.
        x: samples (N, inputs), or (R, N, inputs) with separate ones per replica.
        y: their targets, in a form that the loss accepts.

    Raises:
        InputError: for samples that do not fit the network or are not finite, or
            targets that do not fit the loss or the samples.
    """
    if np.ndim(x) == 3:
        if len(x) != len(network.seeds) or network.replicas is None:
            raise InputError(
                name,
                f"{name} has samples for {len(x)} replicas, and the network has "
                f"{network.replicas}; try replicas={len(x)}.",
            )
        each = [checked(network, loss, name, *own) for own in zip(x, y, strict=True)]
        return tuple(map(network.xp.stack, zip(*each)))
    check_aligned(x, y, lambda said: InputError(name, f"{name} has {said}"))
    x, y = host("x", x), host("y", y)
    if not (x.ndim and y.ndim):
        raise InputError(
            name,
            f"{name} has x of shape {x.shape} and y of shape {y.shape}; give a row and "
            "a target for each sample.",
        )
    least = 0 if name == "validation" else 1
    if not least <= len(x) == len(y):
        raise InputError(
            name,
            f"{name} has {len(x)} samples and {len(y)} targets; give at least one "
            "sample, and one target for each.",
        )
    x, y = network.features(x), network.targets(y, loss)
    for what, values in (("samples", x), ("targets", y)):
        values = to_numpy(values)
        values = values.reshape(len(values), prod(values.shape[1:]))
        bad = np.argwhere(~np.isfinite(values))
        if len(bad):
            row, column = bad[0]
            raise InputError(
                name,
                f"{name} has {values[row, column]} in row {row}, column {column} "
                f"of its {what}; fill it in, or leave that row out.",
            )
    return x, y


def labelled(network: Network, loss: Loss, x: Array, y: Array) -> bool:
    """Return True if targets, of all replicas together, are class labels."""
    y = host("y", y)
    if np.ndim(x) == 3:
        y = y.reshape(-1, *y.shape[2:])
    return loss.is_classification(y, network.widths[-1])


def batch_of(size: int | None, samples: int, layers: Sequence[Layer]) -> int:
    """Return the number of samples in a mini-batch: `size`, but at most `samples`.

    Args:
        size: requested number; None for all samples.
        samples: number of training samples.
        layers: layers of the network.

    Raises:
        InputError: if some batch of the epoch would be too small for one of the layers.
    """
    given = size
    if size is not None:
        at_least_one("batch_size", size)
    size = samples if size is None else min(int(size), samples)
    needy = max(layers, key=lambda layer: layer.least_batch)
    least = needy.least_batch
    fits = [n for n in range(least, samples + 1) if not 0 < samples % n < least]
    if size not in fits:
        nearest = min(fits, key=lambda n: abs(n - size), default=None)
        raise InputError(
            "batch_size",
            f"batch_size={given} leaves a batch of fewer than {least} of {samples} "
            f"samples, on which {type(needy).__name__} can't train; try "
            f"batch_size={nearest}.",
        )
    return size
