"""What a network may be given of a point on the plane, beside its two coordinates.

A feature that bends the plane can make hidden layers needless: with x₁x₂ a single line
tells the two classes of XOR apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlab.data.dataset import Dataset
from nnlab.data.standardizer import Standardizer

FEATURES = {  # name as it is written → name as it is shown, and the formula
    "x1": ("x₁", lambda x1, x2: x1),
    "x2": ("x₂", lambda x1, x2: x2),
    "x1^2": ("x₁²", lambda x1, x2: x1 * x1),
    "x2^2": ("x₂²", lambda x1, x2: x2 * x2),
    "x1*x2": ("x₁x₂", lambda x1, x2: x1 * x2),
    "sin(x1)": ("sin x₁", lambda x1, x2: np.sin(x1)),
    "sin(x2)": ("sin x₂", lambda x1, x2: np.sin(x2)),
}

PLAIN = ("x1", "x2")  # what a network is given if nothing is said


@dataclass(frozen=True, eq=False)
class Inputs:
    """From samples in their own units (N, features) to what the network sees of them.

    `chosen` names some of `FEATURES`, for points on the plane; None leaves the data's
    own features. `names` is how they are shown.
    """

    chosen: tuple[str, ...] | None
    names: tuple[str, ...]
    scale: Standardizer

    @classmethod
    def fit(
        cls, data: Dataset, chosen: Sequence[str] | None, standardize: bool
    ) -> "Inputs":
        """The inputs for `data`, on a scale fitted to it, or on the features' own."""
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
