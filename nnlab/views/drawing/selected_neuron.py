"""What is taken apart: one neuron, at one sample or place.

The neuron is the one that the learner looks at, or else the first hidden one, or the
output if nothing is hidden. The sample is the one that the run notes, or else the first
of the training part.
"""

import numpy as np

from nnlab.session.run import Link, Neuron, Run
from nnlab.views.drawing.number_format import low, plain
from nnlab.views.drawing.titles import NEURONS_SHOWN
from nnlab.views.drawing.wiring import Column, column_of, columns
from nnlab.views.view import on_plane


def unit_of(run: Run, focus: Neuron | Link | None) -> tuple[int, Column, int]:
    """The neuron, or the one into which a link goes: the number of its column, the
    column, and its own number there."""
    network = run.trainer.network
    drawn = columns(network)
    if focus is not None:
        number = column_of(network, focus[0])
        if focus[-1] < drawn[number].units:
            return number, drawn[number], focus[-1]
    return 0, drawn[0], 0


def units_of(run: Run) -> list[Neuron]:
    """Every neuron, of large layers the first."""
    drawn = columns(run.trainer.network)
    return [
        (one.last, unit)
        for one in drawn
        for unit in range(min(one.units, NEURONS_SHOWN))
    ]


def called(run: Run, number: int, unit: int) -> str:
    """A neuron in words."""
    drawn = columns(run.trainer.network)
    if number < len(drawn) - 1:
        return f"neuron {unit + 1} of layer {number + 1}"
    if drawn[-1].units == 1:
        return "the output"
    names = run.data.classes
    named = unit < len(names) == drawn[-1].units
    return f"the output for {names[unit]}" if named else f"output {unit + 1}"


def inputs_of(run: Run, number: int, column: Column) -> list[str]:
    """What the numbers are called that come into a column."""
    if number == 0:
        return list(run.scale.names)
    return [f"a{low(i + 1)}" for i in range(column.inputs)]


def subject(run: Run) -> np.ndarray:
    """The sample (features,), in the data's units."""
    return run.data.x[0] if run.probe is None else run.probe


def where(run: Run) -> str:
    """Which sample that is, in words."""
    if run.over is None and run.place is None:
        row = 0 if run.row is None else run.row
        return f"training sample {row + 1}"
    if not on_plane(run):
        return "this place of the map"
    pairs = zip(run.data.features, subject(run))
    return ", ".join(f"{name} = {plain(value)}" for name, value in pairs)


def rescaled(run: Run) -> bool:
    """Whether what the network sees is on another scale than the data."""
    scale = run.scale.scale
    return bool(np.any(scale.mean != 0) or np.any(scale.std != 1))
