"""Change a network in mid-training: its widths, its samples, its layers, one number.

After a change of widths, each array and its moments keep the rows and columns that both
networks have; the rest is as the new network drew it, and its moments are 0.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnlab.backend import Array
from nnlab.engine.layers import Layer
from nnlab.engine.network import Network
from nnlab.engine.sequential import Sequential
from nnlab.errors import InputError, number, shown, unknown, whole
from nnlab.training.history import check_watched
from nnlab.training.sample_checks import batch_of, checked, labelled
from nnlab.training.trainer import Trainer


def transplant(trainer: Trainer, network: Network) -> None:
    """Continue `trainer` with `network`, of other widths; arrays that fit are kept.

    Args:
        trainer: the trainer, changed in place.
        network: the new network, changed in place.

    Raises:
        InputError: if inputs, outputs, replicas, kinds of layers, parameter names or
            backends differ.
    """
    old = trainer.network
    if _kin(old) != _kin(network):
        raise InputError(
            "network",
            f"network={network!r} can't take over from {old!r}; give it as many "
            "inputs, outputs and replicas, the same kinds of layers, and the same "
            "backend.",
        )
    new, was = network.stack, old.stack
    new.layout.inherit(network.xp, network.parameters, was.layout, old.parameters)
    new.state_layout.inherit(network.xp, network.state, was.state_layout, old.state)
    trainer.update = trainer.update.for_network(network)
    trainer.noise = trainer.noise.for_network(network, trainer.batch_size)
    trainer.record.follow(network)
    trainer.network = network
    trainer.forget()
    trainer.changes.append((trainer.steps_done, "network", network.widths))


def feed(
    trainer: Trainer,
    parts: dict[str, tuple[Array, Array]],
    batch_size: int | None,
) -> None:
    """Continue `trainer` with other samples, starting a new epoch; parameters are kept.

    Args:
        trainer: the trainer, changed in place.
        parts: samples and targets as for `Trainer`: "train", and "validation" if the
            trainer had it.
        batch_size: number of samples in a mini-batch; None for all.

    Raises:
        InputError: for other parts than before, class labels in place of real numbers
            or the reverse, or data that `Trainer` rejects; the trainer is then
            unchanged.
    """
    network, loss = trainer.network, trainer.loss
    known = labelled(network, loss, *parts["train"])
    if parts.keys() != trainer.parts.keys() or known != trainer.record.labelled:
        raise InputError(
            "parts",
            f"parts={[*parts]} can't take the place of {[*trainer.parts]}; give the "
            "same parts, with targets of the same kind.",
        )
    new = {name: checked(network, loss, name, *part) for name, part in parts.items()}
    check_watched(trainer.record.stopping, new)
    samples = new["train"][0].shape[-2]
    size = batch_of(batch_size, samples, network.layers)
    trainer.parts, trainer.batch_size = new, size
    trainer.batches = trainer.batches.for_samples(samples, size, trainer.steps_done)
    trainer.noise = trainer.noise.for_network(network, size)
    trainer.record.observe(new)
    trainer.rows = trainer.rows[..., :0]
    trainer.forget()
    trainer.changes.append((trainer.steps_done, "samples", samples))


def exchange(network: Network, layers: Sequence[Layer]) -> None:
    """Replace the layers of `network` by others with the same arrays, in place.

    All numbers are kept. An example is Dropout with another rate.

    Raises:
        InputError: if the layers need other arrays.
    """
    stack = Sequential(layers, network.widths[0])
    if _arrays(stack) != _arrays(network.stack):
        raise InputError(
            "layers",
            "layers that need other arrays can't take over in a network; make a new "
            "Network of them.",
        )
    network.stack, network.layers, network.layout = stack, stack.layers, stack.layout
    network.forget()


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


def _arrays(stack: Sequential) -> tuple[object, ...]:
    """Return the layout of all arrays that these layers need."""
    layouts = stack.layout, stack.state_layout, stack.noise_layout(1)
    return (stack.widths, *(layout.places for layout in layouts))


def _kin(network: Network) -> tuple[Any, ...]:
    """Return everything that must be equal in two networks for `transplant`."""
    kinds = [type(layer) for layer in network.layers]
    names = [*network.layout.places]
    ends = network.widths[0], network.widths[-1]
    return ends, network.lead, kinds, names, network.backend.name


def _within(at: object, shape: tuple[int, ...]) -> bool:
    """Return True if `at` is an index into an array of this shape."""
    if not isinstance(at, tuple) or len(at) != len(shape):
        return False
    return all(type(i) is int and 0 <= i < n for i, n in zip(at, shape))
