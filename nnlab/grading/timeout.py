"""A limit to how long a learner's function may take.

Python calls a tracer before every instruction, and the tracer looks at the clock. So a
loop without end is stopped where it is, with no thread and no signal, and this works in
a browser too. A single call into a library is not interrupted.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

SECONDS = 2.0  # for one call


class TooSlow(BaseException):
    """A function took too long. No `except Exception` in it catches this."""


@contextmanager
def time_limit() -> Iterator[None]:
    """Raise `TooSlow` at the first instruction after `SECONDS` within the block."""
    end, before = monotonic() + SECONDS, sys.gettrace()

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
