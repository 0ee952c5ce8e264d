"""A slope can be measured: go a little up and a little down, and divide.

(f(x + h) − f(x − h)) / 2h is the slope but for an error that shrinks as h², until the
rounding of f, divided by h, takes over. Nothing is known here about the function, so
several h are tried, each pair of neighbours is extrapolated to h = 0, and the two that
agree best are believed. A tiny h tells whether f is exact to the last digit; if it is
not, only the largest two count. Where no two agree, or where f has a kink, there is no
slope to be measured, and nothing is said; but the slopes on the two sides of a kink, as
ReLU has at 0, can be, and any number between them is right. Ridders 1982, "Accurate
computation of F'(x) and F'(x)F''(x)".
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

STEPS = np.array([*0.1 / 8.0 ** np.arange(5), 1e-9])  # h, from large to tiny
SURE = 2e-4  # of the largest slope: a slope less sure than that is not measured
CLOSE = 1e-4  # of the largest slope: an answer may be as far off
LARGE_SLOPE = 1e-3  # a slope that counts as large, where all are small


@dataclass(frozen=True, eq=False)
class Slopes:
    """Slopes of one array: as `given`, and as `measured` where `sure`.

    `measured` is 0 where it is not `sure`; `doubt` is how far it may be off. At a kink
    it is what is given, or the slope of the nearer side.
    """

    given: np.ndarray
    measured: np.ndarray
    doubt: np.ndarray
    sure: np.ndarray

    @property
    def scale(self) -> float:
        """The largest slope, against which errors are seen."""
        return max(np.abs(self.measured).max(initial=0.0), LARGE_SLOPE)

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
        scale = max(np.abs(given).max(initial=0.0), LARGE_SLOPE)
        return bool(np.all(np.abs(given - other) <= 10 * CLOSE * scale))


def slopes(
    outputs: Callable[[], np.ndarray],
    at: np.ndarray,
    weights: np.ndarray,
    given: np.ndarray,
    entries: int = 16,
    kinks: bool = False,
) -> Slopes:
    """How Σ weights · outputs() changes with the numbers `at`, beside what is `given`.

    Up to so many entries of `at`, spread over it, are moved in place and put back. At a
    kink nothing is sure, or with `kinks` what is given if it lies between the slopes of
    both sides.
    """
    chosen = np.linspace(0, at.size - 1, min(entries, at.size)).round().astype(int)
    places = np.unravel_index(chosen, at.shape)
    middle = outputs().copy()
    moved = [_moved(outputs, at, place, weights, middle) for place in zip(*places)]
    sides = np.array(moved).reshape(len(chosen), 2, -1).swapaxes(0, 1)
    value, off = _limits(*sides)
    if kinks:
        kink, low, high, either = _kinks(*sides)
        kink &= ~np.isfinite(off)
        value = np.where(kink, np.clip(given[places], low, high), value)
        off = np.where(kink, either, off)
    certain = off <= SURE * max(np.abs(value).max(initial=0.0), LARGE_SLOPE)
    if 2 * certain.sum() < len(chosen):
        certain[:] = False  # few of many agree by accident
    measured, doubt = np.zeros(at.shape), np.full(at.shape, np.inf)
    measured[places], doubt[places] = np.where(certain, value, 0.0), off
    sure = np.zeros(at.shape, bool)
    sure[places] = certain
    return Slopes(given, measured, doubt, sure)


def _moved(outputs, at, place, weights, middle) -> tuple[np.ndarray, np.ndarray]:
    """Σ weights · outputs above and below its middle, for every step in one number."""
    start = at[place]
    above, below = np.empty(len(STEPS)), np.empty(len(STEPS))
    for i, h in enumerate(STEPS):
        at[place] = start + h
        above[i] = np.sum(weights * (outputs() - middle))
        at[place] = start - h
        below[i] = np.sum(weights * (outputs() - middle))
    at[place] = start
    return above, below


def _limits(above: np.ndarray, below: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row the slope as h → 0, and how far it may be off: infinitely at a kink,
    where slopes up and down stay apart as h shrinks. Then the slope is 0."""
    central, bend = (above - below) / (2 * STEPS), np.abs(above + below) / STEPS
    better = (64 * central[:, 1:-1] - central[:, :-2]) / 63
    apart = np.abs(np.diff(better))
    tiny = central[:, -1:]
    exact = np.abs(better[:, 1:] - tiny) <= 1e-3 * np.maximum(np.abs(tiny), LARGE_SLOPE)
    rounded = ~exact.any(axis=1) & ~_kink(bend[:, 0], bend[:, 1], better[:, 0])
    if rounded.any():  # as 1 / h, so what the small h show tells how much it is
        best, doubt = np.zeros(len(bend), int), np.max(apart / 8.0 ** np.arange(3), 1)
    else:
        best = np.argmin(np.where(exact, apart, np.inf), axis=1) + 1
        doubt = apart[np.arange(len(best)), best - 1]
        doubt[~exact.any(axis=1)] = np.inf
    row = np.arange(len(best))
    value = better[row, best]
    doubt[_kink(bend[row, best], bend[row, best + 1], value)] = np.inf
    doubt[~np.isfinite(central).all(axis=1)] = np.inf
    return np.where(np.isfinite(doubt), value, 0.0), doubt


def _kinks(above: np.ndarray, below: np.ndarray) -> tuple[np.ndarray, ...]:
    """For each row whether the slopes on the two sides are known, the lower and the
    higher of them, and how far they may be off."""
    one_sided = np.stack([above, -below]) / STEPS
    better = (8 * one_sided[..., 1:-1] - one_sided[..., :-2]) / 7
    off = np.abs(better[..., -1] - better[..., -2]).max(axis=0)
    low, high = np.sort(better[..., -1], axis=0)
    return np.isfinite(one_sided).all(axis=(0, 2)), low, high, off


def _kink(bend: np.ndarray, smaller: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Whether slopes up and down stay apart from one step to a smaller one."""
    return smaller > np.maximum(np.maximum(bend / 2, 1e-3 * np.abs(slope)), 1e-6)
