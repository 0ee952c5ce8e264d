"""The numbers of what the learner looks at, on a card."""

import numpy as np

from nnlab.diagnostics.unit_and_weight_values import of_unit, of_weight
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.drawing.colours import GOLD, GREY, INK, LIT, rgba
from nnlab.views.drawing.number_format import format_number
from nnlab.views.drawing.text_layer import BOLD, lettering
from nnlab.views.drawing.wiring import Column, columns

LINE = 15  # pixels of the page from one line to the next
ROOM = 5  # pixels around the lines
APART = 10  # pixels from a number to the next name
FORWARD = ("weight", "bias", "z", "a")  # what there is before any gradient
Readings = tuple[str, dict[str, float]]


def readings(
    session: Session,
    selection: Selection,
    sample: int | None = None,
    gradients: bool = True,
) -> Readings | None:
    """What the learner looks at, in a few words, and its numbers by name; None if that
    is nothing.

    A weight has its gradient, and what the optimizer remembers of it. A neuron has
    its bias, and z, a and δ: means over the training samples, or of one `sample`, or of
    the selected one; nothing where a place is selected, which is no sample.
    Without `gradients` a weight is called in words, and has its value alone; and a
    neuron has no δ.
    """
    if selection.neuron and selection.place is not None:
        return None
    row = selection.row(session) if sample is None else sample
    found = _readings(session, selection, row)
    if found is None or gradients:
        return found
    name, values = found
    if selection.link:
        name = _in_words(session, selection)
    return name, {key: values[key] for key in FORWARD if key in values}


def _in_words(session: Session, selection: Selection) -> str:
    """From where to where a weight leads."""
    layer, row, unit = selection.link
    drawn = columns(session.trainer.network)
    number = next(i for i, column in enumerate(drawn) if column.first == layer)
    names = session.scale.names
    origin = f"neuron {row + 1}" if number else names[row]
    goal = "the output" if number + 1 == len(drawn) else f"neuron {unit + 1}"
    return f"from {origin} to {goal}"


def _readings(
    session: Session, selection: Selection, sample: int | None
) -> Readings | None:
    """What the learner looks at, with all its numbers."""
    if selection.focus is None:
        return None
    drawn = columns(session.trainer.network)
    which = "first" if selection.link else "last"
    column = next((c for c in drawn if getattr(c, which) == selection.focus[0]), None)
    if column is None or selection.focus[-1] >= column.units:
        return None
    if selection.link:
        return _weight(session, selection, column)
    number = drawn.index(column) + 1
    name = f"neuron {selection.focus[-1] + 1} of layer {number}"
    if number == len(drawn):
        name = (
            "the output" if column.units == 1 else f"output {selection.focus[-1] + 1}"
        )
    return _unit(session, selection, column, name, sample)


def _weight(session: Session, selection: Selection, column: Column) -> Readings | None:
    """A weight by its name, and its numbers; None if there is no such weight."""
    _, row, unit = selection.link
    if not column.weights or row >= column.inputs:
        return None
    found = of_weight(session.trainer, selection.replica, column.weights, (row, unit))
    return f"{column.weights}[{row}, {unit}]", found


def _unit(
    session: Session,
    selection: Selection,
    column: Column,
    name: str,
    sample: int | None,
) -> Readings:
    """A unit by its name, and its numbers."""
    unit, trainer, found = selection.neuron[1], session.trainer, {}
    bias = column.weights.removesuffix("W") + "b"
    if column.weights and bias in trainer.network.layout.places:
        known = of_weight(trainer, selection.replica, bias, (0, unit))
        found["bias"] = known["weight"]
    if column.sums is not None:
        layers = column.sums, column.last
        found |= of_unit(trainer, selection.replica, layers, unit, sample)
        if column.sums == column.last:  # nothing bends it
            del found["a"]
    which = "mean over samples" if sample is None else f"sample {sample}"
    return f"{name}, {which}", found


def told(found: Readings) -> str:
    """The same in a sentence."""
    name, values = found
    said = ", ".join(f"{key} {written(value)}" for key, value in values.items())
    return f"{name[0].upper()}{name[1:]}: {said}."


def written(value: float) -> str:
    """A number as it stands on the card."""
    return format_number(value, 4, signed=True)


def card(found: Readings, width: float, scale: float) -> np.ndarray:
    """The numbers as a picture (height, at most about width, 4), bottom row first: what
    they are of, and then each with its name, in as many lines as that takes."""
    name, values = found
    lines, x = [[(0, lettering(name, 11 * scale, GREY, paper=LIT))]], np.inf
    for key, value in values.items():
        word = lettering(key.replace("_", " "), 11 * scale, INK, paper=LIT)
        number = lettering(written(value), 11 * scale, INK, BOLD, LIT)
        after = word.shape[1] + round(4 * scale)
        if x + after + number.shape[1] > width - 2 * ROOM * scale:
            lines.append([])
            x = 0
        lines[-1] += [(x, word), (x + after, number)]
        x += after + number.shape[1] + round(APART * scale)
    return _pasted(lines, round(LINE * scale), round(ROOM * scale))


def _pasted(lines: list[list[tuple[int, np.ndarray]]], high: int, room: int):
    """Words, each at its place in its line, on one piece of paper with an edge."""
    wide = max(x + tile.shape[1] for line in lines for x, tile in line) + 2 * room
    picture = np.tile(rgba(GOLD), (high * len(lines) + 2 * room, wide, 1))
    picture[1:-1, 1:-1] = rgba(LIT)
    for i, line in enumerate(reversed(lines)):
        for x, tile in line:
            there = picture[room + i * high :, room + x :]
            there[: len(tile), : tile.shape[1]] = tile
    return picture
