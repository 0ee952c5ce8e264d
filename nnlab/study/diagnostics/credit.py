"""How long what is measured beside a run may take, so that the run goes on smoothly.

A measurement takes as long as it takes; what can be chosen is when the next one begins.
Credit grows with the time that passes, at a small share of it, and work spends it; who
has taken more than there was has to wait.
"""

from time import monotonic

SHARE = 0.1  # of the time between two calls that may be spent
LONGEST = 0.25  # seconds, after a long while


class Credit:
    """Seconds that may be spent on measuring."""

    def __init__(self) -> None:
        self.left, self._at = LONGEST, monotonic()

    def earn(self, seconds: float = 0.0) -> None:
        """A share of the time since the last call; or else so many seconds."""
        now = monotonic()
        earned = min(self.left + SHARE * (now - self._at), LONGEST)
        self.left, self._at = seconds or earned, now

    def spend(self) -> None:
        """The time since the last call was spent."""
        now = monotonic()
        self.left -= now - self._at
        self._at = now
