"""How the gradients of mini-batches scatter about that of all samples.

Each dot is the gradient of one mini-batch, seen along the two directions in which they
scatter most; the cross is the gradient of all samples, the ring where a gradient of 0
would be. A ring amid the dots: some batches lead uphill. The noise scale says how many
samples a batch needs before a step is more gradient than noise. McCandlish et al. 2018,
"An empirical model of large-batch training".
"""

from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from nnlab.diagnostics.gradient_variance import Noise, gradient_noise
from nnlab.diagnostics.sample_losses import samples_of
from nnlab.session.monitors.backfill import Past
from nnlab.views.drawing.bands import Band, Reach, logarithmic, names_at, over_seeds
from nnlab.views.drawing.colours import BLUE, GREY, INK, ORANGE, PURPLE
from nnlab.views.drawing.number_format import short
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.view import Pixels, View, add_axes

TITLE = "gradients of batches: + of all, ○ zero"
WORDS_WAIT = 2.0  # seconds that words may wait for a measurement
QUIET = 1e-4  # of the gradient's length: what is less is rounding
SAMPLES = 1024  # of the training part that are measured, at most


class Cloud(NamedTuple):
    """Of one seed: dots (batches, 2) about the gradient of all samples, where 0 is
    (2,), the share of the scatter in the plane, how far batches stray, how long the
    gradient of all samples is, and the noise scale."""

    dots: np.ndarray
    zero: np.ndarray
    share: float
    spread: float
    length: float
    scale: float


def measure(trainer, near):
    """The cloud of each seed, one after the other; their planes turn as little as they
    can."""
    planes, clouds = [], []
    for i in range(len(trainer.network.seeds)):
        x, y = samples_of(trainer, i, rows=slice(SAMPLES))
        network = trainer.network.replica(i)
        found = gradient_noise(network, x, y, trainer.loss, trainer.batch_size)
        plane = _plane(found, near[i] if near else None)
        planes.append(plane)
        clouds.append(_cloud(found, plane))
        yield clouds
    return planes


class GradientNoise(View):
    """The cloud of mini-batches for the seed shown, and the noise scale over the steps:
    median over seeds, in a band."""

    share = 0.85

    def __init__(self):
        self.past = Past(measure)

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = self.page = figure.dpi / 100
        axis, under, between, top = (n * scale for n in (42, 38, 72, 24))
        free = max(height - under - between - top, 12 * scale)
        left, width = left + axis, width - axis - 34 * scale
        up = bottom + under + 0.3 * free + between
        self.corner = (box[0] + 6 * scale, up - 34 * scale)
        points = self._cloud(figure, (left, up, width, 0.7 * free))
        self.batch = session.trainer.batch_size
        lines = self._scales(figure, (left, bottom + under, width, 0.3 * free))
        self.words = Pixels()
        return [*points, *lines, self.words]

    def _cloud(self, figure, place) -> list[Line2D]:
        """The dots, the cross and the ring."""
        axes = self.cloud = add_axes(figure, place, TITLE)
        axes.axhline(0, color=GREY, alpha=0.25, linewidth=0.6)
        axes.axvline(0, color=GREY, alpha=0.25, linewidth=0.6)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(4))
            axis.set_major_formatter(lambda value, _: short(value))
        self.wide, self.size = place[2] / place[3], 0.0
        axes.set(xlim=(-self.wide, self.wide), ylim=(-1, 1))
        self.dots, self.cross, self.ring = (
            axes.add_line(Line2D([], [], linestyle="", marker=marker))
            for marker in "o+o"
        )
        self.dots.set(color=BLUE, markersize=4, markeredgewidth=0, alpha=0.5)
        self.cross.set(color=INK, markersize=9, markeredgewidth=2)
        self.ring.set(color=ORANGE, markersize=8, markeredgewidth=1.8)
        self.ring.set_markerfacecolor("none")
        return [self.dots, self.cross, self.ring]

    def _scales(self, figure, place) -> list[Artist]:
        """The noise scale over the steps."""
        self.lines = add_axes(figure, place, "noise scale, and batch size (dashed)")
        logarithmic(self.lines)
        self.lines.set_xlabel("step", fontsize=8, color=GREY, labelpad=2)
        self.reach = Reach([self.lines])
        self.band = Band(self.lines, PURPLE)
        self.lines.axhline(self.batch, color=INK, linewidth=1, linestyle=(0, (4, 1.5)))
        return [*self.band.artists, *self.reach.now]

    def update(self, session, selection):
        told = self.past.values(session)
        after = self.past.later(session)
        later = [step for step, _ in after]
        anew = self.reach.show_now(session.trainer.steps_done, later)
        if not told:
            return anew
        step, clouds = told[-1]
        every = [*told, *after]
        scales = np.array([[one.scale for one in clouds] for _, clouds in every])
        end = self.band.show([step for step, _ in told], scales, later)
        anew |= self.reach.heighten(self.lines, np.append(scales, self.batch))
        anew |= self._fit(clouds[selection.replica])
        self._show(clouds[selection.replica], step)
        self.words.tiles += names_at(self.lines, step, [end], [self.band], [short(end)])
        return anew

    def _show(self, now: Cloud, step: int) -> None:
        self.dots.set_data(*now.dots.T)
        self.cross.set_data([0], [0])
        edge = self.size * np.array([self.wide, 1])
        self.ring.set_data(*np.clip(now.zero, -edge, edge)[:, None])
        (x, y), high = self.corner, 13 * self.page
        self.words.tiles = [
            ((x, y - i * high), lettering(line, 11 * self.page, GREY))
            for i, line in enumerate(_lines(step, now))
        ]

    def _fit(self, now: Cloud) -> bool:
        """The axes as wide as the cloud needs, in powers of 2, so that they stay."""
        far = np.abs(now.dots) / [self.wide, 1]
        size = 1.15 * max(far.max(initial=0), *(np.abs(now.zero) / [self.wide, 1]))
        quiet = not now.spread > QUIET * now.length
        if quiet or not np.isfinite(size) or self.size / 3 < size <= self.size:
            return False
        self.size = float(2 ** (np.ceil(2 * np.log2(size)) / 2))
        self.cloud.set_xlim(-self.size * self.wide, self.size * self.wide)
        self.cloud.set_ylim(-self.size, self.size)
        return True

    def describe(self, session, selection):
        step, clouds = self.past.values(session, WORDS_WAIT)[-1]
        first = _lines(step, clouds[selection.replica])[0]
        said = f"Gradient noise at step {step}, of the seed shown: {first}"
        low, middle, high = over_seeds(np.array([one.scale for one in clouds]))
        if not np.isfinite(middle):
            return f"{said}."
        return (
            f"{said}; the noise scale is {short(middle)} samples, median of "
            f"{len(clouds)} seeds ({short(low)} to {short(high)}), and a batch has "
            f"{self.batch}."
        )


def _lines(step: int, now: Cloud) -> tuple[str, str]:
    """What is read below the cloud."""
    if not np.isfinite(now.length):
        return "gradients are no longer finite", ""
    if not now.spread > QUIET * now.length:
        return "no noise: every batch has all samples", ""
    return (
        f"batches stray {short(now.spread)}, gradient {short(now.length)}",
        f"{now.share:.0%} of that in this plane, at step {step}",
    )


def _plane(found: Noise, near: np.ndarray | None) -> np.ndarray:
    fine = np.isfinite(found.gradients).all() and np.isfinite(found.full).all()
    return found.plane(near) if fine else np.zeros((2, found.full.size))


def _cloud(found: Noise, plane: np.ndarray) -> Cloud:
    with np.errstate(invalid="ignore", over="ignore"):
        return Cloud(
            np.nan_to_num((found.gradients - found.full) @ plane.T),
            np.nan_to_num(-found.full @ plane.T),
            found.share(plane),
            found.spread,
            float(np.linalg.norm(found.full)),
            found.scale,
        )
