"""Laws of an activation and its slope, for an answer that returns both.

There are as many right answers as curves, so the laws alone decide. Each is a function
of the answer and a generator that returns a sentence about what is wrong, or "". Slopes
are measured by finite differences; at a kink there is none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlab.engine.functions import FunctionLayer
from nnlab.errors import InputError
from nnlab.grading.call_contract import FAR, Part, name_of
from nnlab.grading.check_layer import check_layer
from nnlab.grading.compare import close, worst
from nnlab.grading.finite_differences import Slopes, slopes
from nnlab.grading.slope_diagnosis import Case, Sizes, diagnosis

Answer = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
SHAPES = (4, 3), (7,), (2, 3, 5)
NAMES = "curve", "slope"


@dataclass(frozen=True)
class Curve:
    """An answer at some places.

    Attributes:
        answer: the answer.
        z, a: the places, and the curve there.
        found: the slope, as given and as measured.
    """

    answer: Answer
    z: np.ndarray
    a: np.ndarray
    found: Slopes

    @property
    def slope(self) -> np.ndarray:
        """The measured slope."""
        return self.found.measured

    def slope_at(self, z: np.ndarray) -> np.ndarray:
        """Return the measured slope at other places."""
        return _slopes(self.answer, z).measured

    def given_at(self, z: np.ndarray) -> np.ndarray:
        """Return the slope that the answer gives at other places."""
        return np.asarray(self.answer(z)[1], float)


class WrongSlope(NamedTuple):
    """An entry in a catalogue of wrong slopes.

    Attributes:
        what, why: see `nnlab.grading.known_mistakes.Edit`.
        of: the wrong slope, as a function of a `Curve`.
    """

    what: str
    why: str
    of: Callable[[Curve], np.ndarray]


def returns_two(answer: Answer, rng: np.random.Generator) -> str:
    """Require the curve and its slope, each of the shape of z."""
    for shape in SHAPES:
        found = answer(rng.normal(size=shape))
        if not isinstance(found, tuple | list) or len(found) != 2:
            return (
                "It returns one value; return two: the curve a and its slope; "
                "`return a, slope`."
            )
        for name, one in zip(NAMES, found):
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
    """Require finite numbers, however large z is."""
    far = np.geomspace(1e-3, FAR, 60)
    z = np.concatenate([-far, [0], far])
    for name, one in zip(NAMES, answer(z)):
        bad = z[~np.isfinite(one)]
        if len(bad):
            why = _why_not(bad)
            return f"The {name} is no finite number at z = {bad[0]:.3g}: {why}."
    return ""


def _why_not(bad: np.ndarray) -> str:
    """Return what usually makes these z go wrong."""
    if (bad == 0).all():
        return "something is divided by 0 there; `np.where` can choose another value"
    if (bad < 0).all() and bad.max() > -1:
        return (
            "roots, logarithms and broken powers take no negative numbers; "
            "`np.abs` or `np.maximum` may help"
        )
    return "an exponential, or a power, outgrows all numbers; use one of −|z|, or cut z"


def elementwise(answer: Answer, rng: np.random.Generator) -> str:
    """Require that each number is mapped by itself, and always alike."""
    z = rng.normal(size=(4, 3))
    moved = z + np.where(np.arange(12).reshape(4, 3) == 5, 1.0, 0)
    before, again, after = (np.asarray(answer(one)[0]) for one in (z, z, moved))
    if not np.array_equal(before, again):
        return (
            "The same z gives another curve when it is asked again: chance has no part "
            "in an activation."
        )
    if not close(np.delete(after, 5), np.delete(before, 5)):
        return (
            "When one number of z changes, others change too: an activation bends each "
            "number by itself, without a sum, a mean or a largest one of them all."
        )
    return ""


def nonlinear(answer: Answer, rng: np.random.Generator) -> str:
    """Require that the curve is not a straight line."""
    a = np.asarray(answer(np.linspace(-4, 4, 81))[0], float)
    if np.abs(np.diff(a, 2)).max() > 1e-9:
        return ""
    what = "the same everywhere" if close(a, a[0] + 0 * a) else "a straight line"
    return (
        f"The curve is {what}, and so bends nothing: layers without a bend collapse "
        "into one."
    )


def right_slope(mistakes: Sequence[WrongSlope]) -> Callable[..., str]:
    """Return the law that the slope is that of the curve.

    Args:
        mistakes: the wrong slopes to name.
    """

    def slope(answer: Answer, rng: np.random.Generator) -> str:
        z = np.sort(rng.uniform(-3, 3, 48))
        curve = Curve(answer, z, np.asarray(answer(z)[0], float), _slopes(answer, z))
        if not curve.slope.any():
            return (
                "The curve is flat and jumps from step to step, so that it has no "
                "slope to follow: leave out whatever rounds or counts."
            )
        if not curve.found.wrong.any():
            return ""
        return _in_other_order(curve) or _named(curve, mistakes) or _where(curve)

    return slope


def _slopes(answer: Answer, z: np.ndarray) -> Slopes:
    """Return the slope at all places, as given and as measured."""
    at, given = z.copy(), np.asarray(answer(z)[1], float)
    ones = np.ones(z.shape)
    return slopes(lambda: np.asarray(answer(at)[0], float), at, ones, given, z.size)


def _in_other_order(curve: Curve) -> str:
    """Return a sentence if the slope was returned before the curve."""
    if _slopes(lambda z: curve.answer(z)[::-1], curve.z).wrong.any():
        return ""
    if curve.found.same(-curve.slope):
        return (
            "Either the sign of the slope is wrong, or the slope comes first and the "
            "curve second: `return a, slope`."
        )
    return "The slope comes first and the curve second: `return a, slope`."


def _named(curve: Curve, mistakes: Sequence[WrongSlope]) -> str:
    """Return the mistake in a sentence; "" if it is not recognized."""
    for what, why, of in mistakes:
        if curve.found.same(of(curve)):
            return f"It looks as if {what}: {why}."
    told = diagnosis([Case(Sizes(), curve.found)])
    return told and f"The slope {told}."


def _where(curve: Curve) -> str:
    """Return a sentence that says where the slope is most wrong."""
    found = curve.found
    [at], given, measured = worst(found.given, found.measured, found.sure)
    return (
        f"The slope is right at {found.right} of {found.sure.sum()} places; at z = "
        f"{curve.z[at]:.3g} it is {given:.4g}, and a small step to either side "
        f"measures {measured:.4g}."
    )


def as_a_part(answer: Answer, rng: np.random.Generator) -> str:
    """Require that the engine accepts the answer as an activation."""
    try:
        part = Part.of("activation", answer)
        check_layer(part, FunctionLayer(*activation_pair(answer)), elementwise=True)
    except InputError as error:
        return f"The engine does not take it: {error}"
    return ""


def activation_pair(answer: Callable) -> tuple[Callable, Callable]:
    """Return an answer (a, slope) of z as two functions that have its name."""

    def curve(z: np.ndarray) -> np.ndarray:
        return answer(z)[0]

    def slope(z: np.ndarray) -> np.ndarray:
        return answer(z)[1]

    curve.__name__, curve.__module__ = name_of(answer), answer.__module__
    return curve, slope
