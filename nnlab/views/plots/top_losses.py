"""The samples on which the network is most wrong, the worst first.

They are often the most telling: mislabelled, or unlike all others, or of two kinds at
once. Each has its loss, what it is and what it was called, and how many of the seeds
are wrong about it too: a sample that all get wrong is hard, one that only this seed
gets wrong is bad luck. Pictures are shown as pictures; of other samples the features
that are farthest from their means, in standard deviations of the training part.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nnlab.diagnostics.sample_losses import called, sample_losses, samples_of, worst
from nnlab.errors import unknown
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.drawing.colours import BLUE, GREY, INK, WRONG, inked
from nnlab.views.drawing.number_format import brief, plain, signed
from nnlab.views.drawing.text_layer import PLAIN, lettering
from nnlab.views.plots.confusion import PARTS, with_samples
from nnlab.views.view import Pixels, View, cut, enlarge

TITLE = 26  # pixels of the page at the top
LINE = 14
ROW = 3 * LINE + 8  # that a sample in words takes
CELL = (84, 96)  # that a picture takes, wide and high
UNUSUAL = 2  # features that are named
LETTER = 6.4  # pixels of the page that a letter takes


@dataclass(frozen=True)
class Case:
    """A sample with a great loss: its row, its loss, whether the answer is right all
    the same, what it is and what was said, short and in full, and what seeds say."""

    row: int
    loss: float
    right: bool
    short: str
    full: str
    seeds: str


class TopLosses(View):
    """The samples with the greatest loss in the seed shown, from the "validation" part
    or "train"; from "train" too if the other has no samples.

    Raises `InputError` for another part.
    """

    share = 0.9

    def __init__(self, part: str = "validation"):
        if part not in PARTS:
            raise unknown("part", part, PARTS)
        self.part = part

    def build(self, figure, box, session, selection):
        self.scale, self.shown = figure.dpi / 100, with_samples(session, self.part)
        self.box = tuple(side / self.scale for side in box)
        left, bottom, _, height = self.box
        place = ((left + 4) * self.scale, (bottom + height - 15) * self.scale)
        title = f"{PARTS[self.shown]} samples that are most wrong"
        figure.text(*place, title, fontsize=8.5, color=INK, transform=None)
        self.pixels = Pixels()
        return [self.pixels]

    def renew(self, session, selection):
        return self.shown == with_samples(session, self.part)

    def update(self, session, selection):
        data = getattr(session.parts, with_samples(session, self.part))
        draw = self._pictures if data.image else self._words
        self.pixels.tiles = [*draw(session, selection, data)]
        return False

    def describe(self, session, selection):
        first, *_ = self.cases(session, selection, 1)
        data = getattr(session.parts, with_samples(session, self.part))
        return (
            f"Largest losses of {len(data)} {PARTS[self.shown]} samples in the seed "
            f"shown: number {first.row}, {first.full}, with a loss of "
            f"{brief(first.loss)} ({first.seeds})."
        )

    def cases(self, session: Session, selection: Selection, count: int) -> list[Case]:
        """The worst samples, so many or as many as there are."""
        trainer, data = (
            session.trainer,
            getattr(session.parts, with_samples(session, self.part)),
        )
        network = trainer.network.replica(selection.replica)
        samples = samples_of(
            trainer, selection.replica, with_samples(session, self.part)
        )
        losses = sample_losses(network, *samples, trainer.loss)
        rows = worst(losses, count)
        answers = session.decoder.predictions(session.outputs(data.x[rows]))
        judge = _judged if data.labelled else _compared
        told = judge(selection, data, rows, answers)
        return [Case(i, float(losses[i]), *each) for i, each in zip(rows, told)]

    def _pictures(self, session, selection, data) -> Iterator:
        """Each as a picture, with a few words below it."""
        left, bottom, width, height = self.box
        across = max(1, int(width // CELL[0]))
        down = max(1, int((height - TITLE) // CELL[1]))
        room = np.subtract(CELL, (12, 2 * LINE + 10))[::-1] * self.scale
        factor = max(1, int(min(room // data.image)))
        most = np.abs(data.x).max() or 1.0
        for i, case in enumerate(self.cases(session, selection, across * down)):
            x = left + (i % across + 0.5) * width / across
            y = bottom + height - TITLE - (i // across) * CELL[1]
            ink = inked(data.x[case.row].reshape(data.image)[::-1] / most)
            picture = np.pad(enlarge(ink, factor), ((1, 1), (1, 1), (0, 0)), "edge")
            picture[[0, -1]], picture[:, [0, -1]] = 200, 200
            corner = (
                x * self.scale - picture.shape[1] / 2,
                y * self.scale - len(picture),
            )
            yield corner, picture
            y -= len(picture) / self.scale
            for words, colour in ((case.short, _colour(case)), (_loss(case), GREY)):
                y -= LINE
                tile = self._tile(words, CELL[0], colour, 10)
                yield (x * self.scale - tile.shape[1] / 2, y * self.scale), tile

    def _words(self, session, selection, data) -> Iterator:
        """Each in three lines: what it is, how wrong that is, and what is unusual."""
        left, bottom, width, height = self.box
        x, y = (left + 4) * self.scale, bottom + height - TITLE
        for case in self.cases(session, selection, int((height - TITLE) // ROW)):
            lines = (
                (f"{case.row}: {case.full}", _colour(case)),
                (f"loss {brief(case.loss)}, {case.seeds}", INK),
                (_unusual(session, data, case.row), GREY),
            )
            for words, colour in lines:
                y -= LINE
                yield (x, y * self.scale), self._tile(words, width, colour, 11)
            y -= ROW - 3 * LINE

    def _tile(self, words, width, colour, size) -> np.ndarray:
        words = cut(words, width / LETTER * 11 / size)
        return lettering(words, size * self.scale, colour, PLAIN)


def _loss(case: Case) -> str:
    return f"loss {brief(case.loss)}"


def _colour(case: Case) -> str:
    return BLUE if case.right else WRONG


def _judged(selection, data, rows, answers) -> Iterator[tuple[bool, str, str, str]]:
    """Of samples with labels: what each is and was called, and by how many seeds
    wrongly. `answers` is (R, rows, outputs)."""
    calls = called(answers)
    names, seeds = data.classes, len(calls)
    sure = answers if answers.shape[-1] > 1 else np.maximum(answers, 1 - answers)
    for i, row in enumerate(rows):
        is_so, said = names[data.y[row]], names[calls[selection.replica, i]]
        share = sure[selection.replica, i].max()
        wrong = np.sum(calls[:, i] != data.y[row])
        yield (
            bool(is_so == said),
            f"{is_so}, called {said}",
            f"is {is_so}, called {said} ({share:.0%})",
            f"wrong in {wrong} of {seeds} seed{'s' * (seeds > 1)}",
        )


def _compared(selection, data, rows, answers) -> Iterator[tuple[bool, str, str, str]]:
    """Of measured samples: what was measured first and what was predicted, by the seed
    shown and by all. `answers` is (R, rows, outputs)."""
    for i, row in enumerate(rows):
        is_so = data.y.reshape(len(data), -1)[row, 0]
        said = answers[:, i, 0]
        yield (
            False,
            f"{plain(is_so)}, not {plain(said[selection.replica])}",
            f"measured {plain(is_so)}, predicted {plain(said[selection.replica])}",
            f"seeds say {plain(said.min())} to {plain(said.max())}",
        )


def _unusual(session, data, row: int) -> str:
    """The features of a sample that are farthest from their means."""
    x, seen = data.x[row], session.data.x
    spread = seen.std(axis=0)
    away = (x - seen.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    few = np.argsort(-np.abs(away), kind="stable")[:UNUSUAL]
    off = (f"{signed(round(float(away[i]), 1), 1)}σ" for i in few)
    named = (f"{data.features[i]} {plain(x[i], 4)} ({o})" for i, o in zip(few, off))
    return ", ".join(named)
