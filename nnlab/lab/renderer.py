"""The picture of a run as a page has room and pixels for it.

While it moves, a frame is quick: a JPEG of one pixel for each of the page. At rest it
is sharp: a PNG with as many pixels as the screen has.
"""

from collections.abc import Sequence

from nnlab.errors import Plain
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
        self._asked = (0, 1.0, 0)  # of the page: its width, its sharpness, its room
        self.picture = Picture(
            self._fitting(session), session, selection, height=height
        )
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
        if (width, scale, room) == self._asked:
            return
        self._asked, self._scale, self._sharp = (width, scale, room), scale, None
        grown = min(max(width / GROWS_FROM, 1.0), HIGHEST)
        self.picture.width, self.picture.tall = width, round(self._height * grown)
        self.picture.start(self._fitting(session), session, selection)
        if room > self.picture.height:
            self.picture.fill(room, session, selection)

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

    def _fitting(self, session: Session) -> Sequence[View]:
        return default_views(session) if self._views is None else self._views

    def _sharpest(self, session: Session, selection: Selection) -> Picture:
        if self._scale == 1.0:
            return self.picture
        if self._sharp is None:
            size = (self.picture.width, self.picture.tall, self._scale)
            self._sharp = Picture(self._fitting(session), session, selection, *size)
        return self._sharp
