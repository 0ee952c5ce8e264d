"""A mini-batch in four stages, side by side: forward, loss, backward, update.

The stage that has just been done is lit, and says what came of it. Between mini-batches
every stage says what came of it last.
"""

import numpy as np
from matplotlib.patches import FancyArrow, Rectangle

from nnlab.backend import to_numpy
from nnlab.engine.optimizers.function_optimizer import FunctionOptimizer
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.experiment.return_source import returned
from nnlab.experiment.source_repr import ours
from nnlab.session.slow_step import STAGES
from nnlab.views.drawing.colours import GOLD, GREY, INK, LIT, PALE
from nnlab.views.drawing.text_layer import BOLD, CODE, PLAIN, lettering
from nnlab.views.view import Pixels, View

GAP = 22  # pixels between two stages
MARGIN = 8
SHARES = (1.0, 0.7, 1.0, 1.3)  # of the width: the last shows a line of code


class Stages(View):
    """What a mini-batch does, stage by stage, to the network that is shown."""

    strip = 78

    def build(self, figure, box, session, selection):
        self.scale = figure.dpi / 100
        left, bottom, width, height = (side / self.scale for side in box)
        free = width - 2 * MARGIN - GAP * (len(STAGES) - 1)
        self.boxes, left = [], left + MARGIN
        for share in SHARES:
            wide = free * share / sum(SHARES)
            self.boxes.append((left, bottom + 6, wide, height - 14))
            left += wide + GAP
        self.frames = [figure.add_artist(self._frame(*one)) for one in self.boxes]
        for left, bottom, wide, high in self.boxes[:-1]:
            figure.add_artist(self._arrow(left + wide, bottom + high / 2))
        self.words = Pixels()
        return [*self.frames, self.words]

    def update(self, session, selection):
        done = (
            -1 if session.stepper.stage is None else STAGES.index(session.stepper.stage)
        )
        said_yet = (
            done
            if session.stepper.stage or not session.trainer.steps_done
            else len(STAGES)
        )
        said, code = _said(session, selection), _own(session.trainer.optimizer)
        names = [*STAGES[:-1], f"{STAGES[-1]}: your code" if code else STAGES[-1]]
        self.words.tiles = []
        for i, (box, frame) in enumerate(zip(self.boxes, self.frames)):
            frame.set(
                facecolor=LIT if i == done else "white",
                edgecolor=GOLD if i == done else PALE,
                linewidth=2.5 if i == done else 1,
            )
            words = said[STAGES[i]] if i <= said_yet else ("", "")
            self._write(f"{i + 1}  {names[i]}", box, words, i == done)
        return False

    def describe(self, session, selection):
        if session.stepper.stage is None:
            return "Stages of a mini-batch: none is under way."
        stage = session.stepper.stage
        plain, code = _said(session, selection)[stage]
        return f"Stages of a mini-batch: {stage} is done: {plain} {code}".rstrip()

    def _write(self, name, box, said, lit) -> None:
        """The name of a stage, and below it what it said."""
        left, bottom, wide, high = box
        lines = [
            (name, BOLD, INK if said[0] else GREY, 12),
            (said[0], PLAIN, GREY, 11),
            (said[1], CODE, INK, 12),
        ]
        for row, (text, face, colour, size) in enumerate(lines):
            if text:
                paper = LIT if lit else "white"
                room = (wide - 12) * self.scale
                tile = _fitted(text, size * self.scale, room, colour, face, paper)
                corner = (left + 9, bottom + high - 21 - 20 * row)
                place = tuple(side * self.scale for side in corner)
                self.words.tiles.append((place, tile))

    def _frame(self, left, bottom, width, height) -> Rectangle:
        corner = (left * self.scale, bottom * self.scale)
        return Rectangle(
            corner, width * self.scale, height * self.scale, transform=None
        )

    def _arrow(self, x, y) -> FancyArrow:
        x, y, long = (x + 4) * self.scale, y * self.scale, (GAP - 8) * self.scale
        made = FancyArrow(
            x,
            y,
            long,
            0,
            width=1.5 * self.scale,
            head_width=8 * self.scale,
            head_length=7 * self.scale,
            length_includes_head=True,
        )
        made.set(transform=None, color=GREY)
        return made


def _fitted(text: str, size: float, room: float, *style: str) -> np.ndarray:
    """Words no wider than `room`: so much smaller, or else cut short."""
    for smaller in np.linspace(1, 0.75, 6) * size:
        if (tile := lettering(text, smaller, *style)).shape[1] <= room:
            return tile
    letters = max(1, int(len(text) * room / tile.shape[1]) - 1)
    cut = lettering(f"{text[:letters].rstrip()}…", smaller, *style)
    return cut[:, : int(room)]


def _said(session, selection) -> dict[str, tuple[str, str]]:
    """For each stage what came of it, in plain words and as code."""
    trainer, shown = session.trainer, selection.replica
    batch = trainer.rows.shape[-1]
    steepest = np.abs(to_numpy(trainer.gradient[shown])).max()
    return {
        "forward": (f"{batch} samples, {batch} answers", ""),
        "loss": (f"how wrong: {float(trainer.last_loss[shown]):.3f}", ""),
        "backward": (
            f"a slope for each of {trainer.network.layout.size} weights",
            f"largest {steepest:.3f}",
        ),
        "update": ("every weight changes by this (g: its slope)", rule(session)),
    }


def rule(session) -> str:
    """The line of source that gives every weight its change."""
    optimizer = session.trainer.optimizer
    return returned(getattr(optimizer, "function", type(optimizer).update))


def _own(optimizer: Optimizer) -> bool:
    """Whether its rule is code of the learner's own."""
    return isinstance(optimizer, FunctionOptimizer) or not ours(optimizer)
