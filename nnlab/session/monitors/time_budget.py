"""How long what is measured beside a run may take, so that the run goes on smoothly.

A measurement takes as long as it takes; what can be chosen is when the next one begins.
Credit grows with the time that passes, at a small share of it, and work spends it; who
has taken more than there was has to wait.
"""

from math import inf
from time import monotonic

SHARE = 0.1  # of the time between two calls that may be spent
LONGEST = 0.25  # seconds that may be spent at once, after a long while
IDLE_AFTER = 0.2  # seconds without a call that count as idle
BURST = 0.006  # seconds that may be spent at once, while calls come often


class Credit:
    """Seconds that may be spent on measuring."""

    def __init__(self) -> None:
        self.left, self._at = 0.0, -inf

    def earn(self, seconds: float = 0.0) -> None:
        """A share of the time since the last call is added; or else there are so many
        seconds."""
        now = monotonic()
        passed, self._at = now - self._at, now
        most = LONGEST if passed > IDLE_AFTER else BURST
        self.left = seconds or min(self.left + SHARE * passed, most)

    def spend(self) -> None:
        """The time since the last call was spent."""
        now = monotonic()
        self.left -= now - self._at
        self._at = now
