"""What is trained when engines are compared: a network of tanh layers, its samples, and
the size of its mini-batches.

What the samples are makes no difference to how long a step takes, so they are noise,
from one seed: features are normal, and labels any of the classes. A mini-batch is
always full: every task has a whole number of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlab.backend import to_numpy
from nnlab.engine import BinaryCrossEntropy, CrossEntropy, Linear, Network, Tanh
from nnlab.engine.losses.loss import Loss

REPLICAS = 64
RATE = 0.001  # Adam's, whose other numbers are everybody's: 0.9, 0.999 and 1e-8

Losses = tuple[np.ndarray, np.ndarray]  # each step's, and after each epoch: (…, R) each
Train = Callable[[int], Losses]  # for so many epochs
Parameters = list[tuple[np.ndarray, np.ndarray]]  # W and b of every linear layer


@dataclass(frozen=True)
class Task:
    """A network of these `widths`, trained on `samples` in mini-batches of `batch`.

    With `many`, it is also trained 64 times side by side.

    >>> Task((2, 4, 2, 1), batch=10, samples=300).name
    '2-4-2-1, 10'
    """

    widths: tuple[int, ...]
    batch: int
    samples: int
    many: bool = True

    @property
    def name(self) -> str:
        """The widths, and the size of a mini-batch."""
        return f"{'-'.join(map(str, self.widths))}, {self.batch}"

    @property
    def per_epoch(self) -> int:
        """How many mini-batches show every sample once."""
        return self.samples // self.batch

    @property
    def binary(self) -> bool:
        """Whether one logit tells two classes apart."""
        return self.widths[-1] == 1

    @property
    def loss(self) -> Loss:
        """Cross-entropy, from one logit or from one for each class."""
        return BinaryCrossEntropy() if self.binary else CrossEntropy()

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """Features (samples, inputs) in float32, and labels (samples,)."""
        rng = np.random.default_rng(0)
        x = rng.standard_normal((self.samples, self.widths[0]), np.float32)
        return x, rng.integers(0, max(2, self.widths[-1]), self.samples)

    def network(self, replicas: int | None = None, backend: str = "numpy") -> Network:
        """The network as it starts, or so many of them."""
        layers = [part for units in self.widths[1:] for part in (Linear(units), Tanh())]
        return Network(self.widths[0], layers[:-1], replicas=replicas, backend=backend)


def parameters(network: Network) -> Parameters:
    """A copy of W (…, inputs, units) and b (…, units) of every linear layer."""
    return [
        (
            to_numpy(network[f"{i}.W"]).copy(),
            to_numpy(network[f"{i}.b"])[..., 0, :].copy(),
        )
        for i, layer in enumerate(network.layers)
        if isinstance(layer, Linear)
    ]


TASKS = [
    Task((2, 4, 2, 1), batch=10, samples=300),
    Task((2, 8, 8, 8, 8, 8, 8, 1), batch=10, samples=300),
    Task((64, 128, 64, 10), batch=64, samples=1280),
    Task((784, 512, 512, 10), batch=256, samples=2560, many=False),
]
