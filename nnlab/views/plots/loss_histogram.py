"""How wrong the network is on each sample, one by one: a histogram of the losses.

A mean loss can be many samples that are a little wrong, or a few that are very wrong.
The losses lie on an axis of decades. What is smaller than its left end counts in the
first bin, what is larger than its right end, or not a number, in the last. Each line
is the median over seeds, and the band around it reaches from the least to the most. Of
a large part it is the first 400 samples.
"""

import numpy as np
from matplotlib.ticker import FuncFormatter, MultipleLocator, PercentFormatter

from nnlab.diagnostics.histogram import shares
from nnlab.diagnostics.sample_losses import carried, sample_losses, samples_of
from nnlab.views.drawing.bands import Band
from nnlab.views.drawing.colours import GREY
from nnlab.views.drawing.measurements import PARTS
from nnlab.views.drawing.number_format import short
from nnlab.views.view import View, add_axes

SAMPLES_SHOWN = 400  # samples of a part: the first ones
DECADES = 5  # that the axis spans
BINS = 4  # of a decade
HEIGHTS = (0.3, 0.6, 1.02)  # of the axis, from the first that holds all
TENTH = 0.1


class Losses(View):
    """The share of samples at each size of the loss, for training and validation."""

    share = 0.85

    def build(self, figure, box, session, selection):
        left, bottom, width, height = box
        scale = figure.dpi / 100
        inner = (left + 42 * scale, bottom + 38 * scale)
        size = (width - 56 * scale, height - 62 * scale)
        axes = self.axes = add_axes(figure, (*inner, *size), "loss of single samples")
        self.top, self.last = 0.0, _last(session)
        low, high = self.last - DECADES, self.last
        self.edges = np.linspace(low, high, BINS * DECADES + 1)
        self.corners = np.repeat(self.edges, 2)[1:-1]
        axes.set_xlim(low, high)
        axes.xaxis.set_major_locator(MultipleLocator(1))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{10.0**x:g}"))
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.set_xlabel("loss", fontsize=8, color=GREY, labelpad=2)
        axes.grid(color=GREY, alpha=0.15, linewidth=0.6)
        self.bands = {part: Band(axes, *drawn) for part, drawn in PARTS.items()}
        self._legend(axes)
        return [artist for band in self.bands.values() for artist in band.artists]

    def renew(self, session, selection):
        return _last(session) == self.last and self.top == HEIGHTS[0]

    def update(self, session, selection):
        most = 0.0
        for part, band in self.bands.items():
            if not len(getattr(session.parts, part)):
                continue
            with np.errstate(divide="ignore", invalid="ignore"):
                decades = np.log10(_losses(session, part))
            found = shares(decades, self.edges)
            band.show(self.corners, found.T.repeat(2, axis=0))
            most = max(most, found.max())
        top = next(height for height in HEIGHTS if height >= most)
        anew, self.top = top != self.top, top
        self.axes.set_ylim(0, top)
        return anew

    def describe(self, session, selection):
        words = []
        for part in PARTS:
            if not len(getattr(session.parts, part)):
                continue
            losses = _losses(session, part)[selection.replica]
            words.append(
                f"{part} from {short(losses.min())} to {short(losses.max())}, half "
                f"below {short(np.median(losses))}"
            )
        most = carried(_losses(session, "train"), TENTH)[selection.replica]
        return (
            f"Losses of single samples in the seed shown: {'; '.join(words)}; the "
            f"worst tenth of training samples carries {most:.0%} of the loss."
        )

    def _legend(self, axes) -> None:
        axes.legend(
            [band.line for band in self.bands.values()],
            PARTS,
            loc="upper left",
            frameon=False,
            fontsize=8,
            labelcolor=GREY,
            borderpad=0.1,
        )


def _losses(session, part: str) -> np.ndarray:
    """The loss of each of the first samples of a part, in every replica (R, N)."""
    trainer = session.trainer
    first = samples_of(trainer, part=part, rows=slice(SAMPLES_SHOWN))
    return sample_losses(trainer.network, *first, trainer.loss)


def _last(session) -> int:
    """The decade in which the axis ends: ten times the first loss or more."""
    first = np.median(session.trainer.history["train_loss"][0])
    return int(np.ceil(np.log10(first) + 0.5)) if 0 < first < np.inf else 1
