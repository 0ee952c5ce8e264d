"""From the outputs of a network to predictions in the terms of the data."""

from functools import cached_property

import numpy as np

from nnlab.backend import quiet
from nnlab.data.dataset import Dataset
from nnlab.data.standardizer import Standardizer
from nnlab.engine.losses.loss import Loss
from nnlab.errors import Plain


class Decoder(Plain):
    """Decodes the outputs of networks that are trained with `loss` on `data`.

    Args:
        loss: the loss, which determines what an output means.
        data: the training part.
        targets: the standardizer of the targets; None for labels.
    """

    def __init__(self, loss: Loss, data: Dataset, targets: Standardizer | None):
        self.loss, self.data, self.targets = loss, data, targets

    def predictions(self, z: np.ndarray) -> np.ndarray:
        """Return the predictions from outputs z.

        They are class scores from 0 to 1, or measurements in original units.

        Args:
            z: the outputs of the network (…, outputs).
        """
        with quiet():
            said = self.loss.predict(np, z)
            return self.targets.back(said) if self.targets else np.clip(said, 0, 1)

    def scaled(self, z: np.ndarray) -> np.ndarray:
        """Return the predictions scaled to 0 … 1, for colour.

        Class scores are unchanged; measurements are scaled by `span`.

        Args:
            z: the outputs of the network (…, outputs).
        """
        said = self.predictions(z)
        if not self.targets:
            return said
        low, high = self.span
        with quiet():
            return np.clip((said - low) / (high - low), 0, 1)

    @cached_property
    def span(self) -> tuple[np.ndarray, np.ndarray]:
        """Minimum and maximum (targets,) of the training measurements.

        If both signs occur, the interval is symmetric about 0.
        """
        y = self.data.y.reshape(len(self.data), -1)
        low, high = y.min(axis=0), y.max(axis=0)
        both, reach = low * high < 0, np.maximum(-low, high)
        low, high = np.where(both, -reach, low), np.where(both, reach, high)
        return low, np.where(low < high, high, low + 1)

    def confidence(self, z: np.ndarray) -> np.ndarray:
        """Return the score of the second of two classes, from 0 to 1.

        For measurements it is the scaled prediction.
        """
        return self.scaled(z)[..., 0 if self.targets else -1]
