"""Call a learner's function safely: whatever happens ends in a friendly sentence.

It may not be finished, raise, return nothing, change its arguments, or never end.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from inspect import signature
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np

from nnlab.backend import quiet
from nnlab.errors import InputError
from nnlab.grading.call_contract import Part, name_of
from nnlab.grading.compare import Outcome, outcome
from nnlab.grading.mistake import Mistake
from nnlab.grading.timeout import TooSlow, time_limit

AMBIGUOUS = (
    "`max`, `min` and `if` compare two single numbers; `np.maximum`, `np.minimum` and "
    "`np.where` go number by number. "
)

Result = Outcome | str  # the arrays that came back, or the error


def names_of(function: Callable) -> tuple[str, ...]:
    """Return the names of the parameters of a function."""
    return tuple(signature(function).parameters)


def call(function: Callable, args: Sequence[Any], names: Sequence[str] = ()) -> Any:
    """Call a function with copies of its arguments, and return what it returns.

    Args:
        function: the learner's function.
        args: its arguments.
        names: their names, for the sentences.

    Raises:
        Mistake: if it returns nothing, raises, changes an argument, or does not end.
    """
    part, lent = Part("part", name_of(function)), deepcopy(tuple(args))
    arrays = {n: one for n, one in zip(names, lent) if isinstance(one, np.ndarray)}
    sizes = ", ".join(f"`{name}` of shape {a.shape}" for name, a in arrays.items())
    hint = f", for {sizes}" if sizes else ""
    with _told(part), part.untouched("A call", arrays), catch_warnings():
        simplefilter("ignore")
        found = part.call("A call", function, *lent, hint=hint)
    if found is None:
        raise Mistake(f"{part} returns None: is there a `return`?", clear=True)
    if found is ... or (isinstance(found, tuple) and any(one is ... for one in found)):
        raise unfinished()
    return found


def result(function: Callable, args: Sequence[Any]) -> Result:
    """Return the arrays that a function returns for copies of its arguments.

    An error is returned as a string, so that two functions that fail can be compared.
    """
    try:
        with quiet(), catch_warnings(), time_limit():
            simplefilter("ignore")
            return outcome(function(*deepcopy(tuple(args))))
    except (Exception, TooSlow) as error:
        return f"{type(error).__name__}: {error}"


def unfinished() -> Mistake:
    """Return the mistake of an answer in which `...` is still to be filled in."""
    return Mistake("there is still a `...` to fill in", blank=True)


@contextmanager
def _told(part: Part) -> Iterator[None]:
    """Turn every failure within into a `Mistake`."""
    try:
        yield
    except SystemExit:
        raise Mistake(f"{part} ends Python; it is to return.", clear=True) from None
    except InputError as error:
        if "ellipsis" in str(error).lower():
            raise unfinished() from error
        numbers = AMBIGUOUS * ("truth value of an array" in str(error))
        words = f"{numbers}{error}"
        raise Mistake(words, clear=error.__cause__ is None) from error
