"""A learner's function is called, and whatever happens ends in a friendly sentence.

It may not be finished, raise, return nothing, change what it was lent, or never end.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from inspect import signature
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np

from nnlab.errors import InputError
from nnlab.grading import timeout
from nnlab.grading.call_contract import Part, name_of
from nnlab.grading.mistake import Mistake
from nnlab.grading.timeout import TooSlow

AMBIGUOUS = (
    "`max`, `min` and `if` compare two single numbers; `np.maximum`, `np.minimum` and "
    "`np.where` go number by number. "
)


def names_of(function: Callable) -> tuple[str, ...]:
    """The names of what a function takes."""
    return tuple(signature(function).parameters)


def call(function: Callable, args: Sequence[Any], names: Sequence[str] = ()) -> Any:
    """What the function returns for copies of these arguments, which have `names`.

    Raises `Mistake` if that is nothing, or if it does not behave.
    """
    part, lent = Part("part", name_of(function)), deepcopy(tuple(args))
    arrays = {n: one for n, one in zip(names, lent) if isinstance(one, np.ndarray)}
    sizes = ", ".join(f"`{name}` of shape {a.shape}" for name, a in arrays.items())
    hint = f", for {sizes}" if sizes else ""
    with _told(part, hint), part.untouched("A call", arrays):
        with catch_warnings(), timeout.patience():
            simplefilter("ignore")
            found = part.call("A call", function, *lent, hint=hint)
    if found is None:
        raise Mistake(f"{part} returns None: is there a `return`?", clear=True)
    if found is ... or (isinstance(found, tuple) and any(one is ... for one in found)):
        raise unfinished()
    return found


def unfinished() -> Mistake:
    """For an answer in which something is still to be filled in."""
    return Mistake("there is still a `...` to fill in", blank=True)


@contextmanager
def _told(part: Part, hint: str) -> Iterator[None]:
    """Turns what goes wrong within into a `Mistake`."""
    try:
        yield
    except SystemExit:
        raise Mistake(f"{part} ends Python; it is to return.", clear=True) from None
    except TooSlow:
        raise Mistake(
            f"A call of {part}{hint}, was stopped after {timeout.SECONDS:g} seconds. "
            "Does a loop never end, or go over more than it needs to?",
            clear=True,
        ) from None
    except InputError as error:
        if "ellipsis" in str(error).lower():
            raise unfinished() from error
        numbers = AMBIGUOUS * ("truth value of an array" in str(error))
        words = f"{numbers}{error}"
        raise Mistake(words, clear=error.__cause__ is None) from error
