"""What there is to say of one weight's gradient in slow motion: words, numbers."""

from collections.abc import Iterator

import numpy as np

from nnlab.backend import to_numpy
from nnlab.diagnostics.gradient_terms import Factors, entry
from nnlab.diagnostics.step_report import Account
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.drawing.number_format import signed
from nnlab.views.drawing.wiring import columns

ROWS = 4  # samples that are shown with all their factors


def named(session: Session, index: int) -> str:
    """A weight in words."""
    network = session.trainer.network
    array, at = entry(network.layout, index)
    layer = network.layout.places[array].layer
    drawn = columns(network)
    number = max(0, sum(one.first <= layer for one in drawn) - 1)
    units = drawn[number].units
    into = f"neuron {at[-1] + 1} of layer {number + 1}"
    if number == len(drawn) - 1:
        into = "the output" if units == 1 else f"output {at[-1] + 1}"
    if array == drawn[number].weights:
        before = session.scale.names if number == 0 else ()
        plain = f"neuron {at[0] + 1}"
        return f"weight from {before[at[0]] if before else plain} to {into}"
    letter = array.rpartition(".")[2]
    what = {"b": "bias", "W": "weight"}.get(letter, letter)
    return f"{what} of {into}"


def known(session: Session, product: Factors) -> dict[str, bool]:
    """Which factors the step has come to."""
    slow, layer = session.stepper.slow, product.array.rpartition(".")[0]
    bends = product.slope is not None
    block, _, number = layer.rpartition(".")
    after = f"{block}.{int(number) + 1}" if block else f"{int(number) + 1}"
    return {
        "a": slow.shows("forward", layer),
        "slope": bends and slow.shows("forward", after),
        "back": bends and slow.shows("backward", after),
        "product": slow.shows("backward", layer),
    }


def cells(product: Factors, sample: int, seen: dict[str, bool]) -> Iterator[str]:
    """A line of the table, as far as the step has come."""
    yield f"{sample + 1}"
    factors = (product.back, product.slope, product.delta, product.a, product.products)
    for values, name in zip(factors, ("back", "slope", "product", "a", "product")):
        if values is None:
            yield "—"  # there is no such factor
        else:
            yield signed(values[sample]) if seen[name] else "·"


def samples(product: Factors, chosen: int | None) -> list[int]:
    """Those in the table: the chosen one, and the ones that say most."""
    order = np.argsort(-np.abs(product.products), kind="stable").tolist()
    first = [] if chosen is None else [chosen]
    return [*first, *(one for one in order if one != chosen)][:ROWS]


def place_and_value(session: Session, selection: Selection, index: int) -> str:
    """Where the weight is, and what it is before the step."""
    network = session.trainer.network.replica(selection.replica)
    if session.stepper.slow:
        network = session.stepper.slow.account(selection.replica).passes.network
    array, at = entry(network.layout, index)
    place = ", ".join(map(str, at))
    value = float(to_numpy(network.parameters)[index])
    return f"{array}[{place}] = {signed(value)}"


def kept(session: Session, selection: Selection, account: Account, index: int) -> str:
    """What penalties and clipping make of the gradient, if they do anything."""
    loss, added = account.passes.gradient[index], account.penalty[index]
    said = f"with penalties {signed(loss + added)}" if added else ""
    if session.trainer.update.clip and session.stepper.slow.shows("backward", "0"):
        given = to_numpy(session.trainer.gradient)[selection.replica, index]
        said = f"{said}{', ' if said else ''}clipped to {signed(given)}"
    return said
