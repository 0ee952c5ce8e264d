"""A canvas in the page that shows frames drawn by the kernel, and reports back.

At most two frames are under way: the second asks for an answer, which comes as soon as
it is drawn, so a slow line lowers the frame rate and never builds a queue. An answer to
each would cost a page more than the frame: JupyterLab shows "busy" and "idle" for every
message to the kernel. What the pointer and the keys do on the canvas comes back as
events, in pixels of the page from its lower left corner.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import anywidget
import traitlets

from nnlab.lab.page_layout import page_files

IN_FLIGHT = 2  # frames sent to a view and not yet answered for
SCRIPTS = ("typed.js", "film.js", "keys.js", "sheets.js", "views_menu.js", "canvas.js")
SILENCE = 2.0  # seconds after which a view that owes an answer counts as gone


@dataclass
class Viewer:
    """One place in a page where the canvas is shown."""

    sent: int
    seen: int  # the newest frame that it has answered for
    heard: float

    def owes(self) -> bool:
        """Whether it takes no more frames before it has answered."""
        return self.sent - self.seen >= IN_FLIGHT


class Canvas(anywidget.AnyWidget):
    """The widget. `width` and `height` are in pixels of the page."""

    _esm = page_files(*SCRIPTS)
    width = traitlets.Int(880).tag(sync=True)
    height = traitlets.Int(340).tag(sync=True)
    cursor = traitlets.Unicode("default", help="the pointer's shape").tag(sync=True)
    paints = traitlets.Bool(False, help="whether one paints on it").tag(sync=True)
    keyboard = traitlets.Dict(help="see keyboard.for_page").tag(sync=True)
    text = traitlets.Unicode("", help="what the picture shows").tag(sync=True)
    still = traitlets.Bytes(help="what a page shows before a frame comes")
    still.tag(sync=True)

    def __init__(self, on_event: Callable[[dict], None], **traits):
        super().__init__(**traits)
        self.viewers: dict[str, Viewer] = {}
        self._frame, self._met = 0, False
        self._on_event = on_event
        self.on_msg(self._receive)

    def _receive(self, _, event: dict, __) -> None:
        """Passes the event on; nothing is done here, whatever thread this is. One that
        comes late, as it closes, would wake a Lab that has been replaced."""
        if not self._leaving:
            self._on_event(event)

    def __repr__(self):
        return f"Canvas(width={self.width}, height={self.height})"

    def open(self) -> None:
        """Opens it, for new views."""
        self._leaving = False
        super().open()

    def close(self) -> None:
        """Closes it, as soon as its views have had time to say goodbye: the kernel
        would print that it knows no such canvas."""
        self.viewers, self._leaving = {}, True
        try:
            asyncio.get_running_loop().call_later(SILENCE, self._leave)
        except RuntimeError:  # there is no loop
            self._leave()

    def _leave(self) -> None:
        if self._leaving:
            super().close()

    def _should_send_property(self, key: str, value: object) -> bool:
        """Whether a page is sent what changes. A page that shows frames has a still."""
        return key != "still" and super()._should_send_property(key, value)

    def hear(self, event: dict) -> None:
        """Keeps the account of views and their answers."""
        name, now = event["view"], monotonic()
        if event["type"] == "bye":
            self.viewers.pop(name, None)
            return
        viewer = self.viewers.setdefault(name, Viewer(self._frame, self._frame, now))
        viewer.heard = now
        viewer.seen = max(viewer.seen, event.get("frame", 0))

    def watched(self) -> bool:
        """Whether anyone is looking. A view that keeps silent is dropped."""
        now = monotonic()
        for name, viewer in list(self.viewers.items()):
            if viewer.owes() and now - viewer.heard > SILENCE:
                del self.viewers[name]
        return bool(self.viewers)

    def ready(self) -> bool:
        """Whether every view can take one more frame."""
        return self.watched() and not any(map(Viewer.owes, self.viewers.values()))

    def show(self, frame: bytes, form: str, steps: tuple[int, int, int]) -> None:
        """Sends an encoded picture; `form` is "image/jpeg" or "image/png", and `steps`
        are the first on the tape, the one shown, and the last."""
        self._frame += 1
        for viewer in self.viewers.values():
            viewer.sent = self._frame
            if viewer.owes():
                viewer.heard = monotonic()  # its time begins
        answer = any(map(Viewer.owes, self.viewers.values()))
        self.still = frame
        first = bool(self.viewers) and not self._met
        self._met |= first
        known = {"form": form, "answer": answer, "steps": steps, "first": first}
        self.send({"frame": self._frame, **known}, [frame])

    def show_menu(self, groups: list[dict]) -> None:
        """Fills the menu of views: see views_menu.menu."""
        self.send({"menu": groups}, [])

    def show_code(self, code: str) -> None:
        """Opens a sheet with this code."""
        self.send({"code": code}, [])
