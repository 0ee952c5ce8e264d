"""Words, numbers and bars that change in every frame, each at its place in a box."""

import numpy as np

from nnlab.views.drawing.colours import BLUE, INK, ORANGE, PALE, rgba
from nnlab.views.drawing.text_layer import CODE, PLAIN, lettering
from nnlab.views.view import Box, Pixels

LARGE = 1e100  # beyond which bars have no measure


class Writing(Pixels):
    """An artist. All places and sizes are in pixels of the page, counted from the lower
    left corner of `box`, which is in pixels of the screen; `scale` is how many of these
    one of the page has."""

    def __init__(self, box: Box, scale: float):
        super().__init__()
        self.scale = scale
        self.left, self.bottom, self.width, self.height = (one / scale for one in box)

    def say(
        self,
        place: tuple[float, float],
        text: str,
        size: float = 11,
        colour: str = INK,
        face: str = PLAIN,
        paper: str = "white",
    ) -> float:
        """Words that begin here; cut where the box ends. Returns where they end."""
        if not text:
            return place[0]
        x, y = place
        word = lettering(text, size * self.scale, colour, face, paper)
        self._put(x, y, word[:, : max(0, int((self.width - x - 1) * self.scale))])
        return x + word.shape[1] / self.scale

    def number(
        self, place: tuple[float, float], text: str, size: float, colour: str = INK
    ) -> None:
        """A number whose point, or end if it has none, is here."""
        x, y = place
        whole = len(text.partition(".")[0].partition("e")[0])
        wide = lettering("0", size * self.scale, colour, CODE).shape[1] - 2
        self.say((x - whole * wide / self.scale, y), text, size, colour, CODE)

    def bar(self, place: tuple[float, float], share: float, reach: float, high: float):
        """A bar from here to the right, or to the left if `share` is negative: as long
        as this share of `reach`. A bar of nothing is a thin line."""
        x, y = place
        wide = round(np.nan_to_num(np.clip(share, -1, 1)) * reach * self.scale)
        colour = rgba(BLUE if wide > 0 else ORANGE if wide < 0 else PALE)
        start = x + min(wide, 0) / self.scale
        tile = np.broadcast_to(colour, (round(high * self.scale), abs(wide) or 1, 4))
        self._put(start, y, tile.copy())

    def rule(self, place: tuple[float, float], wide: float, high: float, colour=PALE):
        """A rectangle of one colour."""
        shape = max(1, round(high * self.scale)), max(1, round(wide * self.scale)), 4
        self._put(*place, np.broadcast_to(rgba(colour), shape).copy())

    def _put(self, x: float, y: float, tile: np.ndarray) -> None:
        if tile.size:
            place = (self.left + x) * self.scale, (self.bottom + y) * self.scale
            self.tiles.append((place, tile))


def rounded_up(value: float) -> float:
    """The least of 1, 2, 5, times a power of ten, that holds this: so that bars keep
    their measure while numbers move a little."""
    if not np.isfinite(value) or value <= 0:
        return 1.0
    value = min(float(value), LARGE)
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m * power for m in (1, 2, 5, 10) if value <= m * power * 1.0001))
