"""The built-in data sets by name: generated ones, and real ones.

Some of the generated ones are on the plane, and some are functions of one number.
"""

from collections.abc import Callable
from inspect import signature

from nnlab.data.dataset import Dataset
from nnlab.data.function_generators import absolute_value, bump, chirp, sine, step
from nnlab.data.generators import gaussians, island, moons, spiral, xor
from nnlab.data.mnist1d import mnist1d
from nnlab.data.regression_generators import hills, plane
from nnlab.data.sklearn_datasets import breast_cancer, diabetes, digits, wine

PLANE: dict[str, Callable[..., Dataset]] = {
    "island": island,
    "xor": xor,
    "spiral": spiral,
    "moons": moons,
    "gaussians": gaussians,
    "plane": plane,
    "hills": hills,
}
FUNCTIONS: dict[str, Callable[..., Dataset]] = {  # of one number
    "sine": sine,
    "step": step,
    "absolute value": absolute_value,
    "bump": bump,
    "chirp": chirp,
}
GENERATED = {**PLANE, **FUNCTIONS, "mnist1d": mnist1d}
REAL: dict[str, Callable[[], Dataset]] = {
    "digits": digits,
    "breast cancer": breast_cancer,
    "wine": wine,
    "diabetes": diabetes,
}


_IRIS = (
    "give Dataset('iris', i.data, i.target, i.feature_names, i.target_names), where i "
    "is sklearn.datasets.load_iris()."
)
_HOUSES = "did you mean 'diabetes', which has a measurement to learn too?"
_PICTURES = "did you mean 'digits', or 'mnist1d'?"
MEANT = {  # synonyms, in lowercase letters and digits → end of an error message
    **dict.fromkeys(
        "circle circles concentriccircles disc disk ring rings donut".split(),
        "did you mean 'island', a disc in a ring?",
    ),
    **dict.fromkeys(
        "moon twomoons halfmoons makemoons".split(), "did you mean 'moons'?"
    ),
    **dict.fromkeys("swirl spirals twospirals".split(), "did you mean 'spiral'?"),
    **dict.fromkeys("checkerboard chessboard quadrants".split(), "did you mean 'xor'?"),
    **dict.fromkeys(
        "blobs blob gauss gaussian clusters makeblobs clouds".split(),
        "did you mean 'gaussians'?",
    ),
    **dict.fromkeys("sin sinus sinewave wave".split(), "did you mean 'sine'?"),
    **dict.fromkeys(
        "sign heaviside jump stepfunction square".split(), "did you mean 'step'?"
    ),
    **dict.fromkeys(
        "abs absolute modulus kink vee".split(), "did you mean 'absolute value'?"
    ),
    **dict.fromkeys("peak bell hump".split(), "did you mean 'bump'?"),
    **dict.fromkeys("sweep sinesweep".split(), "did you mean 'chirp'?"),
    **dict.fromkeys("iris loadiris penguins flowers".split(), _IRIS),
    **dict.fromkeys("mnist fashionmnist cifar cifar10 usps".split(), _PICTURES),
    **dict.fromkeys("boston california housing houses regression".split(), _HOUSES),
    **dict.fromkeys(
        "cancer breastcancer wdbc wisconsin".split(), "did you mean 'breast cancer'?"
    ),
}


def own(name: str, parameter: str) -> float | None:
    """Return the default of `parameter` in this generator.

    None if it has no such parameter, or is not a generator.
    """
    made = GENERATED.get(name)
    known = signature(made).parameters if made else {}
    return known[parameter].default if parameter in known else None
