"""Limit the time of background measurements, so that the run is not delayed.

The duration of a measurement can't be chosen, only the start of the next one. Credit
grows as a small share of the time that passes, and work spends it; after overspending,
the next measurement is delayed.
"""

from math import inf
from time import monotonic

SHARE = 0.1  # share of the time between two calls
LONGEST = 0.25  # seconds that may be spent at once after idle time
IDLE_AFTER = 0.2  # seconds without a call that count as idle
BURST = 0.006  # seconds that may be spent at once otherwise


class Credit:
    """Time that may be spent on measuring.

    Attributes:
        left: the time left, in seconds; negative after overspending.
    """

    def __init__(self) -> None:
        self.left, self._at = 0.0, -inf

    def earn(self, seconds: float = 0.0) -> None:
        """Add a share of the time since the last call, or set credit to `seconds`."""
        now = monotonic()
        passed, self._at = now - self._at, now
        most = LONGEST if passed > IDLE_AFTER else BURST
        self.left = seconds or min(self.left + SHARE * passed, most)

    def spend(self) -> None:
        """Subtract the time since the last call."""
        now = monotonic()
        self.left -= now - self._at
        self._at = now
