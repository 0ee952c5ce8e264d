"""What the tests of the Lab share: time that passes only when nothing else happens."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from weakref import WeakSet

import pytest

from nnlab.lab import canvas, player, registry
from nnlab.study import run

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
    for module in (canvas, run, player):
        monkeypatch.setattr(module, "monotonic", lambda: clock.now)
    yield clock
    clock.close()


@pytest.fixture(autouse=True)
def no_other_labs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has a kernel of its own."""
    monkeypatch.setattr(registry, "_labs", WeakSet())


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict, list[bytes]]]:
    """What canvases send to the page."""
    sent: list[tuple[dict, list[bytes]]] = []
    send: Callable = lambda _, content, buffers: sent.append((content, buffers))  # noqa: E731
    monkeypatch.setattr(canvas.Canvas, "send", send)
    return sent
