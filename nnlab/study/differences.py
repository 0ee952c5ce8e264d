"""A slope can be measured: go a little up and a little down, and divide.

(f(x + h) − f(x − h)) / 2h is the slope but for an error that shrinks as h², until the
rounding of f, divided by h, takes over. Nothing is known here about the function, so
several h are tried, each pair of neighbours is extrapolated to h = 0, and the two that
agree best are believed. A tiny h tells whether f is exact to the last digit; if it is
not, only the largest h count. Where no two agree, or where f has a kink, there is no
slope to be measured, and nothing is said. Ridders 1982, "Accurate computation of F'(x)
and F'(x)F''(x)".
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

STEPS = np.array([*0.1 / 8.0 ** np.arange(5), 1e-9])  # h, from large to tiny
SURE = 2e-4  # of the largest slope: a slope less sure than that is not measured
CLOSE = 1e-4  # of the largest slope: an answer may be as far off
LEAST = 1e-3  # a slope that counts as large, where all are small


@dataclass(frozen=True, eq=False)
class Slopes:
    """Slopes of one array: as `given`, and as `measured` where `sure`.

    `measured` is 0 where it is not `sure`; `doubt` is how far it may be off.
    """

    given: np.ndarray
    measured: np.ndarray
    doubt: np.ndarray
    sure: np.ndarray

    @property
    def scale(self) -> float:
        """The largest slope, against which errors are seen."""
        return max(np.abs(self.measured).max(initial=0.0), LEAST)

    @property
    def wrong(self) -> np.ndarray:
        """For each entry whether what is given is not what was measured."""
        off = np.abs(self.given - self.measured)
        return self.sure & ~(off <= CLOSE * self.scale + 2 * self.doubt)

    @property
    def error(self) -> float:
        """The largest error, relative to the largest slope."""
        off = np.abs(self.given - self.measured)
        return float(np.max(off, where=self.sure, initial=0.0) / self.scale)

    def same(self, other: np.ndarray) -> bool:
        """Whether `other` is what is given, wherever that can be told."""
        given, other = self.given[self.sure], other[self.sure]
        scale = max(np.abs(given).max(initial=0.0), LEAST)
        return bool(np.all(np.abs(given - other) <= 10 * CLOSE * scale))


def slopes(
    outputs: Callable[[], np.ndarray],
    at: np.ndarray,
    weights: np.ndarray,
    given: np.ndarray,
    entries: int = 16,
) -> Slopes:
    """How Σ weights · outputs() changes with the numbers `at`, beside what is `given`.

    Up to so many entries of `at`, spread over it, are moved in place and put back.
    """
    measured, doubt = np.zeros(at.shape), np.full(at.shape, np.inf)
    chosen = np.linspace(0, at.size - 1, min(entries, at.size)).round().astype(int)
    middle = outputs().copy()
    for i in map(int, chosen):
        place = np.unravel_index(i, at.shape)
        measured[place], doubt[place] = _slope(outputs, at, place, weights, middle)
    largest = np.max(np.abs(measured), where=np.isfinite(doubt), initial=LEAST)
    sure = doubt <= SURE * largest
    if 2 * sure.sum() < len(chosen):
        sure[...] = False  # few of many agree by accident
    return Slopes(given, np.where(sure, measured, 0.0), doubt, sure)


def _slope(outputs, at, place, weights, middle) -> tuple[float, float]:
    """The slope in one number, and how far it may be off: infinitely at a kink."""
    start = at[place]
    above, below = np.empty(len(STEPS)), np.empty(len(STEPS))
    for i, h in enumerate(STEPS):
        at[place] = start + h
        above[i] = np.sum(weights * (outputs() - middle))
        at[place] = start - h
        below[i] = np.sum(weights * (outputs() - middle))
    at[place] = start
    return _limit((above - below) / (2 * STEPS), np.abs(above + below) / STEPS)


def _limit(central: np.ndarray, bend: np.ndarray) -> tuple[float, float]:
    """The slope for h → 0, from those at `STEPS`; `bend` is the difference between
    the slopes up and down, which shrinks with h unless there is a kink."""
    better = (64 * central[1:-1] - central[:-2]) / 63
    apart = np.abs(np.diff(better))
    exact = np.abs(better[1:] - central[-1]) <= 1e-3 * max(abs(central[-1]), LEAST)
    if not np.isfinite(central).all():
        return 0.0, np.inf
    best = int(np.argmin(np.where(exact, apart, np.inf))) + 1 if exact.any() else 0
    kink = bend[best + 1] > max(bend[best] / 2, 1e-3 * abs(better[best]), 1e-6)
    # where f is not exact, rounding weighs as 1 / h: the small h show how much it is
    doubt = apart[best - 1] if best else np.max(apart / 8.0 ** np.arange(3))
    return float(better[best]), np.inf if kink else float(doubt)
