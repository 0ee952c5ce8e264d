"""How a network is drawn: its layers gathered into columns of neurons.

A column begins with a layer that makes new numbers out of all numbers before it, and
ends where the next one begins: what bends, scales or drops each number by itself
belongs to the column. Its neurons are the outputs of its last layer. Its links are the
weights of the first one, if they are a table with a row for each neuron before it and
a column for each neuron in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nnlab.engine.dropout import Dropout
from nnlab.engine.layers import Layer, Linear
from nnlab.engine.network import Network
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.residual import Residual
from nnlab.errors import InputError, shown
from nnlab.experiment.answer_parts import AnswerLayer

WEIGHTED = (Linear, AnswerLayer)  # their outputs are weighted sums


@dataclass(frozen=True)
class Column:
    """Some layers of a network that are drawn as one.

    Attributes:
        first: the number of the layer that has the weights.
        last: the number of the layer whose outputs its neurons are.
        inputs: how many numbers come in.
        units: how many neurons it has.
        weights: the name of its table of weights, or "" if it has none.
        sums: the number of the layer whose outputs are the weighted sums, before they
            are bent; None if they stay within a layer.
        bends: the layer that bends them, if there is one.
        adds: whether what comes in is added to what comes out.
    """

    first: int
    last: int
    inputs: int
    units: int
    weights: str
    sums: int | None
    bends: Layer | None
    adds: bool


def columns(network: Network) -> list[Column]:
    """The columns after the inputs, from left to right."""
    starts = [i for i in range(len(network.layers)) if _gathers(network, i)]
    ends = [*(start - 1 for start in starts[1:]), len(network.layers) - 1]
    return [_column(network, *span) for span in zip(starts, ends)]


def column_of(network: Network, layer: int) -> int:
    """The number of the column to which a layer belongs."""
    return max(0, sum(one.first <= layer for one in columns(network)) - 1)


def hidden(network: Network) -> int:
    """How many hidden layers are drawn: all columns but the output's."""
    return len(columns(network)) - 1


def check_layer(network: Network, number: int | None) -> None:
    """Raises `InputError` for a hidden layer, numbered from 1, that there is not."""
    most = hidden(network)
    if number is not None and not 1 <= number <= most:
        raise InputError(
            "layer",
            f"layer={shown(number)} is not allowed: hidden layers have the numbers 1 "
            f"to {most}; try layer={most}.",
        )


def _gathers(network: Network, i: int) -> bool:
    """Whether a layer makes new numbers out of all that come in: it has weights, or
    gives another number of them."""
    inputs, outputs = network.widths[i : i + 2]
    return inputs != outputs or bool(_tables(network, i))


def _tables(network: Network, i: int) -> list[str]:
    """The names of a layer's weights, within a block too."""
    places = network.layout.places.items()
    return [n for n, p in places if p.layer == i and n.split(".")[-1] == "W"]


def _column(network: Network, first: int, last: int) -> Column:
    inputs, units = network.widths[first], network.widths[last + 1]
    tables, head = _tables(network, first), network.layers[first]
    alone = len(tables) == 1
    fits = alone and network.layout.places[tables[0]].shape == (inputs, units)
    inside = [*(head.layers if isinstance(head, Residual) else [head])]
    bending = _bending([*inside, *network.layers[first + 1 : last + 1]])
    sums = _sums(network.layers, first, last) if isinstance(head, WEIGHTED) else None
    adds = isinstance(head, Residual)
    return Column(
        first, last, inputs, units, tables[0] if fits else "", sums, bending, adds
    )


def _bending(layers: Sequence[Layer]) -> Layer | None:
    """The first layer that does no more than bend each number."""
    plain = [one for one in layers if not isinstance(one, Dropout | BatchNorm)]
    return next((one for one in plain if not one.parameters(1)), None)


def _sums(layers: Sequence[Layer], first: int, last: int) -> int:
    """The layer after which the sums of a Linear layer are bent."""
    scaled = first < last and isinstance(layers[first + 1], BatchNorm)
    return first + 1 if scaled else first
