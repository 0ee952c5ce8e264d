"""The plane as a hidden layer sees it: bent, folded and stretched until a straight cut
will do.

A grid is drawn on the plane of the inputs, and every point of it goes through the
network as far as the layer. Two units are the two axes of the picture. Of more units
it is the plane of the first two principal components of the training samples there,
turned so that samples lie as near as can be to where they lie on the plane of the
inputs. The colours are what the rest of the network makes of each place, and the thick
line is where it changes its mind: behind the last hidden layer there is only one more
weighted sum, and the line is straight. Olah 2014, "Neural networks, manifolds, and
topology".
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator

from nnlab.diagnostics.activations_and_gradients import onwards
from nnlab.diagnostics.plane import Plane, of_features, principal, turned
from nnlab.views.drawing.colours import GREY, INK
from nnlab.views.drawing.decision_map import coloured, lines, margins
from nnlab.views.drawing.points import add_points, colours_of, groups, some
from nnlab.views.drawing.projection import sheet_of
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.drawing.wiring import check_layer, columns, hidden
from nnlab.views.view import Pixels, View, add_axes, extent, graded, grid

ACROSS = 13  # lines of the grid, each way
BENDS = 41  # points along a line of it
MAP = 48  # points along a side at which the rest of the network is asked
ROOM = 1.1  # how wide the picture is, where what is in it is 1
STEP = 2**0.5  # from one width of the picture to the next
PARTS = 16  # of its width, by which its middle moves
NARROWEST = 1e-3  # of its width
FARTHEST = 1e9  # beyond which numbers are drawn no farther


class HiddenSpace(View):
    """The plane's grid and the points as a hidden layer sees them, in the seed shown.

    `layer` is the number of the hidden layer, from 1; left out, it is the last.
    """

    needs = ("points on a plane",)

    def __init__(self, layer: int | None = None):
        self.number = layer

    def lacks(self, session):
        return super().lacks(session) or (
            "" if hidden(session.trainer.network) else "a hidden layer"
        )

    def check(self, session, selection):
        super().check(session, selection)
        check_layer(session.trainer.network, self.number)

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = self.scale = figure.dpi / 100
        side = int(min(width - 44 * scale, height - 62 * scale))
        left += (width - side) / 2 + 14 * scale
        bottom += 34 * scale
        self.corner, self.side, self.limits = (left, bottom), side, None
        axes = self.axes = add_axes(figure, (left, bottom, side, side))
        self.shape = self._shape(session)
        name = "unit" if self.shape[2] < 3 else "component"
        axes.set_xlabel(f"{name} 1", fontsize=8, color=GREY, labelpad=1)
        if self.shape[2] > 1:
            axes.set_ylabel(f"{name} 2", fontsize=8, color=GREY, labelpad=0)
        axes.tick_params(labelleft=self.shape[2] > 1, left=self.shape[2] > 1)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
            axis.set_major_formatter(lambda value, _: f"{value:g}")
        self.map, self.words = Pixels(), Pixels()
        self.net = LineCollection([], linewidths=0.7, color=INK, alpha=0.4)
        self.cut = LineCollection([], linewidths=2.2, color=INK)
        for lot in (self.net, self.cut):
            axes.add_collection(lot, autolim=False)
        self.points = add_points(
            axes, session, sheet_of(session, None, None), some(session)
        )
        self._lay(session)
        return [self.map, self.net, self.cut, *self.points, self.words]

    def renew(self, session, selection):
        if self._shape(session) != self.shape:
            return False
        self._lay(session)
        return True

    def update(self, session, selection):
        plane, seen = self._seen(session, selection)
        anew = self._fit(np.concatenate(seen))
        net, *groups = seen
        self.net.set_segments(net.reshape(2 * ACROSS, BENDS, 2))
        for points, uv in zip(self.points, groups):
            points.set_data(*uv.T)
        network = session.trainer.network.replica(selection.replica)
        z = onwards(network, self.shape[1], plane.at(grid(*self.limits, MAP)))
        self.map.tiles = [(self.corner, coloured(session, z, self.side))]
        self.cut.set_segments(lines(margins(session, z), *self.limits))
        place = (self.corner[0], self.corner[1] + self.side + 5 * self.scale)
        self.words.tiles = [(place, self._title(plane))]
        return anew

    def describe(self, session, selection):
        number, _, units, _ = self.shape
        plane, _ = self._seen(session, selection)
        part = f", {sum(plane.shares):.0%} of their variance in view"
        said = f"{units} unit{'s' * (units > 1)}{part * (units > 2)}"
        after = columns(session.trainer.network)[number]
        last = len(session.trainer.network.layers) - 1
        plain = after.first == after.sums == last
        cut = "a straight line" if plain else "the rest of the network"
        right = session.measure()[f"train_{session.judged_by}"][selection.replica]
        how = f"{graded(session, right)} of training points are right"
        how = how if session.data.labelled else f"its R² is {graded(session, right)}"
        return (
            f"The plane as hidden layer {number} sees it ({said}); there {cut} "
            f"decides, and {how}."
        )

    def _shape(self, session) -> tuple:
        """The layer by both its numbers, its units, and the colours of the points."""
        number = self.number or hidden(session.trainer.network)
        column = columns(session.trainer.network)[number - 1]
        return number, column.last, column.units, colours_of(session)

    def _lay(self, session) -> None:
        """What is drawn, on the plane of the inputs: the grid, and groups of points."""
        low, high = extent(session)
        way, across = np.linspace(0, 1, BENDS), np.linspace(0, 1, ACROSS)
        lying = np.stack(np.meshgrid(way, across), axis=-1).reshape(-1, 2)
        net = low + (high - low) * np.concatenate([lying, lying[:, ::-1]])
        self.inputs = [
            net,
            *groups(session, sheet_of(session, None, None), some(session)),
        ]
        self.ends = np.cumsum([len(one) for one in self.inputs])[:-1]

    def _seen(self, session, selection) -> tuple[Plane, list[np.ndarray]]:
        """The plane through what the layer says, and all that is drawn on it."""
        outputs = session.trace(np.concatenate(self.inputs), selection.replica)[
            self.shape[1]
        ]
        known = np.nan_to_num(outputs.astype(float), posinf=FARTHEST, neginf=-FARTHEST)
        parts = np.split(np.clip(known, -FARTHEST, FARTHEST), self.ends)
        train = slice(1, 1 + len(self.points) // 2)
        towards = np.concatenate(self.inputs[train])
        plane = _plane(np.concatenate(parts[train]), towards)
        return plane, [plane.of(part) for part in parts]

    def _fit(self, uv: np.ndarray) -> bool:
        """Moves the axes to hold these places (N, 2); whether it had to."""
        low, high = uv.min(axis=0), uv.max(axis=0)
        width = max(ROOM * (high - low).max(), NARROWEST)
        width = STEP ** np.ceil(np.log(width) / np.log(STEP))
        middle = np.round((low + high) / 2 / width * PARTS) * width / PARTS
        limits = middle - width / 2, middle + width / 2
        if self.limits is not None and np.array_equal(limits, self.limits):
            return False
        self.limits = limits
        (left, bottom), (right, top) = limits
        self.axes.set(xlim=(left, right), ylim=(bottom, top))
        return True

    def _title(self, plane: Plane) -> np.ndarray:
        number, _, units, _ = self.shape
        said = f"hidden layer {number}'s view"
        if units > 2:
            said += f", {sum(plane.shares):.0%} of variance"
        return lettering(said, 11.5 * self.scale, INK)


def _plane(outputs: np.ndarray, towards: np.ndarray) -> Plane:
    """A plane through a layer's outputs (N, units): see above."""
    units = outputs.shape[1]
    if units == 1:
        return Plane(np.zeros(1), np.eye(2)[:, :1], np.eye(2)[:1], (1.0, 0.0))
    if units == 2:
        return of_features(0, 1, np.zeros(2))
    return turned(principal(outputs), outputs, towards)
