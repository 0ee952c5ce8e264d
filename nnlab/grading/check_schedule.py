"""Check a schedule: a factor for every step, computed from the step alone."""

from math import isfinite
from numbers import Real

from nnlab.engine.schedules import Schedule
from nnlab.errors import shown
from nnlab.grading.call_contract import Part

STEPS = (*range(11), 30, 99, 100, 300, 999, 1000)  # at which it is called


def check_schedule(part: Part, schedule: Schedule) -> None:
    """Check that factors are finite, not negative, and the same in a second call.

    Args:
        part: its name, for the sentences.
        schedule: a function from the step to a factor of the learning rate.

    Raises:
        InputError: if they are not.
    """
    first = [_factor(part, schedule, step) for step in STEPS]
    again = [_factor(part, schedule, step) for step in reversed(STEPS)]
    if first != again[::-1]:
        raise part.wrong(
            f"{part} answers two equal calls differently: it counts its calls, or "
            "draws random numbers; work the factor out from the step alone."
        )


def _factor(part: Part, schedule: Schedule, step: int) -> float:
    factor = part.call("the factor", schedule, step)
    if not isinstance(factor, Real) or not isfinite(factor) or factor < 0:
        raise part.wrong(
            f"{part} gives {shown(factor)} at step {step}; the factor of the learning "
            "rate is a finite number, at least 0."
        )
    return float(factor)
