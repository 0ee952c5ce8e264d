"""Which vectors of a run a picture shows, and which of their arrays have room in it."""

from collections.abc import Sequence

import numpy as np

from nnlab.diagnostics.named_vectors import vectors
from nnlab.errors import InputError, shown, unknown
from nnlab.session.session import Session

KINDS = ("parameters", "gradient", "moments")


def check_kinds(of: Sequence[str]) -> tuple[str, ...]:
    """Names of `KINDS`, once they are known to be some; else an `InputError`."""
    if isinstance(of, str):
        of = (of,)
    for name in of:
        if name not in KINDS:
            raise unknown("of", name, KINDS)
    if not 0 < len({*of}) == len(of):
        raise InputError(
            "of",
            f"of={shown(of)} is not allowed: it is different names, one at least; try "
            "of=('parameters', 'gradient').",
        )
    return tuple(of)


def chosen(session: Session, of: Sequence[str]) -> dict[str, np.ndarray]:
    """The vectors (R, P) of these kinds by name: each moment has its own."""
    every = vectors(session.trainer)
    moments = {name: v for name, v in every.items() if name not in KINDS}
    parts = [moments if kind == "moments" else {kind: every[kind]} for kind in of]
    return {name: vector for part in parts for name, vector in part.items()}


def forgets(session: Session, of: Sequence[str]) -> str:
    """What is missing where moments alone are asked for and none are kept, or ""."""
    return (
        "" if chosen(session, of) else "an optimizer that remembers, such as momentum"
    )


def arrays_of(session: Session, most: int) -> list[str]:
    """The names of no more than so many arrays: all, or the weights, or the first of
    those."""
    names = [*session.trainer.network.layout.places]
    weights = [name for name in names if name.split(".")[-1] == "W"]
    return names if len(names) <= most else (weights or names)[:most]


def left_out(session: Session, names: Sequence[str]) -> str:
    """How many arrays have no room, in words; or ""."""
    more = len(session.trainer.network.layout.places) - len(names)
    return f" and {more} more" if more else ""
