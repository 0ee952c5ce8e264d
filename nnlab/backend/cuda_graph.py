"""Work that is recorded once and then replayed without Python.

A GPU computes a small step faster than Python can launch its operations one by one. So
they are recorded as a graph and launched together. A replay does not run Python: it
reads and writes the same arrays in the same order every time. Everything that differs
from step to step must be copied into those arrays before the replay.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from nnlab.errors import place_of

Work = Callable[..., object]
Play = Callable[[], object]


class Recorded:
    """Calls `work` directly at first, then records it, and replays the recording.

    A replay ignores the arguments of the call. Work that cannot be recorded, for
    example because it transfers data to the host, is always called directly.

    Args:
        work: function that reads and writes the same arrays at every call.
        capture: returns a recording of a function, without running it.
        aside: runs a function on a side stream, to initialize libraries before
            recording.

    Attributes:
        done: number of calls.
        why_not: reason why recording failed; "" if it did not.
        play: the recording; None before it is made.
    """

    WARM = 3  # calls before it is recorded, as PyTorch advises

    def __init__(
        self,
        work: Work,
        capture: Callable[[Play], Play],
        aside: Callable[[Play], object],
    ):
        self.work, self.capture, self.aside = work, capture, aside
        self.done = 0
        self.why_not = ""
        self.play: Play | None = None

    def __call__(self, *given: Any) -> None:
        """Run `work` on these arguments, or replay its recording."""
        work = partial(self.work, *given)
        if self.done == self.WARM:
            self._record(work)
        self.done += 1
        if self.play:
            self.play()
        elif self.why_not:
            work()
        else:
            self.aside(work)

    def _record(self, work: Play) -> None:
        """Try to record `work`; on failure set `why_not`."""
        try:
            self.play = self.capture(work)
        except Exception as error:  # custom code may raise anything
            said = (str(error).splitlines() or [""])[0]
            self.why_not = f"{type(error).__name__}: {said}{place_of(error)}"
