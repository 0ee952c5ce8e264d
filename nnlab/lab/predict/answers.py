"""What a question may be asked with, and what its answer may be."""

from collections.abc import Sequence

import numpy as np

from nnlab.errors import InputError, number, shown
from nnlab.lab.predict.curve_input import Axes
from nnlab.lab.predict.number_scale import Scale
from nnlab.lab.predict.number_scale import number as is_number


def check_arguments(
    question: object,
    pick: object,
    place: object,
    draw: object,
    within: object,
    changes: object,
    known: object,
) -> None:
    """Raises `InputError` for one that a question can't have."""
    if not isinstance(question, str) or not question.strip():
        raise InputError(
            "question",
            f"question={shown(question)} is not allowed: it is a sentence; try "
            "question='How many?'.",
        )
    if [pick is not None, place is not None, draw is not None].count(True) != 1:
        raise _not_one(pick, place, draw)
    if pick is not None:
        _check_pick(pick, place, draw)
    if draw is not None and not isinstance(draw, Axes):
        raise InputError(
            "draw",
            f"draw={shown(draw)} is not allowed: it is axes to draw on; try "
            "draw=Axes(x=(0, 1), y=(0, 1)).",
        )
    number("within", within, fix=0, least=0)
    for name, function in (("changes", changes), ("known", known)):
        if not callable(function):
            raise InputError(
                name,
                f"{name}={shown(function)} is not allowed: it is a function; leave it "
                "out if there is none.",
            )


def _not_one(pick: object, place: object, draw: object) -> InputError:
    return InputError(
        "pick",
        f"pick={shown(pick)}, place={shown(place)} and draw={shown(draw)} are not "
        "allowed: give one of the three; try pick=[1, 2, 3].",
    )


def _check_pick(pick: object, place: object, draw: object) -> None:
    """Raises `InputError` unless these are some answers, each another one."""
    ordered = isinstance(pick, Sequence | np.ndarray) and not isinstance(pick, str)
    if ordered and not len(pick):  # type: ignore[arg-type]
        raise _not_one(pick, place, draw)
    names = [str(one) for one in pick] if ordered else []  # type: ignore[attr-defined]
    if not names or len({*names}) < len(names):
        raise InputError(
            "pick",
            f"pick={shown(pick)} is not allowed: it is a list of answers, each another "
            "one; try pick=[1, 2, 3].",
        )


def check(
    answer: object,
    pick: list | None,
    scale: Scale | None,
    draw: Axes | None,
    measured: bool = False,
) -> None:
    """Raises `InputError` unless the answer is one that can be given; if it was
    `measured`, unless a guess can be compared with it."""
    if pick and not any(answer is one or answer == one for one in pick):
        raise InputError(
            "answer",
            f"answer={shown(answer)} is not one of pick={shown(pick)}; try "
            f"answer={shown(pick[0])}.",
        )
    if scale and not _placed(answer, scale, measured):
        ends = (scale.low, scale.high)
        raise InputError(
            "answer",
            f"answer={shown(answer)} is not on the scale place={shown(ends)}; try "
            f"answer={shown(scale.low)}.",
        )
    if draw and not _heights(answer):
        raise InputError(
            "answer",
            f"answer={shown(answer)} is no curve: give its heights, evenly spaced from "
            "left to right; try answer=[0, 0.5, 1].",
        )


def _placed(answer: object, scale: Scale, measured: bool) -> bool:
    """Whether it is on the scale, or was measured to lie beside it."""
    return is_number(answer) and (measured or scale.has(answer))


def _heights(answer: object) -> bool:
    """Whether these are the heights of a curve."""
    several = isinstance(answer, Sequence | np.ndarray) and np.ndim(answer) == 1
    return several and len(answer) > 1 and all(map(is_number, answer))
