"""A network grows, or shrinks, in the middle of its training, or goes on with other
samples: what fits is kept.

Of each array, and of its moments, as many rows and columns are kept as both networks
have; the rest is as the new network drew it, and its moments are 0.
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
    """`trainer` goes on with `network`, of other widths, which takes over what fits.

    Raises `InputError` if inputs, outputs, replicas, kinds of layers or backends
    differ, or what the layers of a block learn.
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
    """`trainer` goes on with other samples, as it was given those before: all that was
    learned stays, and an epoch begins. In `parts` are "train", and "validation" if it
    had that.

    Raises `InputError` for other parts than it had, labels in place of measurements,
    and what a trainer can't be made with; then nothing has changed.
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
    """`network` goes on with other layers, which need the same arrays, as Dropout of
    another rate does: all numbers stay. Raises `InputError` if they need others."""
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
    """Where all arrays lie that these layers need."""
    layouts = stack.layout, stack.state_layout, stack.noise_layout(1)
    return (stack.widths, *(layout.places for layout in layouts))


def _kin(network: Network) -> tuple[Any, ...]:
    """What two networks must share for one to take over from the other."""
    kinds = [type(layer) for layer in network.layers]
    names = [*network.layout.places]
    ends = network.widths[0], network.widths[-1]
    return ends, network.lead, kinds, names, network.backend.name
