"""How sharp the valley is, and how sharp the learning rate lets it be.

λ is the largest curvature of the loss: beyond 2/η gradient descent at rate η leaps
farther across the valley with every step. The bar says how much of that is used up, the
lines how it came about. Cohen et al. 2021, "Gradient descent on neural networks
typically occurs at the edge of stability".
"""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import IdentityTransform

from nnlab.diagnostics.edge_of_stability import stability
from nnlab.session.monitors.backfill import Past
from nnlab.views.drawing.bands import Band, Reach, logarithmic, over_seeds
from nnlab.views.drawing.colours import BLUE, GREY, INK, ORANGE, PALE
from nnlab.views.drawing.number_format import short
from nnlab.views.drawing.text_layer import BOLD, lettering
from nnlab.views.view import Box, Pixels, View, add_axes

TITLE = "λ as a share of its limit"
BAR_LENGTH = 1.5  # times the limit that the bar is long
WORDS_WAIT = 2.0  # seconds that words may wait for a measurement
LINE = 14  # pixels of the page from a line of words to the next


class Stability(View):
    """The sharpness λ against its limit: now, and over the steps; median over seeds, in
    a band."""

    share = 0.85

    def __init__(self):
        self.past = Past(stability)

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = self.scale = figure.dpi / 100
        axis, under, above, top = (n * scale for n in (42, 38, 92, 24))
        left, width = left + axis, width - axis - 16 * scale
        tall = max(height - under - above - top, 8 * scale)
        place = (left, bottom + under, width, tall)
        self.axes = add_axes(figure, place, "sharpness λ, and its limit (dashed)")
        logarithmic(self.axes)
        self.axes.set_xlabel("step", fontsize=8, color=GREY, labelpad=2)
        self.reach = Reach([self.axes])
        self.sharp = Band(self.axes, BLUE)
        self.limit = Band(self.axes, ORANGE, (0, (4, 1.5)))
        self.words = Pixels()
        meter = self._bar(figure, left, bottom + height - top - 18 * scale, width)
        bands = [*self.sharp.artists, *self.limit.artists]
        return [*meter, *bands, *self.reach.now, self.words]

    def _bar(self, figure, left: float, bottom: float, width: float) -> list[Artist]:
        """The meter: an empty bar, and what moves on it."""
        scale = self.scale
        tall = 12 * scale
        self.bar, self.corner = (left, bottom, width, tall), (left, bottom - 20 * scale)
        title = figure.text(left, bottom + 20 * scale, TITLE, fontsize=8.5, color=INK)
        title.set_transform(IdentityTransform())
        figure.add_artist(_box(self.bar, PALE))
        self.used = _box(self.bar, BLUE, alpha=0.35)
        self.middle = Line2D([], [], color=BLUE, linewidth=2.5, transform=None)
        edge = left + width / BAR_LENGTH
        self.edge = Line2D([edge] * 2, [bottom - 4 * scale, bottom + 16 * scale])
        self.edge.set(color=ORANGE, linewidth=2, transform=None)
        return [*map(figure.add_artist, (self.used, self.middle, self.edge))]

    def update(self, session, selection):
        told = self.past.values(session)
        after = self.past.later(session)
        later = [step for step, _ in after]
        anew = self.reach.show_now(session.trainer.steps_done, later)
        if not told:
            return anew
        steps, every = [step for step, _ in told], [one for _, one in [*told, *after]]
        sharp = np.stack([np.atleast_1d(one.sharpness) for one in every])
        limit = np.stack([np.atleast_1d(one.limit) for one in every])
        self.sharp.show(steps, np.where(sharp > 0, sharp, np.nan), later)
        self.limit.show(steps, limit, later)
        both = np.concatenate([sharp.ravel(), limit.ravel()])
        anew |= self.reach.heighten(self.axes, both)
        now = len(steps) - 1
        self._meter(steps[now], sharp[now], limit[now])
        return anew

    def _meter(self, step: int, sharp: np.ndarray, limit: np.ndarray) -> None:
        """The bar, and the words below it."""
        left, up, width, tall = self.bar
        used = over_seeds(sharp / limit)
        for artist in (self.used, self.middle, self.edge):
            artist.set_visible(bool(np.isfinite(used[1])))
        ends = left + width * np.clip(np.nan_to_num(used), 0, BAR_LENGTH) / BAR_LENGTH
        self.used.set(x=ends[0], width=max(ends[2] - ends[0], 1))
        self.middle.set_data([ends[1]] * 2, [up, up + tall])
        (x, y), lines = self.corner, _lines(step, sharp, limit)
        self.words.tiles = [
            ((x, y - i * LINE * self.scale), self._word(line, i))
            for i, line in enumerate(lines)
        ]

    def _word(self, line: str, i: int) -> np.ndarray:
        face = {"face": BOLD} if i == 0 else {}
        return lettering(
            line, (12 if i == 0 else 11) * self.scale, (INK, GREY)[i > 0], **face
        )

    def describe(self, session, selection):
        step, now = self.past.values(session, WORDS_WAIT)[-1]
        first, *rest = _lines(step, *map(np.atleast_1d, (now.sharpness, now.limit)))
        return f"Stability: {'; '.join([first, *rest])}."


def _lines(step: int, sharp: np.ndarray, limit: np.ndarray) -> list[str]:
    """What is read first, and what then."""
    low, middle, high = over_seeds(sharp)
    if not np.isfinite(middle):
        return ["every seed has diverged"]
    bound = over_seeds(limit)[1]
    range_ = f" ({short(low)} to {short(high)})" if len(sharp) > 1 else ""
    said = f"λ {short(middle)}{range_} at step {step}"
    if not np.isfinite(bound):
        return [said, "this optimizer has no one limit"]
    used, beyond = over_seeds(sharp / limit)[1], int(np.sum(sharp > limit))
    over = f"{beyond} of {len(sharp)} seeds beyond it" if beyond else "none beyond it"
    return [f"{used:.0%} used", said, f"limit {short(bound)}, {over}"]


def _box(place: Box, colour: str, alpha: float = 1.0) -> Rectangle:
    left, bottom, width, height = place
    box = Rectangle((left, bottom), width, height, transform=None)
    box.set(facecolor=colour, linewidth=0, alpha=alpha)
    return box
