"""The network as it stands, with a picture in every neuron and a line for every weight.

Each picture is the neuron's output over the ground, as `ground` has it: blue where it
is high, orange where it is low. A line's width is the size of its weight; blue adds,
orange takes away. A thin grey line is a way on which a number passes unchanged, or one
that has no weight of its own.
Pointing at a neuron enlarges it and shows the weights that come in; pointing at a line
shows its weight. A card beside either has all its numbers. The buttons in the picture
add and remove neurons and layers.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from nnlab.diagnostics.named_vectors import array, vectors
from nnlab.errors import unknown
from nnlab.views.drawing.closeup import CloseUp
from nnlab.views.drawing.colours import GREY, INK, PALE, diverging
from nnlab.views.drawing.neuron_buttons import BUTTON, buttons, counted, draw_button
from nnlab.views.drawing.neuron_positions import bent_lines, lay_out
from nnlab.views.drawing.number_format import short
from nnlab.views.drawing.probe_inputs import ground, pictures
from nnlab.views.drawing.projection import check_sample
from nnlab.views.drawing.titles import NEURONS_SHOWN, margin, write_titles
from nnlab.views.drawing.weight_lines import NEAR, nearest, unweighed, weigh
from nnlab.views.drawing.wiring import columns
from nnlab.views.panels.readings_card import readings, told
from nnlab.views.view import Pixels, View, enlarge, extent, on_plane, within_one

LINKS = ("weight", "gradient")
STRONG = 3.0  # the weight as which the largest gradient is drawn


class Neurons(View):
    """Inputs, hidden neurons and output, from left to right.

    Args:
        links: what a line shows: the "weight", or its latest "gradient", the largest of
            which has the widest line.
        sample: the training sample whose z, a and δ a neuron's card shows; left out,
            it shows means over all.
        by_hand: whether the Lab has sliders for the weights of a neuron.
        gradients: whether a card has gradients, and what the optimizer remembers; it
            has if lines show them.

    Raises:
        InputError: for other links.
    """

    share = 1.15

    def __init__(
        self,
        links: str = "weight",
        sample: int | None = None,
        by_hand: bool = False,
        gradients: bool = False,
    ):
        if links not in LINKS:
            raise unknown("links", links, LINKS)
        self.by, self.sample, self.by_hand = links, sample, by_hand
        self.gradients = gradients or links == "gradient"

    def check(self, session, selection):
        super().check(session, selection)
        check_sample(session, self.sample)

    def build(self, figure, box, session, selection):
        scale = self.scale = figure.dpi / 100
        self.shape = self._shape(session)
        network = session.trainer.network
        self.columns = columns(network)
        self.layers = [column.last for column in self.columns]
        self.linear = [column.first for column in self.columns]
        counts = [network.widths[0], *(column.units for column in self.columns)]
        counts = [min(count, NEURONS_SHOWN) for count in counts]
        self.tile, self.centres = lay_out(box, counts, margin(session), scale)
        self.factor = max(1, round(scale))
        self.side = self.tile // self.factor
        self.tile = self.side * self.factor
        self.ground = ground(session, self.side)
        self.paths = bent_lines(self.centres, self.tile / 2)
        self.links = [
            LineCollection(
                lines if column.weights else [], transform=None, capstyle="round"
            )
            for lines, column in zip(self.paths, self.columns)
        ]
        self.pixels, self.large, self.card = Pixels(), Pixels(), Pixels()
        parts = self.columns, self.centres, self.paths
        shown = self.by, self.sample, self.gradients
        self.close_up = CloseUp(*parts, self.tile, box, scale, *shown)
        self.frames = dict(self._framed(figure))
        for links in [*unweighed(self.columns, self.paths, self.centres), *self.links]:
            figure.add_artist(links)
        write_titles(figure, box, session, self.columns, self.centres)
        entries = counted(session, self.columns)
        hidden = session.experiment.hidden
        self.buttons = buttons(box, hidden, entries, self.centres, scale)
        for (x, y), sign, _ in self.buttons:
            draw_button(figure, x, y, sign, scale)
        if self.by == "gradient":
            x, y = box[0] + 4 * scale, box[1] + 3 * scale
            figure.text(x, y, "lines: gradient", fontsize=8, color=GREY, transform=None)
        return [*self.links, self.pixels, *self.frames.values(), self.large, self.card]

    def renew(self, session, selection):
        return self._shape(session) == self.shape and self._same_ground(session)

    def _shape(self, session):
        """What the picture was laid out for."""
        network, e = session.trainer.network, session.experiment
        layers = [str(layer) for layer in network.layers]
        reach = [side.tolist() for side in extent(session)] if on_plane(session) else []
        return network.widths, layers, session.scale.names, reach, e.hidden

    def _same_ground(self, session):
        return np.array_equal(ground(session, self.side), self.ground)

    def _framed(self, figure):
        """A frame for each neuron, by its name; the inputs are of no layer."""
        for layer, column in zip([None, *self.layers], self.centres):
            for unit, (x, y) in enumerate(column):
                corner = (x - self.tile / 2, y - self.tile / 2)
                frame = Rectangle(corner, self.tile, self.tile, fill=False)
                frame.set(transform=None)
                yield (layer, unit), figure.add_artist(frame)

    def update(self, session, selection):
        outputs, seen = (
            session.trace(self.ground, selection.replica),
            session.scale(self.ground),
        )
        reach = np.abs(seen).max(axis=0)
        values = [seen / np.where(reach > 0, reach, 1)]
        values += [within_one(outputs[i]) for i in self.layers[:-1]]
        values.append(2 * session.decoder.scaled(outputs[-1]) - 1)
        drawn = [self._pictures(column) for column in values]
        self.pixels.tiles = [
            (self._corner(place, picture), picture)
            for column, places in zip(drawn, self.centres)
            for picture, place in zip(column, places)
        ]
        for neuron, frame in self.frames.items():
            chosen = neuron == selection.neuron
            frame.set(edgecolor=INK if chosen else PALE, linewidth=2 if chosen else 1)
        tables = self._tables(session, selection)
        most = max((np.abs(t).max() for t in tables.values()), default=0.0)
        for links, column in zip(self.links, self.columns):
            if column.weights:
                weigh(links, tables[column.weights].ravel() * self._strength(most))
        self.large.tiles = [*self.close_up.tiles(selection, drawn, tables)]
        self.card.tiles = [*self.close_up.card(session, selection)]
        return False

    def describe(self, session, selection):
        network = session.trainer.network
        tables = [n for n in network.layout.places if n.split(".")[-1] == "W"]
        heavy = max(
            np.abs(session.array(name, selection.replica)).max() for name in tables
        )
        shape = " to ".join(str(column.units) for column in self.columns)
        said = f"its largest weight is {heavy:.2f} in size"
        if self.by == "gradient":
            vector = vectors(session.trainer)["gradient"]
            own = (
                array(session.trainer, vector, name)[selection.replica]
                for name in tables
            )
            steep = max(np.abs(g).max() for g in own)
            said += f", and the largest gradient of a weight {short(steep)}"
        found = readings(session, selection, self.sample, self.gradients)
        more = f" {told(found)}" if found else ""
        return (
            f"Network of {network.widths[0]} inputs, then {shape} units; {said}.{more}"
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
        found = nearest(self.columns, self.paths, point, NEAR * self.scale)
        if found is None:
            return None
        column, number = found
        row, unit = divmod(number, len(self.centres[column + 1]))
        return self.linear[column], row, unit

    def _pictures(self, values):
        """Each neuron's output on the ground (samples, neurons) as a picture."""
        images = diverging(0.5 + 0.5 * pictures(values[:, :NEURONS_SHOWN], self.side))
        return [enlarge(one, self.factor) for one in images]

    def _corner(self, place, picture):
        return place[0] - picture.shape[1] / 2, place[1] - picture.shape[0] / 2

    def _tables(self, session, selection):
        """What the lines of each column show, by the name of its weights."""
        kind = "parameters" if self.by == "weight" else self.by
        own = vectors(session.trainer)[kind][selection.replica]
        names = [column.weights for column in self.columns if column.weights]
        return {
            n: array(session.trainer, own, n)[:NEURONS_SHOWN, :NEURONS_SHOWN]
            for n in names
        }

    def _strength(self, most):
        """By what a line's number is multiplied: gradients have no size to go by."""
        return STRONG / most if self.by == "gradient" and most > 0 else 1.0
