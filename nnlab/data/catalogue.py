"""The data sets by name: those on the plane, all that are made, and the real ones."""

from collections.abc import Callable
from inspect import signature

from nnlab.data.dataset import Dataset
from nnlab.data.generators import gaussians, island, moons, spiral, xor
from nnlab.data.mnist1d import mnist1d
from nnlab.data.real import breast_cancer, diabetes, digits, wine
from nnlab.data.surfaces import hills, plane

PLANE: dict[str, Callable[..., Dataset]] = {
    "island": island,
    "xor": xor,
    "spiral": spiral,
    "moons": moons,
    "gaussians": gaussians,
    "plane": plane,
    "hills": hills,
}
GENERATED = {**PLANE, "mnist1d": mnist1d}
REAL: dict[str, Callable[[], Dataset]] = {
    "digits": digits,
    "breast cancer": breast_cancer,
    "wine": wine,
    "diabetes": diabetes,
}


def own(name: str, parameter: str) -> float | None:
    """What this generator takes for `parameter` if nothing is said; None if it has
    no such parameter, or is no generator."""
    made = GENERATED.get(name)
    known = signature(made).parameters if made else {}
    return known[parameter].default if parameter in known else None
