"""Validation images with the network's guesses; a wrong guess is framed and named."""

from functools import lru_cache

import numpy as np
from PIL import Image

from nnlab.views.colours import BLUE, ORANGE, PALE, WRONG, inked
from nnlab.views.lettering import lettering
from nnlab.views.view import Pixels, View, add_axes, enlarge

ROWS, COLUMNS = 5, 8
LETTERS = 13  # pixels under a picture for the guess


class Gallery(View):
    """Forty images never trained on, and what the seed shown takes each of them for."""

    share = 1.15
    needs = "images"

    def build(self, figure, box, run):
        left, bottom, width, height = box
        scale = figure.dpi / 100
        axes = add_axes(
            figure,
            (left, bottom, width, height - 24 * scale),
            "never trained on: what the network says",
        )
        axes.set_axis_off()
        data = run.parts.validation
        self.x, self.y = data.x[: ROWS * COLUMNS], data.y[: ROWS * COLUMNS]
        self.scale, self.names = scale, data.classes
        self.cell = (width / COLUMNS, (height - 30 * scale) / ROWS)
        self.corner = (left, bottom + height - 26 * scale)
        rows = data.image[0]
        room = min(self.cell[0] - 6 * scale, self.cell[1] - (LETTERS + 5) * scale)
        factor = max(1, int(room // rows))
        ink = self.x / self.x.max()
        self.images = [
            enlarge(inked(one.reshape(data.image)[::-1]), factor) for one in ink
        ]
        self.pixels = Pixels()
        return [self.pixels]

    def update(self, run):
        self.guesses = run.trace(self.x)[-1].argmax(axis=-1)
        tiles = []
        for i, (guess, truth) in enumerate(zip(self.guesses, self.y)):
            tiles += self._tile(i, int(guess), guess == truth)
        self.pixels.tiles = tiles
        return False

    def describe(self, run):
        wrong = [
            f"a {self.names[truth]} taken for {self.names[guess]}"
            for guess, truth in zip(self.guesses, self.y)
            if guess != truth
        ]
        some = f": {', '.join(wrong[:5])}" if wrong else ""
        return f"Of {len(self.y)} validation images {len(wrong)} are wrong{some}."

    def _tile(self, i, guess, right):
        """A picture in its frame, and the guess below it."""
        row, column = divmod(i, COLUMNS)
        image = self.images[i]
        edge = max(1, round(2 * self.scale))
        left = self.corner[0] + (column + 0.5) * self.cell[0] - image.shape[1] / 2
        top = self.corner[1] - row * self.cell[1] - edge
        yield (left - edge, top - len(image) - edge), _frame(image.shape, edge, right)
        yield (left, top - len(image)), image
        said = _word(self.names[guess], round(11 * self.scale), right)
        middle = left + image.shape[1] / 2 - said.shape[1] / 2
        yield (middle, top - len(image) - edge - len(said)), said


@lru_cache(maxsize=64)
def _frame(shape, edge: int, right: bool) -> np.ndarray:
    size = (shape[1] + 2 * edge, shape[0] + 2 * edge)
    colour = PALE if right else ORANGE
    return np.array(Image.new("RGBA", size, colour))


@lru_cache(maxsize=256)
def _word(name: str, size: int, right: bool) -> np.ndarray:
    """The guess as a small picture; a wrong one has a cross before it."""
    if right:
        return lettering(name, size, BLUE)
    return lettering(f"✗{name}", size, WRONG, bold=True)
