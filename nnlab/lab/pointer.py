"""What the pointer does on the picture of a Lab: look at, pin, press."""

from collections.abc import Callable, Sequence

import numpy as np

from nnlab.errors import Plain
from nnlab.lab.host import Host
from nnlab.session.selection import Link, Neuron, Selection
from nnlab.views import View


class Pointer(Plain):
    """Finds what lies under the pointer, and notes it in the run.

    `stage` has the views that are shown now, the session and the selection;
    `pressed(fields)` hears when a button in the picture is pressed, and which fields
    of the experiment that sets; `looked()` when something else is looked at, and
    `moved()` when it is another place of a map.
    """

    def __init__(
        self,
        stage: Host,
        pressed: Callable[[dict], None],
        looked: Callable[[], None],
        moved: Callable[[], None],
    ):
        self._stage, self._pressed = stage, pressed
        self._looked, self._moved = looked, moved
        self.shape = "default"  # of the pointer, as style sheets name it

    @property
    def selection(self) -> Selection:
        return self._stage.selection

    @property
    def views(self) -> Sequence[View]:
        return self._stage.picture.views

    def move(self, x: float, y: float) -> None:
        """The pointer is at this pixel of the page now."""
        pointed = next(filter(None, (view.at(x, y) for view in self.views)), None)
        button = any(view.edit(x, y) for view in self.views)
        over = self._place(x, y)
        plain = "default" if over is None else "crosshair"
        self.shape = "pointer" if pointed or button else plain
        if not _same(over, self.selection.over):
            self.selection.over = over
            self._moved()
        if pointed != self.selection.pointed:
            self.selection.pointed = pointed
            self._looked()

    def leave(self) -> None:
        """The pointer is not on the picture any more."""
        self.move(-1, -1)

    def press(self, x: float, y: float) -> None:
        """Presses the button that lies here; or else pins what does, a place of a map
        too if one is looked at here."""
        for view in self.views:
            if edit := view.edit(x, y):
                self._pressed(edit)
                return
        self.move(x, y)
        if self.selection.over is not None:
            self.selection.place = self.selection.over
            self._looked()
            return
        same = self.selection.pointed == self.selection.pinned
        self.pin(None if same else self.selection.pointed)

    def pin(self, what: Neuron | Link | None) -> None:
        """Keeps looking at it."""
        self.selection.pinned = what
        self._looked()

    def release(self) -> None:
        """Looks at nothing in particular any more."""
        self.selection.place = None
        self.pin(None)

    def move_place(self, way: tuple[int, int]) -> None:
        """The place looked at moves a little on its map: to the right and up by as much
        as `way` says."""
        if (here := self.selection.probe(self._stage.session)) is not None:
            moved = (view.beside(here, way) for view in self.views)
            self.selection.place = next(
                (p for p in moved if p is not None), self.selection.place
            )
            self.selection.over = None

    def _place(self, x: float, y: float) -> np.ndarray | None:
        """The place of a map that this pixel is, if a view here looks at one."""
        if not any(view.probes for view in self.views):
            return None
        places = (view.place(x, y) for view in self.views)
        return next((place for place in places if place is not None), None)

    def next(self) -> None:
        """Pins the neuron after the one that is pinned; none after the last."""
        every = (neuron for view in self.views for neuron in view.neurons())
        neurons = [None, *dict.fromkeys(every)]
        pinned = self.selection.pinned if self.selection.pinned in neurons else None
        self.pin([*neurons, None][neurons.index(pinned) + 1])


def _same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Whether two places are the same one, or none."""
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)
