"""Validation images with the network's guesses; a wrong guess is framed and named."""

from functools import lru_cache

import numpy as np
from PIL import Image

from nnlab.views.drawing.colours import BLUE, GREY, ORANGE, PALE, WRONG, inked
from nnlab.views.drawing.text_layer import BOLD, lettering
from nnlab.views.plots.confusion import PARTS
from nnlab.views.view import Pixels, View, add_axes, enlarge

ROWS, COLUMNS = 5, 8
LETTERS = 13  # pixels under a picture for the guess
SEEN = {"validation": "never trained on", "train": "trained on"}


class Gallery(View):
    """Up to forty images never trained on, and what the seed shown takes each for.

    Before the first step each has a question mark. With `noise` the last of them is
    no image at all, but chance.
    """

    share = 1.15
    needs = ("images", "labels")

    def __init__(self, noise: bool = False):
        self.noise = noise

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = figure.dpi / 100
        axes = add_axes(
            figure,
            (left, bottom, width, height - 24 * scale),
            f"{SEEN[session.watched]}: what the network says",
        )
        axes.set_axis_off()
        data = getattr(session.parts, session.watched)
        self.x, self.y = data.x[: ROWS * COLUMNS].copy(), data.y[: ROWS * COLUMNS]
        if self.noise:
            chance = np.random.default_rng(0)
            self.x[-1] = chance.uniform(0, data.x.max(), self.x.shape[1])
        self.scale, self.names = scale, data.classes
        self.cell = (width / COLUMNS, (height - 30 * scale) / ROWS)
        self.corner = (left, bottom + height - 26 * scale)
        free = self.cell[1] - (LETTERS + 5) * scale, self.cell[0] - 6 * scale
        factor = max(1, int(min(np.floor_divide(free, data.image))))
        ink = self.x / (np.abs(self.x).max() or 1.0)
        self.images = [
            enlarge(inked(one.reshape(data.image)[::-1]), factor) for one in ink
        ]
        self.pixels = Pixels()
        return [self.pixels]

    def update(self, session, selection):
        says = session.decoder.predictions(session.trace(self.x, selection.replica)[-1])
        if says.shape[-1] == 1:  # of two classes it is how sure of the second
            says = np.concatenate([1 - says, says], axis=-1)
        self.guesses, self.sure = says.argmax(axis=-1), says.max(axis=-1)
        tiles = []
        for i in range(len(self.y)):
            tiles += self._tile(i, *self._caption(i, session.trainer.steps_done > 0))
        self.pixels.tiles = tiles
        return False

    def describe(self, session, selection):
        real = len(self.y) - self.noise
        if not session.trainer.steps_done:
            return f"{real} {PARTS[session.watched]} images, not yet read."
        wrong = [
            f"a {self.names[truth]} taken for {self.names[guess]}"
            for guess, truth in zip(self.guesses[:real], self.y)
            if guess != truth
        ]
        some = f": {', '.join(wrong[:5])}" if wrong else ""
        last = f" It takes noise for {self._last()} sure." if self.noise else ""
        part = PARTS[session.watched]
        return f"Of {real} {part} images {len(wrong)} are wrong{some}.{last}"

    def _last(self, between: str = ", ") -> str:
        sure = f"{self.sure[-1]:.0%}" if self.sure[-1] < 0.99 else ">99%"
        return f"{self.names[self.guesses[-1]]}{between}{sure}"

    def _caption(self, i, trained: bool):
        """What stands below a picture, and whether it is right."""
        if not trained:
            return "?", True
        if self.noise and i == len(self.y) - 1:
            return self._last(" "), True
        return self.names[self.guesses[i]], bool(self.guesses[i] == self.y[i])

    def _tile(self, i, word, right):
        """A picture in its frame, and a word below it."""
        row, column = divmod(i, COLUMNS)
        image = self.images[i]
        edge = max(1, round(3 * self.scale))
        left = self.corner[0] + (column + 0.5) * self.cell[0] - image.shape[1] / 2
        top = self.corner[1] - row * self.cell[1] - edge
        yield (left - edge, top - len(image) - edge), _frame(image.shape, edge, right)
        yield (left, top - len(image)), image
        said = _word(word, round((11 if len(word) < 3 else 9) * self.scale), right)
        middle = left + image.shape[1] / 2 - said.shape[1] / 2
        yield (middle, top - len(image) - edge - len(said)), said


@lru_cache(maxsize=64)
def _frame(shape, edge: int, right: bool) -> np.ndarray:
    size = (shape[1] + 2 * edge, shape[0] + 2 * edge)
    colour = PALE if right else ORANGE
    return np.array(Image.new("RGBA", size, colour))


@lru_cache(maxsize=256)
def _word(name: str, size: int, right: bool) -> np.ndarray:
    """A word as a small picture; a wrong one has a cross before it."""
    if right:
        return lettering(name, size, GREY if name == "?" else BLUE)
    return lettering(f"✗{name}", size, WRONG, BOLD)
