"""Loss, and share of right answers or R², over the epochs, for training and validation.

A line is the median over seeds, and the band around it reaches from the worst seed to
the best: one run could be luck, eight show how much luck there is.
"""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import (
    LogLocator,
    MaxNLocator,
    NullLocator,
    PercentFormatter,
)

from nnlab.views.colours import GREY, INK, PURPLE
from nnlab.views.view import View, add_axes, verdict

FIRST = 10.0  # epochs that the axes reach at the start
POINTS = 160  # a longer history is thinned to so many points
PARTS = {"train": (INK, "-"), "validation": (PURPLE, (0, (4, 1.2)))}
TITLES = {"accuracy": "right answers", "r2": "R²: share explained"}
LEAST = {"accuracy": 0.0, "r2": -0.5}  # where the axis begins; R² has no end below


class Curves(View):
    """Median and range over seeds: the loss above, the right answers, or R², below."""

    share = 0.85

    def build(self, figure, box, run):
        self.reach, self.low, self.high = -1.0, np.inf, 0.0
        self.judged_by = run.judged_by
        self._panels(figure, box)
        self.artists = {}
        for axes, what in ((self.loss, "loss"), (self.right, self.judged_by)):
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            axes.grid(color=GREY, alpha=0.15, linewidth=0.6)
            for part, (colour, dashes) in PARTS.items():
                band = Polygon(np.zeros((1, 2)), color=colour, alpha=0.18, linewidth=0)
                line = Line2D([], [], color=colour, linewidth=1.5, linestyle=dashes)
                axes.add_patch(band)
                axes.add_line(line)
                self.artists[f"{part}_{what}"] = (band, line)
        self._legend()
        return [artist for pair in self.artists.values() for artist in pair]

    def _panels(self, figure, box) -> None:
        """Two axes, one above the other, on the same epochs."""
        left, bottom, width, height = box
        scale = figure.dpi / 100
        axis, under, between, top = (n * scale for n in (38, 38, 32, 24))
        tall = (height - under - between - top) / 2
        left, width = left + axis, width - axis - 14 * scale
        low = (left, bottom + under, width, tall)
        high = (left, bottom + under + tall + between, width, tall)
        self.loss = add_axes(figure, high, "loss: median and range")
        self.loss.set_yscale("log")
        self.loss.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        self.loss.yaxis.set_minor_locator(NullLocator())
        self.loss.tick_params(labelbottom=False)
        self.right = add_axes(figure, low, TITLES[self.judged_by])
        self.right.set_ylim(LEAST[self.judged_by], 1.02)
        if self.judged_by == "accuracy":
            self.right.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        self.right.set_xlabel("epoch", fontsize=8, color=GREY, labelpad=2)

    def _legend(self) -> None:
        self.right.legend(
            [line for _, line in list(self.artists.values())[:2]],
            PARTS,
            loc="lower right",
            frameon=False,
            fontsize=8,
            labelcolor=GREY,
            borderpad=0.1,
        )

    def renew(self, run):
        epochs, seen = _history(run)
        fresh = (FIRST, *_limits(*_range(seen)))
        if run.judged_by != self.judged_by:
            return False
        return epochs[-1] <= FIRST and (self.reach, self.low, self.high) == fresh

    def update(self, run):
        epochs, seen = _history(run)
        for name, (band, line) in self.artists.items():
            low, middle, high = seen[name]
            line.set_data(epochs, middle)
            around = np.concatenate([low, high[::-1]])
            band.set_xy(np.stack([np.concatenate([epochs, epochs[::-1]]), around], 1))
        return self._fit(epochs[-1], seen)

    def describe(self, run):
        now = run.measure()
        words = []
        for part in PARTS:
            loss = now[f"{part}_loss"]
            loss = np.sort(np.where(np.isfinite(loss), loss, np.inf))
            middle = run.median(f"{part}_loss")
            right = verdict(run, run.median(f"{part}_{run.judged_by}"))
            words.append(
                f"{part} loss {middle:.3f} (from {loss[0]:.3f} to {loss[-1]:.3f}), "
                f"{right}"
            )
        return f"Curves over {run.trainer.epoch_done:.1f} epochs: {'; '.join(words)}."

    def _fit(self, epoch, seen) -> bool:
        """Widens the axes when the curves leave them; whether it had to."""
        low, high = _range(seen)
        if epoch <= self.reach and low >= self.low and high <= self.high:
            return False
        if epoch > self.reach:
            self.reach = max(FIRST, 2 * self.reach, epoch)
            self.right.set_xlim(0, self.reach)
            self.loss.set_xlim(0, self.reach)
        low, high = _limits(low, high)
        self.low, self.high = min(self.low, low), max(self.high, high)
        self.loss.set_ylim(self.low, self.high)
        decades = np.log10(self.high / self.low)
        subs = (1, 2, 5) if decades < 1.5 else (1, 3) if decades < 3 else (1,)
        self.loss.yaxis.set_major_locator(LogLocator(subs=subs, numticks=8))
        return True


def _range(seen) -> tuple[float, float]:
    """The least and the greatest loss that is a number above 0."""
    losses = np.concatenate([seen[f"{part}_loss"] for part in PARTS], axis=1)
    finite = losses[np.isfinite(losses) & (losses > 0)]
    return (finite.min(), finite.max()) if len(finite) else (0.1, 1.0)


def _limits(low: float, high: float) -> tuple[float, float]:
    """Axes for these losses with some room, to a quarter of a decade: so a little more
    or less asks for the same axes."""
    quarters = np.floor(4 * np.log10(low / 2)), np.ceil(4 * np.log10(high * 1.5))
    return tuple(float(10 ** (n / 4)) for n in quarters)


def _history(run) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Epochs (points,) and for each measure its least, median and most (3, points).

    The last point is now. A replica that has diverged counts as infinitely wrong, and
    one that has stopped early stays where it is.
    """
    trainer, history = run.trainer, run.trainer.history
    seeds = trainer.network.replicas
    past = len(history["step"])
    kept = np.unique(np.linspace(0, past - 1, min(past, POINTS)).astype(int))
    steps = [*(history["step"][i] for i in kept), trainer.steps_done]
    seen = {}
    for name, now in run.measure().items():
        values = np.stack([*(history[name][i] for i in kept), now])
        values = np.where(np.isnan(values) & ~trainer.active, now, values)
        values = np.where(np.isfinite(values), values, run.worst(name))
        values = np.sort(values, axis=1)
        middle = values[:, (seeds - 1) // 2 : seeds // 2 + 1].mean(axis=1)
        seen[name] = np.stack([values[:, 0], middle, values[:, -1]])
    return np.array(steps) / trainer.steps_per_epoch, seen
