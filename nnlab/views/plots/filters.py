"""First-layer weights as images: what each hidden unit looks for in a picture.

Blue pixels speak for the unit, orange ones against it.
"""

import numpy as np

from nnlab.backend import quiet
from nnlab.views.drawing.colours import diverging
from nnlab.views.drawing.number_format import plain
from nnlab.views.drawing.wiring import columns
from nnlab.views.view import Pixels, View, add_axes, enlarge

UNITS_SHOWN = 64  # units shown
LARGER = 4  # times the size, for the one that is looked at, if there is room


class Filters(View):
    """The weights of every unit of the first layer, drawn as the image it reads."""

    share = 1.05
    needs = ("images",)

    def lacks(self, session):
        column = columns(session.trainer.network)[0]
        return super().lacks(session) or ("" if column.weights else "weights of pixels")

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = figure.dpi / 100
        column = columns(session.trainer.network)[0]
        units = column.units
        self.shown, self.image = min(units, UNITS_SHOWN), session.data.image
        self.layer, self.weights = column.last, column.weights
        neurons = f"{UNITS_SHOWN} of {units}" if units > UNITS_SHOWN else f"{units}"
        axes = add_axes(
            figure,
            (left + 8 * scale, bottom, width, height - 24 * scale),
            f"first layer's weights, {neurons} neurons",
        )
        axes.set_axis_off()
        self.columns = int(np.ceil(np.sqrt(self.shown)))
        side = min(width - 8 * scale, height - 34 * scale) / self.columns
        factor = max(1, int((side - 2 * scale) // max(self.image)))
        self.factor, self.side = factor, side
        self.corner = (left + 8 * scale, bottom + height - 30 * scale)
        self.pixels = Pixels()
        return [self.pixels]

    def update(self, session, selection):
        W = session.array(self.weights, selection.replica)[:, : self.shown]
        reach = np.abs(W).max() or 1.0
        with quiet():
            images = diverging(0.5 + 0.5 * W.T / reach).reshape(-1, *self.image, 4)
        self.pixels.tiles = [
            (self._place(i), _framed(enlarge(one[::-1], self.factor)))
            for i, one in enumerate(images)
        ]
        if selection.neuron in self.neurons():
            unit = selection.neuron[1]
            room = int(self.columns * self.side - 2) // max(self.image)
            factor = min(LARGER * self.factor, room)
            large = _framed(enlarge(images[unit][::-1], factor))
            self.pixels.tiles.append((self._beside(unit, large), large))
        return False

    def describe(self, session, selection):
        W = session.array(self.weights, selection.replica)
        return (
            f"First-layer weights of {W.shape[1]} units as images, from "
            f"{plain(W.min())} (orange) to {plain(W.max())} (blue)."
        )

    def at(self, x, y):
        column = int((x - self.corner[0]) // self.side)
        row = int((self.corner[1] - y) // self.side)
        unit = row * self.columns + column
        inside = 0 <= column < self.columns and row >= 0 and unit < self.shown
        return (self.layer, unit) if inside else None

    def neurons(self):
        return [(self.layer, unit) for unit in range(self.shown)]

    def _beside(self, unit, picture):
        """A place for the enlarged picture of a unit, within the others."""
        reach = self.columns * self.side
        left = min(self._place(unit)[0], self.corner[0] + reach - picture.shape[1])
        bottom = max(self._place(unit)[1], self.corner[1] - reach)
        return left, min(bottom, self.corner[1] - picture.shape[0])

    def _place(self, i):
        row, column = divmod(i, self.columns)
        left, top = self.corner
        return left + column * self.side, top - (row + 1) * self.side


def _framed(picture: np.ndarray) -> np.ndarray:
    return np.pad(picture, ((1, 1), (1, 1), (0, 0)), constant_values=200)
