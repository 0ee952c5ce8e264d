"""The network as it stands, with a picture in every neuron and a line for every weight.

Each picture is the neuron's output over the ground, as `ground` has it: blue where it
is high, orange where it is low. A line's width is the size of its weight; blue adds,
orange takes away. A thin grey line is a way on which a number passes unchanged, or one
that has no weight of its own.
Pointing at a neuron enlarges it and shows the weights that come in; pointing at a line
shows its weight. The buttons in the picture add and remove neurons and layers.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from nnlab.views.buttons import BUTTON, buttons, counted, draw_button
from nnlab.views.colours import BLUE, GREY, INK, ORANGE, PALE, WRONG, diverging
from nnlab.views.ground import ground, pictures
from nnlab.views.lettering import BOLD, lettering
from nnlab.views.paths import BEND, bent_lines, distance, lay_out
from nnlab.views.titles import MOST, margin, write_titles
from nnlab.views.view import Pixels, View, enlarge, extent, on_plane, within_one
from nnlab.views.wiring import columns

NEAR = 5  # pixels of the page within which a link is pointed at


class Neurons(View):
    """Inputs, hidden neurons and output, from left to right."""

    share = 1.15

    def build(self, figure, box, run):
        scale = self.scale = figure.dpi / 100
        self.shape = self._shape(run)
        network = run.trainer.network
        self.columns = columns(network)
        self.layers = [column.last for column in self.columns]
        self.linear = [column.first for column in self.columns]
        counts = [network.widths[0], *(column.units for column in self.columns)]
        counts = [min(count, MOST) for count in counts]
        self.tile, self.centres = lay_out(box, counts, margin(run), scale)
        self.factor = max(1, round(scale))
        self.side = self.tile // self.factor
        self.tile = self.side * self.factor
        self.ground = ground(run, self.side)
        self.paths = bent_lines(self.centres, self.tile / 2)
        self.links = [
            LineCollection(
                lines if column.weights else [], transform=None, capstyle="round"
            )
            for lines, column in zip(self.paths, self.columns)
        ]
        self.pixels, self.large = Pixels(), Pixels()
        self.frames = dict(self._framed(figure))
        for links in [*self._unweighed(), *self.links]:
            figure.add_artist(links)
        write_titles(figure, box, run, self.columns, self.centres)
        entries = counted(run, self.columns)
        hidden = run.experiment.hidden
        self.buttons = buttons(box, hidden, entries, self.centres, scale)
        for (x, y), sign, _ in self.buttons:
            draw_button(figure, x, y, sign, scale)
        return [*self.links, self.pixels, *self.frames.values(), self.large]

    def renew(self, run):
        return self._shape(run) == self.shape and self._same_ground(run)

    def _shape(self, run):
        """What the picture was laid out for."""
        network, e = run.trainer.network, run.experiment
        layers = [str(layer) for layer in network.layers]
        reach = [side.tolist() for side in extent(run)] if on_plane(run) else []
        return network.widths, layers, run.scale.names, reach, e.hidden

    def _same_ground(self, run):
        return np.array_equal(ground(run, self.side), self.ground)

    def _framed(self, figure):
        """A frame for each neuron, by its name; the inputs are of no layer."""
        for layer, column in zip([None, *self.layers], self.centres):
            for unit, (x, y) in enumerate(column):
                corner = (x - self.tile / 2, y - self.tile / 2)
                frame = Rectangle(corner, self.tile, self.tile, fill=False)
                frame.set(transform=None)
                yield (layer, unit), figure.add_artist(frame)

    def _unweighed(self):
        """Thin lines for what comes in without a weight: each number to its own
        neuron, or all to all."""
        for column, lines, places in zip(self.columns, self.paths, self.centres[1:]):
            if column.adds or not column.weights:
                straight = column.inputs == column.units
                some = lines[:: len(places) + 1] if straight else lines
                links = LineCollection(some, transform=None, color=GREY)
                links.set(linewidth=0.8, linestyle=(0, (1, 2)), alpha=0.8)
                yield links

    def update(self, run):
        outputs, seen = run.trace(self.ground), run.scale(self.ground)
        reach = np.abs(seen).max(axis=0)
        values = [seen / np.where(reach > 0, reach, 1)]
        values += [within_one(outputs[i]) for i in self.layers[:-1]]
        values.append(2 * run.shade(outputs[-1]) - 1)
        drawn = [self._pictures(column) for column in values]
        self.pixels.tiles = [
            (self._corner(place, picture), picture)
            for column, places in zip(drawn, self.centres)
            for picture, place in zip(column, places)
        ]
        for neuron, frame in self.frames.items():
            chosen = neuron == run.neuron
            frame.set(edgecolor=INK if chosen else PALE, linewidth=2 if chosen else 1)
        for links, column in zip(self.links, self.columns):
            if column.weights:
                _weigh(links, run.array(column.weights)[:MOST, :MOST].ravel())
        self.large.tiles = [*self._enlarged(run, drawn), *self._weights(run)]
        return False

    def describe(self, run):
        network = run.trainer.network
        tables = [n for n in network.layout.places if n.split(".")[-1] == "W"]
        heavy = max(np.abs(run.array(name)).max() for name in tables)
        shape = " to ".join(str(column.units) for column in self.columns)
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
            if self.columns[column].weights:
                away = distance(lines, point)
                found.append((away.min(), column, int(away.argmin())))
        away, column, number = min(found)
        if away > NEAR * self.scale:
            return None
        row, unit = divmod(number, len(self.centres[column + 1]))
        return self.linear[column], row, unit

    def _pictures(self, values):
        """Each neuron's output on the ground (samples, neurons) as a picture."""
        images = diverging(0.5 + 0.5 * pictures(values[:, :MOST], self.side))
        return [enlarge(one, self.factor) for one in images]

    def _corner(self, place, picture):
        return place[0] - picture.shape[1] / 2, place[1] - picture.shape[0] / 2

    def _enlarged(self, run, drawn):
        """The neuron that is looked at, half as large again."""
        if run.neuron and run.neuron[1] < MOST:
            column = self.layers.index(run.neuron[0]) + 1
            picture = drawn[column][run.neuron[1]]
            pixels = np.arange(0, len(picture), 2 / 3).astype(int)
            large = picture[np.ix_(pixels, pixels)]
            large = np.pad(large, ((2, 2), (2, 2), (0, 0)), constant_values=60)
            yield self._corner(self.centres[column][run.neuron[1]], large), large

    def _weights(self, run):
        """The weights that the learner asks for by pointing, each on its link."""
        for column, row, unit in self._asked(run):
            weight = run.array(self.columns[column].weights)[row, unit]
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
            if not self.columns[column].weights:
                return
            for row in range(len(self.centres[column])):
                yield column, row, run.neuron[1]


def _weigh(links: LineCollection, weights: np.ndarray) -> None:
    """Width, colour and dashes of every link from its weight."""
    size = np.abs(weights)
    links.set_linewidths(0.3 + 3.2 * np.tanh(0.35 * size))
    colours = np.where(weights[:, None] >= 0, to_rgba(BLUE), to_rgba(ORANGE))
    colours[:, 3] = 0.25 + 0.65 * np.tanh(size)
    links.set_color(colours)
