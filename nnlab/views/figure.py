"""One figure for several views, drawn fast.

What stays (axes, titles) is drawn once and kept; each frame is that background with the
changing artists on top. Agg draws into memory: no window, and no pyplot.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from io import BytesIO
from math import ceil

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from nnlab.errors import Plain
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views.drawing.colours import GREY, INK
from nnlab.views.drawing.fonts import make_legible
from nnlab.views.drawing.selected_neuron import called
from nnlab.views.drawing.text_layer import length, lettering
from nnlab.views.drawing.wiring import column_of, columns
from nnlab.views.plots.confusion import PARTS
from nnlab.views.view import Pixels, View, cut, graded, verdict

HEADER = 34  # pixels at the top for the line that says where the run is
FOOTER = 18  # pixels at the bottom for what an expert asks first
LINE = 17  # pixels of one more line of words, above or below
GAP = 14  # pixels between views
ABOVE, BELOW = 12.5, 11  # pixels of letters there
EDGE = 8  # pixels from the left edge to words
STACKED = 650  # pixels below which views stand below each other
CROWDED = 230  # pixels of a view of share 1 below which it moves to a row of its own
DPI = 100
LONGEST = 24  # letters of a data set's name that are shown


@dataclass
class Built:
    """What a view has put into a figure: artists that stay, and those that change."""

    stays: Sequence[Artist] = ()
    changing: Sequence[Artist] = ()


class Picture(Plain):
    """Views side by side on one canvas, `width` pixels of the page wide.

    A narrow page has them below each other, and so many that they would be crowded
    stand in several rows.

    Args:
        width: in pixels of the page.
        height: the same, if all views stand in one row; each row more adds as much as
            the first has.
        scale: pixels of the screen for one of the page.

    Attributes:
        tall: the height given.
        height: height of the whole canvas in pixels of the page.
    """

    def __init__(
        self,
        views: Sequence[View],
        session: Session,
        selection: Selection,
        width: int = 880,
        height: int = 340,
        scale: float = 1.0,
    ):
        self.width, self.tall, self.scale = width, height, scale
        self.start(views, session, selection)

    def start(
        self, views: Sequence[View], session: Session, selection: Selection
    ) -> None:
        """Builds every view for `run`; the views given stay as they are.

        Raises `InputError`, and changes nothing, if one can't show the run's data.
        """
        for view in views:
            view.check(session, selection)
        self.views = [*views]
        self._arrange(session, selection)
        inches = (self.width / DPI, self.height / DPI)
        self.figure = Figure(figsize=inches, dpi=DPI * self.scale, facecolor="white")
        self.canvas = FigureCanvasAgg(self.figure)
        self._status = self._header(session)
        self._built = [Built() for _ in views]
        for number, view in enumerate(views):
            self._build(number, view, session, selection)
        self._finish(session, selection)

    def _build(
        self, number: int, view: View, session: Session, selection: Selection
    ) -> None:
        """Builds a view at its place, instead of the one that is there."""
        for artist in self._built[number].stays:
            artist.remove()
        before = {*self.figure.get_children()}
        self.views[number] = fresh = copy(view)
        box = [*self._boxes()][number]
        changing = fresh.build(self.figure, box, session, selection)
        stays = [a for a in self.figure.get_children() if a not in before]
        self._built[number] = Built(stays, changing)

    def _finish(self, session: Session, selection: Selection) -> None:
        """Brings the picture up to date, after something was built."""
        make_legible(self.figure)
        for artist in self.changing:
            artist.set_animated(True)
        self._background = None
        self.draw(session, selection)

    def fill(self, room: int, session: Session, selection: Selection) -> None:
        """Build every view anew, with rows so high that the whole is `room` high."""
        self.tall += max(room - self.height, 0) // max(len(self._rows), 1)
        self.start(self.views, session, selection)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the canvas in pixels of the page."""
        return self.width, self.height

    @property
    def changing(self) -> list[Artist]:
        """What is drawn anew in every frame, in its order."""
        return [self._status, *(a for built in self._built for a in built.changing)]

    def turn_to(
        self, views: Sequence[View], session: Session, selection: Selection
    ) -> None:
        """As `start`, and without building anew what would come to the same."""
        fresh = [type(view) for view in views] == [type(view) for view in self.views]
        if not fresh or self._data != session.experiment.data:
            self.start(views, session, selection)
            return
        for view in views:
            view.check(session, selection)
        self._rebuild(
            views,
            session,
            selection,
            [view.renew(session, selection) for view in self.views],
        )

    def follow(
        self, views: Sequence[View], session: Session, selection: Selection
    ) -> None:
        """Goes on with the same run, which has other samples now; without building anew
        where that comes to the same."""
        if cut(session.data.name, LONGEST) == self._title:
            self._data = session.experiment.data
            self._rebuild(
                views,
                session,
                selection,
                [view.follow(session, selection) for view in self.views],
            )
            return
        self.start(views, session, selection)

    def _rebuild(
        self,
        views: Sequence[View],
        session: Session,
        selection: Selection,
        done: Sequence[bool],
    ) -> None:
        """Builds those views anew that could not do without."""
        slow = [number for number, one in enumerate(done) if not one]
        for number in slow:
            self._build(number, views[number], session, selection)
        if slow:
            self._finish(session, selection)

    def draw(self, session: Session, selection: Selection) -> None:
        """One frame: the state of `run` now."""
        anew = [view.update(session, selection) for view in self.views]
        if any(anew) or self._background is None:
            self.canvas.draw()
            self._background = self.canvas.copy_from_bbox(self.figure.bbox)
        self.canvas.restore_region(self._background)
        self._say(session, selection)
        for artist in self.changing:
            artist.draw(self.canvas.renderer)

    def jpeg(self) -> bytes:
        """The frame for a picture in motion: small and quick."""
        return _bytes(self._pixels(), "JPEG", quality=88, subsampling=0)

    def png(self) -> bytes:
        """The frame for a picture at rest: sharp."""
        return _bytes(self._pixels().convert("RGB"), "PNG", compress_level=1)

    def still(self) -> bytes:
        """The frame for a page without a kernel."""
        return small(self._pixels())

    def describe(self, session: Session, selection: Selection) -> str:
        """What the whole picture shows, in words."""
        return " ".join(
            [
                f"{status(session, selection)}.",
                *(v.describe(session, selection) for v in self.views),
            ]
        )

    def _pixels(self) -> Image.Image:
        """What was drawn, as it lies in memory: nothing is copied."""
        return pixels(self.canvas)

    def _arrange(self, session: Session, selection: Selection) -> None:
        """Divide the canvas: words, rows of views, strips below them, words."""
        narrow = self.width < STACKED
        above = self._wrapped(status(session, selection), ABOVE)
        below = self._wrapped(footer(session), BELOW)
        self._top = HEADER + LINE * len(above) * narrow
        self._bottom = FOOTER + LINE * (len(below) - 1) * narrow
        self._rows = rows(
            [view.share for view in self.views if not view.strip], self.width
        )
        strips = sum(view.strip for view in self.views)
        self._high = max(self.tall - HEADER - FOOTER - strips, 1)
        self.height = self._top + self._bottom + strips
        self.height += (self._high + GAP) * len(self._rows) - GAP * bool(self._rows)
        if not self._rows:
            self.height = max(self.height, self.tall)

    def _wrapped(self, text: str, size: float) -> list[str]:
        """Text in lines, as it is drawn in the pixels of this screen."""
        return wrapped(text, size * self.scale, (self.width - 2 * EDGE) * self.scale)

    def _boxes(self):
        """For each view its place, in pixels of the screen: strips below, and the
        others in rows above them."""
        beside = iter(self._beside())
        under = self._bottom
        for view in self.views:
            if view.strip:
                box = (0, under, self.width, view.strip)
                under += view.strip
            else:
                box = next(beside)
            yield tuple(side * self.scale for side in box)

    def _beside(self):
        """The places of the views that stand in rows, in pixels of the page."""
        shares = iter([view.share for view in self.views if not view.strip])
        top = self.height - self._top
        margin = EDGE if self.width < STACKED else 0
        for count in self._rows:
            row, left = [next(shares) for _ in range(count)], float(margin)
            free = self.width - 2 * margin - GAP * (count - 1)
            for share in row:
                width = free * share / sum(row)
                yield left, top - self._high, width, self._high
                left += width + GAP
            top -= self._high + GAP

    def _header(self, session: Session) -> Pixels:
        """What is learned, and beside it the line that changes."""
        y = self.height - 17
        self._data, self._title = (
            session.experiment.data,
            cut(session.data.name, LONGEST),
        )
        title = self.figure.text(
            EDGE / self.width, y / self.height, self._title, fontsize=11, color=INK
        )
        title.set(weight="bold", va="center")
        make_legible(self.figure)  # or it would be measured as something else
        edge = title.get_window_extent(self.canvas.get_renderer()).x1
        self._corner = (edge / self.scale + 12, y - 10)
        return Pixels()

    def _say(self, session: Session, selection: Selection) -> None:
        """The lines above and below the views."""
        above, below = status(session, selection), footer(session)
        if self.width >= STACKED:
            places = [(self._corner, above, ABOVE), ((EDGE, 2), below, BELOW)]
        else:
            top = self.height - HEADER - LINE + 5
            lines = [*enumerate(self._wrapped(above, ABOVE))]
            places = [((EDGE, top - LINE * i), line, ABOVE) for i, line in lines]
            lines = [*enumerate(reversed(self._wrapped(below, BELOW)))]
            places += [((EDGE, 2 + LINE * i), line, BELOW) for i, line in lines]
        self._status.tiles = [
            (
                (x * self.scale, y * self.scale),
                lettering(line, size * self.scale, GREY),
            )
            for (x, y), line, size in places
        ]


def rows(shares: Sequence[float], width: int) -> list[int]:
    """Return how many views stand in each row, from the top.

    Args:
        shares: of the width that each view asks for.
        width: of the page in pixels.
    """
    if width < STACKED:
        return [1] * len(shares)
    count = max(1, ceil(sum(shares) * CROWDED / width)) if shares else 0
    found = [0] * count
    for before in np.cumsum([0, *shares[:-1]])[: len(shares)]:
        found[min(int(before / sum(shares) * count + 1e-9), count - 1)] += 1
    return [row for row in found if row]


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Return text in lines of at most `width` pixels; a dot between two parts is left
    out where a line ends."""
    lines, space, used = [""], length(" ", size), 0.0
    for word in text.split(" "):
        more = length(word, size)  # of words, which are known: a line is another one
        if lines[-1] and used + space + more > width - 1:
            lines.append(word)
            used = more
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
            used += space + more
    return [line.strip(" ·") for line in lines]


def status(session: Session, selection: Selection) -> str:
    """Where the run is, in one line: the median over seeds."""
    trainer = session.trainer
    if session.painting is not None and not session.painting.enough:
        return f"step {trainer.steps_done} · waits until there are points of each class"
    loss = session.median(f"{session.watched}_loss")
    right = verdict(
        session, session.median(f"{session.watched}_{session.judged_by}"), 1
    )
    seeds = trainer.network.replicas
    of = f" (median of {seeds} seeds)" if seeds > 1 else ""
    done = f"epoch {trainer.epoch_done:.1f} · step {trainer.steps_done}"
    judged = f"{PARTS[session.watched]}: loss {loss:.3f}, {right}{of}"
    return f"{done} · {judged} · {_shown(session, selection)}"


def footer(session: Session) -> str:
    """What an expert asks first: how large, how many, how sure, how long."""
    network, name = session.trainer.network, f"{session.watched}_{session.judged_by}"
    values = session.measure()[name]
    values = np.where(np.isfinite(values), values, session.worst(name))
    low, high = (graded(session, end(values), 1) for end in (np.min, np.max))
    several = network.replicas > 1
    return (
        f"{network.layout.size} parameters × {network.replicas} seed{'s' * several} · "
        f"{PARTS[session.watched]} {verdict(session, session.median(name), 1)}"
        f"{f' ({low} to {high})' * several} · trained for {session.seconds:.2f} s"
    )


def _shown(session: Session, selection: Selection) -> str:
    """Which network is shown, or which neuron or weight the learner looks at."""
    if selection.focus is None:
        value = session.measure()[f"{session.watched}_{session.judged_by}"][
            selection.replica
        ]
        seed = session.trainer.network.seeds[selection.replica]
        return f"seed {seed} shown: {graded(session, value)}"
    network = session.trainer.network
    layer, unit = selection.focus[0], selection.focus[-1]
    drawn = columns(network)
    number = column_of(network, layer)
    name = called(session, number, unit)
    if selection.link is None:
        return name
    weight = session.array(drawn[number].weights, selection.replica)[
        selection.link[1], selection.link[2]
    ]
    return f"weight {weight:+.2f} into {name}"


def pixels(canvas: FigureCanvasAgg) -> Image.Image:
    """What was drawn, as it lies in memory: nothing is copied."""
    size, drawn = canvas.get_width_height(), canvas.buffer_rgba()
    return Image.frombuffer("RGBX", size, drawn, "raw", "RGBX", 0, 1)


def small(picture: Image.Image) -> bytes:
    """A picture that stays on the page: a PNG of 64 colours. They are chosen by octree:
    by median cut a few points of a rare class would lose theirs."""
    octree = Image.Quantize.FASTOCTREE
    few = picture.convert("RGB").quantize(64, octree, dither=Image.Dither.NONE)
    return _bytes(few, "PNG", optimize=True)


def _bytes(picture: Image.Image, form: str, **options) -> bytes:
    out = BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()
