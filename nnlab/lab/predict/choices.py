"""What there is to choose from: some answers, a scale, or axes to draw a curve on."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from nnlab.grading.feedback import INK
from nnlab.lab.predict.curve_input import POINTS, Axes, Sketch
from nnlab.lab.predict.number_scale import Scale, number

BUTTON = (
    f"background: var(--nnlab-button, #e9eef2); color: {INK}; border-radius: 4px; "
    "padding: 3px 10px; margin-right: 8px; display: inline-block"
)


@dataclass(frozen=True)
class Choices:
    """What a guess can be; one of the three is not None."""

    pick: Sequence | None
    scale: Scale | None
    draw: Axes | None

    @property
    def name(self) -> str:
        """What tells it from other choices."""
        ends = self.scale and (self.scale.low, self.scale.high)
        return repr((self.pick, ends, self.draw))

    def __str__(self):
        if self.pick:
            *most, last = map(str, self.pick)
            return f"Choose: {', '.join(most)}{' or ' * bool(most)}{last}."
        if self.scale:
            low, high = self.scale.low, self.scale.high
            return f"Choose a number from {low:g} to {high:g}."
        x, y = self.draw.x_label or "x", self.draw.y_label or "y"
        (left, right), (least, most) = self.draw.x, self.draw.y
        up, across = (
            f"{y} from {least:g} to {most:g}",
            f"{x} from {left:g} to {right:g}",
        )
        return f"Draw a curve: {up}, over {across}."

    def html(self) -> str:
        """Return it as a line of a page without a kernel."""
        if not self.pick:
            return escape(str(self))
        buttons = (f'<span style="{BUTTON}">{escape(str(o))}</span>' for o in self.pick)
        return f"Your guess: {''.join(buttons)}"

    def to_json(self, guess: Any) -> Any:
        """Return a guess as JSON: of some answers the place among them."""
        if self.pick:
            return next(i for i, o in enumerate(self.pick) if o is guess or o == guess)
        if self.scale:
            return int(guess) if self.scale.whole else float(guess)
        return [*guess.heights]

    def from_json(self, value: Any) -> Any:
        """Return the guess of which this is the JSON; None if it is of none."""
        if self.pick:
            sound = type(value) is int and 0 <= value < len(self.pick)
            return self.pick[value] if sound else None
        if self.scale:
            sound = number(value) and self.scale.has(value)
            whole = isinstance(value, int) or not self.scale.whole
            return value if sound and whole else None
        curve = isinstance(value, list) and len(value) == POINTS
        return Sketch(tuple(value)) if curve and all(map(number, value)) else None
