"""The description of one run: small, immutable and complete.

An experiment names the data, the network, the loss, the optimizer and the number of
seeds. It is validated when it is created. The trainer, the Lab, the generated code and
the JSON file are all derived from it.
"""

from collections.abc import Iterable
from dataclasses import Field, dataclass, fields
from typing import Any

from nnlab.data.dataset import Dataset
from nnlab.data.features import Inputs
from nnlab.data.splits import Split
from nnlab.data.standardizer import Standardizer
from nnlab.engine.layers import Layer
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.errors import InputError, at_least_one, shown, unknown
from nnlab.experiment import build, serialization
from nnlab.experiment.codegen import script
from nnlab.experiment.consistency import check_together
from nnlab.experiment.custom_parts import (
    as_optimizer,
)
from nnlab.experiment.inactive_fields import check_said, idle
from nnlab.experiment.results import RunResult
from nnlab.experiment.settings import RATE, Settings
from nnlab.experiment.source_repr import word
from nnlab.training.trainer import Trainer


@dataclass(frozen=True)
class Experiment(Settings):
    """Description of one run. Every field has a default; `kinds()` lists them all.

    A field that accepts a name also accepts an object: a custom activation, layer,
    loss, optimizer, schedule or data set, which is checked when the experiment is
    created.

    Raises:
        InputError: a `ValueError` with one sentence that names the field, the value
            given, the values allowed and the nearest valid choice.

    >>> experiment = Experiment(data="spiral", hidden=(8, 8), learning_rate=0.3)
    >>> experiment
    Experiment(data='spiral', hidden=(8, 8), learning_rate=0.3)
    >>> Experiment.from_json(experiment.to_json()) == experiment
    True
    >>> experiment.trainer().network
    Network(2 → Linear(8) → Tanh → Linear(8) → Tanh → Linear(1), 105 parameters, \
8 replicas)
    """

    def __new__(cls, /, *args, **named):
        for name in named:
            if name not in cls.kinds():
                raise _no_field(name, cls.kinds())
        made = super().__new__(cls)
        vars(made)["said"] = named.keys()
        return made

    def __post_init__(self):
        rate, said = self.learning_rate, vars(self).pop("said")
        for name, kind in self.kinds().items():
            if name != "learning_rate" or rate is not None:
                object.__setattr__(self, name, kind.check(name, getattr(self, name)))
        self._settle_rate(rate)
        check_together(self)
        if len(said) < len(self.kinds()):  # not where all are given, as in from_json
            check_said(self, said)

    def _settle_rate(self, rate: float | None) -> None:
        """Take the learning rate of an optimizer object, unless the field sets one."""
        given = self.optimizer
        if isinstance(given, Optimizer):
            rate = given.learning_rate if rate is None else rate
            if rate != given.learning_rate:
                object.__setattr__(self, "optimizer", as_optimizer(given, rate))
        rate = RATE if rate is None else rate
        rate = self.kinds()["learning_rate"].check("learning_rate", rate)
        object.__setattr__(self, "learning_rate", rate)

    # Values

    def meant(self, name: str) -> Any:
        """Return the value of a field, with None replaced by the actual default.

        That is the default of the data set or the optimizer; None if there is none.
        """
        return build.meant(self, name)

    def replace(self, /, **changes) -> "Experiment":
        """Return a copy of the experiment with these fields changed.

        If `optimizer` is changed to an `Optimizer` and `learning_rate` is not given,
        the optimizer's learning rate is used. A function has none, and takes the
        present one.

        Raises:
            InputError: for a value that is not allowed, or a field that would have no
                effect.
        """
        values = {**self.values(), **changes}
        if isinstance(changes.get("optimizer"), Optimizer | type):
            values["learning_rate"] = changes.get("learning_rate")
        made = Experiment(**values)
        check_said(made, changes)
        return made

    def difference(self, other: "Experiment") -> str:
        """Describe, field by field, the changes from this experiment to the other.

        Raises:
            InputError: if `other` is not an `Experiment`.

        >>> Experiment().difference(Experiment(learning_rate=0.3, hidden=(8, 8)))
        'hidden: (4,) → (8, 8); learning_rate: 0.1 → 0.3'
        """
        if not isinstance(other, Experiment):
            raise InputError(
                "other",
                f"other={shown(other)} is no Experiment; try "
                "experiment.difference(experiment.replace(learning_rate=1)).",
            )
        before, after = self.values(), other.values()
        return "; ".join(
            f"{name}: {word(before[name])} → {word(after[name])}"
            for name in before
            if before[name] != after[name]
        )

    def __repr__(self):
        unread = idle(self)  # leave out fields that have no effect
        changed = [
            f"{f.name}={word(getattr(self, f.name))}"
            for f in fields(self)
            if f.name == "data" or getattr(self, f.name) != self._usual(f)
            if f.name not in unread
        ]
        return f"Experiment({', '.join(changed)})"

    def _usual(self, f: Field) -> Any:
        """Return the default value of a field."""
        if f.name != "learning_rate":
            return f.default
        return getattr(self.optimizer, "learning_rate", RATE)

    # Parts of the run

    def dataset(self) -> Dataset:
        """Return all the data, before the split."""
        return build.dataset(self)

    def split(self) -> Split:
        """Return the three data parts in original units, the test part sealed."""
        return build.split_of(self)

    def inputs(self, parts: Split) -> Inputs:
        """Return the transform to network inputs, fitted to the training part."""
        return build.transform(self, parts)

    def targets(self, parts: Split) -> Standardizer | None:
        """Return the standardizer of the targets; None for labels.

        It is fitted to the training part.
        """
        return build.targets(self, parts)

    def layers(self) -> list[Layer]:
        """Return the hidden layers, followed by the output layer."""
        return build.layers(self)

    def make_loss(self) -> Loss:
        """Return the loss, with "auto" resolved."""
        return build.loss(self)

    def make_optimizer(self) -> Optimizer:
        """Return the optimizer, with the hyperparameters of this experiment."""
        return build.optimizer(self)

    def network(self) -> Network:
        """Return the network at its initial weights, with one replica per seed."""
        return build.network(self)

    def trainer(self) -> Trainer:
        """Return a trainer at the first step of this run."""
        return build.trainer(self)

    def run(self, epochs: int = 100) -> RunResult:
        """Train for `epochs` epochs and return the history and the trained networks.

        A progress bar is shown if this takes more than a second.

        Raises:
            InputError: if `epochs` is less than 1.
        """
        return RunResult.of(self.trainer(), epochs)

    def score(self, network: Network, data: Dataset) -> dict[str, Any]:
        """Return the metrics of each network on `data`, given in original units.

        Features and classes are matched by name, in any order; all features must be
        present, and there must be no unknown class. R² is NaN where all targets are
        equal; a warning is given where all samples are of one class.

        Args:
            network: the trained networks of this experiment.
            data: the samples in original units, as those of the test part.

        Returns:
            Arrays (seeds,) by name: "loss", and "accuracy" (the share of correct
            labels) or "r2".

        Raises:
            InputError: if features, classes or targets do not match those of the
                experiment.

        >>> wine = Experiment(data="wine", seeds=2)
        >>> network = wine.run(epochs=30).network
        >>> found = wine.score(network, wine.split().open_test("the final result"))
        >>> sorted(found), bool(found["accuracy"].min() > 0.8)
        (['accuracy', 'loss'], True)
        """
        return build.score(self, network, data)

    def to_json(self) -> str:
        """Return the experiment as JSON, with the version of the format.

        Raises:
            InputError: for a custom part, since code and data are not stored in JSON.
        """
        usual = {f.name: self._usual(f) for f in fields(self)}
        return serialization.to_json(self.values(), usual)

    @classmethod
    def from_json(cls, text: str) -> "Experiment":
        """Return the experiment that `to_json` wrote.

        Missing fields get their defaults.

        Raises:
            InputError: if `text` is not JSON of this format, or holds a value that is
                not allowed.
        """
        usual = {f.name: f.default for f in fields(cls)}
        return cls(**{**usual, **serialization.from_json(text)})

    def code(self, epochs: int = 100) -> str:
        """Return a script that makes this run from nnlab's parts, one by one.

        Custom parts are referred to by name, and a comment at the top lists those
        names.

        Raises:
            InputError: for a custom part without a usable name, or if `epochs` is less
                than 1.
        """
        at_least_one("epochs", epochs)
        return script(self, epochs)


def _no_field(name: str, known: Iterable[str]) -> InputError:
    """Return the error for an unknown field; `epochs` belongs to `run`."""
    if name == "epochs":
        return InputError(
            "field",
            "field='epochs' is not known: an experiment says what is trained and how, "
            "and its run for how long; call .run(epochs=100).",
        )
    return unknown("field", name, known)
