"""Work that is recorded once, and then played again without Python.

A GPU computes a small step faster than Python can ask for its operations one by one. So
they are recorded, as a graph, and all asked for at once. A recording knows no Python
any more: it reads and writes the same arrays, in the same order, every time. What
differs from step to step has to be copied into those arrays before it is played.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from nnlab.errors import place_of

Work = Callable[..., object]
Play = Callable[[], object]


class Recorded:
    """Does `work` at every call: itself at first, and from a recording later, for which
    it does not matter what it is called with.

    Work that can't be recorded, because it asks the host for a number on its way, is
    done by itself for ever.

    Args:
        work: reads and writes the same arrays at every call, and nothing else.
        capture: makes a recording of work, without doing it.
        aside: does work where what is recorded will be prepared.

    Attributes:
        why_not: what kept it from being recorded, if anything did.
    """

    WARM = 3  # times that it is done before it is recorded, as PyTorch advises

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
        try:
            self.play = self.capture(work)
        except Exception as error:  # whatever a part of a learner's own may raise
            said = (str(error).splitlines() or [""])[0]
            self.why_not = f"{type(error).__name__}: {said}{place_of(error)}"
