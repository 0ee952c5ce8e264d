"""Functions of one number, with noise: data sets whose fit is seen as a curve.

Places x are uniform on an interval, and y = f(x) + noise. `noise` is the standard
deviation of the normal error of y, so no model is expected to have a smaller root mean
square error on new samples. Each data set keeps its function without noise as the
points `curve`, to be drawn beside a fit.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlab.backend import quiet
from nnlab.data.dataset import Dataset
from nnlab.data.generators import luck
from nnlab.errors import InputError, number, place_of, shown

LOW, HIGH = -5.0, 5.0  # ends of the interval of x
FARTHEST = 1e9  # largest absolute value of an end
CURVE_POINTS = 501  # of the function without noise
FIX = "try function=np.sin"


def function_data(
    function: Callable[[np.ndarray], Any],
    low: float = LOW,
    high: float = HIGH,
    samples: int = 200,
    noise: float = 0.1,
    seed: int = 0,
    name: str | None = None,
) -> Dataset:
    """Return y = function(x) + noise, for x uniform on an interval.

    Args:
        function: a function from an array x (N,) to an array y (N,), each element of
            which depends on its own x alone, as np.sin is.
        low: the lower end of the interval.
        high: the upper end of the interval.
        samples: the number of samples, at least 2.
        noise: the standard deviation of the error of y.
        seed: the seed of the random numbers.
        name: the name of the data set; by default that of the function.

    Raises:
        InputError: for an argument out of range, or a function that fails, returns
            another shape, or a value that is not a finite number.

    >>> function_data(lambda x: x**3 - x, low=-2, high=2, name="cubic")
    Dataset(cubic: 200 samples, 1 features, measured: y)
    """
    low, high = _interval(low, high)
    rng = luck(samples, noise, seed)
    x = rng.uniform(low, high, samples)
    curve = np.linspace(low, high, CURVE_POINTS)
    y = _values(function, np.concatenate([x, curve]))
    if name is None:
        name = _named(function)
    return Dataset(
        name,
        x[:, None],
        y[:samples] + rng.normal(0, noise, samples),
        ("x",),
        classes=(),
        source="generated",
        targets=("y",),
        curve=np.stack([curve, y[samples:]], axis=1),
    )


def sine(samples: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Return y = sin x + noise, a wave of 1.6 periods.

    Args:
        samples: the number of samples, at least 2.
        noise: the standard deviation of the error of y.
        seed: the seed of the random numbers.

    Raises:
        InputError: for an argument out of range.
    """
    return function_data(np.sin, LOW, HIGH, samples, noise, seed, "sine")


def step(samples: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Return y = −1 for x < 0, and 1 otherwise, + noise: it jumps.

    A network of continuous activations can only rise steeply there. Arguments and
    errors are those of `sine`.
    """

    def jump(x: np.ndarray) -> Any:
        return np.where(x < 0, -1, 1)

    return function_data(jump, LOW, HIGH, samples, noise, seed, "step")


def absolute_value(samples: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Return y = |x| + noise, two straight lines and a kink.

    Two ReLUs are exactly that: |x| = relu(x) + relu(−x). Arguments and errors are those
    of `sine`.
    """
    return function_data(np.abs, LOW, HIGH, samples, noise, seed, "absolute value")


def bump(samples: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Return y = exp(−x²) + noise: a peak at 0, and flat elsewhere.

    Arguments and errors are those of `sine`.
    """

    def bell(x: np.ndarray) -> Any:
        return np.exp(-(x**2))

    return function_data(bell, LOW, HIGH, samples, noise, seed, "bump")


def chirp(samples: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Return y = sin((x + 5)² / 6) + noise, a wave that is faster the larger x is.

    Its first half wave is 4.3 wide, and its last one 1. Networks learn slow waves long
    before fast ones (Rahaman et al. 2019, arXiv:1806.08734). Arguments and errors are
    those of `sine`.
    """

    def wave(x: np.ndarray) -> Any:
        return np.sin((x + 5) ** 2 / 6)

    return function_data(wave, LOW, HIGH, samples, noise, seed, "chirp")


def _interval(low: float, high: float) -> tuple[float, float]:
    """Return both ends as floats; raise an `InputError` unless `high` is above
    `low`."""
    low = number("low", low, LOW, least=-FARTHEST, most=FARTHEST)
    high = number("high", high, HIGH, least=-FARTHEST, most=FARTHEST)
    if high <= low:
        raise InputError(
            "high",
            f"high={high:g} is not allowed: it is above low={low:g}; try "
            f"high={low + 1:.15g}.",
        )
    return low, high


def _values(function: Any, x: np.ndarray) -> np.ndarray:
    """Return the function's values (N,) at x (N,), after checking them."""
    if not callable(function):
        raise _fault(
            f"function={shown(function)} is not allowed: it is a function of an array "
            f"x; {FIX}."
        )
    name = _named(function)
    y = _called(function, name, x)
    bad = np.flatnonzero(~np.isfinite(y))
    if len(bad):
        raise _fault(
            f"function {name!r} is {y[bad[0]]:g} at x = {x[bad[0]]:.4g}; choose low "
            "and high so that it is a finite number between them."
        )
    some = len(x) // 2
    if not np.allclose(_called(function, name, x[:some]), y[:some], rtol=1e-6):
        raise _fault(
            f"function {name!r} has another value at the same x when there are fewer "
            "of them; leave out means, maxima and random numbers: noise=0.1 adds those."
        )
    return y


def _called(function: Any, name: str, x: np.ndarray) -> np.ndarray:
    """Return what the function returns for a copy of x (N,), as floats (N,)."""
    try:
        with quiet():
            found = np.asarray(function(x.copy()))
    except Exception as error:
        raise _fault(
            f"function {name!r} failed on an array x of shape {x.shape} with "
            f"{type(error).__name__}: {' '.join(str(error).split())}"
            f"{place_of(error)}; write it with NumPy's functions, as "
            "np.sin(x), or give np.vectorize(function)."
        ) from None
    if found.shape != x.shape or found.dtype.kind not in "buif":
        raise _fault(
            f"function {name!r} returned {shown(found)} for an array x of shape "
            f"{x.shape}; return a number for each x, such as 2 * x."
        )
    values: np.ndarray = found.astype(np.float64)
    return values


def _named(function: Any) -> str:
    """Return the name of a function; "function" if it has none."""
    name = getattr(function, "__name__", "function")
    return "function" if name == "<lambda>" else str(name)


def _fault(message: str) -> InputError:
    return InputError("function", message)
