"""The network as it stands, with a picture in every neuron and a line for every weight.

Each picture is the neuron's output over the whole plane: blue where it is high, orange
where it is low. A line's width is the size of its weight; blue adds, and
orange, broken, takes away.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from nnlab.views.colours import BLUE, GREY, INK, ORANGE, PALE, diverging
from nnlab.views.view import Pixels, View, enlarge, extent, grid, within_one

MOST = 8  # neurons of a layer that are shown
BEND = 14  # points along a link


class Neurons(View):
    """Inputs, hidden neurons and output, from left to right."""

    share = 1.15
    needs = "plane"

    def build(self, figure, box, run):
        scale = figure.dpi / 100
        network = run.trainer.network
        self.layers = _columns(network)
        counts = [min(network.widths[layer + 1], MOST) for layer in self.layers]
        counts = [min(network.widths[0], MOST), *counts]
        self.tile, self.centres = _places(box, counts, scale)
        self.factor = max(1, round(scale))
        side = self.tile // self.factor
        self.tile = side * self.factor
        low, high = extent(run)
        self.plane, self.side = grid(low, high, side), side
        self.links = _links(self.centres, self.tile / 2)
        self.pixels, self.frames = Pixels(), {}
        for layer, column in zip([None, *self.layers], self.centres):
            for unit, (x, y) in enumerate(column):
                corner = (x - self.tile / 2, y - self.tile / 2)
                frame = Rectangle(corner, self.tile, self.tile, fill=False)
                frame.set(transform=None)
                self.frames[layer, unit] = figure.add_artist(frame)
        for links in self.links:
            figure.add_artist(links)
        _label(figure, box, run, self.centres, scale)
        return [*self.links, self.pixels, *self.frames.values()]

    def update(self, run):
        outputs = run.trace(self.plane)
        columns = [self.plane / np.abs(self.plane).max()]
        columns += [within_one(outputs[i]) for i in self.layers[:-1]]
        columns.append(2 * run.answer(outputs[-1]) - 1)
        self.pixels.tiles = [
            tile
            for values, places in zip(columns, self.centres)
            for tile in self._tiles(values, places)
        ]
        for neuron, frame in self.frames.items():
            pointed = neuron == run.pointed
            frame.set(edgecolor=INK if pointed else PALE, linewidth=2 if pointed else 1)
        network = run.trainer.network.solo(run.shown)
        for links, layer in zip(self.links, _linear(network)):
            _weigh(links, network[f"{layer}.W"][:MOST, :MOST].ravel())
        return False

    def describe(self, run):
        network = run.trainer.network.solo(run.shown)
        heavy = max(np.abs(network[f"{i}.W"]).max() for i in _linear(network))
        shape = " to ".join(str(network.widths[i + 1]) for i in self.layers)
        return (
            f"Network of {network.widths[0]} inputs, then {shape} units; its largest "
            f"weight is {heavy:.2f} in size."
        )

    def at(self, x, y):
        for layer, places in zip(self.layers, self.centres[1:]):
            for unit, (left, bottom) in enumerate(places):
                if max(abs(x - left), abs(y - bottom)) <= self.tile / 2:
                    return layer, unit
        return None

    def _tiles(self, values, places):
        """Each neuron's output over the plane as a picture at its place."""
        for one, (x, y) in zip(values.T, places):
            picture = diverging(0.5 + 0.5 * one.reshape(self.side, self.side))
            corner = (x - self.tile / 2, y - self.tile / 2)
            yield corner, enlarge(picture, self.factor)


def _linear(network) -> list[int]:
    """The layers that have weights."""
    return [place.layer for n, place in network.layout.places.items() if n[-1] == "W"]


def _columns(network) -> list[int]:
    """The layers whose output is a column: the last before each new weights."""
    linear = _linear(network)
    return [layer - 1 for layer in linear[1:]] + [len(network.layers) - 1]


def _places(box, counts, scale):
    """The size of a tile, and the centre of each in every column, in pixels."""
    left, bottom, width, height = box
    left, width = left + 26 * scale, width - 36 * scale
    bottom, height = bottom + 6 * scale, height - 30 * scale
    pitch = min(height / max(counts), 76 * scale)
    tile = int(min(pitch - 6 * scale, width / (1.9 * len(counts)), 56 * scale))
    xs = np.linspace(left + tile / 2, left + width - tile / 2, len(counts))
    middle = bottom + height / 2
    return tile, [
        [(round(x), round(middle - (i - (n - 1) / 2) * pitch)) for i in range(n)]
        for x, n in zip(xs, counts)
    ]


def _links(centres, reach: float) -> list[LineCollection]:
    """A bent line from each tile to each of the next column: one lot a layer."""
    t = np.linspace(0, 1, BEND)
    ease = t * t * (3 - 2 * t)
    lots = []
    for column, following in zip(centres, centres[1:]):
        lines = []
        for x0, y0 in column:
            for x1, y1 in following:
                x = x0 + reach + t * (x1 - x0 - 2 * reach)
                lines.append(np.stack([x, y0 + ease * (y1 - y0)], axis=1))
        lots.append(LineCollection(lines, transform=None, capstyle="round"))
    return lots


def _weigh(links: LineCollection, weights: np.ndarray) -> None:
    """Width, colour and dashes of every link from its weight."""
    size = np.abs(weights)
    links.set_linewidths(0.3 + 3.2 * np.tanh(0.35 * size))
    colours = np.where(weights[:, None] >= 0, to_rgba(BLUE), to_rgba(ORANGE))
    colours[:, 3] = 0.25 + 0.65 * np.tanh(size)
    links.set_color(colours)


def _label(figure, box, run, centres, scale) -> None:
    """The name above each column and each input."""
    left, bottom, _, height = box
    network = run.trainer.network
    roomy = len(centres) <= 4
    names = ["inputs"]
    for width, layer in zip(network.widths[1:], network.layers):
        if layer.parameters(1):
            shown = f"{width}" if width <= MOST else f"{MOST} of {width}"
        else:
            names.append(f"{shown} · {str(layer).lower()}" if roomy else shown)
    names.append("output")
    top = bottom + height - 14 * scale
    for name, column in zip(names, centres):
        figure.text(
            column[0][0], top, name, fontsize=8, color=GREY, ha="center", transform=None
        )
    for name, (_, y) in zip(run.data.features, centres[0]):
        figure.text(
            left + 4 * scale,
            y,
            name,
            fontsize=9,
            color=GREY,
            va="center",
            transform=None,
        )
