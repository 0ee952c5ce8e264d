"""Which fields of an experiment do nothing, as its other fields are.

A momentum does nothing with Adam, and a number of steps nothing without a schedule: a
control for such a field is there, and cannot be turned.
"""

from collections.abc import Callable
from dataclasses import fields

from nnlab.data.catalogue import REAL
from nnlab.data.dataset import Dataset
from nnlab.engine.layers import Layer
from nnlab.study.experiment import Experiment
from nnlab.study.recipe import AUTO

NUMBERS = ("momentum", "beta1", "beta2", "decay", "epsilon")  # of some optimizers
OF_LAYERS = ("batch_norm", "dropout", "residual")  # of hidden ones
OF_DATA = ("samples", "noise", "features")  # of data that have such a thing
WEIGHTS = ("l1", "l2", "weight_decay")  # what `biases` may be about


def idle(experiment: Experiment) -> set[str]:
    """The names of the fields that do nothing."""
    return {name for name, does in IDLE.items() if does(experiment)}


def _no_such_number(name: str) -> Callable[[Experiment], bool]:
    """For an optimizer that has no number of this name, or brings its own."""

    def unread(e: Experiment) -> bool:
        named = isinstance(e.optimizer, str)
        return not named or name not in {f.name for f in fields(e.make_optimizer())}

    return unread


def _made_elsewhere(e: Experiment) -> bool:
    """Whether the data are what they are, without luck."""
    return isinstance(e.data, Dataset) or e.data in REAL


def _split_comes_along(e: Experiment) -> bool:
    """Whether the data say themselves which part each sample is in."""
    return e.dataset().parts is not None


def _no_layer(e: Experiment) -> bool:
    """Whether no hidden layer is made from a number of neurons."""
    return all(isinstance(entry, Layer) for entry in e.hidden)


def _no_steps(e: Experiment) -> bool:
    """Whether there is no schedule that goes over a number of steps."""
    return not isinstance(e.schedule, str) or e.schedule == "steady"


def _no_restraint(e: Experiment) -> bool:
    """Whether nothing makes weights small."""
    given = [getattr(e, name) for name in WEIGHTS]
    return given == [None] * len(WEIGHTS) and e.optimizer != "adamw"


IDLE: dict[str, Callable[[Experiment], bool]] = {
    **{name: _no_such_number(name) for name in NUMBERS},
    **dict.fromkeys(OF_LAYERS, _no_layer),
    "activation": lambda e: _no_layer(e) and e.initializer != AUTO,
    **{name: lambda e, name=name: e.meant(name) is None for name in OF_DATA},
    "data_seed": _made_elsewhere,
    **dict.fromkeys(("validation", "test", "split_seed"), _split_comes_along),
    "schedule_steps": _no_steps,
    "biases": _no_restraint,
    "clip_norm": lambda e: e.clip_value is not None,
    "clip_value": lambda e: e.clip_norm is not None,
}
