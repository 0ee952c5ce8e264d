"""Which plane a map is drawn on, and what its two sides are called.

Points on a plane have their own. Of samples with more features it is the plane of two
of them, or that of the first two principal components of the training part, as the
network sees it: each feature by its own deviation.
"""

from nnlab.diagnostics.plane import Plane, of_features, principal
from nnlab.errors import InputError, shown, unknown
from nnlab.session.session import Session
from nnlab.views.view import cut, on_plane

COMPONENTS = "components"
LONG = 22  # letters of a feature's name at a side
Choice = str | tuple[str, str] | None


def check_sheet(session: Session, chosen: Choice, sample: int | None) -> None:
    """Raises `InputError` for features, or a training sample, that there are not."""
    names = session.data.features
    if isinstance(chosen, str) and chosen != COMPONENTS:
        raise unknown("plane", chosen, [COMPONENTS])
    for name in () if chosen in (None, COMPONENTS) else chosen:
        if name not in names:
            raise unknown("plane", name, names)
    if chosen not in (None, COMPONENTS) and len({*chosen}) != 2:
        raise InputError(
            "plane",
            f"plane={shown(chosen)} is not allowed: it is two different features; try "
            f"plane={names[:2]!r}.",
        )
    check_sample(session, sample)


def check_sample(session: Session, sample: int | None) -> None:
    """Raises `InputError` for a training sample that there is not."""
    if sample is not None and not 0 <= sample < len(session.data):
        raise InputError(
            "sample",
            f"sample={shown(sample)} is not allowed: there are {len(session.data)} "
            f"training samples; try sample={len(session.data) - 1}.",
        )


def sheet_of(session: Session, chosen: Choice, sample: int | None) -> Plane:
    """The plane in the data's units: of two features by name, the others at their means
    or as in this training sample; of the "components"; or what fits, for None."""
    x = session.data.x
    if chosen == COMPONENTS or (chosen is None and not on_plane(session)):
        plain = (
            session.scale.chosen is None
        )  # or else it sees what is made of the features
        return principal(x, session.scale.scale.std if plain else 1.0)
    first, second = (
        session.data.features.index(name) for name in chosen or session.data.features
    )
    return of_features(first, second, x.mean(axis=0) if sample is None else x[sample])


def sides(session: Session, chosen: Choice, sheet: Plane) -> tuple[str, str]:
    """What is written at the bottom and at the left: nothing for the data's own."""
    if chosen is None and on_plane(session):
        return "", ""
    if chosen is None or chosen == COMPONENTS:
        first, second = (f"{share:.0%} of variance" for share in sheet.shares)
        return f"component 1: {first}", f"component 2: {second}"
    return cut(chosen[0], LONG), cut(chosen[1], LONG)


def told(session: Session, chosen: Choice, sample: int | None, sheet: Plane) -> str:
    """The plane in words, to follow "on"; nothing for the data's own."""
    if chosen is None and on_plane(session):
        return ""
    if chosen is None or chosen == COMPONENTS:
        return (
            f"the plane of the first two principal components, which hold "
            f"{sum(sheet.shares):.0%} of the variance"
        )
    rest = len(session.data.features) - 2
    held = "at their means" if sample is None else f"as in training sample {sample}"
    return f"{chosen[0]} and {chosen[1]}" + (f", {rest} others {held}" if rest else "")
