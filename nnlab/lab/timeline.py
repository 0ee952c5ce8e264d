"""A slider over the steps that were made: back to any of them, and on from there.

It is set when the Lab rests. While the Lab moves it stands still, since each change of
it would be one more message for the page in every frame.
"""

from collections.abc import Callable

import ipywidgets as widgets

from nnlab.errors import Plain


class Scrub(Plain):
    """The slider; `went(step)` hears where the learner goes."""

    def __init__(self, went: Callable[[int], None]):
        self.slider = widgets.IntSlider(
            description="step",
            max=0,
            disabled=True,
            continuous_update=False,  # or the page reports an old value at a new max
        )
        self.slider.layout.flex = "1 1 240px"
        self.slider.layout.max_width = "360px"
        self.slider.style.description_width = "auto"
        self.slider.tooltip = (
            "Back to any step, with the settings as they were; to play on from there "
            "with one of them changed is a fork, on the same mini-batches  [←]"
        )
        self._went, self._silent = went, False
        self.slider.observe(self._heard, "value")

    def show(self, first: int, step: int, last: int) -> None:
        """At rest: which steps there are, and which one is shown."""
        self._silent = True
        try:
            with self.slider.hold_sync():  # one message
                self.slider.min = min(first, self.slider.max)
                self.slider.max, self.slider.min = max(last, first), first
                self.slider.value = step
                self.slider.disabled = first == last
        finally:
            self._silent = False

    def hold(self) -> None:
        """While the Lab moves."""
        self.slider.disabled = True

    def _heard(self, change) -> None:
        if not self._silent:
            self._went(change.new)
