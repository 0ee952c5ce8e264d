"""The lines of a network's picture: how wide and of which colour, and which is near."""

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba

from nnlab.views.drawing.colours import BLUE, GREY, ORANGE
from nnlab.views.drawing.neuron_positions import distance
from nnlab.views.drawing.wiring import Column

NEAR = 5  # pixels of the page within which a link is pointed at


def weigh(links: LineCollection, values: np.ndarray) -> None:
    """Width, colour and dashes of every link from its weight, or another number."""
    size = np.abs(values)
    links.set_linewidths(0.3 + 3.2 * np.tanh(0.35 * size))
    colours = np.where(values[:, None] >= 0, to_rgba(BLUE), to_rgba(ORANGE))
    colours[:, 3] = 0.25 + 0.65 * np.tanh(size)
    links.set_color(colours)


def unweighed(columns: Sequence[Column], paths, centres) -> Iterator[LineCollection]:
    """Thin lines for what comes in without a weight: each number to its own neuron, or
    all to all."""
    for column, lines, places in zip(columns, paths, centres[1:]):
        if column.adds or not column.weights:
            straight = column.inputs == column.units
            some = lines[:: len(places) + 1] if straight else lines
            links = LineCollection(some, transform=None, color=GREY)
            links.set(linewidth=0.8, linestyle=(0, (1, 2)), alpha=0.8)
            yield links


def nearest(columns, paths, point: np.ndarray, reach: float) -> tuple[int, int] | None:
    """The column and the number of the link that passes nearest to a point, if one is
    within `reach`."""
    found = [(np.inf, 0, 0)]
    for i, lines in enumerate(paths):
        if columns[i].weights:
            away = distance(lines, point)
            found.append((away.min(), i, int(away.argmin())))
    away, column, number = min(found)
    return (column, number) if away <= reach else None
