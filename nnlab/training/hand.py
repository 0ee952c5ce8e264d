"""One number of a network is set by hand, in the middle of its training.

All other numbers stay, those of other replicas and all moments too, and training goes
on from there at the next step.
"""

import numpy as np

from nnlab.engine.network import Network
from nnlab.errors import InputError, number, shown, unknown, whole
from nnlab.training.trainer import Trainer


def set_by_hand(
    trainer: Trainer, replica: int, name: str, at: tuple[int, ...], value: float
) -> None:
    """Sets the number at the place `at` of the parameter `name`, as in "0.W", of one
    replica. Set again before the next step, it counts as one change.

    Raises `InputError` for a replica, a parameter or a place that there is not, or for
    a value that is not finite.
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
    """The value, if it can be set there; or else an `InputError`."""
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
    """Whether this is a place of an array of this shape."""
    if not isinstance(at, tuple) or len(at) != len(shape):
        return False
    return all(type(i) is int and 0 <= i < n for i, n in zip(at, shape))
