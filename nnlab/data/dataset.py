"""A data set: samples x and targets y.

With classes, y holds labels, the index of each sample's class, and the task is
classification. Without, y holds measurements, and the task is regression. Invalid input
(a missing value, a label without a class) is refused here, so that no other code needs
to check for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np

from nnlab.backend import check_aligned, host
from nnlab.data.labels import given_targets
from nnlab.data.names import columns_of, names_of
from nnlab.errors import InputError, shown, unknown

PARTS = ("training", "validation", "test")  # of a split


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples x (N, features) and targets y.

    x and y are arrays, lists, or pandas DataFrames and Series, whose column names are
    used for `features` and `targets` if these are left out. Numbers are stored as
    float32 or float64, labels as integers.

    Args:
        name: the name of the data set.
        x: the samples (N, features).
        y: with `classes`, labels (N,): class indices 0 … k − 1, or names of classes.
            Without, measurements (N,) or (N, k).
        features: the names of the features; x1, x2, … by default.
        classes: the names of the classes, or () for measurements. If left out, words
            are labels and numbers are measurements; for a few repeated integers it must
            be given.
        image: the height and width in pixels, if samples are images.
        source: the origin of the data.
        targets: the names of the measurements.
        groups: the group of each sample (N,), such as the patient or the writer; a
            split keeps groups together.
        parts: the part of each sample (N,), one of `PARTS`, for data that come with
            their split.
        curve: the function without noise that y was measured from, if it is known: the
            points (n, 2) of x and y, for one feature and one measurement.

    Raises:
        InputError: if these do not fit together, are unordered (a set), or if a value
            is missing; the error gives its row and column.

    >>> Dataset("xor", [[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"])
    Dataset(xor: 4 samples, 2 features, 2 classes)
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    features: tuple[str, ...] = None  # type: ignore[assignment]  # a tuple after
    classes: tuple[str, ...] = None  # type: ignore[assignment]  # __post_init__
    image: tuple[int, int] | None = None
    source: str = ""
    targets: tuple[str, ...] = None  # type: ignore[assignment]
    groups: np.ndarray | None = None
    parts: np.ndarray | None = None
    curve: np.ndarray | None = None

    def __post_init__(self):
        self._check_name()
        check_aligned(self.x, self.y, self._error)
        self._take_names()
        self._take_arrays()
        self._check_shapes()
        self._check_parts()
        self._check_curve()
        self._check_finite(self.x, self.features)
        if not self.labelled:
            y = self.y.reshape(len(self), len(self.targets))
            self._check_finite(y, self.targets)

    @property
    def labelled(self) -> bool:
        """True if y holds labels, and the task is classification."""
        return bool(self.classes)

    def __len__(self):
        return len(self.x)

    def take(self, rows: np.ndarray) -> "Dataset":
        """Return the data set of these rows."""
        beside = {"groups": self.groups, "parts": self.parts}
        taken = {k: None if v is None else v[rows] for k, v in beside.items()}
        curve = None if self.curve is None else self.curve.copy()
        return replace(self, x=self.x[rows], y=self.y[rows], curve=curve, **taken)

    def freeze(self) -> "Dataset":
        """Make the arrays read-only in place, and return the data set.

        It can then be shared.
        """
        for array in (self.x, self.y, self.groups, self.parts, self.curve):
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

    def _set(self, **values: Any) -> None:
        """Set fields of the frozen dataclass during initialization."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _check_name(self) -> None:
        if not isinstance(self.name, str):
            raise InputError(
                "name",
                f"name={shown(self.name, 30)} is not allowed: a data set's name comes "
                "first; try Dataset('mine', x, y, features, classes).",
            )

    def _take_names(self) -> None:
        """Convert names to tuples, with those of x and y as defaults."""
        features, own = self.features, columns_of(self.x)
        if features is not None:
            features = names_of("features", features)
        if own and features and own != features:
            raise self._error(
                f"x with the columns {shown(list(own))} and features="
                f"{shown(list(features))}; leave features out, or give x.to_numpy()."
            )
        classes, targets = self.classes, self.targets
        if targets is None:
            targets = columns_of(self.y) or ("y",)
        self._set(
            features=features or own,
            classes=None if classes is None else names_of("classes", classes, True),
            targets=names_of("targets", targets),
        )

    def _take_arrays(self) -> None:
        """Convert x, y, groups and parts to arrays: numbers to floats, labels to class
        indices."""
        x = host("x", self.x, self._error)
        if not x.ndim:
            raise self._error(
                f"{shown(self.x)} for x; give an array, such as x=np.array([…])."
            )
        y, classes = given_targets(self.y, self.classes, self._error)
        features = self.features
        if features is None:
            features = tuple(
                f"x{i + 1}" for i in range(x.shape[1] if x.ndim > 1 else 1)
            )
        self._set(x=_floats(x), y=y if classes else _floats(y))
        self._set(features=features, classes=classes)
        for name in ("groups", "parts", "curve"):
            if (value := getattr(self, name)) is not None:
                self._set(**{name: host(name, value, self._error)})
        if self.groups is not None and self.groups.dtype.kind == "f":
            bad = np.argwhere(np.isnan(self.groups))
            if len(bad):
                raise self._error(
                    f"nan in row {bad[0][0]} of groups; name the group of each sample."
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
        if self.image is not None and not self._fits_image():
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
        """Raise an `InputError` unless `parts`, if given, has one of `PARTS` for each
        sample."""
        if self.parts is None:
            return
        if self.parts.shape != (len(self),):
            raise self._error(
                f"{len(self)} samples and parts={shown(self.parts)}; give an array "
                "with one of 'training', 'validation' and 'test' for each sample."
            )
        for part in {*self.parts.tolist()} - {*PARTS}:
            raise unknown("parts", part, PARTS)

    def _check_curve(self) -> None:
        """Raise an `InputError` unless `curve`, if given, is points (n, 2) of finite
        numbers, for one feature and one measurement."""
        if self.curve is None:
            return
        if len(self.features) > 1 or self.labelled or len(self.targets) > 1:
            raise self._error(
                "a curve, which is for one feature and one measurement; leave it out."
            )
        if self.curve.ndim != 2 or self.curve.shape[1] != 2:
            raise self._error(
                f"a curve of shape {self.curve.shape}; give its points as rows of x "
                "and y, such as np.stack([x, y], axis=1)."
            )
        self._check_finite(self.curve, ("x", "y"))

    def _check_finite(self, table: np.ndarray, names: Sequence[str]) -> None:
        """Raise an `InputError` unless every entry of the table (N, names) is a finite
        number."""
        if table.dtype.kind not in "buif":
            raise self._error(
                f"{shown(str(table.flat[0])) if table.size else 'nothing'} in column "
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

    def _fits_image(self) -> bool:
        """Return True if `image` is a height and a width with one feature per pixel."""
        sides = self.image
        if not isinstance(sides, tuple | list) or len(sides) != 2:
            return False
        self._set(image=tuple(sides))
        whole = all(isinstance(side, Integral) and side > 0 for side in sides)
        return whole and sides[0] * sides[1] == len(self.features)

    def _error(self, message: str) -> InputError:
        return InputError("data", f"data={self.name!r} has {message}")


def _floats(values: np.ndarray) -> np.ndarray:
    """Return numbers as float32 or float64, since smaller types lack precision for
    sums; others unchanged."""
    exact = values.dtype in (np.float32, np.float64) or values.dtype.kind not in "buif"
    return values if exact else values.astype(np.float64)
