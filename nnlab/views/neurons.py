"""The network as it stands, with a picture in every neuron and a line for every weight.

Each picture is the neuron's output over the whole plane: blue where it is high, orange
where it is low. A line's width is the size of its weight; blue adds, orange takes away.
Pointing at a neuron enlarges it and shows the weights that come in; pointing at a line
shows its weight. The buttons in the picture add and remove neurons and layers.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from nnlab.views.colours import BLUE, GREY, INK, ORANGE, PALE, WRONG, diverging
from nnlab.views.lettering import BOLD, lettering
from nnlab.views.view import Pixels, View, enlarge, extent, grid, within_one

MOST = 8  # neurons of a layer that are shown
BEND = 14  # points along a link
NEAR = 5  # pixels of the page within which a link is pointed at
BUTTON = 17  # pixels along a side
NAMED = 56  # pixels between columns, which leave room for an activation's name
WORDY = 85  # pixels between columns, from which a word fits between two buttons
LEAST = 38  # pixels between columns, from which there is room for two buttons
FIRST = 4  # neurons of a first hidden layer


class Neurons(View):
    """Inputs, hidden neurons and output, from left to right."""

    share = 1.15
    needs = "plane"

    def build(self, figure, box, run):
        scale = figure.dpi / 100
        self.shape = self._shape(run)
        network = run.trainer.network
        self.layers, self.linear = _columns(network), _linear(network)
        counts = [min(network.widths[layer + 1], MOST) for layer in self.layers]
        counts = [min(network.widths[0], MOST), *counts]
        self.scale = scale
        margin = 26 if max(map(len, run.scale.names)) < 3 else 48
        self.tile, self.centres = _places(box, counts, margin, scale)
        self.factor = max(1, round(scale))
        side = self.tile // self.factor
        self.tile = side * self.factor
        low, high = extent(run)
        self.plane, self.side = grid(low, high, side), side
        self.paths = _paths(self.centres, self.tile / 2)
        self.links = [
            LineCollection(lines, transform=None, capstyle="round")
            for lines in self.paths
        ]
        self.pixels, self.large, self.frames = Pixels(), Pixels(), {}
        for layer, column in zip([None, *self.layers], self.centres):
            for unit, (x, y) in enumerate(column):
                corner = (x - self.tile / 2, y - self.tile / 2)
                frame = Rectangle(corner, self.tile, self.tile, fill=False)
                frame.set(transform=None)
                self.frames[layer, unit] = figure.add_artist(frame)
        for links in self.links:
            figure.add_artist(links)
        _label(figure, box, run, self.centres, scale)
        self.buttons = _buttons(box, run.experiment.hidden, self.centres, scale)
        for (x, y), sign, _ in self.buttons:
            _draw_button(figure, x, y, sign, scale)
        return [*self.links, self.pixels, *self.frames.values(), self.large]

    def renew(self, run):
        return self._shape(run) == self.shape

    def _shape(self, run):
        """What the picture was laid out for."""
        network = run.trainer.network
        layers = [str(layer) for layer in network.layers]
        return network.widths, layers, run.scale.names, extent(run)[1].tolist()

    def update(self, run):
        outputs, seen = run.trace(self.plane), run.scale(self.plane)
        columns = [seen / np.abs(seen).max(axis=0)]
        columns += [within_one(outputs[i]) for i in self.layers[:-1]]
        columns.append(2 * run.answer(outputs[-1]) - 1)
        pictures = [self._pictures(values) for values in columns]
        self.pixels.tiles = [
            (self._corner(place, picture), picture)
            for column, places in zip(pictures, self.centres)
            for picture, place in zip(column, places)
        ]
        for neuron, frame in self.frames.items():
            chosen = neuron == run.neuron
            frame.set(edgecolor=INK if chosen else PALE, linewidth=2 if chosen else 1)
        network = run.trainer.network.solo(run.shown)
        for links, layer in zip(self.links, _linear(network)):
            _weigh(links, network[f"{layer}.W"][:MOST, :MOST].ravel())
        self.large.tiles = [
            *self._enlarged(run, pictures),
            *self._weights(run, network),
        ]
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
        return self._link_at(np.array([x, y]))

    def neurons(self):
        return [
            (layer, unit)
            for layer, places in zip(self.layers, self.centres[1:])
            for unit in range(len(places))
        ]

    def edit(self, x, y):
        for (left, bottom), _, hidden in self.buttons:
            if max(abs(x - left), abs(y - bottom)) <= BUTTON * self.scale / 2:
                return {"hidden": hidden}
        return {}

    def _link_at(self, point):
        """The link that passes nearest to a point, if one is near enough."""
        found = []
        for column, lines in enumerate(self.paths):
            away = _distance(lines, point)
            found.append((away.min(), column, int(away.argmin())))
        away, column, number = min(found)
        if away > NEAR * self.scale:
            return None
        row, unit = divmod(number, len(self.centres[column + 1]))
        return self.linear[column], row, unit

    def _pictures(self, values):
        """Each neuron's output over the plane (points, neurons) as a picture."""
        images = diverging(0.5 + 0.5 * values.T.reshape(-1, self.side, self.side))
        return [enlarge(one, self.factor) for one in images[:MOST]]

    def _corner(self, place, picture):
        return place[0] - picture.shape[1] / 2, place[1] - picture.shape[0] / 2

    def _enlarged(self, run, pictures):
        """The neuron that is looked at, half as large again."""
        if run.neuron and run.neuron[1] < MOST:
            column = self.layers.index(run.neuron[0]) + 1
            picture = pictures[column][run.neuron[1]]
            pixels = np.arange(0, len(picture), 2 / 3).astype(int)
            large = picture[np.ix_(pixels, pixels)]
            large = np.pad(large, ((2, 2), (2, 2), (0, 0)), constant_values=60)
            yield self._corner(self.centres[column][run.neuron[1]], large), large

    def _weights(self, run, network):
        """The weights that the learner asks for by pointing, each on its link."""
        for column, row, unit in self._asked(run):
            weight = network[f"{self.linear[column]}.W"][row, unit]
            lines = self.paths[column]
            line = lines[row * len(self.centres[column + 1]) + unit]
            colour = BLUE if weight >= 0 else WRONG
            word = lettering(f"{weight:+.2f}", 11 * self.scale, colour, BOLD)
            yield self._corner(line[BEND // 4], word), word

    def _asked(self, run):
        """Column, row and unit of every link whose weight is to be shown."""
        if run.link and max(run.link[1:]) < MOST:
            yield self.linear.index(run.link[0]), *run.link[1:]
        if run.neuron and run.neuron[1] < MOST:
            column = self.layers.index(run.neuron[0])
            for row in range(len(self.centres[column])):
                yield column, row, run.neuron[1]


def _linear(network) -> list[int]:
    """The layers that have weights."""
    return [place.layer for n, place in network.layout.places.items() if n[-1] == "W"]


def _columns(network) -> list[int]:
    """The layers whose output is a column: the last before each new weights."""
    linear = _linear(network)
    return [layer - 1 for layer in linear[1:]] + [len(network.layers) - 1]


def _places(box, counts, margin, scale):
    """The size of a tile, and the centre of each in every column, in pixels."""
    left, bottom, width, height = box
    left, width = left + margin * scale, width - (margin + 10) * scale
    bottom, height = bottom + 4 * scale, height - 48 * scale
    pitch = min(height / max(counts), 76 * scale)
    tile = int(min(pitch - 6 * scale, width / (1.9 * len(counts)), 56 * scale))
    xs = np.linspace(left + tile / 2, left + width - tile / 2, len(counts))
    middle = bottom + height / 2
    return tile, [
        [(round(x), round(middle - (i - (n - 1) / 2) * pitch)) for i in range(n)]
        for x, n in zip(xs, counts)
    ]


def _paths(centres, reach: float) -> list[np.ndarray]:
    """A bent line from each tile to each of the next column: (links, points, 2) for
    every layer."""
    t = np.linspace(0, 1, BEND)
    ease = t * t * (3 - 2 * t)
    lots = []
    for column, following in zip(centres, centres[1:]):
        lines = []
        for x0, y0 in column:
            for x1, y1 in following:
                x = x0 + reach + t * (x1 - x0 - 2 * reach)
                lines.append(np.stack([x, y0 + ease * (y1 - y0)], axis=1))
        lots.append(np.array(lines))
    return lots


def _distance(lines: np.ndarray, point: np.ndarray) -> np.ndarray:
    """How far each of some lines (lines, points, 2) passes from a point."""
    start, along = lines[:, :-1], np.diff(lines, axis=1)
    share = ((point - start) * along).sum(-1) / (along * along).sum(-1)
    nearest = start + np.clip(share, 0, 1)[..., None] * along
    return np.linalg.norm(point - nearest, axis=-1).min(axis=1)


def _buttons(box, hidden, centres, scale) -> list:
    """Centre, sign and what it makes of `hidden`, for every button: one fewer and one
    more neuron in each hidden layer, if there is room; one fewer and one more layer."""
    y, made = box[1] + box[3] - 30 * scale, []
    x, apart = _layer_place(box, centres, scale)
    if hidden:
        made.append(((x - apart, y), "−", hidden[:-1]))
    made.append(((x + apart, y), "+", (*hidden, *(hidden[-1:] or (FIRST,)))))
    free, gap = x + apart + (BUTTON + 1) * scale, _gap(centres, scale)
    apart = (32 if gap >= WORDY else 10) * scale
    if gap < LEAST or centres[1][0][0] - apart < free:
        return made
    for i, column in enumerate(centres[1:-1]):
        for sign, side, more in (("−", -apart, -1), ("+", apart, 1)):
            changed = (*hidden[:i], hidden[i] + more, *hidden[i + 1 :])
            if changed[i]:
                made.append(((column[0][0] + side, y), sign, changed))
    return made


def _gap(centres, scale) -> float:
    """From one column to the next, in pixels of the page."""
    return (centres[1][0][0] - centres[0][0][0]) / scale


def _layer_place(box, centres, scale) -> tuple[float, float]:
    """Where the buttons for layers stand, over the inputs and within the box, and how
    far to each side of it."""
    apart = (10 if _gap(centres, scale) < WORDY else 30) * scale
    return box[0] + 16 * scale + apart, apart


def _draw_button(figure, x, y, sign, scale) -> None:
    side = BUTTON * scale
    frame = Rectangle((x - side / 2, y - side / 2), side, side, transform=None)
    frame.set(facecolor=PALE, edgecolor=GREY, linewidth=0.6)
    figure.add_artist(frame)
    figure.text(
        x,
        y,
        sign,
        fontsize=10,
        color=INK,
        ha="center",
        va="center_baseline",
        transform=None,
    )


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
    gap = _gap(centres, scale)
    names = [
        "inputs" if gap >= WORDY else "layers"
    ]  # the buttons' word, or their title
    for width, layer in zip(network.widths[1:], network.layers):
        if layer.parameters(1):
            shown = f"{width}" if width <= MOST else f"{MOST} of {width}"
        else:
            names.append(f"{shown} · {str(layer).lower()}" if gap >= NAMED else shown)
    names.append("output")
    top = bottom + height - 14 * scale
    style = {"fontsize": 8, "color": GREY, "ha": "center", "transform": None}
    for name, column in zip(names, centres):
        figure.text(column[0][0], top, name, **style)
    under = {**style, "va": "center_baseline"}
    y = bottom + height - 30 * scale
    if gap >= WORDY:
        figure.text(_layer_place(box, centres, scale)[0], y, "layer", **under)
        for column in centres[1:-1]:
            figure.text(column[0][0], y, "neuron", **under)
    beside = {**style, "fontsize": 9, "ha": "left", "va": "center"}
    for name, (_, y) in zip(run.scale.names, centres[0]):
        figure.text(left + 4 * scale, y, name, **beside)
