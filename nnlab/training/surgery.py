"""Change the widths, the layers or the data of a network during training.

Of each array, and of its moments, the rows and columns that both networks have are
kept; the others have the initial values of the new network, and moments 0.
"""

from collections.abc import Sequence
from typing import Any

from nnlab.backend import Array
from nnlab.engine.layers import Layer
from nnlab.engine.network import Network
from nnlab.engine.sequential import Sequential
from nnlab.errors import InputError
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
