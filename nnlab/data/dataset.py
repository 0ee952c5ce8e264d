"""A data set: samples x, and what is to be learned of each, y.

If there are classes, y holds labels, the number of each sample's class, and the task is
classification. If there are none, y holds measurements, and the task is regression.
What cannot be learned from (a number that is missing, a label without a class) is
refused here, once, so that nothing above has to ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nnlab.errors import InputError, shown, unknown

PARTS = ("training", "validation", "test")  # of a split


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples x (N, features) and what is to be learned of them, y.

    With `classes`, y (N,) are labels: class numbers 0 … k − 1. Without, y (N,) or
    (N, k) are measurements, and `targets` names what is measured. `image` is the height
    and width of a sample that is a picture. `source` says where the data are from.
    `groups` (N,) says which samples belong together (one patient's, one writer's), so
    that a split can keep them together. `parts` (N,) says of each sample which of
    `PARTS` it is in, for data that come with their split. Raises `InputError` if these
    do not fit.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    classes: tuple[str, ...]
    image: tuple[int, int] | None = None
    source: str = ""
    targets: tuple[str, ...] = ("y",)
    groups: np.ndarray | None = None
    parts: np.ndarray | None = None

    def __post_init__(self):
        self._check_arrays()
        self._check_shapes()
        self._check_parts()
        self._check_finite(self.x, self.features)
        if self.labelled:
            _check_labels("data", repr(self.name), self.y, self.classes)
        else:
            y = self.y.reshape(len(self), len(self.targets))
            self._check_finite(y, self.targets)

    @property
    def labelled(self) -> bool:
        """Whether y are labels, and the task is classification."""
        return bool(self.classes)

    def __len__(self):
        return len(self.x)

    def take(self, rows: np.ndarray) -> "Dataset":
        """The data set of these rows."""
        beside = {"groups": self.groups, "parts": self.parts}
        taken = {k: None if v is None else v[rows] for k, v in beside.items()}
        return replace(self, x=self.x[rows], y=self.y[rows], **taken)

    def freeze(self) -> "Dataset":
        """This data set, made read-only: those who share it must not change it."""
        for array in (self.x, self.y, self.groups, self.parts):
            if array is not None:
                array.flags.writeable = False
        return self

    def __repr__(self):
        parts = [f"{len(self)} samples", f"{len(self.features)} features"]
        if self.labelled:
            parts.append(f"{len(self.classes)} classes")
        else:
            parts.append(f"measured: {', '.join(self.targets)}")
        if self.groups is not None:
            parts.append(f"{len(np.unique(self.groups))} groups")
        if self.parts is not None:
            counts = (f"{np.sum(self.parts == part)} {part}" for part in PARTS)
            parts.append(f"split into {', '.join(counts)}")
        return f"Dataset({self.name}: {', '.join(parts)})"

    def _check_arrays(self) -> None:
        for name, array in (("x", self.x), ("y", self.y)):
            if not isinstance(array, np.ndarray) or not array.ndim:
                raise self._error(
                    f"{shown(array)} for {name}; give an array, such as "
                    f"{name}=np.array([…])."
                )

    def _check_shapes(self) -> None:
        n, what = len(self.x), "label" if self.labelled else "target"
        if len(self.y) != n:
            raise self._error(
                f"{n} samples and {len(self.y)} {what}s; give one {what} for each "
                "sample."
            )
        if self.x.shape != (n, len(self.features)):
            raise self._error(
                f"x of shape {self.x.shape} and {len(self.features)} features; give x "
                "a row for each sample and a column for each feature."
            )
        if not self.labelled and (self.y.shape[1:] or (1,)) != (len(self.targets),):
            raise self._error(
                f"y of shape {self.y.shape} and {len(self.targets)} targets; give y a "
                "column for each target."
            )
        if self.image and self.image[0] * self.image[1] != len(self.features):
            raise self._error(
                f"image={self.image} and {len(self.features)} features; give the "
                "height and width of a sample's picture, a feature for each point."
            )
        if self.groups is not None and self.groups.shape != (n,):
            raise self._error(
                f"{n} samples and groups of shape {self.groups.shape}; give one group "
                "for each sample."
            )

    def _check_parts(self) -> None:
        """Raises an `InputError` unless `parts`, if given, is one of `PARTS` for each
        sample."""
        if self.parts is None:
            return
        if not isinstance(self.parts, np.ndarray) or self.parts.shape != (len(self),):
            raise self._error(
                f"{len(self)} samples and parts={shown(self.parts)}; give an array "
                "with one of 'training', 'validation' and 'test' for each sample."
            )
        for part in {*self.parts.tolist()} - {*PARTS}:
            raise unknown("parts", part, PARTS)

    def _check_finite(self, table: np.ndarray, names: Sequence[str]) -> None:
        """Raises an `InputError` unless every entry (N, names) is a finite number."""
        if table.dtype.kind not in "buif":
            raise self._error(
                f"{shown(table.flat[0]) if table.size else 'nothing'} in column "
                f"{names[0]!r}, which is no number; give numbers, such as "
                "x.astype(float)."
            )
        bad = np.argwhere(~np.isfinite(table))
        if len(bad):
            row, column = bad[0]
            raise self._error(
                f"{table[row, column]} in row {row}, column {names[column]!r}; fill it "
                "in, or leave that row out."
            )

    def _error(self, message: str) -> InputError:
        return InputError("data", f"data={self.name!r} has {message}")


def one_hot(y: np.ndarray, classes: Sequence) -> np.ndarray:
    """Labels y (N,) as rows (N, k): 1 in the column of a sample's class, 0 elsewhere.

    Raises `InputError` for a label that is the number of none of the `classes`.

    >>> one_hot(np.array([2, 0]), ("red", "green", "blue"))
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    _check_labels("y", shown(y), y, classes)
    return np.eye(len(classes))[y]


def _check_labels(argument: str, given: str, y: np.ndarray, classes: Sequence) -> None:
    """Raises an `InputError` unless y (N,) are numbers of `classes`."""
    highest = len(classes) - 1
    if y.ndim != 1 or y.dtype.kind not in "ui":
        raise InputError(
            argument,
            f"{argument}={given} has labels of type {y.dtype} and shape {y.shape}; "
            f"give each sample one whole number from 0 to {highest}.",
        )
    bad = np.flatnonzero((y < 0) | (y > highest))
    if len(bad):
        raise InputError(
            argument,
            f"{argument}={given} has label {y[bad[0]]} in row {bad[0]} and "
            f"{len(classes)} classes; number them from 0 to {highest}.",
        )
