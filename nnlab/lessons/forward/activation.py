"""The exercise of 02 on an activation of one's own, and its slope.

There are as many right answers as curves, so laws alone decide. Each is a function of
the answer and a generator: it returns what is wrong, or nothing. Slopes are measured by
differences, as wherever a part of a learner's own comes in; a kink has no slope.
"""

from collections.abc import Callable

import numpy as np

from nnlab.errors import InputError
from nnlab.experiment.custom_parts import as_activation
from nnlab.grading.call_contract import name_of
from nnlab.grading.exercise import exercise
from nnlab.grading.finite_differences import Slopes, slopes

Answer = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
SHAPES = (4, 3), (7,), (2, 3, 5)


def two(answer: Answer, rng: np.random.Generator) -> str:
    """It returns the curve and its slope, each of z's shape."""
    for shape in SHAPES:
        found = answer(rng.normal(size=shape))
        if not isinstance(found, tuple | list) or len(found) != 2:
            return (
                "It returns one value; return two: the curve a and its "
                "slope; `return a, slope`."
            )
        for name, one in zip(("curve", "slope"), found):
            if said := _no_such_array(name, one, shape):
                return said
    return ""


def _no_such_array(name: str, found: object, shape: tuple[int, ...]) -> str:
    array = np.asarray(found)
    if array.dtype.kind not in "buif":
        return f"The {name} is no number: it is a {type(found).__name__}."
    if array.shape == shape:
        return ""
    if array.shape == ():
        return (
            f"The {name} is one number for all of z, and every number of z has its "
            f"own. If it is the same everywhere, `{array:.3g} + 0 * z` says so."
        )
    return f"The {name} has shape {array.shape} where z has {shape}; one for each z."


def finite(answer: Answer, rng: np.random.Generator) -> str:
    """Both are numbers, however large z is."""
    far = np.geomspace(1e-3, 1000, 60)
    z = np.concatenate([-far, [0], far])
    for name, one in zip(("curve", "slope"), answer(z)):
        bad = z[~np.isfinite(one)]
        if len(bad):
            why = _why_not(bad)
            return f"The {name} is no finite number at z = {bad[0]:.3g}: {why}."
    return ""


def _why_not(bad: np.ndarray) -> str:
    """What usually makes these z go wrong."""
    if (bad == 0).all():
        return "something is divided by 0 there; `np.where` can choose another value"
    if (bad < 0).all() and bad.max() > -1:
        return (
            "roots, logarithms and broken powers take no negative numbers; "
            "`np.abs` or `np.maximum` may help"
        )
    return "an exponential, or a power, outgrows all numbers; use one of −|z|, or cut z"


def alone(answer: Answer, rng: np.random.Generator) -> str:
    """Every number is bent by itself, and always alike."""
    z = rng.normal(size=(4, 3))
    moved = z + np.where(np.arange(12).reshape(4, 3) == 5, 1.0, 0)
    before, again, after = (np.asarray(answer(one)[0]) for one in (z, z, moved))
    if not np.array_equal(before, again):
        return (
            "The same z gives another curve when it is asked again: chance has no part "
            "in an activation."
        )
    same = np.isclose(before, after)
    if not np.delete(same, 5).all():
        return (
            "When one number of z changes, others change too: an activation bends each "
            "number by itself, without a sum, a mean or a largest one of them all."
        )
    return ""


def bends(answer: Answer, rng: np.random.Generator) -> str:
    """It is no straight line."""
    a = np.asarray(answer(np.linspace(-4, 4, 81))[0], float)
    if not np.allclose(np.diff(a, 2), 0, atol=1e-9):
        return ""
    what = "the same everywhere" if np.allclose(a, a[0]) else "a straight line"
    return (
        f"The curve is {what}, and so bends nothing: layers would collapse into one, "
        "as in experiment 1."
    )


def slope(answer: Answer, rng: np.random.Generator) -> str:
    """The slope is that of the curve."""
    z = np.sort(rng.uniform(-3, 3, 48))
    found = _slopes(answer, z)
    if not found.measured.any():
        return (
            "The curve is flat and jumps from step to step, so that it has no slope to "
            "follow: leave out whatever rounds or counts."
        )
    if not found.wrong.any():
        return ""
    turned = not _slopes(lambda z: answer(z)[::-1], z).wrong.any()
    if turned and found.same(-found.measured):
        return (
            "Either the sign of the slope is wrong, or the slope comes first and the "
            "curve second: `return a, slope`."
        )
    if turned:
        return "The slope comes first and the curve second: `return a, slope`."
    for said, mistake in _mistakes(answer, z, found.measured):
        if found.same(mistake):
            return f"It looks as if {said}."
    return _where(z, found)


def _slopes(answer: Answer, z: np.ndarray) -> Slopes:
    """The slope as it is given, beside what differences measure."""
    at, given = z.copy(), np.asarray(answer(z)[1], float)
    ones = np.ones(z.shape)
    return slopes(lambda: np.asarray(answer(at)[0], float), at, ones, given, z.size)


def _mistakes(
    answer: Answer, z: np.ndarray, right: np.ndarray
) -> list[tuple[str, np.ndarray]]:
    """What is often returned for the slope, and what to say of it."""
    a = np.asarray(answer(z)[0], float)
    return [
        ("the sign of the slope is wrong: it is minus what it should be", -right),
        ("the curve came twice, and no slope", a),
        ("the slope is 0 everywhere", 0 * z),
        ("the slope is 1 everywhere, as that of a straight line", 0 * z + 1),
        ("the slope is z itself", z),
        ("a 2 is missing in the slope: it is half of what it should be", right / 2),
        ("there is a 2 too many in the slope", 2 * right),
        ("the slope has lost its sign in an `abs`", abs(right)),
        (
            "the slope was taken at a, and it belongs at z",
            _slopes(answer, a).measured,
        ),
        (
            "the slope is that at −z: left and right are swapped",
            _slopes(answer, -z).measured,
        ),
        ("it is the slope of the slope: one derivative too many", _bend(answer, z)),
        ("it is one over the slope", 1 / np.where(right, right, np.nan)),
        ("the slope was squared", right**2),
        ("the slope was multiplied by z", right * z),
        ("the slope was multiplied by the curve", right * a),
        ("the curve was divided by z, and that is no slope", a / z),
        (
            "the slope is 0 where z < 0, and the curve is not flat there",
            right * (z > 0),
        ),
        (
            "the slope is 0 where z > 0, and the curve is not flat there",
            right * (z < 0),
        ),
        ("it is a (1 − a), which is the slope of a sigmoid alone", a * (1 - a)),
        ("it is 1 − a², which is the slope of tanh alone", 1 - a * a),
        ("1 was added to the slope", right + 1),
        ("1 was taken away from the slope", right - 1),
        ("the slope is the mean slope, the same everywhere", 0 * z + right.mean()),
    ]


def _bend(answer: Answer, z: np.ndarray, h: float = 1e-3) -> np.ndarray:
    """The slope of the slope."""
    low, middle, high = (np.asarray(answer(z + d)[0], float) for d in (-h, 0, h))
    return (low - 2 * middle + high) / h**2


def _where(z: np.ndarray, found: Slopes) -> str:
    """Where it is most wrong, if there is nothing simpler to say."""
    off = np.where(found.sure, abs(found.given - found.measured), -1)
    at = int(np.argmax(off))
    right = int(np.sum(found.sure & ~found.wrong))
    return (
        f"The slope is right at {right} of {found.sure.sum()} places; at z = "
        f"{z[at]:.3g} it is {found.given[at]:.4g}, and a small step to either side "
        f"measures {found.measured[at]:.4g}."
    )


def as_a_part(answer: Answer, rng: np.random.Generator) -> str:
    """The engine takes it as an activation."""
    try:
        as_activation(_pair(answer))
    except InputError as error:
        return f"The engine does not take it: {error}"
    return ""


def _pair(answer: Answer) -> tuple[Callable, Callable]:
    """The curve and its slope as two functions, by the names of the learner's own."""

    def curve(z):
        return answer(z)[0]

    def slope(z):
        return answer(z)[1]

    curve.__name__, curve.__module__ = name_of(answer), answer.__module__
    return curve, slope


@exercise(
    title="An activation of your own, and its slope",
    case=lambda rng: (rng.normal(size=rng.integers(2, 9, 2)),),
    blank="-2 * z * a",
    hints=[
        "Any curve does that is no straight line: a hump, a wave, a stair with round "
        "steps. Write its formula for one number, with functions of NumPy; they work "
        "on all numbers at once.",
        "The slope is the derivative: how fast a grows if z grows. For a hump "
        "a = exp(−z²) the chain rule gives −2 z · a.",
        "Not sure of a slope? Measure it: (f(z + h) − f(z − h)) / 2h with h = 1e-5.",
    ],
    unique=False,
    laws=[two, finite, alone, bends, slope, as_a_part],
    runs=lambda answer, experiment: {"activation": _pair(answer)},
)
def activation(z):
    """Write `activation(z)`: a curve that nobody has thought of yet, and its slope. It
    returns two arrays of the shape of `z`, `a` and `slope`, the derivative of a in z.
    Each number is bent by itself. The slope is checked by differences: a small step to
    either side."""
    a = np.exp(-z * z)
    slope = -2 * z * a
    return a, slope
