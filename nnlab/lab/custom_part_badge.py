"""What in an experiment is the learner's own: code and data with no name of ours."""

from dataclasses import fields
from types import FunctionType

from nnlab.data.dataset import Dataset
from nnlab.experiment.experiment import Experiment
from nnlab.experiment.source_repr import ours, word

YOURS = "your code"  # what a control shows for a function of the learner's own
OURS = "ours, until yours is right"  # where an exercise waits for its answer
OURS_AGAIN = "ours, until you check yours again"  # in a kernel that does not have it


def own(value: object) -> bool:
    """Whether it is the learner's own, or has something of the learner's own in it."""
    if isinstance(value, tuple):
        return any(map(own, value))
    if ours(value):
        return any(own(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, FunctionType) and (value.__module__ or "").startswith(
        "nnlab."
    ):
        return False  # one of a lesson's
    return value is not None and not isinstance(value, str | int | float)


def label(value: object) -> str:
    """An object in place of a name, as a control shows it."""
    function = callable(value) and own(value) and not ours(value)
    return YOURS if function else word(value)


def names_of_own(experiment: Experiment) -> list[str]:
    """The learner's own code in an experiment, each part once, as it is called. Data
    are no code: their name stands above the picture."""
    found = []
    for value in experiment.values().values():
        parts = value if isinstance(value, tuple) else (value,)
        found += [
            _name(part) for part in parts if own(part) and not isinstance(part, Dataset)
        ]
    return list(dict.fromkeys(found))


def _name(part: object) -> str:
    """How a part is called: a function by its name, as it is written."""
    function = callable(part) and not ours(part)
    return f"{word(part)}()" if function else word(part)
