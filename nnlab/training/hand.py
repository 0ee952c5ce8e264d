"""Set a single parameter by hand during training.

All other numbers, including other replicas and all moments, are unchanged. Training
continues from there at the next step.
"""

import numpy as np

from nnlab.engine.network import Network
from nnlab.errors import InputError, number, shown, unknown, whole
from nnlab.training.trainer import Trainer


def set_by_hand(
    trainer: Trainer, replica: int, name: str, at: tuple[int, ...], value: float
) -> None:
    """Set one number of a parameter of one replica, in place.

    Setting it again before the next step counts as one change.

    Args:
        trainer: the trainer.
        replica: index of the replica.
        name: name of the parameter array, such as "0.W".
        at: index of the number in that array.
        value: new value.

    Raises:
        InputError: for a replica, parameter or index that does not exist, or a value
            that is not finite.
    """
    network = trainer.network
    value = check_by_hand(network, replica, name, at, value)
    network.replica(replica)[name][at] = value
    place = ", ".join(map(str, at))
    what = f"{name}[{place}] of seed {network.seeds[replica]}"
    if trainer.changes and trainer.changes[-1][:2] == (trainer.steps_done, what):
        trainer.changes.pop()
    trainer.changes.append((trainer.steps_done, what, value))


def check_by_hand(
    network: Network, replica: int, name: str, at: tuple[int, ...], value: float
) -> float:
    """Return `value` if `set_by_hand` accepts it.

    Raises:
        InputError: for a replica, parameter or index that does not exist, or a value
            that is not finite.
    """
    whole("replica", replica, least=0)
    if replica >= len(network.seeds):
        raise InputError(
            "replica",
            f"replica={replica} is not allowed: there are {len(network.seeds)}, "
            f"numbered from 0; try replica={len(network.seeds) - 1}.",
        )
    if name not in network.layout.places:
        raise unknown("name", name, network.layout.places)
    shape = network.layout.places[name].shape
    if not _within(at, shape):
        last = tuple(n - 1 for n in shape)
        raise InputError(
            "at",
            f"at={shown(at)} is not allowed: {name} has the shape {shape}, and places "
            f"are numbered from 0; try at={last}.",
        )
    value, most = number("value", value, fix=0.0), float(np.finfo(network.dtype).max)
    return number("value", value, fix=0.0, least=-most, most=most)


def _within(at: object, shape: tuple[int, ...]) -> bool:
    """Return True if `at` is an index into an array of this shape."""
    if not isinstance(at, tuple) or len(at) != len(shape):
        return False
    return all(type(i) is int and 0 <= i < n for i, n in zip(at, shape))
