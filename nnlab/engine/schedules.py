"""A schedule changes the learning rate during training, usually from large to small.

It is a plain function of the step: `schedule(step)` is the factor by which the learning
rate is multiplied, and the first step is 0. A user-defined function is a schedule too.
The classes here are PyTorch's schedulers, with the factor as a closed form of the step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, inf, pi

from nnlab.errors import InputError, at_least_one, by_fields, number, shown

Schedule = Callable[[int], float]


@dataclass(frozen=True)
class ConstantLR:
    """1 at every step: the learning rate is unchanged."""

    def __call__(self, step: int) -> float:
        return 1.0


@dataclass(frozen=True)
class StepLR:
    """factor^⌊t / every⌋: the rate is multiplied by `factor` after every `every` steps.

    PyTorch's StepLR.

    Raises:
        InputError: if `every` is not a positive integer, or `factor` is negative.

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

    A factor above 1 gives the learning rate range test, which finds the rate at which
    training diverges. PyTorch's ExponentialLR.

    Raises:
        InputError: if `factor` is negative.
    """

    factor: float

    def __post_init__(self) -> None:
        number("factor", self.factor, 0.99, least=0)

    def __call__(self, step: int) -> float:
        return _power(self.factor, step)


@dataclass(frozen=True)
class CosineAnnealingLR:
    """Half a cosine from 1 down to `low` over `steps` steps, then constant at `low`.

    PyTorch's CosineAnnealingLR, which would rise again after that. Loshchilov & Hutter
    2017, "SGDR: stochastic gradient descent with warm restarts".

    Raises:
        InputError: if `steps` is not a positive integer, or `low` is not in [0, 1].

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
    """start + (1 − start) t / steps: a linear warm-up to 1, then constant at 1.

    The first gradients vary most. PyTorch's LinearLR. Goyal et al. 2017, "Accurate,
    large minibatch SGD: training ImageNet in 1 hour".

    Raises:
        InputError: if `steps` is not a positive integer, or `start` is not in [0, 1].

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
    """From `start` up to 1 and down to `end`, as two half cosines.

    The whole cycle takes `steps` steps, the rise a share of `rise` of them. All factors
    are relative to the peak: the learning rate of the optimizer is the maximum, which
    PyTorch's OneCycleLR calls max_lr. PyTorch's div_factor is 1 / start = 25, its
    final_div_factor start / end = 10 000. PyTorch also cycles the momentum, this
    schedule does not (cycle_momentum=False). Smith & Topin 2019, "Super-convergence:
    very fast training of neural networks using large learning rates".

    Raises:
        InputError: if `steps` is not a positive integer, or another field is not
            in [0, 1].
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
    """`first` for `steps` steps, and then `second`, which starts at its own step 0.

    PyTorch's SequentialLR with one milestone; for more, `second` may be another
    SequentialLR.

    Raises:
        InputError: if `steps` is not a positive integer, or a schedule is not callable.

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
    """Product of two schedules: first · second, as PyTorch's ChainedScheduler.

    Raises:
        InputError: if a schedule is not callable.

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
    """Return factor^times; infinity on overflow, as in PyTorch."""
    try:
        return float(factor) ** times
    except OverflowError:
        return inf


def _glide(start: float, stop: float, done: float, whole: float) -> float:
    """Return the value at `done` of `whole` on half a cosine from `start` to `stop`."""
    share = 1.0 if done >= whole else done / whole
    return stop + (start - stop) * (1 + cos(pi * share)) / 2


def _is_schedule(argument: str, value: object) -> None:
    """Raise an `InputError` unless `value` is callable."""
    if not callable(value):
        raise InputError(
            argument,
            f"{argument}={shown(value)} is not allowed: it is a schedule, from the "
            f"step to a factor; try {argument}=ConstantLR().",
        )


SCHEDULES = {  # those whose arguments are numbers
    "steady": ConstantLR,
    "step": StepLR,
    "exponential": ExponentialLR,
    "cosine": CosineAnnealingLR,
    "warm-up": LinearLR,
    "one cycle": OneCycleLR,
}
