"""Features computed from a point on the plane, beside its two coordinates.

Nonlinear features can make hidden layers unnecessary: with x₁x₂ a linear model
separates the two classes of XOR.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.data.standardizer import Standardizer

FEATURES = {  # name in code → name for display, and formula
    "x1": ("x₁", lambda x1, x2: x1),
    "x2": ("x₂", lambda x1, x2: x2),
    "x1^2": ("x₁²", lambda x1, x2: x1 * x1),
    "x2^2": ("x₂²", lambda x1, x2: x2 * x2),
    "x1*x2": ("x₁x₂", lambda x1, x2: x1 * x2),
    "sin(x1)": ("sin x₁", lambda x1, x2: np.sin(x1)),
    "sin(x2)": ("sin x₂", lambda x1, x2: np.sin(x2)),
}

PLAIN = ("x1", "x2")  # the default


@dataclass(frozen=True, eq=False)
class Inputs:
    """Transform from samples in original units (N, features) to network inputs.

    Attributes:
        chosen: names of `FEATURES`, for points on the plane; None for the data's
            features.
        names: the names of the inputs, for display.
        scale: the standardizer, applied last.
    """

    chosen: tuple[str, ...] | None
    names: tuple[str, ...]
    scale: Standardizer

    @classmethod
    def fit(
        cls, data: Dataset, chosen: Sequence[str] | None, standardize: bool
    ) -> "Inputs":
        """Return the inputs for `data`.

        Args:
            data: the training part.
            chosen: names of `FEATURES`, or None for the data's features.
            standardize: fit the scale to `data`; if False, inputs are not scaled.
        """
        x = _computed(data.x, chosen)
        scale = Standardizer.fit(x) if standardize else Standardizer.identity(x)
        if chosen is None:
            return cls(None, data.features, scale)
        return cls(tuple(chosen), tuple(FEATURES[name][0] for name in chosen), scale)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.scale(_computed(x, self.chosen))


def _computed(x: np.ndarray, chosen: Sequence[str] | None) -> np.ndarray:
    if chosen is None:
        return x
    x1, x2 = np.moveaxis(np.asarray(x, dtype=np.float64), -1, 0)
    return np.stack([FEATURES[name][1](x1, x2) for name in chosen], axis=-1)
