"""A network grows, or shrinks, in the middle of its training: what fits is kept.

Of each array, and of its moments, as many rows and columns are kept as both networks
have; the rest is as the new network drew it, and its moments are 0.
"""

from collections.abc import Sequence
from typing import Any

from nnlab.engine.layers import Layer
from nnlab.engine.network import Network
from nnlab.engine.stack import Stack
from nnlab.engine.trainer import Trainer
from nnlab.errors import InputError


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
    trainer.noise = trainer.noise.for_network(network)
    trainer.record.follow(network)
    trainer.network = network
    trainer.forget()
    trainer.changes.append((trainer.steps_done, "network", network.widths))


def exchange(network: Network, layers: Sequence[Layer]) -> None:
    """`network` goes on with other layers, which need the same arrays, as Dropout of
    another rate does: all numbers stay. Raises `InputError` if they need others."""
    stack = Stack(layers, network.widths[0])
    if _arrays(stack) != _arrays(network.stack):
        raise InputError(
            "layers",
            "layers that need other arrays can't take over in a network; make a new "
            "Network of them.",
        )
    network.stack, network.layers, network.layout = stack, stack.layers, stack.layout
    network.forget()


def _arrays(stack: Stack) -> tuple[object, ...]:
    """Where all arrays lie that these layers need."""
    layouts = stack.layout, stack.state_layout, stack.noise_layout(1)
    return (stack.widths, *(layout.places for layout in layouts))


def _kin(network: Network) -> tuple[Any, ...]:
    """What two networks must share for one to take over from the other."""
    kinds = [type(layer) for layer in network.layers]
    names = [*network.layout.places]
    ends = network.widths[0], network.widths[-1]
    return ends, network.lead, kinds, names, network.backend.name
