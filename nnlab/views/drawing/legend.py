"""What the signs and the colours of a map mean, above it and beside it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from nnlab.session.session import Session
from nnlab.views.drawing.colours import GREY, INK, classes, diverging
from nnlab.views.drawing.number_format import plain
from nnlab.views.view import cut

WIDE = 42  # pixels of the page beside a map for what its colours mean
BAR = 9  # pixels that a scale is wide
STEPS = 64  # colours of a scale
CLASSES_NAMED = 8  # classes that are named


def add_legend(axes: Axes, seeds: int) -> None:
    """What is round, what is square, and what the thin lines are, if there are any."""
    handles = [
        Line2D([], [], linestyle="", marker=marker, markersize=4.5, color=GREY)
        for marker in "os"
    ]
    names = ["train", "validation"]
    if seeds > 1:
        handles.append(Line2D([], [], linewidth=0.8, color=INK, alpha=0.6))
        names.append("other seeds")
    axes.legend(
        handles,
        names,
        loc="lower left",
        bbox_to_anchor=(-0.02, 0.985),
        ncols=3,
        frameon=False,
        fontsize=8,
        labelcolor=GREY,
        handletextpad=0.4,
        columnspacing=1.0,
        handlelength=1.0,
        borderpad=0.1,
    )


def add_key(figure: Figure, corner, side: float, session: Session) -> None:
    """What the colours beside it mean: the names of classes, or a scale of heights."""
    (_names if session.data.labelled else _scale)(figure, corner, side, session)


def _names(figure: Figure, corner, side: float, session: Session) -> None:
    """A square of its colour for each class, and its name below it."""
    (left, bottom), scale = corner, figure.dpi / 100
    names = distinct(session.data.classes[:CLASSES_NAMED])
    for i, (name, colour) in enumerate(zip(names, classes(len(names)))):
        y = bottom + side - (12 + 27 * i) * scale
        _patch(figure, left, y, BAR * scale, BAR * scale, colour)
        _write(figure, left, y - 8 * scale, cut(name, 7))


def distinct(names: Sequence[str]) -> list[str]:
    """Names without the words with which all of them begin.

    >>> distinct(["cultivar 1", "cultivar 2"])
    ['1', '2']
    """
    words = [name.split() for name in names]
    while len(words) > 1 and all(len(w) > 1 for w in words):
        if len({w[0] for w in words}) > 1:
            break
        words = [w[1:] for w in words]
    return [*map(" ".join, words)]


def _scale(figure: Figure, corner, side: float, session: Session) -> None:
    """A scale from orange to blue, with its ends and its middle in the data's units."""
    (left, bottom), scale = corner, figure.dpi / 100
    colours = diverging(np.linspace(0, 1, STEPS)) / 255
    high = side / STEPS
    for i, colour in enumerate(colours):
        _patch(figure, left, bottom + i * high, BAR * scale, high, tuple(colour))
    low, top = (float(end[0]) for end in session.decoder.span)
    for share, value in zip((0.02, 0.5, 0.98), (low, (low + top) / 2, top)):
        x = left + (BAR + 3) * scale
        _write(figure, x, bottom + share * side, plain(value))


def _write(figure: Figure, x: float, y: float, words: str) -> None:
    style = {"fontsize": 7.5, "color": GREY, "va": "center", "transform": None}
    figure.text(x, y, words, **style)


def _patch(figure: Figure, left, bottom, width, height, colour) -> None:
    patch = Rectangle((left, bottom), width, height, transform=None)
    patch.set(facecolor=colour, linewidth=0, antialiased=False)
    figure.add_artist(patch)
