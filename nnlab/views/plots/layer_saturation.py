"""Whether every layer still learns: its flat units, its dead units, its pace.

Where an activation is flat the slope that comes back is nearly 0; a unit that is flat
for every sample is dead. The pace of a layer is by what share of their size its weights
move in a step: far above 0.001 it is restless, far below it stands still.
"""

import numpy as np

from nnlab.backend import to_numpy
from nnlab.diagnostics.gradient_norms import learning, update_ratio
from nnlab.diagnostics.sample_losses import some
from nnlab.diagnostics.saturation import bent, flatness
from nnlab.session.monitors.backfill import Past
from nnlab.views.drawing.bands import (
    COLOURS,
    Band,
    Reach,
    few,
    logarithmic,
    names_at,
    over_seeds,
)
from nnlab.views.drawing.colours import GREY
from nnlab.views.drawing.number_format import short
from nnlab.views.view import Pixels, View, add_axes

CALM = 1e-3  # a pace that is often healthy
WORDS_WAIT = 2.0  # seconds that words may wait for a measurement
PANELS = (
    "saturated: flat units × samples",
    "dead: units flat for all samples",
    "pace: |ΔW| / |W| of a step",
)


def measure(trainer, near):
    """Flatness, and the pace of the step that comes next."""
    flat = flatness(trainer.network, some(trainer)[0])
    before = np.array(to_numpy(trainer.network.parameters))
    trainer.step()
    pace = update_ratio(trainer.network, before, trainer.network.parameters)
    yield flat, np.where(pace > 0, pace, np.nan)  # nothing moves what has stopped


class Saturation(View):
    """Saturation, dead units and pace of each layer, over the steps: median over seeds,
    in a band."""

    share = 0.85

    def __init__(self):
        self.past = Past(measure)

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = figure.dpi / 100
        axis, under, between, top = (n * scale for n in (44, 38, 26, 24))
        tall = max((height - under - 2 * between - top) / 3, 4 * scale)
        left, width = left + axis, width - axis - 24 * scale
        self.panels = []
        for i, title in enumerate(PANELS):
            up = bottom + under + (2 - i) * (tall + between)
            self.panels.append(add_axes(figure, (left, up, width, tall), title))
        self._scales()
        learn = len(learning(session.trainer.network))
        bend = len(bent(session.trainer.network.replica(0), some(session.trainer)[0]))
        self.chosen = [few(count) for count in (bend, bend, learn)]
        self.bands = [
            [Band(axes, colour) for _, colour in zip(chosen, COLOURS)]
            for axes, chosen in zip(self.panels, self.chosen)
        ]
        self.words = Pixels()
        lines = [band for bands in self.bands for band in bands]
        artists = (a for band in lines for a in band.artists)
        return [*artists, *self.reach.now, self.words]

    def _scales(self) -> None:
        """Shares from 0 to 1, the pace in decades, and all on the same steps."""
        self.reach = Reach(self.panels)
        for axes in self.panels[:2]:
            axes.tick_params(labelbottom=False)
            axes.set_ylim(-0.04, 1.04)
            axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
        pace = self.panels[2]
        logarithmic(pace)
        pace.axhline(CALM, color=GREY, linewidth=0.9, linestyle=(0, (2, 2)))
        pace.set_xlabel("step", fontsize=8, color=GREY, labelpad=2)

    def update(self, session, selection):
        told = self.past.values(session)
        after = self.past.later(session)
        later = [step for step, _ in after]
        anew = self.reach.show_now(session.trainer.steps_done, later)
        if not told:
            return anew
        steps = [step for step, _ in told]
        parts = _parts([*told, *after])
        anew |= self.reach.heighten(self.panels[2], np.append(parts[2], CALM))
        self.words.tiles = []
        for panel, chosen, bands, values in zip(
            self.panels, self.chosen, self.bands, parts
        ):
            heights = [
                b.show(steps, values[..., i], later) for b, i in zip(bands, chosen)
            ]
            learns = panel is self.panels[2]
            names = [named(i, values.shape[-1], learns) for i in chosen]
            self.words.tiles += names_at(panel, steps[-1], heights, bands, names)
        return anew

    def describe(self, session, selection):
        step, (flat, pace) = self.past.values(session, WORDS_WAIT)[-1]
        seeds = len(np.atleast_2d(pace))
        said = []
        for i in range(flat.dead.shape[-1]):
            flats, dead = (over_seeds(n[..., i])[1] for n in flat)
            said.append(
                f"layer {i + 1} {flats:.0%} saturated, {dead:.0%} of units dead"
            )
        layers = pace.shape[-1]
        paces = [
            f"{named(i, layers, True)} {short(over_seeds(pace[..., i])[1])}"
            for i in few(layers)
        ]
        return (
            f"Saturation at step {step}, median of {seeds} seeds: "
            f"{'; '.join(said) or 'no activations'}. A step moves weights by this "
            f"share of their size: {', '.join(paces)}."
        )


def named(i: int, count: int, learns: bool) -> str:
    """A layer's name in few letters; of those that learn the last is the output."""
    return "out" if learns and i == count - 1 else f"{i + 1}"


def _parts(told) -> tuple[np.ndarray, ...]:
    """Saturated, dead and pace, each (moments, seeds, layers)."""
    flats = [flat for _, (flat, _) in told]
    return (
        np.stack([flat.saturated for flat in flats]),
        np.stack([flat.dead for flat in flats]),
        np.stack([pace for _, (_, pace) in told]),
    )
