"""A data set of points edited by hand, with its own split and an undo history.

Every change makes a new data set and keeps the previous one for undo and redo. Test
samples are hidden: nothing here selects, moves or shows them; only `clear` removes them
too, since they belong to the removed data.
"""

from dataclasses import dataclass, replace

import numpy as np

from nnlab.data.dataset import PARTS, Dataset
from nnlab.errors import InputError, Plain

SEEN = PARTS[:2]  # editable parts
PAINTED = "painted by hand"  # source of the data set
KEPT = 1_000_000  # maximum number of points in the undo history
Window = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Page:
    """One state of the painted data.

    Attributes:
        data: the points.
        window: the lowest and the highest corner of the editable area.
        touched: True if the user has edited it.
    """

    data: Dataset
    window: Window
    touched: bool = False


class Painting(Plain):
    """A plane with labelled points that can be edited.

    Args:
        data: the initial points, with their parts.
        window: the lowest and the highest corner of the editable area, (2,) each.

    Attributes:
        cross: the position of the crosshair (2,), or None.
        held: the index of the point that moves with it, or None.
    """

    def __init__(self, data: Dataset, window: Window):
        self._page = _page(data, window)
        self._before: list[Page] = []
        self._after: list[Page] = []
        self.cross: np.ndarray | None = None
        self.held: int | None = None

    @property
    def data(self) -> Dataset:
        """Current points."""
        return self._page.data

    @property
    def window(self) -> Window:
        """Lowest and highest corner of the editable area, (2,) each."""
        return self._page.window

    @property
    def shown(self) -> list[Dataset]:
        """Training points and validation points."""
        return [self.data.take(self.data.parts == part) for part in SEEN]

    def near(self, place: np.ndarray, reach: float) -> int | None:
        """Return the index of the visible point nearest to a place, or None.

        Args:
            place: the place (2,).
            reach: the maximum distance, as a fraction of the window's sides.
        """
        low, high = self.window
        away = np.linalg.norm((self.data.x - place) / (high - low), axis=1)
        away[self.data.parts == PARTS[2]] = np.inf
        return int(np.argmin(away)) if away.min(initial=np.inf) <= reach else None

    def clip(self, place: np.ndarray) -> np.ndarray:
        """Return the place (2,) in the window nearest to this one."""
        return np.clip(place, *self.window)

    def check(self) -> None:
        """Check that there are enough points to train on.

        Raises:
            InputError: if a class has no training point, or there is no validation
                point.
        """
        train, validation = self.shown
        for label, name in enumerate(self.data.classes):
            if not (train.y == label).any():
                raise _missing(f"training point (a dot) of class {name!r}")
        if not len(validation):
            raise _missing("validation point (a square)")

    @property
    def enough(self) -> bool:
        """True if there are enough points to train on."""
        try:
            self.check()
        except InputError:
            return False
        return True

    # Changes. With `more`, a change is merged with the previous one for undo.

    def add(self, place, label: int, part: str, more: bool = False) -> None:
        """Add a point.

        Args:
            place: the position (2,).
            label: the class index.
            part: the part, one of `PARTS`.
            more: merge with the previous change, for undo.
        """
        d = self.data
        x, y = np.vstack([d.x, place]), np.append(d.y, np.array([label], d.y.dtype))
        self._change(more, x=x, y=y, parts=np.append(d.parts, np.array([part])))

    def move(self, row: int, place, more: bool = False) -> None:
        """Move a point to another place (2,).

        `more` merges the change with the previous one.
        """
        x = self.data.x.astype(float)
        x[row] = place
        self._change(more, x=x)

    def erase(self, row: int, more: bool = False) -> None:
        """Remove a point.

        `more` merges the change with the previous one.
        """
        d, rest = self.data, np.arange(len(self.data)) != row
        self.held = None
        self._change(more, x=d.x[rest], y=d.y[rest], parts=d.parts[rest])

    def flip(self, row: int) -> None:
        """Change a point to the next class."""
        y = self.data.y.copy()
        y[row] = (y[row] + 1) % len(self.data.classes)
        self._change(y=y)

    def clear(self) -> None:
        """Remove all points, test samples included."""
        d, self.held = self.data, None
        self._change(x=d.x[:0], y=d.y[:0], parts=d.parts[:0])

    def show(self, data: Dataset, window: Window) -> None:
        """Replace the data.

        The previous data can be restored by undo if they were edited.
        """
        if self._page.touched:
            self._keep()
        self._page = _page(data, window)

    def undo(self) -> None:
        """Undo the last change, if there is one."""
        self._turn(self._before, self._after)

    def redo(self) -> None:
        """Redo the last undone change, if there is one."""
        self._turn(self._after, self._before)

    @property
    def can(self) -> dict[str, bool]:
        """Dictionary with True for "undo" and "redo" where these are possible."""
        return {"undo": bool(self._before), "redo": bool(self._after)}

    def _change(self, more: bool = False, **fields) -> None:
        if not more:
            self._keep()
        self._page = Page(replace(self.data, **fields), self.window, touched=True)

    def _keep(self) -> None:
        """Push the current state to the undo history, dropping the oldest ones beyond
        the limit."""
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
    """Return a page with these points, without groups: new points have none."""
    return Page(replace(data, name="painted", source=PAINTED, groups=None), window)


def _missing(what: str) -> InputError:
    return InputError(
        "data",
        f"Paint at least one {what}; until then nothing can be trained, and nothing is "
        "lost.",
    )
