"""The picture of a run as a page has room and pixels for it.

While it moves, a frame is quick: a JPEG of one pixel for each of the page. At rest it
is sharp: a PNG with as many pixels as the screen has.
"""

from collections.abc import Sequence

from nnlab.errors import InputError, Plain
from nnlab.lab.views_menu import check_others, made
from nnlab.session.selection import Selection
from nnlab.session.session import Session
from nnlab.views import View, default_views
from nnlab.views.figure import Picture

NARROW, WIDE = 320, 1900  # pixels of the page that a picture is made for
GROWS_FROM = 1040  # pixels of its width; wider, it is higher in proportion
HIGHEST = 1.4  # times the height asked for
SHARPEST = 2.0  # pixels of the screen for one of the page, at most


class Screen(Plain):
    """Draws `run`, with `views`, or with those that fit its data."""

    def __init__(
        self,
        views: Sequence[View] | None,
        session: Session,
        selection: Selection,
        height: int,
    ):
        self._views, self._scale, self._height = views, 1.0, height
        self._added: list[View] = []
        self._removed: set[type[View]] = set()
        views = self._fitting(session)
        self.picture = Picture(views, session, selection, height=height)
        self._asked = (self.picture.width, 1.0, 0)  # width, sharpness, room of the page
        self._sharp: Picture | None = None  # for a screen of more pixels

    def start(self, session: Session, selection: Selection) -> None:
        """Turns the views to `run`, building them anew if need be."""
        for picture in filter(None, (self.picture, self._sharp)):
            picture.turn_to(self._fitting(session), session, selection)

    def follow(self, session: Session, selection: Selection) -> None:
        """Goes on with the same run, which has other samples now."""
        for picture in filter(None, (self.picture, self._sharp)):
            picture.follow(self._fitting(session), session, selection)

    def fit(
        self,
        width: int,
        scale: float,
        session: Session,
        selection: Selection,
        room: int = 0,
    ) -> None:
        """Draws for this width of the page, and this screen, from now on; with `room`
        so high as that, if it is higher than usual."""
        width, scale = min(max(width, NARROW), WIDE), min(max(scale, 1.0), SHARPEST)
        if (width, scale, room) != self._asked:
            self._asked, self._scale = (width, scale, room), scale
            self._build(session, selection)

    def frame(
        self, session: Session, selection: Selection, moving: bool
    ) -> tuple[bytes, str]:
        """The run now, encoded, and the form of it."""
        picture = self.picture if moving else self._sharpest(session, selection)
        picture.draw(session, selection)
        if moving:
            return picture.jpeg(), "image/jpeg"
        return picture.png(), "image/png"

    def describe(self, session: Session, selection: Selection) -> str:
        """What the picture shows, in words."""
        return self._sharpest(session, selection).describe(session, selection)

    def toggle(self, name: str, session: Session, selection: Selection) -> None:
        """Adds the view of this name, or takes it away.

        Raises `InputError`, and changes nothing, if the data are not for it, or it is
        the only view.
        """
        view, before = made(name), (self._added, self._removed)
        kind = {type(view)}
        if kind.isdisjoint(map(type, self.picture.views)):
            view.check(session, selection)
            self._added, self._removed = [*self._added, view], self._removed - kind
        else:
            check_others(self.picture.views, name)
            self._added = [one for one in self._added if type(one) not in kind]
            self._removed = self._removed | kind
        try:
            self._build(session, selection)
        except InputError:
            self._added, self._removed = before
            raise

    def _build(self, session: Session, selection: Selection) -> None:
        """Builds the picture as the page has room for it."""
        width, _, room = self._asked
        grown = min(max(width / GROWS_FROM, 1.0), HIGHEST)
        self.picture.width, self.picture.tall = width, round(self._height * grown)
        self.picture.start(self._fitting(session), session, selection)
        if room > self.picture.height:
            self.picture.fill(room, session, selection)
        self._sharp = None

    def _fitting(self, session: Session) -> Sequence[View]:
        """The views that were given, or that fit, and what the learner made of them."""
        given = default_views(session) if self._views is None else self._views
        kept = [view for view in given if type(view) not in self._removed]
        known = {*map(type, kept)}
        more = [view for view in self._added if type(view) not in known]
        return [*kept, *(view for view in more if not view.lacks(session))] or given

    def _sharpest(self, session: Session, selection: Selection) -> Picture:
        if self._scale == 1.0:
            return self.picture
        if self._sharp is None:
            size = (self.picture.width, self.picture.tall, self._scale)
            self._sharp = Picture(self._fitting(session), session, selection, *size)
        return self._sharp
