"""Measure a derivative by finite differences, without knowledge of the function.

(f(x + h) − f(x − h)) / 2h is the derivative up to an error of order h², until the
rounding of f, divided by h, takes over. Several h are tried, each pair of neighbours is
extrapolated to h = 0, and the two that agree best are used. A tiny h tells whether f is
exact to the last digit; if it is not, only the largest two count. Where no two agree,
and at a kink of f, no derivative is measured; but the slopes on the two sides of a
kink, as ReLU has at 0, can be, and any number between them is right. Ridders 1982,
"Accurate computation of F'(x) and F'(x)F''(x)".
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlab.grading.compare import SCALE_FLOOR, close, within

STEPS = np.array([*0.1 / 8.0 ** np.arange(5), 1e-9])  # h, from large to tiny
SURE = 2e-4  # of the largest slope: a slope less sure than that is not measured
CLOSE = 1e-4  # of the largest slope: an answer may be as far off


@dataclass(frozen=True, eq=False)
class Slopes:
    """Slopes of one array.

    Attributes:
        given: as the part under test returns them.
        measured: as differences measure them; 0 where they are not `sure`. At a kink
            the given slope, or that of the nearer side.
        doubt: upper limit of the error of `measured`.
        sure: True where a slope was measured.
    """

    given: np.ndarray
    measured: np.ndarray
    doubt: np.ndarray
    sure: np.ndarray

    @property
    def scale(self) -> float:
        """The largest slope, relative to which errors are measured."""
        return max(np.abs(self.measured).max(initial=0.0), SCALE_FLOOR)

    @property
    def pair(self) -> tuple[np.ndarray, np.ndarray]:
        """The given and the measured slopes, where they are sure."""
        return self.given[self.sure], self.measured[self.sure]

    @property
    def wrong(self) -> np.ndarray:
        """For each entry True if the given slope is not the measured one."""
        allowed = CLOSE + 2 * self.doubt / self.scale
        return self.sure & ~within(self.given, self.measured, allowed, SCALE_FLOOR)

    @property
    def right(self) -> int:
        """The number of entries at which the given slope is the measured one."""
        return int((self.sure & ~self.wrong).sum())

    @property
    def error(self) -> float:
        """The largest error, relative to the largest slope."""
        off = np.abs(self.given - self.measured)
        return float(np.max(off, where=self.sure, initial=0.0) / self.scale)

    def same(self, other: np.ndarray) -> bool:
        """Return True if `other` is the given slope wherever that can be told."""
        return close(other[self.sure], self.given[self.sure], 10 * CLOSE, SCALE_FLOOR)


def slopes(
    outputs: Callable[[], np.ndarray],
    at: np.ndarray,
    weights: np.ndarray,
    given: np.ndarray,
    entries: int = 16,
    kinks: bool = False,
) -> Slopes:
    """Measure the derivative of Σ weights · outputs() with respect to the array `at`.

    Args:
        outputs: function without arguments, which reads `at`.
        at: array whose entries are moved in place, one by one, and restored.
        weights: array that broadcasts with the outputs.
        given: the derivative to compare with, of the shape of `at`.
        entries: number of entries that are measured, spread over `at`.
        kinks: accept at a kink any slope between those of both sides; by default
            nothing is measured there.
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
    certain = off <= SURE * max(np.abs(value).max(initial=0.0), SCALE_FLOOR)
    if 2 * certain.sum() < len(chosen):
        certain[:] = False  # few of many agree by accident
    measured, doubt = np.zeros(at.shape), np.full(at.shape, np.inf)
    measured[places], doubt[places] = np.where(certain, value, 0.0), off
    sure = np.zeros(at.shape, bool)
    sure[places] = certain
    return Slopes(given, measured, doubt, sure)


def _moved(outputs, at, place, weights, middle) -> tuple[np.ndarray, np.ndarray]:
    """Return Σ weights · (outputs − middle) above and below, for every step."""
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
    """Return for each row the slope as h → 0, and the limit of its error.

    At a kink, where slopes up and down stay apart as h shrinks, these are 0 and ∞.
    """
    central, bend = (above - below) / (2 * STEPS), np.abs(above + below) / STEPS
    better = (64 * central[:, 1:-1] - central[:, :-2]) / 63
    apart = np.abs(np.diff(better))
    tiny = central[:, -1:]
    exact = np.abs(better[:, 1:] - tiny) <= 1e-3 * np.maximum(np.abs(tiny), SCALE_FLOOR)
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
    """Return for each row whether the slopes on both sides are known, the lower and
    the higher of them, and the limit of their error."""
    one_sided = np.stack([above, -below]) / STEPS
    better = (8 * one_sided[..., 1:-1] - one_sided[..., :-2]) / 7
    off = np.abs(better[..., -1] - better[..., -2]).max(axis=0)
    low, high = np.sort(better[..., -1], axis=0)
    return np.isfinite(one_sided).all(axis=(0, 2)), low, high, off


def _kink(bend: np.ndarray, smaller: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return True where slopes up and down stay apart as the step shrinks."""
    return smaller > np.maximum(np.maximum(bend / 2, 1e-3 * np.abs(slope)), 1e-6)
