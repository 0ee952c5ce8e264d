"""The settings of a run: every field, with its default and what it accepts."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from nnlab.backend import BACKENDS, DTYPES
from nnlab.data.catalogue import GENERATED, MEANT, REAL
from nnlab.data.dataset import Dataset
from nnlab.data.features import FEATURES
from nnlab.engine.activations import ACTIVATIONS
from nnlab.engine.initializers import INITIALIZERS, Initializer
from nnlab.engine.layers import Layer
from nnlab.engine.losses import LOSSES
from nnlab.engine.losses.loss import Loss
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.engine.schedules import (
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    OneCycleLR,
    Schedule,
    StepLR,
)
from nnlab.experiment.custom_parts import (
    as_activation,
    as_initializer,
    as_layer,
    as_loss,
    as_rule,
    as_schedule,
    as_source,
)
from nnlab.experiment.fields import (
    Choice,
    Count,
    Flag,
    Number,
    Optional,
    Part,
    Share,
    Some,
    Widths,
    described,
)

DATA, NETWORK, TRAINING = "data", "network", "training"  # groups of fields
REGULARIZATION, SEEDS = "regularization", "seeds and backend"
SEED, SHARE, LIMIT = Count(0, 2**32 - 1), Share(0, 0.9), Number(1e-6, 100, log=True)
PRICE = Number(1e-6, 100, log=True, zero=True)  # strength of a penalty on weights
RATE = 0.1  # default learning rate
AVERAGE = Number(0, 0.9999)  # decay of a moving average
AUTO = "auto"  # what fits the rest of the experiment
SCHEDULES: dict[str, Callable[[int], Schedule]] = {  # name → schedule over n steps
    "steady": lambda steps: ConstantLR(),
    "step": lambda steps: StepLR(every=max(1, steps // 3)),
    "exponential": lambda steps: ExponentialLR(0.01 ** (1 / steps)),  # ends at 1 %
    "cosine": CosineAnnealingLR,
    "warm-up": LinearLR,
    "one cycle": OneCycleLR,
}


@dataclass(frozen=True)
class Settings:
    """All fields of an `Experiment`, which checks them."""

    data: str | Dataset | Callable = described(
        DATA,
        Part(lambda: [*GENERATED, *REAL], as_source, MEANT),
        "island",
        "data set that the network learns from",
    )
    samples: int | None = described(
        DATA, Optional(Count(10, 100_000)), None, "number of points to generate"
    )
    noise: float | None = described(
        DATA,
        Optional(Number(0, 2)),
        None,
        "standard deviation of the noise on generated points",
    )
    data_seed: int = described(DATA, SEED, 0, "seed of the generated points")
    validation: float = described(
        DATA,
        SHARE,
        0.2,
        "share of the data for comparing settings, never trained on; 0 for none",
    )
    test: float = described(
        DATA, SHARE, 0.2, "share of the data kept for one final measurement; 0 for none"
    )
    split_seed: int = described(DATA, SEED, 0, "seed of the split")
    features: tuple[str, ...] | None = described(
        DATA,
        Optional(Some(lambda: FEATURES)),
        None,
        "inputs of the network for each point; by default the features of the data",
    )
    standardize: bool = described(
        DATA,
        Flag(),
        True,
        "scale every feature, and every target that is a measurement, to mean 0 and "
        "standard deviation 1 on the training part",
    )
    hidden: tuple[int | Layer, ...] = described(
        NETWORK, Widths(as_layer), (4,), "number of units in each hidden layer"
    )
    activation: str | Layer = described(
        NETWORK,
        Part(lambda: ACTIVATIONS, as_activation),
        "tanh",
        "activation function of the hidden units",
    )
    initializer: str | Initializer = described(
        NETWORK,
        Part(lambda: [AUTO, *INITIALIZERS], as_initializer),
        AUTO,
        "distribution of the initial weights: auto is he for relu, leaky relu, elu, "
        "gelu and silu, xavier for the others",
    )
    batch_norm: bool = described(
        NETWORK, Flag(), False, "batch normalization before each hidden activation"
    )
    dropout: float | None = described(
        NETWORK,
        Optional(Number(0, 0.95), "off"),
        None,
        "probability that a hidden unit is dropped in a training step",
    )
    residual: bool = described(
        NETWORK,
        Flag(),
        False,
        "add the input of a hidden layer to its output, where both have the same width",
    )
    loss: str | Loss = described(
        TRAINING,
        Part(lambda: [AUTO, *LOSSES], as_loss),
        AUTO,
        "loss to minimize: auto is cross-entropy for classes, mse for measurements",
    )
    optimizer: str | Optimizer | Callable = described(
        TRAINING,
        Part(lambda: OPTIMIZERS, as_rule),
        "sgd",
        "rule that turns a gradient into a step",
    )
    learning_rate: float = described(
        TRAINING,
        Number(1e-5, 100, log=True),
        None,
        f"size of each step; by default {RATE}, or the rate of an optimizer given as "
        "an object",
    )
    momentum: float = described(
        TRAINING,
        Number(0, 1),
        0.9,
        "share of the previous step that is kept (momentum, nesterov)",
    )
    beta1: float = described(
        TRAINING, AVERAGE, 0.9, "decay of the mean gradient (adam, amsgrad, adamw)"
    )
    beta2: float = described(
        TRAINING, AVERAGE, 0.999, "decay of the mean square (adam, amsgrad, adamw)"
    )
    decay: float = described(
        TRAINING, AVERAGE, 0.99, "decay of the mean square (rmsprop)"
    )
    epsilon: float | None = described(
        TRAINING,
        Optional(Number(1e-16, 1, log=True), "auto"),
        None,
        "added to the divisor (adagrad, rmsprop, adam, amsgrad, adamw)",
    )
    schedule: str | Callable | None = described(
        TRAINING,
        Optional(Part(lambda: SCHEDULES, as_schedule), "off"),
        None,
        "factor of the learning rate over the steps",
    )
    schedule_steps: int = described(
        TRAINING, Count(1, 10**7), 1000, "number of steps of the schedule"
    )
    batch_size: int | None = described(
        TRAINING,
        Optional(Count(1, 100_000), "all"),
        32,
        "number of samples in a mini-batch, at most",
    )
    l1: float | None = described(
        REGULARIZATION,
        Optional(PRICE, "off"),
        None,
        "strength of the L1 penalty on the weights",
    )
    l2: float | None = described(
        REGULARIZATION,
        Optional(PRICE, "off"),
        None,
        "strength of the L2 penalty on the weights",
    )
    weight_decay: float | None = described(
        REGULARIZATION,
        Optional(PRICE, "auto"),
        None,
        "share of the learning rate by which weights shrink at each step; auto is 0.01 "
        "with adamw, otherwise none",
    )
    biases: bool = described(
        REGULARIZATION, Flag(), False, "apply l1, l2 and weight decay to biases, too"
    )
    clip_norm: float | None = described(
        REGULARIZATION,
        Optional(LIMIT, "off"),
        None,
        "largest norm of the gradient; longer ones are clipped",
    )
    clip_value: float | None = described(
        REGULARIZATION,
        Optional(LIMIT, "off"),
        None,
        "largest size of each entry of the gradient; larger ones are clipped",
    )
    patience: int | None = described(
        REGULARIZATION,
        Optional(Count(1, 10_000), "off"),
        None,
        "epochs without a better validation loss before a network stops",
    )
    seeds: int = described(
        SEEDS,
        Count(1, 1024),
        8,
        "number of networks that train side by side, each from a seed of its own",
    )
    seed: int = described(SEEDS, SEED, 0, "seed of the first network")
    dtype: str = described(
        SEEDS, Choice(lambda: DTYPES), "float32", "precision of all numbers"
    )
    backend: str = described(
        SEEDS,
        Choice(lambda: BACKENDS),
        "numpy",
        "library that computes: NumPy, or PyTorch on the processor or a GPU; auto is "
        "the fastest one for this number of parameters",
    )

    @classmethod
    def kinds(cls) -> dict:
        """Return every field by name, with the kind of value it accepts."""
        return {f.name: f.metadata["kind"] for f in fields(cls)}

    @classmethod
    def says(cls) -> dict[str, str]:
        """Return every field by name, with a short description."""
        return {f.name: f.metadata["says"] for f in fields(cls)}

    @classmethod
    def groups(cls) -> dict[str, list[str]]:
        """Return the names of all fields by group."""
        groups: dict[str, list[str]] = {}
        for f in fields(cls):
            groups.setdefault(f.metadata["group"], []).append(f.name)
        return groups

    def values(self) -> dict[str, Any]:
        """Return every field by name, with its value."""
        return {name: getattr(self, name) for name in self.kinds()}
