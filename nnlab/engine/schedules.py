"""A schedule changes the learning rate on the way: large steps first, small ones last.

It is a plain function of the step: `schedule(step)` is the factor by which the learning
rate is multiplied, and the first step is 0. A function of one's own is a schedule too.
Those here are PyTorch's schedulers, with the factor worked out from the step alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, inf, pi

from nnlab.errors import InputError, at_least_one, by_fields, number, shown

Schedule = Callable[[int], float]


@dataclass(frozen=True)
class ConstantLR:
    """1, at every step: the learning rate as it is given."""

    def __call__(self, step: int) -> float:
        return 1.0


@dataclass(frozen=True)
class StepLR:
    """factor^⌊t / every⌋: the rate is multiplied by `factor` every so many steps.

    PyTorch's StepLR.

    >>> [StepLR(every=2, factor=0.5)(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        at_least_one("every", self.every)
        number("factor", self.factor, 0.1, least=0)

    def __call__(self, step: int) -> float:
        return _power(self.factor, step // self.every)


@dataclass(frozen=True)
class ExponentialLR:
    """factorᵗ: the rate is multiplied by `factor` at every step.

    With a factor above 1 it grows: the range test, which looks for the rate at which
    training breaks. PyTorch's ExponentialLR.
    """

    factor: float

    def __post_init__(self) -> None:
        number("factor", self.factor, 0.99, least=0)

    def __call__(self, step: int) -> float:
        return _power(self.factor, step)


@dataclass(frozen=True)
class CosineAnnealingLR:
    """From 1 down to `low` along half a cosine, `steps` steps long; `low` from there.

    Slow at both ends. PyTorch's CosineAnnealingLR, which would rise again. Loshchilov &
    Hutter 2017, "SGDR: stochastic gradient descent with warm restarts".

    >>> [round(CosineAnnealingLR(steps=4)(t), 3) for t in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """

    steps: int
    low: float = 0.0

    def __post_init__(self) -> None:
        at_least_one("steps", self.steps)
        number("low", self.low, 0.0, least=0, most=1)

    def __call__(self, step: int) -> float:
        return _glide(1.0, self.low, step, self.steps)


@dataclass(frozen=True)
class LinearLR:
    """start + (1 − start) t / steps: up to 1 in a straight line; 1 from there.

    The first gradients are the wildest. PyTorch's LinearLR. Goyal et al. 2017,
    "Accurate, large minibatch SGD: training ImageNet in 1 hour".

    >>> [LinearLR(steps=4, start=0.0)(t) for t in range(6)]
    [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """

    steps: int = 5
    start: float = 1 / 3

    def __post_init__(self) -> None:
        at_least_one("steps", self.steps)
        number("start", self.start, 1 / 3, least=0, most=1)

    def __call__(self, step: int) -> float:
        return self.start + (1 - self.start) * (min(step, self.steps) / self.steps)


@dataclass(frozen=True)
class OneCycleLR:
    """From `start` up to 1 and down to `end`, along two half cosines.

    The whole takes `steps` steps, the rise a share of `rise` of them. All factors are
    of the peak: the learning rate is the highest there is, where PyTorch's OneCycleLR
    says max_lr. Its div_factor is 1 / start = 25, its final_div_factor start / end =
    10 000. It turns the momentum too; this leaves it alone (cycle_momentum=False).
    Smith & Topin 2019, "Super-convergence: very fast training of neural networks using
    large learning rates".
    """

    steps: int
    rise: float = 0.3
    start: float = 1 / 25
    end: float = 1 / 250_000

    def __post_init__(self) -> None:
        at_least_one("steps", self.steps)
        number("rise", self.rise, 0.3, least=0, most=1)
        number("start", self.start, 1 / 25, least=0, most=1)
        number("end", self.end, 1 / 250_000, least=0, most=1)

    def __call__(self, step: int) -> float:
        top, last = self.rise * self.steps - 1, self.steps - 1  # the peak, and the end
        if step <= top:
            return _glide(self.start, 1.0, step, top)
        return _glide(1.0, self.end, step - top, last - top)


@dataclass(frozen=True)
class SequentialLR:
    """`first` for so many `steps`, and then `second`, which begins at its own step 0.

    PyTorch's SequentialLR with one milestone; for more, `second` may be another.

    >>> schedule = SequentialLR(LinearLR(2, start=0.5), 2, CosineAnnealingLR(4))
    >>> [round(schedule(t), 3) for t in range(7)]
    [0.5, 0.75, 1.0, 0.854, 0.5, 0.146, 0.0]
    """

    first: Schedule
    steps: int
    second: Schedule

    __repr__ = by_fields

    def __post_init__(self) -> None:
        _is_schedule("first", self.first)
        at_least_one("steps", self.steps)
        _is_schedule("second", self.second)

    def __call__(self, step: int) -> float:
        if step < self.steps:
            return self.first(step)
        return self.second(step - self.steps)


@dataclass(frozen=True)
class ChainedScheduler:
    """first · second: both at once, as PyTorch's ChainedScheduler.

    >>> both = ChainedScheduler(LinearLR(2, start=0.5), ExponentialLR(0.5))
    >>> [both(t) for t in range(4)]
    [0.5, 0.375, 0.25, 0.125]
    """

    first: Schedule
    second: Schedule

    __repr__ = by_fields

    def __post_init__(self) -> None:
        _is_schedule("first", self.first)
        _is_schedule("second", self.second)

    def __call__(self, step: int) -> float:
        return self.first(step) * self.second(step)


def _power(factor: float, times: int) -> float:
    """factor^times; infinite where no float is large enough, as PyTorch's."""
    try:
        return float(factor) ** times
    except OverflowError:
        return inf


def _glide(start: float, stop: float, done: float, whole: float) -> float:
    """From start to stop along half a cosine, of which `done` of `whole` is done."""
    share = 1.0 if done >= whole else done / whole
    return stop + (start - stop) * (1 + cos(pi * share)) / 2


def _is_schedule(argument: str, value: object) -> None:
    """Raises an `InputError` unless `value` can be called with a step."""
    if not callable(value):
        raise InputError(
            argument,
            f"{argument}={shown(value)} is not allowed: it is a schedule, from the "
            f"step to a factor; try {argument}=ConstantLR().",
        )


SCHEDULES = {  # those that numbers describe
    "steady": ConstantLR,
    "step": StepLR,
    "exponential": ExponentialLR,
    "cosine": CosineAnnealingLR,
    "warm-up": LinearLR,
    "one cycle": OneCycleLR,
}
