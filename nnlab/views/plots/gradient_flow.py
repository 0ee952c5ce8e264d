"""How strong the slope is in every layer, over the steps: a stripe for each layer.

Dark is strong, pale is weak. Above, δ: how much a layer's outputs matter to a sample's
loss. Below, what its weights get of it. Where stripes pale from the output down to the
first layer, the slope fades on its way back.
"""

import numpy as np
from matplotlib.ticker import MaxNLocator

from nnlab.diagnostics.gradient_norms import learning, strength
from nnlab.diagnostics.sample_losses import some
from nnlab.session.monitors.backfill import Past
from nnlab.views.drawing.bands import FIRST, PALE_SHARE
from nnlab.views.drawing.colours import GREY, INK, inked
from nnlab.views.drawing.number_format import short
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.view import Pixels, View, add_axes

WHITE, DARK = -5.0, 1.0  # decades, from white to dark
WORDS_WAIT = 2.0  # seconds that words may wait for a measurement
TITLES = ("δ: the slope in a layer's outputs", "the slope in a layer's weights")
LAYERS = 12  # that have a stripe
LOST = np.array([226, 118, 42, 255], np.uint8)  # orange: no longer finite


def measure(trainer, near):
    """The strength of the slope in each layer."""
    yield strength(trainer.network, *some(trainer), trainer.loss)


class GradientFlow(View):
    """The slope in every layer over the steps, of the seed shown."""

    share = 0.95

    def __init__(self):
        self.past = Past(measure)

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = self.scale = figure.dpi / 100
        axis, under, between, top = (n * scale for n in (30, 38, 30, 24))
        tall = max((height - under - between - top) / 2, 4 * scale)
        left, wide = left + axis, int(width - axis - 48 * scale)
        count = len(learning(session.trainer.network))
        chosen = np.linspace(0, count - 1, min(count, LAYERS))
        self.layers = np.unique(chosen.astype(int))
        self.reach, self.pictures, self.panels = -1.0, Pixels(), []
        for i, title in enumerate(TITLES):
            place = (left, bottom + under + (1 - i) * (tall + between), wide, tall)
            axes = add_axes(figure, place, title)
            axes.set_ylim(0, len(self.layers))
            axes.set_yticks(np.arange(len(self.layers)) + 0.5, self._names(count))
            axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
            axes.tick_params(axis="y", length=0)
            self.panels.append((axes, place))
        self.panels[0][0].tick_params(labelbottom=False)
        self.panels[1][0].set_xlabel("step", fontsize=8, color=GREY, labelpad=2)
        self._key(figure, left + wide, bottom)
        return [self.pictures]

    def _names(self, count: int) -> list[str]:
        return ["out" if i == count - 1 else f"{i + 1}" for i in self.layers]

    def _key(self, figure, right: float, bottom: float) -> None:
        """What the shades mean."""
        scale, key = self.scale, Pixels()
        long, tall = int(60 * scale), int(8 * scale)
        shades = inked(np.linspace(0, 1, long))[None].repeat(tall, axis=0)
        low, high = (lettering(short(10.0**n), 10 * scale, GREY) for n in (WHITE, DARK))
        x, y = right + 44 * scale - high.shape[1], bottom + 4 * scale
        key.tiles = [((x, y - 3 * scale), high)]
        x -= long + 4 * scale
        key.tiles.append(((x, y), shades))
        key.tiles.append(((x - low.shape[1] - 2 * scale, y - 3 * scale), low))
        figure.add_artist(key)

    def update(self, session, selection):
        told, now = self.past.values(session), session.trainer.steps_done
        after = self.past.later(session)
        end = max(now, *(step for step, _ in after), 0)
        anew = end > self.reach
        if anew:
            self.reach = max(FIRST, 2 * self.reach, float(end))
            for axes, _ in self.panels:
                axes.set_xlim(0, self.reach)
        self.pictures.tiles = []
        if told:
            steps = np.array([step for step, _ in [*told, *after]])
            times = max(now, 1), max(end, 1)
            for i, (_, place) in enumerate(self.panels):
                every = [_shown(selection, one[i]) for _, one in [*told, *after]]
                values = np.stack(every)[:, self.layers]
                self._stripes(place, steps, times, values, len(told) - 1)
        return anew

    def _stripes(self, place, steps, times, values: np.ndarray, last: int) -> None:
        """The stripes of one panel, for values (moments, layers), pale from now on to
        the end of the recorded way, and the `last` numbers until now beside them."""
        now, end = times
        left, bottom, wide, tall = place
        scale, rows = self.scale, values.shape[1]
        ends = np.round(np.linspace(0, tall, rows + 1)).astype(int)
        gap = max(1, round(scale)) if tall / rows > 6 * scale else 0
        columns = int(np.ceil(wide * min(end / self.reach, 1)))
        at = np.arange(1, columns + 1) * self.reach / wide  # the step at its right edge
        column = np.maximum(np.searchsorted(steps, at, side="right") - 1, 0)
        for i in range(rows):
            high = ends[i + 1] - ends[i] - gap
            stripe = _shades(values[:, i])[column]
            ahead = at > now + self.reach / wide
            stripe[ahead] = _thinned(stripe[ahead])
            corner = (left, bottom + ends[i])
            self.pictures.tiles.append((corner, stripe[None].repeat(high, axis=0)))
            word = lettering(short(values[last, i]), 10 * scale, INK)
            middle = bottom + (ends[i] + ends[i + 1] - word.shape[0]) / 2
            self.pictures.tiles.append(((left + wide + 4 * scale, middle), word))

    def describe(self, session, selection):
        step, now = self.past.values(session, WORDS_WAIT)[-1]
        names = self._names(len(learning(session.trainer.network)))
        delta, weights = (_shown(selection, one)[self.layers] for one in now)
        said = [
            f"{'output' if name == 'out' else name} {short(d)} and {short(w)}"
            for name, d, w in zip(names, delta, weights)
        ]
        return (
            f"Gradient flow at step {step}, of the seed shown; the slope in each "
            f"layer's outputs and weights: {', '.join(said)}{_faded(delta)}."
        )


def _faded(delta: np.ndarray) -> str:
    """How far the slope fades, or grows, from the output to the first layer."""
    if len(delta) < 2 or not np.isfinite(delta).all() or not delta.all():
        return ""
    ratio = delta[0] / delta[-1]
    how = "grows" if ratio > 1 else "fades"
    return f"; from the output to the first layer it {how} to {short(ratio)} times"


def _thinned(colours: np.ndarray) -> np.ndarray:
    """Colours (…, 4) as pale as what comes after now."""
    return (255 - PALE_SHARE * (255 - colours.astype(float))).round().astype(np.uint8)


def _shown(selection, values: np.ndarray) -> np.ndarray:
    """Of values (seeds, layers) those of the seed shown."""
    return np.atleast_2d(values)[selection.replica]


def _shades(values: np.ndarray) -> np.ndarray:
    """A colour (…, 4) for each length; what is not finite stands out."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (np.log10(values) - WHITE) / (DARK - WHITE)
    colours = inked(np.nan_to_num(share, nan=0.0, neginf=0.0, posinf=1.0))
    colours[~np.isfinite(values)] = LOST
    return colours
