"""What the pointer does on the picture of a Lab: look at, pin, press."""

from collections.abc import Callable, Sequence

from nnlab.study.run import Link, Neuron, Run
from nnlab.views import View


class Pointer:
    """Finds what lies under the pointer, and notes it in the run.

    `stage` has the views and the run that are shown now, as its `picture` and `live`;
    `pressed(fields)` hears when a button in the picture is pressed, and which fields
    of the experiment that sets; `looked()` when something else is looked at.
    """

    def __init__(self, stage, pressed: Callable[[dict], None], looked: Callable):
        self._stage, self._pressed, self._looked = stage, pressed, looked
        self.shape = "default"  # of the pointer, as style sheets name it

    @property
    def run(self) -> Run:
        return self._stage.live

    @property
    def views(self) -> Sequence[View]:
        return self._stage.picture.views

    def move(self, x: float, y: float) -> None:
        """The pointer is at this pixel of the page now."""
        pointed = next(filter(None, (view.at(x, y) for view in self.views)), None)
        button = any(view.edit(x, y) for view in self.views)
        self.shape = "pointer" if pointed or button else "default"
        if pointed != self.run.pointed:
            self.run.pointed = pointed
            self._looked()

    def leave(self) -> None:
        """The pointer is not on the picture any more."""
        self.move(-1, -1)

    def press(self, x: float, y: float) -> None:
        """Presses the button that lies here; or else pins what does."""
        for view in self.views:
            if edit := view.edit(x, y):
                self._pressed(edit)
                return
        self.move(x, y)
        same = self.run.pointed == self.run.pinned
        self.pin(None if same else self.run.pointed)

    def pin(self, what: Neuron | Link | None) -> None:
        """Keeps looking at it."""
        self.run.pinned = what
        self._looked()

    def next(self) -> None:
        """Pins the neuron after the one that is pinned; none after the last."""
        neurons = [None, *(n for view in self.views for n in view.neurons())]
        pinned = self.run.pinned if self.run.pinned in neurons else None
        self.pin([*neurons, None][neurons.index(pinned) + 1])
