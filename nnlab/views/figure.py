"""One figure for several views, drawn fast.

What stays (axes, titles) is drawn once and kept; each frame is that background with the
changing artists on top. Agg draws into memory: no window, and no pyplot.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from io import BytesIO

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
from nnlab.views.drawing.text_layer import lettering
from nnlab.views.drawing.wiring import column_of, columns
from nnlab.views.plots.confusion import PARTS
from nnlab.views.view import Pixels, View, cut, graded, verdict

HEADER = 34  # pixels at the top for the line that says where the run is
FOOTER = 18  # pixels at the bottom for what an expert asks first
GAP = 14  # pixels between views
DPI = 100
LONGEST = 24  # letters of a data set's name that are shown


@dataclass
class Built:
    """What a view has put into a figure: artists that stay, and those that change."""

    stays: Sequence[Artist] = ()
    changing: Sequence[Artist] = ()


class Picture(Plain):
    """Views side by side on one canvas of `width` × `height` pixels of the page.

    `scale` is how many pixels of the screen one pixel of the page has.
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
        self.width, self.height, self.scale = width, height, scale
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

    def _boxes(self):
        """For each view its place, in pixels of the screen: strips below, and the
        others side by side above them."""
        beside = [view for view in self.views if not view.strip]
        free = self.width - GAP * (len(beside) - 1)
        total, left = sum(view.share for view in beside), 0.0
        bottom, under = FOOTER + sum(view.strip for view in self.views), FOOTER
        for view in self.views:
            if view.strip:
                box = (0, under, self.width, view.strip)
                under += view.strip
            else:
                width = free * view.share / total
                box = (left, bottom, width, self.height - HEADER - bottom)
                left += width + GAP
            yield tuple(side * self.scale for side in box)

    def _header(self, session: Session) -> Pixels:
        """What is learned, and beside it the line that changes."""
        y = self.height - 17
        self._data, self._title = (
            session.experiment.data,
            cut(session.data.name, LONGEST),
        )
        title = self.figure.text(
            8 / self.width, y / self.height, self._title, fontsize=11, color=INK
        )
        title.set(weight="bold", va="center")
        make_legible(self.figure)  # or it would be measured as something else
        edge = title.get_window_extent(self.canvas.get_renderer()).x1
        self._corner = (edge + 12 * self.scale, (y - 10) * self.scale)
        return Pixels()

    def _say(self, session: Session, selection: Selection) -> None:
        """The lines above and below the views."""
        above = lettering(status(session, selection), 12.5 * self.scale, GREY)
        below = lettering(footer(session), 11 * self.scale, GREY)
        place = (8 * self.scale, 2 * self.scale)
        self._status.tiles = [(self._corner, above), (place, below)]


def status(session: Session, selection: Selection) -> str:
    """Where the run is, in one line: the median over seeds."""
    trainer = session.trainer
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
