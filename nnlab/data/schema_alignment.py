"""Match other data to the features and classes that a network was trained on.

A network knows features and classes by position only. Data with columns in another
order are reordered by name before scoring; data that lack a column, or have another
class, raise an error.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.errors import InputError, shown, unknown

UNNAMED = ("y",)  # default name of a target


def matched(data: Any, own: Dataset) -> Dataset:
    """Return `data` with the features, classes and targets of `own`, in their order.

    Classes of `own` may be absent in `data`.

    Args:
        data: the data to reorder.
        own: the data that the network was trained on.

    Raises:
        InputError: for a missing or unknown feature, class or target, for labels
            instead of measurements or the reverse, and if `data` is not a `Dataset` or
            is empty.
    """
    if not isinstance(data, Dataset):
        raise InputError(
            "data",
            f"data={shown(data, 30)} is not allowed: it is a Dataset; try "
            "Table.read(path).dataset(target).",
        )
    if not len(data):
        raise _wrong(data, "no samples; give at least one")
    if data.labelled != own.labelled:
        what = ("measurements", "labels")[data.labelled]
        other = ("measurements", "labels")[own.labelled]
        raise _wrong(data, f"{what}, and the network learned {other}")
    columns = _places(data, "feature", data.features, own.features)
    x, y, targets = np.take(data.x, columns, axis=1), data.y, data.targets
    if own.labelled:
        y = _labels(data, own)
    elif UNNAMED not in (data.targets, own.targets):
        order = _places(data, "target", data.targets, own.targets)
        y, targets = (y[:, order] if y.ndim == 2 else y), own.targets
    return replace(
        data, x=x, y=y, features=own.features, classes=own.classes, targets=targets
    )


def _places(
    data: Dataset, what: str, given: tuple[str, ...], own: tuple[str, ...]
) -> list[int]:
    """Return the position of each of `own` among those given."""
    if given == own:
        return [*range(len(own))]
    for name in given:
        if name not in own:
            error = unknown(what, name, own)
            raise _wrong(data, f"a {what} that the network has not learned: {error}")
    for name in own:
        if given.count(name) != 1:
            lack = (
                f"no {what} {name!r}, which"
                if name not in given
                else (f"{what} {name!r} more than once, which")
            )
            raise _wrong(data, f"{lack} the network has learned once")
    if len({*own}) < len(own):
        raise _wrong(data, f"another order of {what}s, of which some have one name")
    return [given.index(name) for name in own]


def _labels(data: Dataset, own: Dataset) -> np.ndarray:
    """Return class indices in the order of the network's classes."""
    for name in data.classes:
        if name not in own.classes:
            error = unknown("class", name, own.classes)
            raise _wrong(data, f"a class that the network has not learned: {error}")
    return np.array([own.classes.index(name) for name in data.classes])[data.y]


def _wrong(data: Dataset, what: str) -> InputError:
    end = "" if what.endswith((".", "?")) else "."
    return InputError("data", f"data={data.name!r} has {what}{end}")
