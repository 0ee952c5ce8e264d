"""An experiment is the description of one run: small, frozen, and complete.

It says which data, which network, which loss and optimizer, how many seeds. It checks
itself when it is made, and the trainer, the Lab and the file on disk all come from it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache

from nnlab.backend import DTYPES
from nnlab.data.dataset import Dataset
from nnlab.data.features import FEATURES, PLAIN, Inputs
from nnlab.data.generators import GENERATORS, own
from nnlab.data.real import REAL
from nnlab.data.splits import Split, split
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.adaptive import OPTIMIZERS
from nnlab.engine.initializers import INITIALIZERS
from nnlab.engine.layers import Layer, Linear
from nnlab.engine.losses import LOSSES
from nnlab.engine.network import Network
from nnlab.engine.optimizers import Optimizer, Rule
from nnlab.engine.trainer import Trainer
from nnlab.errors import InputError, unknown
from nnlab.study.fields import (
    Choice,
    Count,
    Flag,
    Number,
    Optional,
    Part,
    Some,
    Widths,
    described,
)

FORMAT = 1  # the version of the JSON form
AUTO = "auto"
DATA, NETWORK, TRAINING, LUCK = "data", "network", "training", "luck"  # groups
RECTIFIERS = {"relu", "leaky relu", "elu", "gelu", "silu"}  # they pass half, or nearly
TWO = {"binary cross-entropy", "hinge"}  # losses that tell 2 classes apart, and no more
LARGEST = 50_000_000  # parameters of all seeds together, about a gigabyte to train


@dataclass(frozen=True)
class Experiment:
    """One run, described. Every field has a default; `kinds()` lists them all.

    Raises `InputError` (a `ValueError`) in one sentence that names the field, what
    came, what is allowed and the nearest fix.

    >>> experiment = Experiment(data="spiral", hidden=(8, 8), learning_rate=0.3)
    >>> experiment
    Experiment(data='spiral', hidden=(8, 8), learning_rate=0.3)
    >>> Experiment.from_json(experiment.to_json()) == experiment
    True
    >>> experiment.trainer().network
    Network(2 → Linear(8) → Tanh → Linear(8) → Tanh → Linear(1), 105 parameters, \
8 replicas)
    """

    data: str = described(
        DATA,
        Choice(lambda: [*GENERATORS, *REAL]),
        "island",
        "what the network learns from",
    )
    samples: int | None = described(
        DATA, Optional(Count(10, 100_000)), None, "how many points are made"
    )
    noise: float | None = described(
        DATA,
        Optional(Number(0, 2)),
        None,
        "how far points stray from where they belong",
    )
    data_seed: int = described(DATA, Count(0, 2**32 - 1), 0, "the luck in the data")
    validation: float = described(
        DATA, Number(0.05, 0.9), 0.2, "share of the data for choosing, never trained on"
    )
    test: float = described(
        DATA, Number(0.05, 0.9), 0.2, "share of the data kept for one look at the end"
    )
    split_seed: int = described(DATA, Count(0, 2**32 - 1), 0, "the luck in the split")
    features: tuple[str, ...] | None = described(
        DATA,
        Optional(Some(lambda: FEATURES)),
        None,
        "what the network is given of each point: its own features if nothing is said",
    )
    standardize: bool = described(
        DATA,
        Flag(),
        True,
        "every feature with mean 0 and deviation 1 on the training part",
    )
    hidden: tuple[int, ...] = described(
        NETWORK, Widths(), (4,), "neurons of each hidden layer"
    )
    activation: str = described(
        NETWORK,
        Choice(lambda: ACTIVATIONS),
        "tanh",
        "how each hidden unit bends its sum",
    )
    initializer: str = described(
        NETWORK,
        Choice(lambda: [AUTO, *INITIALIZERS]),
        AUTO,
        "how weights start: auto is he for relu, leaky relu, elu, gelu and silu, "
        "xavier for the others",
    )
    loss: str = described(
        TRAINING,
        Choice(lambda: [AUTO, *LOSSES]),
        AUTO,
        "what counts as wrong, and how much",
    )
    optimizer: str | Callable = described(
        TRAINING, Part(lambda: OPTIMIZERS), "sgd", "how a gradient becomes a step"
    )
    learning_rate: float = described(
        TRAINING, Number(1e-5, 100, log=True), 0.1, "how far each step goes"
    )
    momentum: float = described(
        TRAINING,
        Number(0, 1),
        0.9,
        "how much of the last step lives on (momentum, nesterov)",
    )
    batch_size: int = described(
        TRAINING, Count(1, 100_000), 32, "samples in one mini-batch, one step"
    )
    seeds: int = described(
        LUCK, Count(1, 1024), 8, "networks with the same recipe and different luck"
    )
    seed: int = described(LUCK, Count(0, 2**32 - 1), 0, "the first network's luck")
    dtype: str = described(
        LUCK, Choice(lambda: DTYPES), "float32", "the precision of numbers"
    )

    def __new__(cls, /, *args, **named):
        for name in named:
            if name not in cls.kinds():
                raise unknown("field", name, cls.kinds())
        return super().__new__(cls)

    def __post_init__(self):
        for name, kind in self.kinds().items():
            object.__setattr__(self, name, kind.check(name, getattr(self, name)))
        self._check_together()

    @classmethod
    def kinds(cls) -> dict:
        """Every field by name, with the kind of value it takes."""
        return {f.name: f.metadata["kind"] for f in fields(cls)}

    @classmethod
    def says(cls) -> dict[str, str]:
        """Every field by name, with what it means in a few words."""
        return {f.name: f.metadata["says"] for f in fields(cls)}

    @classmethod
    def groups(cls) -> dict[str, list[str]]:
        """The names of all fields, in the groups in which a reader looks for them."""
        groups: dict[str, list[str]] = {}
        for f in fields(cls):
            groups.setdefault(f.metadata["group"], []).append(f.name)
        return groups

    def values(self) -> dict:
        """Every field by name, with its value here."""
        return {name: getattr(self, name) for name in self.kinds()}

    def meant(self, name: str):
        """A field's value, with the data set's own in place of None; None if it has no
        such thing."""
        value = getattr(self, name)
        if value is not None or self.data not in GENERATORS:
            return value
        return PLAIN if name == "features" else own(self.data, name)

    def replace(self, /, **changes) -> "Experiment":
        """The same experiment but for these fields."""
        return Experiment(**{**self.values(), **changes})

    def dataset(self) -> Dataset:
        """All the data, before the split."""
        return _dataset(self.data, self.samples, self.noise, self.data_seed)

    def split(self) -> Split:
        """The data in three parts, in their own units."""
        data = self.data, self.samples, self.noise, self.data_seed
        return _split(data, self.validation, self.test, self.split_seed)

    def inputs(self, parts: Split) -> Inputs:
        """How the network sees each sample: its scale is from the training part."""
        return Inputs.fit(parts.train, self.features, self.standardize)

    def layers(self) -> list[Layer]:
        """The network's layers: hidden ones, then as many outputs as the loss reads."""
        name = self.initializer
        if name == AUTO:
            name = "he" if self.activation in RECTIFIERS else "xavier"
        start, layers = INITIALIZERS[name](), []
        for units in self.hidden:
            layers += [Linear(units, start), ACTIVATIONS[self.activation]()]
        return [*layers, Linear(self._outputs(), start)]

    def loss_name(self) -> str:
        """The loss by name, with "auto" made definite."""
        if self.loss != AUTO:
            return self.loss
        two = len(self.dataset().classes) == 2
        return "binary cross-entropy" if two else "cross-entropy"

    def make_optimizer(self) -> Optimizer:
        """The optimizer, with the numbers that this experiment gives it."""
        if callable(self.optimizer):
            return Rule(self.learning_rate, function=self.optimizer)
        made = OPTIMIZERS[self.optimizer]
        given = {f.name: getattr(self, f.name, f.default) for f in fields(made)}
        return made(**given)

    def network(self) -> Network:
        """The networks at the start of this run: one for each seed."""
        return Network(
            len(self.features or self.dataset().features),
            self.layers(),
            seed=self.seed,
            replicas=self.seeds,
            dtype=self.dtype,
        )

    def trainer(self) -> Trainer:
        """A trainer at the start of this run."""
        parts = self.split()
        scale = self.inputs(parts)
        return Trainer(
            self.network(),
            LOSSES[self.loss_name()](),
            self.make_optimizer(),
            (scale(parts.train.x), parts.train.y),
            (scale(parts.validation.x), parts.validation.y),
            batch_size=self.batch_size,
        )

    def to_json(self) -> str:
        """The experiment as JSON, with the version of the format."""
        if callable(self.optimizer):
            raise InputError(
                "optimizer",
                f"optimizer={_word(self.optimizer)} is code, which JSON does not hold; "
                "keep its cell, or try optimizer='sgd'.",
            )
        return json.dumps({"format": FORMAT, **self.values()}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Experiment":
        """The experiment that `to_json` wrote; fields left out have their defaults."""
        try:
            values = json.loads(text)
        except (ValueError, TypeError, RecursionError) as error:
            raise InputError("text", f"text is not JSON: {error}.") from None
        if not isinstance(values, dict):
            raise InputError(
                "text",
                f"text holds {type(values).__name__}, not an experiment; give what "
                "to_json wrote.",
            )
        version = values.pop("format", None)
        if version != FORMAT or isinstance(version, bool):
            raise InputError(
                "format",
                f"format={version!r} is not known; this nnlab reads format={FORMAT}.",
            )
        return cls(**values)

    def __repr__(self):
        changed = [
            f"{f.name}={_word(getattr(self, f.name))}"
            for f in fields(self)
            if f.name == "data" or getattr(self, f.name) != f.default
        ]
        return f"Experiment({', '.join(changed)})"

    def _outputs(self) -> int:
        classes = len(self.dataset().classes)
        return 1 if classes == 2 and self.loss_name() != "cross-entropy" else classes

    def _check_together(self) -> None:
        """What no field can know alone."""
        if self.data in REAL:
            for name in ("samples", "noise", "features"):
                if getattr(self, name) is not None:
                    raise InputError(
                        name,
                        f"{name}={getattr(self, name)!r} does not go with "
                        f"data={self.data!r}, which is real; leave {name} out.",
                    )
        if self.validation + self.test > 0.95:
            raise InputError(
                "validation",
                f"validation={self.validation:g} and test={self.test:g} leave too "
                "little to train on; try validation=0.2 and test=0.2.",
            )
        data = self.dataset()
        if self.loss in TWO and len(data.classes) > 2:
            raise InputError(
                "loss",
                f"loss={self.loss!r} tells 2 classes apart and data={self.data!r} has "
                f"{len(data.classes)}; try loss='cross-entropy'.",
            )
        widths = [len(self.features or data.features), *self.hidden, self._outputs()]
        size = sum((n + 1) * units for n, units in zip(widths, widths[1:])) * self.seeds
        if size > LARGEST:
            raise InputError(
                "hidden",
                f"hidden={self.hidden!r} with seeds={self.seeds} makes {size:,} "
                f"parameters, and at most {LARGEST:,} are allowed; try "
                "hidden=(64, 64).",
            )
        train = len(self.split().train)
        if self.batch_size > train:
            raise InputError(
                "batch_size",
                f"batch_size={self.batch_size} is more than the {train} training "
                f"samples of data={self.data!r}; try batch_size={train}.",
            )


def _word(value: object) -> str:
    """A field's value as it is written; a function by its name."""
    return value.__name__ if callable(value) else repr(value)


@lru_cache(maxsize=8)
def _dataset(name, samples, noise, seed) -> Dataset:
    """The data set by name; read-only, since experiments share it."""
    if name in REAL:
        data = REAL[name]()
    else:
        given = {"samples": samples, "noise": noise}
        given = {key: value for key, value in given.items() if value is not None}
        data = GENERATORS[name](**given, seed=seed)
    data.x.flags.writeable = data.y.flags.writeable = False
    return data


@lru_cache(maxsize=8)
def _split(data: tuple, validation: float, test: float, seed: int) -> Split:
    """The parts of a data set; read-only too, and for the same reason."""
    return split(_dataset(*data), validation, test, seed).freeze()
