"""A limit to how long a learner's function may take.

Python tells a tracer of every instruction it comes to, and the tracer looks at the
clock. So a loop without end is stopped where it is, with no thread and no signal, and
this works in a browser too. What is one call into a library is not stopped within.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

SECONDS = 2.0  # for one call


class TooSlow(BaseException):
    """It took too long. No `except Exception` of the learner's own catches it."""


@contextmanager
def patience(seconds: float | None = None) -> Iterator[None]:
    """Raises `TooSlow` at the first instruction after so many seconds;
    `SECONDS` if nothing is said."""
    end, before = (
        monotonic() + (SECONDS if seconds is None else seconds),
        sys.gettrace(),
    )

    def look(frame, event, value):
        frame.f_trace_opcodes = True  # `while True: pass` comes to no other line
        if monotonic() > end:
            sys.settrace(before)
            raise TooSlow
        return look

    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)
