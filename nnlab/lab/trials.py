"""An experiment that the learner repeats, one trial at the press of a button.

Each press measures once more, with the luck of another seed, and adds a dot to each
column of a chart. So a learner sees one trial before many, and how far they lie apart.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Sequence
from html import escape

import ipywidgets as widgets
import numpy as np

from nnlab.errors import InputError, place_of
from nnlab.lab.cell_loop import poster, running_loop
from nnlab.lab.page_layout import bundle, page_box, row
from nnlab.lab.registry import Standing, register, show
from nnlab.stills import image_metadata, trained
from nnlab.views.plots.chart import Chart

STILL = 10  # trials in the picture of a page without a kernel
AT_ONCE = 10  # trials at the press of the other button
BETWEEN = 0.01  # seconds for the page, from one trial to the next


class Trials(Standing):
    """Buttons that repeat an experiment, and a chart of all trials so far.

    Args:
        measure: a function of a seed that returns a number for each column.
        columns: what the numbers are of.
        button: what a trial is called, as in "Flip the coins".
        measured: what the numbers are.
        says: a function of all numbers so far (columns, trials) that returns a sentence
            about them.
        never: what an infinite number is called.

    Raises:
        InputError: if there is no column.
    """

    def __init__(
        self,
        measure: Callable[[int], Sequence[float]],
        *,
        columns: Sequence[str],
        button: str,
        measured: str,
        says: Callable[[np.ndarray], str] = lambda found: "",
        never: str = "never",
    ):
        if not columns:
            raise InputError("columns", "columns=[] is empty; try columns=['loss'].")
        self._measure, self._says, self._never = measure, says, never
        self.columns, self.measured, self.button = [*columns], measured, button
        self.found = np.empty((len(self.columns), 0))
        self._task: asyncio.Task | None = None
        self._post = poster()
        self.widget = self._page()
        register(self)

    def _page(self) -> widgets.VBox:
        """The buttons, what there is to say, and the chart."""
        once = widgets.Button(description=self.button, button_style="primary")
        many = widgets.Button(description=f"{AT_ONCE} times")
        again = widgets.Button(description="Clear", icon="undo")
        once.on_click(lambda _: self._post(self.go, 1))
        many.on_click(lambda _: self._post(self.go, AT_ONCE))
        again.on_click(lambda _: self._post(self.clear))
        for button in (once, many, again):
            button.layout.width = "auto"
        self.words, self.picture = widgets.HTML(), widgets.HTML()
        parts = [row([once, many, again]), self.words, self.picture]
        return page_box("nnlab-lab", parts)

    @property
    def roots(self):
        """Its widgets, without those that lie within them."""
        return [self.widget]

    @property
    def chart(self) -> Chart:
        """The chart of all trials so far."""
        each = {"a trial each": self.found}
        look = {"never": self._never, "joined": False}
        return Chart(each, self.columns, "", self.measured, **look)

    def run(self, trials: int) -> None:
        """Make some trials at once."""
        for _ in range(trials):
            self._one()
        self._show()

    def go(self, trials: int) -> None:
        """Make trials one by one, each seen as it is made; the rest of an earlier press
        is dropped."""
        self.rest()
        if loop := running_loop():
            self._task = loop.create_task(self._each(trials))
        else:
            self.run(trials)

    async def _each(self, trials: int) -> None:
        for _ in range(trials):
            try:
                self.run(1)
            except Exception as error:  # the learner's own measure
                self._say(f"{type(error).__name__}: {error}{place_of(error)}", "wrong")
                return
            await asyncio.sleep(BETWEEN)

    def clear(self) -> None:
        """Forget all trials; the next one is the first again."""
        self.rest()
        self.found = self.found[:, :0]
        self._show()

    def stop(self) -> None:
        """End the trials under way."""
        self._post(self.rest)

    def rest(self) -> None:
        """The same at once, on the thread of cells."""
        if self._task is not None:
            self._task.cancel()

    def _one(self) -> None:
        numbers = np.array(self._measure(self.found.shape[1]), float)
        self.found = np.column_stack([self.found, numbers])

    def _show(self) -> None:
        count = self.found.shape[1]
        if not count:
            self.picture.value = ""
            return self._say("")
        png, alt = b64encode(self.chart.png()).decode(), escape(self.chart.describe())
        self.picture.value = f'<img alt="{alt}" src="data:image/png;base64,{png}">'
        many = "1 trial" if count == 1 else f"{count} trials"
        self._say(f"{many}. {self._says(self.found)}")

    def _say(self, text: str, kind: str = "remark") -> None:
        self.words.value = f'<p class="{kind}" role="status">{escape(text)}</p>' * bool(
            text
        )

    def __repr__(self):
        return f"Trials({self.button!r}: {self.measured} of {', '.join(self.columns)})"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict | tuple:
        show(self)
        if not trained():
            return bundle(repr(self), self.widget)
        self.run(STILL - self.found.shape[1])
        shown = bundle(repr(self), self.widget, self.chart.png())
        words = image_metadata(self.chart.describe())
        self.clear()
        return shown, words
