"""What is taken apart: one neuron, at one sample or place.

The neuron is the one that the learner looks at, or else the first hidden one, or the
output if nothing is hidden. The sample is the one that the run notes, or else the first
of the training part.
"""

import numpy as np

from nnlab.session.selection import Link, Neuron, Selection
from nnlab.session.session import Session
from nnlab.views.drawing.number_format import low, plain
from nnlab.views.drawing.titles import NEURONS_SHOWN
from nnlab.views.drawing.wiring import Column, column_of, columns
from nnlab.views.view import on_plane


def unit_of(session: Session, focus: Neuron | Link | None) -> tuple[int, Column, int]:
    """The neuron, or the one into which a link goes: the number of its column, the
    column, and its own number there."""
    network = session.trainer.network
    drawn = columns(network)
    if focus is not None:
        number = column_of(network, focus[0])
        if focus[-1] < drawn[number].units:
            return number, drawn[number], focus[-1]
    return 0, drawn[0], 0


def units_of(session: Session) -> list[Neuron]:
    """Every neuron, of large layers the first."""
    drawn = columns(session.trainer.network)
    return [
        (one.last, unit)
        for one in drawn
        for unit in range(min(one.units, NEURONS_SHOWN))
    ]


def called(session: Session, number: int, unit: int) -> str:
    """A neuron in words."""
    drawn = columns(session.trainer.network)
    if number < len(drawn) - 1:
        return f"neuron {unit + 1} of layer {number + 1}"
    if drawn[-1].units == 1:
        return "the output"
    names = session.data.classes
    named = unit < len(names) == drawn[-1].units
    return f"the output for {names[unit]}" if named else f"output {unit + 1}"


def inputs_of(session: Session, number: int, column: Column) -> list[str]:
    """What the numbers are called that come into a column."""
    if number == 0:
        return list(session.scale.names)
    return [f"a{low(i + 1)}" for i in range(column.inputs)]


def subject(session: Session, selection: Selection) -> np.ndarray:
    """The sample (features,), in the data's units."""
    return (
        session.data.x[0]
        if selection.probe(session) is None
        else selection.probe(session)
    )


def where(session: Session, selection: Selection) -> str:
    """Which sample that is, in words."""
    if selection.over is None and selection.place is None:
        row = 0 if selection.row(session) is None else selection.row(session)
        return f"training sample {row + 1}"
    if not on_plane(session):
        return "this place of the map"
    pairs = zip(session.data.features, subject(session, selection))
    return ", ".join(f"{name} = {plain(value)}" for name, value in pairs)


def rescaled(session: Session) -> bool:
    """Whether what the network sees is on another scale than the data."""
    scale = session.scale.scale
    return bool(np.any(scale.mean != 0) or np.any(scale.std != 1))
