"""The player moves a run forward: play, pause, one mini-batch, one epoch.

One asyncio task does all computing and drawing, in short slices, on the loop of the
cell that made it. Callbacks of widgets may come on any thread, so they only post: what
they want done is queued, and done by the task. There are no threads and no locks.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from math import inf
from time import monotonic
from typing import Protocol

from nnlab.errors import Plain
from nnlab.lab.cell_loop import running_loop

SLICE = 0.015  # seconds of computing between two frames, and more at full speed
SHARE = 4.0  # at full speed, seconds of computing for one of drawing
LONGEST = 0.07  # seconds of computing at once, so that a click is heard soon
FRAME = 0.03  # seconds from one moving frame to the next, or more: a page needs some
CALM = 0.1  # seconds after the last edit until a frame is sharp again
BREATH = 0.002  # seconds given to incoming messages after each slice
PATIENCE = 0.25  # seconds until views are looked after again
BEHIND = 0.25  # seconds of steps that are made up for at most
ENDLESS = 1_000_000  # steps: more than a slice can make
TASK = "nnlab player"  # the name of the task, to be found among others


class Stage(Protocol):
    """What a player plays on."""

    def advance(self, steps: int, seconds: float) -> int:
        """Up to so many steps in about so much time; returns how many it made."""

    def steps_to_epoch(self) -> int:
        """How many steps are left in the epoch under way."""

    def watched(self) -> bool:
        """Whether anyone is looking."""

    def ready(self) -> bool:
        """Whether everyone who looks can take one more frame."""

    def show(self, moving: bool) -> None:
        """Draws a frame and sends it: a quick one while moving, or else a sharp one."""

    def fail(self, error: Exception) -> None:
        """Shows an error where the learner is looking."""


class Player(Plain):
    """Drives a `stage` at `speed` steps a second, or as fast as it goes (inf)."""

    def __init__(self, stage: Stage, speed: float):
        self.stage, self.speed = stage, speed
        self.pace: float | None = None  # steps a second, or None for `speed`
        self.playing = False
        self.task: asyncio.Task | None = None
        self._loop = running_loop()
        self._left: int | None = None  # steps to go, or None while there is no end
        self._dirty = True  # the last frame is not of how things are
        self._rough = False  # it was a quick one
        self._shown = 0.0  # when it was drawn
        self._calm = 0.0  # until then frames are quick
        self._drawing = 0.0  # seconds that the last frame took
        self._queue: deque[tuple[Callable, tuple]] = deque()
        self._wake = asyncio.Event()
        self._done: asyncio.Future | None = None
        self._start_clock()

    def post(self, function: Callable, *arguments) -> None:
        """Has the task call `function`, and starts the task if there is none.

        May be called from any thread.
        """
        self._soon(self._receive, function, arguments)

    def note(self, function: Callable, *arguments) -> None:
        """Has `function` called on the loop's thread, for a small matter that is no
        reason to start the task. May be called from any thread.
        """
        self._soon(self._take_note, function, arguments)

    def _soon(self, receive: Callable, function: Callable, arguments: tuple) -> None:
        if self._loop is None:
            function(*arguments)
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(receive, function, arguments)

    def play(self, steps: int | None = None, pace: float | None = None) -> None:
        """Plays until paused, or for so many steps; at `speed`, or at a pace of its
        own."""
        self._go(steps, pace)

    def step(self) -> None:
        """One mini-batch."""
        self._go(1, inf)

    def epoch(self) -> None:
        """To the end of the epoch under way."""
        self._go(self.stage.steps_to_epoch(), inf)

    def pause(self) -> None:
        """Stops moving; the frame at rest is sharp."""
        self.playing = False
        self.refresh()
        if self._done and not self._done.done():
            self._done.set_result(None)

    def refresh(self) -> None:
        """Draws once more; a frame at rest is sharp."""
        self._dirty, self._calm = True, 0.0

    def hurry(self) -> None:
        """Draws once more, quickly even at rest; a sharp frame follows in a while."""
        self._dirty, self._calm = True, monotonic() + CALM

    def at_rest(self) -> bool:
        """Whether nothing moves, is asked for, or is still to be drawn."""
        return not (self.playing or self._wanted() or self._queue)

    def set_speed(self, speed: float) -> None:
        """Steps a second from now on; inf is as fast as it goes."""
        self.speed = speed
        self._start_clock()

    def stop(self) -> None:
        """Ends the task, with a frame of how it stopped. Any later command starts it
        again."""
        if self.playing:
            self.pause()
        self.task = None
        self._wake.set()

    async def run(self, steps: int) -> None:
        """`steps` steps, as fast as they go; returns when they are done."""
        while self._done is not None:
            await asyncio.wait([self._done])
        self._loop = asyncio.get_running_loop()
        self._done = self._loop.create_future()
        self._receive(self._go, (steps, inf))
        try:
            await self._done
        finally:
            self._done = None
            self.pause()

    def _go(self, steps: int | None, pace: float | None) -> None:
        self.playing, self._left, self.pace = True, steps, pace
        self._start_clock()

    def _rate(self) -> float:
        """Steps a second just now."""
        return self.speed if self.pace is None else self.pace

    def _start_clock(self) -> None:
        self._last, self._owed = monotonic(), 0.0

    def _receive(self, function: Callable, arguments: tuple) -> None:
        """On the loop's own thread: queues, wakes the task, starts it if need be."""
        self._queue.append((function, arguments))
        if self.task is None or self.task.done():
            self._start_task()
        self._wake.set()

    def _start_task(self) -> None:
        self._wake = asyncio.Event()
        self.task = self._loop.create_task(self._live(self._wake), name=TASK)

    def _take_note(self, function: Callable, arguments: tuple) -> None:
        try:
            function(*arguments)
        except Exception as error:
            self.stage.fail(error)  # what plays, or is awaited, goes on
        self._wake.set()

    async def _live(self, wake: asyncio.Event) -> None:
        """The task: obey, compute a slice, draw, breathe; rest when nothing is due.

        It ends once it is no longer the player's task.
        """
        me = self.task
        while self.task is me:
            wake.clear()
            asked = bool(self._queue)
            try:
                while self._queue and self.task is me:
                    function, arguments = self._queue.popleft()
                    function(*arguments)
                self._move()
            except Exception as error:
                self._fail(error)
            if self._early(asked) <= 0:
                self._try_to_show()
            if self.task is me:
                await self._rest(wake)
        while self.task is None and self._wanted() and self.stage.watched():
            self._try_to_show()  # how it was when it was stopped
            await asyncio.sleep(BREATH)
        if self._queue:
            self._start_task()  # what was asked for after the stop

    def _try_to_show(self) -> None:
        """Draws what is wanted, if everyone who looks can take it."""
        try:
            if self._wanted() and self.stage.ready():
                self._show()
        except Exception as error:
            self._fail(error)
            self._dirty = self._rough = False  # or it would fail again and again

    def _fail(self, error: Exception) -> None:
        if self._done and not self._done.done():
            self._done.set_exception(error)  # whoever awaits it shall know
        self.pause()
        self.stage.fail(error)

    def _wanted(self) -> bool:
        """Whether a frame is to be drawn, sooner or later."""
        return self._dirty or (self._rough and not self.playing)

    def _early(self, asked: bool = False) -> float:
        """Seconds until it should be: none when something was just `asked`."""
        now = monotonic()
        if self.playing:
            return 0.0 if asked else self._shown + FRAME - now
        return 0.0 if self._dirty else self._calm - now

    def _show(self) -> None:
        self._shown = monotonic()
        self._dirty, self._rough = False, self.playing or self._shown < self._calm
        self.stage.show(self._rough)
        self._drawing = monotonic() - self._shown

    def _slice(self) -> float:
        """Seconds of computing until the next frame. Drawing shall not take most of
        the time of what is to go as fast as it can."""
        return (
            SLICE
            if self._rate() < inf
            else min(max(SLICE, SHARE * self._drawing), LONGEST)
        )

    def _due(self) -> int:
        """How many steps should be made now to keep the speed.

        Time in which no step could be made is not made up for.
        """
        left = ENDLESS if self._left is None else self._left
        if (rate := self._rate()) == inf:
            return left
        now = monotonic()
        most = max(1.0, BEHIND * rate)
        self._owed = min(self._owed + (now - self._last) * rate, most)
        self._last = now
        return min(int(self._owed), left)

    def _going(self) -> bool:
        """Whether to move: to an end as fast as it goes always, else for who looks."""
        hurry = self._left is not None and self._rate() == inf
        return self.playing and (hurry or self.stage.watched())

    def _move(self) -> None:
        if not self._going():
            return
        due = self._due()
        made = self.stage.advance(due, self._slice()) if due else 0
        self._dirty |= made > 0
        if self._left is not None:
            self._left -= made
        if made < due:
            self._owed = 0.0  # too slow for this speed: what is owed is let go
        elif self._rate() < inf:
            self._owed -= made
        if due > made == 0 or self._left == 0:
            self.pause()

    async def _rest(self, wake: asyncio.Event) -> None:
        """Until something is due: a step, a view's answer, or a command."""
        early = self._early()
        if not self._going():
            seconds = max(BREATH, early) if early > 0 else PATIENCE
            if not (self._wanted() and self.stage.watched()):
                seconds = None
        elif (rate := self._rate()) < inf:
            seconds = max(BREATH, early, (1 - self._owed) / rate)
        else:
            seconds = BREATH
        if seconds == BREATH:
            await asyncio.sleep(BREATH)
            return
        try:
            await asyncio.wait_for(wake.wait(), seconds)
        except TimeoutError:
            pass
