"""Labelled points on the plane, each as large as a number says: a still picture."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnlab.data.dataset import Dataset
from nnlab.views.drawing.colours import GOLD, GREY, INK, classes
from nnlab.views.figure import DPI, pixels, small
from nnlab.views.view import add_axes, around

WIDTH, HEIGHT = 760, 330  # pixels of the page
LARGEST = 700  # of a point, in square points of print


def bubbles(data: Dataset, sizes: np.ndarray, floor: float, says: str) -> bytes:
    """A PNG: beside a map of the points their sizes (N,) in order, shares of a whole,
    with the `floor` below which luck alone may be. `says` is what a size means."""
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    colours = np.array(classes(len(data.classes)))[data.y]
    _map(figure, data, sizes, colours, says)
    _order(figure, sizes, floor, colours, says)
    canvas.draw()
    return small(pixels(canvas))


def _map(figure, data, sizes, colours, says) -> None:
    """Where the points lie; the largest is framed."""
    axes = add_axes(figure, (40, 38, 264, 264), f"the larger, the more a point {says}")
    (left, bottom), (right, top) = around(data.x)
    axes.set(xlim=(left, right), ylim=(bottom, top))
    area = LARGEST * sizes / max(sizes.max(), 1e-12) + 12
    most = np.argmax(sizes)
    edges = np.where(np.arange(len(sizes)) == most, GOLD, "white")
    wide = np.where(np.arange(len(sizes)) == most, 2.5, 0.8)
    axes.scatter(*data.x.T, s=area, c=colours, edgecolors=edges, linewidths=wide)


def _order(figure, sizes, floor, colours, says) -> None:
    """The sizes, the largest first, and the line of luck."""
    axes = add_axes(figure, (380, 38, 360, 264), f"share of the map that it {says}")
    order = np.argsort(sizes)[::-1]
    axes.bar(np.arange(len(sizes)), sizes[order], color=colours[order], width=0.8)
    axes.axhline(floor, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_xlabel("training points, in this order", fontsize=8, color=GREY)
    axes.text(
        len(sizes) - 0.5,
        floor,
        "luck: two seeds, same points",
        fontsize=8,
        color=INK,
        ha="right",
        va="bottom",
    )
