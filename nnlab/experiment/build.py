"""Build the parts of a run from an experiment: data, network, loss, optimizer, trainer.

Each function takes an `Experiment` and returns one part; names and "auto" are resolved
here.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import lru_cache
from inspect import signature
from typing import Any
from warnings import warn

import numpy as np

from nnlab.data import catalogue
from nnlab.data.dataset import Dataset
from nnlab.data.features import PLAIN, Inputs
from nnlab.data.schema_alignment import matched
from nnlab.data.splits import Split, split
from nnlab.data.standardizer import Standardizer
from nnlab.engine.activations import ACTIVATIONS, ELU, GELU, LeakyReLU, ReLU, SiLU
from nnlab.engine.clipping import Clip, ClipNorm, ClipValue
from nnlab.engine.dropout import Dropout
from nnlab.engine.initializers import INITIALIZERS, Initializer
from nnlab.engine.layers import Layer, Linear
from nnlab.engine.losses import LOSSES, CrossEntropy
from nnlab.engine.losses.loss import Loss
from nnlab.engine.network import Network
from nnlab.engine.normalization import BatchNorm
from nnlab.engine.optimizers import OPTIMIZERS
from nnlab.engine.optimizers.function_optimizer import FunctionOptimizer
from nnlab.engine.optimizers.optimizer import Optimizer
from nnlab.engine.regularizers import L1, L2, Regularizer, WeightDecay
from nnlab.engine.residual import Residual
from nnlab.engine.schedules import (
    Schedule,
)
from nnlab.experiment.answer_parts import AnswerLoss
from nnlab.experiment.custom_parts import as_dataset
from nnlab.experiment.settings import AUTO, SCHEDULES, Settings
from nnlab.training.early_stopping import EarlyStopping
from nnlab.training.metrics import Part, measure
from nnlab.training.trainer import Trainer

FROM_LOGITS = CrossEntropy | AnswerLoss  # losses with an output for every class
RECTIFIERS = (ReLU, LeakyReLU, ELU, GELU, SiLU)  # pass about half of their inputs


def on_plane(data: Dataset) -> bool:
    """Return True if samples are points on the plane (N, 2)."""
    return data.x.shape[1:] == (2,)


def dataset(e: Settings) -> Dataset:
    """Return all the data before the split; cached, shared and read-only."""
    return _dataset(e.data, e.samples, e.noise, e.data_seed)


def own(e: Settings, parameter: str) -> Any:
    """Return the default of `parameter` in the function that makes the data.

    None if it has no such parameter.
    """
    if isinstance(e.data, str):
        return catalogue.own(e.data, parameter)
    known = {} if isinstance(e.data, Dataset) else parameters_of(e.data)
    return known.get(parameter)


def parameters_of(maker: Callable) -> dict[str, Any]:
    """Return the parameters of a function that makes data, with their defaults."""
    return {name: p.default for name, p in signature(maker).parameters.items()}


def meant(e: Settings, name: str) -> Any:
    """Return the value of a field: see `Experiment.meant`."""
    value = getattr(e, name)
    if value is not None:
        return value
    if name == "features":
        return PLAIN if on_plane(dataset(e)) else None
    if name == "weight_decay" and e.optimizer == "adamw":
        return getattr(optimizer(e), name)
    return own(e, name)


def split_of(e: Settings) -> Split:
    """Return the training, validation and test parts; cached, shared and read-only."""
    return _split(dataset(e), e.validation, e.test, e.split_seed)


def transform(e: Settings, parts: Split) -> Inputs:
    """Return the transform to network inputs, fitted to the training part."""
    return Inputs.fit(parts.train, e.features, e.standardize)


def targets(e: Settings, parts: Split) -> Standardizer | None:
    """Return the standardizer of the targets; None for labels.

    It is fitted to the training part.
    """
    if parts.train.labelled:
        return None
    y = parts.train.y
    return Standardizer.fit(y) if e.standardize else Standardizer.identity(y)


def inputs(e: Settings) -> int:
    """Return the number of inputs of the network."""
    return len(e.features or dataset(e).features)


def outputs(e: Settings) -> int:
    """Return the number of outputs of the network that the loss expects."""
    data = dataset(e)
    if not data.labelled:
        return len(data.targets)
    two = len(data.classes) == 2 and not isinstance(loss(e), FROM_LOGITS)
    return 1 if two else len(data.classes)


def loss(e: Settings) -> Loss:
    """Return the loss.

    "auto" is chosen from the data: MSE for measurements, binary cross-entropy for two
    classes, else cross-entropy.
    """
    if e.loss != AUTO:
        return LOSSES[e.loss]() if isinstance(e.loss, str) else e.loss
    data = dataset(e)
    if not data.labelled:
        return LOSSES["mse"]()
    two = len(data.classes) == 2
    return LOSSES["binary cross-entropy" if two else "cross-entropy"]()


def activation(e: Settings) -> Layer:
    """Return the activation of the hidden layers."""
    given = e.activation
    return ACTIVATIONS[given]() if isinstance(given, str) else given


def initializer(e: Settings) -> Initializer:
    """Return the initializer of the weights.

    "auto" is He for the rectifiers, else Xavier.
    """
    if not isinstance(e.initializer, str):
        return e.initializer
    auto = "he" if isinstance(activation(e), RECTIFIERS) else "xavier"
    return INITIALIZERS[auto if e.initializer == AUTO else e.initializer]()


def layers(e: Settings) -> list[Layer]:
    """Return the hidden layers, followed by the output layer."""
    stack, width = [], inputs(e)
    for entry in e.hidden:
        some = [entry] if isinstance(entry, Layer) else _hidden(e, entry)
        if e.residual and entry == width:
            some = [Residual(tuple(some))]
        stack += some
        for layer in some:
            width = layer.outputs(width)
    return [*stack, Linear(outputs(e), initializer(e))]


def _hidden(e: Settings, units: int) -> list[Layer]:
    """Return a hidden layer of `units`, with batch norm, activation and dropout."""
    norm = [BatchNorm()] if e.batch_norm else []
    drop = [] if e.dropout is None else [Dropout(e.dropout)]
    return [Linear(units, initializer(e)), *norm, activation(e), *drop]


def optimizer(e: Settings) -> Optimizer:
    """Return the optimizer, with the hyperparameters of this experiment."""
    given = e.optimizer
    if isinstance(given, Optimizer):
        return given
    if callable(given):
        return FunctionOptimizer(e.learning_rate, function=given)
    made = OPTIMIZERS[given]
    values = {f.name: getattr(e, f.name) for f in fields(made)}
    return made(**{name: value for name, value in values.items() if value is not None})


def regularizers(e: Settings) -> list[Regularizer]:
    """Return the penalties and weight decay; AdamW applies its own decay."""
    decay = None if e.optimizer == "adamw" else e.weight_decay
    given = {L1: e.l1, L2: e.l2, WeightDecay: decay}
    return [rule(n, e.biases) for rule, n in given.items() if n is not None]


def clip(e: Settings) -> Clip | None:
    """Return the gradient clipping, or None."""
    if e.clip_norm is not None:
        return ClipNorm(e.clip_norm)
    return None if e.clip_value is None else ClipValue(e.clip_value)


def schedule(e: Settings) -> Schedule | None:
    """Return the learning rate schedule, or None."""
    named = isinstance(e.schedule, str)
    return SCHEDULES[e.schedule](e.schedule_steps) if named else e.schedule


def stopping(e: Settings) -> EarlyStopping | None:
    """Return the early stopping rule, or None."""
    return None if e.patience is None else EarlyStopping(e.patience)


def network(e: Settings) -> Network:
    """Return the network at its initial weights, with one replica per seed."""
    return Network(inputs(e), layers(e), e.seed, e.seeds, e.dtype, e.backend)


def arrays(e: Settings) -> list[Part]:
    """Return the training and the validation part as the network receives them.

    Returns:
        Two pairs (x, y), inputs (N, inputs) and targets; the validation part may be
        empty.
    """
    parts = split_of(e)
    scale, measured = transform(e, parts), targets(e, parts)
    return [
        (scale(part.x), measured(part.y) if measured else part.y)
        for part in (parts.train, parts.validation)
    ]


def score(e: Settings, network: Network, data: Dataset) -> dict[str, Any]:
    """Return the metrics of the networks on `data`, given in original units.

    Features and classes are matched by name. See `Experiment.score`.

    Returns:
        Arrays (seeds,) by name: "loss", and "accuracy" or "r2".

    Raises:
        InputError: if features, classes or targets do not match those of the
            experiment.
    """
    data = matched(data, dataset(e))
    if data.labelled and len(data) > 1 and (data.y == data.y[0]).all():
        warn(
            f"data={data.name!r} has samples of one class only, "
            f"{data.classes[data.y[0]]!r}, so the accuracy is that on this class: who "
            "always answers so gets 1",
            stacklevel=3,
        )
    parts, judge = split_of(e), loss(e)
    measured = targets(e, parts)
    y = measured(data.y) if measured else data.y
    part = network.features(transform(e, parts)(data.x)), network.targets(y, judge)
    found = measure(network, judge, {"": part}, data.labelled)
    return {name.removeprefix("_"): values for name, values in found.items()}


def trainer(e: Settings) -> Trainer:
    """Return a trainer at the first step of the run."""
    return Trainer(
        network(e),
        loss(e),
        optimizer(e),
        *arrays(e),
        e.batch_size,
        regularizers(e),
        clip(e),
        schedule(e),
        stopping(e),
    )


@lru_cache(maxsize=8)
def _dataset(data, samples, noise, seed) -> Dataset:
    given = {"samples": samples, "noise": noise}
    given = {key: value for key, value in given.items() if value is not None}
    if not isinstance(data, str):
        made = as_dataset(data, seed, **given)
        return made.take(np.arange(len(made))).freeze()  # a copy of user data
    if data in catalogue.REAL:
        return catalogue.REAL[data]().freeze()
    return catalogue.GENERATED[data](**given, seed=seed).freeze()


@lru_cache(maxsize=8)
def _split(data: Dataset, validation: float, test: float, seed: int) -> Split:
    return split(data, validation, test, seed).freeze()
