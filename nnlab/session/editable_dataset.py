"""Points set by hand: a data set that comes with its split, and all that it was before.

Every change makes a new data set and keeps the one that was, so each can be taken back,
and made again. Test samples lie in it unseen: nothing here finds one, moves it or shows
it; only to clear the plane takes them away too, since they belong to what was there.
"""

from dataclasses import dataclass, replace

import numpy as np

from nnlab.data.dataset import PARTS, Dataset
from nnlab.errors import InputError, Plain

SEEN = PARTS[:2]  # parts in which one paints
PAINTED = "painted by hand"  # the source of such data
KEPT = 1_000_000  # points of all that can be taken back, at most
Window = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Page:
    """What was painted at one time: the points, the stretch of the plane that is
    painted on, and whether a hand has changed anything on it."""

    data: Dataset
    window: Window
    touched: bool = False


class Painting(Plain):
    """A plane with labelled points on it, which can be changed.

    Args:
        data: the points to begin with, each with its part.
        window: the stretch of the plane that is painted on: its lowest and its highest
            corner.

    Attributes:
        cross: where the crosshair is (2,), if it is out.
        held: the number of the point that moves with it, if one does.
    """

    def __init__(self, data: Dataset, window: Window):
        self._page = _page(data, window)
        self._before: list[Page] = []
        self._after: list[Page] = []
        self.cross: np.ndarray | None = None
        self.held: int | None = None

    @property
    def data(self) -> Dataset:
        """All points as they are now."""
        return self._page.data

    @property
    def window(self) -> Window:
        """The lowest and the highest corner of what is painted on."""
        return self._page.window

    @property
    def shown(self) -> list[Dataset]:
        """The points to train on, and those for validation."""
        return [self.data.take(self.data.parts == part) for part in SEEN]

    def near(self, place: np.ndarray, reach: float) -> int | None:
        """The number of the point nearest to a place, no farther than `reach` sides of
        the window; None if there is none."""
        low, high = self.window
        away = np.linalg.norm((self.data.x - place) / (high - low), axis=1)
        away[self.data.parts == PARTS[2]] = np.inf
        return int(np.argmin(away)) if away.min(initial=np.inf) <= reach else None

    def clip(self, place: np.ndarray) -> np.ndarray:
        """The place in the window that is nearest to this one."""
        return np.clip(place, *self.window)

    def check(self) -> None:
        """Raises `InputError`, with what is to be painted, if these points are too few
        to learn from."""
        train, validation = self.shown
        for label, name in enumerate(self.data.classes):
            if not (train.y == label).any():
                raise _missing(f"training point (a dot) of class {name!r}")
        if not len(validation):
            raise _missing("validation point (a square)")

    # Changes. With `more` one is of a piece with the change before.

    def add(self, place, label: int, part: str, more: bool = False) -> None:
        """A new point of this class, in this part."""
        d = self.data
        x, y = np.vstack([d.x, place]), np.append(d.y, np.array([label], d.y.dtype))
        self._change(more, x=x, y=y, parts=np.append(d.parts, np.array([part])))

    def move(self, row: int, place, more: bool = False) -> None:
        """A point to another place."""
        x = self.data.x.astype(float)
        x[row] = place
        self._change(more, x=x)

    def erase(self, row: int, more: bool = False) -> None:
        """One point less."""
        d, rest = self.data, np.arange(len(self.data)) != row
        self.held = None
        self._change(more, x=d.x[rest], y=d.y[rest], parts=d.parts[rest])

    def flip(self, row: int) -> None:
        """A point is of the next class."""
        y = self.data.y.copy()
        y[row] = (y[row] + 1) % len(self.data.classes)
        self._change(y=y)

    def clear(self) -> None:
        """No points at all."""
        d, self.held = self.data, None
        self._change(x=d.x[:0], y=d.y[:0], parts=d.parts[:0])

    def show(self, data: Dataset, window: Window) -> None:
        """Other data take the place of these, which can be had back if they were
        changed by hand."""
        if self._page.touched:
            self._keep()
        self._page = _page(data, window)

    def undo(self) -> None:
        """Takes the last change back, if there is one."""
        self._turn(self._before, self._after)

    def redo(self) -> None:
        """Makes again what was taken back, if anything was."""
        self._turn(self._after, self._before)

    @property
    def can(self) -> dict[str, bool]:
        """Whether there is something to "undo", or to "redo"."""
        return {"undo": bool(self._before), "redo": bool(self._after)}

    def _change(self, more: bool = False, **fields) -> None:
        if not more:
            self._keep()
        self._page = Page(replace(self.data, **fields), self.window, touched=True)

    def _keep(self) -> None:
        """What is there now can be had back; the oldest goes when that is too much."""
        self._before.append(self._page)
        self._after.clear()
        while len(self._before) > 1 and self._size() > KEPT:
            self._before.pop(0)

    def _size(self) -> int:
        return sum(len(page.data) for page in self._before)

    def _turn(self, source: list[Page], target: list[Page]) -> None:
        self.held = None
        if source:
            target.append(self._page)
            self._page = source.pop()


def _page(data: Dataset, window: Window) -> Page:
    """A page with these points: no group of theirs would know of a new one."""
    return Page(replace(data, name="painted", source=PAINTED, groups=None), window)


def _missing(what: str) -> InputError:
    return InputError(
        "data",
        f"Paint at least one {what}; until then nothing can be trained, and nothing is "
        "lost.",
    )
