"""Loss, share of right answers or R², and what weights cost, over the epochs, the steps
or the seconds, for training and validation.

A line is the median over seeds, and the band around it reaches from the worst seed to
the best: one run could be luck, eight show how much luck there is.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import (
    LogLocator,
    MaxNLocator,
    NullLocator,
    PercentFormatter,
)

from nnlab.errors import InputError, shown, unknown
from nnlab.views.drawing.colours import GREY, INK, PURPLE
from nnlab.views.drawing.measurements import (
    ENDS,
    PARTS,
    Seen,
    bests,
    cost,
    limits,
    measured,
    to_come,
)
from nnlab.views.drawing.number_format import plain
from nnlab.views.view import View, add_axes, verdict

FIRST = {"epochs": 10.0, "steps": 100.0, "seconds": 0.5}  # that axes reach at the start
LABELS = {"epochs": "epoch", "steps": "step", "seconds": "seconds of training"}
TITLES = {
    "loss": "loss: median and range",
    "accuracy": "right answers",
    "r2": "R²: share explained",
    "penalty": "penalty: what weights cost",
}
AXIS_BEGINS = {
    "accuracy": 0.0,
    "r2": -0.5,
}  # R² has no end below
PANELS = ("loss", "score", "penalty")


class Curves(View):
    """Median and range over seeds: the loss above, the right answers, or R², below.

    Where a run was rewound, a vertical line is now, and what comes after on the
    recorded way is pale. With early stopping, a dot marks where the validation loss of
    each seed was least so far: a network that has stopped is the one of its dot.

    Args:
        panels: which of "loss", "score" and "penalty", from the top.
        over: what they are drawn over: "epochs", "steps" or "seconds" of training.

    Raises:
        InputError: for another name.
    """

    share = 0.85

    def __init__(self, panels: Sequence[str] = ("loss", "score"), over: str = "epochs"):
        for name in panels:
            if name not in PANELS:
                raise unknown("panels", name, PANELS)
        if isinstance(panels, str) or not 0 < len({*panels}) == len(panels):
            raise InputError(
                "panels",
                f"panels={shown(panels)} is not allowed: it is a list of different "
                "names; try panels=('loss', 'score').",
            )
        if over not in FIRST:
            raise unknown("over", over, FIRST)
        self.panels, self.over = tuple(panels), over

    def build(self, figure, box, session, selection):
        self.reach, self.judged_by = -1.0, session.judged_by
        self.ranges: dict[str, tuple[float, float]] = {}
        self._add_panels(figure, box)
        self.artists, self.later = {}, {}
        for what, axes in self.axes.items():
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=self.over != "seconds"))
            axes.grid(color=GREY, alpha=0.15, linewidth=0.6)
            for name, (colour, dashes) in _lines(what).items():
                band = Polygon(np.zeros((1, 2)), color=colour, alpha=0.18, linewidth=0)
                line = Line2D([], [], color=colour, linewidth=1.5, linestyle=dashes)
                axes.add_patch(band)
                axes.add_line(line)
                after = Line2D([], [], color=colour, linewidth=1.5, linestyle=dashes)
                axes.add_line(after).set_alpha(0.35)
                self.artists[name], self.later[name] = (band, line), after
        self.now = [axes.axvline(0, color=GREY, lw=0.8) for axes in self.axes.values()]
        dots = self._mark(session)
        self._legend()
        lines = (one for pair in self.artists.values() for one in pair)
        return [*lines, *self.later.values(), *self.now, *dots]

    def _mark(self, session) -> list[Line2D]:
        """The dots of early stopping, if that may happen."""
        self.dots = None
        if "loss" in self.axes and session.trainer.record.watch:
            look = dict(color=PURPLE, marker="o", markersize=4, linestyle="none")
            self.dots = Line2D([], [], markeredgecolor="white", **look)
            self.axes["loss"].add_line(self.dots)
        return [self.dots] if self.dots else []

    def _add_panels(self, figure, box) -> None:
        """Axes one above the other, by what they show, over the same epochs."""
        left, bottom, width, height = box
        scale, count = figure.dpi / 100, len(self.panels)
        axis, under, between, top = (n * scale for n in (38, 38, 32, 24))
        tall = (height - under - (count - 1) * between - top) / count
        left, width = left + axis, width - axis - 14 * scale
        self.axes = {}
        for i, panel in enumerate(self.panels):
            what = self.judged_by if panel == "score" else panel
            low = bottom + under + (count - 1 - i) * (tall + between)
            axes = add_axes(figure, (left, low, width, tall), TITLES[what])
            axes.tick_params(labelbottom=i == count - 1)
            self._scale(axes, what)
            self.axes[what] = axes
        axes.set_xlabel(LABELS[self.over], fontsize=8, color=GREY, labelpad=2)

    def _scale(self, axes, what: str) -> None:
        """The vertical axis: of the loss in decades, of shares in per cent."""
        if what == "loss":
            axes.set_yscale("log")
            axes.yaxis.set_minor_locator(NullLocator())
        if what in AXIS_BEGINS:
            axes.set_ylim(AXIS_BEGINS[what], 1.02)
        if what == "accuracy":
            axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        elif what != "r2":
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        if what == "penalty":
            axes.yaxis.set_major_locator(MaxNLocator(3))

    def _legend(self) -> None:
        """What the lines are, on a panel that has two, and the dots."""
        what = next((w for w in (self.judged_by, "loss") if w in self.axes), None)
        if what:
            lines = dict(zip(PARTS, (self.artists[n][1] for n in _lines(what))))
            if self.dots:
                lines["best of each seed"] = self.dots
            self.axes[what].legend(
                [*lines.values()],
                [*lines],
                loc="upper right" if what == "loss" else "lower right",
                frameon=False,
                fontsize=8,
                labelcolor=GREY,
                borderpad=0.1,
            )

    def renew(self, session, selection):
        x, seen = measured(session, self.over)
        fresh = {what: limits(what, seen) for what in self.ranges}
        if session.judged_by != self.judged_by or self.ranges != fresh:
            return False
        return x[-1] <= self.reach == FIRST[self.over]

    def follow(self, session, selection):
        return session.judged_by == self.judged_by

    def update(self, session, selection):
        x, seen = measured(session, self.over)
        later, medians = to_come(session, self.over)
        for line in self.now:
            line.set_xdata([x[-1], x[-1]])
            line.set_visible(len(later) > 1)
        for name, (band, line) in self.artists.items():
            self.later[name].set_data(later, medians[name])
            low, middle, high = seen[name]
            line.set_data(x, middle)
            around = np.concatenate([low, high[::-1]])
            band.set_xy(np.stack([np.concatenate([x, x[::-1]]), around], 1))
        if self.dots:
            self.dots.set_data(*bests(session, self.over))
        whole = {name: np.hstack([v, [medians[name]] * 3]) for name, v in seen.items()}
        return self._fit(later[-1], whole)

    def describe(self, session, selection):
        said = {"loss": self._losses, "penalty": self._penalty}
        words = [said[what](session) for what in self.axes if what in said]
        if "loss" not in self.axes and self.judged_by in self.axes:
            words.insert(0, self._scores(session))
        reach = {
            "epochs": f"{session.trainer.epoch_done:.1f} epochs",
            "steps": f"{session.trainer.steps_done} steps",
            "seconds": f"{session.seconds:.2f} seconds",
        }[self.over]
        return f"Curves over {reach}: {'; '.join(words)}."

    def _losses(self, session) -> str:
        """For each part the loss now, and how well that does."""
        now, words = session.measure(), []
        for part in _parts(session):
            loss = now[f"{part}_loss"]
            loss = np.sort(np.where(np.isfinite(loss), loss, np.inf))
            middle = session.median(f"{part}_loss")
            right = verdict(session, session.median(f"{part}_{session.judged_by}"))
            words.append(
                f"{part} loss {middle:.3f} (from {loss[0]:.3f} to {loss[-1]:.3f}), "
                f"{right}"
            )
        return "; ".join([*words, *self._stopped(session)])

    def _stopped(self, session) -> list[str]:
        """With early stopping, how many have stopped, and when which was best."""
        if not session.trainer.record.watch:
            return []
        x, _ = bests(session)
        stopped, seeds = (
            int(np.sum(~session.trainer.active)),
            len(session.trainer.active),
        )
        when = f", best at epoch {x[0]:g}" if len(x) else ""
        when += f" to {x[-1]:g}" if len(x) and x[-1] > x[0] else ""
        return [f"{stopped} of {seeds} stopped early{when}"]

    def _scores(self, session) -> str:
        """For each part how well it does now."""
        name = session.judged_by
        each = (
            (p, verdict(session, session.median(f"{p}_{name}")))
            for p in _parts(session)
        )
        return "; ".join(f"{part} {said}" for part, said in each)

    def _penalty(self, session) -> str:
        return f"weights cost {plain(np.median(cost(session)))}"

    def _fit(self, x: float, seen: Seen) -> bool:
        """Widens the axes when the curves leave them; whether it had to."""
        anew = x > self.reach
        if anew:
            self.reach = max(FIRST[self.over], 2 * self.reach, x)
            for axes in self.axes.values():
                axes.set_xlim(0, self.reach)
        for what in self.axes.keys() & ENDS.keys():
            low, high = self.ranges.get(what, (np.inf, 0.0))
            least, most = ENDS[what](seen)
            if least < low or most > high:
                least, most = limits(what, seen)
                self._widen(what, min(low, least), max(high, most))
                anew = True
        return anew

    def _widen(self, what: str, low: float, high: float) -> None:
        self.ranges[what] = low, high
        self.axes[what].set_ylim(low, high)
        if what == "loss":
            decades = np.log10(high / low)
            subs = (1, 2, 5) if decades < 1.5 else (1, 3) if decades < 3 else (1,)
            self.axes[what].yaxis.set_major_locator(LogLocator(subs=subs, numticks=8))


def _parts(session) -> list[str]:
    """The parts that have samples."""
    return [part for part in PARTS if len(getattr(session.parts, part))]


def _lines(what: str) -> dict[str, tuple]:
    """The lines of a panel by the name of what they show: colour and dashes."""
    if what == "penalty":
        return {"penalty": (INK, "-")}
    return {f"{part}_{what}": look for part, look in PARTS.items()}
