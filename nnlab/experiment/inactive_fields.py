"""Find the fields of an experiment that have no effect, and the reason.

Momentum has no effect with Adam, nor a number of steps without a schedule. The control
of such a field is disabled. Setting it in a call raises an error, since the run would
not be the experiment described.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields

from nnlab.data.catalogue import REAL
from nnlab.data.dataset import Dataset
from nnlab.engine.layers import Layer
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.errors import InputError
from nnlab.experiment import build
from nnlab.experiment.settings import AUTO, Settings
from nnlab.experiment.source_repr import word

NUMBERS = ("momentum", "beta1", "beta2", "decay", "epsilon")  # of some optimizers
OF_LAYERS = ("batch_norm", "dropout", "residual")  # options of hidden layers
OF_DATA = ("samples", "noise", "features")  # fields that only some data sets have
WEIGHTS = ("l1", "l2", "weight_decay")  # fields that `biases` modifies
ABSENT = (None, False)  # values that turn a field off


def idle(e: Settings) -> set[str]:
    """Return the names of the fields that have no effect."""
    return {name for name, _ in _idle(e)}


def check_said(e: Settings, said: Iterable[str]) -> None:
    """Check that every field that was given a value has an effect.

    Raises:
        InputError: for the first that has none.
    """
    given = {name for name in said if getattr(e, name) not in ABSENT}
    for name, why in _idle(e):
        if name in given:
            value = word(getattr(e, name))
            raise InputError(name, f"{name}={value} would do nothing: {why}.")


def _idle(e: Settings) -> Iterator[tuple[str, str]]:
    """Yield the fields that have no effect, each with the reason."""
    for name, does_nothing in IDLE.items():
        if why := does_nothing(e):
            yield name, why


def _no_such_number(name: str) -> Callable[[Settings], str]:
    """Return a rule for a hyperparameter that the optimizer does not have, or sets
    itself."""
    having = [n for n, kind in OPTIMIZERS.items() if name in _numbers(kind)]

    def why(e: Settings) -> str:
        given = f"optimizer={word(e.optimizer)}"
        if not isinstance(e.optimizer, str):
            return f"{given} brings its own numbers; change them there"
        if name in _numbers(OPTIMIZERS[e.optimizer]):
            return ""
        other = ", or weight_decay" * (name == "decay")
        return f"{given} has no {name}; try optimizer={having[0]!r}{other}"

    return why


def _numbers(kind: type) -> set[str]:
    """Return the names of an optimizer's hyperparameters."""
    return {f.name for f in fields(kind)}


def _made_elsewhere(e: Settings) -> str:
    """Return a reason if the data are not random."""
    fixed = isinstance(e.data, Dataset) or e.data in REAL
    return f"data={word(e.data)} is not drawn at random; leave it out" * fixed


def _split_comes_along(e: Settings) -> str:
    """Return a reason if the data come with their own split."""
    said = build.dataset(e).parts is not None
    return f"data={word(e.data)} comes with its split; leave it out" * said


def _no_layer(e: Settings) -> str:
    """Return a reason if no hidden layer is given as a number of units."""
    none = all(isinstance(entry, Layer) for entry in e.hidden)
    return f"hidden={word(e.hidden)} has no layer that uses it; try hidden=(8,)" * none


def _no_activation(e: Settings) -> str:
    """Return a reason if no layer uses the activation and it does not set the
    initializer."""
    return _no_layer(e) if e.initializer != AUTO else ""


def _no_steps(e: Settings) -> str:
    """Return a reason if no schedule depends on a number of steps."""
    if isinstance(e.schedule, str) and e.schedule != "steady":
        return ""
    return f"schedule={word(e.schedule)} has no number of steps; try schedule='cosine'"


def _no_regularizer(e: Settings) -> str:
    """Return a reason if no penalty or decay is applied."""
    given = [getattr(e, name) for name in WEIGHTS]
    free = given == [None] * len(WEIGHTS) and e.optimizer != "adamw"
    return "nothing makes weights small; try it with l2=0.001" * free


def _not_of_data(name: str) -> Callable[[Settings], str]:
    """Return a rule for a field that the data set does not have."""
    return lambda e: f"data={word(e.data)} takes none" * (build.meant(e, name) is None)


def _other_clip(other: str) -> Callable[[Settings], str]:
    """Return a rule for gradients that are already clipped by the other field."""
    return lambda e: f"{other} clips already" * (getattr(e, other) is not None)


IDLE: dict[str, Callable[[Settings], str]] = {
    **{name: _no_such_number(name) for name in NUMBERS},
    **dict.fromkeys(OF_LAYERS, _no_layer),
    "activation": _no_activation,
    **{name: _not_of_data(name) for name in OF_DATA},
    "data_seed": _made_elsewhere,
    **dict.fromkeys(("validation", "test", "split_seed"), _split_comes_along),
    "schedule_steps": _no_steps,
    "biases": _no_regularizer,
    "clip_norm": _other_clip("clip_value"),
    "clip_value": _other_clip("clip_norm"),
}
