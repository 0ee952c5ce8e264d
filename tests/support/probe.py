"""Measures in the page itself when an input came and when each picture was there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SCRIPT = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")
SECONDS = 60  # for pictures that must come
POLLING = 50  # milliseconds between two looks


class Probe:
    """Times of one picture, in milliseconds by the page's own clock.

    `element` holds the canvas of a Lab, or an output whose image is replaced. With
    `keyed`, a canvas is read back too, to tell whether any of its pixels changed.
    """

    def __init__(self, element: Locator, keyed: bool = False):
        self.page: Page = element.page
        if not self.page.evaluate("'probe' in window"):
            self.page.evaluate(SCRIPT)
        self.page.evaluate("keyed => { probe.keyed = keyed; }", keyed)
        element.evaluate("element => probe.watch(element)")

    def count_repaints(self) -> None:
        """From now on `painted` has something to tell."""
        self.page.evaluate("probe.countRepaints()")

    def inputs(self) -> list[float]:
        """When a key went down, or a button of the pointer up: that is a click."""
        return self.page.evaluate("probe.inputs")

    def drawn(self) -> list[dict]:
        """When each picture was drawn: time, key, and of a canvas frame and form."""
        return self.page.evaluate("probe.drawn")

    def painted(self) -> list[float]:
        """When the window was painted anew with a newer picture than before."""
        repaints = self.page.evaluate("probe.painted")
        return [time for (_, old), (time, new) in pairwise(repaints) if new > old]

    def wait_for(self, pictures: int) -> None:
        """Until so many more pictures are drawn."""
        self._wait("count => probe.drawn.length >= count", self._count() + pictures)

    def wait_until_sharp(self) -> None:
        """Until the newest picture is one at rest."""
        self._wait("form => probe.drawn.at(-1).form === form", "image/png")

    def press(self, key: str) -> float:
        """Presses a key; how long it took until a pixel of the picture was another."""
        old = self._count()
        self.page.keyboard.press(key)
        self._wait("old => probe.changes(old).length > 0", old)
        first = self.page.evaluate("old => probe.changes(old)[0].time", old)
        return first - self.inputs()[-1]

    def _count(self) -> int:
        return self.page.evaluate("probe.drawn.length")

    def _wait(self, condition: str, argument: int | str) -> None:
        """Looks rarely, so as not to be what keeps the page busy."""
        limit = SECONDS * 1000
        self.page.wait_for_function(
            condition, arg=argument, timeout=limit, polling=POLLING
        )


@contextmanager
def slowed(page: Page, times: int) -> Iterator[None]:
    """A browser whose processor is so many times slower."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": times})
    try:
        yield
    finally:
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
