"""What a network decides on a square of places: its colours, and where it changes its
mind."""

from collections.abc import Sequence

import numpy as np
from contourpy import LineType, contour_generator

from nnlab.session.session import Session
from nnlab.views.drawing.colours import blended, diverging


def two(session: Session) -> bool:
    """Whether there are two classes, of which one colour is the one or the other."""
    return len(session.data.classes) == 2


def coloured(session: Session, z: np.ndarray, side: int) -> np.ndarray:
    """The network's outputs z (n², outputs) on a square, row by row from the bottom, as
    a picture (side, side, 4) of how much they speak for what."""
    if two(session) or not session.data.labelled:
        return toned(session.decoder.confidence(z), side)
    across = int(len(z) ** 0.5)
    colours = blended(session.decoder.scaled(z)).reshape(across, across, 4)
    return smooth(colours.astype(np.float32), side).astype(np.uint8)


def toned(values: np.ndarray, side: int) -> np.ndarray:
    """Numbers 0 … 1 on a square (n²,) as a picture, from orange to blue."""
    across = int(len(values) ** 0.5)
    return diverging(smooth(values.reshape(across, across), side))


def margins(session: Session, z: np.ndarray) -> list[np.ndarray]:
    """Numbers that are above 0 on one side of a boundary, for each boundary: of two
    classes, of each of several, or of the middle of the scale."""
    if two(session) or not session.data.labelled:
        return [session.decoder.confidence(z) - 0.5]
    said = np.nan_to_num(session.decoder.scaled(z))
    if said.shape[-1] < 2:
        return []
    second, first = np.partition(said, -2, axis=-1)[:, -2:].T
    best = np.where(said == first[:, None], second[:, None], first[:, None])
    return [*(said - best).T]


def lines(
    some: Sequence[np.ndarray], low: np.ndarray, high: np.ndarray
) -> list[np.ndarray]:
    """Where each of some tables of values on a square of places (n²,), from `low` to
    `high`, passes 0, as lines: each (points, 2).

    The tables are laid one upon the other, with a gap that no line crosses, and gone
    through at once: a call costs more than what it does.
    """
    known = [np.nan_to_num(values, nan=-1.0) for values in some]
    crossed = [values for values in known if values.min() <= 0 <= values.max()]
    if not crossed:
        return []
    across = int(len(crossed[0]) ** 0.5)
    pile = np.full((len(crossed), across + 1, across), np.nan)
    pile[:, :-1] = np.reshape(crossed, (-1, across, across))
    plane = pile.reshape(-1, across)
    found = contour_generator(z=plane, line_type=LineType.Separate).lines(0.0)
    step = (high - low) / (across - 1)
    return [low + (line - [0, _floor(line, across + 1)]) * step for line in found]


def _floor(line: np.ndarray, high: int) -> float:
    """Where the table begins in the pile in which a line lies."""
    return line[0, 1] // high * high


def smooth(value: np.ndarray, side: int) -> np.ndarray:
    """A square (n, n, …) of numbers enlarged to `side` points, straight lines
    between."""
    at = np.linspace(0, len(value) - 1, side)
    first = np.minimum(at.astype(int), len(value) - 2)
    part = (at - first).astype(value.dtype)
    for axis in (0, 1):
        along = part.reshape(-1, *[1] * (value.ndim - 1 - axis))
        step = np.diff(value, axis=axis).take(first, axis=axis)
        step *= along
        value = value.take(first, axis=axis)
        value += step
    return value
