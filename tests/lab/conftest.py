"""What the tests of the Lab share: time that passes only when nothing else happens."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import pytest

from nnlab import Lab
from nnlab.lab import canvas, player, registry, weight_sliders
from nnlab.session import session
from tests.support.fresh_kernel import restart

HANG = 5.0  # seconds in which something from outside must come, if all else sleeps
LONG = 100.0  # seconds, of the clock below, that no test needs


class Clock(selectors.DefaultSelector):
    """The heart of an event loop in which a sleep takes no time.

    Where a loop would wait, the clock is put forward instead: an hour passes at once,
    and on every machine the same things happen in the same order.
    """

    now = 1000.0

    def select(self, timeout: float | None = None) -> list:
        if timeout is None:
            ready = super().select(HANG)
            assert ready, "everything waits, and nothing will ever come"
            return ready
        ready = super().select(0)
        if not ready:
            self.now += max(timeout, 0)
        return ready

    def run(self, work: Coroutine) -> Any:
        """As `asyncio.run`, on this clock."""

        def make() -> asyncio.AbstractEventLoop:
            loop = asyncio.SelectorEventLoop(self)
            loop.time = lambda: self.now
            return loop

        async def limited() -> Any:
            return await asyncio.wait_for(work, LONG)

        with asyncio.Runner(loop_factory=make) as runner:
            return runner.run(limited())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    for module in (canvas, session, player, weight_sliders):
        monkeypatch.setattr(module, "monotonic", lambda: clock.now)
    yield clock
    clock.close()


@pytest.fixture(autouse=True)
def a_kernel_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has a kernel of its own."""
    monkeypatch.setattr(registry, "_stands", WeakKeyDictionary())
    monkeypatch.setattr(registry, "_turns", {})
    restart(monkeypatch)


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict, list[bytes]]]:
    """What canvases send to the page."""
    sent: list[tuple[dict, list[bytes]]] = []
    send: Callable = lambda _, content, buffers: sent.append((content, buffers))  # noqa: E731
    monkeypatch.setattr(canvas.Canvas, "send", send)
    return sent


class Page:
    """A page that shows a Lab: it says hello, answers every frame, and has a reader
    who presses, types and points."""

    def __init__(self, lab: Lab, frames: list, view: str = "a"):
        self.lab, self.frames, self.view, self.told = lab, frames, view, 0
        self.looking = True
        self.answering = asyncio.create_task(self.answer())

    def say(self, type: str, **more) -> None:
        if type in ("hello", "bye"):
            self.looking = type == "hello"
        event = {"type": type, "view": self.view, **more}
        self.lab.canvas._handle_custom_msg(event, [])

    async def answer(self) -> None:
        while True:
            for content, _ in self.frames[self.told :]:
                if self.looking and content.get("answer"):
                    self.say("ack", frame=content["frame"])
            self.told = len(self.frames)
            await asyncio.sleep(0.03)

    def forms(self) -> list[str]:
        return [told["form"] for told, _ in self.frames if "form" in told]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Lets time pass until this is so; the clock sets the limit."""
        while not condition():
            await asyncio.sleep(0.01)

    async def rest(self) -> None:
        """Until all that was asked for is done and drawn."""
        player = self.lab.player
        await asyncio.sleep(0.01)
        await self.until(lambda: player.at_rest() and self.told == len(self.frames))

    async def press(self, name: str) -> None:
        """A button of the bar; no longer than until it is heard."""
        self.lab.bar.buttons[name].click()
        await asyncio.sleep(0.01)

    async def key(self, key: str) -> None:
        """A key on the picture."""
        self.say("key", key=key)
        await asyncio.sleep(0.01)

    def turn(self, index: int, value: object) -> None:
        """A slider of a weight."""
        self.lab.hand.row._handle_custom_msg({"index": index, "value": value}, [])

    async def point(self, place: Sequence[float], press: bool = False) -> None:
        """At a pixel of the page, with a click or without one."""
        x, y = map(float, place)
        self.say("press" if press else "move", x=x, y=y)
        await asyncio.sleep(0.01)


@pytest.fixture
def see(frames: list) -> Callable[..., Page]:
    """Opens a page on a Lab."""

    def see(lab: Lab, view: str = "a", width: int = 900, scale: float = 1) -> Page:
        page = Page(lab, frames, view)
        page.say("hello", width=width, scale=scale)
        return page

    return see


@pytest.fixture
def act(clock: Clock) -> Callable[[Callable[[], Coroutine]], Any]:
    """Runs a scene on the fake clock, and ends every Lab after it."""

    def act(scene: Callable[[], Coroutine]) -> Any:
        async def whole() -> Any:
            try:
                return await scene()
            finally:
                for task in asyncio.all_tasks() - {asyncio.current_task()}:
                    task.cancel()

        return clock.run(whole())

    return act
