"""What every view is: artists built once, brought up to date in every frame."""

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnlab.data.dataset import Dataset
from nnlab.errors import InputError
from nnlab.experiment import build
from nnlab.session.selection import Link, Neuron, Selection
from nnlab.session.session import Session
from nnlab.views.drawing.colours import GREY, INK, PALE
from nnlab.views.drawing.fonts import legible

KINDS: dict[str, Callable[[Dataset], bool]] = {  # of data, as a view may need them
    "points on a plane": build.on_plane,
    "two features": lambda data: data.x.shape[1] > 1,
    "a measurement of one feature": lambda data: (
        not data.labelled and data.x.shape[1] == len(data.targets) == 1
    ),
    "images": lambda data: data.image is not None,
    "labels": lambda data: data.labelled,
    "measurements": lambda data: not data.labelled,
}
Box = tuple[float, float, float, float]  # left, bottom, width, height in pixels


class View(ABC):
    """One picture of a run.

    `share` is how much of the width it asks for, beside the others; a view with a
    `strip` has a row of its own below them instead, so many pixels high. One that is
    `slow` shows a mini-batch in slow motion; one that works `by_hand` has its Lab show
    sliders for the weights of a neuron; one that `probes` shows one sample, or one
    place of a map; one that `paints` is painted on.
    """

    share: float = 1.0
    strip: int = 0
    slow: bool = False
    by_hand: bool = False
    probes: bool = False
    paints: bool = False
    options: str  # as they were given, in code
    needs: tuple[str, ...] = ()  # names of `KINDS`: the only data that it can show

    def check(self, session: Session, selection: Selection) -> None:
        """Raises `InputError` if this view can't show the run."""
        if what := self.lacks(session):
            raise InputError(
                "views",
                f"views: {type(self).__name__} needs {what}, and "
                f"data={session.data.name!r} gives it none; leave views out to get "
                "those that fit.",
            )

    def lacks(self, session: Session) -> str:
        """What this view needs and the run does not have, in words; or ""."""
        return next((need for need in self.needs if not KINDS[need](session.data)), "")

    @abstractmethod
    def build(
        self, figure: Figure, box: Box, session: Session, selection: Selection
    ) -> list[Artist]:
        """Draws what stays inside `box`; returns the artists that change."""

    def renew(self, session: Session, selection: Selection) -> bool:
        """Turns to another run as if built for it; False if only building will do."""
        return False

    def follow(self, session: Session, selection: Selection) -> bool:
        """Goes on with the same run, which has other samples now; False if only
        building will do."""
        return self.renew(session, selection)

    @abstractmethod
    def update(self, session: Session, selection: Selection) -> bool:
        """Brings those artists up to date; True if what stays must be drawn anew."""

    def at(self, x: float, y: float) -> Neuron | Link | None:
        """The neuron or weight whose picture lies at this pixel, if one does."""
        return None

    def place(self, x: float, y: float) -> np.ndarray | None:
        """The sample (features,) whose place on a map is this pixel, if it is one."""
        return None

    def beside(self, sample: np.ndarray, way: tuple[int, int]) -> np.ndarray | None:
        """The sample whose place on a map is a little to the right of this one's, or
        above it, by as much as `way` says; None if there is no map."""
        return None

    def neurons(self) -> list[Neuron]:
        """Every neuron that can be looked at."""
        return []

    def edit(self, x: float, y: float) -> dict:
        """The fields of the experiment that a press at this pixel sets."""
        return {}

    def under(self, x: float, y: float) -> np.ndarray | None:
        """The place of the plane (2,) that this pixel is, where one paints."""
        return None

    @abstractmethod
    def describe(self, session: Session, selection: Selection) -> str:
        """What a reader would say first who sees it."""

    def __new__(cls, *options: object, **named: object):
        made = super().__new__(cls)
        said = [*map(repr, options), *(f"{name}={v!r}" for name, v in named.items())]
        vars(made)["options"] = ", ".join(said)
        return made

    def __repr__(self):
        return f"{type(self).__name__}({self.options})"


class Pixels(Artist):
    """Small pictures placed pixel by pixel, with no resampling: fast.

    `tiles` holds pairs of a corner (left, bottom), in pixels, and a picture
    (height, width, 4) of uint8 whose first row is at the bottom.
    """

    def __init__(self):
        super().__init__()
        self.tiles: list[tuple[tuple[float, float], np.ndarray]] = []

    def draw(self, renderer):
        context = renderer.new_gc()
        for (left, bottom), picture in self.tiles:
            renderer.draw_image(context, round(left), round(bottom), picture)
        context.restore()


def add_axes(figure: Figure, box: Box, title: str = "") -> Axes:
    """Axes at `box` (in pixels), in this package's manner."""
    width, height = figure.bbox.size
    left, bottom, w, h = box
    axes = figure.add_axes((left / width, bottom / height, w / width, h / height))
    axes.tick_params(colors=GREY, labelsize=7.5, length=3, width=0.6)
    for side, spine in axes.spines.items():
        spine.set_color(PALE)
        spine.set_visible(side in ("left", "bottom"))
    if title:
        axes.set_title(title, fontsize=8.5, color=INK, loc="left", pad=6)
    return axes


def enlarge(picture: np.ndarray, factor: int) -> np.ndarray:
    """A picture (height, width, …) with every pixel made `factor` pixels wide."""
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def grid(low: np.ndarray, high: np.ndarray, side: int) -> np.ndarray:
    """The plane from `low` to `high` as side² points, row by row from the bottom."""
    x1, x2 = (np.linspace(a, b, side) for a, b in zip(low, high))
    return np.stack([np.tile(x1, side), np.repeat(x2, side)], axis=1)


def on_plane(session: Session) -> bool:
    """Whether samples are points on the plane."""
    return build.on_plane(session.data)


def extent(session: Session) -> tuple[np.ndarray, np.ndarray]:
    """A rectangle of the plane that holds all points: see `around`. While one paints it
    is the one that is painted on, and does not move with the points."""
    return session.painting.window if session.painting else around(session.data.x)


def around(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A rectangle that holds all points (N, 2): its lowest and highest corner.

    It is a square about 0, unless points keep to a small part of that.
    """
    low, high = x.min(axis=0), x.max(axis=0)
    reach = np.ceil(2 * np.abs(x).max() * 1.04) / 2  # so that few differ
    if (high - low >= reach / 2).all() and reach:
        return np.array([-reach, -reach]), np.array([reach, reach])
    room = np.where(high > low, 0.05 * (high - low), 0.5)
    return low - room, high + room


def cut(name: str, letters: float) -> str:
    """A name of no more than so many letters, which a picture can show."""
    name = legible(name)
    return name if len(name) <= letters else f"{name[: int(letters) - 1].rstrip()}…"


def graded(session: Session, value: float, digits: int = 0) -> str:
    """A share of right answers, or an R², as it is written."""
    return f"{value:.{digits}%}" if session.judged_by == "accuracy" else f"{value:.2f}"


def verdict(session: Session, value: float, digits: int = 0) -> str:
    """The same with a word for what it is."""
    said = graded(session, value, digits)
    return f"{said} right" if session.judged_by == "accuracy" else f"R² {said}"


def within_one(values: np.ndarray) -> np.ndarray:
    """Numbers scaled so that none is beyond ±1; those within stay as they are."""
    values = np.nan_to_num(values)
    return values / max(1.0, np.abs(values).max(initial=0.0))
