"""The points of a data set on a plane, in the colours of what is to be learned.

Labels have a colour for each class. Measurements have one for each of some levels, from
the least to the greatest.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.path import Path

from nnlab.data.dataset import Dataset
from nnlab.diagnostics.plane import Plane
from nnlab.session.session import Session
from nnlab.views.drawing.colours import INK, classes, levels
from nnlab.views.view import on_plane

POINTS_DRAWN = 400
LEVELS = 9  # colours of measurements
LOOKS = {"train": ("o", "white", 4.2), "validation": ("s", INK, 4.0)}


def colours_of(session: Session) -> list:
    """The colour of each group of points of a part."""
    return (
        classes(len(session.data.classes)) if session.data.labelled else levels(LEVELS)
    )


def groups(
    session: Session, sheet: Plane, parts: Sequence[Dataset]
) -> list[np.ndarray]:
    """The points of each colour, of the first part and then of the second, where they
    are seen on a plane: each (points, 2)."""
    seen = [(sheet.of(data.x), _group(session, data)) for data in parts]
    return [x[group == i] for x, group in seen for i in range(len(colours_of(session)))]


def add_points(
    axes: Axes, session: Session, sheet: Plane, parts: Sequence[Dataset]
) -> list[Line2D]:
    """One artist for each group of points: quicker than a scatter plot."""
    made, colours, found = [], colours_of(session), iter(groups(session, sheet, parts))
    for marker, edge, size in LOOKS.values():
        for colour in colours:
            points = Line2D(*next(found).T, linestyle="", marker=marker)
            points.set(color=colour, markeredgecolor=edge, markersize=size)
            points.set(markeredgewidth=0.6)
            made.append(axes.add_line(points))
    return made


def add_mark(axes: Axes) -> list[Line2D]:
    """A ring with a cross in it, for one place; its white edge is an artist too."""
    way = [[-0.55, 0], [0.55, 0], [0, -0.55], [0, 0.55]]
    cross = Path(way, [Path.MOVETO, Path.LINETO] * 2)
    ring = Path.make_compound_path(Path.unit_circle(), cross)
    made = []
    for colour, width in (("white", 4.0), (INK, 1.8)):
        mark = Line2D([], [], linestyle="", marker=ring, markersize=11)
        mark.set(markerfacecolor="none", markeredgecolor=colour, markeredgewidth=width)
        made.append(axes.add_line(mark))
    return made


def some(session: Session) -> list[Dataset]:
    """The training part, and then that for validation. Of more than two features no
    more than the first `POINTS_DRAWN` samples of each: they lie one on the other."""
    parts = [getattr(session.parts, part) for part in LOOKS]
    return (
        parts if on_plane(session) else [one.take(slice(POINTS_DRAWN)) for one in parts]
    )


def _first(data: Dataset) -> np.ndarray:
    """What was measured first of each sample (N,)."""
    return data.y if data.y.ndim == 1 else data.y[:, 0]


def _group(session: Session, data: Dataset) -> np.ndarray:
    """The number of each sample's colour."""
    if data.labelled:
        return data.y
    low, high = (end[0] for end in session.decoder.span)
    share = (_first(data) - low) / (high - low)
    return np.clip(np.round(share * (LEVELS - 1)), 0, LEVELS - 1).astype(int)
