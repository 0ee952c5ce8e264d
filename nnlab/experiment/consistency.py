"""Check that the fields of an experiment fit together."""

from nnlab.backend import select_backend
from nnlab.data.catalogue import REAL
from nnlab.engine.layers import Layer
from nnlab.engine.losses.classification import Binary
from nnlab.engine.residual import Residual
from nnlab.engine.sequential import Sequential
from nnlab.errors import InputError
from nnlab.experiment import build
from nnlab.experiment.settings import Settings
from nnlab.experiment.source_repr import word
from nnlab.training.sample_checks import batch_of

LARGEST_HELD_BACK = 0.95  # share of the data that validation and test are together
LARGEST = 50_000_000  # parameters of all replicas; training takes about 1 GB


def check_together(e: Settings) -> None:
    """Check all pairs of fields that depend on each other.

    Raises:
        InputError: for the first combination that is not allowed.
    """
    _check_points(e)
    _check_parts(e)
    _check_features(e)
    _check_loss(e)
    _check_layers(e)
    _check_clips(e)
    _check_size(e)
    _check_batch(e)


def _check_points(e: Settings) -> None:
    """Only generated data accept `samples` and `noise`."""
    for name in ("samples", "noise"):
        if getattr(e, name) is not None and build.own(e, name) is None:
            why = "is real" if e.data in REAL else f"takes no {name}"
            raise InputError(
                name,
                f"{name}={getattr(e, name)!r} does not go with data={word(e.data)}, "
                f"which {why}; leave {name} out.",
            )


def _check_parts(e: Settings) -> None:
    """Require training samples of two classes, and validation samples for early
    stopping."""
    if round(e.validation + e.test, 6) > LARGEST_HELD_BACK:
        raise InputError(
            "validation",
            f"validation={e.validation:g} and test={e.test:g} leave too little to "
            "train on; try validation=0.2 and test=0.2.",
        )
    parts = build.split_of(e)
    if e.patience is not None and not len(parts.validation):
        raise InputError(
            "patience",
            f"patience={e.patience} watches the validation loss, and validation="
            f"{e.validation:g} leaves no samples for it; try validation=0.2.",
        )
    y = parts.train.y
    if parts.train.labelled and (y == y[0]).all():
        name = parts.train.classes[y[0]]
        raise InputError(
            "data",
            f"data={word(e.data)} has training samples of one class only, {name!r}, so "
            "there is nothing to tell apart; give samples of another one.",
        )


def _check_features(e: Settings) -> None:
    """Only points on the plane accept `features`."""
    data = build.dataset(e)
    if e.features is not None and not build.on_plane(data):
        raise InputError(
            "features",
            f"features={e.features!r} does not go with data={word(e.data)}, which has "
            f"{len(data.features)} features of its own; leave features out.",
        )


def _check_loss(e: Settings) -> None:
    """A classification loss requires labels, and a binary loss two classes."""
    data, loss = build.dataset(e), build.loss(e)
    for_labels = isinstance(loss, build.FROM_LOGITS | Binary)
    if for_labels and not data.labelled:
        raise InputError(
            "loss",
            f"loss={word(e.loss)} is for classes, and data={word(e.data)} has "
            "measurements to learn; try loss='mse'.",
        )
    if isinstance(loss, Binary) and len(data.classes) > 2:
        raise InputError(
            "loss",
            f"loss={word(e.loss)} tells 2 classes apart and data={word(e.data)} has "
            f"{len(data.classes)}; try loss='cross-entropy'.",
        )


def _check_layers(e: Settings) -> None:
    """Options of hidden layers require one; a block requires two of equal width."""
    counted = [entry for entry in e.hidden if not isinstance(entry, Layer)]
    for name in ("batch_norm", "dropout", "residual"):
        if getattr(e, name) not in (None, False) and not counted:
            raise InputError(
                name,
                f"{name}={getattr(e, name)!r} goes with hidden layers, and "
                f"hidden={e.hidden!r} has none; try hidden=(8, 8).",
            )
    blocks = [layer for layer in build.layers(e) if isinstance(layer, Residual)]
    if e.residual and not blocks:
        raise InputError(
            "residual",
            f"residual=True needs a hidden layer that is as wide as the one before it, "
            f"and hidden={e.hidden!r} has none; try hidden=(8, 8).",
        )


def _check_clips(e: Settings) -> None:
    """Only one kind of gradient clipping can be used."""
    if e.clip_norm is not None and e.clip_value is not None:
        raise InputError(
            "clip_value",
            f"clip_norm={e.clip_norm:g} and clip_value={e.clip_value:g} do the same "
            "thing in two ways; try clip_value=None.",
        )


def _check_size(e: Settings) -> None:
    """Limit the number of parameters, and require an installed backend and layers that
    declare their biases where regularizers skip those."""
    stack = Sequential(build.layers(e), build.inputs(e))
    rules = *build.regularizers(e), *build.optimizer(e).decays
    if not all(rule.biases for rule in rules):
        stack.biases()
    size = stack.layout.size * e.seeds
    select_backend(e.backend, size)
    if size > LARGEST:
        raise InputError(
            "hidden",
            f"hidden={e.hidden!r} with seeds={e.seeds} makes {size:,} parameters, and "
            f"at most {LARGEST:,} are allowed; try hidden=(64, 64).",
        )


def _check_batch(e: Settings) -> None:
    """Require a batch size that all layers accept."""
    batch_of(e.batch_size, len(build.split_of(e).train), build.layers(e))
